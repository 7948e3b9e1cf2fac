"""`voiced tunnel`: a public address for this machine, told, tried, and given to a number."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from voiced.cli.options import config_option
from voiced.errors import Unavailable, VoicedError

if TYPE_CHECKING:
    from voiced.config.catalogue import Plugins
    from voiced.config.settings import Settings
    from voiced.lab.tunnel import Tunnel

By = Literal["ssh", "cloudflared", "ngrok"]


@click.command(
    epilog="Example: voiced tunnel moi@vps.example.fr --public-url https://voix.example.fr --wire +33939000100"
)
@click.argument("host", required=False, default="")
@click.option("--by", type=click.Choice(["ssh", "cloudflared", "ngrok"]), default=None,
              help="How; by default ssh where a HOST is given, else what is installed.")  # fmt: skip
@click.option(
    "--public-url", default="", metavar="URL", help="The https address that HOST, a server of yours, leads on."
)
@click.option("--remote", default="80", show_default=True, metavar="[BIND:]PORT", help="Where HOST listens.")
@click.option("--wire", "number", default="", metavar="NUMBER", help="Let this number of the carrier lead here.")
@click.option("--ssh", default="ssh", show_default=True, help="The ssh program, with options of yours.")
@click.option("--wait", type=click.FloatRange(0), default=5.0, show_default=True, metavar="SECONDS",
              help="How long to try whether voiced answers there; 0: not at all.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print what happens as one JSON document a line.")
@config_option
def tunnel(*, host: str, by: By | None, number: str, wait: float, as_json: bool, file: Path, **place: str) -> None:
    """Make a public address for this machine, until Ctrl-C.

    HOST is a server of yours that you reach by ssh, with a web server that leads --public-url to --remote; or a
    service such as localhost.run, which tells an address of its own. Prints the address, tries whether voiced answers
    there, and lets a number lead to it. voiced must know the address as PUBLIC_URL: webhooks are signed with it.
    """
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.cli.project import read_around  # noqa: PLC0415 - imports every plugin
    from voiced.observe import configure  # noqa: PLC0415 - the same

    configure("error")
    settings, plugins, _ = read_around(file)
    way = _way(host, by, settings.server.port, **place)
    trio.run(_dig, way, _Told(settings, plugins, number, wait, as_json=as_json))


def _way(host: str, by: By | None, port: int, *, public_url: str, remote: str, ssh: str) -> Tunnel:
    from voiced.lab.tunnel import by_program, by_ssh  # noqa: PLC0415 - `--help` is quick
    from voiced.plugin import checked_url  # noqa: PLC0415 - the same

    if host and by in (None, "ssh"):
        try:
            public_url = public_url and checked_url(public_url, "https")
        except ValueError as error:
            raise click.UsageError(f"--public-{error}") from error
        return by_ssh(host, port, remote=remote, address=public_url, ssh=ssh)
    if host or by == "ssh":
        raise click.UsageError("a HOST belongs to --by ssh, and --by ssh needs one")
    programs: tuple[By, ...] = (by,) if by else ("cloudflared", "ngrok")
    found = next((each for each in programs if shutil.which(each)), None)
    if found is None:
        fix = "install one, or name a host that you reach by ssh: voiced tunnel HOST"
        raise Unavailable(f"{' and '.join(programs)}: not installed", fix=fix)
    return by_program(found, port)


async def _dig(way: Tunnel, told: _Told) -> None:
    from voiced.lab.tunnel import dig  # noqa: PLC0415 - `--help` is quick

    await dig(way, told)


class _Told:
    """What is done with the address once it is known."""

    def __init__(self, settings: Settings, plugins: Plugins, number: str, wait: float, *, as_json: bool) -> None:
        self._settings, self._plugins, self._number = settings, plugins, number
        self._wait, self._as_json = wait, as_json

    async def __call__(self, address: str) -> None:
        from voiced.lab.tunnel import answers  # noqa: PLC0415 - `--help` is quick

        self._say("open", address, f"This machine is {address}")
        if self._settings.server.public_url.rstrip("/") != address:
            self._say("public_url", address, f"Start voiced with it: PUBLIC_URL={address} voiced run")
        if self._wait and await answers(address, self._wait):
            self._say("answers", address, "voiced answers there.")
        elif self._wait:
            self._say("silent", address, "voiced does not answer there yet.")
        if self._number:
            await self._wire(address)

    async def _wire(self, address: str) -> None:
        """Let the number lead here; what goes wrong is told, and the tunnel stays."""
        from voiced.daemon.account import ask_numbers, wiring_here  # noqa: PLC0415 - only with --wire

        wiring = wiring_here(self._settings, address)
        try:
            owned = await ask_numbers(self._settings, self._plugins, lambda numbers: numbers.wire(self._number, wiring))
        except VoicedError as error:
            self._say("not_wired", address, f"{self._number} is not wired: {error}")
        else:
            self._say("wired", address, f"{owned.number} leads to {owned.wiring.inbound}")

    def _say(self, event: str, address: str, text: str) -> None:
        click.echo(json.dumps({"event": event, "url": address, "text": text}) if self._as_json else text)
