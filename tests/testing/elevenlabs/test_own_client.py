"""ElevenLabs' own client talks to the emulator, and its types check every message of ours."""

import base64
import datetime as dt
import json
import ssl
from contextlib import contextmanager

import elevenlabs
import httpx
import pytest
import trio
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from elevenlabs.client import AsyncElevenLabs, ElevenLabs
from elevenlabs.core.api_error import ApiError

from voiced.audio import MULAW_8K
from voiced.net.kept import dial
from voiced.testing.elevenlabs import Account, Faults, emulated, refusals
from voiced.testing.elevenlabs.sound import hum

SENTENCE = "Nous avons une place mardi à neuf heures, ou jeudi à quatorze heures. "


@pytest.fixture
def certificate(tmp_path):
    """A certificate for `localhost`, its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    file = tmp_path / "localhost.pem"
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    file.write_bytes(pem + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return file


async def test_its_async_client_streams_over_http(host):
    """On trio, as it is: but for retries, which sleep by asyncio."""
    async with httpx.AsyncClient() as http:
        stream = AsyncElevenLabs(api_key="xi-key", base_url=host.url, httpx_client=http).text_to_speech.stream(
            "fr-camille",
            text="Bonjour.",
            model_id="eleven_flash_v2_5",
            output_format="ulaw_8000",
            language_code="fr",
            voice_settings=elevenlabs.VoiceSettings(stability=0.5, speed=1.1),
        )
        assert b"".join([chunk async for chunk in stream]) == hum("Bonjour.", MULAW_8K, 1.1)


@contextmanager
def its_client(url):
    with httpx.Client() as http:
        yield ElevenLabs(api_key="xi-key", base_url=url, httpx_client=http)


async def test_its_client_holds_a_whole_conversation(host):
    """Lists, a stream, a stream with timestamps, and an error that it understands; in a thread, for it blocks."""

    def talk():
        with its_client(host.url) as client:
            voices, models = client.voices.search().voices, client.models.list()
            voice, model = voices[0].voice_id, next(each for each in models if "flash" in each.model_id).model_id
            asked = {"text": "Un instant.", "model_id": model, "output_format": "ulaw_8000"}
            plain = b"".join(client.text_to_speech.stream(voice, **asked))
            return plain, list(client.text_to_speech.stream_with_timestamps(voice, **asked))

    plain, timed = await trio.to_thread.run_sync(talk)
    assert plain == b"".join(base64.b64decode(each.audio_base_64) for each in timed) == hum("Un instant.", MULAW_8K)
    letters = [letter for each in timed for letter in each.alignment.characters]
    assert "".join(letters) == "Un instant."


@pytest.mark.parametrize(("status", "code"), [(401, "quota_exceeded"), (429, "concurrent_limit_exceeded")])
async def test_its_client_understands_the_errors(host, status, code):
    host.faults = Faults(status=status, code=code)

    def talk():
        options = {"max_retries": 0}
        with its_client(host.url) as client:
            return b"".join(client.text_to_speech.stream("fr-camille", text="Oui.", request_options=options))

    with pytest.raises(ApiError) as raised:
        await trio.to_thread.run_sync(talk)
    assert raised.value.status_code == status
    assert raised.value.body["detail"]["code"] == code


@pytest.mark.filterwarnings("ignore:ConnectionClosed.code:DeprecationWarning")  # the client's own
async def test_its_realtime_helper_talks_over_tls(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def talk(url):
        words = iter(SENTENCE.split())
        settings = elevenlabs.VoiceSettings(stability=0.5, similarity_boost=0.75)
        asked = {"model_id": "eleven_flash_v2_5", "output_format": "ulaw_8000", "voice_settings": settings}
        with its_client(url) as client:
            return b"".join(client.text_to_speech.convert_realtime("fr-camille", text=words, **asked))

    async with emulated(Account(), tls=context) as host:
        sound = await trio.to_thread.run_sync(talk, host.url)
        texts = [message["text"] for message in host.journal.messages]
    assert texts[0] == " "
    assert texts[-1] == ""
    assert host.journal.messages[0]["generation_config"] == {"chunk_length_schedule": [50]}
    spoken = len("".join(texts).strip())
    assert MULAW_8K.seconds(len(sound)) == pytest.approx(spoken / 14, abs=1.0)


async def test_a_kept_socket_talks_over_tls_too(certificate, sound):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=certificate)
    async with emulated(Account(), tls=context) as host:
        url = f"{host.served.ws_url}/v1/text-to-speech/fr-camille/multi-stream-input?output_format=ulaw_8000"
        socket = await dial(url, trusting, {"xi-api-key": "xi-key"}, provider="elevenlabs")
        for name in "ab":
            assert await socket.settle()
            for message in ({"text": " "}, {"text": SENTENCE, "flush": True}, {"close_context": True}):
                await socket.send(json.dumps({**message, "context_id": name}))
            heard = [json.loads(await socket.receive())]
            while not heard[-1].get("isFinal"):
                heard.append(json.loads(await socket.receive()))
            assert sound(heard, name) == hum(SENTENCE, MULAW_8K)
        await socket.close()


def fits(name, message):
    """Whether a message is of one of the client's types: all its keys known, all values right."""
    kind = getattr(elevenlabs, name)
    known = {field.alias or key for key, field in kind.model_fields.items()} | kind.model_fields.keys()
    kind.model_validate(message, strict=True)
    return message.keys() <= known


async def test_the_messages_of_contexts_are_those_of_its_types(client, host):
    async with client() as socket:
        await socket.say(text=" ", voice_settings={"stability": 0.5}, context_id="a")
        await socket.say(text="", context_id="a")
        await socket.say(text="Oui. ", context_id="a", flush=True)
        await socket.say(context_id="a", close_context=True)
        heard = await socket.hear_until_final("a")
    types = ("InitializeConnectionMulti", "KeepContextAlive", "SendTextMulti", "CloseContext")
    for name, message in zip(types, host.journal.messages, strict=True):
        assert fits(name, message)
    for message in heard:
        assert fits("AudioOutputMulti" if "audio" in message else "FinalOutputMulti", message)
    assert json.dumps(heard[-1]) == '{"isFinal": true, "contextId": "a"}'


@pytest.mark.parametrize(
    "said",
    [
        {"text": "Oui. ", "context_id": "b", "flush": True},
        {"text": " ", "voice_settings": {"stability": 0.5}, "context_id": "a", "xi_api_key": "wrong"},
    ],
)
async def test_errors_of_sockets_have_the_shape_of_its_type(client, said):
    """Its types for text to speech leave errors out; those of its sockets for dialogues, on the same host, have one."""
    async with client(key="") as socket:
        await socket.say(**said)
        assert fits("TextToDialogueWebsocketError", await socket.hear())


@pytest.mark.parametrize("error", ["max_active_conversations", "input_timeout_exceeded", "quota_exceeded"])
def test_and_so_has_every_other(error):
    assert fits("TextToDialogueWebsocketError", json.loads(refusals.message(error)))


async def test_errors_of_requests_that_have_a_type_are_of_it(ask):
    """A request of the wrong shape has one; other refusals are an object `detail`, which its client does not type."""
    answer = await ask(format="ulaw_9000")
    error = json.loads(answer.body)
    assert fits("HttpValidationError", error)
    assert all(fits("ValidationError", each) for each in error["detail"])
    detail = json.loads((await ask(voice="nobody")).body)["detail"]
    assert detail.keys() == {"type", "code", "status", "message", "request_id", "param"}
