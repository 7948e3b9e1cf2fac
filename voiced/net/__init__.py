"""The network that plugins get: httpx2 and trio-websocket behind `voiced.plugin.Net`.

httpx2 continues httpx with the same interface and a native trio backend; trio-websocket serves the few messages
a second that a provider's socket carries.
"""

from voiced.net.network import Network, get_ready

__all__ = ["Network", "get_ready"]
