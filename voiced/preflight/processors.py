"""Who gets callers' data, where, and by which contract: the register of sub-processors against the plugins in use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from voiced.config.catalogue import Plugins
from voiced.config.location import destination
from voiced.config.reader import Reading
from voiced.config.register import UNCONFIRMED, Register, SubProcessor, read_register
from voiced.config.settings import Settings
from voiced.errors import BadInput
from voiced.plugin import Destination
from voiced.preflight.finding import Finding, told

REGIONS = {"eu": "the European Union", "us": "the United States", "unknown": "nobody knows where", "here": "here"}


def destinations(plugins: Plugins, settings: Settings) -> dict[str, Destination]:
    """Return where each plugin in use sends what callers say."""
    regions = settings.privacy.regions
    found = {}
    for name, options in settings.plugins.items():
        spec = plugins[name].spec if name in plugins else None
        if spec is not None:
            found[name] = destination(spec, options, regions)
    return found


def look_at_processors(plugins: Plugins, reading: Reading) -> Iterator[Finding]:
    """Say where data goes, and which contracts are missing: an error once carriers can reach this installation."""
    settings = reading.settings
    if settings is None:
        return
    going = {name: goes for name, goes in destinations(plugins, settings).items() if goes.region != "here"}
    for name, goes in going.items():
        level: Literal["ok", "warning"] = "ok" if goes.region == "eu" else "warning"
        fix = goes.fix or f"state `privacy.regions: {{{name}: eu}}` if your contract says so" if level != "ok" else ""
        yield Finding(level, "region", f"{name}: {goes.company or 'somebody'}, {REGIONS[goes.region]}", fix)
    if going:
        yield from _register(settings, going)


def _register(settings: Settings, going: dict[str, Destination]) -> Iterator[Finding]:
    file = settings.file.parent / settings.privacy.register
    grave: Literal["error", "warning"] = "error" if settings.server.public_url else "warning"
    if not file.exists():
        names = ", ".join(going)
        fix = f"write {file.name} with an entry for each; docs/preflight.md shows one"
        yield Finding(grave, "register", f"there is no {file.name}, and callers' data goes to {names}", fix)
        return
    try:
        register = read_register(file)
    except BadInput as error:
        yield from (told(problem, "register", grave) for problem in error.problems)
        return
    for name, goes in going.items():
        yield from _entry(register, file.name, name, goes, grave)


def _entry(
    register: Register, file: str, name: str, goes: Destination, grave: Literal["error", "warning"]
) -> Iterator[Finding]:
    entry = register.of(name)
    if entry is None:
        yield Finding(grave, "register", f"{file} has no entry for {name}", "add one: company, role, region, dpa...")
    elif goes.region in {"eu", "us"} and entry.region != goes.region:
        reason = f"{file} says {entry.region!r} of {name}, whose options send data to {REGIONS[goes.region]}"
        yield Finding(grave, "register", reason, goes.fix or "correct the entry, and look at its contract again")
    elif not entry.dpa.confirmed:
        fix = f"read the contract, correct the entry, and take {UNCONFIRMED} away"
        yield Finding(grave, "register", f"{file}: nobody has confirmed the contract with {entry.company}", fix)
    else:
        yield Finding("ok", "register", _line(name, entry))


def _line(name: str, entry: SubProcessor) -> str:
    return f"{name}: {entry.company}, {entry.dpa.reference} of {entry.dpa.date}, transfer: {entry.transfer}"
