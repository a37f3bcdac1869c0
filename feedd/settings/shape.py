"""The shape of feedd.yaml: what may be written where. The descriptions are the reference: editors show them.

Short forms are spelled out on the way in (`site: https://…` is `site: {url: https://…}`, one item is a list of one), so
everything behind this file sees a single form. What needs two values at once is checked in `rules`.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Discriminator, Tag

from feedd import generators
from feedd.settings import codes, types
from feedd.settings.base_shape import Shape, needed, setting
from feedd.settings.podcast_shape import PodcastShape
from feedd.settings.types import (
    Address,
    BaseUrl,
    Cron,
    Document,
    FeedPath,
    FileType,
    Folder,
    Language,
    Link,
    Minute,
    Name,
    Network,
    NewAddress,
    OldAddress,
    OneOrMore,
    PageSize,
    Period,
    Picture,
    RedirectStatus,
    Second,
    Secret,
    Share,
    ShortFor,
    Size,
    Text,
    Timezone,
    Url,
    Wait,
    Where,
    YesNo,
)

# --- The site ---------------------------------------------------------------------------------------------------------


class AuthorShape(Shape):
    name: Text = needed("The author's name.")
    email: Text | None = setting(None, "An e-mail address; it is published.")
    url: Url | None = setting(None, "The author's own page.")


Author = Annotated[AuthorShape, ShortFor("name")]


class SiteShape(Shape):
    url: BaseUrl = needed("Where the articles live, in public. Every link in the feeds begins with it.")
    title: Text | None = setting(None, "The name of the publication. Default: the host of the URL.")
    description: Text | None = setting(None, "One sentence about it.")
    author: Author | None = setting(None, "Who writes where an article does not say: a name, or name, email and url.")
    language: Language | None = setting(None, "The language of the articles: en, en-GB, zh-Hant.")
    timezone: Timezone = setting("UTC", "The zone of dates that do not say one, and of cron lines: Europe/Prague.")
    icon: Picture | None = setting(None, "A square picture for readers' lists: a URL, or a path below the site.")
    rights: Text | None = setting(None, "The copyright line.")
    feeds_url: BaseUrl | None = setting(
        None, "Where the feed documents are reachable in public. Default: server.public_url, else the site's url."
    )


# --- Sources and targets ----------------------------------------------------------------------------------------------


class SourceShape(Shape):
    path: Folder = needed("The folder with the articles, relative to this file.")
    name: Name | None = setting(None, "A short, stable name. Default: the folder's. Changing it starts afresh.")
    link: Link = setting(
        "{site}/{path}/",
        "How an article's address is made: {site} {path} {folder} {slug} {year} {month} {day}.",
    )
    preset: Annotated[str, types.one_of(*generators.NAMES)] | None = setting(
        None, "The generator that makes the site of these articles: its links, dates and drafts are understood."
    )
    project: Folder | None = setting(
        None, "The generator's folder, relative to this file. Default: the nearest one around path with its settings."
    )
    content: Annotated[str, types.one_of("safe", "trusted")] = setting(
        "safe", "trusted publishes the authors' HTML as it is; safe takes out what readers cannot show or should not."
    )
    dates: Annotated[str, types.one_of("dmy", "mdy")] | None = setting(
        None,
        "What a date like 03/04/2026 means: day first (dmy) or month first (mdy). Without it such dates are refused.",
    )
    ignore: OneOrMore[Text] = setting((), "Patterns of what is no article, as in .gitignore, relative to the folder.")
    language: Language | None = setting(None, "The language of these articles, if it is not the site's.")
    watch: Annotated[str, types.one_of("auto", "events", "poll")] = setting(
        "auto", "How changes are noticed: events of the file system, polling (network drives), or the better one."
    )
    every: Period = setting("5s", "How often to look when polling.")
    settle: Wait = setting("300ms", "How long a file must be quiet before it is read.")
    reconcile: Second = setting("10m", "How often the whole folder is compared with what is known.")
    max_size: Size = setting("5MB", "A larger file is reported, never read.")
    media_url: BaseUrl | None = setting(
        None, "With preset: podcast: where the recordings and what lies beside them are in public, if not on the site."
    )
    media_prefix: Url | None = setting(None, "An address before that of every recording: a service that counts.")


Sources = OneOrMore[Annotated[SourceShape, ShortFor("path")]]


class TargetShape(Shape):
    to: Folder = needed("The folder that feeds are published to, relative to this file.")
    adopt: YesNo = setting(False, "May replace a file of the same name that feedd did not write.")


Targets = OneOrMore[Annotated[TargetShape, ShortFor("to")]]


# --- Feeds ------------------------------------------------------------------------------------------------------------


class ScheduleShape(Shape):
    every: Minute | None = setting(None, "Publish at most this often: 15m, 1h.")
    cron: Cron | None = setting(None, "Publish at these times: minute hour day month weekday, in the site's zone.")


Schedule = Annotated[ScheduleShape, ShortFor("every")]


class PresentationShape(Shape):
    style: Annotated[str, types.one_of("css", "none")] = setting(
        "css", "css gives documents a style sheet and each feed a page; none does not, and writes no list of the feeds."
    )
    css: Picture | None = setting(None, "The documents' style sheet instead of ours: a URL, or a path below the site.")


Presentation = Annotated[PresentationShape, ShortFor("style")]
Format = Annotated[str, types.one_of("rss", "atom", "json")]
EACH = ("tag", "category", "author", "section", "language", "year")


class FilterShape(Shape):
    """Which articles. Several values of one line mean "or", several lines "and"."""

    from_: OneOrMore[Text] = setting((), "Only articles of these sources.", alias="from")
    folder: OneOrMore[Text] = setting((), "The same as folders.")
    folders: OneOrMore[Text] = setting((), "Only articles in these folders below a source.")
    category: OneOrMore[Text] = setting((), "The same as categories.")
    categories: OneOrMore[Text] = setting((), "Only articles in one of these categories.")
    tag: OneOrMore[Text] = setting((), "The same as tags.")
    tags: OneOrMore[Text] = setting((), "Only articles with one of these tags.")
    author: OneOrMore[Text] = setting((), "The same as authors.")
    authors: OneOrMore[Text] = setting((), "Only articles by one of these authors.")
    languages: OneOrMore[Language] = setting((), "Only articles in one of these languages; en is en-GB, too.")
    file_types: OneOrMore[FileType] = setting((), "Only articles in files of these types: md, html.")
    where: Where | None = setting(None, "Only articles of which this is true: rating >= 4 and section == 'news'.")
    all: OneOrMore[FilterShape] = setting((), "Only articles that each of these choices has.")
    any: OneOrMore[FilterShape] = setting((), "Only articles that one of these choices has.")
    not_: OneOrMore[FilterShape] = setting((), "No articles that one of these choices has.", alias="not")


class FeedShape(FilterShape):
    path: FeedPath = needed("Where it is published, without suffix: feed gives feed.xml, feed.atom and feed.json.")
    title: Text | None = setting(None, "Its title. Default: made from the site's title.")
    description: Text | None = setting(None, "One sentence about it. Default: the site's.")
    limit: Annotated[int, types.whole(1, 10_000)] = setting(50, "How many entries it carries at most.")
    max_age: Period | None = setting(None, "Leave out what is older: 48h, 30 days.")
    at_least: Annotated[int, types.whole(0, 10_000)] = setting(
        0, "So many entries stay even if they are older than max_age."
    )
    max_bytes: Document | None = setting(None, "No document of it is larger: 512kB. The newest entries that fit stay.")
    archive: PageSize = setting(
        False, "Keep what leaves it in archive pages (RFC 5005): true for 100 entries a page, or how many."
    )
    content: Annotated[str, types.one_of("full", "summary")] = setting("full", "Whole articles, or summaries only.")
    formats: OneOrMore[Format] = setting(("rss", "atom", "json"), "Which documents are made.")
    atom_content: Annotated[str, types.one_of("html", "xhtml")] = setting(
        "html", "How the Atom document carries articles: as escaped HTML, or as XHTML for programs that want a tree."
    )
    cloud: Url | None = setting(None, "An rssCloud server, which the RSS document names: https://host/pleaseNotify.")
    retractions: YesNo = setting(
        False, "Show an entry that says so in place of one that was withdrawn, for readers that know no tombstones."
    )
    retraction_word: Text = setting("Withdrawn", "What the title of such an entry begins with, in the feed's language.")
    each: Annotated[str, types.one_of(*EACH)] | None = setting(
        None, "Make one feed for every tag, category, author, section, language or year; the path then holds {tag} etc."
    )
    schedule: Schedule | None = setting(None, "Publish in batches instead of at once: 15m, or every/cron.")
    language: Language | None = setting(None, "Its language, if it is not the site's.")
    preset: Annotated[str, types.one_of("podcast", "none")] | None = setting(
        None, "podcast makes it one, none does not. Default: podcast if all its sources are, or podcast is written."
    )
    podcast: PodcastShape | None = setting(None, "What podcast programs and directories are told about it.")
    presentation: Presentation | None = setting(None, "What a browser shows of it. Default: as for all feeds.")


Feeds = OneOrMore[Annotated[FeedShape, ShortFor("path")]]


# --- Announcements ----------------------------------------------------------------------------------------------------


class EndpointShape(Shape):
    """What the kinds of announcement have in common."""

    feeds: OneOrMore[Text] = setting((), "Only for these feeds, by path. Default: all.")
    timeout: Period = setting("15s", "How long one try may take.")
    max_attempts: Annotated[int, types.whole(1, 100)] = setting(12, "How many tries an announcement gets.")
    give_up_after: Period = setting("3d", "An announcement that is older than this is not tried again.")
    allow_private: YesNo = setting(False, "May connect to addresses of this machine or the local network.")
    ca_file: Folder | None = setting(None, "Certificates to trust instead of the system's, relative to this file.")


class WebSubShape(EndpointShape):
    kind: ClassVar[str] = "websub"
    websub: Url = needed("A WebSub hub; it is told about changes, and the feeds name it.")
    min_interval: Wait = setting("2s", "The least time between two announcements of a feed; the last one is kept.")


class XmlRpcShape(EndpointShape):
    kind: ClassVar[str] = "xmlrpc"
    xmlrpc: Url = needed("A service that takes weblogUpdates pings.")
    extended: YesNo = setting(True, "Send extendedPing, which names the feed, rather than ping.")
    min_interval: Wait = setting("30m", "The least time between two pings of a feed; the last one is kept.")


Event = Annotated[str, types.one_of("published", "updated", "withdrawn")]


class WebhookShape(EndpointShape):
    kind: ClassVar[str] = "webhook"
    webhook: Url = needed("An address that takes signed JSON messages (Standard Webhooks).")
    secret: OneOrMore[Secret] = setting(
        (), "The signing key, whsec_…; several while one is being replaced, the newest first."
    )
    secret_file: OneOrMore[Folder] = setting(
        (), "Files with a key each, relative to this file, or names in systemd's credentials directory."
    )
    events: OneOrMore[Event] = setting((), "Only these events: published, updated, withdrawn. Default: all.")
    on: OneOrMore[Event] = setting((), "The same as events.")
    min_interval: Wait = setting("0s", "The least time between two messages; the last one is kept.")


AnyEndpointShape = WebSubShape | XmlRpcShape | WebhookShape
ENDPOINTS: dict[str, type[AnyEndpointShape]] = {shape.kind: shape for shape in (WebSubShape, XmlRpcShape, WebhookShape)}


def kind_of_endpoint(value: Any) -> str | None:
    """Which kind an item of `ping` is, by the one key that names it; None if that is not clear."""
    named = [key for key in ENDPOINTS if isinstance(value, dict) and key in value]
    return named[0] if len(named) == 1 else None


_UNCLEAR = {
    "code": codes.BAD_VALUE,
    "message": f"an announcement names exactly one of {', '.join(ENDPOINTS)}",
    "hint": "begin it with its kind and address: - websub: https://hub.example/",
}
Endpoint = Annotated[
    Annotated[WebSubShape, Tag("websub")]
    | Annotated[XmlRpcShape, Tag("xmlrpc")]
    | Annotated[WebhookShape, Tag("webhook")],
    Discriminator(
        kind_of_endpoint,
        custom_error_type="feedd",
        custom_error_message="{message}",
        custom_error_context=_UNCLEAR,
    ),
]
Endpoints = OneOrMore[Endpoint]


# --- Everything else --------------------------------------------------------------------------------------------------


class MovedShape(Shape):
    to: NewAddress = needed("Where it is now: a feed, one of its documents, or a whole URL.")
    status: RedirectStatus = setting(301, "301, or 308 for clients that are strict.")


class ClientLimitShape(Shape):
    requests: Annotated[int, types.whole(1, 1_000_000)] = needed("How many requests one client may make.")
    per: Second = setting("1m", "In which time.")


class ServerShape(Shape):
    listen: Address = setting("127.0.0.1:8731", "The host:port to listen on; off switches the server off.")
    public_url: BaseUrl | None = setting(None, "The server's address in public, if the feeds are read from it.")
    max_age: Wait = setting("5m", "How long readers may keep a document without asking again.")
    moved: dict[OldAddress, Annotated[MovedShape, ShortFor("to")]] = setting(
        {}, "Addresses that lead elsewhere for good: old/feed.xml: feed.xml."
    )
    limit: Annotated[ClientLimitShape, ShortFor("requests")] | None = setting(
        None, "How many requests one client may make: 60 (a minute), or requests and per. Default: any number."
    )
    proxies: OneOrMore[Network] = setting((), "Web servers before this one, whose word on who asks is believed.")


Server = Annotated[ServerShape, ShortFor("listen")]


class LogShape(Shape):
    format: Annotated[str, types.one_of("auto", "text", "json")] = setting("auto", "Lines for people or for machines.")
    level: Annotated[str, types.one_of("debug", "info", "warning", "error")] = setting("info", "The least to log.")


class WithdrawalsShape(Shape):
    count: Annotated[int, types.whole(0, 1_000_000)] = setting(10, "This many may always vanish at once.")
    share: Share = setting("20%", "So may this share of all entries, if it is more.")


class LimitsShape(Shape):
    tombstones: Wait = setting("30d", "How long feeds name an entry that was withdrawn, for readers to remove it.")
    withdrawals: WithdrawalsShape = setting({}, "More articles vanishing at once than this is not believed.")
    lint: YesNo = setting(True, "Hold a feed back while a document of it has an error that feedd's own check finds.")
    versions: Annotated[int, types.whole(0, 100)] = setting(
        5, "How many versions of each feed are kept for 'feedd rollback'; 0 keeps none."
    )


class File(Shape):
    """The settings of feedd: a folder of articles in, feeds out."""

    version: Annotated[int, types.whole(1, 1_000_000)] = setting(1, "The version of this format.")
    site: Annotated[SiteShape, ShortFor("url")] | None = setting(None, "The publication: its address, or a mapping.")
    source: Sources | None = setting(None, "The folder with the articles.")
    sources: Sources | None = setting(None, "The folders with the articles, if there are several.")
    publish: Targets = setting((), "The folder the feeds are written to. Without it they are only served.")
    feeds: Feeds = setting(({"path": "feed"},), "What is published. Default: one feed with everything.")
    presentation: Presentation = setting({}, "What people see who open a feed in a browser: css or none.")
    ping: Endpoints = setting((), "Who is told about changes.")
    server: Server = setting({}, "The built-in web server; off switches it off.")
    state: Folder | None = setting(None, "The folder for feedd's own memory. Default: .feedd beside this file.")
    log: LogShape = setting({}, "What is logged, and how.")
    limits: LimitsShape = setting({}, "When to stop and ask.")
