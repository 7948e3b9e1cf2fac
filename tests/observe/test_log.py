"""What reaches the log, and what does not."""

import io
import json
import logging
import re
from pathlib import Path

import pytest
import structlog
import trio
from hypothesis import given
from hypothesis import strategies as st

from voiced.errors import BadInput, Problem, ProviderTimeout
from voiced.observe import call_context, configure, logger
from voiced.observe.guard import LONGEST, clean, clean_text, guard, is_private


@pytest.fixture
def lines():
    """Return a function that gives the lines logged so far, as JSON; the log is configured at `info`."""
    stream = io.StringIO()
    configure("info", stream)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logging.getLogger().handlers[:] = [
        h for h in logging.getLogger().handlers if type(h).__module__ != "voiced.observe.log"
    ]
    structlog.reset_defaults()


def test_an_event_is_one_json_line_with_utc_time_level_and_logger(lines):
    logger("web").info("socket_opened", port=8080, ratio=0.5, ready=True, path=Path("/srv/a"))
    (line,) = lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", line.pop("timestamp"))
    assert line == {
        "level": "info", "logger": "web", "event": "socket_opened", "port": 8080, "ratio": 0.5, "ready": True,
        "path": "/srv/a",
    }  # fmt: skip


def test_below_the_level_nothing_is_written(lines):
    logger("web").debug("frame_seen")
    assert lines() == []


def test_the_level_of_a_running_process_can_be_changed():
    stream, log = io.StringIO(), logger("web")
    configure("error", stream)
    log.warning("first")
    configure("debug", stream)
    log.debug("second")
    assert [json.loads(line)["event"] for line in stream.getvalue().splitlines()] == ["second"]


async def test_a_calls_id_is_on_its_events_in_tasks_and_threads_and_on_no_other_calls(lines):
    log = logger("call")

    async def one_call(call_id):
        with call_context(call_id):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(trio.to_thread.run_sync, lambda: log.info("in_thread", mine=call_id))
            await trio.lowlevel.checkpoint()
            log.info("in_task", mine=call_id)

    async with trio.open_nursery() as nursery:
        nursery.start_soon(one_call, "c-1")
        nursery.start_soon(one_call, "c-2")
    log.info("outside")
    for line in lines():
        assert line.get("call_id") == line.get("mine")
    assert len(lines()) == 5


FRENCH = [
    "+33612345678", "+33 6 12 34 56 78", "+33 (0)6 12 34 56 78", "+33-6-12-34-56-78", "0612345678", "06 12 34 56 78",
    "06.12.34.56.78", "06-12-34-56-78", "06/12/34/56/78", "06_12_34_56_78", "06\u00a012\u00a034\u00a056\u00a078",
    "06\u202f12\u202f34\u202f56\u202f78", "+41 22 345 67 89", "0800 123 456", "+1 (415) 555-0132",
]  # fmt: skip
BARE = ["0033612345678", "33612345678", "0800 12 34 56", "01 23 45"]


@pytest.mark.parametrize(
    ("number", "around"),
    [
        (number, around)
        for numbers, arounds in [
            (FRENCH + BARE, ["{}", "appel de {}.", "[{}]", "n={}&x", "{}, puis rien", "tel:{}"]),
            (FRENCH, ["le {}svp", "(tel{})"]),
        ]
        for number in numbers
        for around in arounds
    ],
)
def test_no_telephone_number_slips_through_a_text(number, around):
    cleaned = clean_text(around.format(number))
    assert "[number]" in cleaned
    assert not re.search(r"\d{2}", cleaned)


@given(
    st.text(alphabet=st.characters(exclude_categories=["Nd", "Nl", "No", "Cs"]), max_size=30),
    st.lists(st.sampled_from(["", " ", ".", "-", "\u00a0"]), min_size=8, max_size=8),
    st.integers(10**8, 10**9 - 1).map(str),
    st.sampled_from(["+33", "0", "0033 "]),
)
def test_no_french_number_slips_whatever_stands_around_it(words, gaps, digits, prefix):
    number = prefix + digits[0] + "".join(gap + digit for gap, digit in zip(gaps, digits[1:], strict=True))
    cleaned = clean([{"detail": f"{words} {number} {words}"}])[0]["detail"]
    assert not re.search(r"\d", cleaned)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("écrit à jeanne.martin+rv@example.fr demain", "écrit à [e-mail] demain"),
        ("<jeanne@example.fr>", "<[e-mail]>"),
        ("postgres://voiced:s3cret@db/calls", "[e-mail]"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer [hidden]"),
        ("GET /x?token=abc&y=1", "GET /x?token=[hidden]&y=1"),
        ("{'api_key': 'abc'}", "{'api_key': [hidden]"),
        ("AUTH_TOKEN=abc", "AUTH_TOKEN=[hidden]"),
    ],
)
def test_addresses_and_credentials_are_hidden(text, shown):
    assert clean_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-05 10:22:33.123456+01:00", "2026-11-23T08:00:09Z", "2026-01-02", "0.0123456 s", "12 345 678 bytes",
        "call-7f3a91c0", "10.0.12.105:8080", "flow.yaml:12:7", "h264", "00:12:59", "CA9f86d081884c7d65",
    ],
)  # fmt: skip
def test_times_addresses_and_ids_stay_readable(text):
    assert clean_text(text) == text


@pytest.mark.parametrize(
    "key",
    ["from", "to", "text", "transcript", "caller", "called", "token", "secret", "password", "authorization",
     "caller_number", "authToken", "AUTH-TOKEN", "reply_text", "x.secret", "From", "mistral_api_key", "apikey"],
)  # fmt: skip
def test_private_keys_hide_their_values_at_any_depth(key):
    facts = guard({key: "Jeanne", "inner": [{key: {"deep": "Jeanne"}}], "kept": 1})
    assert "Jeanne" not in json.dumps(facts)
    assert facts[key] == "[hidden]"
    assert facts["kept"] == 1


@pytest.mark.parametrize("key", ["prompt_tokens", "time_to_first", "context", "event", "stopped", "fromage"])
def test_keys_that_only_resemble_private_ones_are_kept(key):
    assert not is_private(key)
    assert guard({key: "x"}) == {key: "x"}


def test_whether_there_was_a_private_value_may_be_said():
    assert guard({"caller": None, "token": True}) == {"caller": None, "token": True}


def test_a_key_may_not_carry_a_number_either():
    assert guard({"counts": {"0612345678": 2}}) == {"counts": {"[number]": 2}}


class Heard:
    def __repr__(self):
        return "Heard('je suis Jeanne Martin')"


def test_objects_are_logged_as_their_type_and_bytes_as_their_size():
    facts = guard({"a": Heard(), "b": b"bonjour", "c": ValueError("Jeanne"), "d": st, "e": re.RegexFlag.A})
    assert facts == {"a": "<Heard>", "b": "<7 bytes>", "c": "<ValueError>", "d": "<module>", "e": "ASCII"}


def test_errors_of_our_own_are_facts_with_their_message():
    assert clean(ProviderTimeout("no answer for +33612345678")) == "ProviderTimeout: no answer for [number]"


def test_figures_stay_figures_unless_they_are_a_number_or_none_at_all():
    assert clean([12345678, 0.5, float("nan"), 33612345678]) == [12345678, 0.5, "nan", "[number]"]


def test_long_texts_and_deep_values_are_cut():
    cut = clean_text("a bc " * LONGEST)
    assert cut.endswith(f"… ({5 * LONGEST} characters)")
    assert len(cut) < LONGEST + 30
    assert clean_text("x" * (LONGEST - 8) + " 06 12 34 56 78").count("06") == 0
    deep = []
    for _ in range(50):
        deep = [deep]
    assert "[too deep]" in json.dumps(clean(deep))


def fail(said):
    raise ValueError(f"cannot read {said!r}")


def test_an_exception_is_its_type_and_frames_without_the_librarys_message(lines):
    try:
        fail("bonjour Jeanne")
    except ValueError as error:
        logger("tts").error("phrase_failed", exc_info=error)
        logger("tts").exception("again")
        logger("tts").error("tuple", exc_info=(type(error), error, error.__traceback__))
    for line in lines():
        assert line["exception"]["type"] == "ValueError"
        assert re.search(r"test_log\.py:\d+$", line["exception"]["frames"][-1])
        assert "Jeanne" not in json.dumps(line)
    assert len(lines()) == 3


def test_our_own_errors_keep_their_message_and_their_cause_keeps_silent(lines):
    try:
        try:
            fail("Jeanne")
        except ValueError as error:
            raise BadInput([Problem("voiced.yaml", 3, 1, "bad key")]) from error
    except BadInput:
        logger("cli").exception("stopped")
    (line,) = lines()
    assert line["exception"]["message"] == "voiced.yaml:3:1: bad key"
    assert line["exception"]["cause"]["type"] == "ValueError"
    assert "Jeanne" not in json.dumps(line)


async def test_groups_show_their_parts(lines):
    async def bad():
        fail("Jeanne")

    try:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(bad)
    except ExceptionGroup:
        logger("call").exception("call_failed")
    (line,) = lines()
    assert [part["type"] for part in line["exception"]["parts"]] == ["ValueError"]
    assert "Jeanne" not in json.dumps(line)


def test_an_error_raised_from_the_group_it_was_in_is_told_once(lines):
    lost = OSError("Jeanne")
    lost.__cause__ = ExceptionGroup("tasks", [lost])
    logger("call").error("call_failed", exc_info=lost)
    (line,) = lines()
    assert line["exception"]["type"] == "OSError"
    assert line["exception"]["cause"]["parts"] == []


def test_line_ends_and_terminal_codes_cannot_forge_a_line(lines):
    logger("web").info("odd", header='x\r\n{"event": "forged"}\x1b[2J\u202e\u2028')
    assert [line["event"] for line in lines()] == ["odd"]


def test_text_for_a_terminal():
    stream = io.StringIO()
    configure("info", stream, fmt="text")
    with call_context("c-1"):
        logger("web").warning("odd", port=80, header="a\nb\x1b[2J\u202e", caller="Jeanne", flags=[1])
    assert stream.getvalue().endswith(
        " warning web: odd call_id=c-1 port=80 header=a\\nb\\x1b[2J\\u202e caller=[hidden] flags=[1]\n"
    )
    assert stream.getvalue().count("\n") == 1


def test_what_libraries_log_comes_out_the_same_way_without_their_arguments(lines):
    logging.getLogger("httpx2").info("not logged")
    logging.getLogger("httpx2").warning("cannot send %s", "Jeanne")
    logging.getLogger("httpx2").error("bad format %s", "Jeanne")
    first, second = lines()
    assert (first["logger"], first["level"], first["template"]) == ("httpx2", "warning", "cannot send %s")
    assert second["level"] == "error"
    assert "Jeanne" not in json.dumps([first, second])
