"""A worker that cannot start says why in one message and exits with 2."""

import socket
import subprocess
import sys


def run(house):
    """Run the worker until it gives up; return its exit code and what it said."""
    house.run()
    code = house.process.wait(20)
    return code, house.log


def is_clear(said, *words):
    """Whether it is one message with these words, and no traceback."""
    messages = [line for line in said.splitlines() if not line.startswith('{"timestamp"')]
    assert "Traceback" not in said
    assert len(messages) == 1, said
    return all(word in messages[0] for word in words)


def test_the_port_is_in_use(own_house):
    house = own_house()
    with socket.create_server(("127.0.0.1", house.port)):
        code, said = run(house)
    assert code == 2
    assert is_clear(said, f"127.0.0.1:{house.port}", "in use", "choose another port")


def test_the_database_cannot_be_opened(own_house):
    code, said = run(own_house(store={"url": "sqlite:////proc/nowhere/voiced.db"}))
    assert code == 2
    assert is_clear(said, "the database cannot be opened", "writable")


def test_the_data_folder_cannot_be_made(own_house):
    code, said = run(own_house(data_dir="/proc/nowhere", store={"url": "sqlite:////tmp/never.db"}))
    assert code == 2
    assert is_clear(said, "/proc/nowhere")


def test_the_configuration_is_broken(own_house):
    house = own_house()
    house.config.write_text("server: {port: eighty}\nnumbers: {default: {flow: menu}}\n", "utf-8")
    code, said = run(house)
    assert code == 2
    assert is_clear(said, f"{house.config}:1:", "port")


def test_there_is_no_configuration(own_house):
    house = own_house()
    house.config.unlink()
    code, said = run(house)
    assert code == 2
    assert is_clear(said, str(house.config))


def test_a_flow_is_broken(own_house):
    house = own_house()
    (house.folder / "flows" / "menu.yaml").write_text(
        "flow: menu\ntitle: x\nstart: a\nsteps: {b: {hangup: x}}\n", "utf-8"
    )
    code, said = run(house)
    assert code == 2
    assert is_clear(said, "menu.yaml:3:", "a")


def test_a_number_has_a_flow_that_is_not_there(own_house):
    code, said = run(own_house(numbers={"+33900000003": {"flow": "nowhere"}}))
    assert code == 2
    assert is_clear(said, "nowhere")


def test_providers_that_are_not_there_are_all_told(own_house):
    kinds = ("telco", "stt", "tts", "llm", "vad")
    code, said = run(own_house(providers=dict.fromkeys(kinds, "nobody")))
    assert code == 2
    assert [f"{kind} provider 'nobody'" in said for kind in kinds] == [True] * 5
    assert len(said.splitlines()) == 5


def test_the_carrier_has_no_secret(own_house):
    house = own_house()
    house.env["TWILIO_AUTH_TOKEN"] = ""
    code, said = run(house)
    assert code == 2
    assert is_clear(said, "auth")


def test_a_second_worker_on_the_same_data(own_house):
    first, second = own_house(), own_house()
    first.run().ready()
    second.config.write_text(
        second.config.read_text("utf-8")
        + f"data_dir: {first.data}\nstore: {{url: 'sqlite:///{first.data}/voiced.db'}}\n",
        "utf-8",
    )
    code, said = run(second)
    assert code == 2
    assert is_clear(said, str(first.control))
    assert first.control.is_socket()
    assert first.finish() == 0
    assert not first.control.exists()


def test_help_needs_no_project(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "voiced", "run", "--help"], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert "SIGTERM" in done.stdout
