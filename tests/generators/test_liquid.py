"""Template code in articles: Liquid as its own implementation works it out, and what happens to what nobody knows."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from feedd.generators.kramdown import without_kramdown
from feedd.generators.liquid import Language, Scope, resolve
from feedd.generators.liquid_values import UNKNOWN
from feedd.yaml_core import load

GOLDEN = load((Path(__file__).parent / "liquid_golden.yaml").read_text("utf-8")).value


@pytest.mark.parametrize("pair", GOLDEN["pairs"], ids=lambda pair: pair["template"][:60])
def test_known_values_give_what_liquid_gives(pair: dict[str, str]) -> None:
    """Filters, conditions, loops and assignments, character for character."""
    assert resolve(pair["template"], Language(names=GOLDEN["data"])).body == pair["text"]


def test_text_without_template_code_is_left_alone() -> None:
    """Braces alone are no template."""
    body = "a { b } {#id} }} %} {"
    assert resolve(body, Language()).body == body


LANGUAGE = Language(names={"site": {"title": "T", "posts": UNKNOWN}, "page": {"title": "P"}})
UNKNOWNS = [
    ("a{{ site.posts | size }}b", "ab", ("{{ site.posts | size }}",)),
    ("a{{ other.name }}b", "ab", ("{{ other.name }}",)),
    ("a{{ page.subtitle }}b", "ab", ()),
    ("{{ page.title | shout }}", "", ("{{ page.title | shout }}",)),
    ("{{ site.posts | default: 'none' }}", "none", ()),
    ("a{% seo %}b", "ab", ("tag seo",)),
    ("{% note info %}Hi {{ page.title }}{% endnote %}", "Hi P", ("tag note",)),
    ("{% for p in site.posts %}x{% endfor %}y", "y", ("loop over site.posts",)),
    ("{% if site.posts %}x{% else %}y{% endif %}", "x", ("condition site.posts",)),
    ("{% unless site.posts %}x{% endunless %}", "x", ("condition site.posts",)),
    ("{% assign a = site.posts | first %}{{ a.url }}", "", ("assign a = site.posts | first", "{{ a.url }}")),
    ("{% if site.posts and false %}x{% endif %}{% if true or site.posts %}y{% endif %}", "y", ()),
    ("{% if site.posts == 1 %}x{% endif %}", "x", ("condition site.posts == 1",)),
    ("{{ ^ }}", "", ("{{ ^ }}",)),
]


@pytest.mark.parametrize(("template", "text", "removed"), UNKNOWNS, ids=[row[0] for row in UNKNOWNS])
def test_what_nobody_knows_leaves_text_or_nothing(template: str, text: str, removed: tuple[str, ...]) -> None:
    """Never its own code; and a person is told by name what is missing."""
    found = resolve(template, LANGUAGE)
    assert (found.body, found.removed) == (text, removed)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("a {% if page.title", "a {% if page.title"),
        ("a {{ page.title", "a {{ page.title"),
        ("{{ x }} {% y", " {% y"),
        ("{% endif %}a{% else %}b", "ab"),
        ("{% if true %}a", "a"),
        ("{% if true %}{% for i in (1..2) %}a{% endif %}b", "aab"),
        ("{% raw %}{{ x }}", "{{ x }}"),
        ("{% %}a{%%}b", "ab"),
        ("{% if true %}" * 100 + "deep" + "{% endif %}" * 100, "deep"),
    ],
)
def test_broken_templates_keep_their_text(template: str, text: str) -> None:
    """Jekyll would stop at some of these; an article of somebody's does not."""
    assert resolve(template, LANGUAGE).body == text


def test_a_generator_brings_tags_blocks_and_filters() -> None:
    """A tag gets its words and a scope to ask; a block its finished text besides; None is a refusal."""

    def hello(words: str, scope: Scope) -> str | None:
        return f"Hello {scope.value(words)}" if words else None

    def box(words: str, inside: str, scope: Scope) -> str | None:
        return f"<div>{inside}</div>"

    def part(words: str, scope: Scope) -> str:
        made = scope.partial("{{ who }} of {{ page.title }}{% part %}", {"who": scope.filled(words)})
        return made.body if made else "."

    language = Language(
        names={"page": {"title": "P"}},
        tags={"hello": hello, "part": part},
        blocks={"box": box},
        filters={"twice": lambda value, more="": value + more + value},
    )
    assert resolve("{% hello page.title %}", language).body == "Hello P"
    assert resolve("{% hello %}!", language).removed == ("tag hello",)
    assert resolve("{% box %}{{ page.title | twice: '-' }}{% endbox %}", language).body == "<div>P-P</div>"
    assert resolve("{% part A{{ page.title }} %}", language).body == "AP of P" + " of P" * 4 + "."


def test_nunjucks_is_understood_where_it_differs() -> None:
    """Filters with brackets, `set`, `elif`, `not`, comments, and what counts as false."""
    language = Language(
        names={"title": "T", "nothing": "", "tags": ["a", "b"]},
        others=UNKNOWN,
        comments=True,
        verbatim=("verbatim",),
        empty_is_false=True,
    )
    pairs = [
        ('{% set x = title | replace("T", "U") %}{{ x }}', "U"),
        ("{% set y %}<{{ title }}>{% endset %}{{ y }}", "<T>"),
        ("{% if nothing %}a{% elif not nothing and title === 'T' %}b{% endif %}", "b"),
        ("a{# {{ title }} #}b", "ab"),
        ("{% verbatim %}{{ x }}{% endverbatim %}", "{{ x }}"),
        ("{% for t in tags %}{{ loop.index }}{{ t }}{% endfor %}", "1a2b"),
        ("{{ 'yes' if title else 'no' }}{{ 'a' in tags }}", "yes"),
    ]
    assert [resolve(template, language).body for template, _ in pairs[:-1]] == [text for _, text in pairs[:-1]]
    assert resolve("{{ other }}{{ call(1) }}", language).removed == ("{{ other }}", "{{ call(1) }}")
    assert resolve(pairs[-1][0].partition("{{ 'a'")[0], language).body == pairs[-1][1]


BOMBS = {
    "openings": "{%" * 50_000,
    "outputs": "{{" * 50_000,
    "blanks": "{{" + " " * 100_000 + "}}",
    "open blocks": "{% if x %}" * 10_000,
    "raw": "{% raw %}" * 10_000,
    "filters": "{{ a" + "|a" * 50_000 + "}}",
    "brackets": "{{ " + "(" * 50_000 + "}}",
    "conditions": "{% if " + "a and " * 5_000 + "b %}x",
    "loops": "{% for i in (1..500) %}" * 30 + "{{ i }}",
    "doubling": "{% assign a = 'xxxxxxxx' %}" + "{% assign a = a | append: a | append: a %}" * 40 + "{{ a }}" * 500,
    "capturing": "{% capture a %}{{ a }}{{ a }}x{% endcapture %}" * 60 + "{{ a }}",
    "replacing": "{% assign a = 'x' | append: 'y' %}" + "{{ a | replace: 'x', a }}" * 5_000,
    "lists": "{% assign a = 'a,b' | split: ',' %}" + "{% assign a = a | concat: a %}" * 40 + "{{ a }}",
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_no_template_takes_long_or_grows_large(bomb: str) -> None:
    """Everything is linear in the text, and what wants to grow without end is cut off."""
    start = time.perf_counter()
    found = resolve(bomb, Language())
    assert time.perf_counter() - start < 5
    assert len(found.body) < 2_000_000


# --- kramdown ---------------------------------------------------------------------------------------------------------

KRAMDOWN = [
    ("[a](b){: .c target='_blank'} *d*{:.e} `f`{:.g} ![h](i){: width=\"1\"}", "[a](b) *d* `f` ![h](i)"),
    ("Para\n{: .lead #x}\n\nNext", "Para\n\nNext"),
    ("One\n{: .a}\nTwo", "One\n\nTwo"),
    ("* TOC\n{:toc}\n\nText", "\nText"),
    ("1. Contents\n{: toc .x}\n# A\n{: .no_toc}\n\nB", "\n# A\n\nB"),
    ("* {:.a} one\n* two\n{: .b}", "* one\n* two"),
    ("a{::comment}b{:/comment}c\n{::comment}\nd\n{:/}\ne", "ac\n\ne"),
    ('{::nomarkdown}<b>a</b>{:/nomarkdown}\n{::options x="1" /}\nb', "<b>a</b>\nb"),
    ("The HTML\n\n*[HTML]: Hyper Text", "The HTML\n"),
    ('<div class="a" markdown="1">\n*b*\n</div>', '<div class="a">\n\n*b*\n</div>'),
    ("{:ref: .a #b}\n\nText", "\nText"),
]
KEPT = [
    "a hash {:k=>42} and {:a, :b} stay",
    "`[a](b){: .c}`",
    "```\n{: .a}\n[a](b){: .c}\n```",
    "Text\n\n    {: .a}\n    [a](b){: .c}\n\nText {:",
    "<pre>\n{: .a}\n</pre>",
    "~~~~ ruby\n*[a]: b\n~~~\n{: .x}\n~~~~",
]


@pytest.mark.parametrize(("text", "plain"), KRAMDOWN, ids=[text for text, _ in KRAMDOWN])
def test_kramdowns_own_marks_are_taken_out(text: str, plain: str) -> None:
    """What only kramdown understands would be read as text by others."""
    assert without_kramdown(text) == plain


@pytest.mark.parametrize("text", KEPT)
def test_code_and_words_that_look_like_marks_are_kept(text: str) -> None:
    """Samples of code, and braces that are no list of attributes."""
    assert without_kramdown(text) == text


@pytest.mark.parametrize(
    "text",
    ["{:" * 50_000, "{: a" * 30_000, "*a*{: " + "x " * 50_000, "{::comment}" * 20_000 + "{:/}", "`a" * 50_000 + "{:"],
)
def test_kramdown_marks_are_found_in_linear_time(text: str) -> None:
    """However many are begun and never ended."""
    start = time.perf_counter()
    without_kramdown(text)
    assert time.perf_counter() - start < 5
