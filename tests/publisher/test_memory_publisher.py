"""The tests' own publisher keeps the promise, too."""

from contextlib import contextmanager

import pytest

from tests.contracts.publisher_contract import PublisherContract
from tests.support.publishers import MemoryPublisher


class TestMemoryPublisher(PublisherContract):
    @pytest.fixture
    def publisher(self):
        return MemoryPublisher()

    @pytest.fixture
    def plant(self, publisher):
        return publisher.plant

    @pytest.fixture
    def full(self, publisher):
        @contextmanager
        def full():
            publisher.full = True
            yield
            publisher.full = False

        return full
