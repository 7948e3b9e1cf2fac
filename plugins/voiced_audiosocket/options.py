"""What an operator may set for Asterisk in `voiced.yaml`."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import Annotated

from voiced.plugin import is_loopback, option

NAME = "audiosocket"
"""The provider's name, as in addresses and logs."""


@dataclass(frozen=True, slots=True)
class AudioSocketOptions:
    """The options of the plugin `audiosocket`. Without a key every call is refused."""

    key: Annotated[str, option("Password that the dialplan shows when it asks (HTTP basic, any user)", secret=True)] = (
        ""
    )
    host: Annotated[
        str,
        option("Address that streams come in at, without encryption: of this machine, or of a private network"),
    ] = "127.0.0.1"
    port: Annotated[
        int, option("TCP port of the first worker; each further worker takes the next; 0: any free one", ge=0, le=65000)
    ] = 9019
    told: Annotated[
        str, option("Host that Asterisk is told to connect to, where that is not `host`", pattern=r"^[\w.:-]*$")
    ] = ""

    def __post_init__(self) -> None:
        """Refuse to listen where strangers are: callers' words would travel in the clear."""
        if not is_loopback(self.host) and not _is_private(self.host):
            raise ValueError(f"host: {self.host!r} is no address of this machine or of a private network; tunnel there")


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    return address.is_private and not address.is_unspecified
