"""What is generated is up to date: `make docs` writes it again."""

import click
import pytest

from docs.generate import HERE, PARTS, SCHEMAS, page
from voiced.cli.main import COMMANDS, program


@pytest.mark.parametrize("name", [*PARTS, *SCHEMAS])
def test_it_is_what_the_code_says(name):
    assert (HERE / name).read_text(encoding="utf-8") == page(name), "run `make docs`"


def test_every_command_has_its_section():
    text = (HERE / "cli.md").read_text(encoding="utf-8")
    context = click.Context(program)
    commands = [(name, program.get_command(context, name)) for name in COMMANDS]
    nested = [f"{name} {below}" for name, command in commands for below in getattr(command, "commands", {})]
    assert [name for name in [*COMMANDS, *nested] if f"\n## voiced {name}\n" not in text] == []


def test_every_setting_has_its_row():
    text = (HERE / "configuration.md").read_text(encoding="utf-8")
    for setting in ("server.port", "providers.vad", "numbers.*.flow", "privacy.data_ttl_days", "cache_dir"):
        assert f"| `{setting}` |" in text
