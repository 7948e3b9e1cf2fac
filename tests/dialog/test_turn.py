"""Screenplays on audio time: who speaks when, what the recogniser makes of it, and what the turn machine decides."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from voiced.dialog.policy import Policy
from voiced.dialog.turn import (
    PROTECTED,
    STOP,
    STUCK,
    TABLE,
    Agent,
    CallerPaused,
    CallerStarted,
    Interrupt,
    Resume,
    State,
    StillThere,
    Trigger,
    TurnMachine,
    TurnTaken,
    Unclear,
    WordsLate,
)
from voiced.dialog.turn_table import MEANINGS
from voiced.dialog.words import ANSWERS

FRAME = 0.02
FIRED = set()
"""What fired, and in which state, since it was last emptied."""


class Scene:
    """A call on audio time. The agent falls silent when it is interrupted, as in a call."""

    def __init__(self, policy=None, *, recogniser=True):
        self.machine = TurnMachine(policy)
        self.agent = Agent()
        self.events = []
        self.at = []
        self.recogniser = recogniser
        """Whether a request to finalise is answered (with nothing, when no words were scripted)."""

    def voice(self, seconds):
        return self._frames(seconds, 0.95)

    def quiet(self, seconds):
        return self._frames(seconds, 0.02)

    def _frames(self, seconds, probability):
        for _ in range(round(seconds / FRAME)):
            if self.agent.speaking:
                self.agent = replace(self.agent, since=self.agent.since + FRAME)
            before = self.machine.state
            events = self.machine.frame(FRAME, probability, self.agent)
            FIRED.add((before, self.machine.fired))
            for event in events:
                self.events.append(event)
                self.at.append(round(self.machine.now, 2))
                if isinstance(event, Interrupt):
                    self.agent = replace(self.agent, speaking=False)
                if isinstance(event, CallerPaused) and self.recogniser:
                    self.machine.heard("", final=True)
        return self

    def interim(self, text, end=0.0):
        self.machine.heard(text, final=False, end=end)
        return self

    def final(self, text, end=0.0, confidence=1.0):
        self.machine.heard(text, final=True, end=end, confidence=confidence)
        return self

    def late(self, text, end):
        self.machine.heard(text, final=True, end=end, late=True)
        return self

    def speaks(self, barge_in="voice", since=1.0):
        self.agent = Agent(speaking=True, since=since, barge_in=barge_in)
        return self

    def stops(self):
        self.agent = Agent()
        return self

    def thinks(self):
        self.agent = Agent(thinking=True)
        return self

    def says(self, text, seconds=1.0):
        """The caller speaks, the recogniser follows, a second of quiet after."""
        return self.voice(seconds).final(text).quiet(1.0)

    @property
    def kinds(self):
        return [type(event) for event in self.events]

    @property
    def turns(self):
        return [event.text for event in self.events if isinstance(event, TurnTaken)]

    def when(self, kind):
        return next(at for at, event in zip(self.at, self.events, strict=True) if isinstance(event, kind))


# --- listening --------------------------------------------------------------------------------------------------------


def test_a_sentence_is_a_turn_half_a_second_after_its_last_sound():
    scene = Scene().quiet(0.4).voice(1.2).final("bonjour, vos horaires s'il vous plaît").quiet(2)
    assert scene.kinds == [CallerStarted, CallerPaused, TurnTaken]
    turn = scene.events[-1]
    assert turn.text == "bonjour, vos horaires s'il vous plaît"
    assert turn.began == pytest.approx(0.4)
    assert turn.ended == pytest.approx(1.6)
    assert scene.when(TurnTaken) == pytest.approx(1.6 + Policy().end_after, abs=2 * FRAME)


def test_a_sentence_that_dangles_gets_more_time():
    scene = Scene().voice(1.0).final("je voudrais").quiet(1.1)
    assert scene.turns == []
    scene.voice(0.6).final("un rendez-vous").quiet(1.0)
    assert scene.turns == ["je voudrais un rendez-vous"]
    assert CallerStarted not in scene.kinds[1:]


def test_a_long_sentence_leaves_no_phantom_of_itself_behind():
    scene = Scene().voice(3.0).final("je voudrais connaître vos horaires").quiet(4.0)
    assert scene.kinds == [CallerStarted, CallerPaused, TurnTaken]


def test_the_turn_is_as_sure_as_its_least_sure_part():
    scene = (
        Scene().voice(0.6).final("oui", confidence=0.9).quiet(0.3).voice(0.5).final("le dix", confidence=0.4).quiet(1)
    )
    assert scene.events[-1].confidence == 0.4


def test_silence_is_told_again_and_again():
    scene = Scene(Policy(silence_after=3)).quiet(10)
    assert scene.kinds == [StillThere] * 3
    assert scene.at == pytest.approx([3, 6, 9], abs=0.05)


def test_silence_does_not_count_while_the_agent_speaks_or_thinks():
    scene = Scene(Policy(silence_after=3)).speaks().quiet(10).thinks().quiet(10).stops().quiet(2.9)
    assert scene.kinds == []
    assert scene.quiet(0.2).kinds == [StillThere]


def test_a_new_step_starts_the_silence_anew():
    scene = Scene(Policy(silence_after=3)).quiet(2.9)
    scene.machine.listen(Policy(silence_after=3))
    assert scene.quiet(2.9).kinds == []


def test_a_click_is_nothing():
    assert Scene().quiet(1).voice(0.04).quiet(2).kinds == []


# --- words without voice, voice without words ------------------------------------------------------------------------


def test_a_transcript_without_any_voice_is_a_turn():
    assert Scene().quiet(1).final("allô").quiet(0.5).turns == ["allô"]


def test_an_interim_without_voice_that_is_never_finalised_is_a_turn_too():
    scene = Scene().quiet(1).interim("allô il y a quelqu'un").quiet(4)
    assert scene.turns == ["allô il y a quelqu'un"]
    assert scene.when(TurnTaken) == pytest.approx(1 + STUCK, abs=0.1)


def test_a_voice_without_a_transcript_is_unclear():
    assert Scene().voice(1.5).quiet(1).kinds == [CallerStarted, CallerPaused, Unclear]


def test_a_voice_is_unclear_even_when_the_recogniser_is_dead():
    scene = Scene(recogniser=False).voice(1.5).quiet(4)
    assert scene.kinds == [CallerStarted, CallerPaused, WordsLate, Unclear]
    assert scene.when(Unclear) == pytest.approx(1.5 + STOP + ANSWERS, abs=0.1)


def test_a_cough_is_nothing_to_answer():
    assert Scene().voice(0.2).quiet(1).kinds == [CallerStarted, CallerPaused]


def test_an_interim_that_is_never_finalised_is_taken_after_a_bounded_wait():
    scene = Scene(recogniser=False).voice(1).interim("vos horaires").quiet(3)
    assert scene.turns == ["vos horaires"]
    policy = Policy()
    assert scene.when(TurnTaken) == pytest.approx(1 + policy.end_after + policy.final_wait, abs=0.1)


def test_a_recogniser_that_forgets_to_answer_does_not_make_every_later_turn_late():
    scene = Scene(recogniser=False).voice(1).quiet(10)
    scene.recogniser = True
    began = scene.machine.now
    scene.voice(1).final("vos horaires").quiet(2)
    assert scene.turns == ["vos horaires"]
    assert scene.when(TurnTaken) == pytest.approx(began + 1 + Policy().end_after, abs=0.1)


def test_a_recogniser_that_forgets_to_answer_does_not_make_later_words_unheard():
    scene = Scene(recogniser=False).voice(1).quiet(10).final("allô").quiet(1)
    assert scene.turns == ["allô"]


# --- finals that come late --------------------------------------------------------------------------------------------


def taken_by_interim():
    scene = Scene(recogniser=False).voice(1).interim("zéro six douze").quiet(2.2)
    assert scene.turns == ["zéro six douze"]
    return scene


def test_a_late_final_that_says_the_same_is_ignored():
    assert taken_by_interim().final("Zéro six, douze.", end=1.0).quiet(3).turns == ["zéro six douze"]


def test_a_late_final_that_says_more_gives_its_rest_as_a_new_turn():
    scene = taken_by_interim().final("Zéro six, douze, trente-quatre.", end=1.0).quiet(3)
    assert scene.turns == ["zéro six douze", "trente-quatre."]


def test_a_late_final_that_says_something_else_is_a_new_turn():
    scene = taken_by_interim().final("attendez", end=1.0).quiet(3)
    assert scene.turns == ["zéro six douze", "attendez"]


def test_a_late_final_that_says_otherwise_replaces_the_words_it_was_taken_with():
    scene = Scene(recogniser=False).voice(1).interim("je m'appelle Sophie Leff").quiet(1.4)
    scene.thinks().final("Je m'appelle Sophie Lefèvre.", end=1.0).quiet(0.5)
    assert scene.turns == ["je m'appelle Sophie Leff", "Je m'appelle Sophie Lefèvre."]
    assert [event.corrects for event in scene.events if isinstance(event, TurnTaken)] == [False, True]
    assert any(isinstance(event, Interrupt) for event in scene.events)


def test_a_correction_keeps_the_words_that_were_final():
    scene = Scene(recogniser=False).voice(1).final("Bonjour.").voice(1).interim("je m'appelle Leff").quiet(2)
    scene.thinks().final("Je m'appelle Lefèvre.", end=2.0).quiet(0.5)
    assert scene.turns == ["Bonjour. je m'appelle Leff", "Bonjour. Je m'appelle Lefèvre."]


def test_a_slight_correction_does_not_cut_an_answer_that_is_heard():
    scene = Scene(recogniser=False).voice(1).interim("je m'appelle Sophie Leff").quiet(1.4)
    scene.speaks().final("Je m'appelle Sophie Lefèvre.", end=1.0).quiet(1)
    assert scene.turns == ["je m'appelle Sophie Leff"]
    assert not any(isinstance(event, Interrupt) for event in scene.events)


def test_an_interim_that_is_a_mere_glance_waits_for_the_final():
    scene = Scene(recogniser=False).voice(1).interim("je m'appelle", end=0.4).quiet(1.5)
    assert scene.turns == []
    assert scene.final("Je m'appelle Sophie Lefèvre.", end=1.0).quiet(0.1).turns == ["Je m'appelle Sophie Lefèvre."]


def test_a_late_interim_is_ignored():
    assert taken_by_interim().interim("zéro six douze trente", end=1.0).quiet(4).turns == ["zéro six douze"]


def test_what_was_said_before_a_key_is_never_heard():
    scene = Scene().voice(1).interim("euh je")
    scene.machine.drop_words()
    scene.final("euh je voudrais", end=0.9).quiet(2)
    assert scene.turns == []
    assert Unclear not in scene.kinds


def asked_again_too_soon():
    """The caller answered, the recogniser did not; the agent asks again just before it does."""
    scene = Scene(recogniser=False).voice(0.6).quiet(3.5)
    assert scene.kinds == [CallerStarted, CallerPaused, WordsLate, Unclear]
    return scene.speaks(since=0.0).quiet(0.5)


def test_an_answer_understood_late_cuts_the_question_that_is_asked_again():
    scene = asked_again_too_soon().final("Oui, c'est ça.", end=0.6).quiet(0.1)
    assert scene.turns == ["Oui, c'est ça."]
    assert isinstance(scene.events[-2], Interrupt)
    assert scene.events[-1].earlier


def test_the_same_words_said_over_the_agent_are_a_mere_nod():
    scene = asked_again_too_soon().final("Oui, c'est ça.", end=4.4).quiet(2)
    assert scene.turns == []


def test_a_busy_recogniser_is_waited_for_before_anything_is_called_unclear():
    scene = Scene(recogniser=False).voice(0.6).quiet(2.8).final("Oui.", end=0.6).quiet(0.1)
    assert scene.turns == ["Oui."]
    assert Unclear not in scene.kinds


def answered_with_nothing():
    """The recogniser answered that nothing was said, and the caller was told so; then he speaks again."""
    scene = Scene().voice(0.6).quiet(1)
    assert scene.kinds == [CallerStarted, CallerPaused, Unclear]
    scene.recogniser = False
    return scene.voice(1).quiet(0.6)


def test_words_that_come_late_are_the_answer_though_they_answer_no_request():
    scene = Scene().voice(0.6).quiet(1).speaks(since=0.0).quiet(0.5).late("Oui, c'est ça.", end=0.6).quiet(0.1)
    assert scene.turns == ["Oui, c'est ça."]
    assert scene.events[-1].earlier


def test_the_callers_words_come_late_and_what_he_says_next_is_not_answered_with_them():
    scene = answered_with_nothing().late("Je voudrais un rendez-vous.", end=0.6).quiet(1.5)
    assert scene.turns == []
    scene.final("Plutôt mardi.", end=2.6).quiet(0.5)
    assert scene.turns == ["Je voudrais un rendez-vous. Plutôt mardi."]


def test_late_words_leave_the_words_of_the_moment_alone():
    scene = answered_with_nothing().interim("Plutôt mardi", end=2.6).late("Je voudrais un rendez-vous.", end=0.6)
    assert scene.quiet(1.5).turns == ["Je voudrais un rendez-vous. Plutôt mardi"]


def test_late_words_are_not_waited_upon_for_ever():
    scene = answered_with_nothing().late("Je voudrais un rendez-vous.", end=0.6).quiet(ANSWERS + 1)
    assert scene.turns == ["Je voudrais un rendez-vous."]


@pytest.mark.parametrize(("text", "end"), [("Bonjour.", 1.0), ("", 1.2)])
def test_a_final_for_a_request_that_was_given_up_answers_no_other(text, end):
    scene = Scene(recogniser=False).voice(1).quiet(ANSWERS + 2).voice(1).quiet(0.4).final(text, end=end).quiet(1)
    assert scene.turns == []
    assert scene.kinds.count(Unclear) == 1
    scene.final("Plutôt mardi.", end=ANSWERS + 4.0).quiet(0.5)
    assert scene.turns == [f"{text} Plutôt mardi.".strip()]


def test_a_request_that_was_given_up_and_is_passed_over_is_forgotten():
    scene = Scene(recogniser=False).voice(1).quiet(ANSWERS + 2).voice(1).quiet(0.3)
    scene.final("Plutôt mardi.", end=ANSWERS + 4.0).quiet(0.4)
    assert scene.turns == ["Plutôt mardi."]


# --- the recogniser owes words that the turn hangs on -----------------------------------------------------------------

OWED = STOP + Policy().waiting_after + 0.1
"""Seconds of quiet after which a caller who is not understood is told to wait."""


def owed():
    scene = Scene(recogniser=False).voice(1).quiet(OWED)
    assert scene.kinds == [CallerStarted, CallerPaused, WordsLate]
    assert scene.events[-1].ended == pytest.approx(1.0)
    return scene


def test_a_caller_is_told_to_wait_once_the_words_are_owed_for_so_long():
    assert owed().when(WordsLate) == pytest.approx(1 + STOP + Policy().waiting_after, abs=2 * FRAME)


def test_it_is_told_once_in_a_turn_however_often_the_caller_pauses():
    assert owed().voice(1).quiet(OWED).kinds.count(WordsLate) == 1


def test_it_is_told_in_the_next_turn_too():
    scene = owed().final("bonjour").quiet(0.5).voice(1).quiet(OWED)
    assert scene.kinds.count(WordsLate) == 2
    assert [event.kept for event in scene.events if isinstance(event, TurnTaken)] == [True]


def test_a_turn_whose_words_came_in_time_was_not_kept():
    scene = Scene().says("bonjour")
    assert [event.kept for event in scene.events if isinstance(event, TurnTaken)] == [False]


def test_a_caller_who_speaks_is_told_nothing():
    scene = Scene(recogniser=False)
    for _ in range(10):
        scene.voice(0.5).quiet(OWED - 0.2)
    assert WordsLate not in scene.kinds


def test_neither_is_one_whose_words_are_known_though_no_final_came():
    scene = Scene(recogniser=False).voice(1).interim("je voudrais", end=0.9).quiet(3)
    assert (WordsLate in scene.kinds, scene.turns) == (False, ["je voudrais"])


def test_but_is_where_the_words_are_a_mere_glance():
    assert WordsLate in Scene(recogniser=False).voice(2).interim("je voudrais", end=0.9).quiet(OWED).kinds


def test_a_cough_is_nothing_to_wait_for():
    assert WordsLate not in Scene(recogniser=False).voice(0.2).quiet(4).kinds


def test_neither_is_noise_behind_which_somebody_may_speak():
    assert WordsLate not in Scene(Policy(max_utterance=3), recogniser=False).voice(7).kinds


def test_an_agent_who_is_speaking_says_nothing_more():
    assert WordsLate not in Scene(recogniser=False).voice(1).quiet(1).speaks().quiet(1.5).kinds


def passes(scene, since=0.0):
    """The agent says that it is not long now."""
    scene.agent = Agent(speaking=True, since=since, thinking=True, passing=True)
    return scene


def test_words_that_come_while_the_caller_is_told_to_wait_do_not_cut_that():
    scene = passes(owed()).quiet(0.3).final("bonjour").quiet(0.1)
    assert scene.turns == ["bonjour"]
    assert Interrupt not in scene.kinds


def test_a_caller_who_goes_on_cuts_it():
    scene = passes(owed()).quiet(0.3).voice(0.3)
    assert scene.kinds.count(Interrupt) == 1


def test_its_echo_is_no_caller_who_goes_on():
    scene = passes(owed()).voice(PROTECTED - FRAME).quiet(0.1)
    assert scene.machine.state is State.PAUSE


def test_a_caller_who_cut_it_and_is_not_understood_is_asked_again():
    scene = passes(owed()).quiet(0.3).voice(0.5).quiet(5)
    assert scene.kinds[-2:] == [CallerPaused, Unclear]


# --- the agent is speaking ------------------------------------------------------------------------------------------


def test_a_voice_cuts_in_within_a_tenth_of_a_second():
    scene = Scene().speaks().quiet(1).voice(0.2)
    assert scene.kinds == [Interrupt, CallerStarted]
    assert scene.when(Interrupt) == pytest.approx(1.1, abs=FRAME)


def test_the_first_moment_of_an_answer_is_protected_from_its_own_echo():
    scene = Scene().speaks(since=0.0).voice(PROTECTED - FRAME)
    assert scene.kinds == []
    assert scene.voice(0.1).kinds == [Interrupt, CallerStarted]


def test_a_cut_and_then_words_are_one_turn():
    scene = Scene().speaks().quiet(1).says("attendez je voudrais autre chose")
    assert scene.kinds == [Interrupt, CallerStarted, CallerPaused, TurnTaken]


def test_a_cough_that_cut_in_gives_the_floor_back():
    scene = Scene().speaks().quiet(1).voice(0.2).quiet(1)
    assert scene.kinds == [Interrupt, CallerStarted, CallerPaused, Resume]


def test_a_mumble_that_cut_in_gives_the_floor_back_and_is_not_complained_about():
    scene = Scene().speaks().quiet(1).voice(1.5).quiet(1)
    assert scene.kinds == [Interrupt, CallerStarted, CallerPaused, Resume]


def test_after_a_false_alarm_words_cut_in_again():
    scene = Scene().speaks().quiet(1).voice(0.2).quiet(1).speaks().quiet(1).final("stop").quiet(0.1)
    assert scene.kinds[-3:] == [Resume, Interrupt, TurnTaken]


def test_a_cut_that_ends_under_words_that_must_be_heard_gives_the_floor_back():
    scene = Scene().speaks().quiet(1).voice(0.3).speaks("none").voice(0.2).final("euh").quiet(2)
    assert scene.kinds == [Interrupt, CallerStarted, CallerPaused, Resume]


def test_a_noise_too_short_to_cut_is_faded_out():
    scene = Scene().speaks().quiet(1).voice(0.08).quiet(1)
    assert scene.kinds == [CallerPaused]
    assert scene.machine.state is State.LISTENING


def test_where_only_words_cut_a_voice_does_not():
    scene = Scene().speaks("words").voice(1)
    assert scene.kinds == []
    assert scene.interim("je voudrais parler").voice(0.04).kinds == [Interrupt, CallerStarted]


def test_where_only_words_cut_a_nod_does_not():
    scene = Scene().speaks("words").voice(0.5).interim("oui d'accord").voice(0.5).final("oui d'accord").quiet(3)
    assert Interrupt not in scene.kinds
    assert scene.turns == []


def test_strong_words_cut_even_when_they_come_after_the_voice():
    scene = Scene().speaks("words").voice(0.3).quiet(0.4).final("stop").quiet(0.1)
    assert scene.kinds == [CallerPaused, Interrupt, TurnTaken]


def test_a_nod_just_before_the_agent_ends_is_an_answer():
    scene = Scene().speaks("words").voice(0.3).quiet(0.3).final("oui").quiet(0.3).stops().quiet(0.3)
    assert scene.turns == ["oui"]


def test_words_that_must_be_heard_are_cut_by_nothing():
    scene = Scene().speaks("none").says("non non attendez stop").says("stop").quiet(3)
    assert Interrupt not in scene.kinds
    assert scene.turns == []


def test_a_sentence_begun_before_words_that_must_be_heard_does_not_cut_them():
    scene = Scene().voice(0.5).speaks("none", since=0).voice(0.3).final("oui allô").quiet(3)
    assert scene.kinds == [CallerStarted, CallerPaused]
    assert scene.machine.state is State.LISTENING


def test_speech_that_outlasts_the_agent_is_a_turn():
    scene = Scene().speaks("none").voice(0.5).stops().voice(0.5).final("bonjour").quiet(1)
    assert scene.kinds == [CallerStarted, CallerPaused, TurnTaken]


def test_a_noise_that_ends_with_the_agent_is_forgotten():
    scene = Scene().speaks("words").voice(0.08).quiet(0.1).stops().quiet(1)
    assert scene.kinds == [CallerPaused]


def test_an_agent_that_begins_over_a_caller_gives_way():
    scene = Scene().voice(1.0).speaks(since=0.0).voice(0.1)
    assert scene.kinds == [CallerStarted, Interrupt]
    assert scene.final("encore une chose").quiet(1).kinds == [CallerStarted, Interrupt, CallerPaused, TurnTaken]


def test_speech_while_the_agent_thinks_takes_the_answer_back_when_it_has_words():
    scene = Scene().thinks().quiet(1).says("en fait non, laissez")
    assert scene.kinds == [CallerStarted, CallerPaused, Interrupt, TurnTaken]


def test_noise_while_the_agent_thinks_takes_nothing_back():
    scene = Scene().thinks().quiet(1).voice(0.2).quiet(1)
    assert scene.kinds == [CallerStarted, CallerPaused]


# --- dictation, and voices that do not stop ---------------------------------------------------------------------------


def test_a_number_being_dictated_may_pause():
    scene = Scene(Policy(expects="telephone"))
    scene.voice(0.8).final("zéro six").quiet(1.0).voice(0.8).final("douze trente-quatre").quiet(1.0)
    assert scene.turns == []
    scene.voice(0.8).final("cinquante-six soixante-dix-huit").quiet(0.7)
    assert scene.turns == ["zéro six douze trente-quatre cinquante-six soixante-dix-huit"]


def test_what_was_collected_before_counts_towards_a_complete_number():
    scene = (
        Scene(Policy(expects="telephone", so_far="061234"))
        .voice(0.8)
        .final("cinquante-six soixante-dix-huit")
        .quiet(0.7)
    )
    assert len(scene.turns) == 1


def test_a_voice_that_goes_on_without_new_words_is_taken_for_noise():
    scene = Scene(Policy(silence_after=5)).voice(1).final("vos horaires").voice(9)
    assert scene.turns == ["vos horaires"]
    assert scene.when(TurnTaken) < 1 + STUCK + 1.5
    assert scene.kinds.count(CallerPaused) == 1
    assert scene.kinds[-1] is StillThere


def test_noise_that_goes_on_does_not_cut_the_agent_but_words_do():
    scene = Scene().voice(1).final("vos horaires").voice(5)
    scene.speaks().voice(3)
    assert scene.kinds == [CallerStarted, CallerPaused, TurnTaken]
    assert scene.final("et le parking aussi").voice(0.1).turns == ["vos horaires", "et le parking aussi"]
    assert Interrupt in scene.kinds


def test_words_in_noise_are_still_turns():
    scene = Scene().voice(1).final("vos horaires").voice(5).final("et l'adresse").voice(3)
    assert scene.turns == ["vos horaires", "et l'adresse"]


def test_after_the_noise_a_voice_counts_again():
    scene = Scene().voice(1).final("vos horaires").voice(5).quiet(1).speaks().quiet(1).voice(0.2)
    assert scene.kinds[-2:] == [Interrupt, CallerStarted]


def test_new_words_after_a_voice_was_taken_for_noise_continue_the_turn():
    scene = Scene(Policy(unfinished_after=2)).voice(1).final("je voudrais").voice(3).final("un rendez-vous").voice(1)
    scene.final("demain").quiet(1)
    assert scene.turns == ["je voudrais un rendez-vous demain"]


def test_nobody_speaks_for_ever():
    scene = Scene(Policy(max_utterance=10))
    for number in range(12):
        scene.voice(1).final(f"et {number}")
    assert scene.turns[0].startswith("et 0 et 1")
    assert scene.when(TurnTaken) < 12


def test_a_voice_without_words_for_ever_is_unclear_once():
    scene = Scene(Policy(max_utterance=10, silence_after=5)).voice(40)
    assert scene.kinds.count(Unclear) == 1
    assert StillThere in scene.kinds


# --- the table as a whole ---------------------------------------------------------------------------------------------


def test_every_trigger_stands_in_the_table_and_is_explained():
    assert {trigger for row in TABLE.values() for trigger in row} == set(Trigger) == set(MEANINGS)
    assert {target for row in TABLE.values() for target, _ in row.values()} == set(State) == set(TABLE)


def test_every_transition_of_the_table_happens_in_these_screenplays():
    FIRED.clear()
    for name, screenplay in list(globals().items()):
        if name.startswith("test_") and not screenplay.__code__.co_argcount and "table" not in name:
            screenplay()
    every = {(state, trigger) for state, row in TABLE.items() for trigger in row}
    assert {seen for seen in FIRED if seen[1]} == every


AGENTS = st.builds(
    Agent,
    speaking=st.booleans(),
    since=st.sampled_from([0.0, 0.1, 3.0]),
    thinking=st.booleans(),
    passing=st.booleans(),
    barge_in=st.sampled_from(["voice", "words", "none"]),
)
POLICIES = st.builds(
    Policy,
    expects=st.sampled_from(["", "telephone", "yes_no", "text"]),
    so_far=st.sampled_from(["", "0612"]),
    silence_after=st.sampled_from([2.0, 6.0]),
)
HAPPENINGS = st.lists(
    st.one_of(
        st.tuples(st.just("sound"), st.integers(1, 150), st.booleans(), AGENTS),
        st.tuples(
            st.just("words"),
            st.sampled_from(["", "oui", "stop", "je voudrais", "zéro six", "bonjour madame"]),
            st.booleans(),
            st.sampled_from([0.0, 0.5, 5.0, 100.0]),
        ),
        st.tuples(st.just("listen"), POLICIES),
        st.tuples(st.just("drop")),
    ),
    max_size=30,
)


def play(machine, happening):
    match happening:
        case ("sound", frames, voice, agent):
            for _ in range(frames):
                yield from machine.frame(FRAME, float(voice), agent)
        case ("words", text, final, end):
            machine.heard(text, final=final, end=end)
        case ("listen", policy):
            machine.listen(policy)
        case ("drop",):
            machine.drop_words()


@settings(max_examples=60)
@given(HAPPENINGS, POLICIES, st.booleans())
def test_whatever_happens_it_comes_back_to_listening_and_silence_is_told(happenings, policy, noise):
    machine = TurnMachine(policy)
    cut = False
    for happening in happenings:
        for event in play(machine, happening):
            if isinstance(event, Interrupt):  # words in passing are not missed: the answer they spoke of comes
                cut = not happening[-1].passing
            if isinstance(event, (TurnTaken, Resume)):
                cut = False
            if isinstance(event, TurnTaken):
                assert event.text
    events = list(play(machine, ("sound", round(45 / FRAME), noise, Agent())))
    events += play(machine, ("sound", round(20 / FRAME), False, Agent()))
    assert machine.state is State.LISTENING
    assert isinstance(events[-1], StillThere)
    if cut:  # whoever was interrupted is told how it ended
        assert any(isinstance(event, (TurnTaken, Resume, Unclear)) for event in events)
