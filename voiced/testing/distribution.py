"""A stranger's distribution, written into a folder: what `pip install` would leave there, without pip."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from voiced.plugin import GROUP


def install(site: Path, name: str, modules: Mapping[str, str], version: str = "1.0") -> None:
    """Write the distribution `name` into `site`: each plugin of `modules` (name -> source) with its entry point.

    The module of plugin `acme` is `voiced_acme`. Put `site` on `sys.path` to have it discovered.
    """
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    lines = [f"{plugin} = voiced_{plugin}" for plugin in modules]
    (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines, ""]), encoding="utf-8")
    for plugin, source in modules.items():
        (site / f"voiced_{plugin}.py").write_text(source, encoding="utf-8")
