"""What can only be seen by looking at two settings at once. A table of rules, each `Facts -> findings`.

A rule stays silent about a section that already has an error of its own (`damaged`): what it would say could be wrong.
"""

from __future__ import annotations

import ipaddress
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from feedd.model import Level
from feedd.settings import addresses, codes, moved, podcasts
from feedd.settings.checks import close_to
from feedd.settings.findings import Finding, Loc
from feedd.settings.moved import stands_for
from feedd.settings.naming import endpoint_url, feed_names, ignores, sources_of
from feedd.settings.shape import EACH, File, FilterShape, WebSubShape


@dataclass(frozen=True, slots=True)
class Facts:
    """The settings as written, and the paths they mean with every link followed."""

    file: File
    damaged: frozenset[str]  # sections that have errors already
    section: str  # "source" or "sources", whichever was written
    names: tuple[str, ...]  # of the sources
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    state: str
    is_folder: Callable[[str], bool]
    measure: Callable[[str], tuple[int, int] | None]  # the pixels of a picture, if it is there and is one


def check(facts: Facts) -> tuple[Finding, ...]:
    """Everything the rules have to say."""
    return tuple(finding for rule in RULES for finding in rule(facts))


# --- What must be there -----------------------------------------------------------------------------------------------


def version_is_ours(facts: Facts) -> Iterator[Finding]:
    if facts.file.version != 1:
        message = f"these settings are version {facts.file.version}, this feedd reads version 1"
        yield Finding(("version",), codes.TOO_NEW, message, "use a newer feedd, or write version: 1")


def site_is_there(facts: Facts) -> Iterator[Finding]:
    if facts.file.site is None and "site" not in facts.damaged:
        message = "the site's address is missing, and nothing is derived from a Host header"
        yield Finding((), codes.MISSING, message, "write where your articles live, as in site: https://ann.example")


def sources_are_there(facts: Facts) -> Iterator[Finding]:
    if facts.damaged & {"source", "sources"}:
        return
    if facts.file.source is not None and facts.file.sources is not None:
        message = '"source" and "sources" are both given'
        yield Finding(("source",), codes.DUPLICATE, message, "write them as one list under sources", at_key=True)
    elif not sources_of(facts.file):
        yield Finding((), codes.MISSING, "no source is given", "write the folder with your articles: source: posts")


def something_gets_out(facts: Facts) -> Iterator[Finding]:
    if not facts.file.publish and facts.file.server.listen == "off" and not facts.damaged & {"publish", "server"}:
        hint = "write the folder for the feeds: publish: public"
        yield Finding(("server",), codes.MISSING, "nothing is published or served", hint, Level.WARNING)


# --- Folders ----------------------------------------------------------------------------------------------------------


def inside(path: str, folder: str) -> bool:
    """Is this the folder, or below it? Both absolute and normal."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def sources_exist(facts: Facts) -> Iterator[Finding]:
    for number, path in enumerate(facts.sources):
        if not facts.is_folder(path):
            loc: Loc = (facts.section, number, "path")
            yield Finding(loc, codes.NO_FOLDER, f"{path} is not a folder", f"create it with: mkdir -p {path}")


def sources_are_apart(facts: Facts) -> Iterator[Finding]:
    for number, path in enumerate(facts.sources):
        for other in facts.sources[:number]:
            if inside(path, other) or inside(other, path):
                what = "is the same folder as" if path == other else "shares files with"
                hint = "an article would be published twice; name one of them, and use ignore or feeds with folders"
                loc: Loc = (facts.section, number, "path")
                yield Finding(loc, codes.SOURCES_OVERLAP, f"{path} {what} the source {other}", hint)


def targets_are_apart(facts: Facts) -> Iterator[Finding]:
    for number, path in enumerate(facts.targets):
        loc: Loc = ("publish", number, "to")
        if path in facts.targets[:number]:
            yield Finding(loc, codes.OUTPUT_OVERLAP, f"{path} is already published to", "remove one of the two")
        if path in facts.sources:
            hint = "publish to a folder of its own, as in publish: public"
            yield Finding(
                loc, codes.OUTPUT_OVERLAP, f"{path} is also a source, so feeds would be taken for articles", hint
            )


def targets_are_not_watched(facts: Facts) -> Iterator[Finding]:
    for number, path in enumerate(facts.targets):
        for place, source in enumerate(facts.sources):
            if path == source or not inside(path, source):
                continue
            relative = posixpath.relpath(path, source)
            if not ignores(sources_of(facts.file)[place].ignore, relative):
                message = f"{path} lies inside the source {source}; nothing in it is read as an article"
                loc: Loc = ("publish", number, "to")
                hint = f"to say so yourself: ignore: [/{relative}/]"
                yield Finding(loc, codes.OUTPUT_IN_SOURCE, message, hint, Level.WARNING)


def state_is_private(facts: Facts) -> Iterator[Finding]:
    hint = "write another folder: state: /var/lib/feedd"
    for path in (*facts.targets, *facts.sources):
        what = "published" if path in facts.targets else "read as articles"
        if facts.state == path:
            message = f"feedd's own memory cannot be in {path}, because that folder is {what}"
            yield Finding(("state",), codes.STATE_EXPOSED, message, hint)
        elif path in facts.targets and inside(facts.state, path):
            message = f"feedd's own memory, {facts.state}, lies in the published folder {path}"
            yield Finding(("state",), codes.STATE_EXPOSED, message, hint, Level.WARNING)


# --- Names ------------------------------------------------------------------------------------------------------------


def source_names_differ(facts: Facts) -> Iterator[Finding]:
    given = [source.name for source in sources_of(facts.file)]
    for number, (name, made) in enumerate(zip(given, facts.names, strict=True)):
        loc: Loc = (facts.section, number, "name")
        numbered = re.fullmatch(r"(.+)-\d+", made)
        if name is not None and name in given[:number]:
            yield Finding(loc, codes.DUPLICATE, f'there are two sources named "{name}"', "give one another name")
        elif name is None and numbered and numbered[1] in facts.names:
            message = f'this source is called "{made}", because the name of its folder is taken'
            hint = "give it a name, so that it never depends on the order"
            yield Finding(loc, codes.GUESSED_NAME, message, hint, Level.WARNING)


def feed_paths_differ(facts: Facts) -> Iterator[Finding]:
    # Compared without case: on the disks of macOS and Windows feed.xml and Feed.xml are one file.
    paths = [feed.path.casefold() for feed in facts.file.feeds]
    for number, path in enumerate(paths):
        if path in paths[:number]:
            message = f'there are two feeds with the path "{facts.file.feeds[number].path}"'
            yield Finding(("feeds", number, "path"), codes.DUPLICATE, message, "give one another path")


def feed_paths_are_not_made(facts: Facts) -> Iterator[Finding]:
    for number, feed in enumerate(facts.file.feeds):
        for other in facts.file.feeds:
            if feed.each is None and other.each is not None and stands_for(other.path, feed.path):
                message = f'"{feed.path}" may also be made from "{other.path}"'
                hint = "give one of them another path"
                yield Finding(("feeds", number, "path"), codes.SHADOWED, message, hint, Level.WARNING)


def made_paths_differ(facts: Facts) -> Iterator[Finding]:
    """Two values of two definitions in one path would be one feed with the articles of both."""
    for number, feed in enumerate(facts.file.feeds):
        for other in facts.file.feeds[:number]:
            is_told = feed.path.casefold() == other.path.casefold()
            if feed.each and other.each and not is_told and may_meet(feed.path, other.path):
                message = f'"{feed.path}" and "{other.path}" may be made into the same path'
                hint = f"give one of them a folder of its own, as in by-{feed.each}/{{{feed.each}}}"
                yield Finding(("feeds", number, "path"), codes.DUPLICATE, message, hint)
                break


def may_meet(one: str, other: str) -> bool:
    """Could two templates give the same path? Told by what they have before and after the values in each folder, so
    sometimes they could not after all; a value has no "/"."""
    folders = one.casefold().split("/"), other.casefold().split("/")
    return len(folders[0]) == len(folders[1]) and all(map(_may_be_same, *folders))


def _may_be_same(one: str, other: str) -> bool:
    if "{" not in one or "{" not in other:
        return stands_for(one, other) or stands_for(other, one)
    heads, tails = ([re.split(r"\{\w+\}", each)[place] for each in (one, other)] for place in (0, -1))
    return _fit(heads, str.startswith) and _fit(tails, str.endswith)


def _fit(texts: list[str], goes_with: Callable[[str, str], bool]) -> bool:
    longer, shorter = sorted(texts, key=len, reverse=True)
    return goes_with(longer, shorter)


def feed_paths_are_no_archive_pages(facts: Facts) -> Iterator[Finding]:
    for number, feed in enumerate(facts.file.feeds):
        for other in facts.file.feeds:
            if other.archive and _may_be_page(feed.path, other.path):
                message = f'"{feed.path}" may also be a page of the archive of "{other.path}"'
                yield Finding(("feeds", number, "path"), codes.DUPLICATE, message, "give one of them another path")


def _may_be_page(path: str, archived: str) -> bool:
    """Could this path, which may be a template, be that of a numbered page below the archived one?"""
    folder, _, name = path.casefold().rpartition("/")
    archive = f"{archived}/archive".casefold()
    return (name.isdecimal() or "{" in name) and (stands_for(archive, folder) or stands_for(folder, archive))


def feed_templates_fit(facts: Facts) -> Iterator[Finding]:
    for number, feed in enumerate(facts.file.feeds):
        if feed.each is None and "feeds" in facts.damaged:
            continue  # its `each` may be what was taken out
        for field, template in (("path", feed.path), ("title", feed.title), ("description", feed.description)):
            yield from _template(("feeds", number, field), template or "", feed.each)


def _template(loc: Loc, template: str, each: str | None) -> Iterator[Finding]:
    is_path, names = loc[-1] == "path", addresses.placeholders(template)
    if each is None:
        if is_path and ("{" in template or "}" in template):
            hint = f"write each: {names[0]}" if names and names[0] in EACH else "leave them out"
            yield Finding(loc, codes.BAD_TEMPLATE, "a path has braces only together with each", hint)
        return
    known = (each, "value", "slug") if is_path else (each, "value", "slug", "site")
    strange = [name for name in names if name not in known]
    if strange:
        yield Finding(loc, codes.BAD_TEMPLATE, f"{{{strange[0]}}} is not known here", f"each: {each} gives {{{each}}}")
    elif is_path and not names:
        message = f"every {each} would get the same feed"
        yield Finding(loc, codes.BAD_TEMPLATE, message, f"write it like {template}/{{{each}}}")
    elif is_path and re.search(r"[{}]", re.sub(r"\{\w+\}", "", template)):
        yield Finding(loc, codes.BAD_TEMPLATE, "this path has a single brace", f"write {{{each}}}")


def schedules_are_one_thing(facts: Facts) -> Iterator[Finding]:
    for number, feed in enumerate(facts.file.feeds):
        schedule = feed.schedule
        if schedule is None or ("feeds" in facts.damaged and not (schedule.every and schedule.cron)):
            continue
        if (schedule.every is None) == (schedule.cron is None):
            message = "a schedule has either every or cron"
            yield Finding(("feeds", number, "schedule"), codes.BAD_SCHEDULE, message, "write schedule: {every: 15m}")


def named_sources_exist(facts: Facts) -> Iterator[Finding]:
    if facts.damaged & {"source", "sources"}:
        return
    for number, feed in enumerate(facts.file.feeds):
        for loc, choice in _choices(feed, ("feeds", number)):
            for place, name in enumerate(choice.from_):
                if name not in facts.names:
                    hint = close_to(name, facts.names) or f"known: {', '.join(facts.names)}"
                    yield Finding((*loc, "from", place), codes.UNKNOWN_NAME, f'there is no source "{name}"', hint)


def _choices(shape: FilterShape, loc: Loc) -> Iterator[tuple[Loc, FilterShape]]:
    """A feed's choice of articles, and those in it."""
    yield loc, shape
    for key, inner in (("all", shape.all), ("any", shape.any), ("not", shape.not_)):
        for place, each in enumerate(inner):
            yield from _choices(each, (*loc, key, place))


def least_means_something(facts: Facts) -> Iterator[Finding]:
    for number, feed in enumerate(facts.file.feeds):
        loc: Loc = ("feeds", number, "at_least")
        if feed.at_least and feed.max_age is None and "feeds" not in facts.damaged:
            message = "at_least keeps what max_age would leave out, and there is no max_age"
            yield Finding(loc, codes.BAD_VALUE, message, "add one, as in max_age: 30 days", Level.WARNING)
        elif feed.at_least > feed.limit:
            message = f"no more than limit entries are ever carried, which is {feed.limit}"
            yield Finding(loc, codes.BAD_VALUE, message, "raise limit", Level.WARNING)


def named_feeds_exist(facts: Facts) -> Iterator[Finding]:
    if "feeds" in facts.damaged:
        return
    known = feed_names(facts.file)
    for number, endpoint in enumerate(facts.file.ping):
        for place, path in enumerate(endpoint.feeds):
            loc: Loc = ("ping", number, "feeds", place)
            templates = [name for name in known if "{" in name and stands_for(name, path)]
            if path in known:
                continue
            if not templates:
                hint = close_to(path, known) or f"known: {', '.join(known)}"
                yield Finding(loc, codes.UNKNOWN_NAME, f'there is no feed "{path}"', hint)
            elif isinstance(endpoint, WebSubShape):
                # The hub is named in the feed's definition, and the definition makes all of its feeds.
                message = f'a hub takes all feeds of "{templates[0]}" or none'
                yield Finding(loc, codes.UNKNOWN_NAME, message, f"write {templates[0]}")


# --- The server ------------------------------------------------------------------------------------------------------


def moved_addresses_lead_somewhere(facts: Facts) -> Iterator[Finding]:
    if facts.damaged & {"feeds", "server", "site"}:
        return
    steps = tuple(moved.written(facts.file))
    olds = {step.old for step in steps}
    lines: dict[str, str] = {}
    for step in steps:
        loc: Loc = ("server", "moved", step.key)
        if step.old in lines:
            message = f'{step.old} is already moved by the line "{lines[step.old]}"'
            yield Finding(loc, codes.DUPLICATE, message, "remove one of the two")
        elif step.new in olds:
            message, hint = f"{step.new} is itself moved", "write where it ends up"
            yield Finding(loc, codes.DUPLICATE, message, hint)
        else:
            yield from _moved_from(facts.file, loc, step)
            yield from _moved_to(facts.file, loc, step)
        lines[step.old] = step.key


def _moved_from(file: File, loc: Loc, step: moved.Step) -> Iterator[Finding]:
    """What stands here can be sent away, feed by feed, but not be hidden."""
    if step.old in moved.CHECKS:
        message = f"/{step.old} is where the server says how it is"
        yield Finding(loc, codes.DUPLICATE, message, "remove this line")
    elif moved.is_besides(file, step.old):
        hint = "remove this line; only a feed can be sent to another host"
        yield Finding(loc, codes.DUPLICATE, f"{step.old} is published here", hint)
    elif not step.leaves and (moved.is_document(file, step.old) or moved.is_page(file, step.old)):
        hint = "remove this line, or write the whole URL that the feed has moved to, on another host"
        yield Finding(loc, codes.DUPLICATE, f"{step.old} is published here", hint)


def _moved_to(file: File, loc: Loc, step: moved.Step) -> Iterator[Finding]:
    """Something stands there; index.html is the front page."""
    if step.leaves or step.new == "index.html":
        return
    if not any(stands(file, step.new) for stands in (moved.is_document, moved.is_page, moved.is_besides)):
        hint = (
            close_to(step.new, moved.documents(file)) or "write a feed, one of its documents, or a whole URL elsewhere"
        )
        yield Finding(loc, codes.UNKNOWN_NAME, f"{step.new} is not published here", hint)


def clients_can_be_told_apart(facts: Facts) -> Iterator[Finding]:
    server = facts.file.server
    listens_here = server.listen.startswith(("127.", "localhost:", "[::1]:"))
    if server.limit is not None and not server.proxies and listens_here:
        message = "whoever reads through a web server on this machine is taken for the same client"
        yield Finding(("server", "limit"), codes.ONE_CLIENT, message, "write proxies: 127.0.0.1", Level.WARNING)


# --- Addresses --------------------------------------------------------------------------------------------------------


def endpoints_differ(facts: Facts) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for number, endpoint in enumerate(facts.file.ping):
        url = endpoint_url(endpoint)
        if (endpoint.kind, url) in seen:
            loc: Loc = ("ping", number, endpoint.kind)
            yield Finding(loc, codes.DUPLICATE, f"{url} is already told", "list its feeds in one item")
        seen.add((endpoint.kind, url))


def public_addresses_are_public(facts: Facts) -> Iterator[Finding]:
    site, server = facts.file.site, facts.file.server
    candidates: tuple[tuple[Loc, str | None], ...] = (
        (("site", "url"), site.url if site else None),
        (("site", "feeds_url"), site.feeds_url if site else None),
        (("server", "public_url"), server.public_url),
    )
    for loc, url in candidates:
        if url and is_local(url):
            message = f"{url} only works on this machine or network"
            yield Finding(loc, codes.LOCAL_URL, message, "use the address readers will use", Level.WARNING)


def private_endpoints_are_allowed(facts: Facts) -> Iterator[Finding]:
    for number, endpoint in enumerate(facts.file.ping):
        if is_local(endpoint_url(endpoint)) and not endpoint.allow_private:
            message = "this is an address of this machine or network, and connecting to such is not allowed"
            loc: Loc = ("ping", number, endpoint.kind)
            yield Finding(loc, codes.LOCAL_URL, message, "if it is meant: allow_private: true", Level.WARNING)


def is_local(url: str) -> bool:
    """Does the host name only this machine or its network? Says nothing about names that need a look-up."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local", ".internal", ".lan"))


RULES: tuple[Callable[[Facts], Iterator[Finding]], ...] = (
    version_is_ours,
    site_is_there,
    sources_are_there,
    something_gets_out,
    sources_exist,
    sources_are_apart,
    targets_are_apart,
    targets_are_not_watched,
    state_is_private,
    source_names_differ,
    feed_paths_differ,
    feed_paths_are_not_made,
    made_paths_differ,
    feed_paths_are_no_archive_pages,
    feed_templates_fit,
    schedules_are_one_thing,
    least_means_something,
    named_sources_exist,
    named_feeds_exist,
    moved_addresses_lead_somewhere,
    clients_can_be_told_apart,
    endpoints_differ,
    public_addresses_are_public,
    private_endpoints_are_allowed,
    podcasts.podcasts_are_whole,
    podcasts.recordings_have_addresses,
)
