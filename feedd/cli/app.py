"""Every command with its options, and nothing heavy: what a command does is in the module of its name."""

from __future__ import annotations

import rich_click as click

from feedd import __version__

click.rich_click.COMMAND_GROUPS = {
    "feedd": [
        {"name": "Start here", "commands": ["init", "run", "build", "preview"]},
        {"name": "Watch over it", "commands": ["status", "check"]},
        {"name": "Act", "commands": ["ping", "retry", "reload"]},
        {"name": "Plumbing", "commands": ["schema", "completion"]},
    ]
}
click.rich_click.FOOTER_TEXT = "First time?  feedd init && feedd run"
click.rich_click.MAX_WIDTH = 100

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
    help="Change one setting for this run, as in --set feeds.0.limit=20.",
)
json_out = click.option("--json", "as_json", is_flag=True, help="Print data for programs on stdout.")


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
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
    """Watch, build, publish, announce and serve, until stopped: the daemon.

    With a settings file, or with FOLDER and --url and none at all.
    """
    from feedd.cli.run import run as command

    command(folder, url, publish, listen, state, config, changes)


@feedd.command()
@config
@change
@click.option("--dry-run", is_flag=True, help="Say what would happen; write and send nothing.")
@click.option("--diff", is_flag=True, help="With --dry-run: show how the documents would change.")
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
@config
@change
@click.option("--errors-only", is_flag=True, help="Do not look for warnings.")
@json_out
def check(config: str | None, changes: tuple[str, ...], errors_only: bool, as_json: bool) -> None:
    """Check the settings and every article. Exit code 1 if there is something to mend."""
    from feedd.cli.check import check as command

    command(config, changes, errors_only, as_json)


@feedd.command()
@click.argument("file", type=click.Path())
@config
@click.option("--url", metavar="URL", help="Without a settings file: the address of the site.")
@click.option("--as", "form", type=click.Choice(["rss", "atom", "json"]), help="Print the item as a reader gets it.")
@json_out
def preview(file: str, config: str | None, url: str | None, form: str | None, as_json: bool) -> None:
    """Show the entry that FILE becomes, and why each field is what it is."""
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
    """Make the running daemon read its settings again; the old ones stay if the new ones are wrong."""
    from feedd.cli.ping import reload as command

    command(config)


@feedd.command()
def schema() -> None:
    """Print the JSON schema of the settings file, for editors."""
    from feedd.settings import schema as settings_schema

    click.echo(settings_schema.text(), nl=False)


@feedd.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print the completion script for a shell: eval "$(feedd completion bash)"."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(feedd, {}, "feedd", "_FEEDD_COMPLETE").source())
