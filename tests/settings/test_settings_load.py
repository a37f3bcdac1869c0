"""feedd.yaml into Settings: short forms, defaults, names, paths, variables, secrets, overrides."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from feedd import settings
from feedd.errors import SettingsError
from feedd.model import (
    ClientLimit,
    Endpoint,
    Feed,
    Level,
    Person,
    Query,
    Schedule,
    ServerSettings,
    Settings,
    Site,
    Source,
    Target,
)
from feedd.renderer.render import FORMATS
from feedd.settings import moved as spelled_out

KEY = "whsec_" + base64.b64encode(b"k" * 24).decode()
OLD_KEY = "whsec_" + base64.b64encode(b"o" * 64).decode()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    for name in ("posts", "news"):
        (tmp_path / name).mkdir()
    return tmp_path


def load(home: Path, text: str, overrides: dict[str, str] | None = None, **env: str) -> Settings:
    (home / "feedd.yaml").write_text(text, "utf-8")
    return settings.load(str(home / "feedd.yaml"), env=env, overrides=overrides)


def test_three_lines_are_enough(home: Path) -> None:
    """The smallest file gives complete settings: one source, one feed in all formats, one target, a local server."""
    expected = Settings(
        site=Site("https://ann.example", "https://ann.example", "ann.example"),
        sources=(Source("posts", f"{home}/posts"),),
        feeds=(Feed("feed", "ann.example", style="feed.css", landing=True),),
        targets=(Target(f"{home}/public"),),
        endpoints=(),
        server=ServerSettings(),
        state_dir=f"{home}/.feedd",
        file=f"{home}/feedd.yaml",
        index=True,
    )
    assert load(home, "site: https://ann.example\nsource: posts\npublish: public\n") == expected


def test_the_long_form_of_everything(home: Path) -> None:
    """Every setting reaches the place in the model that it is for."""
    (home / "ca.pem").write_text("x")
    text = f"""
version: 1
site:
  url: https://ann.example/blog/
  title: Ann writes
  description: Notes
  author: {{name: Ann, email: ann@ann.example, url: https://ann.example/me}}
  language: en-GB
  timezone: Europe/Prague
  icon: icon.png
  rights: (c) Ann
  feeds_url: https://feeds.ann.example/
sources:
  - {{path: posts, name: main, link: "{{site}}/{{year}}/{{slug}}", ignore: "_*", language: cs, watch: poll,
     every: 1m, settle: 0s, reconcile: 1h, max_size: 1 MiB}}
  - news
publish: {{to: out, adopt: yes}}
feeds:
  - {{path: all, title: T, description: D, limit: 5, max_age: 2 days, content: summary, formats: json, language: cs}}
  - {{path: news, from: news, folder: /a/, folders: [b, a], category: C, tags: [d], author: E, authors: F,
     schedule: 15m}}
  - {{path: "tags/{{tag}}", each: tag, schedule: {{cron: "0  7 * * mon"}}}}
ping:
  - {{websub: https://hub.example/, feeds: [all]}}
  - {{xmlrpc: https://rpc.example/, extended: false}}
  - {{webhook: https://hook.example/, secret: [{KEY}, {OLD_KEY}], events: updated, on: [withdrawn], min_interval: 1m,
     timeout: 5s, max_attempts: 3, give_up_after: 1h, allow_private: true, ca_file: ca.pem}}
server: {{listen: 8000, public_url: https://s.example, max_age: 0s}}
state: ../state
log: {{format: json, level: DEBUG}}
limits: {{withdrawals: {{count: 3, share: 0.5}}}}
"""
    made = load(home, text)
    assert made.site == Site(
        "https://ann.example/blog",
        "https://feeds.ann.example",
        "Ann writes",
        "Notes",
        Person("Ann", "ann@ann.example", "https://ann.example/me"),
        "en-GB",
        "Europe/Prague",
        "https://ann.example/blog/icon.png",
        "(c) Ann",
    )
    assert made.sources == (
        Source(
            "main",
            f"{home}/posts",
            "{site}/{year}/{slug}",
            ("_*",),
            "cs",
            "poll",
            timedelta(minutes=1),
            timedelta(0),
            timedelta(hours=1),
            1_048_576,
        ),
        Source("news", f"{home}/news"),
    )
    assert tuple(replace(feed, style=None, landing=False) for feed in made.feeds) == (
        Feed(
            "all",
            "T",
            "D",
            limit=5,
            max_age=timedelta(days=2),
            content="summary",
            formats=("json",),
            hubs=("https://hub.example/",),
            language="cs",
        ),
        Feed(
            "news",
            "Ann writes: news",
            "Notes",
            Query(("news",), ("a", "b"), ("C",), ("d",), ("E", "F")),
            schedule=Schedule(every=timedelta(minutes=15)),
        ),
        Feed("tags/{tag}", "Ann writes: {tag}", "Notes", each="tag", schedule=Schedule(cron="0 7 * * mon")),
    )
    assert made.targets == (Target(f"{home}/out", adopt=True),)
    hub, rpc, hook = made.endpoints
    assert hub == Endpoint(hub.id, "websub", "https://hub.example/", ("all",), min_interval=timedelta(seconds=2))
    assert rpc == Endpoint(rpc.id, "xmlrpc", "https://rpc.example/", extended=False, min_interval=timedelta(minutes=30))
    assert hook == Endpoint(
        hook.id,
        "webhook",
        "https://hook.example/",
        events=("updated", "withdrawn"),
        secrets=(KEY, OLD_KEY),
        min_interval=timedelta(minutes=1),
        timeout=timedelta(seconds=5),
        max_attempts=3,
        give_up_after=timedelta(hours=1),
        allow_private=True,
        ca_file=f"{home}/ca.pem",
    )
    assert made.server == ServerSettings("127.0.0.1:8000", timedelta(0))
    assert made.state_dir == f"{home.parent}/state"
    assert (made.log_format, made.log_level, made.max_withdrawals) == ("json", "debug", (3, 0.5))


def test_an_endpoint_keeps_its_id(home: Path) -> None:
    """Ids are pinned: waiting announcements in the store find their endpoint by them, over upgrades too."""
    made = load(home, "site: https://a.example\nsource: posts\nping: {websub: https://hub.example/, timeout: 3s}")
    assert made.endpoints[0].id == "websub:233d1a86efa4"


@pytest.mark.parametrize(
    ("site", "server", "expected"),
    [
        ("https://a.example/b/", "{}", "https://a.example/b"),
        ("https://a.example", "{public_url: https://f.example/}", "https://f.example"),
        (
            "{url: https://a.example, feeds_url: https://g.example}",
            "{public_url: https://f.example}",
            "https://g.example",
        ),
    ],
)
def test_where_feeds_are_reachable(home: Path, site: str, server: str, expected: str) -> None:
    """feeds_url wins over the server's public address, and that over the site's."""
    assert load(home, f"site: {site}\nsource: posts\nserver: {server}").site.feeds_url == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTPS://Ann.Example/", "https://ann.example"),
        ("https://bücher.example/ä b".replace(" ", ""), "https://xn--bcher-kva.example/%C3%A4b"),
        ("https://ann.example/~a/%20b/", "https://ann.example/~a/%20b"),
        ("https://ann.example:8443", "https://ann.example:8443"),
        ("https://[2606:4700::1111]/", "https://[2606:4700::1111]"),
    ],
)
def test_addresses_are_fit_for_feeds(home: Path, given: str, expected: str) -> None:
    """A site's URL is ASCII, without a trailing slash, with the host in lower case."""
    assert load(home, f"site: '{given}'\nsource: posts").site.url == expected


def test_what_has_moved_is_spelled_out(home: Path) -> None:
    """A document by its path, a feed by its name in all its formats, and away from here; always to a whole URL."""
    made = load(
        home,
        """
site: https://a.example
source: posts
feeds: [{path: größe, formats: [atom, json]}, {path: feed}, {path: "tags/{tag}", each: tag}]
server:
  public_url: https://f.example/b/
  moved:
    /rss: größe.atom
    feed/: größe.json
    old: größe
    a.xml: {to: tags/x.xml, status: 308}
    feed: https://g.example/f?a=b
""",
    )
    base = "https://f.example/b/gr%C3%B6%C3%9Fe"
    assert {moved.path: (moved.to, moved.status) for moved in made.server.moved} == {
        "rss": (f"{base}.atom", 301),
        "feed/index.html": (f"{base}.json", 301),
        "old": (f"{base}.atom", 301),
        "old.atom": (f"{base}.atom", 301),
        "old.json": (f"{base}.json", 301),
        "a.xml": ("https://f.example/b/tags/x.xml", 308),
        **{f"feed{suffix}": ("https://g.example/f?a=b", 301) for suffix in (".xml", ".atom", ".json", ".html")},
    }


def test_a_whole_address_of_ours_is_a_path_like_another(home: Path) -> None:
    """By whatever scheme, port and encoding it is written; a neighbour of the same beginning is somebody else's."""
    made = load(
        home,
        """
site: {url: https://a.example, feeds_url: https://f.example/b}
source: posts
feeds: [größe, feed]
server:
  moved:
    a: http://f.example:80/b/gr%C3%B6%C3%9Fe.xml
    b.atom: https://f.example:443/b/feed.atom?utm=x
    c: https://f.example/b
    d: https://f.example/bb/feed.xml
    e: https://f.example:8443/b/feed.xml
    f: https://a.example/feed.xml
""",
    )
    assert {moved.path: moved.to for moved in made.server.moved} == {
        "a": "https://f.example/b/gr%C3%B6%C3%9Fe.xml",
        "b.atom": "https://f.example/b/feed.atom",
        "c": "https://f.example/b/",
        "d": "https://f.example/bb/feed.xml",
        "e": "https://f.example:8443/b/feed.xml",
        "f": "https://a.example/feed.xml",
    }


@pytest.mark.parametrize(
    ("moved", "pages"),
    [
        ("feed: https://g.example/", ["feed.html"]),
        (
            "{feed.xml: https://g.example/a, feed.atom: https://g.example/b, feed.json: https://g.example/c}",
            ["feed.html"],
        ),
        ("{feed.xml: https://g.example/a, feed.atom: https://g.example/b}", []),
        ("tags/x.xml: https://g.example/", ["tags/x.html"]),
        ("{tags/x.xml: https://g.example/, tags/x.html: https://g.example/x.html}", ["tags/x.html"]),
        ("feeds: https://g.example/", []),
        ("plain: https://g.example/", []),
        ("a/index: https://g.example/", []),
    ],
)
def test_the_page_of_a_feed_that_left_leaves_with_it(home: Path, moved: str, pages: list[str]) -> None:
    """With the last of its documents, whichever way they are written."""
    made = load(
        home,
        f"""
site: https://a.example
source: posts
feeds:
- feed
- feeds
- a/index
- {{path: plain, presentation: none}}
- {{path: "tags/{{tag}}", each: tag, formats: rss}}
server:
  moved: {moved if moved.startswith("{") else "{" + moved + "}"}
""",
    )
    assert [each.path for each in made.server.moved if each.path.endswith(".html")] == pages


def test_the_suffixes_are_the_renderer_s() -> None:
    """What the settings call a feed's document is where it stands."""
    assert {name: made.suffix for name, made in FORMATS.items() if name in spelled_out.SUFFIXES} == spelled_out.SUFFIXES


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("{limit: 60, proxies: 127.0.0.1}", ClientLimit(60, timedelta(minutes=1), ("127.0.0.1/32",))),
        (
            "{limit: {requests: 5, per: 1s}, proxies: [10.1.2.3/8, '::1']}",
            ClientLimit(5, timedelta(seconds=1), ("10.0.0.0/8", "::1/128")),
        ),
        ("{}", None),
    ],
)
def test_clients_are_limited_where_it_is_asked_for(home: Path, server: str, expected: ClientLimit | None) -> None:
    """A number alone is per minute; networks are written in full."""
    assert load(home, f"site: https://a.example\nsource: posts\nserver: {server}").server.limit == expected


@pytest.mark.parametrize("off", ["server: off", "server: false", "server: {listen: off}", "server: 'OFF'"])
def test_the_server_can_be_switched_off(home: Path, off: str) -> None:
    """Every way to write it means the same."""
    assert load(home, f"site: https://a.example\nsource: posts\npublish: out\n{off}").server.listen is None


@pytest.mark.parametrize(
    ("listen", "expected"),
    [
        ("9000", "127.0.0.1:9000"),
        ("':9000'", "0.0.0.0:9000"),
        ("'[::1]:0'", "[::1]:0"),
        ("localhost:80", "localhost:80"),
    ],
)
def test_where_the_server_listens(home: Path, listen: str, expected: str) -> None:
    """A lone port stays on this machine; an empty host means every address."""
    assert load(home, f"site: https://a.example\nsource: posts\nserver: {listen}").server.listen == expected


def test_a_section_with_everything_commented_out_is_not_there(home: Path) -> None:
    """`ping:` with nothing below it means no announcements, `feeds:` the default feed."""
    made = load(home, "site: https://a.example\nsource: posts\nping:\nfeeds:\n#  - path: a\nserver:\n")
    assert ([feed.path for feed in made.feeds], made.endpoints) == (["feed"], ())


def test_names_of_sources_are_unique_and_legible(home: Path) -> None:
    """A given name is never taken away; the others get their folder's name, numbered where that is taken."""
    for name in ("a/posts", "b/posts", "My Blog!"):
        (home / name).mkdir(parents=True)
    text = "site: https://a.example\nsources: [posts, a/posts, {path: b/posts, name: posts-2}, My Blog!]"
    assert [source.name for source in load(home, text).sources] == ["posts", "posts-3", "posts-2", "My-Blog"]


def test_our_own_folders_are_not_searched_for_articles(home: Path) -> None:
    """A target or state folder inside a source is left out, even if its name has signs that patterns know."""
    text = "site: https://a.example\nsource: .\npublish: out[1]\nstate: memory\n"
    assert load(home, text).sources[0].ignore == ("/out\\[1\\]/", "/memory/")


def test_a_source_inside_the_target_is_fine(home: Path) -> None:
    """Many people publish their whole web root, articles included."""
    (home / "www/posts").mkdir(parents=True)
    made = settings.Loaded(load(home, "site: https://a.example\nsource: www/posts\npublish: www"))
    assert made.settings.sources[0].ignore == ()


def test_links_are_followed_before_folders_are_compared(home: Path) -> None:
    """A link to a source is that source: the overlap is seen through it."""
    (home / "link").symlink_to(home / "posts")
    with pytest.raises(SettingsError) as caught:
        load(home, "site: https://a.example\nsource: posts\npublish: link")
    assert [each.code for each in caught.value.problems] == ["FD112"]


# --- The environment --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "env", "expected"),
    [
        ("${T}", {"T": "x"}, "x"),
        ("a ${T} b ${T}", {"T": "x"}, "a x b x"),
        ("${T:-y}", {}, "y"),
        ("${T:-y}", {"T": ""}, "y"),
        ("${T:-y z}", {"T": "x"}, "x"),
        ("$${T}", {"T": "x"}, "${T}"),
        ("${T}", {"T": "${U}"}, "${U}"),
        ("$T {T}", {"T": "x"}, "$T {T}"),
    ],
)
def test_variables(home: Path, value: str, env: dict[str, str], expected: str) -> None:
    """${NAME} and ${NAME:-default} are filled in once, $${ is a literal, and nothing else is special."""
    made = load(home, f"site: {{url: https://a.example, title: '{value}'}}\nsource: posts", **env)
    assert made.site.title == expected


def test_variables_may_hold_numbers_and_durations(home: Path) -> None:
    """What comes from the environment is text, and counts as what is needed at its place."""
    text = "site: https://a.example\nsource: posts\nfeeds: {path: a, limit: '${N}'}\nserver: {max_age: '${A}'}"
    made = load(home, text, N="7", A="1h30m")
    assert (made.feeds[0].limit, made.server.max_age) == (7, timedelta(minutes=90))


@pytest.mark.parametrize(
    ("line", "env", "expected"),
    [
        ("", {}, "{home}/.feedd"),
        ("", {"STATE_DIRECTORY": "/var/lib/feedd"}, "/var/lib/feedd"),
        ("", {"STATE_DIRECTORY": "/var/lib/feedd:/var/lib/other"}, "/var/lib/feedd"),
        ("state: mine", {"STATE_DIRECTORY": "/var/lib/feedd"}, "{home}/mine"),
        ("state: ~/mine", {"HOME": "/home/ann"}, "/home/ann/mine"),
    ],
)
def test_where_the_state_lives(home: Path, line: str, env: dict[str, str], expected: str) -> None:
    """An explicit setting wins, then systemd's first directory, then .feedd beside the file."""
    made = load(home, f"site: https://a.example\nsource: posts\n{line}", **env)
    assert made.state_dir == expected.replace("{home}", str(home))


# --- Secrets ----------------------------------------------------------------------------------------------------------

HOOK = "site: https://a.example\nsource: posts\nping: {webhook: https://h.example, "


def secret_file(path: Path, text: str, mode: int = 0o600) -> None:
    path.write_text(text)
    path.chmod(mode)


def test_secrets_are_gathered_newest_first(home: Path) -> None:
    """Inline secrets come first, then each file's lines; one that occurs twice is used once."""
    secret_file(home / "key", f"{OLD_KEY}\n\n{KEY}\n")
    assert load(home, HOOK + f"secret: {KEY}, secret_file: key}}").endpoints[0].secrets == (KEY, OLD_KEY)


def test_credentials_of_systemd_come_before_files(home: Path) -> None:
    """A plain name is looked up in $CREDENTIALS_DIRECTORY first, a path never."""
    (home / "credentials").mkdir()
    secret_file(home / "credentials/key", KEY, 0o440)
    secret_file(home / "key", OLD_KEY)
    env = {"CREDENTIALS_DIRECTORY": f"{home}/credentials"}
    assert load(home, HOOK + "secret_file: key}", **env).endpoints[0].secrets == (KEY,)
    assert load(home, HOOK + "secret_file: ./key}", **env).endpoints[0].secrets == (OLD_KEY,)
    assert load(home, HOOK + "secret_file: key}").endpoints[0].secrets == (OLD_KEY,)


def test_a_secret_that_everybody_may_read_is_a_warning(home: Path) -> None:
    """It works, and the warning says how to close the file."""
    secret_file(home / "key", KEY, 0o644)
    (home / "feedd.yaml").write_text(HOOK + "secret_file: key}")
    (warning,) = settings.read(str(home / "feedd.yaml"), env={}).warnings
    assert (warning.code, warning.level, warning.line, warning.column) == ("FD152", Level.WARNING, 3, 49)
    assert warning.hint == f"chmod 600 {home}/key"


def test_settings_do_not_show_secrets(home: Path) -> None:
    """Printing the settings, as a log or a traceback would, does not print a key."""
    assert KEY not in repr(load(home, HOOK + f"secret: {KEY}}}"))


# --- Overrides and settings without a file ----------------------------------------------------------------------------


def test_overrides_win_over_the_file(home: Path) -> None:
    """A dotted name reaches into mappings and lists, makes what is not there, and reads its text as YAML."""
    text = "site: {url: https://a.example}\nsource: posts\nfeeds: [{path: a}, {path: b}]\nlog:\n"
    given = {"site.title": "T", "feeds.1.limit": "20", "log.format": "json", "publish": "[{to: out}]"}
    made = load(home, text, given)
    assert (made.site.title, made.feeds[1].limit, made.log_format) == ("T", 20, "json")
    assert made.targets == (Target(f"{home}/out"),)


def test_overrides_reach_below_short_forms(home: Path) -> None:
    """`site: URL` and `server: off` are mappings to an override; what is no YAML is text."""
    text = "site: https://a.example\nsource: posts\npublish: out\nserver: off"
    made = load(home, text, {"site.title": "T", "server.listen": "[::1]:80", "publish.adopt": "yes"})
    assert (made.site.url, made.site.title, made.server.listen) == ("https://a.example", "T", "[::1]:80")
    assert made.targets == (Target(f"{home}/out", adopt=True),)


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("feeds.0.limit", "0", "--set feeds.0.limit: 0 is not between 1 and 10000"),
        ("feeds.0.limitt", "3", '--set feeds.0.limitt: unknown key "limitt" - did you mean "limit"?'),
        (
            "feeds.first.limit",
            "3",
            '--set feeds.first.limit: the settings have a list here, and "first" is no position',
        ),
        ("feeds.3.limit", "3", "--set feeds.3.limit: there are only 1 items before position 3"),
        ("publish.two", "x", '--set publish.two: unknown key "two"'),
        ("source.path.x", "3", '--set source.path.x: the settings have a single value above "x"'),
        ("log", "[", "--set log: a mapping is needed here, not text"),
    ],
)
def test_a_bad_override_is_named_as_such(home: Path, name: str, value: str, expected: str) -> None:
    """A problem that comes from an override names it, not a line of the file."""
    with pytest.raises(SettingsError) as caught:
        load(home, "site: https://a.example\nsource: posts\npublish: out\nfeeds: [{path: a}]", {name: value})
    (problem,) = caught.value.problems
    assert str(problem).startswith(expected)
    assert problem.line is None


def test_from_folder(home: Path) -> None:
    """A folder and an address are settings: one source, one feed, no file."""
    made = settings.from_folder(
        f"{home}/posts", "https://a.example/", publish=f"{home}/out", listen="127.0.0.1:0", state_dir=f"{home}/state"
    )
    assert made.file is None
    assert (made.site.url, made.sources, made.targets) == (
        "https://a.example",
        (Source("posts", f"{home}/posts"),),
        (Target(f"{home}/out"),),
    )
    assert (made.server.listen, made.state_dir, made.feeds) == (
        "127.0.0.1:0",
        f"{home}/state",
        (Feed("feed", "a.example", style="feed.css", landing=True),),
    )


def test_from_folder_serves_only_from_memory(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a target nothing is written; a relative folder is below the current one; ${ is not special."""
    (home / "${X}").mkdir()
    monkeypatch.chdir(home)
    made = settings.from_folder("${X}", "https://a.example", publish=None, listen=None, state_dir="s")
    assert (made.targets, made.server.listen, made.sources[0].path) == ((), None, f"{home}/${{X}}")


def test_from_folder_names_the_option_that_is_wrong(home: Path) -> None:
    """All problems at once, by option; there is no line to point at."""
    with pytest.raises(SettingsError) as caught:
        settings.from_folder(f"{home}/no", "a.example", publish=f"{home}/no", listen="x", state_dir=f"{home}/s")
    assert sorted(each.where for each in caught.value.problems) == sorted(
        ["--listen", "--publish", "--url", f"{home}/no"]
    )
    assert {each.line for each in caught.value.problems} == {None}


def test_choices_of_choices(home: Path) -> None:
    """The lines of a choice are those of a feed, short names too; one choice stands for a list of one."""
    text = """site: {url: https://ann.example, title: Ann}
sources: [posts, news]
feeds:
- path: best
  languages: en
  file_types: [.MD, html]
  where: rating >= 4
  all: {tag: a, tags: [b]}
  any: [{folder: /x/, from: news}, {not: {author: Bo}}]
- {path: "y/{year}", each: year, title: "{site} in {year}", description: "{site}", max_age: 9d, at_least: 3}
"""
    best, years = load(home, text).feeds
    assert best.query == Query(
        languages=("en",),
        file_types=("md", "html"),
        where="rating >= 4",
        all=(Query(tags=("a", "b")),),
        any=(Query(sources=("news",), folders=("x",)), Query(none=(Query(authors=("Bo",)),))),
    )
    assert (years.title, years.description, years.at_least) == ("Ann in {year}", "Ann", 3)
