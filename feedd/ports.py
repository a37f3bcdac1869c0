"""The promises between rooms, on one page. Whoever keeps a promise passes its contract suite in `tests/contracts/`.

Add a test to the contract suite for every method you add here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from feedd.model import (
    ArchivePage,
    Article,
    ChangeSet,
    Content,
    Delivery,
    DirtyFeed,
    Endpoint,
    Entry,
    EntryEvent,
    Feed,
    FeedDocument,
    FileStat,
    Gone,
    HttpRequest,
    HttpResponse,
    IndexedFile,
    Known,
    MediaFile,
    Moment,
    Outcome,
    Page,
    Problem,
    Publication,
    Refused,
    Resolved,
    Source,
    SourceDocument,
    SourceKey,
    Tombstone,
    Verdict,
    Version,
)


class Preset(Protocol):
    """How one site generator thinks of the files in its folder: which are articles, what their addresses are, what its
    template language means. Pure, frozen, made once from the generator's own settings; `repr` tells two apart, so it
    must hold everything that the answers depend on, and nothing else."""

    @property
    def name(self) -> str: ...

    @property
    def ignore(self) -> tuple[str, ...]:
        """gitignore-like patterns, relative to the source, of files that are the generator's and no articles."""

    @property
    def suffixes(self) -> tuple[tuple[str, str], ...]:
        """Suffixes that mean another format to this generator: (".txt", "rst")."""

    def owners(self, path: str) -> tuple[str, ...]:
        """Files (below the site's root) whose presence makes the article at this path (below the source) a part of
        their page, and no page of its own."""

    def believe(self, article: Article) -> Article:
        """The same article with the claims that this generator would believe: defaults, what folders and names mean,
        its draft and future rules. The first claim of a field wins. A claim `future` with a true value says that a
        date to come is no embargo; a claim `aliases` holds former addresses."""

    def link(self, page: Page) -> str | None:
        """The page's address: a path on the site ("/2026/05/hello/") or an absolute URL; None for feedd's default."""

    def resolve(self, body: str, page: Page, around: Surroundings) -> Resolved:
        """The body with the generator's template language resolved or taken out; what stands in code samples as an
        example is left alone."""

    def refer(self, target: str, page: Page, url: str, around: Surroundings) -> str | None:
        """The absolute address that a link or picture of the body means ("{static}/a.png", "@/posts/x.md",
        "b.md#part"), where it is not the one that a browser on the page `url` would go to; None leaves it to the
        browser's rule."""

    def files(self, path: str) -> tuple[str, ...]:
        """Where a path on the site ("/images/x.png") may lie below the site's root, best first."""


class Surroundings(Protocol):
    """The files around an article, for what it refers to. Paths are relative to the site's root with "/", unless said
    otherwise. Nothing outside that root is ever read, no link that leads out is followed."""

    def text(self, path: str) -> str | None:
        """A small text file, None if there is none."""

    def media(self, path: str) -> MediaFile | None:
        """What a local picture, sound or film is, None if there is none."""

    def find(self, name: str) -> tuple[str, ...]:
        """Articles of the source (paths below the source) with this name, with or without suffix: "a/b.md", "b.md"
        and "b" all find a/b.md; sorted."""

    def address(self, path: str) -> str | None:
        """The public address of the article at a path below the source, None if it is none."""


class Watcher(Protocol):
    """Tells what differs from the index. Keeps nothing between calls but what it needs to see events."""

    def scan(self, source: Source, index: Mapping[str, IndexedFile]) -> Scan:
        """Compare the whole tree with the index (path -> row). Never raises for something found in the tree."""

    def look(self, source: Source, paths: Iterable[str], index: Mapping[str, IndexedFile]) -> Scan:
        """The same for these paths only; a path that is a folder stands for everything below it."""

    def read(self, source: Source, stat: FileStat) -> SourceDocument | Gone | Refused:
        """Read one file whole: never a mix of two versions, never more than `source.max_size` bytes."""

    def peek(self, source: Source, path: str, most: int) -> tuple[bytes, int] | None:
        """The beginning of a file below the source's root (`Source.root`) and its size, None if no regular file is
        there, or a link leads out."""

    def cover(self, source: Source, path: str) -> bytes | None:
        """The picture inside a sound or film, at a path below the source; None if there is none, or the file cannot
        be read."""

    def born(self, source: Source) -> Mapping[str, datetime]:
        """When each file below the source was first committed, where it lies in a git repository; one call of git,
        remembered until the repository's head moves. Empty where there is no (whole) history."""


class Scan(Protocol):
    """What a scan found. `changed` are files to read; `gone` are index rows whose file is certainly not there;
    `problems` are things about the tree itself (an unreadable folder, a FIFO), by path; `files` counts the articles
    seen. `complete` is False when the root itself could not be read: then nothing is known, and nothing is gone."""

    @property
    def changed(self) -> tuple[FileStat, ...]: ...
    @property
    def gone(self) -> tuple[SourceKey, ...]: ...
    @property
    def problems(self) -> tuple[tuple[SourceKey, Problem], ...]: ...
    @property
    def files(self) -> int: ...
    @property
    def complete(self) -> bool: ...


class Store(Protocol):
    """What feedd remembers. One process writes entries (the lock is the caller's); several may claim deliveries.

    Each of `apply`, `record` and `settle` is one transaction: all of it is durable when the call returns, or none.
    """

    # --- files and entries
    def index(self, root: str, under: Iterable[str] | None = None) -> dict[str, IndexedFile]:
        """The index rows of a source by path: all, or those at or below the given paths ("" is the root)."""

    def known(self, keys: Iterable[SourceKey]) -> dict[SourceKey, Known]:
        """What is known about these files; a key that was never seen is left out."""

    def entries_by_id(self, ids: Iterable[str]) -> dict[str, Known]:
        """The entries with these ids, with the index row of the file each was last read from (None once gone)."""

    def counts(self) -> Mapping[str, int]:
        """For `status`: entries, live, drafts, scheduled, withdrawn, files, problems, pending, given_up."""

    def apply(self, changes: ChangeSet, memberships: Mapping[str, tuple[Feed, ...]], now: datetime) -> None:
        """COMMIT 1. Entries, file index, problems; for each changed entry its new visibility at `now` and the feeds
        (concrete ones) it belongs to, by entry id. A change a reader will see leaves its feeds dirty and an event to
        announce, loud unless `changes.quiet`. Applying the same set twice leaves the same state."""

    def due(self, now: datetime, limit: int = 1000) -> tuple[Entry, ...]:
        """Entries whose moment has come: hidden ones to show (embargo over), live ones to hide (expired)."""

    def turn(self, entries: Sequence[Entry], memberships: Mapping[str, tuple[Feed, ...]], now: datetime) -> None:
        """COMMIT 1 for moments: make these entries visible or hidden as `Entry.visible(now)` says; loud."""

    def next_due(self, now: datetime) -> datetime | None:
        """The earliest moment after `now` at which `due` will have something new."""

    def live_entries(self, after: str = "", limit: int = 1000) -> tuple[Entry, ...]:
        """All visible entries in the order of their ids, a page at a time: those with an id greater than `after`."""

    def remember_feeds(self, fingerprint: str, memberships: Iterable[tuple[Entry, tuple[Feed, ...]]]) -> None:
        """Replace every membership, because the feeds in the settings are others than before; all feeds are dirty but
        nothing is loud. `fingerprint` is what `feeds_fingerprint` gives from now on."""

    def feeds_fingerprint(self) -> str | None: ...

    def history(self, id: str, limit: int = 200) -> tuple[Moment, ...]:
        """What happened to an entry, newest first. Written by `apply`, `turn` and `rename`."""

    def lately(self, kind: str, why: str, since: datetime) -> int:
        """How many entries had such a moment after `since`, announced, and are hidden now."""

    def rename(
        self, renames: Iterable[tuple[str, Entry]], memberships: Mapping[str, tuple[Feed, ...]], now: datetime, why: str
    ) -> None:
        """Give entries another id (and the dates that come with it): (old id, the entry as it is from now on). What is
        remembered under the old id goes with it: file, memberships, history, events. If an entry with the new id is
        there, it must be withdrawn, and its history is kept. Feeds are dirty, nothing is loud. One transaction."""

    def find_entries(self, text: str, limit: int = 10) -> tuple[Known, ...]:
        """For people: the entries whose id, address or path is `text`, else those whose path ends with it; live ones
        first."""

    def mark(self, name: str, value: str) -> None:
        """Remember a small fact durably (which folders had their first build)."""

    def marked(self, name: str) -> str | None: ...

    # --- problems
    def problems(self) -> tuple[tuple[SourceKey, Problem], ...]: ...
    def put_problems(self, key: SourceKey, problems: Sequence[Problem]) -> None:
        """Replace what is known to be wrong with a key; an empty sequence clears it."""

    # --- feeds
    def feeds(self) -> tuple[Feed, ...]:
        """The concrete feeds that have or had members, by path."""

    def dirty(self) -> tuple[DirtyFeed, ...]: ...

    def window(self, feed: Feed, now: datetime) -> tuple[Entry, ...]:
        """The feed's live entries, newest `published` first (then id), at most `feed.limit`, none older than
        `feed.max_age` before `now` except among the first `feed.at_least`. Of a feed with archives: all those that
        stand in no archive page."""

    def window_digests(self, feed: Feed, now: datetime) -> tuple[tuple[str, str], ...]:
        """The same window as (id, "digest@updated") without the bodies, `updated` in seconds since 1970: enough for a
        fingerprint."""

    def archive(self, feed: Feed) -> tuple[ArchivePage, ...]:
        """The recorded archive pages of a feed, oldest first, without their members. A page is stale from the moment
        something about one of its entries changes (`apply`, `turn`, `rename`), or the feeds' definitions."""

    def archived_digests(self, feed: Feed, page: int) -> tuple[tuple[str, str], ...]:
        """The members of an archive page: those that the feed has now as `window_digests` gives them, then the others
        by id, with an empty mark."""

    def paged(self, feed: Feed, ids: Iterable[str]) -> frozenset[str]:
        """Those of these entries that stand in an archive page of the feed, or stood there before they left."""

    def tombstones(self, feed: Feed, since: datetime) -> tuple[Tombstone, ...]:
        """Entries that left this feed after `since` and are not back in it, newest first."""

    def contents(self, entries: Iterable[Entry], version: str) -> dict[str, Content]:
        """Rendered bodies by entry id, only those made from this very `digest` by this `version`."""

    def save_contents(self, contents: Iterable[tuple[Entry, Content]], version: str) -> None: ...

    # --- publications and outbox
    def publications(self) -> dict[str, Publication]:
        """By document path."""

    def events(self) -> tuple[EntryEvent, ...]:
        """Loud events not consumed yet, oldest first."""

    def record(
        self,
        publications: Sequence[Publication],
        deliveries: Sequence[Delivery],
        *,
        clean: Iterable[str],
        dirty: Iterable[str] = (),
        consumed: Iterable[int] = (),
        now: datetime,
        retired: Iterable[str] = (),
        archived: Sequence[ArchivePage] = (),
        unarchived: Iterable[str] = (),
        kept: Sequence[tuple[Publication, bytes]] = (),
        keep: int = 0,
    ) -> None:
        """COMMIT 2. Publications and the deliveries that announce them; these feeds are clean, those `dirty` ones are
        to be looked at, loudly; events with `consumed` numbers are over; `retired` publications are forgotten.
        `archived` pages are as given, with their members where they are new: an entry is in one page of a feed for
        good; the archives of `unarchived` feeds are forgotten, with those of their versions that do not stand in
        public. `kept` are whole feeds' documents: where they are not what the newest version of their feed is, they
        become one, and `keep` versions of that feed are left. A pending delivery of the same (endpoint, topic) is
        superseded by the new one, whose `attempts` start anew; one that is being tried right now is left to finish."""

    def versions(self, feed: str) -> tuple[Version, ...]:
        """The kept versions of a feed, newest first."""

    def version_data(self, feed: str, number: int) -> Mapping[str, bytes]:
        """The documents of a version by path; empty if it is not kept."""

    def pending(self, endpoint: str, topic: str) -> Delivery | None:
        """The one waiting delivery, so that a newer one can take its content over before it supersedes it."""

    def last_done(self, endpoint: str, topic: str) -> datetime | None:
        """When this endpoint last took this topic (for minimum intervals)."""

    def claim(self, now: datetime, lease: timedelta, *, busy_hosts: Iterable[str] = ()) -> Delivery | None:
        """Take the longest-due delivery whose host is not busy, as CLAIMED with a token, attempts + 1 and a lease; one
        whose lease ran out may be taken again. Never while another of its (endpoint, topic) is being tried. Safe
        against other processes."""

    def release(self) -> int:
        """What is CLAIMED may be taken again at once, whatever its lease. Only for the holder of the lock, before its
        own first claim: whoever had claimed it is dead. How many."""

    def settle(self, delivery: Delivery, verdict: Verdict, now: datetime) -> bool:
        """COMMIT 3. False, and nothing changed, if the claim's token is no longer the row's. A retry whose (endpoint,
        topic) meanwhile has a newer row becomes SUPERSEDED."""

    def deliveries(self, states: Iterable[str] = (), limit: int = 1000) -> tuple[Delivery, ...]:
        """Newest first, for people."""

    def next_delivery(self) -> datetime | None:
        """When the next pending or abandoned delivery is due."""

    def retry(self, now: datetime, *, endpoint: str | None = None, given_up: bool = True, pending: bool = True) -> int:
        """Make deliveries due now; given-up ones start anew. How many."""

    def drop_endpoints(self, keep: Iterable[str]) -> int:
        """Give up the pending deliveries of endpoints that are no longer configured. How many."""

    def close(self) -> None: ...


class Publisher(Protocol):
    """Puts documents where readers fetch them: each one whole or not at all. May be called twice with the same."""

    @property
    def name(self) -> str:
        """For messages: "folder /srv/www/feeds"."""

    def put(self, documents: Sequence[FeedDocument]) -> None:
        """All of these documents replace their predecessors, or (PublishError) as few as possible do and every file is
        still a whole document. Documents whose bytes already stand there are not touched."""

    def get(self, path: str) -> bytes | None:
        """What stands there now, None for nothing."""

    def foreign(self, path: str) -> bool:
        """Does a file stand there that feedd did not write?"""


class Notifier(Protocol):
    """One kind of announcement. Pure: makes requests and judges answers; `notifier.deliver` does the talking."""

    def request(self, delivery: Delivery, endpoint: Endpoint, now: datetime) -> HttpRequest | Outcome:
        """What to send; or, where nothing can be sent (a URL too long for the protocol), the Outcome at once."""

    def judge(self, response: HttpResponse, now: datetime) -> Outcome:
        """What the answer means. `now` turns a Retry-After date into a duration."""


class Outbound(Protocol):
    """The only door to the network."""

    async def send(self, request: HttpRequest) -> HttpResponse:
        """Raises `errors.OutboundError` when no answer came (refused, timed out, blocked by policy)."""

    async def close(self) -> None: ...


def iterate(store: Store, page: int = 1000) -> Iterator[Entry]:
    """All live entries, page by page."""
    after = ""
    while entries := store.live_entries(after, page):
        yield from entries
        after = entries[-1].id
