"""`voiced check` about the world outside: keys, numbers, where data goes, what callers are told."""

import json
import threading
from types import SimpleNamespace

import pytest
import trio

from voiced.testing.mistral import Faults, Mistral, running
from voiced.testing.twilio import ACCOUNT_SID, AUTH_TOKEN

PUBLIC = "http://127.0.0.1:9"
ENTRY = """\
  - provider: {0}
    company: {0} SAS
    role: what it does
    region: {1}
    dpa: {{reference: DPA 1, date: "2026-01-15"}}
    transfer: {2}
    retention: none
"""


@pytest.fixture
def findings(voiced):
    """Findings about `subject`, as (level, message, fix)."""

    def go(subject, *arguments, **env):
        report = json.loads(voiced("check", "--json", *arguments, **env).out)
        return [(each["level"], each["message"], each["fix"]) for each in report["findings"]
                if each["subject"] == subject]  # fmt: skip

    return go


def served(emulator):
    """Serve an emulator in a thread; return where it is, and how to stop it."""
    ready, here = threading.Event(), SimpleNamespace()

    async def serve():
        async with running(emulator) as place:
            here.url, stop, token = place.url, trio.Event(), trio.lowlevel.current_trio_token()
            here.stop = lambda: token.run_sync_soon(stop.set)
            ready.set()
            await stop.wait()

    here.thread = threading.Thread(target=trio.run, args=(serve,))
    here.thread.start()
    assert ready.wait(10)
    return here


@pytest.fixture
def mistral(change):
    """An emulated Mistral, which the project's model is."""
    emulator = Mistral()
    here = served(emulator)
    change("llm: local", "llm: mistral")
    change("  local: {}", f"  local: {{}}\n  mistral: {{api_key: '${{MISTRAL_API_KEY:-}}', url: '{here.url}'}}")
    yield emulator
    here.stop()
    here.thread.join(10)


# --- keys -------------------------------------------------------------------------------------------------------------


def test_a_key_that_is_taken_costs_a_token_or_two(mistral, findings):
    assert findings("keys", MISTRAL_API_KEY="test-key") == [("ok", "llm mistral: takes our key and works", "")]
    (asked,) = mistral.journal
    assert asked.request.raw["max_tokens"] == 1


def test_one_that_is_not_is_an_error_with_what_to_do(mistral, findings):
    mistral.faults = Faults(status=401)
    ((level, message, fix),) = findings("keys", MISTRAL_API_KEY="wrong")
    assert level == "error"
    assert message.startswith("llm mistral: refused, HTTP 401")
    assert "check the key" in fix


@pytest.mark.parametrize(("status", "level"), [(429, "warning"), (503, "error")])
def test_an_account_at_its_limit_is_no_wrong_key_and_a_host_that_is_down_is_told(status, level, mistral, findings):
    mistral.faults = Faults(status=status)
    assert findings("keys", MISTRAL_API_KEY="test-key")[0][0] == level


def test_nobody_is_asked_offline(mistral, findings):
    assert findings("keys", "--offline", MISTRAL_API_KEY="test-key") == []
    assert list(mistral.journal) == []


@pytest.mark.parametrize("where", [("--offline",), ()])
def test_a_key_that_is_not_there_is_an_error_which_nobody_need_be_asked_for(where, mistral, findings, voiced):
    ((level, message, fix),) = findings("keys", *where)
    assert (level, message) == ("error", "llm mistral: no key")
    assert "put MISTRAL_API_KEY into .env" in fix
    assert voiced("check", "--offline").code == 2
    assert list(mistral.journal) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("llm: local", "llm: mistral"),
        ("plugins:", "fallback: {llm: [mistral]}\nplugins:"),
        ("plugins:", "canary: {llm: {mistral: 1}}\nplugins:"),
        ("default: {flow: accueil}", "default: {flow: accueil, providers: {llm: mistral}}"),
    ],
)
def test_every_provider_that_some_call_may_get_is_looked_at(old, new, project, findings, change):
    change(old, new)
    change("  local: {}", "  local: {}\n  mistral: {}")
    assert [each[:2] for each in findings("keys", "--offline")] == [("error", "llm mistral: no key")]


def test_a_carrier_without_a_key_is_an_error_as_soon_as_it_can_reach_us(project, findings, change):
    assert findings("keys", "--offline") == []  # that its variables are not set is said once
    told = "telco twilio: no key, so every call is refused"
    assert findings("keys", "--offline", PUBLIC_URL=PUBLIC)[0][:2] == ("error", told)
    text = (project / "voiced.yaml").read_text(encoding="utf-8")
    (project / "voiced.yaml").write_text(text.replace("auth_tokens:", "# auth_tokens:").replace(
        "account_sid:", "# account_sid:"), encoding="utf-8")  # fmt: skip
    ((level, message, fix),) = findings("keys", "--offline")
    assert (level, message) == ("warning", told)
    assert "auth_tokens" in fix


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def carrier(change, account):
    change("account_sid: ${TWILIO_ACCOUNT_SID:-}", f"url: {account.url}\n    account_sid: ${{TWILIO_ACCOUNT_SID:-}}")
    return {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": AUTH_TOKEN, "PUBLIC_URL": PUBLIC}


MINE = "+33939000100"


@pytest.fixture
def bought(carrier, voiced, account):
    """A number of the account, which leads nowhere."""
    address = account.numbers.add_address({
        "CustomerName": "Garage", "Street": "1 rue Haute", "City": "Lyon", "Region": "Rhône",
        "PostalCode": "69001", "IsoCountry": "FR",
    }).json["sid"]  # fmt: skip
    account.regulatory.bundles["BU1"] = {"sid": "BU1", "status": "twilio-approved"}
    assert voiced("number", "buy", MINE, "--bundle", "BU1", "--address", address, "--yes", **carrier).code == 0


def test_no_number_leads_here_until_one_is_wired(bought, carrier, findings, voiced):
    ((level, _, fix),) = findings("numbers", **carrier)
    assert level == "warning"
    assert "voiced number wire" in fix
    assert voiced("number", "wire", MINE, **carrier).code == 0
    assert findings("numbers", **carrier) == [("ok", f"{MINE} leads here", "")]


def test_a_number_of_the_settings_that_leads_elsewhere(bought, carrier, findings, change):
    change("  default: {flow: accueil}", f'  "{MINE}": {{flow: accueil}}')
    assert findings("numbers", **carrier) == [("error", f"{MINE} leads elsewhere", f"voiced number wire {MINE}")]


def test_a_number_of_the_settings_that_the_account_does_not_have(carrier, findings, change):
    change("  default: {flow: accueil}", '  "+33123456789": {flow: accueil}')
    ((level, message, _),) = findings("numbers", **carrier)
    assert (level, message) == ("error", "+33123456789 is not in the carrier's account")


def test_a_token_that_the_carrier_does_not_take(carrier, findings):
    ((level, message, fix),) = findings("keys", **{**carrier, "TWILIO_AUTH_TOKEN": "wrong"})
    assert (level, message.startswith("telco twilio: ")) == ("error", True)
    assert "401" in message
    assert fix


def test_the_carrier_is_asked_before_it_can_reach_us(carrier, findings):
    del carrier["PUBLIC_URL"]
    assert findings("keys", **carrier) == [("ok", "telco twilio: takes our key", "")]
    assert findings("keys", **{**carrier, "TWILIO_AUTH_TOKEN": "wrong"})[0][0] == "error"
    assert findings("numbers", **carrier) == []


def test_a_carrier_that_cannot_be_asked_says_so(carrier, findings, change):
    del carrier["TWILIO_ACCOUNT_SID"]
    ((level, message, fix),) = findings("numbers", **carrier)
    assert (level, message.startswith("twilio cannot be asked: ")) == ("warning", True)
    assert "account_sid" in fix
    change("telco: twilio", "telco: audiosocket")
    change("  local: {}", "  local: {}\n  audiosocket: {key: '${SIP_KEY}'}")
    ((level, message, _),) = findings("numbers", **carrier, SIP_KEY="key")
    assert (level, message.startswith("audiosocket cannot be asked: its own system says")) == ("ok", True)


def test_an_address_at_which_nobody_answers(carrier, findings):
    ((level, message, _),) = findings("public", **carrier)
    assert level == "error"
    assert message.startswith(f"{PUBLIC} cannot be reached")


# --- where data goes --------------------------------------------------------------------------------------------------


def test_every_company_that_gets_data_is_named_with_its_region(project, findings):
    ((level, message, fix),) = findings("region", "--offline")
    assert (level, message) == ("warning", "twilio: Twilio, the United States")
    assert "ie1" in fix


def test_a_register_is_wanted_as_soon_as_carriers_can_reach_us(project, findings):
    (project / "subprocessors.yaml").unlink()
    assert findings("register", "--offline")[0][:2] == (
        "warning", "there is no subprocessors.yaml, and callers' data goes to twilio",
    )  # fmt: skip
    assert findings("register", "--offline", PUBLIC_URL=PUBLIC)[0][0] == "error"


def test_a_register_that_names_everybody(project, findings):
    (project / "subprocessors.yaml").write_text("subprocessors:\n" + ENTRY.format("twilio", "us", "dpf"))
    ((level, message, _),) = findings("register", "--offline")
    assert (level, message) == ("ok", "twilio: twilio SAS, DPA 1 of 2026-01-15, transfer: dpf")


def test_one_that_forgets_somebody_or_tells_another_region(project, findings):
    (project / "subprocessors.yaml").write_text("subprocessors:\n" + ENTRY.format("gladia", "eu", "none"))
    assert "has no entry for twilio" in findings("register", "--offline")[0][1]
    (project / "subprocessors.yaml").write_text("subprocessors:\n" + ENTRY.format("twilio", "eu", "none"))
    assert "whose options send data to the United States" in findings("register", "--offline")[0][1]


def test_one_that_is_broken_is_told_by_its_line(project, findings):
    (project / "subprocessors.yaml").write_text("subprocessors:\n" + ENTRY.format("twilio", "us", "none"))
    assert "subprocessors.yaml:7:15: data goes to 'us' without a ground" in findings("register", "--offline")[0][1]


def test_what_leaves_the_union_is_refused_where_the_operator_wants_that(project, voiced, change):
    change("  recording_enabled", "  eu_only: true\n  recording_enabled")
    refused = voiced("check", "--offline")
    assert refused.code == 2
    assert "privacy.eu_only is true, and twilio sends what callers say to Twilio, to the United States" in refused.out
    change("account_sid:", "url: https://api.dublin.ie1.twilio.com\n    account_sid:")
    assert voiced("check", "--offline").code == 0


# --- what callers are told --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("pendant {retention}, pour suivre", "pour suivre", "how long the text is kept"),
        ("{company}", "nous", "for whom it answers"),
        ("do: forget", "do: repeat", "how to change their minds"),
    ],
)
def test_what_the_consent_text_leaves_out(old, new, what, project, findings):
    flow = project / "flows" / "accueil.yaml"
    text = flow.read_text(encoding="utf-8")
    assert old in text
    flow.write_text(text.replace(old, new), encoding="utf-8")
    warned = [message for level, message, _ in findings("consent", "--offline") if level == "warning"]
    assert warned == [f"the flow accueil does not tell callers {what}"]


def test_the_shipped_flow_leaves_nothing_out(project, findings):
    assert [level for level, _, _ in findings("consent", "--offline")] == ["ok"]
