"""The protocol by hand, over real sockets."""

import pytest
import trio

from voiced.audio.g711 import decode
from voiced.errors import ProviderClosed
from voiced.testing.emulator import Profile
from voiced.testing.fakes import spell
from voiced.testing.speechmatics import Faults, House, Latency, Manner, Speechmatics

START = {
    "message": "StartRecognition",
    "audio_format": {"type": "raw", "encoding": "mulaw", "sample_rate": 8000},
    "transcription_config": {"language": "fr", "model": "enhanced", "enable_partials": True},
}
PCM = {"type": "raw", "encoding": "pcm_s16le", "sample_rate": 8000}


@pytest.mark.checklist("speechmatics-1")
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}], ids=["none", "wrong"])
async def test_without_the_key_there_is_no_socket(refused, headers):
    assert "401" in str(await refused(headers=headers))


@pytest.mark.checklist("speechmatics-1")
async def test_a_key_in_the_address_and_parameters_nobody_knows(visit):
    async with visit(path="/v2/?jwt=test-key&sm-sdk=mine&sm-app=x", headers={"X-Request-Id": "1"}) as client:
        assert (await client.start())["id"]


async def test_another_path_is_not_found(refused):
    assert "404" in str(await refused(path="/v2/elsewhere"))


@pytest.mark.checklist("speechmatics-2", by="first")
@pytest.mark.parametrize("first", [True, False])
async def test_how_many_sessions_there_are_may_come_first(visit, first):
    async with visit(manner=Manner(usage_first=first)) as client:
        await client.tell(
            message="StartRecognition",
            audio_format={"type": "raw", "encoding": "mulaw", "sample_rate": 8000},
            transcription_config={"language": "fr"},
        )
        message = await client.next()
        assert message["message"] == ("Info" if first else "RecognitionStarted")
        assert not first or (message["usage"], message["quota"]) == (1, 50)


@pytest.mark.checklist("speechmatics-4")
async def test_sound_before_the_start(visit):
    async with visit() as client:
        await client.socket.send(b"\xff" * 160)
        assert (await client.until("Error"))["type"] == "protocol_error"
        assert await client.ending() == 1003


@pytest.mark.checklist("speechmatics-5")
async def test_sound_is_acknowledged_by_number(visit):
    async with visit() as client:
        await client.start()
        await client.say("oui non")
        assert [(await client.until("AudioAdded"))["seq_no"] for _ in range(4)] == [1, 2, 3, 4]


@pytest.mark.checklist("speechmatics-5")
async def test_acknowledgements_can_be_stalled(visit):
    async with visit(faults=[Faults(acks=False)]) as client:
        await client.start()
        await client.say("oui", pause=0.1)
        await client.tell(message="EndOfStream", last_seq_no=0)
        kinds = []
        while not kinds or kinds[-1] != "EndOfTranscript":
            kinds.append((await client.next())["message"])
        assert "AudioAdded" not in kinds


@pytest.mark.checklist("speechmatics-6")
async def test_telephony_is_told(visit):
    async with visit() as client:
        await client.start()
        assert (await client.until("Info"))["quality"] == "telephony"


@pytest.mark.checklist("speechmatics-12")
async def test_some_settings_may_change(visit):
    async with visit() as client:
        await client.start()
        await client.tell(message="SetRecognitionConfig", transcription_config={"language": "fr", "max_delay": 0.7})
        await client.say("un deux trois quatre cinq six sept")
        assert (await client.until("AddTranscript"))["metadata"]["transcript"].startswith("un ")


@pytest.mark.checklist("speechmatics-12")
@pytest.mark.parametrize("config", [{"language": "de"}, {"language": "fr", "model": "standard"}])
async def test_others_may_not(visit, config):
    async with visit() as client:
        await client.start()
        await client.tell(message="SetRecognitionConfig", transcription_config=config)
        assert (await client.until("Error"))["type"] == "invalid_config"
        assert await client.ending() == 1003


@pytest.mark.checklist("speechmatics-13")
async def test_the_end_of_the_sound(visit):
    async with visit() as client:
        await client.start()
        await client.say("au revoir")
        await client.tell(message="EndOfStream", last_seq_no=3)
        assert (await client.until("AddTranscript"))["metadata"]["transcript"] == "au revoir "
        await client.until("EndOfTranscript")
        assert await client.ending() == 1000


@pytest.mark.checklist("speechmatics-13")
async def test_sound_after_the_end_is_warned_of(played, autojump_clock):
    end = {"message": "EndOfStream", "last_seq_no": 0}
    wire = await played((0, START), (0, end), (0.1, b"\xff"), latency=Latency(final=Profile(1.0, 1.0)))
    kinds = [message.get("type", message["message"]) for _, message in wire.said]
    assert kinds[-2:] == ["add_audio_after_eos", "EndOfTranscript"]


@pytest.mark.checklist("speechmatics-14")
@pytest.mark.parametrize("garbage", ["{", "[1]", '{"message":"TomorrowsMessage"}'])
async def test_what_is_no_message(visit, garbage):
    async with visit() as client:
        await client.start()
        await client.socket.send(garbage)
        assert (await client.until("Error"))["type"] == "invalid_message"
        assert await client.ending() == 1003


@pytest.mark.parametrize(
    ("config", "sound", "kind"),
    [
        ({"language": "french"}, {}, "invalid_language"),
        ({"model": "linden-9"}, {}, "invalid_model"),
        ({"max_delay": 0.1}, {}, "invalid_config"),
        ({"operating_point": "enhanced"}, {}, "invalid_config"),
        ({}, {"encoding": "alaw"}, "invalid_audio_type"),
    ],
)
async def test_what_cannot_be_started(visit, config, sound, kind):
    async with visit() as client:
        await client.tell(
            message="StartRecognition",
            audio_format={**START["audio_format"], **sound},
            transcription_config={**START["transcription_config"], **config},
        )
        assert (await client.until("Error"))["type"] == kind


@pytest.mark.checklist("speechmatics-15", way="an Error")
async def test_too_many_sessions_until_one_ends(visit):
    emulator = Speechmatics(House(sessions=0))
    async with visit(emulator) as client:
        assert (await client.until("Error"))["type"] == "quota_exceeded"
        assert await client.ending() == 4005
    emulator.house = House(sessions=1)
    async with visit(emulator) as client:
        await client.start()


@pytest.mark.fault("speechmatics", "429 with Retry-After", "429 without Retry-After")
@pytest.mark.checklist("speechmatics-15", way="429 at the handshake")
@pytest.mark.parametrize(("after", "seconds"), [("5", 5.0), ("", None)])
async def test_too_many_sessions_may_be_refused_at_the_door(refused, after, seconds):
    error = await refused(faults=[Faults(status=429, retry_after=after)])
    assert "429" in str(error)
    assert error.retry_after == seconds


@pytest.mark.checklist("speechmatics-16")
@pytest.mark.parametrize(
    ("kind", "code"),
    [("job_error", 4013), ("internal", 1011), ("timelimit_exceeded", 4006), ("not_allowed", 4003)],
)
async def test_errors_on_demand(visit, kind, code):
    async with visit(faults=[Faults(after=0.1, then="error", kind=kind)]) as client:
        await client.start()
        await client.say("oui")
        assert (await client.until("Error"))["type"] == kind
        assert await client.ending() == code


@pytest.mark.checklist("speechmatics-17")
@pytest.mark.parametrize("kind", ["idle_timeout", "session_timeout"])
async def test_time_outs_are_warned_of_and_happen(visit, kind):
    async with visit(faults=[Faults(after=0.1, then="warning", kind=kind)]) as client:
        await client.start()
        await client.say("oui")
        assert (await client.until("Warning"))["type"] == kind
    async with visit(faults=[Faults(after=0.1, then="error", kind=kind)]) as client:
        await client.start()
        await client.say("oui")
        assert await client.ending() == 1008


@pytest.mark.checklist("speechmatics-18")
async def test_the_connection_breaks_in_the_middle(visit):
    async with visit(faults=[Faults(after=0.1, then="reset")]) as client:
        await client.start()
        with pytest.raises(ProviderClosed):
            await client.chatter()
        assert await client.ending() == 1006


@pytest.mark.fault("speechmatics", "half-open")
@pytest.mark.checklist("speechmatics-18")
async def test_nothing_is_read_any_more(visit):
    async with visit(faults=[Faults(after=0.1, then="stall")]) as client:
        await client.start()
        with trio.move_on_after(0.5) as waited:
            while True:
                await client.socket.send(b"\xff" * 100_000)
        assert waited.cancelled_caught


@pytest.mark.checklist("speechmatics-19")
async def test_a_malformed_message(visit):
    async with visit(faults=[Faults(after=0.1, then="malformed")]) as client:
        await client.start()
        await client.say("oui")
        with pytest.raises(ValueError, match="line 1"):
            await client.until("never")


@pytest.mark.checklist("speechmatics-19")
async def test_strange_messages_and_then_the_session_goes_on(visit):
    async with visit(faults=[Faults(after=0.1, then="strange")]) as client:
        await client.start()
        await client.say("oui", pause=0.1)
        await client.until("TomorrowsMessage")
        empty = await client.until("AddTranscript")
        assert empty["results"] == []
        assert "transcript" not in empty["metadata"]
        await client.tell(message="EndOfStream", last_seq_no=3)
        assert (await client.until("AddTranscript"))["metadata"]["transcript"] == "oui "


@pytest.mark.checklist("speechmatics-22", by="mode")
@pytest.mark.parametrize(
    "mode", [{}, {"turn_config": {"turn_detection_mode": "external"}}], ids=["default", "external"]
)
async def test_agent_mode_gives_segments_and_turns(visit, mode):
    async with visit(path="/v2/agent") as client:
        config = {"language": "fr", "model": "linden-1", "enable_partials": True}
        await client.tell(message="StartRecognition", audio_format=PCM, transcription_config=config, **mode)
        await client.until("RecognitionStarted")
        await client.socket.send(decode(spell("bonjour madame "), "mulaw").tobytes())
        await client.until("StartOfTurn")
        assert (await client.until("AddPartialSegment"))["segment"]["transcript"].startswith("bonjour")
        await client.tell(message="ForceEndOfUtterance")
        assert (await client.until("AddSegment"))["segment"]["transcript"] == "bonjour madame"
        await client.until("EndOfTurn")


@pytest.mark.fault("speechmatics", "wrong codec")
@pytest.mark.checklist("speechmatics-22")
@pytest.mark.parametrize(
    ("config", "sound", "kind"),
    [
        ({"model": "linden-1"}, {"encoding": "mulaw"}, "invalid_audio_type"),
        ({"model": "linden-1", "max_delay": 1.0}, {}, "invalid_config"),
        ({"model": "enhanced"}, {}, "invalid_model"),
    ],
)
async def test_agent_mode_refuses(visit, config, sound, kind):
    async with visit(path="/v2/agent") as client:
        config = {"language": "fr", **config}
        await client.tell(message="StartRecognition", audio_format={**PCM, **sound}, transcription_config=config)
        assert (await client.until("Error"))["type"] == kind
