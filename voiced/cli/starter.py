"""What a new project starts with: the repository's own `voiced.yaml`, flows, `subprocessors.yaml` and `.env.example`.

A wheel carries them in `voiced/starter`; a checkout has them at its root.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import voiced
from voiced.config.register import schema as register_schema
from voiced.config.schema import editor_schema
from voiced.dialog.reader import schema as flow_schema
from voiced.errors import Unavailable
from voiced.registry import discover
from voiced.testing.scenario import schema as scenario_schema

_HEAD = re.compile(rb"\A(# yaml-language-server: \$schema=)\S*?([a-z]+\.schema\.json)")
"""The line by which an editor finds a file's schema; in a project the schemas lie beside `voiced.yaml`."""


def starter_files() -> dict[str, bytes]:
    """Return the files of a new project, by path. Raises `Unavailable` when this installation lacks them."""
    source = _source()
    flows = sorted(path for path in (source / "flows").rglob("*") if path.is_file())
    written = (*flows, source / "voiced.yaml", source / "subprocessors.yaml")
    files = {str(path.relative_to(source)): _adapted(path, source) for path in written}
    files[".env.example"] = (source / ".env.example").read_bytes()
    files["voiced.schema.json"] = _json(editor_schema(discover()))
    files["flow.schema.json"] = _json(flow_schema())
    files["scenario.schema.json"] = _json(scenario_schema())
    files["subprocessors.schema.json"] = _json(register_schema())
    return files


def _adapted(path: Path, source: Path) -> bytes:
    """Return the file's content with its first line naming the schema in the project's own folder."""
    up = "../" * (len(path.relative_to(source).parts) - 1)
    return _HEAD.sub(rb"\1" + up.encode() + rb"\2", path.read_bytes())


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode() + b"\n"


def _source() -> Path:
    package = Path(voiced.__file__).parent
    for folder in (package / "starter", package.parent):
        if (folder / "voiced.yaml").is_file() and (folder / "flows").is_dir():
            return folder
    raise Unavailable("this installation has no starting project", fix="install the voiced wheel again")
