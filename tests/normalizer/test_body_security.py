"""Attacks by an article on the person who reads the feed, judged by allow-lists on the parsed output."""

from __future__ import annotations

import re

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from feedd.normalizer.body import content
from feedd.normalizer.body_links import LINK_SCHEMES
from feedd.normalizer.plain import words
from tests.support.make import entry

# Written out here and not imported: the test must not agree with a mistake in the tables it tests.
ELEMENTS = words(
    "a abbr address article aside audio b bdi bdo blockquote br caption cite code col colgroup data dd del "
    "details dfn div dl dt em figcaption figure footer h1 h2 h3 h4 h5 h6 header hgroup hr i img ins kbd li mark "
    "math mi mn mo mrow ms mtext nav ol p picture pre q rp rt ruby s samp section small source span strong sub "
    "summary sup table tbody td tfoot th thead time tr track u ul var video wbr "
    "mfrac msqrt mstyle msub msup mtable mtd mtr munder semantics "
    "circle clipPath defs ellipse g line linearGradient path polygon polyline radialGradient rect stop svg text tspan"
)
ATTRIBUTES = words(
    "abbr alt cite class colspan controls datetime default dir display height href hreflang kind label lang loop "
    "media muted open poster reversed rowspan scope sizes span src srclang srcset start style title type value "
    "width "
    "aria-label cx cy d fill id offset points r role stop-color stroke stroke-width transform viewBox x x1 x2 y y1 y2"
)
ADDRESSES = ("href", "src", "poster", "cite")
STYLE = re.compile(r"(?:(?:^|;)[a-z-]+:(?:[\w\s.,%#!+-]+|rgba?\([\d\s.,%/]+\)|url\(\"https?://[^\"\\]*\"\)))*\Z")

VECTORS = {
    # event handlers
    "img onerror": "<img src=x onerror=alert(1)>",
    "handler without space": "<img/src=x/onerror=alert(1)>",
    "handler with line feed": "<img src=x\nonerror\n=alert(1)>",
    "handler upper case": "<IMG SRC=x ONERROR=alert(1)>",
    "handler in entity": "<img src=x onerror=&#97;lert(1)>",
    "body onload": "<body onload=alert(1)>x",
    "details ontoggle": "<details open ontoggle=alert(1)>x</details>",
    "video source onerror": "<video><source onerror=alert(1)></video>",
    "unknown element": "<x onclick=alert(1)>x</x>",
    "marquee": "<marquee onstart=alert(1)>x</marquee>",
    "quote break": '<a href="x" title="&quot; onclick=&quot;alert(1)">x</a>',
    "backtick quote": "<img src=`x` onerror=alert(1)>",
    "slash in name": "<p/onclick=alert(1)>x",
    # script addresses
    "javascript": "<a href=javascript:alert(1)>x</a>",
    "javascript mixed case": "<a href=JaVaScRiPt:alert(1)>x</a>",
    "javascript entity": "<a href='&#106;avascript:alert(1)'>x</a>",
    "javascript entity without semicolon": "<a href='&#0000106avascript&#58alert(1)'>x</a>",
    "javascript tab": "<a href='java\tscript:alert(1)'>x</a>",
    "javascript line feed entity": "<a href='java&#10;script:alert(1)'>x</a>",
    "javascript named entity": "<a href='javascript&colon;alert(1)'>x</a>",
    "javascript tab entity": "<a href='jav&Tab;ascript:alert(1)'>x</a>",
    "javascript leading control": "<a href='\x01javascript:alert(1)'>x</a>",
    "javascript leading space entity": "<a href='&#32;&#14;javascript:alert(1)'>x</a>",
    "javascript with host": "<a href='javascript://ann.example/%0aalert(1)'>x</a>",
    "vbscript": "<a href='vbscript:msgbox(1)'>x</a>",
    "livescript": "<img src='livescript:1'>",
    "data html": "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "data svg in img": "<img src='data:image/svg+xml;base64,PHN2Zz4='>",
    "data javascript in img": "<img src='data:text/javascript,alert(1)'>",
    "view-source": "<a href='view-source:javascript:1'>x</a>",
    "file": "<a href='file:///etc/passwd'>x</a>",
    "blob": "<a href='blob:https://a.example/1'>x</a>",
    "srcset": "<img srcset='javascript:alert(1) 1x, data:text/html,x 2x'>",
    "poster": "<video poster='javascript:alert(1)' src='javascript:alert(1)'></video>",
    "cite": "<blockquote cite='javascript:alert(1)'>x</blockquote>",
    "action": "<form action='javascript:alert(1)'><button formaction='javascript:alert(1)'>x</button></form>",
    "background": "<table background='javascript:alert(1)'><tr><td background='javascript:1'>x</table>",
    "ping": "<a href='/x' ping='https://evil.example/'>x</a>",
    "lazy javascript": "<img data-src='javascript:alert(1)' src='x'>",
    "iframe javascript": "<iframe src='javascript:alert(1)'></iframe>",
    "object data": "<object data='data:text/html,<script>alert(1)</script>'>x</object>",
    "embed": "<embed src='javascript:alert(1)'>",
    "xlink": "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "math href": "<math href='javascript:alert(1)'><mi xlink:href='javascript:1'>x</mi></math>",
    # foreign content and mutation
    "svg onload": "<svg onload=alert(1)>",
    "svg script": "<svg><script>alert(1)</script></svg>",
    "svg style": "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "svg foreignObject": "<svg><foreignObject><iframe srcdoc='<script>1</script>'></foreignObject></svg>",
    "svg use": "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></svg>",
    "svg animate": "<svg><a><animate attributeName=href values=javascript:alert(1) /><text>x</text></a></svg>",
    "mxss math style": "<math><mtext><table><mglyph><style><!--</style>"
    "<img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "mxss form math": "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "mxss svg title": "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "mxss noscript": "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "mxss textarea": "<textarea><img title='</textarea><img src=x onerror=alert(1)>'></textarea>",
    "mxss xmp": "<xmp><p title='</xmp><svg/onload=alert(1)>'></xmp>",
    "mxss annotation": "<math><annotation-xml encoding='text/html'><style><img src=x onerror=alert(1)></style></math>",
    "mxss select": "<select><template><style><!--</style>"
    "<a rel='--></style></template></select><img src=x onerror=alert(1)>'>",
    "template": "<template><script>alert(1)</script></template>",
    "svg simple with handlers": "<svg width=9 onload=alert(1)><path d='M0' onclick=alert(1) "
    "style='x:expression(1)'/></svg>",
    "svg link": "<svg width=9><a href='javascript:alert(1)'><path/></a></svg>",
    "svg paint from elsewhere": "<svg width=9><path fill='url(https://evil.example/#a)' "
    "stroke='URL(//evil.example)'/></svg>",
    "svg paint escaped": "<svg width=9><path fill='u\\72l(//evil.example/)' d='url(javascript:1)'/></svg>",
    "svg style import": "<svg width=9><path style=\"fill:url('//evil.example/a.svg#b');filter:url(#x)\"/></svg>",
    "svg clobber": "<svg width=9><linearGradient id=attributes><stop/></linearGradient><clipPath id='a\" onload=\"1'/>"
    "<path id=getElementById fill='url(#attributes)'/></svg>",
    "svg set": "<svg width=9><path><set attributeName=onclick to=alert(1) /></path></svg>",
    "svg handler element": "<svg width=9><handler xmlns:ev=x ev:event=load>alert(1)</handler><path/></svg>",
    "svg image": "<svg width=9><image href='javascript:alert(1)'/><path/></svg>",
    "svg feImage": "<svg width=9><filter id=a><feImage href='//evil.example'/></filter><path filter='url(#a)'/></svg>",
    "svg in svg": "<svg width=9><path/><svg onload=alert(1)><path/></svg></svg>",
    "mxss svg title with a comment": "<svg width=9>"
    "<title><style><!--</style><img src=x onerror=alert(1)>--></title><path/></svg>",
    "mxss svg desc": "<svg width=9><desc><noscript><p title='</noscript><img src "
    "onerror=alert(1)>'></desc><path/></svg>",
    "mxss svg text": "<svg width=9><text><style><img title='</style><img src onerror=alert(1)>'></style></text></svg>",
    "mxss svg breakout": "<svg width=9><path/><p><style><g title='</style><img src onerror=alert(1)>'></svg>",
    "mxss svg cdata": "<svg width=9><text><![CDATA[</text></svg><img src onerror=alert(1)>]]></text></svg>",
    "mxss svg comment": "<svg width=9><text><!--</text></svg><img src=x onerror=alert(1)>--></text></svg>",
    "mxss svg label": "<svg width=9 aria-label='\"><img src onerror=alert(1)>'><title>\"&gt;&lt;img src "
    "onerror=1></title>"
    "<path/></svg>",
    "mxss svg in math": "<math><mtext><svg><path/><mglyph><svg><mtext><style><path id='</style>"
    "<img onerror=alert(1) src>'></svg></mtext></math>",
    "mxss math in svg": "<svg width=9><path/><math><mi><style><!--</style><img src onerror=alert(1)>--></math></svg>",
    "mxss math table": "<math><mtext><table><mtext><mglyph><style><math><img src onerror=alert(1)></table></math>",
    "mxss math annotation": "<math><semantics><mi>x</mi><annotation-xml encoding='application/xhtml+xml'>"
    "<svg onload=alert(1)></svg></annotation-xml></semantics></math>",
    "mxss math actiontype": "<math><maction actiontype='statusline#http://evil.example' "
    "xlink:href='javascript:1'>x</math>",
    "mxss math ms": "<math><ms lquote='\"><img src onerror=alert(1)>'>x</ms></math>",
    "mxss deep": "<div>" * 300 + "<svg><style><img title='</style><img src onerror=alert(1)>'></svg>",
    "mxss rouge": "<table class=lntable><td class=lntd><style><!--</style><img src onerror=alert(1)>--></td></table>",
    "mxss note": "<div class=admonition><p class=admonition-title><svg onload=alert(1)><path/></svg></div>",
    # unclosed and odd
    "unclosed tag": "<img src=x onerror=alert(1) //",
    "unclosed comment": "<!-- <img src=x onerror=alert(1)>",
    "comment bang": "<!--!> <img src=x onerror=alert(1)> -->",
    "cdata": "<![CDATA[<script>alert(1)</script>]]>",
    "nested script": "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "script with attributes": "<SCRIPT/XSS SRC=//evil.example/x.js></SCRIPT>",
    "processing instruction": "<?xml-stylesheet href='javascript:alert(1)'?><p>x",
    "doctype entity": "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><p>&e;</p>",
    "nul in name": "<scr\x00ipt>alert(1)</scr\x00ipt><img src=x o\x00nerror=alert(1)>",
    # the page around
    "base": "<base href='https://evil.example/'><a href='x'>x</a>",
    "meta refresh": "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "link": "<link rel=stylesheet href='//evil.example/x.css'>",
    "style import": "<style>@import 'https://evil.example/x.css';</style>",
    "srcdoc": "<iframe srcdoc='&lt;script&gt;alert(1)&lt;/script&gt;'></iframe>",
    "clobber": "<img name=getElementById id=document><form id=test><input name=attributes></form>",
    "isindex": "<isindex action=javascript:alert(1) type=image>",
    "frameset": "<frameset><frame src='javascript:alert(1)'></frameset>",
    "contenteditable": "<p contenteditable autofocus onfocus=alert(1)>x</p>",
    # style
    "expression": "<p style='width:expression(alert(1))'>x</p>",
    "expression with comment": "<p style='width:exp/**/ression(alert(1))'>x</p>",
    "css javascript": "<p style='background-image:url(javascript:alert(1))'>x</p>",
    "css escape": "<p style='background-image:\\75\\72\\6c(javascript:alert(1))'>x</p>",
    "moz binding": "<p style='-moz-binding:url(//evil.example/x#y)'>x</p>",
    "behavior": "<p style='behavior:url(x.htc)'>x</p>",
    "css overlay": "<a href='//evil.example' style='position:fixed;top:0;left:0;width:100%;height:100%'>x</a>",
    "css quote": "<p style='background-image:url(\"x\\\"});} *{color:red\")'>x</p>",
}  # fmt: skip
MARKDOWN = {
    "md javascript": "[x](javascript:alert(1))",
    "md javascript entity": "[x](&#106;avascript:alert(1))",
    "md autolink": "<javascript:alert(1)>",
    "md image": "![x](javascript:alert(1))",
    "md title": '[x](/a "\\" onmouseover=alert(1) \\"")',
    "md reference": "[x]\n\n[x]: data:text/html,alert(1)",
    "md raw": "a <img src=x onerror=alert(1)> b\n\n<script>alert(1)</script>",
    "md fence": "```\" onclick=alert(1)\nx\n```",
    "md alt": "![`<img src=x onerror=alert(1)>`](x.png)",
    "md note title": "!!! note \"<img src=x onerror=alert(1)>\"\n    x",
    "md container title": "::: tip <script>alert(1)</script></strong></blockquote><svg onload=alert(1)>\nx\n:::",
    "md callout": "> [!x] <img src=x onerror=alert(1)>\n> y",
    "md math": "$<img src=x onerror=alert(1)>$ $$</span><script>alert(1)</script>$$",
    "md markdown in html": "<div markdown=1 onclick=alert(1)>[x](javascript:alert(1))</div>",
    "md language": "```{.\" onclick=alert(1)}\nx\n```",
    "md footnote": "x[^\"onclick=alert(1)]\n\n[^\"onclick=alert(1)]: <svg onload=alert(1)>",
}  # fmt: skip
TEXT = {
    "text script": "<script>alert(1)</script>",
    "text link": "see https://a.example/\"onclick=alert(1) and javascript:alert(1)",
    "text link quote": "https://a.example/'><img/src=x/onerror=alert(1)>",
}  # fmt: skip
ALL = [
    pytest.param(body, kind, id=f"{name} in {kind}")
    for kind, table in (("html", VECTORS), ("markdown", MARKDOWN), ("markdown", VECTORS), ("text", TEXT))
    for name, body in table.items()
]


def nodes(html: str) -> list[LexborNode]:
    """Every element of the output as a browser with scripting off and a second parser would see it."""
    root = LexborHTMLParser(f"<!doctype html><body>{html}").body
    assert root is not None
    return [node for node in root.traverse() if node.tag != "body"]


def assert_harmless(html: str) -> None:
    for node in nodes(html):
        assert node.tag in ELEMENTS, node.html
        for name, value in node.attributes.items():
            assert name in ATTRIBUTES, (node.tag, name, value)
            if name in ADDRESSES:
                assert_address(value or "", data=node.tag == "img")
            if name == "srcset":
                assert all(re.match(r"https?://[^\s,]+", part) for part in (value or "").split(", "))
            if name == "style":
                assert STYLE.match(value or ""), value
            if name == "id":
                assert re.fullmatch(r"g[0-9a-f]{6}-[\w.-]+", value or ""), value
            if "url" in (value or "").lower() and name not in (*ADDRESSES, "srcset", "style", "alt", "title"):
                assert re.fullmatch(r"url\(#g[0-9a-f]{6}-[\w.-]+\)", value or ""), (name, value)
            if name == "class":
                assert re.fullmatch(r"language-[\w+#.-]+", value or "")


def assert_address(url: str, *, data: bool) -> None:
    scheme = re.match(r"([a-z][a-z0-9+.-]*):", url)
    assert scheme is not None, url
    assert scheme[1] in LINK_SCHEMES or (data and re.match(r"data:image/(png|gif|jpe?g|webp|avif);", url)), url
    assert not re.search(r"[\x00-\x20\\<>\"]", url), url


@pytest.mark.parametrize(("body", "kind"), ALL)
def test_nothing_dangerous_survives(body: str, kind: str) -> None:
    """Only known elements, attributes, absolute addresses of known schemes and plain declarations come out."""
    assert_harmless(content(entry("posts/hello.md", body=body, body_type=kind)).html)


@pytest.mark.parametrize(("body", "kind"), ALL)
def test_nothing_dangerous_survives_in_a_huge_body(body: str, kind: str) -> None:
    """A body that is large enough to be tamed first is as safe as a small one."""
    body += "\n\n" + "<p>filler</p>\n" * 1_001
    assert_harmless(content(entry("posts/hello.md", body=body, body_type=kind)).html)


@pytest.mark.parametrize("body", VECTORS.values(), ids=VECTORS.keys())
def test_nothing_dangerous_survives_in_mdx(body: str) -> None:
    """Unwrapping components uncovers nothing."""
    split = body.replace("<", "<A/><").replace("on", "o<B>n")
    for text in (body, split):
        assert_harmless(content(entry("posts/hello.mdx", body=text, body_type="markdown")).html)


@pytest.mark.parametrize("scheme", ["javascript", "vbscript", "data", "file", "blob", "about", "filesystem", "jar"])
def test_link_schemes_that_run_or_leak_are_not_known(scheme: str) -> None:
    """The table of link schemes itself holds nothing that runs."""
    assert scheme not in LINK_SCHEMES


def test_base_does_not_move_relative_links() -> None:
    """A <base> in a body is not believed: addresses belong to the permalink."""
    result = content(
        entry("posts/hello.md", body='<base href="https://evil.example/"><a href="x">x</a>', body_type="html")
    )
    assert result.html == '<a href="https://ann.example/posts/hello/x">x</a>'
