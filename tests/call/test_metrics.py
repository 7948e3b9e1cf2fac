"""What calls count, and the waterfall that is kept of every answer, in virtual time."""

import pytest
import trio
from small_flows import CONSENT, DESK, flow_of, scenario_of
from trio.testing import MockClock

from voiced.call.line import Ear
from voiced.call.switchboard import Switchboard
from voiced.call.warm import warm
from voiced.dialog.phrase import fixed_texts
from voiced.errors import CallRefused
from voiced.plugin import CallOffer
from voiced.testing.fakes import PlainLeg, ScriptedLlm, ScriptedTts
from voiced.testing.stage import PROVIDER, Cast, Happenings, Ledger, Phone, StagePlan, cast_for, fresh_book
from voiced.testing.stage.performance import Stage

ASKED = {"agent": "Que voulez-vous savoir"}
HOURS = {"caller": "Quels sont vos horaires d'ouverture ?"}
ANSWERED = {"agent": "Nous ouvrons à neuf heures"}
BYE = [{"caller": "Au revoir."}, {"agent": "Au revoir"}, {"ends": "agent"}]
NAME = [
    ASKED,
    {"caller": "Je préfère être rappelé."},
    {"agent": "Quel est votre nom"},
    {"caller": "Je m'appelle Jean Dupont."},
]


def staged(call, text=DESK, change=None, *, ready=False, **fields):
    """Play the lines; return the stage, with everything that was written. `ready`: the fixed phrases are made."""
    flow, scenario = flow_of(text), scenario_of(call, **fields)
    cast = cast_for(scenario, flow)
    if change is not None:
        change(cast)

    async def play():
        async with trio.open_nursery() as nursery:
            book = fresh_book(cast.tts)
            await warm(cast.tts, book, fixed_texts(flow) if ready else ())
            stage = Stage(scenario, flow, cast, book, nursery)
            await stage.run()
            nursery.cancel_scope.cancel()
        assert stage.performance().failures == []
        return stage

    return trio.run(play, clock=MockClock(autojump_threshold=0))


def test_a_call_is_counted_from_the_first_word_to_the_last(measured):
    staged([ASKED, HOURS, ANSWERED, ASKED, *BYE])
    assert measured("voiced_calls_admitted_total", carrier=PROVIDER) == 1
    assert measured("voiced_calls_ended_total", by="agent", outcome="completed") == 1
    assert measured("voiced_call_seconds") == 1
    assert measured("voiced_turns_total") == 2
    assert measured("voiced_greeting_seconds") == 1
    assert measured("voiced_response_gap_seconds", cached="no") == 2
    assert measured("voiced_stage_seconds", stage="decision") == 2
    for kind in ("stt", "tts", "llm"):
        assert measured("voiced_provider_first_byte_seconds", kind=kind, provider="scripted") > 0


def test_answers_from_ready_phrases_are_told_apart(measured):
    staged([ASKED, HOURS, ANSWERED, ASKED, *BYE], ready=True)
    assert measured("voiced_response_gap_seconds", cached="yes") == 2
    assert measured("voiced_provider_first_byte_seconds", kind="tts", provider="scripted") == 0


@pytest.mark.parametrize(
    ("trouble", "reason"), [("full", "full"), ("draining", "draining"), ("no flow", "no_flow"), ("cold", "not_ready")]
)
async def test_a_refusal_says_why(measured, nursery, trouble, reason):
    class Cold(Switchboard):
        def not_ready(self):
            return ["phrases are being made (3 of 10)"] if trouble == "cold" else super().not_ready()

    flow = None if trouble == "no flow" else flow_of()
    plan = StagePlan(flow, Cast(), fresh_book(ScriptedTts()), 0 if trouble == "full" else 1)
    board = Cold(plan, Ledger(), Happenings(), lambda: 1000.0, nursery)
    board.draining = trouble == "draining"
    with pytest.raises(CallRefused):
        board.offer(CallOffer(PROVIDER, "CA1", "+33612345678", "+33912345678"))
    assert measured("voiced_calls_refused_total", reason=reason) == 1


async def test_what_a_carrier_makes_up_is_no_label(measured, nursery):
    plan = StagePlan(flow_of(), Cast(), fresh_book(ScriptedTts()))
    board = Switchboard(plan, Ledger(), Happenings(), lambda: 1000.0, nursery)
    board.offer(CallOffer(PROVIDER, "CA1", "+33612345678", "+33912345678"))
    board.over(PROVIDER, "CA1", "c-1234567")
    assert measured("voiced_calls_ended_total", by="caller", outcome="other") == 1


def test_an_interruption_a_false_alarm_and_a_silence_are_told_apart(measured):
    staged([ASKED, HOURS, {"caller": {"says": "Au revoir.", "over": 2}}, {"agent": "Au revoir"}, {"ends": "agent"}])
    assert measured("voiced_interruptions_total") == 1
    staged([ASKED, HOURS, ANSWERED, {"noise": 0.4}, ASKED, *BYE])
    assert measured("voiced_interruptions_total") == 2
    assert measured("voiced_false_alarms_total") == 1  # the agent went on
    staged([ASKED, {"silence": 5}, {"agent": "Êtes-vous là"}, {"hangup": True}])
    assert measured("voiced_silences_total") == 1


def test_what_was_not_understood_is_counted_by_its_kind(measured):
    staged([ASKED, {"caller": "Les éléphants roses."}, {"agent": "Pardon"}, {"hangup": True}])
    assert measured("voiced_misunderstandings_total", kind="unplaced") == 1
    staged([ASKED, {"silence": 2}, {"noise": 1.5}, {"agent": "Pardon"}, {"hangup": True}])
    assert measured("voiced_misunderstandings_total", kind="unclear") == 1


@pytest.mark.parametrize("kind", ["stt", "llm", "tts"])
def test_a_failure_says_of_which_provider_and_how(measured, kind):
    staged([ASKED, {"fails": kind}, HOURS, {"silence": 3}, {"hangup": True}])
    assert measured("voiced_provider_failures_total", kind=kind, provider="scripted", error="ProviderOverloaded") >= 1


class Buggy(ScriptedLlm):
    async def reply(self, *_):
        raise ZeroDivisionError


def test_a_bug_in_a_plugin_is_no_class_of_errors(measured):
    def change(cast):
        cast.llm = Buggy()

    staged([ASKED, HOURS, {"agent": "Un incident"}, {"hangup": True}], change=change)
    assert measured("voiced_provider_failures_total", kind="llm", provider="scripted", error="Bug") == 1


def test_a_model_that_hangs_ran_out_of_time(measured):
    def change(cast):
        cast.llm.first_token = 1000

    staged([ASKED, HOURS, {"agent": {"says": "Un incident", "within": 10}}, {"hangup": True}], change=change)
    assert measured("voiced_provider_failures_total", kind="llm", provider="scripted", error="ProviderTimeout") == 1


@pytest.mark.parametrize(
    ("outcome", "tool", "answer"),
    [
        ("ok", {"data": {}}, "C'est noté"),
        ("declined", {"ok": False, "say": "C'est complet."}, "C'est complet"),
        ("failed", {"after": 1000}, "Ce n'est pas noté"),
    ],
)
def test_tools_are_counted_by_what_came_of_them(measured, outcome, tool, answer):
    staged([*NAME, {"agent": {"says": answer, "within": 12}}, {"hangup": True}], tools={"book": tool})
    assert measured("voiced_tool_calls_total", tool="book", outcome=outcome) == 1
    assert measured("voiced_tool_seconds", tool="book") == 1


async def test_a_line_is_counted_when_it_is_over(measured, autojump_clock):
    async with trio.open_nursery() as nursery:
        plan = StagePlan(flow_of(), Cast(), fresh_book(ScriptedTts()))
        board = Switchboard(plan, Ledger(), Happenings(), trio.current_time, nursery)
        admission = board.offer(CallOffer(PROVIDER, "CA1", "+33612345678", "+33912345678"))
        ticket = board.redeem(PROVIDER, admission.media_url.rpartition("/")[2])
        ear: Ear = board.connect(ticket, PlainLeg(), Phone())
        for message in ("start CA1 m1", "gap 1.5", "what is this", "stop"):
            ear.message(message)
        await trio.sleep(1)
        nursery.cancel_scope.cancel()
    assert measured("voiced_line_gap_seconds_total") == pytest.approx(1.5)
    assert measured("voiced_line_warnings_total") == 1


class Deaf:
    """Implements `Stt`: takes nothing."""

    async def transcribe(self, *_):
        await trio.sleep_forever()


async def test_sound_that_a_recogniser_does_not_take_is_counted(measured, autojump_clock):
    async with trio.open_nursery() as nursery:
        cast = Cast(stt=Deaf())
        board = Switchboard(
            StagePlan(flow_of(), cast, fresh_book(cast.tts)), Ledger(), Happenings(), trio.current_time, nursery
        )
        admission = board.offer(CallOffer(PROVIDER, "CA1", "+33612345678", "+33912345678"))
        ticket = board.redeem(PROVIDER, admission.media_url.rpartition("/")[2])
        ear: Ear = board.connect(ticket, PlainLeg(), Phone())
        for message in ("start CA1 m1", "gap 6", "gap 6", "stop"):  # 50 packets; forty may wait
            ear.message(message)
        await trio.sleep(1)
        nursery.cancel_scope.cancel()
    assert measured("voiced_audio_dropped_total") == 10


# --- the waterfall that is kept -----------------------------------------------------------------------------------


ACCEPTED = [{"agent": "Peut-on garder"}, {"caller": "Oui."}, ASKED, HOURS, ANSWERED, ASKED, *BYE]
ASKED_ALL = {"llm_request", "llm_first_token"}
EVERY = {"vad_stop", "words", "decision", "first_sent", "first_played"}
"""The stages of every answer, whoever found its words and its sound."""


def answers(stage):
    return [message for message in stage.ledger.messages if message.role == "agent"]


def test_every_answer_keeps_its_stages_and_the_greeting_too():
    stage = staged(ACCEPTED, CONSENT)
    greeting, *later = answers(stage)
    assert greeting.latency["opening"]
    assert greeting.latency.keys() >= {"first_sent", "first_played", "cached"}
    assert greeting.latency["first_played"] < 1000
    timed = [message.latency for message in later if message.latency]
    assert timed
    for latency in timed:
        assert not latency["opening"]
        assert latency.keys() >= EVERY
        assert ("tts_first_byte" in latency) != latency["cached"]
        order = [latency[name] for name in ("vad_stop", "decision", "first_sent", "first_played")]
        assert order == sorted(order)


def test_an_answer_that_the_model_chose_tells_when_it_was_asked():
    stage = staged(ACCEPTED, CONSENT)
    assert any(message.latency and message.latency.keys() >= ASKED_ALL for message in answers(stage))


def test_the_summary_of_a_call_leaves_the_greeting_out():
    stage = staged([ASKED, HOURS, ANSWERED, ASKED, *BYE])
    (row,) = stage.ledger.calls.values()
    assert row.latency["turns"] == len(row.latency["response_gap_ms"]) == 2
    assert row.latency["p50_ms"] == min(row.latency["response_gap_ms"])
    assert row.latency["p95_ms"] == max(row.latency["response_gap_ms"])
    assert row.latency["greeting_ms"] >= 0
    heard = [round(gap * 1000) for gap in stage.carrier.phone.gaps]
    assert row.latency["response_gap_ms"] == pytest.approx(heard[-2:], abs=60)  # as the caller's ear measures it


def test_what_is_said_after_a_silence_answers_no_turn():
    stage = staged([ASKED, HOURS, ANSWERED, ASKED, {"silence": 6}, {"hangup": True}])
    said = stage.happenings.of("agent.said")
    assert [bool(event["latency"]) for event in said if "Êtes-vous" in event["whole"]] == [False]


# --- pacing ---------------------------------------------------------------------------------------------------------


class Slow(ScriptedTts):
    """A voice that takes twice as long for its sound as the sound lasts."""

    async def speak(self, clauses, sound, format):
        made_in, made_out = trio.open_memory_channel(1000)
        await super().speak(clauses, made_in, format)
        made_in.close()
        async for packet in made_out:
            await trio.sleep(2 * packet.seconds)
            await sound.send(packet)


def test_a_voice_slower_than_speech_leaves_holes_that_are_counted(measured):
    def change(cast):
        cast.tts = Slow()

    staged([{"silence": 8}, {"hangup": True}], change=change)
    assert measured("voiced_underruns_total") >= 1
    assert measured("voiced_underrun_seconds_total") > 0.5


def test_a_voice_that_is_quick_leaves_none(measured):
    staged([ASKED, HOURS, ANSWERED, ASKED, *BYE])
    assert measured("voiced_pacing_lateness_seconds") > 0
    assert measured("voiced_pacing_lateness_seconds_bucket", le="0.001") == measured("voiced_pacing_lateness_seconds")
    assert measured("voiced_underruns_total") == 0
