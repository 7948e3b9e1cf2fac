"""A worker that cannot start says why in one message and exits with 2. All of them are started at once."""

import socket
import subprocess
import sys
from typing import NamedTuple

import pytest
from worker_house import build

from voiced.testing.distribution import install

KINDS = ("telco", "stt", "tts", "llm", "vad")


class Outcome(NamedTuple):
    code: int
    said: str
    house: object


def broken_settings(house):
    house.config.write_text(
        "server: {port: eighty}\nplugins: {troupe: {}}\nnumbers: {default: {flow: menu}}\n", "utf-8"
    )


def no_settings(house):
    house.config.unlink()


def broken_flow(house):
    flow = "flow: menu\ntitle: x\nstart: a\nsteps: {b: {hangup: x}}\n"
    (house.folder / "flows" / "menu.yaml").write_text(flow, "utf-8")


def no_secret(house):
    house.env["TWILIO_AUTH_TOKEN"] = ""


def broken_plugin(house):
    install(house.folder / "site", "voiced-bad", {"bad": "raise RuntimeError('half an upgrade')"})


def as_it_is(house):
    """Spoil nothing."""


HOUSES = {
    "port": (as_it_is, {}),
    "database": (as_it_is, {"store": {"url": "sqlite:////proc/nowhere/voiced.db"}}),
    "folder": (as_it_is, {"data_dir": "/proc/nowhere", "store": {"url": "sqlite:////proc/nowhere/voiced.db"}}),
    "settings": (broken_settings, {}),
    "no settings": (no_settings, {}),
    "flow": (broken_flow, {}),
    "number": (as_it_is, {"numbers": {"+33900000003": {"flow": "nowhere"}}}),
    "providers": (as_it_is, {"providers": dict.fromkeys(KINDS, "nobody")}),
    "secret": (no_secret, {}),
    "plugin": (broken_plugin, {"plugins": {"bad": {}}}),
    "model": (as_it_is, {"providers": {"stt": "local"}}),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory, spoilt_weights):
    """What became of each worker."""
    houses = {}
    for name, (spoil, changes) in HOUSES.items():
        houses[name] = build(tmp_path_factory.mktemp("houses") / "house", **changes)
        spoil(houses[name])
    houses["model"].env["VOICED_MODELS"] = str(spoilt_weights)
    with socket.create_server(("127.0.0.1", houses["port"].port)):
        for house in houses.values():
            house.run()
        return {name: Outcome(house.process.wait(60), house.log, house) for name, house in houses.items()}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("port", ("127.0.0.1:{port}", "in use", "choose another port")),
        ("database", ("the database cannot be opened", "writable")),
        ("folder", ("/proc/nowhere", "cannot be made", "choose a folder")),
        ("settings", ("{config}:1:16: server/port",)),
        ("no settings", ("{config}",)),
        ("flow", ("menu.yaml:3:8: there is no step 'a'",)),
        ("number", ("nowhere",)),
        ("secret", ("auth",)),
        ("plugin", ("{config}:18:3: bad (voiced-bad 1.0): RuntimeError: half an upgrade", "see `voiced plugins`")),
        ("model", ("whisper-base/model.bin is broken", "fetch it again")),
    ],
)
def test_it_is_one_clear_message_and_exit_code_2(outcomes, name, words):
    code, said, house = outcomes[name]
    assert code == 2, said
    assert "Traceback" not in said
    [message] = [line for line in said.splitlines() if not line.startswith('{"timestamp"')]
    for each in words:
        assert each.format(port=house.port, config=house.config) in message


def test_everything_that_is_wrong_is_told_at_once(outcomes):
    code, said, _ = outcomes["providers"]
    assert code == 2
    assert [f"{kind} provider 'nobody'" in line for kind, line in zip(KINDS, said.splitlines(), strict=True)] == [
        True
    ] * 5


def test_a_second_worker_on_the_same_data_leaves_the_first_alone(own_house):
    first, second = own_house(), own_house()
    first.run().ready()
    places = f"data_dir: {first.data}\nstore: {{url: 'sqlite:///{first.data}/voiced.db'}}\n"
    second.config.write_text(second.config.read_text("utf-8") + places, "utf-8")
    assert second.run().process.wait(30) == 2
    assert str(first.control) in second.log
    assert "Traceback" not in second.log
    assert first.control.is_socket()
    assert first.finish() == 0
    assert not first.control.exists()


def test_help_needs_no_project(tmp_path):
    command = [sys.executable, "-m", "voiced", "run", "--help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "SIGTERM" in done.stdout
