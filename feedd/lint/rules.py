"""Every rule: its stable name, how bad it is, what it says, where it comes from, what to do.

docs/lint.md is made from this table, and `tests/lint` has an example for each row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

ERROR: Final = "error"
WARNING: Final = "warning"
INFO: Final = "info"


@dataclass(frozen=True, slots=True)
class Rule:
    """`source` is a clause, or the reader and what goes wrong there."""

    id: str
    level: str
    says: str
    source: str
    hint: str = ""


_XML = "XML 1.0"
_RSS = "RSS 2.0"
_BOARD = "RSS Board profile"
_ATOM = "RFC 4287"
_JSON = "JSON Feed 1.1"
_APPLE = "Apple, podcast RSS requirements"
_PODCAST = "Podcasting 2.0 namespace"
_MEDIA = "Media RSS 1.5.1"
_OPML = "OPML 2.0"

_GENERAL = (
    Rule("no-feed", ERROR, "The document is no feed.", "-", "look at what stands there in a text editor"),
    Rule(
        "old-rss",
        INFO,
        "RSS 0.9x, 1.0 or 1.1, or Atom 0.3: not looked at any further.",
        "the formats are superseded",
        "publish RSS 2.0 or Atom 1.0",
    ),
    Rule(
        "size",
        WARNING,
        "More than 5,000,000 bytes.",
        "W3C validator and several readers stop there",
        "fewer entries, or archives",
    ),
    Rule(
        "self-differs",
        WARNING,
        "The document names another address than the one it is at.",
        "RFC 4287 4.1.1; RSS Board profile, atom:link",
        "readers move to the address that is named",
    ),
    Rule("self-type", WARNING, "The link to itself has the type of something else.", "RFC 4287 4.2.7.3"),
)

_OF_XML = (
    Rule(
        "xml-well-formed", ERROR, "Not well-formed XML.", _XML + " 2.1", "a reader shows an error instead of the feed"
    ),
    Rule(
        "xml-libxml2",
        ERROR,
        "libxml2 refuses it (depth, length of a text), expat does not.",
        "newsboat, FreshRSS, gPodder and all others on libxml2 show nothing",
    ),
    Rule("xml-encoding", ERROR, "The bytes are not in the encoding that the document names.", _XML + " 4.3.3"),
    Rule(
        "xml-not-utf8", WARNING, "Another encoding than UTF-8.", "readers written in Go and JavaScript know UTF-8 only"
    ),
    Rule(
        "xml-bom", WARNING, "A byte order mark.", "PHP's and Perl's older parsers take it for text before the document"
    ),
    Rule("xml-space-first", ERROR, "White space before the XML declaration.", _XML + " 2.8"),
    Rule("xml-doctype", WARNING, "A document type.", "readers that guard against entity bombs refuse the document"),
    Rule(
        "xml-entities",
        WARNING,
        "Own entities are declared; not looked at any further.",
        "readers that guard against entity bombs refuse the document",
        "write the characters themselves",
    ),
    Rule(
        "xml-named-entity",
        ERROR,
        "A named entity that XML does not know, such as &nbsp;.",
        _XML + " 4.1",
        "write the character itself",
    ),
    Rule(
        "xml-characters",
        WARNING,
        "C1 control characters or U+FFFD.",
        "W3C validator (BadCharacters): text that was decoded wrongly",
    ),
    Rule(
        "xml-namespace-typo",
        ERROR,
        "A namespace that is nearly, but not, a known one.",
        "Namespaces in XML 2.3: readers compare letter by letter and find nothing",
    ),
    Rule(
        "xml-prefix-taken",
        WARNING,
        "A well-known prefix stands for another namespace.",
        "W3C validator (ReservedPrefix): several readers look for the prefix",
    ),
)

_VALUES = (
    Rule(
        "element-missing",
        ERROR,
        "A required element is not there.",
        "RSS 2.0; RFC 4287 4.1; the module's specification",
    ),
    Rule(
        "element-twice", ERROR, "An element is there twice that may be there once.", "RSS Board profile; RFC 4287 4.1"
    ),
    Rule(
        "element-unknown", ERROR, "The format has no such element at this place.", "RSS 2.0, extending RSS; RFC 4287 6"
    ),
    Rule("element-in-text", ERROR, "An element stands where text belongs.", "RSS Board profile, character data"),
    Rule("text-stray", ERROR, "Text stands where elements belong.", "RSS 2.0; RFC 4287 appendix B"),
    Rule(
        "attribute-missing",
        ERROR,
        "A required attribute is not there.",
        "RSS 2.0; RFC 4287 4.2; the module's specification",
    ),
    Rule(
        "attribute-unknown", ERROR, "The element has no such attribute.", "RSS 2.0, extending RSS; RFC 4287 appendix B"
    ),
    Rule("blank", WARNING, "A value is empty.", "W3C validator (NotBlank); readers show the address or nothing"),
    Rule("date-rfc822", ERROR, "No RFC 822 date.", "RSS 2.0, dates", "Mon, 23 Nov 2026 12:00:00 +0000"),
    Rule(
        "date-rfc822-form",
        WARNING,
        "A date that only patient readers understand: two digits for the year, other case, comments.",
        "RSS Board profile, dates",
        "Mon, 23 Nov 2026 12:00:00 +0000",
    ),
    Rule("date-weekday", ERROR, "The weekday is not that of the date.", "RFC 822 5.2"),
    Rule("date-zone", INFO, "A zone by its American name.", "RSS Board profile, dates", "write +0000 or GMT"),
    Rule("date-rfc3339", ERROR, "No RFC 3339 date.", "RFC 4287 3.3; JSON Feed 1.1", "2026-11-23T12:00:00Z"),
    Rule(
        "date-offset",
        WARNING,
        "A date with a numeric offset.",
        "elfeed ignores offsets, and shows another hour",
        "write the same moment with Z",
    ),
    Rule("date-w3c", ERROR, "No W3C date.", "Dublin Core, date", "2026-11-23T12:00:00Z"),
    Rule(
        "date-implausible",
        WARNING,
        "A date before 1990.",
        "W3C validator (ImplausibleDate): mostly a clock that was not set",
    ),
    Rule("date-future", WARNING, "A date in the future.", "readers keep it on top, or hide it"),
    Rule("url-absolute", ERROR, "An address without its scheme.", "RSS 2.0, link; RFC 4287 4.2.6; JSON Feed 1.1"),
    Rule("url-web", ERROR, "No http or https address.", "RSS 2.0, enclosure; Apple, podcast RSS requirements"),
    Rule(
        "url-characters",
        ERROR,
        "A character that cannot stand in an address, such as a space.",
        "RFC 3986 2",
        "write it as %20 and the like",
    ),
    Rule("url-host", ERROR, "An http address without a host.", "RFC 9110 4.2"),
    Rule("url-tag", ERROR, "No tag URI.", "RFC 4151 2.1"),
    Rule("url-urn", ERROR, "No URN.", "RFC 8141 2; RFC 9562 4"),
    Rule(
        "url-ascii",
        WARNING,
        "An address with letters outside of ASCII.",
        "RSS 2.0 wants a URI (RFC 3986 2); Java's readers refuse it",
        "percent-encode the path, write the host in punycode",
    ),
    Rule(
        "text-markup",
        WARNING,
        "Markup in a text that is shown as it is.",
        "node feedparser and Liferea cut it out, others show the tags",
    ),
    Rule(
        "text-reference",
        WARNING,
        "A character reference shown as text, as &amp;amp;.",
        "RSS Board profile, title: half of the readers decode it once more",
    ),
    Rule(
        "text-separator",
        WARNING,
        "U+2028 or U+2029 in a title.",
        "fastfeedparser and JavaScript readers take it for the end of the line",
    ),
    Rule("email", ERROR, "No e-mail address.", "RSS 2.0, author; RFC 4287 3.2.3"),
    Rule(
        "email-name", WARNING, "An e-mail address without a name.", "RSS Board profile, author", "ann@ann.example (Ann)"
    ),
    Rule(
        "email-form", WARNING, "A name before the e-mail address.", "RSS Board profile, author", "ann@ann.example (Ann)"
    ),
    Rule("media-type", ERROR, "No media type.", "RFC 6838 4.2", "as in audio/mpeg"),
    Rule("language", ERROR, "No language tag.", "RSS 2.0, language; BCP 47 2.1", "as in en or en-GB"),
    Rule("integer", ERROR, "No whole number, or one out of its bounds.", "RSS 2.0; the module's specification"),
    Rule("number", ERROR, "No number.", "the module's specification"),
)

_HTML = (
    Rule(
        "html-relative",
        WARNING,
        "A relative address in a text.",
        "W3C validator (ContainsRelRef); readers know no base, or another one",
        "write the whole address",
    ),
    Rule(
        "html-active",
        WARNING,
        "Scripts, styles, frames and the like.",
        "W3C validator (SecurityRisk); every reader cuts them out",
    ),
    Rule(
        "html-event",
        WARNING,
        "An event attribute (onclick).",
        "W3C validator (SecurityRiskAttr); every reader cuts it out",
    ),
    Rule(
        "html-style",
        WARNING,
        "A style that loads something or places it over others.",
        "W3C validator (DangerousStyleAttr)",
    ),
    Rule(
        "html-escaped-twice",
        WARNING,
        "A text of which readers see the tags.",
        "RSS Board profile, description: it was escaped twice",
    ),
)

_OF_RSS = (
    Rule("rss-version", ERROR, "The version is not 2.0.", _RSS + ", rss"),
    Rule("rss-item-empty", ERROR, "An item has neither title nor description.", _RSS + ", item"),
    Rule(
        "rss-guid-missing",
        WARNING,
        "An item has no guid.",
        _BOARD + ", guid: a corrected title makes it new in every reader",
    ),
    Rule("rss-guid-twice", ERROR, "Two items have one guid.", _RSS + ", guid: newsboat and others show one of them"),
    Rule(
        "rss-guid-permalink",
        ERROR,
        'A guid that is no address does not say isPermaLink="false".',
        _RSS + ", guid",
        'write isPermaLink="false"',
    ),
    Rule("rss-guid-boolean", ERROR, "isPermaLink is neither true nor false.", _RSS + ", guid"),
    Rule(
        "rss-guid-short",
        WARNING,
        "A guid that another feed may have, too.",
        "newsboat keys items by guid over all feeds",
        "use a tag URI or the address",
    ),
    Rule("rss-date-missing", WARNING, "An item has no date.", "readers show it as of the moment they saw it first"),
    Rule(
        "rss-content-order", WARNING, "content:encoded without a description before it.", _BOARD + ", content:encoded"
    ),
    Rule(
        "rss-said-twice",
        WARNING,
        "An element of RSS and one of a module say the same.",
        _BOARD + ": which one a reader takes is not known",
    ),
    Rule(
        "rss-enclosure",
        ERROR,
        "The length of an enclosure is no number of bytes.",
        _RSS + ", enclosure",
        "0 where it is not known",
    ),
    Rule(
        "rss-enclosures",
        WARNING,
        "An item with several enclosures.",
        _BOARD + ", enclosure: some readers take the first, some the last",
    ),
    Rule("rss-image-differs", WARNING, "The image has another title or link than the channel.", _BOARD + ", image"),
    Rule("rss-image-format", WARNING, "The image is no GIF, JPEG or PNG.", _RSS + ", image"),
    Rule("rss-image-size", ERROR, "The image is wider than 144 or higher than 400 pixels.", _RSS + ", image"),
    Rule("rss-skip-day", ERROR, "skipDays names no day.", _RSS + ", skipDays"),
    Rule("rss-skip-twice", ERROR, "skipHours or skipDays name something twice.", _BOARD + ", skipHours, skipDays"),
    Rule("rss-hour-24", WARNING, "skipHours names the hour 24.", _BOARD + ", skipHours", "midnight is 0"),
    Rule("rss-text-input", WARNING, "A textInput.", _BOARD + ", textInput: no reader shows it"),
    Rule("rss-text-input-name", ERROR, "The name of a textInput is no name of a field.", _RSS + ", textInput"),
    Rule("rss-cloud", ERROR, "The port of the cloud is no port.", _RSS + ", cloud"),
    Rule("rss-cloud-protocol", WARNING, "A protocol that no cloud speaks.", _RSS + ", cloud"),
    Rule(
        "rss-order",
        WARNING,
        "Elements of the channel stand after items.",
        _BOARD + ", channel: readers that stop early miss them",
    ),
    Rule("rss-self-missing", WARNING, "The channel has no atom:link to itself.", _BOARD + ", atom:link"),
    Rule(
        "rss-atom-prefix",
        WARNING,
        "Atom's elements have another prefix than atom.",
        "readers exist that look for the letters atom:link",
    ),
    Rule("rss-language-missing", INFO, "The channel does not say its language.", _BOARD + ", language"),
)

_OF_ATOM = (
    Rule("atom-author", ERROR, "Neither the entry nor the feed has an author.", _ATOM + " 4.1.2"),
    Rule("atom-entry-empty", ERROR, "An entry with neither content nor an alternate link.", _ATOM + " 4.1.2"),
    Rule("atom-summary", WARNING, "An entry with neither content nor summary.", _ATOM + " 4.1.1.1"),
    Rule("atom-summary-needed", ERROR, "Content that is elsewhere or encoded, and no summary.", _ATOM + " 4.1.2"),
    Rule("atom-alternate-twice", ERROR, "Two alternate links of one type and language.", _ATOM + " 4.1.1, 4.1.2"),
    Rule("atom-id-twice", WARNING, "Two entries have one id and one date.", _ATOM + " 4.1.1: readers show one of them"),
    Rule(
        "atom-id-again", WARNING, "Two versions of one entry in one feed.", _ATOM + " 4.1.1: readers show one of them"
    ),
    Rule(
        "atom-id-form", WARNING, "An id that is not in its normal form.", _ATOM + " 4.2.6.1: compared letter by letter"
    ),
    Rule("atom-space", ERROR, "White space around a date, an id or an address.", _ATOM + " 3.3, 4.2.6"),
    Rule("atom-order", ERROR, "Elements of the feed stand after entries.", _ATOM + " 4.1.1, appendix B"),
    Rule("atom-text-type", ERROR, "The type of a text is not text, html or xhtml.", _ATOM + " 3.1.1"),
    Rule("atom-element-in-text", ERROR, "Elements in a text that is not xhtml.", _ATOM + " 3.1.1, 4.1.3.3"),
    Rule("atom-xhtml-div", ERROR, "XHTML that is not one div.", _ATOM + " 3.1.1.3"),
    Rule("atom-xhtml-namespace", ERROR, "Elements in XHTML that are in no namespace.", _ATOM + " 3.1.1.3"),
    Rule("atom-content-type", ERROR, "The type of a content is no media type.", _ATOM + " 4.1.3.1"),
    Rule("atom-content-src", ERROR, "A content with src is not empty.", _ATOM + " 4.1.3.2"),
    Rule("atom-content-src-type", WARNING, "A content with src does not say its type.", _ATOM + " 4.1.3.2"),
    Rule("atom-content-xml", WARNING, "A content of an XML type is not one element.", _ATOM + " 4.1.3.3"),
    Rule("atom-base64", ERROR, "A content that must be base64 is not.", _ATOM + " 4.1.3.3"),
    Rule("atom-link-rel", WARNING, "A relation that is not registered.", _ATOM + " 4.2.7.2"),
    Rule("atom-link-text", WARNING, "A link with text in it.", _ATOM + " 4.2.7"),
    Rule("atom-source", WARNING, "A source without id, title or date.", _ATOM + " 4.2.11"),
    Rule("atom-self-missing", WARNING, "The feed has no link to itself.", _ATOM + " 4.1.1"),
    Rule(
        "atom-prefix",
        WARNING,
        "Atom's elements have a prefix.",
        "W3C validator (AvoidNamespacePrefix): readers exist that look for <feed>",
    ),
    Rule("paging-in-entry", WARNING, "A paging link in an entry.", "RFC 5005 3, 4"),
    Rule("paging-complete", ERROR, "A complete feed names other pages.", "RFC 5005 2"),
    Rule("paging-current", WARNING, "An archive does not name its feed.", "RFC 5005 4"),
    Rule("paging-alone", INFO, "An archive names no other archive.", "RFC 5005 4; the only one cannot"),
    Rule(
        "paging-past-end", ERROR, "The first page has a page before it, or the last one a page after it.", "RFC 5005 3"
    ),
    Rule("thread-href", WARNING, "A reply does not say where the other entry is.", "RFC 4685 3"),
    Rule("thread-count", ERROR, "thr:count or thr:updated at a link that is not rel=replies.", "RFC 4685 4"),
    Rule("thread-when", ERROR, "thr:when, which became thr:updated.", "RFC 4685 4"),
    Rule("sy-period", ERROR, "sy:updatePeriod is no period.", "RDF Site Summary 1.0 Modules: Syndication"),
    Rule("geo", ERROR, "A place that is not on earth.", "GeoRSS Simple; W3C Basic Geo"),
    Rule("geo-comma", WARNING, "Commas between coordinates.", "GeoRSS Simple"),
)

_OF_JSON = (
    Rule("json-syntax", ERROR, "No JSON.", "RFC 8259 2"),
    Rule("json-utf8", ERROR, "Not UTF-8.", "RFC 8259 8.1"),
    Rule("json-bom", WARNING, "A byte order mark.", "RFC 8259 8.1: parsers may refuse it"),
    Rule("json-object", ERROR, "The document is no object.", _JSON + ", top-level"),
    Rule("json-version", ERROR, "The version is not that of JSON Feed.", _JSON + ", version"),
    Rule("json-title", ERROR, "The feed has no title.", _JSON + ", title"),
    Rule("json-items", ERROR, "The feed has no array of items.", _JSON + ", items"),
    Rule("json-item", ERROR, "An item is no object.", _JSON + ", items"),
    Rule("json-id", ERROR, "An item has no id, or one that is no text.", _JSON + ", id"),
    Rule("json-id-twice", ERROR, "Two items have one id.", _JSON + ", id: readers show one of them"),
    Rule("json-content", ERROR, "An item has neither content_html nor content_text.", _JSON + ", items"),
    Rule("json-date-missing", WARNING, "An item has no date.", "readers show it as of the moment they saw it first"),
    Rule("json-feed-url", WARNING, "The feed does not say its address.", _JSON + ", feed_url"),
    Rule(
        "json-next-url", ERROR, "next_url is the feed itself.", _JSON + ", next_url: a reader would go round for ever"
    ),
    Rule("json-hub", ERROR, "A hub is no object with type and url.", _JSON + ", hubs"),
    Rule("json-author", ERROR, "An author is no object with a name, url or avatar.", _JSON + ", authors"),
    Rule("json-author-old", WARNING, "author, which became authors.", _JSON + ", deprecated"),
    Rule("json-attachment", ERROR, "An attachment is no object with url and mime_type.", _JSON + ", attachments"),
    Rule("json-type", ERROR, "A value of the wrong type.", _JSON),
    Rule(
        "json-key-unknown",
        WARNING,
        "A key that JSON Feed does not know.",
        _JSON + ", extensions",
        "names of extensions begin with an underscore",
    ),
    Rule("json-key-twice", WARNING, "A key is there twice.", "RFC 8259 4: which one counts is not known"),
)

_OF_MEDIA = (
    Rule("media-url", ERROR, "media:content has neither url nor player.", _MEDIA + ", media:content"),
    Rule("media-medium", ERROR, "No medium that is known.", _MEDIA + ", media:content"),
    Rule("media-expression", ERROR, "No expression that is known.", _MEDIA + ", media:content"),
    Rule("media-boolean", ERROR, "Neither true nor false.", _MEDIA),
    Rule("media-group", WARNING, "A group of one.", _MEDIA + ", media:group"),
    Rule("media-hash", ERROR, "No hash of its kind.", _MEDIA + ", media:hash"),
    Rule("media-rating", ERROR, "No rating of its scheme.", _MEDIA + ", media:rating"),
    Rule("media-restriction", ERROR, "No restriction that is known.", _MEDIA + ", media:restriction"),
    Rule("media-role", ERROR, "A role with capitals.", _MEDIA + ", media:credit"),
    Rule("media-text-type", ERROR, "The type of a text is not plain or html.", _MEDIA + ", media:title"),
    Rule("media-time", ERROR, "No time.", _MEDIA + ", media:thumbnail; RFC 2326 3.6"),
)

_OF_PODCASTS = (
    Rule("itunes-category", ERROR, "A category that Apple does not know.", "Apple Podcasts categories"),
    Rule("itunes-explicit", ERROR, "itunes:explicit is neither true nor false.", _APPLE),
    Rule("itunes-block", ERROR, "itunes:block is neither yes nor no.", _APPLE),
    Rule("itunes-type", ERROR, "No type of show or episode that Apple knows.", _APPLE),
    Rule("itunes-duration", ERROR, "A duration that is neither seconds nor hours:minutes:seconds.", _APPLE),
    Rule("itunes-long", ERROR, "A text longer than Apple takes.", _APPLE),
    Rule("podcast-image", WARNING, "A show without a cover.", _APPLE),
    Rule("podcast-category", WARNING, "A show without a category.", _APPLE),
    Rule("podcast-explicit", WARNING, "A show that does not say whether it is explicit.", _APPLE),
    Rule(
        "podcast-owner",
        WARNING,
        "A show without the e-mail address of its owner.",
        "Apple and Spotify confirm ownership by it",
    ),
    Rule("podcast-language", WARNING, "A show that does not say its language.", _APPLE),
    Rule("podcast-enclosure", WARNING, "An episode without a file.", _APPLE + ": it is not shown"),
    Rule("podcast-format", WARNING, "A file that Apple does not play.", _APPLE, "mp3, m4a, mp4, m4v, mov, pdf or epub"),
    Rule("podcast-guid", ERROR, "No UUID.", _PODCAST + ", guid"),
    Rule("podcast-yes-no", ERROR, "Neither yes nor no.", _PODCAST + ", locked, block"),
    Rule("podcast-transcript", ERROR, "The rel of a transcript is not captions.", _PODCAST + ", transcript"),
    Rule("podcast-medium", ERROR, "No medium that is known.", _PODCAST + ", medium"),
    Rule("podcast-country", ERROR, "No country code.", _PODCAST + ", location"),
    Rule(
        "podcast-https",
        WARNING,
        "Funding, a transcript, chapters, a trailer or an alternate enclosure at an http address.",
        _PODCAST + ": must be https",
        "apps for telephones refuse what is not encrypted",
    ),
    Rule(
        "podcast-role",
        WARNING,
        "A role or group of a person that the podcast taxonomy does not have.",
        _PODCAST + ", person; taxonomy.json",
    ),
    Rule(
        "podcast-rrule",
        WARNING,
        "No recurrence rule.",
        _PODCAST + ", updateFrequency; RFC 5545 3.3.10",
        "FREQ=WEEKLY;BYDAY=MO",
    ),
    Rule("podcast-long", WARNING, "A text longer than the namespace asks for.", _PODCAST),
)

_OF_OPML = (
    Rule("opml-version", ERROR, "No version of OPML.", _OPML + ", opml"),
    Rule("opml-empty", ERROR, "A body without an outline.", _OPML + ", body"),
    Rule("opml-text", ERROR, "An outline without text.", _OPML + ", outline"),
    Rule("opml-feed", WARNING, "A feed without its address.", _OPML + ", subscription lists"),
    Rule("opml-link", WARNING, "A link without its address.", _OPML + ", inclusion"),
    Rule(
        "opml-type",
        WARNING,
        "A feed that does not say type=rss.",
        _OPML + ", subscription lists: readers import only those",
    ),
    Rule("opml-boolean", ERROR, "Neither true nor false.", _OPML + ", outline"),
)

_HTTP = (
    Rule("http-type", WARNING, "Served as something else.", "RFC 9110 8.3; several readers refuse text/html"),
    Rule(
        "http-charset",
        WARNING,
        "The server names another encoding than UTF-8.",
        "RFC 7303 3: it wins over what the document says",
    ),
    Rule(
        "http-validators",
        WARNING,
        "Neither ETag nor Last-Modified.",
        "RFC 9110 13: every poll fetches the whole document",
    ),
)

SECTIONS: Final[dict[str, tuple[Rule, ...]]] = {
    "Any document": _GENERAL,
    "XML": _OF_XML,
    "Elements and values": _VALUES,
    "HTML in entries": _HTML,
    "RSS 2.0": _OF_RSS,
    "Atom, and modules of Atom and RSS": _OF_ATOM,
    "JSON Feed": _OF_JSON,
    "Media RSS": _OF_MEDIA,
    "Podcasts": _OF_PODCASTS,
    "OPML": _OF_OPML,
    "HTTP": _HTTP,
}
# The errors that keep a document from being published: those that spoil it as a whole. One odd value in one article (an
# id that is no URI, because the old site had such) is an error to mend, and no reason to keep the others from readers.
HOLDING: Final = frozenset(
    (
        *("no-feed", "xml-well-formed", "xml-libxml2", "xml-encoding", "xml-space-first", "xml-named-entity"),
        *("xml-namespace-typo", "element-missing", "element-twice", "element-unknown", "element-in-text", "text-stray"),
        *("attribute-missing", "attribute-unknown", "date-rfc822", "date-weekday", "date-rfc3339", "rss-version"),
        *("rss-item-empty", "rss-guid-twice", "rss-guid-permalink", "rss-guid-boolean", "atom-author"),
        *("atom-entry-empty", "atom-order", "atom-text-type", "atom-element-in-text", "atom-xhtml-div"),
        *("atom-xhtml-namespace", "atom-content-type", "atom-content-src", "atom-base64", "paging-complete"),
        *("paging-past-end", "json-syntax", "json-utf8", "json-object", "json-version", "json-title", "json-items"),
        *("json-item", "json-id", "json-id-twice", "json-content", "json-next-url", "json-hub", "json-author"),
        *("json-attachment", "json-type"),
    )
)
RULES: Final[dict[str, Rule]] = {rule.id: rule for rules in SECTIONS.values() for rule in rules}
