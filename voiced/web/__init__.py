"""The worker's sockets: its HTTP server, and the hub of its calls' media sockets, on one port.

`http` answers by a `router` through `conversation` (h11); `upgrade` opens media sockets, which a `pool` keeps: `hub` or
`portable`. `media` is one of them, `framing` its protocol. `serve` puts it together.
"""

from voiced.web.http import HttpServer, Limits
from voiced.web.listen import open_listeners
from voiced.web.router import Handler, Response, Router, SendChunk, Streaming
from voiced.web.serve import Serving, serve

__all__ = [
    "Handler",
    "HttpServer",
    "Limits",
    "Response",
    "Router",
    "SendChunk",
    "Serving",
    "Streaming",
    "open_listeners",
    "serve",
]
