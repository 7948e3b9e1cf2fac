"""Whole calls in virtual time: what happens when something breaks, hangs, or goes on for too long."""

import pytest
from small_flows import CONSENT, act, events

from voiced.call.providers import Deadlines
from voiced.plugin import ToolOutcome

HOURS = {"caller": "Quels sont vos horaires d'ouverture ?"}
ASKED = {"agent": "Que voulez-vous savoir"}
BYE = [{"caller": "Au revoir."}, {"agent": "Au revoir"}, {"ends": "agent"}]


def test_a_call_from_the_first_word_to_the_last():
    performance = act([ASKED, HOURS, {"agent": "Nous ouvrons à neuf heures"}, ASKED, *BYE], expect={"gap": 1.0})
    assert performance.failures == []


def test_names_that_voices_say_wrong_are_said_as_the_flow_has_them():
    flow = CONSENT.replace("steps:", "pronunciations: { rouvray: Rouvré }\nsteps:", 1)
    flow = flow.replace("Nous ouvrons à neuf heures.", "La ville de Rouvray ouvre à neuf heures.")
    said = {"agent": "La ville de Rouvré ouvre à neuf heures"}
    as_written = {"agent": "La ville de Rouvray ouvre"}
    performance = act([{"caller": "oui"}, ASKED, HOURS, said, ASKED, HOURS, as_written, ASKED, *BYE], flow)
    assert performance.failures == []


def test_a_scenario_that_does_not_come_true_says_where_and_what():
    performance = act([ASKED, HOURS, {"agent": "Il pleut"}])
    assert performance.failed_line == 2
    (failure,) = performance.failures
    assert failure.startswith("line 3: expected to hear 'Il pleut', heard ")
    assert failure.endswith("Que voulez-vous savoir ? Êtes-vous là ? Au revoir.'")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"unheard": "Que voulez-vous"}, "was heard"),
        ({"tool": "book"}, "saw no use"),
        ({"tool": "unknown"}, "nothing in the scenario knows the tool"),
        ({"ends": "caller"}, "was not ended"),
        ({"ends": "transfer"}, "was not ended"),
        ({"dial": "busy"}, "no transfer was begun"),
        ({"agent": {"says": "Êtes-vous là", "within": 1}}, "after the line before"),
    ],
)
def test_each_expectation_can_fail(line, said):
    performance = act([ASKED, line])
    assert performance.failed_line == 1
    assert said in performance.failures[0] or "ended by agent" in performance.failures[0]


@pytest.mark.parametrize(
    ("expect", "said"),
    [
        ({"consent": "granted"}, "consent is unknown, not granted"),
        ({"slots": {"nom": "Paul"}}, "nom is None, not 'Paul'"),
        ({"gap": 0.1}, "more than 0.1 s"),
    ],
)
def test_each_outcome_can_fail(expect, said):
    performance = act([ASKED, HOURS, {"agent": "Nous ouvrons"}, {"hangup": True}], expect=expect)
    assert said in " ".join(performance.failures)


def test_lines_after_the_end_do_not_come_true():
    performance = act([ASKED, *BYE, {"caller": "Encore moi."}])
    assert "the line was closed before the moment to say 'Encore moi.'" in performance.failures[0]


def test_a_recogniser_that_fails_leads_to_the_way_out_and_hears_again_once_it_works():
    performance = act(
        [
            ASKED,
            {"fails": "stt"},
            {"agent": "Un incident est arrivé"},
            {"agent": "Autre chose"},
            {"works": "stt"},
            {"silence": 1},
            HOURS,
            {"agent": "Nous ouvrons"},
        ]
    )
    assert performance.failures == []
    assert len(events(performance, "provider.failed")) == 1


def test_a_recogniser_that_stays_down_is_told_once_and_tried_ever_more_rarely():
    performance = act([ASKED, {"fails": "stt"}, {"agent": "Un incident"}, {"silence": 20}])
    assert len(events(performance, "provider.failed")) == 1


def test_a_recogniser_with_a_bug_does_not_take_the_call_down():
    def change(cast):
        async def transcribe(audio, heard, hints):
            async for _ in audio:
                raise ZeroDivisionError

        cast.stt = type("Broken", (), {"transcribe": staticmethod(transcribe)})()

    performance = act([{"agent": "Un incident est arrivé"}, {"agent": "Autre chose"}], change=change)
    assert performance.failures == []


def test_a_model_that_hangs_is_given_up():
    def change(cast):
        cast.llm.first_token = 1000

    performance = act([ASKED, HOURS, {"agent": {"says": "Un incident est arrivé", "within": 10}}], change=change)
    assert performance.failures == []


def test_a_second_failure_ends_the_call_politely():
    performance = act(
        [ASKED, {"fails": "llm"}, HOURS, {"agent": "Autre chose"}, HOURS, {"agent": "Un incident"}, {"ends": "agent"}]
    )
    assert performance.failures == []


NAME = [
    ASKED,
    {"caller": "Je préfère être rappelé."},
    {"agent": "Quel est votre nom"},
    {"caller": "Je m'appelle Jean Dupont."},
]


def test_a_tool_gets_its_arguments_and_gives_its_data():
    performance = act(
        [*NAME, {"tool": {"name": "book", "with": {"name": "Jean Dupont"}}}, {"agent": "C'est noté pour Jean Dupont"}],
        tools={"book": {"data": {"reference": "R-1"}}},
        expect={"slots": {"livre_reference": "R-1"}},
    )
    assert performance.failures == []


def test_a_tool_that_says_no_says_why():
    performance = act(
        [*NAME, {"agent": "C'est complet"}, {"agent": "Ce n'est pas noté"}],
        tools={"book": {"ok": False, "say": "C'est complet."}},
    )
    assert performance.failures == []


@pytest.mark.parametrize("trouble", ["hangs", "fails", "has a bug", "refuses its arguments", "was not expected"])
def test_a_tool_in_trouble_leads_to_the_step_s_way_out(trouble):
    def change(cast):
        tool = cast.tools["book"]
        if trouble == "hangs":
            tool.after = 1000
        elif trouble == "has a bug":
            tool.outcome = ToolOutcome
        elif trouble == "refuses its arguments":
            tool.spec.parameters["required"] = ["telephone"]

    tools = {} if trouble == "was not expected" else {"book": {}}
    fails = [{"fails": "tool"}] if trouble == "fails" else []
    performance = act(
        [*fails, *NAME, {"agent": {"says": "Ce n'est pas noté", "within": 12}}, ASKED], tools=tools, change=change
    )
    assert performance.failures == []


def test_a_tool_that_is_down_is_waited_for_by_its_own_deadline_and_then_no_more():
    def change(cast):
        cast.tools["book"].after, cast.deadlines = 1000, Deadlines(tools={"book": 1.5})

    asks = {"caller": "Je préfère être rappelé."}
    slow = [asks, {"agent": {"says": "Ce n'est pas noté", "within": 3.5}}, ASKED]
    down = [asks, {"agent": {"says": "Ce n'est pas noté", "within": 1.6}}, ASKED, HOURS, {"agent": "Nous ouvrons"}]
    performance = act([*NAME, *slow[1:], *slow * 3, *down], tools={"book": {}}, change=change)
    assert performance.failures == []


def test_what_the_voice_cannot_say_any_more_ends_in_apology():
    performance = act(
        [*NAME, {"fails": "tts"}, {"agent": {"says": "Un incident est arrivé", "within": 12}}],
        tools={"book": {"after": 3}},
    )
    assert performance.failures == []


class Bug:
    """Implements `Vad`: breaks at the first voice."""

    def start(self):
        return self

    def probability(self, packet):
        return 1 / (packet.data[0] - ord("Q")) if packet.data[0] != 0xFF else 0.0


def test_a_bug_of_ours_ends_this_call_with_the_carrier_s_apology(log):
    performance = act(
        [ASKED, HOURS, {"agent": "je rencontre un problème technique"}],
        change=lambda cast: setattr(cast, "vad", Bug()),
    )
    assert performance.failures == ["the call failed: ZeroDivisionError"]
    assert "call_failed" in log.getvalue()


def test_a_call_may_last_so_long_and_ends_with_a_word():
    performance = act(
        [
            ASKED,
            {"silence": 3},
            HOURS,
            {"agent": "Nous ouvrons"},
            {"agent": {"says": "C'est l'heure. Au revoir.", "within": 60}},
            {"ends": "agent"},
        ],
        longest=15,
    )
    assert performance.failures == []


ENDLESS = f"""
flow: essai
title: Sans fin
start: discours
policies: {{ length: {{ max: 20, say: C'est l'heure. }} }}
steps:
  discours: {{ say: "{"Ceci doit être entendu. " * 40}", interruptible: false, next: fin }}
  fin: {{ hangup: Au revoir. }}
"""


def test_words_that_must_be_heard_do_not_keep_a_call_for_ever():
    performance = act([{"agent": "Ceci doit être entendu"}, {"silence": 60}], text=ENDLESS)
    assert "call.ended by=too long" in " ".join(events(performance, "call.ended"))
    assert performance.entries[-1].at < 20 + 30 + 5


def test_a_caller_who_dictates_is_given_time_and_one_who_pauses_is_not_cut():
    performance = act(
        [
            ASKED,
            {"caller": "Je voudrais"},
            {"caller": {"says": "parler à un conseiller.", "after": 0.7}},
            {"agent": "Je vous passe quelqu'un"},
            {"dial": "answered"},
            {"ends": "transfer"},
        ],
        understands={"Je voudrais parler à un conseiller.": "transfert"},
    )
    assert performance.failures == []


def test_a_transfer_that_fails_brings_the_caller_back():
    performance = act(
        [
            ASKED,
            {"caller": "Je voudrais parler à un conseiller."},
            {"agent": "Je vous passe quelqu'un"},
            {"dial": "no-answer"},
            ASKED,
            *BYE,
        ]
    )
    assert performance.failures == []


def test_a_caller_who_hangs_up_while_it_rings_has_ended_the_call():
    performance = act(
        [
            ASKED,
            {"caller": "Je voudrais parler à un conseiller."},
            {"agent": "Je vous passe quelqu'un"},
            {"silence": 5},
            {"hangup": True},
            {"ends": "caller"},
        ]
    )
    assert performance.failures == []


def test_a_line_that_drops_is_taken_up_where_it_was():
    performance = act(
        [ASKED, {"drop": True}, {"agent": "nous avons été coupés"}, ASKED, HOURS, {"agent": "Nous ouvrons"}]
    )
    assert performance.failures == []


def test_a_line_that_drops_again_and_again_ends_in_apology():
    drops = [line for _ in range(4) for line in (ASKED, {"drop": True})]
    performance = act([*drops, {"agent": "je rencontre un problème technique"}, {"ends": "caller"}])
    assert performance.failures == []


def test_keys_are_heard_over_the_agent():
    performance = act(
        [
            {"agent": "Peut-on garder"},
            {"dtmf": {"keys": "1", "over": 0.2}},
            ASKED,
            {"caller": "Effacez mon appel."},
            ASKED,
            *BYE,
        ],
        text=CONSENT,
        expect={"consent": "withdrawn"},
    )
    assert performance.failures == []


def test_a_recogniser_that_changes_its_mind_is_taken_at_its_last_word():
    performance = act(
        [
            ASKED,
            {"caller": {"says": "Quels sont vos horaires d'ouverture ?", "interim": "Qu'elle sang vos aurores ?"}},
            {"agent": "Nous ouvrons"},
        ]
    )
    assert performance.failures == []


def test_what_the_recogniser_does_not_make_out_is_asked_again():
    performance = act(
        [
            ASKED,
            {"caller": {"says": "Quels sont vos horaires ?", "heard": ""}},
            {"agent": "Pardon"},
            HOURS,
            {"agent": "Nous ouvrons"},
        ]
    )
    assert performance.failures == []


def test_a_model_that_composes_speaks_its_own_words():
    flow = CONSENT.replace(
        "  question:\n    ask: Que voulez-vous savoir ?",
        "  question:\n    llm: { prompt: Réponds. }\n    ask: Que voulez-vous savoir ?",
    )
    flow = flow.replace("llm: { prompt: Réponds. }\n    ask:", "facts: [Le chat est sur le toit.]\n    ask:")
    performance = act(
        [
            {"agent": "Peut-on garder"},
            {"caller": "Oui."},
            ASKED,
            {"caller": "Où est le chat ?"},
            {"agent": "Le chat est sur le toit, je crois."},
            *BYE,
        ],
        text=flow,
        answers={"Où est le chat ?": "Le chat est sur le toit, je crois."},
    )
    assert performance.failures == []


def test_silence_is_asked_about_and_then_taken_for_goodbye():
    performance = act([ASKED, {"agent": "Êtes-vous là"}, {"agent": "Au revoir"}, {"ends": "agent"}])
    assert performance.failures == []


def test_what_is_logged_names_nobody(log):
    act([*NAME, {"tool": "book"}, {"hangup": True}], tools={"book": {}})
    assert "Dupont" not in log.getvalue()
    assert "612345678" not in log.getvalue()
