"""`voiced number`, `voiced tunnel` and `voiced check` where the carrier is Vonage: a number has an application."""

import json
import sys

import pytest

from voiced.testing.vonage import APPLICATION_ID

PUBLIC = "https://voix.example.fr"
MINE = "+33939000100"


@pytest.fixture
def number(voiced, vonage):
    """Run `voiced number ...` in a project whose carrier is the emulated account."""
    return lambda *arguments, **env: voiced("number", *arguments, **{**vonage.env, **env})


@pytest.fixture
def owned(vonage):
    """A number of the account, which leads nowhere."""
    told = {"country": "FR", "msisdn": MINE[1:], "type": "landline", "features": ["VOICE"]}
    vonage.rest.numbers.owned[MINE[1:]] = told
    return told


def test_a_number_is_found_bought_wired_and_shown(number, vonage):
    found = number("search", "--contains", "+33939*", "--limit", 2)
    assert (found.code, found.out.count("+33939")) == (0, 2)
    assert "an address in France" in found.out
    bought = number("buy", MINE, "--yes")
    assert (bought.code, bought.out) == (0, f"{MINE} bought; it leads nowhere yet: voiced number wire\n")
    shown = number("show")
    assert shown.code == 2
    assert "linked to no application" in shown.out
    wired = number("wire", MINE, "--fallback", "https://secours.example.fr/ncco")
    assert wired.out == f"{MINE} wired; it leads to {PUBLIC}/voice/vonage/inbound\n"
    shown = number("show", MINE, "--json")
    assert shown.code == 0
    [row] = json.loads(shown.out)
    assert (row["here"], row["flow"], row["trouble"]) == (True, "accueil", "")
    assert row["wiring"] == {
        "inbound": f"{PUBLIC}/voice/vonage/inbound",
        "status": f"{PUBLIC}/voice/vonage/status",
        "fallback": "https://secours.example.fr/ncco",
    }
    assert vonage.rest.vonage.hooks.answer_url == f"{PUBLIC}/voice/vonage/inbound"


@pytest.mark.parametrize(
    ("arguments", "env", "told"),
    [
        (("search", "--kind", "mobile"), {}, "automated calling is forbidden"),
        (("buy", MINE, "--bundle", "BU1", "--yes"), {}, "leave out --bundle"),
        (("buy", "+33939999999", "--yes"), {}, "dashboard.nexmo.com/buy-numbers"),
        (("wire", MINE), {}, "not in this account"),
        (("show",), {"VONAGE_API_SECRET": ""}, "set `api_secret`"),
        (("show",), {"VONAGE_API_SECRET": "wrong"}, "not the signature secret"),
    ],
)
def test_refusals_say_what_to_do(number, arguments, env, told):
    refused = number(*arguments, **env)
    assert refused.code == 2
    assert told in refused.err


def test_a_number_is_given_the_address_of_a_tunnel(voiced, vonage, owned, tmp_path, monkeypatch):
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "ngrok"
    program.write_text(f'#!{sys.executable}\nprint(\'{{"msg":"started tunnel","url":"{PUBLIC}"}}\')\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    told = voiced("tunnel", "--wait", 0, "--wire", MINE, **vonage.env)
    assert f"{MINE} leads to {PUBLIC}/voice/vonage/inbound" in told.out
    assert owned["app_id"] == APPLICATION_ID


@pytest.fixture
def findings(voiced, vonage):
    """What `voiced check` says of numbers, as (level, message, fix)."""

    def go(**env):
        listed = json.loads(voiced("check", "--json", **{**vonage.env, **env}).out)["findings"]
        return [(each["level"], each["message"], each["fix"]) for each in listed if each["subject"] == "numbers"]

    return go


def test_the_check_says_whether_a_number_leads_here_and_what_hinders_it(findings, voiced, vonage, owned, change):
    change("  default: {flow: accueil}", f'  "{MINE}": {{flow: accueil}}')
    here = {"PUBLIC_URL": "http://127.0.0.1:9"}
    [(level, message, fix)] = findings(**here)
    assert (level, fix) == ("error", f"voiced number wire {MINE}")
    assert "does not lead here: it is linked to no application" in message
    assert voiced("number", "wire", MINE, **{**vonage.env, **here}).code == 0
    assert findings(**here) == [("ok", f"{MINE} leads here", "")]
    vonage.rest.applications.kept[APPLICATION_ID]["capabilities"]["voice"]["signed_callbacks"] = False
    [(level, message, _)] = findings(**here)
    assert (level, "does not sign webhooks" in message) == ("error", True)


def test_without_a_secret_the_check_only_warns(findings, change):
    change("    api_secret: ${VONAGE_API_SECRET:-}\n", "")
    [(level, _, fix)] = findings(PUBLIC_URL="http://127.0.0.1:9")
    assert (level, "api_secret" in fix) == ("warning", True)
