"""The frame of the command line: help, errors, exit codes."""

import subprocess
import sys

import click
import pytest

from voiced import __version__
from voiced.cli import main
from voiced.errors import BadInput, Problem, Unavailable


@pytest.fixture
def failing(monkeypatch):
    """Make `voiced check` a command that raises `error`."""

    def arrange(error):
        @click.command()
        def check():
            raise error

        monkeypatch.setattr("voiced.cli.check.check", check)

    return arrange


def test_help_names_every_command_without_importing_any(voiced):
    printed = voiced("--help")
    assert printed.code == 0
    assert all(summary in printed.out for _, summary in main.COMMANDS.values())
    code = "import sys, voiced.cli.main as m; m.run(['--help']); print([n for n in sys.modules if 'voiced' in n])"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert loaded.splitlines()[-1] == "['voiced', 'voiced.cli', 'voiced.errors', 'voiced.cli.main']"


def test_the_version(voiced):
    assert voiced("--version").out.split()[-1] == __version__


@pytest.mark.parametrize("name", main.COMMANDS)
def test_each_command_is_where_it_is_said_to_be_with_its_summary_and_an_example(voiced, name):
    command = main.program.get_command(click.Context(main.program), name)
    assert " ".join(command.help.split()).startswith(main.COMMANDS[name][1])
    assert "Example: " in command.epilog
    assert voiced(name, "--help").code == 0


def test_every_command_below_a_group_has_an_example_too():
    groups = [main.program.get_command(click.Context(main.program), name) for name in main.COMMANDS]
    below = [each for group in groups if isinstance(group, click.Group) for each in group.commands.values()]
    assert below
    assert [command.name for command in below if "Example: " not in (command.epilog or "")] == []


def test_a_command_that_does_not_exist_is_a_usage_error(voiced):
    printed = voiced("chekc")
    assert printed.code == 2
    assert "No such command 'chekc'" in printed.err


def test_what_the_operator_wrote_wrong_is_told_without_a_traceback(voiced, failing):
    failing(BadInput([Problem("a.yaml", 3, 5, "no"), Problem("a.yaml", 4, 1, "nor this")]))
    assert voiced("check") == (2, "", "a.yaml:3:5: no\na.yaml:4:1: nor this\n")


def test_errors_of_several_tasks_are_told_once_each(voiced, failing):
    group = ExceptionGroup("tasks", [Unavailable("no model", fix="fetch it"), Unavailable("no model", fix="fetch it")])
    failing(group)
    assert voiced("check") == (2, "", "no model — fetch it\n")


def test_the_unexpected_is_one_line_and_a_hint(voiced, failing):
    failing(ZeroDivisionError("division by zero"))
    printed = voiced("check")
    assert printed.code == 1
    assert printed.err.splitlines() == [
        "voiced: unexpected ZeroDivisionError: division by zero",
        "Run it again as `voiced --debug ...` to see where.",
    ]


def test_debug_shows_the_traceback(voiced, failing):
    failing(ZeroDivisionError("division by zero"))
    printed = voiced("--debug", "check")
    assert printed.code == 1
    assert "Traceback (most recent call last)" in printed.err
    assert "--debug ..." not in printed.err


@pytest.mark.parametrize(
    "interrupt", [KeyboardInterrupt(), BaseExceptionGroup("tasks", [KeyboardInterrupt(), ValueError()])]
)
def test_an_interrupt_is_no_error(voiced, failing, interrupt):
    failing(interrupt)
    printed = voiced("check")
    assert printed.code == 130
    assert "Traceback" not in printed.err
