"""The panel's own process: from the configuration to the listening port, until it is told to stop.

SIGTERM and SIGINT end it at once: nothing depends on it. It ends as well when the process that started it is gone.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any, NoReturn

from waitress.server import create_server

from voiced.config.catalogue import Plugins
from voiced.config.settings import Settings
from voiced.errors import Unavailable
from voiced.observe.log import logger
from voiced.store import db
from voiced_admin.app import create_app
from voiced_admin.house import open_house
from voiced_admin.protect import LARGEST_FORM
from voiced_admin.secret import session_secret

log = logger("admin")

THREADS = 4
PROXY = {
    # A proxy on this machine may say for whom it asks; nobody else may.
    "trusted_proxy": "127.0.0.1",
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    "clear_untrusted_proxy_headers": True,
}


def serve_admin(file: Path, settings: Settings, plugins: Plugins, parent: int | None = None) -> None:
    """Serve the panel of the project `file` on `admin.host` and `admin.port` until told to stop.

    `settings` are what it starts with; it shows and edits what is in the files by then. With `parent`, it ends when
    that process is no longer its parent. To be called in the main thread. Raises `Unavailable` when the database, the
    secret or the port cannot be had.
    """
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    secret = session_secret(settings.data_dir)
    database = db.open(settings.store.url)
    try:
        house = open_house(file, dict(os.environ), settings, plugins, database, secret)
        server = _server(create_app(house), settings.admin.host, settings.admin.port)
        if parent is not None:
            threading.Thread(target=_watch, args=(parent,), daemon=True).start()
        log.info("listening", url=f"http://{settings.admin.host}:{server.effective_port}")
        server.run()  # returns when a signal raised SystemExit
        server.close()
    finally:
        db.close(database)
    log.info("stopped")


def _server(app: Any, host: str, port: int) -> Any:
    try:
        return create_server(
            app, host=host, port=port, threads=THREADS, ident=None, max_request_body_size=LARGEST_FORM, **PROXY
        )
    except OSError as error:
        fix = "choose another admin.port, or stop what listens there"
        raise Unavailable(f"the administration cannot listen on {host}:{port}: {error.strerror}", fix=fix) from error


def _leave(*_signal: object) -> NoReturn:
    raise SystemExit(0)


def _watch(parent: int) -> None:
    """End this process when its parent is another: nothing tells a process that its parent died."""
    while os.getppid() == parent:
        time.sleep(1.0)
    log.warning("parent_gone")
    os.kill(os.getpid(), signal.SIGTERM)
