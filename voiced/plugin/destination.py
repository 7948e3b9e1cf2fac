"""Where the data of calls goes: what a plugin says of that, for the policy of the operator and for the pre-flight."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct

from voiced.plugin.net import is_loopback

Region = Literal["here", "eu", "us", "unknown"]
"""`here`: on this machine or the operator's own; `eu`: the European Union, by what the provider promises of its region
or address; `unknown`: nobody has said."""


class Destination(Struct, frozen=True):
    """Where a plugin sends what callers say, by its options. Empty texts: there is nothing to say."""

    region: Region
    company: str = ""
    """Who receives it: the processor that a contract is needed with."""
    url: str = ""
    """Address that must be reachable."""
    fix: str = ""
    """How to keep it in the European Union."""


HERE = Destination("here")
"""Nothing leaves this machine."""


def by_host(url: str, company: str, regions: Mapping[str, Region], fix: str = "") -> Destination:
    """Return the destination of what goes to `url`, by the first of `regions` that is part of its host's name."""
    host = urlsplit(url).hostname or ""
    if is_loopback(host):
        return Destination("here", url=url)
    region = next((region for part, region in regions.items() if part in host), "unknown")
    return Destination(region, company, url, fix)  # type: ignore[arg-type]  # mypy takes the default for any text
