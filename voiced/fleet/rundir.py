"""The run folder: where the processes of one host meet. Nothing in it outlives a restart of the host.

run/worker-0.sock       control socket of each call worker, by number (one that runs alone is number 0)
run/inference.sock      the models' process
run/control.token       what a client of a control socket must show; readable by this user only
run/board               how each worker does: `voiced.fleet.board`
run/worker-0.door       where worker 0 is handed connections that are for it
run/calls/              whose each call is: `voiced.fleet.owners`
"""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

from voiced.errors import Unavailable

_WORKER = re.compile(r"worker-(\d+)\.sock")


def run_dir(data_dir: Path) -> Path:
    """Return the run folder below `data_dir`."""
    return data_dir / "run"


def control_path(data_dir: Path, number: int = 0) -> Path:
    """Return where the control socket of worker `number` is."""
    return run_dir(data_dir) / f"worker-{number}.sock"


def inference_path(data_dir: Path) -> Path:
    """Return where the inference process listens."""
    return run_dir(data_dir) / "inference.sock"


def board_path(data_dir: Path) -> Path:
    """Return where the workers' board is."""
    return run_dir(data_dir) / "board"


def door_path(data_dir: Path, number: int) -> Path:
    """Return where worker `number` is handed connections."""
    return run_dir(data_dir) / f"worker-{number}.door"


def calls_dir(data_dir: Path) -> Path:
    """Return the folder that says whose each call is."""
    return run_dir(data_dir) / "calls"


def control_paths(data_dir: Path) -> dict[int, Path]:
    """Return the control sockets that are there, by worker; one may be left over from a worker that was killed."""
    found = {int(match[1]): path for path in run_dir(data_dir).glob("worker-*.sock")
             if (match := _WORKER.fullmatch(path.name))}  # fmt: skip
    return dict(sorted(found.items()))


def control_token(data_dir: Path) -> str:
    """Return the token of the control sockets; the first process that asks makes it.

    Raises `Unavailable` when it can be neither read nor made.
    """
    path = run_dir(data_dir) / "control.token"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _make_token(path)
        return path.read_text("ascii").strip()
    except OSError as error:
        fix = "run this command as the user that runs voiced"
        raise Unavailable(f"the control token {path} cannot be had: {error.strerror}", fix=fix) from error


def token_beside(control: Path) -> str:
    """Return the token that the worker at the socket `control` wants; "" when there is none that we may read."""
    try:
        return control.with_name("control.token").read_text("ascii").strip()
    except OSError:
        return ""


def _make_token(path: Path) -> None:
    """Put a whole token at `path` unless there is one: it is linked there, so nobody ever reads half of it."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_urlsafe(24))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        pass  # another process was first: its token counts
    finally:
        draft.unlink()
