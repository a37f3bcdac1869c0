"""The plain preset: a folder of articles, and feedd's defaults."""

from __future__ import annotations

from pathlib import Path

from tests.support.scratch_site import URL, build


def test_it_changes_nothing(tmp_path: Path) -> None:
    """Links, dates, drafts and bodies are as without a preset."""
    text = "---\ntitle: A\ndate: 2026-01-02\ndraft: true\n---\n{{ kept }} {{< kept >}} [b](../b.md)\n"
    site = build(tmp_path, "plain", {"posts/trips/a.md": text, "posts/b.md": "# B\n"}, "posts")
    entry = site.entry("trips/a.md")
    assert (entry.url, entry.draft, entry.body.strip()) == (
        f"{URL}/trips/a/",
        True,
        "{{ kept }} {{< kept >}} [b](../b.md)",
    )
    assert dict(entry.references) == {"../b.md": f"{URL}/b/"}
    assert site.warnings == ()
