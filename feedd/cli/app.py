"""Every command with its options, and nothing heavy: what a command does is in the module of its name."""

from __future__ import annotations

import os
import sys
from typing import Any

import rich_click as click

from feedd import __version__
from feedd.cli.names import EntryName
from feedd.cli.say import failing, out
from feedd.errors import UsageError

click.rich_click.COMMAND_GROUPS = {
    "feedd": [
        {"name": "Start here", "commands": ["init", "run", "build", "preview"]},
        {"name": "Watch over it", "commands": ["status", "check", "log"]},
        {"name": "Act", "commands": ["ping", "retry", "reload", "rollback", "import", "id"]},
        {"name": "Plumbing", "commands": ["snippet", "schema", "completion"]},
    ]
}
click.rich_click.MAX_WIDTH = 100
# NO_COLOR (no-color.org) wins over what the terminal can do; None leaves it to the terminal.
ENTRY = EntryName()
FIRST_TIME = "First time?  feedd init && feedd run"
COLOR = False if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else None


class Feedd(click.RichGroup):
    """The group of all commands. What goes wrong in one of them is told here."""

    def invoke(self, ctx: click.Context) -> Any:
        with failing(as_json="--json" in sys.argv[1:]):
            return super().invoke(ctx)


config = click.option(
    "-c",
    "--config",
    "config",
    metavar="FILE",
    help="Settings file. Else ./feedd.yaml, ~/.config/feedd/feedd.yaml, /etc/feedd/feedd.yaml, the first there is.",
)
change = click.option(
    "--set",
    "changes",
    metavar="NAME=VALUE",
    multiple=True,
    help="Change one setting for this run, as in --set server=off.",
)
dry_run = click.option("--dry-run", is_flag=True, help="Say what would change; change nothing.")
json_out = click.option("--json", "as_json", is_flag=True, help="Print data for programs on stdout.")


@click.group(cls=Feedd, context_settings={"help_option_names": ["-h", "--help"], "color": COLOR}, epilog=FIRST_TIME)
@click.version_option(__version__, "-V", "--version", message="feedd %(version)s")
def feedd() -> None:
    """Turn folders of articles into feeds, publish them, and tell the world."""


@feedd.command()
@click.argument("folder", default=".", type=click.Path())
@click.option("--url", metavar="URL", help="The address of the site the articles belong to.")
@click.option("--print", "only_print", is_flag=True, help="Print the settings instead of writing them.")
@click.option("--force", is_flag=True, help="Replace a feedd.yaml that is there already.")
def init(folder: str, url: str | None, only_print: bool, force: bool) -> None:
    """Look at FOLDER and write a settings file of a few lines."""
    from feedd.cli.init import init as command

    command(folder, url, only_print, force)


@feedd.command()
@click.argument("folder", required=False, type=click.Path())
@click.option("--url", metavar="URL", help="With FOLDER: the address of the site; no settings file is needed then.")
@click.option("--publish", metavar="DIR", help="With FOLDER: also write the documents to this folder.")
@click.option("--listen", metavar="HOST:PORT", help="Where to serve.  [default: 127.0.0.1:8731]")
@click.option("--state", metavar="DIR", help="With FOLDER: where to remember what was published.")
@config
@change
def run(
    folder: str | None,
    url: str | None,
    publish: str | None,
    listen: str | None,
    state: str | None,
    config: str | None,
    changes: tuple[str, ...],
) -> None:
    """Be the daemon: watch, build, publish, announce and serve.

    With a settings file, or with FOLDER and --url and none at all. Ctrl-C or SIGTERM stops it in good order.
    """
    from feedd.cli.run import run as command

    command(folder, url, publish, listen, state, config, changes)


@feedd.command()
@config
@change
@click.option("--dry-run", is_flag=True, help="Say what would happen; write and send nothing.")
@click.option("--diff", is_flag=True, help="Show how the documents would change, line by line; implies --dry-run.")
@click.option("--accept", is_flag=True, help="Believe that articles missing in large numbers were meant to go.")
@click.option("--adopt", is_flag=True, help="Replace files in the output folder that feedd did not write.")
@click.option("--ping", is_flag=True, help="Also send the announcements that wait.")
@json_out
def build(
    config: str | None,
    changes: tuple[str, ...],
    dry_run: bool,
    diff: bool,
    accept: bool,
    adopt: bool,
    ping: bool,
    as_json: bool,
) -> None:
    """Bring everything up to date once, and exit.

    Asks the running daemon if there is one; otherwise does the work itself.
    """
    from feedd.cli.build import build as command

    command(config, changes, dry_run or diff, diff, accept, adopt, ping, as_json)


@feedd.command()
@click.argument("document", nargs=-1, type=click.Path())
@config
@change
@click.option("--feeds", is_flag=True, help="Check documents instead: those of the settings, or each DOCUMENT.")
@click.option("--errors-only", is_flag=True, help="Do not look for warnings.")
@json_out
def check(
    document: tuple[str, ...],
    config: str | None,
    changes: tuple[str, ...],
    feeds: bool,
    errors_only: bool,
    as_json: bool,
) -> None:
    """Check the settings and every article; with --feeds, feed documents.

    DOCUMENT is a file or an address, as in feedd check --feeds public/feed.xml. Writes nothing. The exit code is 1 if
    there is something to mend.
    """
    if feeds:
        from feedd.cli.check_feeds import check as check_feeds

        check_feeds(document, config, changes, errors_only, as_json)
        return
    if document:
        raise UsageError("a DOCUMENT is checked with --feeds", hint=f"feedd check --feeds {document[0]}")
    from feedd.cli.check import check as command

    command(config, changes, errors_only, as_json)


@feedd.command()
@click.argument("file", required=False, type=click.Path())
@config
@click.option("--url", metavar="URL", help="Without a settings file: the address of the site.")
@click.option("--at", metavar="MOMENT", help="Without FILE: show the feeds as of a moment, in the site's zone.")
@click.option("--feed", metavar="PATH", help="With --at: only this feed, with all its entries.")
@click.option(
    "--as",
    "form",
    type=click.Choice(["rss", "atom", "json"]),
    help="Print the item as a reader gets it; with --at the whole document.",
)
@json_out
def preview(
    file: str | None,
    config: str | None,
    url: str | None,
    at: str | None,
    feed: str | None,
    form: str | None,
    as_json: bool,
) -> None:
    """Show the entry that FILE becomes, and why each field is what it is.

    Or, with --at, what the feeds show at another moment: feedd preview --at "2027-01-01 09:00" --feed feed. Writes
    nothing.
    """
    if at is not None or feed is not None:
        from feedd.cli.moment import look

        look(file, config, url, at, feed, form, as_json)
        return
    from feedd.cli.preview import preview as command

    command(file, config, url, form, as_json)


@feedd.command()
@config
@click.option("-q", "--quiet", is_flag=True, help="Print nothing; exit code 0 if it runs and is well, 1 or 4 if not.")
@json_out
def status(config: str | None, quiet: bool, as_json: bool) -> None:
    """What is published, what waits, what is wrong, what comes next."""
    from feedd.cli.status import status as command

    command(config, quiet, as_json)


@feedd.command()
@config
@click.option("--all", "everything", is_flag=True, help="Announce every feed again, changed or not.")
@click.option("--dry-run", is_flag=True, help="Say whom it would tell; send nothing.")
@json_out
def ping(config: str | None, everything: bool, dry_run: bool, as_json: bool) -> None:
    """Send the announcements that wait, now."""
    from feedd.cli.ping import ping as command

    command(config, everything, dry_run, as_json)


@feedd.command()
@config
@json_out
def retry(config: str | None, as_json: bool) -> None:
    """Try every failed announcement again, those given up too."""
    from feedd.cli.ping import retry as command

    command(config, as_json)


@feedd.command()
@config
def reload(config: str | None) -> None:
    """Make the running daemon read its settings again.

    They are checked first; the old ones stay in force if anything is wrong.
    """
    from feedd.cli.ping import reload as command

    command(config)


@feedd.command()
@click.argument("feed")
@config
@click.option("--to", type=click.IntRange(min=1), metavar="N", help="Which version; default: the one before.")
@click.option("--list", "only_list", is_flag=True, help="Show the versions that are kept; change nothing.")
@click.option("--release", is_flag=True, help="Publish again what the entries say.")
@json_out
def rollback(feed: str, config: str | None, to: int | None, only_list: bool, release: bool, as_json: bool) -> None:
    """Put an earlier version of FEED back in public: feedd rollback tags/python.

    It stays until an article or a setting of the feed changes. Subscribers are told as of any change.
    """
    from feedd.cli.rollback import rollback as command

    command(feed, config, to, only_list, release, as_json)


@feedd.command()
@click.argument("entry", type=ENTRY)
@config
@json_out
def log(entry: str, config: str | None, as_json: bool) -> None:
    """Show what happened to ENTRY, newest first, and why: feedd log posts/hello.md.

    ENTRY is an id, an address, a file, or the end of its path.
    """
    from feedd.cli.history import log as command

    command(entry, config, as_json)


@feedd.command("import")
@click.argument("feed", type=click.Path())
@config
@click.option("--no-older", is_flag=True, help="Read only this document, not the older ones that it names.")
@click.option("--dry-run", is_flag=True, help="Say what would be taken over; change nothing.")
@json_out
def take_over(feed: str, config: str | None, no_older: bool, dry_run: bool, as_json: bool) -> None:
    """Take over the ids and dates of the feed that the site had before, so that its readers see nothing twice.

    FEED is an address, a file, or - for stdin, as in: feedd import https://old.example/feed.xml. RSS, Atom and JSON
    Feed are understood. Publishes and announces nothing.
    """
    from feedd.cli.take_over import take_over as command

    command(feed, config, no_older, dry_run, as_json)


@feedd.group("id")
def ids() -> None:
    """Show and decide by which id readers know an entry: feedd id show posts/hello.md.

    ENTRY, OLD and NEW are an id, an address, a file, or the end of its path. Files are never written to.
    """


@ids.command()
@click.argument("entry", type=ENTRY)
@config
@json_out
def show(entry: str, config: str | None, as_json: bool) -> None:
    """Show who ENTRY is and where its id comes from: feedd id show hello.md."""
    from feedd.cli.ids import show as command

    command(entry, config, as_json)


@ids.command()
@click.argument("file", type=click.Path())
@click.argument("id")
@config
@dry_run
@json_out
def pin(file: str, id: str, config: str | None, dry_run: bool, as_json: bool) -> None:
    """Give the entry of FILE this ID from now on: feedd id pin posts/hello.md tag:ann.example,2019:hello."""
    from feedd.cli.ids import pin as command

    command(file, id, config, dry_run, as_json)


@ids.command()
@click.argument("old", type=ENTRY)
@click.argument("new", type=ENTRY)
@config
@dry_run
@json_out
def merge(old: str, new: str, config: str | None, dry_run: bool, as_json: bool) -> None:
    """Let NEW go on under the id and date of OLD, which is withdrawn: feedd id merge tag:ann.example,2019:hello hi.md.

    For an article that came back as somebody else. The id of NEW is not used any more.
    """
    from feedd.cli.ids import merge as command

    command(old, new, config, dry_run, as_json)


@feedd.command()
@click.argument("feed", required=False)
@config
def snippet(feed: str | None, config: str | None) -> None:
    """Print the lines for the head of the site's pages, by which browsers and readers find the feeds.

    For FEED, as in feedd snippet tags/python; else for all feeds but those made for each tag and the like.
    """
    from feedd.cli.snippet import snippet as command

    command(feed, config)


@feedd.command()
def schema() -> None:
    """Print the JSON schema of the settings file, for editors."""
    from feedd.settings import schema as settings_schema

    out(settings_schema.text(), nl=False)


@feedd.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell.

    In ~/.bashrc or ~/.zshrc: eval "$(feedd completion bash)", with the name of the shell. For fish: feedd completion
    fish > ~/.config/fish/completions/feedd.fish.
    """
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None
    out(made(feedd, {}, "feedd", "_FEEDD_COMPLETE").source())
