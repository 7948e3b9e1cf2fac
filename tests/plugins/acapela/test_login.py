"""The token: asked for once, kept, asked for anew when it ends, and never in a loop."""

import pytest
import trio

from voiced.errors import ProviderBadInput, ProviderOverloaded, ProviderProtocol, ProviderRefused
from voiced.plugin import Answer
from voiced.testing.acapela import Account, Faults
from voiced.testing.fakes.host import FakeHost
from voiced_acapela import AcapelaOptions, make


async def test_one_login_serves_all_replies(voice, say, cloud):
    tts = voice()
    async with trio.open_nursery() as nursery:
        for number in range(5):
            nursery.start_soon(say, tts, f"Voici la réponse {number}.")
    await say(tts, "Oui.")
    assert cloud.journal.logins == ["json"]


async def test_a_token_that_was_revoked_costs_one_login(voice, say, cloud, hummed):
    tts = voice()
    await say(tts, "Oui.")
    cloud.revoke()
    async with trio.open_nursery() as nursery:
        for number in range(5):
            nursery.start_soon(say, tts, f"Voici la réponse {number}.")
    assert await say(tts, "Non.") == hummed("Non.")
    assert len(cloud.journal.logins) == 2


async def test_a_login_is_written_as_a_form_where_json_is_not_taken(voice, say, cloud, hummed):
    cloud.account = Account(forms="form")
    tts = voice()
    assert await say(tts, "Oui.") == hummed("Oui.")
    cloud.revoke()
    assert await say(tts, "Non.") == hummed("Non.")
    assert cloud.journal.logins == ["json", "form", "form"]


@pytest.mark.fault("acapela", "401")
@pytest.mark.parametrize(
    ("options", "hint"), [({"password": "wrong"}, "password"), ({"email": "ancien@example.fr"}, "activated")]
)
async def test_who_may_not_log_in_hears_why(voice, say, cloud, options, hint):
    with pytest.raises(ProviderRefused) as raised:
        await say(voice(**options), "Oui.")
    assert hint in raised.value.hint
    assert cloud.journal.fields == []
    assert len(cloud.journal.logins) == 1


@pytest.mark.parametrize(("status", "fault"), [(500, ProviderOverloaded), (400, ProviderBadInput)])
async def test_a_login_that_is_down(voice, say, cloud, hummed, status, fault):
    cloud.faults = Faults(login=status)
    tts = voice()
    with pytest.raises(fault):
        await say(tts, "Oui.")
    cloud.faults = Faults()
    assert await say(tts, "Oui.") == hummed("Oui.")


class Answering:
    """Implements what is needed of `Net` for a login: one answer, whatever is asked."""

    def __init__(self, body):
        self.body = body

    async def request(self, _method, _url, **_more):
        await trio.lowlevel.checkpoint()
        return Answer(200, {}, self.body)


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'{"token": 3}'])
async def test_a_login_without_a_token(tmp_path, say, body):
    options = AcapelaOptions(email="accueil@example.fr", password="secret")
    tts = make(options, FakeHost(tmp_path, tmp_path, net=Answering(body)))
    with pytest.raises(ProviderProtocol):
        await say(tts, "Oui.")
