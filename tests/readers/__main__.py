"""python -m tests.readers [NAME …]: the matrix of readers, formats and fields, over HTTP from a running feedd.

FEEDD_READERS_PYTHON names an interpreter with more libraries, FEEDD_READERS_NODE a folder with a node_modules.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.readers.compare import FIELDS, Cell, compare
from tests.readers.deviations import reasons
from tests.readers.readers import READERS, SUFFIXES, Reader, ReaderError
from tests.readers.truth import Expected, site_of, truth_of
from tests.support.daemon import running


class Matrix:
    """Prints itself row by row; `bad` counts what nobody can explain."""

    def __init__(self) -> None:
        self.bad = 0
        self._notes: dict[str, int] = {}
        print(_line("reader", "format", FIELDS))

    def add(self, reader: Reader, format: str, cells: dict[str, Cell]) -> None:
        differing = [name for name, cell in cells.items() if not cell.perfect]
        why = reasons(reader.title, format, differing)
        shown = [self._shown(cell, why.get(name)) for name, cell in cells.items()]
        print(_line(reader.title, format, shown), flush=True)
        for name in differing:
            if name not in why:
                self.failed(f"    {name}: {cells[name].example}")

    def failed(self, what: str) -> None:
        self.bad += 1
        print(what, flush=True)

    def _shown(self, cell: Cell, why: str | None) -> str:
        if why is None:
            return str(cell) if cell.perfect else f"{cell} !"
        return f"{cell} [{self._notes.setdefault(why, len(self._notes) + 1)}]"

    def close(self) -> None:
        print("\n= all of them   – the reader has no such field   ! not explained")
        for why, number in self._notes.items():
            print(f"[{number}] {why}")


def _line(reader: str, format: str, cells: Sequence[str]) -> str:
    return f"{reader:33} {format:6}" + " ".join(f"{cell:>10}" for cell in cells)


def main(names: Sequence[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="feedd-readers-") as folder:
        site, scratch = site_of(Path(folder) / "site"), Path(folder) / "scratch"
        scratch.mkdir()
        with running(site):
            expected = truth_of(site)
            print(f"{len(expected)} entries")
            matrix = Matrix()
            for reader in READERS:
                if names and reader.name not in names:
                    continue
                if missing := reader.missing():
                    print(f"{reader.title:33} skipped: {missing}")
                else:
                    _ask(reader, f"http://{site.address}/feed", scratch, expected, matrix)
            matrix.close()
    return 1 if matrix.bad else 0


def _ask(reader: Reader, feed: str, scratch: Path, expected: Sequence[Expected], matrix: Matrix) -> None:
    for format in reader.formats:
        try:
            output = reader.read(feed + SUFFIXES[format], scratch)
        except ReaderError as error:
            matrix.failed(f"{reader.title:33} {format:6} failed: {error}")
        else:
            matrix.add(reader, format, compare(output, expected))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
