"""A checked shape -> `model.Settings`, with every default filled in. Nothing can fail here any more."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote, urljoin, urlsplit

from feedd.model import (
    FEED_STYLE,
    ClientLimit,
    Endpoint,
    Feed,
    Moved,
    Person,
    Query,
    Schedule,
    ServerSettings,
    Settings,
    Site,
    Source,
    Target,
)
from feedd.settings import moved, naming, podcasts
from feedd.settings.paths import Paths
from feedd.settings.presets import NOTHING, Found
from feedd.settings.rules import inside
from feedd.settings.shape import (
    AnyEndpointShape,
    FeedShape,
    File,
    FilterShape,
    ServerShape,
    SiteShape,
    WebhookShape,
    XmlRpcShape,
)

_ALL_EVENTS = ("published", "updated", "withdrawn")


def build(
    file: File,
    paths: Paths,
    state_dir: str,
    secrets: Mapping[int, tuple[str, ...]],
    name: str | None,
    presets: Mapping[int, Found],
) -> Settings:
    """`secrets` are the webhooks' by their position in `ping`, `presets` the sources' by theirs; `name` is the settings
    file, absolute."""
    if file.site is None:
        raise ValueError("settings without a site have an error, and are not built")
    site = _site(file.site, file.server, _zone(file.site, presets))
    targets = tuple(Target(paths.absolute(target.to), target.adopt) for target in file.publish)
    endpoints = tuple(_endpoint(shape, paths, secrets.get(number, ())) for number, shape in enumerate(file.ping))
    withdrawals = file.limits.withdrawals
    feeds = tuple(
        _presented(podcasts.fit(_feed(each, site, endpoints), each, file, site), each, file, site)
        for each in file.feeds
    )
    return Settings(
        site=site,
        sources=_sources(file, paths, (*(target.path for target in targets), state_dir), presets),
        feeds=feeds,
        targets=targets,
        endpoints=endpoints,
        server=_server(file, site),
        state_dir=state_dir,
        file=name,
        log_format=file.log.format,
        log_level=file.log.level,
        max_withdrawals=(withdrawals.count, withdrawals.share),
        tombstones=file.limits.tombstones,
        index=any(feed.landing for feed in feeds),
        lint=file.limits.lint,
        versions=file.limits.versions,
    )


def _zone(shape: SiteShape, presets: Mapping[int, Found]) -> str:
    """What the settings say; else what the generators of all sources agree on: their dates mean that."""
    named = {found.timezone for found in presets.values() if found.timezone}
    return named.pop() if len(named) == 1 and "timezone" not in shape.model_fields_set else shape.timezone


def _site(shape: SiteShape, server: ServerShape, timezone: str) -> Site:
    author = Person(shape.author.name, shape.author.email, shape.author.url) if shape.author else None
    return Site(
        url=shape.url,
        feeds_url=shape.feeds_url or server.public_url or shape.url,
        title=shape.title or urlsplit(shape.url).hostname or shape.url,
        description=shape.description or "",
        author=author,
        language=shape.language,
        timezone=timezone,
        icon=urljoin(f"{shape.url}/", shape.icon) if shape.icon else None,
        rights=shape.rights,
    )


def _server(file: File, site: Site) -> ServerSettings:
    shape = file.server
    return ServerSettings(
        listen=None if shape.listen == "off" else shape.listen,
        max_age=shape.max_age,
        # The public address, not a relative one: it is what readers note for good.
        moved=tuple(
            Moved(step.old, step.new if step.leaves else f"{site.feeds_url}/{_asked(step.new)}", step.status)
            for step in moved.steps(file)
        ),
        limit=ClientLimit(shape.limit.requests, shape.limit.per, _once(shape.proxies)) if shape.limit else None,
    )


def _asked(path: str) -> str:
    return "" if path == "index.html" else quote(path)  # the front page has no name


def _sources(file: File, paths: Paths, ours: Sequence[str], presets: Mapping[int, Found]) -> tuple[Source, ...]:
    """`ours` are folders that feedd writes to; one that lies in a source is left out when looking for articles."""
    shapes = naming.sources_of(file)
    folders = [paths.absolute(shape.path) for shape in shapes]
    found = [presets.get(number, NOTHING) for number in range(len(shapes))]
    return tuple(
        Source(
            name=name,
            path=folder,
            link=shape.link,
            ignore=(preset.preset.ignore if preset.preset else ()) + shape.ignore + _outputs_within(folder, ours),
            language=shape.language,
            watch=shape.watch,
            poll_every=shape.every,
            settle=shape.settle,
            reconcile=shape.reconcile,
            max_size=shape.max_size,
            preset=preset.preset,
            site_root=preset.root,
            trusted=shape.content == "trusted",
            date_order=shape.dates,
            media_prefix=shape.media_prefix,
        )
        for shape, folder, name, preset in zip(
            shapes, folders, naming.source_names(shapes, folders), found, strict=True
        )
    )


def _outputs_within(folder: str, ours: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        naming.anchored(posixpath.relpath(path, folder)) for path in ours if path != folder and inside(path, folder)
    )


def _feed(shape: FeedShape, site: Site, endpoints: Sequence[Endpoint]) -> Feed:
    schedule = Schedule(shape.schedule.every, shape.schedule.cron) if shape.schedule else None
    return Feed(
        path=shape.path,
        title=_with_site(shape, shape.title, site) or naming.feed_title(shape, site.title),
        description=_with_site(shape, shape.description, site) or site.description,
        query=_query(shape),
        limit=shape.limit,
        max_age=shape.max_age,
        at_least=shape.at_least,
        max_bytes=shape.max_bytes,
        archive=shape.archive,
        content=shape.content,
        atom_content=shape.atom_content,
        cloud=shape.cloud,
        retractions=shape.retraction_word if shape.retractions else None,
        formats=_once(shape.formats),
        each=shape.each,
        schedule=schedule,
        hubs=tuple(each.url for each in endpoints if each.kind == "websub" and _covers(each, shape.path)),
        language=shape.language,
    )


def _with_site(shape: FeedShape, template: str | None, site: Site) -> str | None:
    """{site} is known already; what else stands in braces is filled in for each feed."""
    return template.replace("{site}", site.title) if template and shape.each else template


def _presented(feed: Feed, shape: FeedShape, file: File, site: Site) -> Feed:
    """What people see of it who open it in a browser."""
    chosen = shape.presentation or file.presentation
    if chosen.style == "none":
        return feed
    return replace(feed, style=urljoin(f"{site.url}/", chosen.css) if chosen.css else FEED_STYLE, landing=True)


def _covers(endpoint: Endpoint, path: str) -> bool:
    return not endpoint.feeds or path in endpoint.feeds


def _query(shape: FilterShape) -> Query:
    return Query(
        sources=_once(shape.from_),
        folders=_once(tuple(folder.strip("/") for folder in shape.folder + shape.folders if folder.strip("/"))),
        categories=_once(shape.category + shape.categories),
        tags=_once(shape.tag + shape.tags),
        authors=_once(shape.author + shape.authors),
        languages=_once(shape.languages),
        file_types=_once(shape.file_types),
        where=shape.where or "",
        all=tuple(_query(each) for each in shape.all),
        any=tuple(_query(each) for each in shape.any),
        none=tuple(_query(each) for each in shape.not_),
    )


def _once(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _endpoint(shape: AnyEndpointShape, paths: Paths, secrets: tuple[str, ...]) -> Endpoint:
    url = naming.endpoint_url(shape)
    events = _once(shape.events + shape.on) if isinstance(shape, WebhookShape) else ()
    return Endpoint(
        id=naming.endpoint_id(shape.kind, url),
        kind=shape.kind,
        url=url,
        feeds=_once(shape.feeds),
        events=events or _ALL_EVENTS,
        secrets=secrets,
        extended=shape.extended if isinstance(shape, XmlRpcShape) else True,
        min_interval=shape.min_interval,
        timeout=shape.timeout,
        max_attempts=shape.max_attempts,
        give_up_after=shape.give_up_after,
        allow_private=shape.allow_private,
        ca_file=paths.absolute(shape.ca_file) if shape.ca_file else None,
    )
