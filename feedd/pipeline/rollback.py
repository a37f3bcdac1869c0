"""Back to a kept version, and from there to what the entries say.

A version that was put back carries the fingerprint of what it replaced: so it stands until the feed's inputs are others
than those that somebody did not like. Only the feed's own documents are put back; pages of its archive are for good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from feedd.errors import FeeddError
from feedd.model import Feed, FeedDocument, Publication, Version
from feedd.pipeline import archive
from feedd.pipeline.announce import Announce
from feedd.pipeline.scope import Desk, Report
from feedd.ports import Store
from feedd.renderer import render

Issued = tuple[FeedDocument, Publication]
Standing = Mapping[str, Publication]


class Press(Protocol):
    """What going back needs of the one who publishes."""

    def feeds(self) -> dict[str, Feed]: ...
    def issue(self, wanted: Sequence[Issued], standing: Standing, report: Report) -> Sequence[Issued]: ...
    def publish_again(self, feed: Feed, now: datetime, report: Report) -> None: ...


@dataclass(frozen=True, slots=True)
class Kept:
    """A feed's versions, newest first. `standing` is the number of the one that stands in public, None if none does."""

    feed: str
    versions: tuple[Version, ...]
    standing: int | None
    rolled_back: bool


class Rollback:
    def __init__(self, desk: Desk, announce: Announce, press: Press) -> None:
        self._desk = desk
        self._announce = announce
        self._press = press

    def kept(self, path: str) -> Kept:
        """FeeddError if there is no such feed."""
        feed = self._feed(path)
        versions = self._desk.store.versions(path)
        publications = _of(feed, self._desk.store.publications())
        back = next((each.rolled_back for each in publications if each.rolled_back), 0)
        digests = {each.digest for each in publications}
        same = (v.number for v in versions if {each.digest for each in v.publications} & digests)
        return Kept(path, versions, back or next(same, None), bool(back))

    def go(self, path: str, to: int | None, now: datetime, report: Report) -> Version:
        """Put a version back in public, by default the one before what stands, and tell as of any change."""
        feed, kept = self._feed(path), self.kept(path)
        version = _chosen(kept, to)
        standing = self._desk.store.publications()
        data = self._desk.store.version_data(path, version.number)
        wanted = list(_documents(feed, version, data, standing, now))
        if not wanted:
            hint = "look at the formats of the feed in the settings"
            raise FeeddError(f"version {version.number} of {path} has none of the feed's formats", hint=hint)
        if missing := _unlinked(version, standing):
            hint = "that archive was given up; put back a later version, or none"
            raise FeeddError(f"version {version.number} of {path} links to {missing}, which is not there", hint=hint)
        before = len(report.published)
        issued = self._press.issue(wanted, standing, report)
        deliveries = self._announce.plan(report.published[before:], frozenset((path,)), (), now)
        report.deliveries += len(deliveries)
        # Where some could not be put, the formats of the feed disagree: then it says again what its entries say.
        whole = len(issued) == len(wanted)
        put = [each if whole else replace(each, fingerprint="", rolled_back=0) for _, each in issued]
        self._desk.store.record(put, deliveries, clean=(), dirty=() if whole else (path,), now=now)
        return version

    def release(self, path: str, now: datetime, report: Report) -> None:
        """What the entries say is published again."""
        feed = self._feed(path)
        if not self.kept(path).rolled_back:
            raise FeeddError(f"{path} is not rolled back", hint="there is nothing to release")
        publications = _of(feed, self._desk.store.publications())
        free = [replace(each, fingerprint="", rolled_back=0) for each in publications]
        self._desk.store.record(free, [], clean=(), dirty=(path,), now=now)  # until it is published again
        self._press.publish_again(feed, now, report)

    def _feed(self, path: str) -> Feed:
        feeds = self._press.feeds()
        if path not in feeds:
            raise FeeddError(f"there is no feed {path}", hint=f"there are {', '.join(sorted(feeds)[:10])}")
        return feeds[path]


def restored(store: Store, feed: Feed, fingerprint: str, standing: Standing) -> list[Issued] | None:
    """The documents of a feed that is rolled back and whose inputs are those it was rolled back from: what is missing
    in public, after a restart or because somebody deleted it, is put back from the kept version."""
    publications = _of(feed, standing)
    back = {each.rolled_back for each in publications}
    if len(back) != 1 or back == {0} or any(each.fingerprint != fingerprint for each in publications):
        return None
    data = store.version_data(feed.path, back.pop())
    if any(each.path not in data for each in publications) or len(publications) < len(render.document_paths(feed)):
        return None
    return [(_document(each, data[each.path]), each) for each in publications]


def _of(feed: Feed, standing: Standing) -> list[Publication]:
    found = (standing.get(path) for path in render.document_paths(feed))
    return [each for each in found if each is not None]


def _chosen(kept: Kept, to: int | None) -> Version:
    numbers = [version.number for version in kept.versions]
    if to is None:
        now = kept.standing or (numbers[0] + 1 if numbers else 0)
        to = next((number for number in numbers if number < now), None)
    if to is None:
        hint = "versions are kept from the first change on; 'limits: {versions: 5}' says how many"
        raise FeeddError(f"no version of {kept.feed} before this one is kept", hint=hint)
    if to not in numbers:
        known = ", ".join(map(str, numbers)) or "none"
        raise FeeddError(f"version {to} of {kept.feed} is not kept", hint=f"kept are {known}")
    return next(version for version in kept.versions if version.number == to)


def _unlinked(version: Version, standing: Standing) -> str | None:
    """A page of the archive that this version names and readers would not find."""
    pages = (archive.names(each) for each in version.publications)
    return next((page for page in pages if page is not None and page not in standing), None)


def _documents(
    feed: Feed, version: Version, data: Mapping[str, bytes], standing: Standing, now: datetime
) -> Sequence[Issued]:
    """A format that the feed did not have then keeps its document."""
    paths = render.document_paths(feed)
    found = []
    for then in version.publications:
        current = standing.get(then.path)
        if then.path not in paths or then.path not in data or current is None:
            continue
        same = current.digest == then.digest
        publication = replace(
            then,
            url=current.url,
            published_at=current.published_at if same else now.replace(microsecond=0),
            fingerprint=current.fingerprint,
            rolled_back=version.number,
        )
        found.append((_document(publication, data[then.path]), publication))
    return found


def _document(publication: Publication, data: bytes) -> FeedDocument:
    return FeedDocument(
        feed=publication.feed,
        format=publication.format,
        path=publication.path,
        media_type=publication.media_type,
        data=data,
        digest=publication.digest,
        url=publication.url,
        hubs=publication.hubs,
    )
