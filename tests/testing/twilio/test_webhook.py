"""Webhooks as values."""

from datetime import UTC, datetime

import pytest

from voiced.testing.twilio.faults import Faults, callback_delays
from voiced.testing.twilio.webhook import (
    Overrides,
    Parties,
    answer_trouble,
    fallback_fields,
    is_twiml_type,
    overrides_of,
    status_fields,
    stream_fields,
    voice_fields,
)

PARTIES = Parties("AC1", "CA1", "+33612345678", "+33912345678")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


@pytest.mark.checklist("twilio-1")
def test_the_voice_webhook_has_every_field():
    fields = voice_fields(PARTIES, "ringing")
    always = {"CallSid", "AccountSid", "From", "To", "CallStatus", "ApiVersion", "Direction", "ForwardedFrom", "Called"}
    assert always <= set(fields)
    assert (fields["CallStatus"], fields["ApiVersion"], fields["Direction"]) == ("ringing", "2010-04-01", "inbound")
    assert "XLater" in fields
    assert "é" in fields["CallerName"]


@pytest.mark.checklist("twilio-10")
def test_a_status_callback_tells_time_and_order():
    fields = status_fields(PARTIES, "completed", sequence=3, now=NOW, duration=61.2)
    assert fields["Timestamp"] == "Mon, 23 Nov 2026 09:30:00 +0000"
    assert (fields["SequenceNumber"], fields["CallbackSource"]) == ("3", "call-progress-events")
    assert (fields["CallDuration"], fields["Duration"]) == ("61", "2")
    assert "CallDuration" not in status_fields(PARTIES, "ringing", sequence=0, now=NOW)


@pytest.mark.checklist("twilio-17")
def test_a_stream_callback_names_the_stream():
    fields = stream_fields(PARTIES, "MZ1", "", "stream-error", now=NOW, error="31920 handshake")
    assert fields["StreamName"] == "MZ1"
    assert fields["StreamError"] == "31920 handshake"
    assert fields["Timestamp"] == "2026-11-23T09:30:00Z"
    assert "StreamError" not in stream_fields(PARTIES, "MZ1", "main", "stream-started", now=NOW)


@pytest.mark.checklist("twilio-5")
def test_the_defaults_and_the_overrides():
    assert overrides_of("https://a/v") == Overrides(5.0, 15.0, 15.0, 1, frozenset({"ct"}))
    given = overrides_of("https://a/v#ct=2000&rt=4000&tt=9000&rc=2&rp=4xx,rt&e=dublin&sni=y")
    assert given == Overrides(2.0, 4.0, 9.0, 2, frozenset({"4xx", "rt"}))
    assert overrides_of("https://a/v#ct=5&rt=99999&rc=six&rp=never") == overrides_of("https://a/v")


@pytest.mark.checklist("twilio-5")
@pytest.mark.parametrize(
    ("fragment", "trouble", "tries"),
    [
        ("", "ct", [True, False]),
        ("", "rt", [False, False]),
        ("", "5xx", [False, False]),
        ("rp=5xx", "5xx", [True, False]),
        ("rp=5xx", "ct", [False, False]),
        ("rc=2&rp=all", "4xx", [True, True]),
        ("rc=0&rp=all", "ct", [False, False]),
    ],
)
def test_when_a_request_is_tried_again(fragment, trouble, tries):
    overrides = overrides_of(f"https://a/v#{fragment}")
    assert [overrides.tries_again(trouble, attempt) for attempt in (0, 1)] == tries


@pytest.mark.checklist("twilio-6")
def test_what_counts_as_twiml():
    assert [is_twiml_type(text) for text in ("text/xml; charset=utf-8", "application/xml", "text/html")] == [True] * 3
    assert not is_twiml_type("application/json")
    assert [answer_trouble(status) for status in (200, 204, 302, 404, 503)] == [None, None, "4xx", "4xx", "5xx"]
    assert fallback_fields(11205, "https://a/v") == {"ErrorCode": "11205", "ErrorUrl": "https://a/v"}


@pytest.mark.checklist("twilio-10", way="each late by callback_delay")
def test_callbacks_may_be_late_double_and_out_of_order():
    assert callback_delays(0, Faults()) == (0.0,)
    assert len(callback_delays(0, Faults(duplicate_callbacks=True))) == 2
    assert min(callback_delays(1, Faults(callback_delay=10.0))) == 10.0
    shuffled = Faults(shuffle_callbacks=True)
    assert callback_delays(0, shuffled) > callback_delays(1, shuffled)
