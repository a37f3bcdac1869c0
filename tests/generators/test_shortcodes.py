"""Shortcodes are found where the generators find them, never in code samples, and in linear time."""

from __future__ import annotations

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedd.generators.shortcodes import HUGO, ZOLA, Call, Syntax, expand


def _shown(call: Call) -> str:
    """A call in words of its own: [name a b=c|inner]"""
    given = [*call.words, *(f"{key}={value}" for key, value in call.named.items())]
    inner = "" if call.inner is None else f"|{call.inner}"
    return f"[{' '.join((call.name, *given))}{inner}]"


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("{{< a >}} {{% b %}} {{<c/>}}", "[a] [b] [c]"),
        ('{{< a "x y" z `r "s"` 1.5 -q >}}', '[a x y z r "s" 1.5 -q]'),
        ('{{< a k="x \\"y\\"" l=`m` n=o/p q = r >}}', '[a k=x "y" l=m n=o/p q=r]'),
        ("{{< a\n  k=1\n  l=2\n>}}", "[a k=1 l=2]"),
        ("{{< ns/name x >}}", "[ns/name x]"),
        ("{{< a href=https://x.example/?b=c >}}", "[a href=https://x.example/?b=c]"),
        ("{{< a >}}in{{< /a >}} {{% a %}}in{{% /a %}}", "[a|in] [a|in]"),
        ("{{< a >}}1{{< b >}}2{{< /b >}}{{< c >}}{{< /a >}}", "[a|1[b|2][c]]"),
        ("{{< a >}}{{< a >}}x{{< /a >}}{{< /a >}}", "[a|[a|x]]"),
        ("{{< a / >}} {{< a x />}}y", "[a] [a x]y"),
        ("x {{< /a >}} y", "x  y"),
        ("{{</* a b=c */>}}", "`{{< a b=c >}}`"),
        ("{{%/* a `b` */%}}", "``{{% a `b` %}}``"),
        ("`{{< a >}}` {{< b >}}", "`{{< a >}}` [b]"),
        ("``x ` {{< a >}}`` {{< b >}} `c", "``x ` {{< a >}}`` [b] `c"),
        ("\\`{{< a >}}`", "\\`[a]`"),
        ("```md\n{{< a >}}\n{{</* b */>}}\n```\n{{< c >}}", "```md\n{{< a >}}\n{{< b >}}\n```\n[c]"),
        ("- x\n\n  ~~~\n  {{< a >}}\n  ~~~\n{{< c >}}", "- x\n\n  ~~~\n  {{< a >}}\n  ~~~\n[c]"),
        ("````\n```\n{{< a >}}\n````\n{{< c >}}", "````\n```\n{{< a >}}\n````\n[c]"),
        (
            "<pre>{{< a >}}</pre> <code class=x>{{% b %}}</code> {{< c >}}",
            "<pre>{{< a >}}</pre> <code class=x>{{% b %}}</code> [c]",
        ),
        ("{{< highlight go >}}\n`{{< a >}}` {{% b %}}\n{{< /highlight >}}", "[highlight go|\n`{{< a >}}` {{% b %}}\n]"),
        ("a ` b\n\n{{< c >}} ` d", "a ` b\n\n[c] ` d"),
        ("{{< a 'x' >}}", "[a 'x']"),
        ("no {{ .Page }} {{ a }} here", "no {{ .Page }} {{ a }} here"),
    ],
)
def test_hugos_shortcodes(written: str, wanted: str) -> None:
    """Arguments by position and name, pairs, escapes, and the places that are code."""
    assert expand(written, "markdown", HUGO, _shown).body == wanted


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ('{{ a(id="x y", n=1, b=true, l=[1, 2]) }}', "[a id=x y n=1 b=true l=[1, 2]]"),
        ("{{a()}} {{ a(k='v',\n  w=`u`) }}", "[a] [a k=v w=u]"),
        ('{% q(author="V") %}In *it*{% end %}', "[q author=V|In *it*]"),
        ("{% a() %}1{% b() %}2{% end %}3{% end %}", "[a|1[b|2]3]"),
        ('{{/* a(b="c") */}}', '`{{ a(b="c") }}`'),
        ("{%/* q() */%}x{%/* end */%}", "`{% q() %}`x`{% end %}`"),
        ("`{{ a() }}` {{ b() }}", "`{{ a() }}` [b]"),
        ("{{ page.title }} {% if x %} {{ a(b) }} {{ a(b=1 }}", "{{ page.title }} {% if x %} {{ a(b) }} {{ a(b=1 }}"),
        ("{% end %}", ""),
    ],
)
def test_zolas_shortcodes(written: str, wanted: str) -> None:
    """What has exactly their shape; everything else is text to Zola, too."""
    assert expand(written, "markdown", ZOLA, _shown).body == wanted


def test_what_nobody_knows_leaves_its_text() -> None:
    """The tags go, the text between them stays, and each name is told once."""
    found = expand("{{< a >}}x {{< b >}} {{% a %}}y{{% /a %}}{{< /a >}} {{< b >}}", "markdown", HUGO, lambda call: None)
    assert (found.body, found.removed) == ("x  y ", ("shortcode b", "shortcode a"))


def test_examples_in_html_are_code() -> None:
    """An escaped shortcode is shown as one."""
    assert expand("<p>{{</* a */>}}</p>", "html", HUGO, _shown).body == "<p><code>{{&lt; a &gt;}}</code></p>"


def test_where_a_shortcode_stands() -> None:
    """Alone on its line or in the text, and how deep."""
    seen: list[tuple[str, bool, str]] = []

    def see(call: Call) -> str:
        seen.append((call.name, call.alone, call.indent))
        return ""

    expand("x {{< a >}}\n  {{< b >}}  \n{{< c >}} y\n\t{{< d >}}\nz\n{{< /d >}}", "markdown", HUGO, see)
    assert seen == [("a", False, ""), ("b", True, "  "), ("c", False, ""), ("d", True, "\t")]


@pytest.mark.parametrize(
    "broken", ['{{< a "x >}} y', "{{< a", "{{<", "{{< >}} y", "{{< a `b >}} y", "{{</* a >}} y", '{{% a b="c %}} y']
)
def test_broken_shortcodes_are_taken_out(broken: str) -> None:
    """Hugo would refuse the page; readers see no signs of it."""
    found = expand(f"before {broken}", "markdown", HUGO, _shown)
    assert "{{" not in found.body and found.body.startswith("before ")
    assert found.removed == ("a broken shortcode",)


_SIGNS = ("{{<", ">}}", "{{%", "%}}", "{{</*", "*/>}}", "{{ a(", ") }}", '"', "`", "```", " ", "=", "a", "/", "\\", "é")
_WHOLE = ("{{< a >}}", "{{< /a >}}", "{% a() %}", "{% end %}", "{{< highlight >}}", "{{< /highlight >}}")
_PIECES = st.sampled_from((*_SIGNS, *_WHOLE, "\n", "\n\n", "<code>", "</code>"))


@given(st.lists(_PIECES, max_size=60).map("".join), st.sampled_from(["markdown", "html", "text"]))
def test_any_text_at_all(text: str, body_type: str) -> None:
    """Nothing raises, and outside of code no shortcode of Hugo's is left."""
    found = expand(text, body_type, HUGO, lambda call: call.inner).body
    expand(text, body_type, ZOLA, lambda call: None)
    if "`" not in text and "<code>" not in text and "/*" not in text and "highlight" not in text:
        assert not re.search(r"\{\{[<%]", found)


@pytest.mark.parametrize("syntax", [HUGO, ZOLA], ids=["hugo", "zola"])
@pytest.mark.parametrize(
    "piece",
    [
        "{{< a `",
        "{{< a ",
        "{{<",
        "{{</*",
        '{{< "\\',
        "{{< a=`",
        "{{< highlight >}}",
        "{{% /a %}}",
        '{{ a(b="',
        "{{ a(b=[",
        "{% a() %}",
        "`` ` ",
        "<code>",
    ],
)
def test_time_is_linear(piece: str, syntax: Syntax) -> None:
    """Sixteen times the text takes about sixteen times as long, and nowhere near 256 times."""
    short, long = (_time(piece * count, syntax) for count in (1_000, 16_000))
    assert long < max(0.5, short * 100)


def _time(text: str, syntax: Syntax) -> float:
    began = process_time()
    expand(text, "markdown", syntax, lambda call: call.inner)
    return process_time() - began
