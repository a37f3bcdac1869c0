"""The nouns of feedd: frozen, slotted dataclasses that travel between the rooms. Imports nothing of ours.

Read from top to bottom this is an article's life:

    FileStat -> SourceDocument -> Article -> Entry -> EntryChange
    FeedSnapshot -> FeedDocument -> Publication -> Delivery

Every time is an aware UTC `datetime` without microseconds; every sequence is a tuple; nothing here can be changed, a
new one is made with `dataclasses.replace`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from feedd.ports import Preset


def digest_of(data: bytes) -> str:
    """The fingerprint of bytes, in hex: what was read, rendered, published and found standing is compared by it, so all
    of these must come from here."""
    return blake2b(data, digest_size=16).hexdigest()


# --- What a person configured ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Person:
    """An author. `name` is never empty; `email` and `uri` are None where unknown."""

    name: str
    email: str | None = None
    uri: str | None = None


@dataclass(frozen=True, slots=True)
class Site:
    """The publication as a whole. URLs carry no trailing slash.

    `url` is where articles live; `feeds_url` is where the feed documents are reachable in public (the base of every
    rel=self). Neither is ever derived from a request.
    """

    url: str
    feeds_url: str
    title: str
    description: str = ""
    author: Person | None = None
    language: str | None = None
    timezone: str = "UTC"  # an IANA name; naive dates in articles are in this zone
    icon: str | None = None
    rights: str | None = None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)


@dataclass(frozen=True, slots=True)
class Source:
    """One watched folder. `name` is its stable short name, the `root` of every `SourceKey` below it."""

    name: str
    path: str  # absolute
    link: str = "{site}/{path}/"  # template of an article's URL: {site} {path} {folder} {slug} {year} {month} {day}
    ignore: tuple[str, ...] = ()  # gitignore-like patterns relative to the root, on top of the built-in ones
    language: str | None = None
    watch: str = "auto"  # auto | events | poll
    poll_every: timedelta = timedelta(seconds=5)
    settle: timedelta = timedelta(milliseconds=300)  # how long a path must be quiet when no event vouches for it
    reconcile: timedelta = timedelta(minutes=10)
    max_size: int = 5_000_000  # bytes; a larger file is reported, never read
    preset: Preset | None = None  # how the site's generator thinks of these files; None: nobody in particular
    site_root: str | None = None  # absolute; the generator's folder, which holds its static files and includes
    trusted: bool = False  # the authors' HTML is published as it is
    date_order: str | None = None  # "dmy" or "mdy": what 03/04/2026 means; None refuses it
    media_prefix: str | None = None  # stands before the address of every sound and film: a service that counts

    @property
    def root(self) -> str:
        """The folder outside which nothing is ever read for this source."""
        return self.site_root or self.path


@dataclass(frozen=True, slots=True)
class Query:
    """Which entries belong to a feed. An empty tuple does not restrict; several values of one field mean OR, several
    fields AND. `folders` are paths relative to a source root ("news" contains "news/a.md"), `languages` mean their
    regions, too ("en" is "en-GB"), `file_types` are suffixes in lower case without the dot, `where` is an expression
    (feedd/where.py); names compare casefolded. Besides, every query of `all` must match, one of `any`, and none of
    `none`."""

    sources: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    file_types: tuple[str, ...] = ()
    where: str = ""
    all: tuple[Query, ...] = ()
    any: tuple[Query, ...] = ()
    none: tuple[Query, ...] = ()


@dataclass(frozen=True, slots=True)
class Schedule:
    """Batched regeneration instead of immediate: exactly one of the two is set. `cron` has five fields, Sunday is 0
    or 7 (as in cron(8), not as in APScheduler), in the site's zone."""

    every: timedelta | None = None
    cron: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """What a recording is about, or (`made`) where it was made. `geo` is a geo: URI, `osm` an OpenStreetMap id."""

    name: str
    geo: str | None = None
    osm: str | None = None
    country: str | None = None
    made: bool = False


@dataclass(frozen=True, slots=True)
class License:
    """A short name ("cc-by-4.0"), and the address of its text where the name is nobody else's."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """A person and the part they play: podcast:person."""

    name: str
    role: str | None = None
    group: str | None = None
    image: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Trailer:
    title: str
    url: str
    published: datetime
    media_type: str
    length: int = 0
    season: int | None = None


@dataclass(frozen=True, slots=True)
class Podcast:
    """What podcast programs are told about a feed, in the words of Apple and of the podcast namespace. `categories`
    are pairs of a category and its subcategory ("" for none); `blocked` are (platform, yes or no), "" for all others;
    `guid` None is made from the address of the feed."""

    categories: tuple[tuple[str, str], ...] = ()
    image: str | None = None
    explicit: bool = False
    author: str | None = None
    owner: Person | None = None
    type: str = "episodic"  # | serial
    complete: bool = False
    block: bool = False
    new_feed_url: str | None = None
    copyright: str | None = None
    guid: str | None = None
    locked: bool | None = None
    funding: tuple[tuple[str, str], ...] = ()  # (address, text)
    people: tuple[Credit, ...] = ()
    locations: tuple[Location, ...] = ()
    license: License | None = None
    medium: str = "podcast"
    trailers: tuple[Trailer, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()  # (purpose or "", text): podcast:txt
    blocked: tuple[tuple[str, bool], ...] = ()
    podroll: tuple[tuple[str, str, str], ...] = ()  # (guid, address, title) of other shows
    frequency: tuple[str, str] | None = None  # (text, recurrence rule)
    chapters: bool = False  # the chapters of the recordings' tags are written out (Podlove Simple Chapters)


FEED_STYLE = "feed.css"  # where our style sheet for RSS and Atom stands, below the output root


@dataclass(frozen=True, slots=True)
class Feed:
    """What one feed carries. With `each` set and `value` None it is a definition that stands for one feed per value
    (per tag, say), and `path`, `title` and `description` are templates ("tags/{tag}"); `renderer.select.expand` makes
    it concrete.

    `path` is relative to the output root, without suffix: "feed" gives feed.xml, feed.atom, feed.json.
    """

    path: str
    title: str
    description: str = ""
    query: Query = Query()
    limit: int = 50
    max_age: timedelta | None = None
    at_least: int = 0  # so many entries stay even if they are older than `max_age`
    content: str = "full"  # full | summary
    formats: tuple[str, ...] = ("rss", "atom", "json")
    each: str | None = None  # tag | category | author | section | language | year
    value: str | None = None
    definition: str | None = None  # of a concrete `each` feed: the template path it was made from
    schedule: Schedule | None = None
    hubs: tuple[str, ...] = ()  # WebSub hubs advertised in the documents and as Link headers
    language: str | None = None
    style: str | None = None  # the style sheet that the XML documents name, for people who open one in a browser: a
    # path below the output root, or a URL
    landing: bool = False  # has a page for people beside its documents: feed.html
    archive: int = 0  # entries of one archive page (RFC 5005 4), 0: none; then `limit` and `max_age` say from when on
    # an entry may leave the subscription document for a page, and it leaves together with a page's worth of others
    max_bytes: int | None = None  # no document of the feed is larger, in any format
    podcast: Podcast | None = None  # what the RSS document says to podcast programs; None: it is no podcast
    atom_content: str = "html"  # | xhtml
    cloud: str | None = None  # the address of an rssCloud server, where readers of the RSS document may register
    retractions: str | None = None  # the word that stands before the title of an entry that was withdrawn; None: it is
    # not shown any more


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One party to tell about changes. `id` is stable over restarts and settings edits that keep kind and URL."""

    id: str
    kind: str  # websub | xmlrpc | webhook
    url: str
    feeds: tuple[str, ...] = ()  # feed paths (or definitions' paths); empty = all
    events: tuple[str, ...] = ("published", "updated", "withdrawn")  # webhook only
    secrets: tuple[str, ...] = field(default=(), repr=False)  # webhook: newest first; the others are being rotated out
    extended: bool = True  # xmlrpc: extendedPing rather than ping
    min_interval: timedelta = timedelta(0)  # the trailing change is always sent, at the end of the interval
    timeout: timedelta = timedelta(seconds=15)
    max_attempts: int = 12
    give_up_after: timedelta = timedelta(days=3)
    allow_private: bool = False  # may the connection go to a loopback, private or link-local address
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A folder that documents are published to. `path` is absolute."""

    path: str
    adopt: bool = False  # may replace a file that feedd did not write


@dataclass(frozen=True, slots=True)
class Moved:
    """That what stood at `path` (relative to the output root) is at another address, absolute, for good."""

    path: str
    to: str
    status: int = 301  # or 308


@dataclass(frozen=True, slots=True)
class ClientLimit:
    """How many requests one client may make in a period. The X-Forwarded-For of `proxies` (networks) is believed."""

    requests: int
    period: timedelta
    proxies: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """The built-in HTTP server. `listen` is "host:port", port 0 picks a free one; None switches it off."""

    listen: str | None = "127.0.0.1:8731"
    max_age: timedelta = timedelta(minutes=5)  # Cache-Control: max-age
    moved: tuple[Moved, ...] = ()
    limit: ClientLimit | None = None  # None: as many as it likes


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a person chose, checked and complete. Made by `settings.load`, never by hand outside tests."""

    site: Site
    sources: tuple[Source, ...]
    feeds: tuple[Feed, ...]
    targets: tuple[Target, ...]
    endpoints: tuple[Endpoint, ...]
    server: ServerSettings
    state_dir: str  # absolute; holds state.db, lock and control.sock
    file: str | None = None  # the settings file, None for `feedd run FOLDER --url …`
    log_format: str = "auto"  # auto | text | json
    log_level: str = "info"
    max_withdrawals: tuple[int, float] = (
        10,
        0.20,
    )  # circuit breaker: the larger of a count and a share of the live entries
    tombstones: timedelta = timedelta(days=30)  # how long documents name an entry that left; zero: never
    lint: bool = True  # documents with an error are held back
    versions: int = 5  # of each feed's documents that are kept for `feedd rollback`
    index: bool = False  # is the list of the feeds written to the targets, too; the server always has it


# --- Files ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class SourceKey:
    """Which file: the source's name and the path below it, with "/" and valid Unicode."""

    root: str
    path: str

    def __str__(self) -> str:
        return f"{self.root}/{self.path}"


@dataclass(frozen=True, slots=True)
class FileStat:
    """What a scan compares. `ctime_ns` catches an edit that puts size and mtime back (rsync -t, cp -p)."""

    key: SourceKey
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    beside: str = ""  # a fingerprint of the companions' names, sizes and times; "" without any


@dataclass(frozen=True, slots=True)
class Chapter:
    """Where a part of a recording begins, in seconds."""

    start: float
    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """The picture that a recording holds, without its bytes: `digest` is theirs, `suffix` "jpg" or "png"; `length` in
    bytes, width and height in pixels, None where unknown."""

    digest: str
    suffix: str
    length: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class MediaTags:
    """What a sound or film says of itself, as it stands in the file. `duration` in seconds; `problem` says why some or
    all of it could not be read, in words."""

    title: str | None = None
    artist: str | None = None
    date: str | None = None
    notes: str | None = None
    episode: str | None = None
    season: str | None = None
    explicit: bool | None = None
    duration: float | None = None
    chapters: tuple[Chapter, ...] = ()
    cover: Cover | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Companion:
    """A file that belongs to the article of the same name: x.jpg, x.mp3 or x.yaml beside x.md. `data` only for the
    sidecar, whose text is front matter; `tags` only for sounds and films of a source of recordings."""

    path: str  # below the source
    size: int
    data: bytes | None = None
    tags: MediaTags | None = None


@dataclass(frozen=True, slots=True)
class MediaFile:
    """A local file as readers will get it. Width and height in pixels, None where they mean nothing or are unknown."""

    media_type: str
    length: int  # bytes
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """What was read, uninterpreted. `digest` is the blake2b-128 of `data` in hex, and of the sidecar's where there is
    one. Of a sound or film that is an entry by itself there are `tags` and no data: it is never read whole, and the
    digest is that of its size and tags."""

    key: SourceKey
    data: bytes
    stat: FileStat
    digest: str
    companions: tuple[Companion, ...] = ()
    tags: MediaTags | None = None


@dataclass(frozen=True, slots=True)
class Gone:
    """The file is not there any more (and its folder could be read, so we know)."""

    key: SourceKey


@dataclass(frozen=True, slots=True)
class Refused:
    """The file is there but must not or cannot be read: a FIFO, too large, no permission. What was published stays."""

    key: SourceKey
    problem: Problem
    stat: FileStat | None = None


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know, kept per file and cleared by the file's next success.

    `code` is stable ("FD203"; the table is docs/problems.md), `where` a path or setting as the person knows it, `line`
    and `column` count from 1 (None where they mean nothing), `hint` is the next step.
    """

    code: str
    where: str
    message: str
    hint: str = ""
    line: int | None = None
    column: int | None = None
    level: Level = Level.ERROR

    def __str__(self) -> str:
        place = (
            self.where
            + (f":{self.line}" if self.line else "")
            + (f":{self.column}" if self.line and self.column else "")
        )
        return f"{place}: {self.message}" + (f" - {self.hint}" if self.hint else "")


# --- Articles and entries ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of an article about itself, not yet believed: `title` is "Hello", says front matter line 2.

    `rule` names how it was found, in words for `feedd preview` ("front matter", "first heading", "kicker line",
    "file name"); `line` counts from 1 in the file, None for claims that come from outside the text.
    """

    field: str
    value: Any
    rule: str
    line: int | None = None
    where: str | None = None  # the file, below the source, if it is not the article's own (a sidecar)


@dataclass(frozen=True, slots=True)
class Article:
    """A file taken apart: claims in order of trust (the first claim of a field wins) and the body that is left.

    `body_type` is "markdown", "html" or "text"; `body_line` is the file line on which the body starts.
    """

    key: SourceKey
    claims: tuple[Claim, ...]
    body: str
    body_type: str
    body_line: int = 1
    problems: tuple[Problem, ...] = ()  # warnings; an article that cannot be read at all is a Problem instead
    matter: Mapping[str, Any] = field(default_factory=dict)  # the whole front matter as written, for presets
    lines: Mapping[str, int] = field(default_factory=dict)  # of its keys


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A file that travels with an entry. `length` in bytes, 0 where unknown (RSS requires a number); `duration` in
    seconds."""

    url: str
    media_type: str
    length: int = 0
    title: str | None = None
    duration: int | None = None


@dataclass(frozen=True, slots=True)
class Transcript:
    """The words of a recording in a file of their own. `captions`: with times, to be shown while it plays."""

    url: str
    media_type: str
    language: str | None = None
    captions: bool = False


@dataclass(frozen=True, slots=True)
class Soundbite:
    start: float
    duration: float
    title: str = ""


@dataclass(frozen=True, slots=True)
class Episode:
    """What makes an entry an episode. `number` may have a fraction (12.5) only in the podcast namespace; `chapters` is
    (address, media type) of a file of chapters, `marks` are the chapters that the recording itself holds."""

    season: int | None = None
    season_name: str | None = None
    number: float | None = None
    display: str | None = None  # shown instead of the number
    type: str | None = None  # full | trailer | bonus
    title: str | None = None  # without number and show, where it is not the entry's
    subtitle: str | None = None
    explicit: bool | None = None
    block: bool = False
    transcripts: tuple[Transcript, ...] = ()
    chapters: tuple[str, str] | None = None
    marks: tuple[Chapter, ...] = ()
    soundbites: tuple[Soundbite, ...] = ()
    people: tuple[Credit, ...] = ()
    locations: tuple[Location, ...] = ()
    license: License | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """An entry's picture. `caption` is plain text, `credit` the rights holder as written ("Getty Images")."""

    url: str
    caption: str | None = None
    credit: str | None = None
    media_type: str | None = None
    length: int = 0  # bytes, 0 where unknown
    width: int | None = None
    height: int | None = None
    alt: str | None = None  # what it shows, in plain text, for those who do not see it


@dataclass(frozen=True, slots=True)
class Page:
    """What a preset makes an address or resolves a shortcode from. `date` is local time in the site's zone."""

    path: str  # below the source
    site: Site
    date: datetime
    title: str
    slug: str | None  # as the article states it
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    language: str | None
    body_type: str
    matter: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Resolved:
    """A body without its generator's template language. `removed` names what could not be resolved, for people:
    "shortcode chart"."""

    body: str
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A file of feedd's own that an entry names, because it stands nowhere else on the web: what its recording holds.
    `path` is relative to the output root and carries the digest of the bytes, so that other bytes are another file;
    `recording` is the file below the source that holds the cover, "" for chapters, which the entry itself knows."""

    path: str
    media_type: str
    recording: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """What an entry answers (RFC 4685): the id of that post, and its address."""

    ref: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose feed an entry was taken from. `url` is the publication, `feed` its feed."""

    title: str
    url: str
    feed: str | None = None


@dataclass(frozen=True, slots=True)
class Extras:
    """What few entries say of themselves. `geo` is latitude and longitude (WGS 84); `external_url` the page elsewhere
    that a link post is about; `comments` the page with the readers' words; a license always has its `url`."""

    contributors: tuple[Person, ...] = ()
    rights: str | None = None
    license: License | None = None
    external_url: str | None = None
    banner: str | None = None
    comments: str | None = None
    replies_to: tuple[Reply, ...] = ()
    geo: tuple[float, float] | None = None
    source: Origin | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What we believe an article says. The body is source text, rendered only when the entry stands in a window.

    Invariants (property-tested): `updated >= published`; every text is XML-safe; every URL absolute; `id` never
    changes. `title` is plain text and may be empty. `digest` covers everything a reader sees except `updated`.
    """

    key: SourceKey
    id: str
    url: str
    title: str
    published: datetime
    updated: datetime
    authors: tuple[Person, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    summary: str | None = None  # plain text, only where the author wrote or marked one; else cut from the lead
    body: str = ""
    body_type: str = "markdown"
    image: Image | None = None
    caption: str | None = None  # a photo caption without a photo (newsroom text)
    credit: str | None = None
    enclosures: tuple[Enclosure, ...] = ()
    draft: bool = False
    publish_at: datetime | None = None  # an embargo; None = at once
    expires_at: datetime | None = None
    feeds: tuple[str, ...] | None = None  # front matter `feeds: [a, b]` or `feed: false` (an empty tuple)
    aliases: tuple[str, ...] = ()  # former addresses of the same article, absolute
    trusted: bool = False  # its HTML is published as its author wrote it
    references: tuple[tuple[str, str], ...] = ()  # addresses in the body that only the source folder explains: as
    # written ("../other.md#part", "cover.jpg"), and as readers need them
    withdrawn: datetime | None = None
    digest: str = ""
    episode: Episode | None = None  # only of an entry with a sound or film
    extras: Extras | None = None
    parts: tuple[Part, ...] = ()  # whose addresses stand in `image` and `episode`
    matter: str = ""  # the front matter as JSON, for queries; no reader sees it, so it is in no digest

    def visible(self, now: datetime) -> bool:
        """May readers see it at `now`? Drafts and withdrawn entries never, embargo and expiry to the second."""
        return (
            not self.draft
            and self.withdrawn is None
            and (self.publish_at is None or self.publish_at <= now)
            and (self.expires_at is None or self.expires_at > now)
        )


@dataclass(frozen=True, slots=True)
class Content:
    """An entry's body made fit for readers: `html` is safe, free of XML-illegal characters, with absolute URLs;
    `summary` is plain text; `image` the first picture. Depends only on the entry (and the code's version)."""

    html: str
    summary: str
    image: str | None = None
    removed: tuple[str, ...] = ()  # what the sanitizer took out, for `preview`
    picture: Image | None = None  # the entry's image, or the first in the body, with what its local file says


@dataclass(frozen=True, slots=True)
class IndexedFile:
    """The store's memory of one file: what it looked like when it was last read, and the entry it became.

    `entry_id` None means: read, and it is not an article or could never be parsed.
    """

    stat: FileStat
    digest: str
    entry_id: str | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows about a key, or about an id: the index row (None once the file is gone) and the entry."""

    file: IndexedFile | None
    entry: Entry | None
    live: bool = False


class ChangeKind(StrEnum):
    ADDED = "added"
    REVISED = "revised"  # a reader sees a difference
    MOVED = "moved"  # same entry, other file
    WITHDRAWN = "withdrawn"
    UNCHANGED = "unchanged"  # the file was touched, readers see the same


@dataclass(frozen=True, slots=True)
class EntryChange:
    """`why` says in a few words how the entry was recognised or why it goes, `differences` what a reader sees of the
    change; both are for `feedd log`. An unannounced change reaches the documents and nobody is told."""

    kind: ChangeKind
    entry: Entry
    before: Entry | None = None
    why: str = ""
    differences: tuple[str, ...] = ()
    announced: bool = True


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of an entry's history."""

    at: datetime
    kind: str  # a ChangeKind, or "shown", "hidden", "pinned", "imported"
    path: str
    why: str = ""
    differences: tuple[str, ...] = ()
    announced: bool = True


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That an entry left (RFC 6721): readers that know the feed are told for a while. `published` is the entry's, None
    where it was not written down."""

    id: str
    url: str
    title: str
    when: datetime
    published: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """One transaction's worth of decisions. `quiet` ones are published but not announced (a folder's first build)."""

    changes: tuple[EntryChange, ...] = ()
    index: tuple[IndexedFile, ...] = ()
    forgotten: tuple[SourceKey, ...] = ()  # index rows to drop: the file is gone and that is believed
    problems: tuple[tuple[SourceKey, tuple[Problem, ...]], ...] = ()  # replaces the file's problems; () clears them
    held: tuple[SourceKey, ...] = ()  # withdrawals not believed
    reidentified: tuple[SourceKey, ...] = ()  # live entries' files that state another id, which is not believed yet
    redated: tuple[SourceKey, ...] = ()  # live entries whose date would move, which is not believed yet
    quiet: bool = False


# --- Feeds ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FeedItem:
    entry: Entry
    content: Content
    brief: bool = False  # its summary stands for it, because all of it would not fit into the feed's `max_bytes`


@dataclass(frozen=True, slots=True)
class Chain:
    """Where a document stands in its feed's archive (RFC 5005 4). All are feed paths, without suffix: the subscription
    document names the newest archive as `previous`; an archive document names the subscription document as `current`
    and its neighbours."""

    current: str
    previous: str | None = None
    next: str | None = None
    archive: bool = False


@dataclass(frozen=True, slots=True)
class ArchivePage:
    """An archive document of a feed (RFC 5005 4): which entries belong to it was decided once and stays. Pages are
    numbered from 1, the oldest. `linked`: it names the page after it. `stale`: something about its entries changed
    since it was published. `members` are the entries' ids where a page is recorded for the first time, else empty."""

    feed: str
    number: int
    linked: bool = False
    stale: bool = False
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedSnapshot:
    """What one feed says at one moment, in no format yet: newest first. `updated` comes from the entries, never from
    a clock; None only for a feed that has no entry."""

    feed: Feed
    site: Site
    items: tuple[FeedItem, ...]
    updated: datetime | None
    tombstones: tuple[Tombstone, ...] = ()  # newest first
    chain: Chain | None = None  # None: a feed without archives


@dataclass(frozen=True, slots=True)
class FeedDocument:
    """One file to be. `path` is relative to the output root ("tags/python.xml"); `digest` is blake2b-128 of `data`."""

    feed: str
    format: str
    path: str
    media_type: str
    data: bytes
    digest: str
    url: str  # its one public address, the rel=self
    hubs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """That a document stands in public. `published_at` moves only when its bytes change: it is the Last-Modified.

    `fingerprint` covers the inputs (feed, site, entries, renderer version): where it matches, nothing is rendered."""

    path: str
    feed: str
    format: str
    media_type: str
    digest: str
    size: int
    url: str
    published_at: datetime
    fingerprint: str
    hubs: tuple[str, ...] = ()
    entries: int = 0
    left_out: int = 0  # entries of the window that did not fit into the feed's `max_bytes`
    page: int = 0  # of the feed's archive; 0: the subscription document, the one that is announced
    rolled_back: int = 0  # the version that was put back here; 0: it is what the entries say
    updated: datetime | None = None  # what the document says of itself; None where it was not written down


@dataclass(frozen=True, slots=True)
class Version:
    """What all documents of a feed were after one publication. Numbered from 1, the oldest there ever was."""

    feed: str
    number: int
    at: datetime
    publications: tuple[Publication, ...]


@dataclass(frozen=True, slots=True)
class DirtyFeed:
    """A feed whose window a committed change may have touched. `loud` if anything about it is to be announced."""

    path: str
    loud: bool


class EventKind(StrEnum):
    PUBLISHED = "published"
    UPDATED = "updated"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class EntryEvent:
    """That an entry became visible, changed or left, committed with the change and consumed with the publication."""

    seq: int
    kind: EventKind
    entry: Entry


# --- Announcements ----------------------------------------------------------------------------------------------------


class DeliveryState(StrEnum):
    PENDING = "pending"
    CLAIMED = "claimed"
    DONE = "done"
    GIVEN_UP = "given up"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An outbox row. At most one PENDING per (endpoint, topic): a newer one supersedes it.

    `id` is the idempotency key: it stays the same over all attempts. `payload` is JSON-shaped and complete, so that a
    delivery can be made by a process that never saw the change.
    """

    id: str
    endpoint: str
    kind: str
    url: str
    topic: str
    payload: Mapping[str, Any]
    created: datetime
    due: datetime
    attempts: int = 0
    state: DeliveryState = DeliveryState.PENDING
    lease_until: datetime | None = None
    token: str | None = None  # of the claim; a settle with another token changes nothing
    last_error: str | None = None
    last_status: int | None = None
    last_at: datetime | None = None

    @property
    def host(self) -> str:
        """scheme://host:port: what is busy and what fails is a host, not a URL."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}".lower()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try came to: a value, not an exception. `retry_after` is what the peer asked for."""

    ok: bool
    retry: bool = True
    retry_after: timedelta | None = None
    status: int | None = None
    detail: str = ""  # shown to people: no secrets, at most 200 characters


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a claimed delivery: DONE, PENDING again at `due`, or GIVEN_UP."""

    state: DeliveryState
    due: datetime | None
    detail: str
    status: int | None


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """What is to be sent. Redirects are never followed, the body is sent as it is. Of the answer's body at most `most`
    bytes are read."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    timeout: timedelta
    allow_private: bool = False
    ca_file: str | None = None
    most: int = 64 * 1024


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """What came back: header names are lower case, the body is cut off after as many bytes as were asked for."""

    status: int
    headers: Mapping[str, str]
    body: bytes
