"""`voiced number` against an emulated account: numbers found, bought with their papers, led here."""

import io
import json

import pytest

from voiced.testing.twilio import ACCOUNT_SID, AUTH_TOKEN

PUBLIC = "https://voix.example.fr"
MINE = "+33939000100"


@pytest.fixture
def number(voiced, change, account):
    """Run `voiced number ...` in a project whose carrier is the emulated account."""
    change("account_sid: ${TWILIO_ACCOUNT_SID:-}", f"url: {account.url}\n    account_sid: ${{TWILIO_ACCOUNT_SID:-}}")

    def run(*arguments, token=AUTH_TOKEN, **env):
        env = {"TWILIO_ACCOUNT_SID": ACCOUNT_SID, "TWILIO_AUTH_TOKEN": token, "PUBLIC_URL": PUBLIC, **env}
        return voiced("number", *arguments, **env)

    return run


@pytest.fixture
def papers(account):
    """The ids of an approved dossier and of an address, as options."""
    address = account.numbers.add_address({
        "CustomerName": "Garage", "Street": "1 rue Haute", "City": "Lyon", "Region": "Rhône",
        "PostalCode": "69001", "IsoCountry": "FR",
    }).json["sid"]  # fmt: skip
    account.regulatory.bundles["BU1"] = {"sid": "BU1", "status": "twilio-approved"}
    return ("--bundle", "BU1", "--address", address)


def test_numbers_for_sale_and_what_the_law_wants(number):
    found = number("search", "--kind", "local", "--contains", "+3318601*", "--limit", 3)
    assert found.code == 0
    assert found.out.count("+3318601") == 0  # the stock begins at +33186000100
    found = number("search", "--kind", "local", "--contains", "+331860*", "--limit", 3)
    assert found.out.count("+331860") == 3
    assert "an address in the zone of the number" in found.out
    listed = json.loads(number("search", "--json", "--limit", 2).out)
    assert [each["kind"] for each in listed] == ["national", "national"]


def test_nothing_for_sale_is_said(number):
    assert "none for sale like that" in number("search", "--contains", "0000000000").out


@pytest.mark.parametrize("command", [("search", "--kind", "mobile"), ("buy", "+33644000100", "--yes")])
def test_mobile_numbers_are_not_for_machines(number, command):
    refused = number(*command)
    assert refused.code == 2
    assert "automated calling is forbidden" in refused.err
    assert "toll-free" in refused.err


def test_a_number_is_bought_wired_and_shown(number, papers, account):
    bought = number("buy", MINE, *papers, "--yes")
    assert (bought.code, bought.out) == (0, f"{MINE} bought; it leads nowhere yet: voiced number wire\n")
    shown = number("show")
    assert shown.code == 2
    assert f"leads nowhere: voiced number wire {MINE}" in shown.out
    wired = number("wire", MINE, "--fallback", "https://secours.example.fr/twiml")
    assert wired.out == f"{MINE} wired; it leads to {PUBLIC}/voice/twilio/inbound\n"
    shown = number("show", MINE, "--json")
    assert shown.code == 0
    [row] = json.loads(shown.out)
    assert (row["here"], row["flow"]) == (True, "accueil")
    assert row["wiring"] == {
        "inbound": f"{PUBLIC}/voice/twilio/inbound",
        "status": f"{PUBLIC}/voice/twilio/status",
        "fallback": "https://secours.example.fr/twiml",
    }
    assert number("wire", MINE).code == 0
    assert account.twilio.numbers[MINE].fallback_url == "https://secours.example.fr/twiml", "left as it was"


def test_a_number_is_bought_and_wired_at_once(number, papers):
    bought = number("buy", MINE, *papers, "--yes", "--wire", "--json", "--public-url", "https://autre.example.fr")
    assert json.loads(bought.out)["wiring"]["inbound"] == "https://autre.example.fr/voice/twilio/inbound"
    elsewhere = number("show")
    assert (elsewhere.code, elsewhere.out.split()[1]) == (2, "elsewhere")


def test_nothing_is_bought_without_a_yes_or_an_address_to_lead_to(number, papers, account, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))
    assert number("buy", MINE, *papers).code == 130
    refused = number("buy", MINE, *papers, "--yes", "--wire", PUBLIC_URL="")
    assert refused.code == 2
    assert "server.public_url" in refused.err
    assert account.numbers.owned == {}


@pytest.mark.parametrize(
    ("arguments", "token", "told"),
    [
        (("buy", MINE, "--yes"), AUTH_TOKEN, ("21631", "--address AD")),
        (("wire", MINE), AUTH_TOKEN, ("not in this account",)),
        (("search",), "wrong", ("20003", "each region has a token of its own")),
    ],
)
def test_refusals_say_what_to_do(number, arguments, token, told):
    refused = number(*arguments, token=token)
    assert refused.code == 2
    assert all(words in refused.err for words in told), refused.err


def test_no_number_yet(number):
    shown = number("show")
    assert (shown.code, shown.out) == (2, "no number is in this account: voiced number search\n")
    assert number("show", "--json").out == "[]\n"


def test_the_law_in_words_and_for_programs(voiced):
    told = voiced("number", "rules").out
    assert "mobile (+336, +337): NOT ALLOWED" in told
    listed = json.loads(voiced("number", "rules", "--json").out)
    assert [kind for kind, rule in listed["kinds"].items() if not rule["allowed"]] == ["mobile"]


def test_a_carrier_without_numbers(voiced, change):
    change("telco: twilio", "telco: audiosocket")
    change("  twilio: # refuses", "  audiosocket: {}\n  twilio: # refuses")
    refused = voiced("number", "show")
    assert refused.code == 2
    assert "audiosocket has no numbers" in refused.err
