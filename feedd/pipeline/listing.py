"""Pages in public: the list of all feeds, and when a page of ours steps back for a page of the site's.

The list is made anew whenever something was published, from what is recorded as published; so it needs no record of its
own, and a run that dies before it is mended by the next.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

from feedd.errors import PublishError
from feedd.model import Feed, FeedDocument, Level, Problem, Publication, SourceKey
from feedd.pipeline.scope import Desk, Report, found_at
from feedd.ports import Publisher
from feedd.renderer import listing, page, render

log = logging.getLogger(__name__)

Issued = tuple[FeedDocument, Publication]
Put = Callable[[Sequence[FeedDocument], Report], set[str]]  # into every target; the paths that are not in place now


class Listing:
    """The page that lists the feeds, with its OPML, sitemap and style sheets."""

    def __init__(self, desk: Desk, put: Put) -> None:
        self._desk = desk
        self._put = put
        self._due = True  # nobody knows what the process before this one came to
        self._stepped_back: dict[str, set[str]] = defaultdict(set)  # pages by publisher

    def bring(self, feeds: Iterable[Feed], changed: bool, report: Report) -> None:
        """Put it in public if it may say something new."""
        self._due = self._due or changed
        if self._due:
            issued = self._new(self.show(feeds))
            missing = self._put([document for document, _ in issued], report)
            report.published.extend(publication for _, publication in issued if publication.path not in missing)
            self._due = bool(missing)
        for publisher in self._desk.publishers:
            self._tell(publisher, report)

    def show(self, feeds: Iterable[Feed]) -> Sequence[Issued]:
        """Put it on the shelf; what belongs into the targets. Nothing before the first publication."""
        publications = tuple(self._desk.store.publications().values())
        if not publications:
            return ()
        settings = self._desk.settings
        moved = {each.path for each in settings.server.moved}
        try:
            documents = listing.documents(settings.site, feeds, publications, moved)
        except Exception:  # a bug of ours; the feeds themselves are published all the same
            log.exception("the list of the feeds cannot be made")
            return ()
        moment = max(publication.published_at for publication in publications)
        taken = {publication.path for publication in publications}  # a feed may be called feeds-sitemap
        issued = [(each, unrecorded(each, moment)) for each in documents if each.path not in taken]
        self._desk.shelf.show([(document.data, publication) for document, publication in issued])
        return issued if settings.index else ()

    def _new(self, issued: Sequence[Issued]) -> list[Issued]:
        """Those of which other bytes stand in a target, or none."""
        paths = {
            document.path
            for publisher in self._desk.publishers
            for document in self.ours([document for document, _ in issued], publisher)
            if found_at(publisher, document.path) != document.data
        }
        return [each for each in issued if each[0].path in paths]

    def ours(self, documents: Iterable[FeedDocument], publisher: Publisher) -> list[FeedDocument]:
        """Those that this publisher is to put."""
        going = []
        for document in documents:
            if goes(document.path, document.format, publisher):
                self._stepped_back[publisher.name].discard(document.path)
                going.append(document)
            else:
                self._stepped_back[publisher.name].add(document.path)
        return going

    def _tell(self, publisher: Publisher, report: Report) -> None:
        """Which pages stepped back. No error: the site's own page is there, and the feeds are, too."""
        key, paths = SourceKey("", f"pages of {publisher.name}"), sorted(self._stepped_back[publisher.name])
        if not paths:
            self._desk.ledger.settle(key, report)
            return
        more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
        message = f"{paths[0]}{more} left to the site, which has its own there; feedd's pages are not published"
        hint = "nothing needs to be done; 'presentation: none' makes no pages"
        self._desk.ledger.record(key, Problem("FD504", publisher.name, message, hint, level=Level.WARNING), report)


def unrecorded(document: FeedDocument, moment: datetime) -> Publication:
    """For the shelf: of a document that has no record of its own, because it is none of a feed."""
    return Publication(
        path=document.path,
        feed=document.feed,
        format=document.format,
        media_type=document.media_type,
        digest=document.digest,
        size=len(document.data),
        url=document.url,
        published_at=moment,
        fingerprint="",
    )


def goes(path: str, format: str, publisher: Publisher) -> bool:
    """Is this document put here? A feed always is: what stands in its way is an error. A page steps back: the site may
    have one of its own there, or at an address that web servers take for the same (/tags/python finds tags/python.html
    before tags/python/index.html). To replace such a page is not what `adopt` is for."""
    if format in render.FORMATS:
        return True
    places = (path, path.removesuffix(".html") + "/index.html") if format == page.HTML else (path,)
    try:
        return not any(publisher.foreign(place) for place in places)
    except PublishError:
        return True  # putting it will say what is wrong
