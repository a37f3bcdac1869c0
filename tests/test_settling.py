"""When may a hinted path be looked at? Seconds are the test's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.hints import Changed
from feedd.settling import LONGEST, Settling

QUIET = 0.3


def settling(*hints: tuple[str, float, bool]) -> Settling:
    made = Settling({"posts": QUIET})
    for path, at, vouched in hints:
        made.note(Changed("posts", path, vouched), at)
    return made


@pytest.mark.parametrize(
    ("hints", "at", "ready"),
    [
        ([("a", 0, True)], 0, {"a"}),  # the writer is done
        ([("a", 0, False)], 0.29, set()),
        ([("a", 0, False)], 0.31, {"a"}),
        ([("a", 0, False), ("a", 0.2, False)], 0.4, set()),  # still busy
        ([("a", 0, False), ("a", 0.2, True)], 0.2, {"a"}),
        ([("a", 0, True), ("a", 0, False)], 0.1, set()),  # written again after it was closed
        ([("a", t / 10, False) for t in range(21)], LONGEST, {"a"}),  # never quiet, but not for ever
        ([("a", 0, False), ("b", 0.2, False)], 0.31, {"a"}),
    ],
)
def test_a_path_is_ready_when_it_is_quiet_or_vouched_for(
    hints: list[tuple[str, float, bool]], at: float, ready: set[str]
) -> None:
    """And never later than the longest wait."""
    assert settling(*hints).take(at)[0].get("posts", frozenset()) == ready


def test_what_is_ready_is_forgotten_and_the_rest_waits() -> None:
    """Each hint is answered once."""
    paths = settling(("a", 0, True), ("b", 0, False))
    assert paths.take(0)[0] == {"posts": frozenset("a")}
    assert paths.take(0)[0] == {}
    assert paths.take(1)[0] == {"posts": frozenset("b")}
    assert paths.next() is None


def test_what_had_an_event_a_moment_ago_is_young() -> None:
    """The half of an editor's dance that looks like a deletion."""
    paths = settling(("a.md", 0, True), ("a.md~", 0, False), ("old", -5, False))
    ready, young = paths.take(0.1)
    assert ready == {"posts": frozenset({"a.md", "old"})}
    assert young == {"posts": frozenset({"a.md", "a.md~"})}


def test_a_sweep_answers_all_hints_of_its_source() -> None:
    """Only of that one."""
    paths = settling(("a", 0, False))
    paths.note(Changed("other", "b", vouched=True), 0)
    paths.forget("posts")
    assert paths.take(9)[0] == {"other": frozenset("b")}


HINTS = st.lists(
    st.tuples(st.sampled_from("abc"), st.floats(0, 5, allow_nan=False), st.booleans()).map(tuple), min_size=1
)


@given(HINTS)
def test_every_hint_is_answered_at_the_moment_that_was_promised(hints: list[tuple[str, float, bool]]) -> None:
    """`next` never names a moment too late, and nothing waits longer than the longest wait."""
    paths = settling(*sorted(hints, key=lambda hint: hint[1]))
    waiting = {path for path, _, _ in hints}
    while (moment := paths.next()) is not None:
        assert moment <= max(at for _, at, _ in hints) + LONGEST
        ready = paths.take(moment + 1e-6)[0]
        assert ready
        waiting -= ready["posts"]
    assert waiting == set()
