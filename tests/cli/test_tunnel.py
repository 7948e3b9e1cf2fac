"""`voiced tunnel`: how it is chosen, what it tells, and the number that it gives the address to."""

import json
import sys

import pytest

from voiced.testing.twilio import ACCOUNT_SID, AUTH_TOKEN

ADDRESS = "https://a-b-c.trycloudflare.com"
MINE = "+33939000100"


@pytest.fixture
def bin_folder(tmp_path, monkeypatch):
    """A folder that is all of PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


@pytest.fixture
def installed(bin_folder):
    """Install a program that says what it is given, and ends."""

    def install(name, *lines):
        path = bin_folder / name
        path.write_text(f"#!{sys.executable}\nprint({chr(10).join(lines)!r}, flush=True)\n")
        path.chmod(0o755)
        return path

    return install


def test_the_address_is_told_and_what_broke(voiced, project, installed):
    installed("cloudflared", f"INF | {ADDRESS} |", "ERR the connection is lost")
    told = voiced("tunnel", "--wait", 0.05)
    assert told.code == 2
    assert told.out.splitlines() == [
        f"This machine is {ADDRESS}",
        f"Start voiced with it: PUBLIC_URL={ADDRESS} voiced run",
        "voiced does not answer there yet.",
    ]
    assert "the tunnel broke" in told.err
    assert "the connection is lost" in told.err


def test_a_number_is_given_the_address(voiced, change, account, installed):
    change("account_sid: ${TWILIO_ACCOUNT_SID:-}", f"url: {account.url}\n    account_sid: ${{TWILIO_ACCOUNT_SID:-}}")
    account.numbers.owned["PN1"] = {"sid": "PN1", "phone_number": MINE}
    installed("ngrok", f'{{"msg":"started tunnel","url":"{ADDRESS}"}}')
    secrets = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN}
    told = voiced("tunnel", "--wait", 0, "--wire", MINE, "--json", **secrets, PUBLIC_URL=ADDRESS)
    events = [json.loads(line) for line in told.out.splitlines()]
    assert [event["event"] for event in events] == ["open", "wired"]
    assert account.numbers.owned["PN1"]["voice_url"] == f"{ADDRESS}/voice/twilio/inbound"
    told = voiced("tunnel", "--wait", 0, "--wire", "+33939000199", "--json", **secrets)
    last = json.loads(told.out.splitlines()[-1])
    assert (last["event"], "not in this account" in last["text"]) == ("not_wired", True)


def test_a_host_of_ones_own(voiced, project, installed):
    installed("ssh", "voiced-tunnel-open")
    told = voiced("tunnel", "moi@vps", "--public-url", "https://voix.example.fr", "--wait", 0)
    assert "This machine is https://voix.example.fr" in told.out


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "cloudflared and ngrok: not installed"),
        (("--by", "ngrok"), "ngrok: not installed"),
        (("moi@vps",), "ssh cannot be run"),
        (("--by", "ssh"), "--by ssh needs one"),
        (("moi@vps", "--by", "ngrok"), "a HOST belongs to --by ssh"),
        (("moi@vps", "--public-url", "http://voix.example.fr"), "is not encrypted"),
    ],
)
def test_what_cannot_be(voiced, project, bin_folder, arguments, told):
    refused = voiced("tunnel", *arguments)
    assert refused.code == 2
    assert told in refused.err
