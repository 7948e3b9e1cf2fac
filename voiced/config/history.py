"""Every configuration that took effect, whole, with who changed it and why: what `voiced config history` shows.

config/index.jsonl           one entry a line, oldest first
config/versions/VERSION      the files of a version
config/notes/VERSION         author and reason of a version that is about to be written
config/lock                  held while the index or the operator's files are written

A worker records what it took as good; the newest entry is the last good configuration. Whoever is about to write files
(the admin, the command line) leaves a note before, and the entry of that version takes author and reason from it.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec
from msgspec import Struct, field

from voiced.config.bundle import Bundle, diff, read_bundle
from voiced.config.files import write_files
from voiced.errors import BadInput, Problem, Unavailable

KEPT = 300
"""Entries that are kept; the oldest go, and with them the contents that no entry names any more."""
NOTES = 50
LOCK_SECONDS = 5.0


class Entry(Struct, frozen=True):
    """One change of the configuration that took effect."""

    version: str
    time: float
    """Seconds since 1970."""
    author: str
    reason: str = ""
    parent: str = ""
    """The version before it; "" for the first."""


class _Note(Struct, frozen=True):
    author: str
    reason: str


class History(Struct, frozen=True):
    """The history in `folder`, which is made when the first version is recorded. Any number of processes may use it.

    Every method blocks on the disk for milliseconds, and raises `Unavailable` when the folder cannot be used.
    """

    folder: Path
    now: Callable[[], float] = field(default=time.time)
    kept: int = KEPT

    def versions(self) -> list[Entry]:
        """Return all entries, oldest first. A version that took effect twice has two."""
        try:
            return msgspec.json.Decoder(Entry).decode_lines((self.folder / "index.jsonl").read_bytes())
        except FileNotFoundError:
            return []
        except (OSError, msgspec.DecodeError) as error:
            raise self._broken(self.folder / "index.jsonl", error) from error

    def newest(self) -> Entry | None:
        """Return the entry of the last good configuration, None when there never was one."""
        return next(reversed(self.versions()), None)

    def find(self, version: str) -> Entry:
        """Return the newest entry whose version is `version` or, by at least four digits, begins so.

        Raises `BadInput` when none does, or when several versions do.
        """
        known = {entry.version: entry for entry in self.versions()}
        meant = [entry for name, entry in known.items() if name.startswith(version) and len(version) >= 4]
        if len(meant) == 1:
            return meant[0]
        reason = f"{version!r} is the beginning of several versions" if meant else f"there is no version {version!r}"
        raise BadInput([Problem("history", 0, 0, reason, "`voiced config history` lists them")])

    def bundle(self, version: str) -> Bundle:
        """Return the configuration that was recorded as `version` (or begins so). Raises `BadInput` for no such."""
        whole = self.find(version).version
        path = self.folder / "versions" / whole
        try:
            found = Bundle.of(_unpacked(path.read_bytes()))
        except (OSError, ValueError) as error:
            raise self._broken(path, error) from error
        if found.version != whole:
            raise self._broken(path, ValueError("its content is not what was recorded"))
        return found

    def diff(self, old: str, new: str) -> str:
        """Return what version `new` changed of `old`, as a unified diff of every file."""
        return diff(self.bundle(old), self.bundle(new))

    def note(self, version: str, author: str, reason: str = "") -> None:
        """Say who is about to write the files of `version`, and why; before they are written."""
        write_files({self.folder / "notes" / version: msgspec.json.encode(_Note(author, reason))})

    def record(self, bundle: Bundle) -> Entry:
        """Keep `bundle`, which has taken effect; return its entry. Nothing happens when it is the newest already."""
        with self.lock():
            entries = self.versions()
            if entries and entries[-1].version == bundle.version:
                return entries[-1]
            said = self._note(bundle.version) or _Note(bundle.editor or "unknown", "")
            parent = entries[-1].version if entries else ""
            entry = Entry(bundle.version, self.now(), said.author, said.reason, parent)
            write_files({self.folder / "versions" / bundle.version: _packed(bundle)})
            self._write([*entries, entry][-self.kept :])
            return entry

    def restore(self, version: str, file: Path, flows: Path, *, force: bool = False) -> Bundle:
        """Write the files of `version` over the settings in `file` and the flows in the folder `flows`; return them.

        Raises `BadInput` when what stands there never took effect, because it would be lost: unless by `force`.
        """
        target = self.bundle(version)
        with self.lock():
            current = self._current(file, flows, force=force)
            names = {*current.files, *target.files}
            differing = [name for name in names if current.files.get(name) != target.files.get(name)]
            write_files({file.parent / name: target.files.get(name) for name in differing})
        return target

    def _current(self, file: Path, flows: Path, *, force: bool) -> Bundle:
        """Return the files as they are, when nothing is lost by writing over them."""
        try:
            current = read_bundle(file, flows)
        except BadInput:
            if not force:
                raise
            return Bundle.of({})
        if not force and all(entry.version != current.version for entry in self.versions()):
            reason = f"the files (version {current.version}) never took effect, and nothing else keeps them"
            fix = "`voiced config status` says why; keep a copy of them, then write over them with --force"
            raise BadInput([Problem(str(file), 0, 0, reason, fix)])
        return current

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the history, and the right to write the operator's files; whoever holds it may not ask for it again.

        Raises `Unavailable` when another holds it for five seconds.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o666)
        except OSError as error:
            raise self._broken(self.folder, error) from error
        try:
            self._wait_for(handle)
            yield
        except OSError as error:
            raise self._broken(Path(error.filename or self.folder), error) from error
        finally:
            os.close(handle)

    def _wait_for(self, handle: int) -> None:
        for _ in range(round(LOCK_SECONDS / 0.01)):
            with suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return
            time.sleep(0.01)
        raise self._broken(self.folder / "lock", TimeoutError("another holds it"))

    def _note(self, version: str) -> _Note | None:
        """Return the note about `version`, if there is one, and take it away; few others stay."""
        path = self.folder / "notes" / version
        found = None
        with suppress(OSError, msgspec.DecodeError):
            found = msgspec.json.decode(path.read_bytes(), type=_Note)
        path.unlink(missing_ok=True)
        with suppress(FileNotFoundError):
            left = sorted(path.parent.iterdir(), key=lambda each: each.stat().st_mtime_ns)
            for old in left[:-NOTES]:
                old.unlink(missing_ok=True)
        return found

    def _write(self, entries: list[Entry]) -> None:
        """Write the index, then drop the contents that it does not name."""
        write_files({self.folder / "index.jsonl": msgspec.json.Encoder().encode_lines(entries)})
        named = {entry.version for entry in entries}
        for path in (self.folder / "versions").iterdir():
            if path.name not in named:
                path.unlink(missing_ok=True)

    def _broken(self, path: Path, error: Exception) -> Unavailable:
        reason = getattr(error, "strerror", None) or str(error)
        fix = f"run this as the user that runs voiced; move {self.folder} away to begin a new history"
        return Unavailable(f"the history of the configuration cannot be used: {path}: {reason}", fix=fix)


def _packed(bundle: Bundle) -> bytes:
    """Return the files as JSON that eyes can read; bytes that are no UTF-8 survive."""
    texts = {name: content.decode("utf-8", "surrogateescape") for name, content in bundle.files.items()}
    return json.dumps(texts, ensure_ascii=False, indent=1).encode("utf-8", "surrogateescape")


def _unpacked(content: bytes) -> dict[str, bytes]:
    """Undo `_packed`. Raises `ValueError` when this is not possible."""
    texts = json.loads(content.decode("utf-8", "surrogateescape"))
    if not isinstance(texts, dict):
        raise ValueError("it holds no files")  # noqa: TRY004 - the content is wrong, not a type
    return {name: str(text).encode("utf-8", "surrogateescape") for name, text in texts.items()}
