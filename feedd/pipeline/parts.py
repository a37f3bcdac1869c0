"""Files of feedd's own that documents name: the covers and chapters that recordings hold inside.

Such a file is named by its content, so it never changes: it is put before the first document that names it, and only
its absence is ever of interest. Which ones are public is one small fact in the store; the bytes of a cover are taken
from the recording again whenever they are needed, so nothing is kept twice.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from posixpath import basename, splitext

from feedd.model import Entry, FeedDocument, Part, Publication, digest_of
from feedd.pipeline.listing import Put, unrecorded
from feedd.pipeline.scope import Desk, Report, found_at, pages
from feedd.podcasting import chapters_file, part_at
from feedd.ports import iterate

FORMAT = "part"
_AT_ONCE = 20  # whose bytes are in memory together
_FACT = "parts"  # in the store: the moment of each by path
_Needed = dict[str, tuple[Part, Entry]]


class Parts:
    """`need` what entries name, `bring` it before the documents that show them."""

    def __init__(self, desk: Desk, put: Put) -> None:
        self._desk = desk
        self._put = put
        self._needed: dict[str, _Needed] = {}  # by what the documents are called, without suffix

    def need(self, name: str, entries: Iterable[Entry]) -> None:
        """The documents of this name, about to be issued, name the parts of these entries."""
        self._needed[name] = _parts_of(entries)

    def bring(self, documents: Iterable[FeedDocument], report: Report) -> set[str]:
        """Put what these documents need and is not in public yet. The paths of those that must wait, because it could
        not be put."""
        names = {document.path: splitext(document.path)[0] for document in documents}
        needed = {name: self._needed.pop(name) for name in set(names.values()) & self._needed.keys()}
        public = self._public()
        wanted = {path: each for parts in needed.values() for path, each in parts.items() if path not in public}
        missing = self._issue(wanted, public, report)
        late = {name for name, parts in needed.items() if missing & parts.keys()}
        return {path for path, name in names.items() if name in late}

    def show(self) -> None:
        """Put those that stand in public on the shelf."""
        for _, page in pages(list(self._public().items()), _AT_ONCE):
            found = ((part_at(path), self._standing(path), moment) for path, moment in page)
            made = [(data, unrecorded(_document(part, data), at)) for part, data, at in found if data is not None]
            self._desk.shelf.show(made)

    def look_after(self, report: Report) -> None:
        """Put what went missing, and retire what no live entry names any more."""
        public = self._public()
        if not public:
            return
        named = {path: each for path, each in _parts_of(iterate(self._desk.store)).items() if path in public}
        retired = sorted(public.keys() - named.keys())
        if retired:
            public = {path: moment for path, moment in public.items() if path in named}
            self._remember(public)
            self._desk.shelf.retire(retired)
        self._issue({path: each for path, each in named.items() if self._standing(path) is None}, public, report)

    def _issue(self, wanted: _Needed, public: dict[str, datetime], report: Report) -> set[str]:
        """Into every target, onto the shelf, into the store. Those that could not be put; what its recording does not
        hold any more is not among them, for the change that says so is on its way."""
        missing: set[str] = set()
        issued: dict[str, datetime] = {}
        for _, page in pages(list(wanted.values()), _AT_ONCE):
            made = [each for part, entry in page if (each := self._made(part, entry, public)) is not None]
            refused = self._put([document for document, _ in made], report) if made else set()
            in_place = [(document.data, at) for document, at in made if document.path not in refused]
            self._desk.shelf.show(in_place)
            issued |= {at.path: at.published_at for _, at in in_place}
            missing |= refused
        if issued:
            self._remember(public | issued)
        return missing

    def _made(
        self, part: Part, entry: Entry, public: Mapping[str, datetime]
    ) -> tuple[FeedDocument, Publication] | None:
        data = self._data(part, entry)
        if data is None or digest_of(data) != _digest(part.path):
            return None
        document = _document(part, data)
        return document, unrecorded(document, public.get(part.path, entry.updated))

    def _data(self, part: Part, entry: Entry) -> bytes | None:
        if not part.recording:
            return chapters_file(entry.episode.marks) if entry.episode is not None else None
        source = next((each for each in self._desk.settings.sources if each.name == entry.key.root), None)
        return self._desk.watcher.cover(source, part.recording) if source is not None else None

    def _standing(self, path: str) -> bytes | None:
        """What stands in every target, if it is what its name says."""
        found = [found_at(publisher, path) for publisher in self._desk.publishers]
        whole = all(data is not None and digest_of(data) == _digest(path) for data in found)
        return found[0] if found and whole else None

    def _public(self) -> dict[str, datetime]:
        known = json.loads(self._desk.store.marked(_FACT) or "{}")
        return {path: datetime.fromisoformat(moment) for path, moment in known.items()}

    def _remember(self, public: Mapping[str, datetime]) -> None:
        known = {path: moment.isoformat() for path, moment in sorted(public.items())}
        self._desk.store.mark(_FACT, json.dumps(known))


def _parts_of(entries: Iterable[Entry]) -> _Needed:
    return {part.path: (part, entry) for entry in entries for part in entry.parts}


def _digest(path: str) -> str:
    return splitext(basename(path))[0]


def _document(part: Part, data: bytes) -> FeedDocument:
    """Of no feed, so that nobody is told."""
    return FeedDocument("", FORMAT, part.path, part.media_type, data, _digest(part.path), "")
