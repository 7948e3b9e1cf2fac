"""Logging in and out at the emulated Acapela Cloud."""

from dataclasses import replace

import pytest
import trio

from voiced.audio import MULAW_8K
from voiced.errors import ProviderRefused
from voiced.testing.acapela import Account, Faults
from voiced.testing.acapela.account import PASSWORD
from voiced.testing.fakes import FakeHost
from voiced_acapela import AcapelaOptions, make


@pytest.mark.checklist("acapela-1", by="forms")
@pytest.mark.parametrize(("forms", "taken"), [("both", {"json", "form"}), ("json", {"json"}), ("form", {"form"})])
async def test_a_login_is_taken_in_one_form_or_both(login, host, forms, taken):
    host.account = Account(forms=forms)
    for form in ("json", "form"):
        status, said = await login(form=form)
        assert (status, set(said)) == ((200, {"token"}) if form in taken else (400, {"error"}))


@pytest.mark.checklist("acapela-2")
@pytest.mark.parametrize("wrong", [{"password": "other"}, {"email": "nobody@example.fr"}, {"password": ""}])
async def test_wrong_credentials(login, wrong):
    assert await login(**wrong) == (401, {"error": "Unable to login with provided credentials."})


@pytest.mark.checklist("acapela-3")
async def test_an_account_that_is_not_active(login):
    assert await login("ancien@example.fr") == (401, {"error": "User account not active."})


@pytest.mark.checklist("acapela-4")
async def test_the_token_is_checked(login, ask):
    _, said = await login()
    token = said["token"]
    assert int(token, 16)
    status, account = await ask("account", token)
    assert (status, "Manon22k_NT" in account["voices"], account["credits"]) == (200, True, 1_000_000)
    assert (await ask("account", "", f"?token={token}"))[0] == 200
    for path in ("account", "logout", "command"):
        assert await ask(path, "0" * 40) == (401, {"detail": "Invalid token."})
        assert await ask(path, "") == (401, {"detail": "Authentication credentials were not provided."})


@pytest.mark.checklist("acapela-5", by="shared")
@pytest.mark.parametrize("shared", [True, False])
async def test_a_logout_ends_the_token(login, ask, host, shared):
    host.account = Account(one_token=shared)
    tokens = [(await login())[1]["token"] for _ in range(2)]
    assert (tokens[0] == tokens[1]) == shared
    assert await ask("logout", tokens[0]) == (200, {"success": "User logged out."})
    assert (await ask("account", tokens[0]))[0] == 401
    assert (await ask("account", tokens[1]))[0] == (401 if shared else 200)


class Nowhere:
    async def send(self, _packet):
        await trio.lowlevel.checkpoint()


def one(text):
    given, taken = trio.open_memory_channel(1)
    with given:
        given.send_nowait(text)
    return taken


@pytest.fixture
def tts(host, net, tmp_path):
    options = AcapelaOptions(email="accueil@example.fr", password=PASSWORD, url=host.url)
    return make(options, replace(FakeHost(tmp_path, tmp_path), net=net))


@pytest.mark.checklist("acapela-6")
async def test_a_token_that_is_revoked_is_replaced_once(host, tts):
    for _ in range(3):
        await tts.speak(one("Bonjour."), Nowhere(), MULAW_8K)
        host.revoke()
    assert len(host.journal.logins) == 3
    assert len(host.journal.asked) == 5


@pytest.mark.checklist("acapela-6")
async def test_a_host_that_forgets_every_token_is_not_asked_for_ever(host, tts):
    host.faults = Faults(forgets=True)
    with pytest.raises(ProviderRefused):
        await tts.speak(one("Bonjour."), Nowhere(), MULAW_8K)
    assert (len(host.journal.logins), len(host.journal.asked)) == (2, 2)
