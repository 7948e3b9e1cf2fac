"""The files of a new plugin: those of `acme`, under the name that was chosen, and what a distribution needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from voiced.plugin import KINDS

__all__ = ["KINDS", "NAME", "project"]

NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
"""Names of plugins: words in small letters, with - between them."""
ABOUT = {
    "telco": "A carrier",
    "stt": "A recogniser",
    "tts": "A voice",
    "llm": "A model",
    "vad": "A voice detector",
    "tool": "A tool",
}
HERE = Path(__file__).parent

PYPROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "voiced-acme"
version = "0.1.0"
description = "@ABOUT@ for voiced."
readme = "README.md"
requires-python = ">=3.11"
dependencies = ["voiced"]

[project.entry-points."voiced.plugins"]
acme = "voiced_acme"

[dependency-groups]
dev = ["hypothesis", "pytest"]

[tool.hatch.build.targets.wheel]
packages = ["voiced_acme"]

[tool.pytest.ini_options]
testpaths = ["tests"]
"""

README = """\
# voiced-acme

@ABOUT@ for [voiced](https://example.org/voiced): a provider of the kind `@KIND@`, named `acme`.

```sh
pip install .          # beside voiced
voiced plugins         # it is listed
python -m pytest       # it keeps its contract
```

In `voiced.yaml`:

```yaml
@USE@
plugins:
  acme: {}
```

`voiced_acme/__init__.py` holds the provider and its options; `tests/test_contract.py` tries everything that its
contract promises. Where it has a service, start an emulator of it in the test, and name the faults that it can show:
the page "The conformance kit" of voiced's documentation says how.
"""


def project(name: str, kind: str) -> Mapping[str, str]:
    """Return the files (path -> text) of a plugin `name` that has a provider of this kind. Raises ValueError."""
    if kind not in ABOUT:
        raise ValueError(f"there is no kind {kind!r}; there is {', '.join(KINDS)}")
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no name: small letters and digits, with - between words")
    test = (HERE / f"{kind}_test.py").read_text("utf-8").replace(f"voiced.testing.template.{kind}", "voiced_acme")
    files = {
        "pyproject.toml": PYPROJECT,
        "README.md": README.replace("@USE@", _use(kind)),
        "voiced_acme/__init__.py": (HERE / f"{kind}.py").read_text("utf-8"),
        "voiced_acme/py.typed": "",
        "tests/test_contract.py": test,
    }
    marked = {path: text.replace("@ABOUT@", ABOUT[kind]).replace("@KIND@", kind) for path, text in files.items()}
    return {_renamed(path, name): _renamed(text, name) for path, text in marked.items()}


def _use(kind: str) -> str:
    return "# a flow uses it by the name of the tool" if kind == "tool" else f"providers:\n  {kind}: acme"


def _renamed(text: str, name: str) -> str:
    """Put `name` for `acme`: as a module, as a variable of the environment, as a class, as a word."""
    module, words = name.replace("-", "_"), "".join(part.capitalize() for part in name.split("-"))
    for before, after in (("voiced_acme", f"voiced_{module}"), ("ACME", module.upper()), ("Acme", words)):
        text = text.replace(before, after)
    return text.replace("acme", name)
