"""Both stores keep the same promises."""

import pytest

from feedd.store.memory import MemoryStore
from feedd.store.sql import SqlStore
from tests.contracts.store_contract import StoreContract


class TestMemoryStore(StoreContract):
    @pytest.fixture
    def store(self):
        return MemoryStore()


class TestSqlStore(StoreContract):
    @pytest.fixture
    def store(self, tmp_path):
        store = SqlStore(str(tmp_path / "state.db"))
        yield store
        store.close()
