"""Calls over real sockets: the verbs that speak with people."""

import pytest
from scripted_app import App, running, stream_twiml, twiml

from voiced.audio.wav import read_wav
from voiced.testing.caller.facts import audible_spans
from voiced.testing.caller.tones import tone
from voiced.testing.twilio import Callee

AGENT = "+33100000001"
HANGUP = twiml("<Hangup/>")
WHISPER = twiml('<Gather numDigits="1" timeout="0.3" action="/accepted"><Say>ok?</Say></Gather><Hangup/>')


async def stay(phone):
    await phone.wait_end()


async def answer(app, phone, callees=None):
    async with running(app, callees=callees or {}) as twilio:
        return await twilio.call(phone)


def gather(attributes, inner="<Pause length='0.02'/>"):
    return twiml(f"<Gather {attributes} action='/got'>{inner}</Gather><Redirect>/nothing</Redirect>")


@pytest.mark.checklist("twilio-46")
@pytest.mark.parametrize(
    ("attributes", "keys", "digits"),
    [
        ('numDigits="2"', "123", "12"),
        ("", "47#", "47"),
        ('timeout="0.4"', "9", "9"),
        ('input="dtmf speech"', "5#", "5"),
    ],
)
async def test_gather_takes_keys(attributes, keys, digits):
    app = App().on("/voice", gather(attributes)).on("/got", HANGUP)

    async def phone(phone):
        await phone.wait(0.05)
        phone.press(keys)
        await phone.wait_end()

    await answer(app, phone)
    assert app.asked("/got")[0].form["Digits"] == digits


@pytest.mark.checklist("twilio-46")
async def test_gather_takes_words_and_a_caller_may_barge_in():
    app = App().on("/voice", gather('input="speech" speechTimeout="0.1"', "<Say>" + "bla " * 50 + "</Say>"))
    app.on("/got", HANGUP)

    async def phone(phone):
        await phone.say(tone(0.1, 400.0), transcript="je voudrais un rendez-vous")
        await phone.wait_end()

    report = await answer(app, phone)
    form = app.asked("/got")[0].form
    assert (form["SpeechResult"], form["Confidence"]) == ("je voudrais un rendez-vous", "0.93")
    assert report.seconds < 5.0


@pytest.mark.checklist("twilio-46")
@pytest.mark.parametrize(
    ("attributes", "path", "fields"),
    [('timeout="0.05"', "/nothing", {}), ('timeout="0.05" actionOnEmptyResult="true"', "/got", {"Digits": ""})],
)
async def test_what_follows_when_nothing_came(attributes, path, fields):
    app = App().on("/voice", gather(attributes)).on("/got", HANGUP).on("/nothing", HANGUP)
    await answer(app, stay)
    (asked,) = app.asked(path)
    assert fields.items() <= asked.form.items()


def dial(number="<Number>+33100000001</Number>", attributes='action="/done"'):
    return twiml(f"<Dial {attributes}>{number}</Dial><Redirect>/next</Redirect>")


@pytest.mark.checklist("twilio-45")
@pytest.mark.parametrize(
    ("callee", "status"),
    [
        (Callee("busy"), "busy"),
        (Callee("failed"), "failed"),
        (Callee("no-answer"), "no-answer"),
        (Callee("answered", rings=9.0), "no-answer"),
    ],
)
async def test_who_does_not_answer(callee, status):
    app = App().on("/voice", dial(attributes='action="/done" timeout="0.2"')).on("/done", HANGUP)
    await answer(app, stay, {AGENT: callee})
    form = app.asked("/done")[0].form
    assert (form["DialCallStatus"], form["DialBridged"]) == (status, "false")
    assert "DialCallDuration" not in form
    assert not app.asked("/next")


@pytest.mark.checklist("twilio-45")
async def test_both_sides_hear_each_other():
    heard = []

    async def colleague(phone):
        await phone.wait_for_agent(2)
        await phone.wait_quiet(0.15)
        heard.append(len(audible_spans(phone.agent_audio())))
        await phone.say(tone(0.2, 500.0))

    async def caller(phone):
        await phone.wait(0.2)
        await phone.say(tone(0.2, 300.0))
        await phone.wait_end()

    number = (
        '<Number statusCallback="/leg" statusCallbackEvent="initiated ringing answered completed">+33100000001</Number>'
    )
    app = App().on("/voice", dial(number, 'action="/done" callerId="+33912345678"')).on("/done", HANGUP)
    report = await answer(app, caller, {AGENT: Callee(behave=colleague)})
    form = app.asked("/done")[0].form
    assert (form["DialCallStatus"], form["DialBridged"], form["DialCallDuration"].isdecimal()) == (
        "completed",
        "true",
        True,
    )
    legs = [request.form for request in app.asked("/leg")]
    assert sorted(leg["SequenceNumber"] for leg in legs) == ["0", "1", "2", "3"]
    assert {leg["CallStatus"] for leg in legs} == {"initiated", "ringing", "in-progress", "completed"}
    assert {(leg["From"], leg["Direction"], leg["ParentCallSid"]) for leg in legs} == {
        ("+33912345678", "outbound-dial", report.call_sid)
    }
    assert heard == [1]
    assert len(audible_spans(report.tape.agent.all())) == 1


@pytest.mark.checklist("twilio-45")
@pytest.mark.parametrize(("keys", "bridged"), [("1", "true"), ("", "false")])
async def test_the_whisper_may_refuse_the_bridge(keys, bridged):
    async def colleague(phone):
        await phone.wait(0.1)
        phone.press(keys)
        await phone.wait(0.7)

    app = App().on("/voice", dial('<Number url="/whisper">+33100000001</Number>')).on("/done", HANGUP)
    app.on("/whisper", WHISPER).on("/accepted", twiml(""))
    await answer(app, stay, {AGENT: Callee(behave=colleague)})
    (whisper,) = app.asked("/whisper")
    assert (whisper.form["To"], whisper.form["Direction"]) == (AGENT, "outbound-dial")
    assert app.asked("/done")[0].form["DialBridged"] == bridged


@pytest.mark.checklist("twilio-45")
async def test_a_caller_may_give_up_while_it_rings():
    number = '<Number statusCallback="/leg">+33100000001</Number>'
    app = App().on("/voice", dial(number)).on("/done", HANGUP)
    report = await answer(app, lambda phone: phone.wait(0.2), {AGENT: Callee("no-answer")})
    assert report.status == "completed"
    assert app.asked("/leg")[0].form["CallStatus"] == "canceled"
    assert not app.asked("/done")


@pytest.mark.checklist("twilio-45")
@pytest.mark.parametrize(("attributes", "press"), [('timeLimit="0.2"', ""), ('hangupOnStar="true"', "*")])
async def test_the_bridge_ends_and_the_next_verb_follows(attributes, press):
    app = App().on("/voice", dial(attributes=attributes)).on("/next", HANGUP)

    async def colleague(phone):
        await phone.say(tone(0.2, 500.0))
        await phone.wait_end()

    async def phone(phone):
        await phone.wait_for_agent(5)
        phone.press(press)
        await phone.wait_end()

    await answer(app, phone, {AGENT: Callee(behave=colleague)})
    assert len(app.asked("/next")) == 1


@pytest.mark.checklist("twilio-45")
async def test_a_number_that_is_none_fails():
    app = App().on("/voice", dial("0612")).on("/done", HANGUP)
    report = await answer(app, stay)
    assert report.journal.codes == [13224]
    assert app.asked("/done")[0].form["DialCallStatus"] == "failed"


@pytest.mark.checklist("twilio-47")
async def test_record_ends_with_silence_or_a_key_and_is_told():
    record = '<Record timeout="0.3" playBeep="false" action="/recorded" recordingStatusCallback="/recording"/>'
    app = App().on("/voice", twiml(record)).on("/recorded", HANGUP)

    async def phone(phone):
        await phone.say(tone(0.4, 300.0))
        await phone.wait_end()

    async with running(app) as twilio:
        report = await twilio.call(phone)
        (recording,) = twilio.legs[report.call_sid].recordings
    form = app.asked("/recorded")[0].form
    assert form["RecordingSid"] == recording.sid
    (told,) = app.asked("/recording")
    assert (told.form["RecordingStatus"], told.form["RecordingUrl"]) == ("completed", form["RecordingUrl"])
    assert len(audible_spans(read_wav(recording.wav(report.tape)).data)) == 1
    assert 0.65 < recording.seconds(0) < report.seconds + 0.02


async def test_a_key_ends_record():
    app = App().on("/voice", twiml('<Record timeout="5" finishOnKey="#" action="/recorded"/>')).on("/recorded", HANGUP)

    async def phone(phone):
        await phone.wait(0.5)
        phone.press("1#")
        await phone.wait_end()

    report = await answer(app, phone)
    assert app.asked("/recorded")[0].form["Digits"] == "#"
    assert report.seconds < 5.0


@pytest.mark.checklist("twilio-47")
async def test_a_recording_started_beside_the_stream_ends_with_the_call():
    told = 'recordingStatusCallback="/recording" recordingStatusCallbackEvent="in-progress completed"'
    start = f"<Start><Recording {told}/></Start>"
    app = App().on("/voice", stream_twiml().replace("<Connect", start + "<Connect"))

    async def phone(phone):
        await phone.wait_for_agent(5)

    await answer(app, phone)
    assert [request.form["RecordingStatus"] for request in app.asked("/recording")] == ["in-progress", "completed"]
    assert app.asked("/recording")[0].form["RecordingChannels"] == "2"


@pytest.mark.checklist("twilio-45", "twilio-47")
async def test_a_dialled_conversation_may_be_recorded():
    async def colleague(phone):
        await phone.say(tone(0.2, 500.0))
        await phone.wait(0.1)

    recorded = 'record="record-from-answer-dual" recordingStatusCallback="/recording" action="/done"'
    app = App().on("/voice", dial(attributes=recorded)).on("/done", HANGUP)
    async with running(app, callees={AGENT: Callee(behave=colleague)}) as twilio:
        report = await twilio.call(stay)
        (recording,) = twilio.legs[report.call_sid].recordings
    assert app.asked("/recording")[0].form["RecordingSource"] == "DialVerb"
    assert len(audible_spans(read_wav(recording.wav(report.tape)).data[1::2])) == 1


@pytest.mark.checklist("twilio-8", "twilio-45")
async def test_a_whisper_may_not_stream():
    app = App().on("/voice", dial('<Number url="/whisper">+33100000001</Number>')).on("/done", HANGUP)
    app.on("/whisper", stream_twiml())
    report = await answer(app, stay, {AGENT: Callee(behave=lambda phone: phone.wait(0.1))})
    assert report.dialled[0].journal.codes == [12200]
    assert app.asked("/done")[0].form["DialBridged"] == "false"
    assert app.sessions == []


async def test_what_a_callees_script_raises_is_raised_too():
    async def clumsy(_):
        raise RuntimeError("dropped it")

    app = App().on("/voice", dial()).on("/done", HANGUP)
    with pytest.RaisesGroup(pytest.RaisesExc(RuntimeError, match="dropped it")):
        await answer(app, stay, {AGENT: Callee(behave=clumsy)})


async def test_a_noisy_room_is_on_the_line():
    app = App().on("/voice", stream_twiml())
    async with running(app) as twilio:
        report = await twilio.call(lambda phone: phone.wait_for_agent(5), noise=tone(0.1, 200.0, peak=3000.0))
    assert len(audible_spans(report.tape.caller.all())) == 1
    assert report.turns == []
