"""Settings in Python are read like data: what is plain is known, what is computed is unknown, nothing is run."""

from __future__ import annotations

import time

import pytest

from feedd.generators import GeneratorError
from feedd.generators.clock import wall_clock
from feedd.generators.folders import only
from feedd.generators.python_settings import is_quick, read
from feedd.generators.transliterate import to_ascii
from feedd.watcher.ignore import compile_rules


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("A = 'x'\nB = A + 'y'\nC: str = f'{B}z'\nD = -1", {"A": "x", "B": "xy", "C": "xyz", "D": -1}),
        ("A = B = (1, 'two', None)", {"A": (1, "two", None), "B": (1, "two", None)}),
        ("C, D = ('c', 'd')\nE = {C: [D], **{'f': 1}}", {"C": "c", "D": "d", "E": {"c": ["d"], "f": 1}}),
        ("A = ['a']\nA.append('b')\nA += ['c']\nA.extend(['d'])", {"A": ["a", "b", "c", "d"]}),
        ("A = {}\nB = A\nA['x'] = 1\nA.update({'y': 2})", {"A": {"x": 1, "y": 2}, "B": {}}),
        ("A = True\nif A:\n    B = 'y'\nelse:\n    B = 'n'\nC = 1 if not A else 2", {"A": True, "B": "y", "C": 2}),
        ("try:\n    import x\n    A = 1\nexcept ImportError:\n    A = 2", {"A": 1}),
        ("def f():\n    A = 1\nclass B:\n    C = 2\nprint('x')\nA = 3", {"A": 3}),
        ("A = {'known': 1, 'computed': f()}", {"A": {"known": 1}}),
        ("A = 'x' == 'y'\nB = not A", {"A": False, "B": True}),
    ],
)  # fmt: skip
def test_what_is_plain(text: str, values: dict[str, object]) -> None:
    """Literals, names, sums, conditions and what grows them."""
    assert read({"conf.py": text}, "conf.py").values == values


@pytest.mark.parametrize(
    "text",
    [
        "A = f()",
        "A = 1\nA = open('/etc/passwd').read()",
        "A = 'x' * 3",
        "A = ['x']\nA.append(f())",
        "A = 1\nA += 1",
        "A = [each for each in 'abc']",
        "A = lambda: 1",
        "A = {}\nA[f()] = 1",
        "A = 1\nif f():\n    A = 2",
        "A = 1\nfor A in 'abc':\n    pass",
        "A = 1\nwith f() as A:\n    pass",
        "A = 1\nwhile True:\n    A = 2",
        "A = B",
        "A = 'x' % 1",
        "A = b'bytes'",
        "A = ['x'][5]",
        "A = ['x']\n" + "A = [A, A]\n" * 100,
        "A = 'x'\n" + "A = A + A\n" * 100,
    ],
)
def test_what_is_computed(text: str) -> None:
    """It is unknown, also where it was known before."""
    started = time.process_time()
    found = read({"conf.py": text}, "conf.py")
    assert "A" in found.unknown and "A" not in found.values
    assert time.process_time() - started < 2


def test_other_files() -> None:
    """What a file imports with a star from a neighbour counts, once; nothing else is looked for."""
    files = {"a.py": "from b import *\nfrom os import *\nB = A + '!'", "b.py": "from a import *\nA = 'hello'"}
    assert read(files, "a.py").values == {"A": "hello", "B": "hello!"}


@pytest.mark.parametrize(
    "text", ["A = (", "A = " + "(" * 5_000, "A = " + "-" * 100_000 + "1", "\0", "A = " + "[" * 150 + "]"]
)
def test_what_is_no_python(text: str) -> None:
    """Every such text is an error, never a crash."""
    with pytest.raises(GeneratorError):
        read({"conf.py": text}, "conf.py")


@pytest.mark.parametrize(
    ("pattern", "quick"),
    [
        (r"(?P<date>\d{4}-\d{2}-\d{2}).*", True),
        (r"(?P<category>[^/]+)/(?P<date>\d{4}-\d{2}-\d{2})[_-](?P<slug>.*)", True),
        (r"[)]+b(?:c)?", True),
        (r"(a+)+", False),
        (r"((a*))+", False),
        (r"(a|aa)*", False),
        (r"(?:[^/]*/)*x", False),
        (r"(?P<x>a)(?P=x)", False),
        (r"(a)\1", False),
        (".*a" * 9, False),
        ("(", False),
        ("a{99999999999}", False),
    ],
)
def test_regular_expressions_of_settings(pattern: str, quick: bool) -> None:
    """Those that could take for ever are told from those that people write."""
    assert is_quick(pattern) is quick


# What the library Unidecode 1.4 says.
@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("Größe, Maße & œuvre", "Grosse, Masse & oeuvre"),
        ("Łódź Ærø Þór Đặng", "Lodz AEro Thor Dang"),
        ("Ещё щука Їжак", "Eshchio shchuka Yizhak"),
        ("Ψυχή και σώμα", "Psukhe kai soma"),
        ("“a” – ‘b’ — c… £5 €6", "\"a\" - 'b' -- c... PS5 EUR6"),
        ("Party 🎉 time", "Party  time"),
    ],
)
def test_ascii(text: str, spelled: str) -> None:
    """Letters of Europe and the usual signs are spelled as Unidecode spells them."""
    assert to_ascii(text) == spelled


@pytest.mark.parametrize(
    ("written", "clock"),
    [
        ("2024-01-31T23:30:00-05:00", "2024-01-31 23:30"),
        ("2024-01-31 23:30:00.123 UTC", "2024-01-31 23:30"),
        ("2024-01-31 23:30", "2024-01-31 23:30"),
        ("2024-01-31", "2024-01-31 00:00"),
        ("soon", None),
        (None, None),
    ],
)
def test_clocks(written: object, clock: str | None) -> None:
    """The time that stands there, without its zone."""
    found = wall_clock(written)
    assert (f"{found:%Y-%m-%d %H:%M}" if found else None) == clock


def test_patterns_that_leave_only_some_folders() -> None:
    """What lies beside or above the wanted folders is left out."""
    rules = compile_rules(frozenset((".md",)), tuple(only(["a/b", "c", "c/d", "e.md"])))
    wanted = ["a/b/x.md", "a/b/deep/x.md", "c/x.md", "c/d/x.md", "c/other/x.md", "e.md"]
    others = ["x.md", "a/x.md", "a/c/x.md", "b/x.md", "f/a/b/x.md", "ab/x.md"]
    assert [path for path in (*wanted, *others) if rules.contains(path)] == wanted
