"""XML -> a light tree with places and short names; and everything that is to be said of XML as such.

Two parsers must agree: expat reads the tree, libxml2 (of which half of the readers are made) must accept the same
bytes. Nothing is fetched, no entity is expanded.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from xml.parsers import expat

from lxml import etree

from feedd.lint.findings import Book, quoted

MOST_BYTES = 5_000_000  # the limit of the W3C validator, and about that of several readers
MOST_STEPS = 10  # of a path
_SEPARATOR = "\x1f"  # cannot stand in XML, so not in a namespace either

NAMESPACES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://www.itunes.com/dtds/podcast-1.0.dtd": "itunes",
    "https://podcastindex.org/namespace/1.0": "podcast",
    "https://github.com/Podcastindex-org/podcast-namespace/blob/main/docs/1.0.md": "podcast",
    "http://search.yahoo.com/mrss/": "media",
    "http://purl.org/rss/1.0/modules/syndication/": "sy",
    "http://purl.org/rss/1.0/modules/slash/": "slash",
    "http://purl.org/syndication/thread/1.0": "thr",
    "http://purl.org/syndication/history/1.0": "fh",
    "http://purl.org/atompub/tombstones/1.0": "at",
    "http://www.georss.org/georss": "georss",
    "http://www.w3.org/2003/01/geo/wgs84_pos#": "geo",
    "http://wellformedweb.org/CommentAPI/": "wfw",
    "http://backend.userland.com/creativeCommonsRssModule": "creativeCommons",
    "http://web.resource.org/cc/": "cc",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://purl.org/rss/1.0/": "rss1",
    "http://purl.org/net/rss1.1#": "rss11",
    "http://my.netscape.com/rdf/simple/0.9/": "rss090",
    "http://purl.org/atom/ns#": "atom03",
    "http://www.w3.org/2000/svg": "svg",
    "http://www.w3.org/1998/Math/MathML": "mathml",
}
_PREFIXES = {prefix: uri for uri, prefix in reversed(NAMESPACES.items())}
_DECLARED = re.compile(rb"""^<\?xml[^>]{1,200}?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']""")
# Windows-1252 bytes that were taken for Latin-1, and references to them.
_C1 = re.compile(rb"\xc2[\x80-\x9f]|&#(?:12[89]|1[345][0-9]|x[89][0-9a-fA-F]);|\xef\xbf\xbd|&#(?:65533|x[fF]{3}[dD]);")


class Node:
    """An element. `name` is short: "title" without a namespace, "atom:title" in a known one, "{uri}title" else."""

    __slots__ = ("attrs", "children", "column", "line", "name", "parent", "parts", "prefix", "steps")

    def __init__(
        self, name: str, prefix: str, attrs: dict[str, str], line: int, column: int, parent: Node | None
    ) -> None:
        self.name = name
        self.prefix = prefix
        self.attrs = attrs
        self.line = line
        self.column = column
        self.parent = parent
        self.children: list[Node] = []
        self.parts: list[str] = []
        self.steps: dict[int, str] | None = None  # of the children in paths, once somebody asked

    @property
    def text(self) -> str:
        """What stands directly in it."""
        return self.parts[0] if len(self.parts) == 1 else "".join(self.parts)

    def find(self, name: str) -> Node | None:
        return next((child for child in self.children if child.name == name), None)

    def all(self, name: str) -> list[Node]:
        return [child for child in self.children if child.name == name]

    def value(self, name: str) -> str:
        """The text of a child, without the space around it."""
        child = self.find(name)
        return "" if child is None else child.text.strip()

    def path(self) -> str:
        """rss/channel/item[2]/guid"""
        steps: list[str] = []
        node = self
        while node.parent is not None and len(steps) < MOST_STEPS:
            steps.append(node.parent._step(node))
            node = node.parent
        steps.append(node.name if node.parent is None else "…")
        return "/".join(reversed(steps))

    def _step(self, child: Node) -> str:
        if self.steps is None:
            total = Counter(each.name for each in self.children)
            seen: Counter[str] = Counter()
            self.steps = {}
            for each in self.children:
                seen[each.name] += 1
                self.steps[id(each)] = each.name + (f"[{seen[each.name]}]" if total[each.name] > 1 else "")
        return self.steps[id(child)]


def read(data: bytes, book: Book) -> Node | None:
    """The root; None where the document is not to be read further, and the book says why."""
    if len(data) > MOST_BYTES:
        book.put("size", f"{len(data):,} bytes")
    found = _recoded(data, book)
    if found is None:
        return None
    root = _Reader(book).read(found)
    if root is not None:
        _ask_libxml2(data, book)
        _look_for_characters(found, book)
    return root


def _recoded(data: bytes, book: Book) -> bytes | None:
    """The document in UTF-8, whatever it was in."""
    if data.startswith(codecs.BOM_UTF8):
        book.put("xml-bom", "the document begins with a byte order mark", 1, 1)
        data = data[3:]
    declared = _DECLARED.match(data)
    name = declared[1].decode() if declared else "utf-8"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    if name.lower() in ("utf-8", "utf8"):
        return data
    book.put("xml-not-utf8", f"the document is in {name}", 1, 1)
    try:
        return data.decode(name).encode("utf-8")
    except LookupError:
        book.put("xml-encoding", f"nobody knows an encoding {quoted(name)}", 1, 1)
    except (ValueError, UnicodeError) as error:  # also codecs that are no encodings of text
        book.put("xml-encoding", f"the document is not in {name}, as it says: {quoted(str(error))}", 1, 1)
    return None


class _EnoughError(Exception):
    """The document is not read any further."""


class _Reader:
    """expat's handlers. One document each."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._names: dict[str, tuple[str, str]] = {}
        self._root: Node | None = None
        self._open: list[Node] = []
        self._parser = expat.ParserCreate("utf-8", namespace_separator=_SEPARATOR)
        self._parser.namespace_prefixes = True
        self._parser.buffer_text = True
        self._parser.buffer_size = 1 << 16
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartNamespaceDeclHandler = self._namespace
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.EntityDeclHandler = self._entity
        self._parser.SkippedEntityHandler = self._skipped
        self._spaces: set[tuple[str, str]] = set()

    def read(self, data: bytes) -> Node | None:
        try:
            self._parser.Parse(data, True)
        except _EnoughError:
            return None
        except expat.ExpatError as error:
            message = expat.ErrorString(error.code)
            self._book.put("xml-well-formed", f"not well-formed XML: {message}", error.lineno, error.offset + 1)
            return None
        return self._root

    def _start(self, raw: str, attrs: dict[str, str]) -> None:
        name, prefix = self._names.get(raw) or self._name(raw)
        if attrs:
            attrs = {(self._names.get(key) or self._name(key))[0]: value for key, value in attrs.items()}
        parent = self._open[-1] if self._open else None
        parser = self._parser
        node = Node(name, prefix, attrs, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1, parent)
        if parent is None:
            self._root = node
        else:
            parent.children.append(node)
        self._open.append(node)

    def _end(self, _raw: str) -> None:
        self._open.pop()

    def _characters(self, text: str) -> None:
        self._open[-1].parts.append(text)

    def _name(self, raw: str) -> tuple[str, str]:
        """expat gives "local", "uri|local" or "uri|local|prefix"."""
        parts = raw.split(_SEPARATOR)
        if len(parts) == 1:
            found = (raw, "")
        else:
            space = NAMESPACES.get(parts[0])
            found = (f"{space}:{parts[1]}" if space else f"{{{parts[0]}}}{parts[1]}", "".join(parts[2:]))
        self._names[raw] = found
        return found

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        given = (prefix or "", uri or "")
        if given in self._spaces:
            return
        self._spaces.add(given)
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        near = _NEAR.get(_near(given[1]))
        if uri and uri not in NAMESPACES and near:
            self._book.put("xml-namespace-typo", f"{quoted(uri)} is nearly, but not, {near}", line, column)
        elif prefix in _PREFIXES and uri not in NAMESPACES:
            self._book.put("xml-prefix-taken", f"{prefix}: stands for {quoted(uri or '')}", line, column)

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        parser = self._parser
        self._book.put("xml-doctype", "a document type", parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)

    def _entity(self, name: str, *_: object) -> None:
        parser = self._parser
        message = f"the entity {quoted(name)} is declared"
        self._book.put("xml-entities", message, parser.CurrentLineNumber, parser.CurrentColumnNumber + 1)
        raise _EnoughError

    def _skipped(self, name: str, _parameter: bool) -> None:
        line, column = self._parser.CurrentLineNumber, self._parser.CurrentColumnNumber + 1
        self._book.put("xml-named-entity", f"&{name}; means nothing without its document type", line, column)


def _near(uri: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", uri.lower()).rstrip("/#")


_NEAR = {_near(uri): uri for uri in reversed(NAMESPACES) if _near(uri)}


def _ask_libxml2(data: bytes, book: Book) -> None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False)
    try:
        etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        book.put("xml-libxml2", f"libxml2 refuses what expat reads: {quoted(error.msg)}", line or None, column or None)
    except (ValueError, LookupError) as error:
        book.put("xml-libxml2", f"libxml2 refuses what expat reads: {quoted(str(error))}")


def _look_for_characters(data: bytes, book: Book) -> None:
    if found := _C1.search(data):
        message = "a control character or a replacement character, mostly a sign that was decoded wrongly"
        book.put("xml-characters", message, data.count(b"\n", 0, found.start()) + 1)
