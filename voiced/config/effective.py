"""The settings as they take effect, one line each, for eyes and programs: secrets masked, the source of each named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import msgspec

from voiced.config.catalogue import Plugins
from voiced.config.schema import Schema, child, is_secret, schema
from voiced.config.settings import Settings

MASK = "********"


@dataclass(frozen=True, slots=True)
class Line:
    """One setting. `source` is `file`, `default`, or the environment variable that decides it."""

    name: str
    value: Any
    source: str


def effective(settings: Settings, plugins: Plugins) -> list[Line]:
    """Return every setting in the order of the file's sections."""
    whole = schema(plugins)
    data = msgspec.to_builtins(
        {name: getattr(settings, name) for name in whole["properties"]}, enc_hook=str, str_keys=True
    )
    return list(_lines(data, whole, "", settings))


def _lines(value: Any, node: Schema, name: str, settings: Settings) -> Iterator[Line]:
    if isinstance(value, Mapping) and value and not is_secret(node):
        for key, below in value.items():
            yield from _lines(below, child(node, key), f"{name}.{key}" if name else key, settings)
    else:
        yield Line(name, _masked(value) if is_secret(node) else _without_password(value), _source(name, settings))


def _source(name: str, settings: Settings) -> str:
    if name in settings.overridden:
        return settings.overridden[name]
    if any(variable == name or variable.startswith(f"{name}.") for variable in settings.unset):
        return "default, its variable is not set"
    stated = any(each == name or each.startswith(f"{name}.") for each in settings.stated)
    return "file" if stated else "default"


def _masked(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_masked(each) for each in value]
    return MASK if value else value


def _without_password(value: Any) -> Any:
    """Mask the password in an address that has one."""
    if not isinstance(value, str) or "@" not in value or "://" not in value:
        return value
    try:
        password = urlsplit(value).password
    except ValueError:
        return value
    return value.replace(f":{password}@", f":{MASK}@") if password else value
