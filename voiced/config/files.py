"""Writing the operator's files: whole or not at all, with the mode and owner that they had."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from voiced.errors import Unavailable


def write_files(contents: Mapping[Path, bytes | None]) -> None:
    """Write each content to its path; None removes the file. Who reads sees a file as it was or as it is now.

    Everything is on the disk before the first file is replaced, and then they are replaced in one go, so that hardly
    anybody sees some of them new and others old. A symbolic link stays one. Blocks on the disk for milliseconds.
    Raises `Unavailable` when a file cannot be written; those that were not replaced by then are as they were.
    """
    drafts: dict[Path, Path | None] = {}
    try:
        with _telling():
            for path, content in contents.items():
                whole = Path(os.path.realpath(path))
                drafts[whole] = None if content is None else _draft(whole, content)
            for path, draft in drafts.items():
                path.unlink(missing_ok=True) if draft is None else draft.replace(path)
            for folder in {path.parent for path in drafts}:
                _sync_folder(folder)
    finally:
        for draft in filter(None, drafts.values()):
            draft.unlink(missing_ok=True)


@contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        fix = "run this as a user who may write there, and mount folders into containers, not single files"
        raise Unavailable(f"{error.filename} cannot be written: {error.strerror}", fix=fix) from error


def _draft(path: Path, content: bytes) -> Path:
    """Put `content` beside `path`, on the disk; the name is hidden and ends unlike any file that is read."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
    try:
        with draft.open("xb") as file:
            file.write(content)
            file.flush()
            _like(path, file.fileno())
            os.fsync(file.fileno())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _like(path: Path, handle: int) -> None:
    """Give the open file the mode of the one at `path`, and its owner as far as this user may."""
    with suppress(FileNotFoundError):
        there = path.stat()
        with suppress(PermissionError):
            os.fchown(handle, there.st_uid, there.st_gid)
        os.fchmod(handle, there.st_mode & 0o7777)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
