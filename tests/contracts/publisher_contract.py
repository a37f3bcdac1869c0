"""What every publisher promises (`feedd.ports.Publisher`). One passes by inheriting this and giving three fixtures:
`publisher`, `plant` (put somebody else's bytes at a path) and `full` (a context in which 2 MB find no room)."""

from __future__ import annotations

import pytest

from feedd.errors import PublishError
from feedd.ports import Publisher
from tests.support.documents import document, rss

LARGE = rss(25_000)


class PublisherContract:
    def test_nothing_stands_before_the_first_put(self, publisher: Publisher):
        """Of a document that was never put there is nothing, and nothing foreign."""
        assert publisher.get("feed.xml") is None
        assert publisher.get("tags/python.xml") is None
        assert not publisher.foreign("feed.xml")

    def test_it_says_where_it_publishes(self, publisher: Publisher):
        """The name is for messages."""
        assert publisher.name

    def test_what_was_put_stands(self, publisher: Publisher):
        """All documents of a put can be fetched, those in folders too."""
        documents = [document("feed.xml"), document("feed.json", b'{"_feedd": {}}'), document("tags/a/b.xml", rss(9))]
        publisher.put(documents)
        assert {each.path: publisher.get(each.path) for each in documents} == {
            each.path: each.data for each in documents
        }

    def test_put_twice_is_put_once(self, publisher: Publisher):
        """The same put again succeeds and changes nothing."""
        publisher.put([document()])
        publisher.put([document()])
        assert publisher.get("feed.xml") == rss()

    def test_putting_nothing_is_fine(self, publisher: Publisher):
        """An empty put succeeds."""
        publisher.put([])

    @pytest.mark.parametrize("sizes", [(3, 300), (300, 3), (3, 3), (1, 0, 1)], ids=str)
    def test_a_document_is_replaced_whole(self, publisher: Publisher, sizes: tuple[int, ...]):
        """Bigger, smaller, equal: the last one stands, with nothing of the others left in it."""
        for size in sizes:
            publisher.put([document(data=rss(size))])
            assert publisher.get("feed.xml") == rss(size)

    def test_the_others_stay(self, publisher: Publisher):
        """A put replaces its own documents only."""
        publisher.put([document("a.xml", rss(1)), document("b.xml", rss(2))])
        publisher.put([document("b.xml", rss(3))])
        assert publisher.get("a.xml") == rss(1)

    def test_our_own_document_is_not_foreign(self, publisher: Publisher):
        """What feedd put may be replaced."""
        publisher.put([document()])
        assert not publisher.foreign("feed.xml")

    def test_a_failed_put_leaves_the_old_documents(self, publisher: Publisher, full):
        """Where there is no room, an error says why with a next step, and every old document still stands."""
        publisher.put([document("a.xml", rss(1)), document("b.xml", rss(2))])
        with full(), pytest.raises(PublishError) as caught:
            publisher.put([document("a.xml", rss(3)), document("b.xml", LARGE)])
        assert caught.value.hint
        assert (publisher.get("a.xml"), publisher.get("b.xml")) == (rss(1), rss(2))

    def test_after_a_failure_the_same_put_succeeds(self, publisher: Publisher, full):
        """Once there is room again nobody has to clean up."""
        with full(), pytest.raises(PublishError):
            publisher.put([document(data=LARGE)])
        assert publisher.get("feed.xml") is None
        publisher.put([document(data=LARGE)])
        assert publisher.get("feed.xml") == LARGE

    def test_a_foreign_document_is_left_and_the_others_are_put(self, publisher: Publisher, plant):
        """A file that feedd did not write is never replaced unasked, and stops nobody else."""
        plant("b.xml", b"<rss><channel><generator>Hugo</generator></channel></rss>")
        assert publisher.foreign("b.xml")
        with pytest.raises(PublishError, match=r"b\.xml") as caught:
            publisher.put([document("a.xml"), document("b.xml"), document("c.xml")])
        assert "--adopt" in caught.value.hint
        assert b"Hugo" in (publisher.get("b.xml") or b"")
        assert publisher.get("a.xml") == publisher.get("c.xml") == rss()

    @pytest.mark.parametrize("path", ["../feed.xml", "/feed.xml", "tags/../../feed.xml"])
    def test_a_path_that_leads_out_is_refused(self, publisher: Publisher, path: str):
        """No document is put outside, and the good ones of the same put stand."""
        with pytest.raises(PublishError):
            publisher.put([document(path), document("good.xml")])
        assert publisher.get("good.xml") == rss()
