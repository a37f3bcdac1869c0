"""HTML as XHTML: elements and attributes by the names and in the namespaces that they have in XML."""

from __future__ import annotations

import pytest
from lxml import etree

from feedd.normalizer import body
from feedd.renderer.xhtml import MATHML, SVG, XHTML, tree_of
from tests.support.make import entry

XLINK = "http://www.w3.org/1999/xlink"


def names(html: str) -> list[str]:
    """The elements in the div, each as prefix:name."""
    prefixes = {XHTML: "h", SVG: "s", MATHML: "m"}
    found = [etree.QName(each) for each in etree.fromstring(tree_of(html) or b"<none/>").iterdescendants()]
    return [f"{prefixes[str(name.namespace)]}:{name.localname}" for name in found]


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>A <b>b</b></p>", ["h:p", "h:b"]),
        (
            "<p><svg><linearGradient id='a'><stop></stop></linearGradient></svg><i>x</i></p>",
            ["h:p", "s:svg", "s:linearGradient", "s:stop", "h:i"],
        ),
        (
            "<svg><foreignObject><p>A</p><svg><clipPath></clipPath></svg></foreignObject><g></g></svg>",
            ["s:svg", "s:foreignObject", "h:p", "s:svg", "s:clipPath", "s:g"],
        ),
        ("<svg><desc><b>A</b></desc></svg>", ["s:svg", "s:desc", "h:b"]),
        (
            "<math><mfrac><mi>x</mi><mtext><i>y</i></mtext></mfrac></math>",
            ["m:math", "m:mfrac", "m:mi", "m:mtext", "h:i"],
        ),
        (
            "<math><semantics><annotation-xml encoding='text/html'><p>A</p></annotation-xml></semantics></math>",
            ["m:math", "m:semantics", "m:annotation-xml", "h:p"],
        ),
        (
            "<math><semantics><annotation-xml><svg></svg><ci></ci></annotation-xml></semantics></math>",
            ["m:math", "m:semantics", "m:annotation-xml", "s:svg", "m:ci"],
        ),
    ],
)
def test_drawings_and_formulas_are_in_their_namespaces(html: str, found: list[str]) -> None:
    """With the case that their names have, and what HTML is in them as XHTML."""
    assert names(html) == found


def test_attributes_have_their_case_and_namespace() -> None:
    """In drawings and formulas; those of HTML have none."""
    html = (
        '<p viewBox="0"><svg viewBox="0 0 1 1" preserveAspectRatio="none" xmlns="http://www.w3.org/2000/svg" '
        'xmlns:xlink="http://www.w3.org/1999/xlink"><a xlink:href="https://ann.example/" xml:lang="de" fill="red"></a>'
        '</svg><math definitionURL="https://ann.example/"></math></p>'
    )
    (paragraph,) = etree.fromstring(tree_of(html) or b"<none/>")
    drawing, formula = paragraph
    assert dict(paragraph.attrib) == {"viewbox": "0"}
    assert dict(drawing.attrib) == {"viewBox": "0 0 1 1", "preserveAspectRatio": "none"}
    assert dict(drawing[0].attrib) == {
        f"{{{XLINK}}}href": "https://ann.example/",
        "{http://www.w3.org/XML/1998/namespace}lang": "de",
        "fill": "red",
    }
    assert dict(formula.attrib) == {"definitionURL": "https://ann.example/"}


def test_what_the_sanitizer_keeps_of_a_drawing_is_the_same_in_xhtml() -> None:
    """Each of its names."""
    drawing = (
        '<svg viewBox="0 0 90 90" width="90"><defs><linearGradient id="g" gradientUnits="userSpaceOnUse">'
        '<stop offset="1" stop-color="red"></stop></linearGradient><clipPath id="c" clipPathUnits="userSpaceOnUse">'
        '<rect width="9" height="9"></rect></clipPath></defs><path d="M0 0" pathLength="3"></path>'
        '<text textLength="9">A &amp; b</text></svg>'
    )
    html = body.content(entry(body=drawing, body_type="html")).html
    assert "linearGradient" in html
    (found,) = etree.fromstring(tree_of(html) or b"<none/>")
    same = etree.fromstring(html.replace("<svg", f'<svg xmlns="{SVG}"', 1))
    assert etree.tostring(found, method="c14n2", with_tail=False) == etree.tostring(same, method="c14n2")


def test_no_name_has_a_prefix_but_that_of_xlink() -> None:
    """Readers that put the markup into a page take <x:svg> for nothing they know."""
    html = '<p><svg><foreignObject><p>A</p></foreignObject><a xlink:href="#a"></a></svg><math><mi>x</mi></math></p>'
    assert tree_of(html) == (
        b'<div xmlns="http://www.w3.org/1999/xhtml"><p><svg xmlns="http://www.w3.org/2000/svg" '
        b'xmlns:xlink="http://www.w3.org/1999/xlink"><foreignObject><p xmlns="http://www.w3.org/1999/xhtml">A</p>'
        b'</foreignObject><a xlink:href="#a"/></svg><math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi></math>'
        b"</p></div>"
    )


def test_what_cannot_be_xml_is_none() -> None:
    assert tree_of('<p @click="x">A</p>') is None
