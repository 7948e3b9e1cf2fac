"""The worker's private control API: HTTP over a Unix socket that only this user may open.

Each topic is a module whose function returns `Routes`; the door merges them, and `serve_control` serves the door.
"""

from voiced.daemon.control.door import Door
from voiced.daemon.control.serve import serve_control

__all__ = ["Door", "serve_control"]
