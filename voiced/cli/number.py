"""`voiced number`: the numbers of the carrier's account: found, bought with what the law asks for, and led here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from msgspec import structs

from voiced.cli.options import config_option, json_option, print_json
from voiced.errors import Unavailable

if TYPE_CHECKING:
    from voiced.config.settings import Settings
    from voiced.plugin import NumberKind, NumberOffer, Numbers, OwnedNumber

KINDS = ("local", "national", "toll-free", "mobile")
T = TypeVar("T")
Question = Callable[["Numbers"], Awaitable[T]]
kind_option = click.option("--kind", type=click.Choice(KINDS), default="national", show_default=True,
                           help="local: geographic (01 to 05). national: 09. toll-free: 080.")  # fmt: skip
public_url_option = click.option(
    "--public-url", default="", metavar="URL", help="How the carrier reaches this server; server.public_url by default."
)
fallback_option = click.option(
    "--fallback", default="", metavar="URL", help="Asked when this server does not answer; left as it is by default."
)


@click.group(epilog="Example: voiced number search --kind national")
def number() -> None:
    """Find, buy and wire the numbers that callers dial."""


@number.command(epilog="Example: voiced number search --kind local --contains '+33472*'")
@kind_option
@click.option("--contains", default="", metavar="DIGITS", help="Digits as in +33472*; * stands for any one.")
@click.option("--country", default="FR", show_default=True, help="Country, by its two letters.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="How many at most.")
@config_option
@json_option
def search(*, kind: NumberKind, contains: str, country: str, limit: int, file: Path, as_json: bool) -> None:
    """Look for numbers for sale, and say what the law wants of their buyer."""
    from voiced.daemon.number_rules import forbidden  # noqa: PLC0415 - `--help` is quick
    from voiced.plugin import NumberWish  # noqa: PLC0415 - the same

    if (rule := forbidden(country, kind)) is not None:
        raise Unavailable(f"{rule.prefixes} are {rule.about}", fix="--kind local, national or toll-free")
    wish = NumberWish(country.upper(), kind, contains, limit)
    found = _ask(file, lambda numbers: numbers.search(wish))
    if as_json:
        print_json([asdict(each) for each in found])
        return
    _show_offers(found, country.upper(), kind)


@number.command(epilog="Example: voiced number buy +33939000100 --bundle BU0123 --address AD0123 --wire")
@click.argument("phone", metavar="NUMBER")
@click.option("--bundle", default="", help="The approved dossier of this kind of number, by the carrier's id.")
@click.option("--address", default="", help="The address that the number needs, by the carrier's id.")
@click.option("--wire", "and_wire", is_flag=True, help="Let it lead here at once.")
@click.option("--yes", is_flag=True, help="Do not ask whether it may cost money.")
@public_url_option
@fallback_option
@config_option
@json_option
def buy(
    *, phone: str, bundle: str, address: str, and_wire: bool, yes: bool, file: Path, as_json: bool, **where: str
) -> None:
    """Buy a number. From now on the carrier charges for it each month."""
    from voiced.daemon.number_rules import forbidden_number  # noqa: PLC0415 - `--help` is quick
    from voiced.plugin import Papers  # noqa: PLC0415 - the same

    if (rule := forbidden_number(phone)) is not None:
        raise Unavailable(f"{phone} may not be used: {rule.about}", fix="choose a local, national or toll-free number")
    if and_wire:
        _wiring(file, **where)  # what cannot be wired is said before it is paid for
    if not yes:
        click.confirm(f"Buy {phone}? The carrier charges for it each month.", abort=True, err=True)
    owned = _ask(file, lambda numbers: numbers.buy(phone, Papers(bundle, address)))
    if and_wire:
        owned = _ask(file, partial(_wire, phone, _wiring(file, **where)))
    _tell(owned, "bought", as_json=as_json)


@number.command(epilog="Example: voiced number wire +33939000100")
@click.argument("phone", metavar="NUMBER")
@public_url_option
@fallback_option
@config_option
@json_option
def wire(*, phone: str, file: Path, as_json: bool, **where: str) -> None:
    """Let a number of the account lead to this server."""
    _tell(_ask(file, partial(_wire, phone, _wiring(file, **where))), "wired", as_json=as_json)


@number.command(epilog="Example: voiced number show --json")
@click.argument("phone", metavar="[NUMBER]", required=False, default="")
@config_option
@json_option
def show(*, phone: str, file: Path, as_json: bool) -> int:
    """List the account's numbers: where each leads, whether that is here, and which flow answers it.

    Exit code 0: all that were asked for lead here; 2: some do not, or there is none.
    """
    from voiced.daemon.account import leads_here  # noqa: PLC0415 - `--help` is quick

    settings, _ = _read(file)
    owned = [each for each in _ask(file, lambda numbers: numbers.owned()) if phone in ("", each.number)]
    here = [leads_here(each, settings) for each in owned]
    if as_json:
        rows = zip(owned, here, strict=True)
        print_json([{**asdict(each), "here": ours, "flow": _flow(settings, each.number)} for each, ours in rows])
    elif not owned:
        click.echo(f"{phone or 'no number'} is in this account: voiced number search")
    else:
        for each, ours in zip(owned, here, strict=True):
            click.echo(f"{each.number:<16} {'here' if ours else 'elsewhere':<10} flow {_flow(settings, each.number)}")
            click.echo(f"{'':<16} {each.wiring.inbound or 'leads nowhere: voiced number wire ' + each.number}")
            if each.trouble:
                click.echo(f"{'':<16} {each.trouble}")
    return 0 if owned and all(here) else 2


@number.command(epilog="Example: voiced number rules")
@json_option
def rules(*, as_json: bool) -> None:
    """Say what the law lets a business do with each kind of French number, and what it asks for."""
    from voiced.daemon.number_rules import FRANCE, GENERAL  # noqa: PLC0415 - `--help` is quick

    if as_json:
        print_json({"kinds": {kind: structs.asdict(rule) for kind, rule in FRANCE.items()}, "general": GENERAL})
        return
    for kind, rule in FRANCE.items():
        click.echo(f"{kind} ({rule.prefixes}): {'' if rule.allowed else 'NOT ALLOWED: '}{rule.about}")
        click.echo(f"    needs: {rule.needs}")
    for line in GENERAL:
        click.echo(f"- {line}")


def _read(file: Path) -> tuple[Settings, Any]:
    from voiced.cli.project import read_around  # noqa: PLC0415 - imports every plugin

    return read_around(file)[:2]


def _ask(file: Path, question: Question[T]) -> T:
    import trio  # noqa: PLC0415 - `--help` is quick

    from voiced.daemon.account import ask_numbers  # noqa: PLC0415 - the same

    return trio.run(ask_numbers, *_read(file), question)


def _wiring(file: Path, public_url: str, fallback: str) -> Any:
    from voiced.daemon.account import wiring_here  # noqa: PLC0415 - `--help` is quick

    return wiring_here(_read(file)[0], public_url, fallback)


async def _wire(phone: str, wiring: Any, numbers: Numbers) -> OwnedNumber:
    return await numbers.wire(phone, wiring)


def _flow(settings: Settings, phone: str) -> str:
    chosen = settings.numbers.get(phone) or settings.numbers.get("default")
    return chosen.flow if chosen else "none"


def _tell(owned: OwnedNumber, done: str, *, as_json: bool) -> None:
    if as_json:
        print_json(asdict(owned))
    else:
        place = f"to {owned.wiring.inbound}" if owned.wiring.inbound else "nowhere yet: voiced number wire"
        click.echo(f"{owned.number} {done}; it leads {place}")


def _show_offers(found: Any, country: str, kind: NumberKind) -> None:
    from voiced.daemon.number_rules import FRANCE  # noqa: PLC0415 - `--help` is quick

    offer: NumberOffer
    for offer in found:
        click.echo(f"{offer.number:<16} {offer.place or '-':<24} address: {offer.needs}")
    if not found:
        click.echo("none for sale like that: ask for other digits, or another kind")
    if country == "FR":
        click.echo(f"The law wants: {FRANCE[kind].needs}. More: voiced number rules")
