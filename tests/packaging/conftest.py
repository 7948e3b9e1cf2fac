"""What the guards look at: the tree as it would be committed, with or without git at hand."""

import os
import tomllib
from pathlib import Path

import pathspec
import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root():
    return ROOT


@pytest.fixture(scope="session")
def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="session")
def files():
    """Every file that .gitignore lets through, relative to the root."""
    ignored = pathspec.GitIgnoreSpec.from_lines([".git/", *(ROOT / ".gitignore").read_text().splitlines()])
    found = []
    for folder, subfolders, names in os.walk(ROOT):
        here = Path(folder).relative_to(ROOT)
        subfolders[:] = [name for name in subfolders if not ignored.match_file(f"{here / name}/")]
        found += [here / name for name in names if not ignored.match_file(here / name)]
    return sorted(found)


@pytest.fixture(scope="session")
def modules(files):
    """The product's own Python files."""
    return [path for path in files if path.suffix == ".py" and path.parts[0] in {"voiced", "plugins", "admin"}]


@pytest.fixture(scope="session")
def plugins():
    """The plugin packages that are in the tree, by folder name."""
    return {path.name for path in (ROOT / "plugins").iterdir() if (path / "__init__.py").exists()}
