"""What a flow is: the values that a YAML flow becomes, and by which its JSON Schema and reference page are made.

Every key an operator may write is a field here with its description. Nothing acts; `reader` builds these from YAML,
`engine` follows them. Times are in seconds.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Text = Annotated[str, Meta(min_length=1, max_length=1000)]
STEP_NAME, KEY, WORD = "^[a-z][a-z0-9_]*$", "^[0-9*#]$", r"^\S(.*\S)?$"
SPAN = "^([01][0-9]|2[0-4]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]$"
UNIT = "x-unit"
"""Key of the schema that names the unit of a number."""
StepName = Annotated[str, Meta(pattern=STEP_NAME, max_length=60)]
Key = Annotated[str, Meta(pattern=KEY)]
Word = Annotated[str, Meta(pattern=WORD, max_length=60)]
Said = Annotated[str, Meta(min_length=1, max_length=200)]
Seconds = Annotated[float, Meta(ge=0.0, le=7200.0, extra_json_schema={UNIT: "seconds"})]
Patience = Annotated[float, Meta(ge=1.0, le=600.0, extra_json_schema={UNIT: "seconds"})]

Kind = Literal["say", "ask", "collect", "branch", "tool", "llm", "consent", "transfer", "hangup", "echo"]
KINDS: tuple[Kind, ...] = ("say", "ask", "collect", "branch", "tool", "llm", "consent", "transfer", "hangup", "echo")


def doc(text: str) -> Meta:
    """Describe a key, for the schema and the reference page."""
    return Meta(description=text)


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of everything in a flow: named fields only, nothing unknown, never changed."""


class Silence(Part, frozen=True):
    """What happens when the caller says nothing."""

    after: Annotated[Patience, doc("Silence before the agent asks, counted from the end of what was heard.")] = 6.0
    say: Annotated[tuple[Text, ...], doc("What to say at the first, second... silence in a row.")] = (
        "Êtes-vous toujours là ?",
        "Je ne vous entends pas. Pouvez-vous parler un peu plus fort ?",
    )
    then: Annotated[StepName | None, doc("Step to go to when all of `say` were said. Default: hang up.")] = None


class Misunderstanding(Part, frozen=True):
    """What happens when the caller was not understood."""

    say: Annotated[tuple[Text, ...], doc("What to say at the first, second... misunderstanding in a row.")] = (
        "Pardon, je n'ai pas bien compris. Pouvez-vous le dire autrement ?",
        "Excusez-moi, je n'ai toujours pas compris. Pouvez-vous reformuler en quelques mots ?",
    )
    then: Annotated[StepName | None, doc("Step to go to when all of `say` were said. Default: hang up.")] = None


class BargeInPolicy(Part, frozen=True):
    """How the caller may cut in."""

    by: Annotated[
        Literal["voice", "words", "none"],
        doc("`voice`: any speech cuts; `words`: only recognised words do; `none`: not at all."),
    ] = "voice"
    after: Annotated[Seconds, doc("How much voice over the agent makes an interruption.")] = 0.1


class EndOfTurn(Part, frozen=True):
    """When the caller's turn is taken to be over."""

    after: Annotated[Seconds, doc("Quiet after a sentence that sounds complete.")] = 0.5
    unfinished: Annotated[Seconds, doc("Quiet after one that does not, or after an incomplete number.")] = 1.2


class Length(Part, frozen=True):
    """The longest the call may last."""

    max: Annotated[Seconds, doc("Length of the whole call.")] = 900.0
    say: Annotated[Text, doc("Said when it is reached.")] = "Nous devons nous arrêter là. Merci de votre appel."
    then: Annotated[StepName | None, doc("Step to go to then. Default: hang up.")] = None


class Failure(Part, frozen=True):
    """What happens when something we depend on fails."""

    say: Annotated[Text, doc("The apology.")] = "Excusez-moi, je rencontre un problème technique."
    then: Annotated[StepName | None, doc("The flow's way out. Default: hang up.")] = None


class Waiting(Part, frozen=True):
    """What the caller hears while the model, or the recogniser, keeps them waiting."""

    after: Annotated[
        float,
        Meta(ge=0.5, le=60.0, extra_json_schema={UNIT: "seconds"}),
        doc(
            "Time without any answer of the model, or without the words of a caller who has ended, and without a word "
            "of the agent, after which it says something."
        ),
    ] = 1.2
    say: Annotated[
        tuple[Text, ...],
        doc("What it says, one after the other as callers are kept waiting; an empty list: nothing."),
    ] = ("Un instant, je vous prie.", "Je suis à vous tout de suite.")


class Policies(Part, frozen=True):
    """How the call behaves; a step may set its own `silence`, `misunderstanding`, `barge_in` and `end_of_turn`."""

    silence: Annotated[Silence, doc("When the caller says nothing.")] = Silence()
    misunderstanding: Annotated[Misunderstanding, doc("When the caller was not understood.")] = Misunderstanding()
    barge_in: Annotated[BargeInPolicy, doc("How the caller may cut in.")] = BargeInPolicy()
    end_of_turn: Annotated[EndOfTurn, doc("When the caller's turn is taken to be over.")] = EndOfTurn()
    length: Annotated[Length, doc("The longest the call may last.")] = Length()
    waiting: Annotated[Waiting, doc("When the model or the recogniser takes long.")] = Waiting()
    failure: Annotated[Failure, doc("When something that the call depends on fails.")] = Failure()


class Route(Part, frozen=True):
    """A way on from a step that listens. Give what the caller says or presses, and where it leads."""

    intent: Annotated[str | None, doc("Name of an intent: one of the library, or your own with `examples`.")] = None
    about: Annotated[str | None, doc("What the caller wants, in a sentence: a language model decides by it.")] = None
    examples: Annotated[tuple[Text, ...], doc("Sentences by which callers ask for it.")] = ()
    slots: Annotated[dict[str, str], doc("Values to take from the same sentence: slot name -> kind of value.")] = {}
    yes: Annotated[bool, doc("Taken when the caller says yes.")] = False
    no: Annotated[bool, doc("Taken when the caller says no.")] = False
    dtmf: Annotated[Key | None, doc("Taken when this key is pressed.")] = None
    to: Annotated[StepName | None, doc("Step to go to.")] = None
    do: Annotated[
        Literal["repeat", "wait", "forget"] | None,
        doc("`repeat` what was said last; `wait` for the caller; `forget` what was kept (consent withdrawn)."),
    ] = None


class Condition(Part, frozen=True):
    """When a branch is taken. All that is given must hold."""

    open: Annotated[bool | None, doc("The opening hours say that we are open (or closed).")] = None
    slot: Annotated[str | None, doc("This slot or variable is known...")] = None
    is_: Annotated[str | int | float | bool | None, doc("...and has this value.")] = msgspec.field(
        default=None, name="is"
    )
    consent: Annotated[bool | None, doc("The caller agreed (or not) that the text of the call is kept.")] = None


class Branch(Part, frozen=True):
    """One arm of a `branch` step."""

    when: Annotated[Condition, doc("The condition.")]
    to: Annotated[StepName, doc("Step to go to when it holds.")]


class Collect(Part, frozen=True):
    """A value to get from the caller."""

    slot: Annotated[str, doc("Where to keep it; `{slot}` in later texts reads it aloud.")]
    kind: Annotated[str, doc("What it is: telephone, date, time, moment, name, email, text...")]
    ask: Annotated[Text, doc("The question.")]
    again: Annotated[Text | None, doc("The question when a part is missing. Default: `ask`.")] = None
    confirm: Annotated[Text | None, doc("Read-back, such as `J'ai noté {slot}, c'est bien ça ?`.")] = None
    fresh: Annotated[bool, doc("Ask again when the call comes back here, instead of taking the earlier value.")] = False
    choices: Annotated[tuple[Text, ...], doc("For the kind `choice`: what may be chosen.")] = ()


class LlmStep(Part, frozen=True):
    """A free conversation."""

    prompt: Annotated[str, doc("What the model should do here, after the flow's own prompt.")] = ""
    tools: Annotated[tuple[str, ...], doc("Names of tools that it may call.")] = ()


class ConsentStep(Part, frozen=True):
    """The question whether the text of the call may be kept."""

    ask: Annotated[Text, doc("The question, with how long and what for.")]
    again: Annotated[Text | None, doc("The question said again. Default: `ask`.")] = None
    yes_key: Annotated[Key, doc("Key that means yes.")] = "1"
    no_key: Annotated[Key, doc("Key that means no.")] = "2"
    tries: Annotated[int, Meta(description="Unclear or missing answers after which it counts as no.", ge=1, le=5)] = 2


class TransferStep(Part, frozen=True):
    """The call goes to a person."""

    to: Annotated[str, doc("Number in E.164 form, or `{variable}`.")]
    say: Annotated[Text, doc("Said before.")] = "Je vous mets en relation."
    timeout: Annotated[Seconds, doc("How long it rings.")] = 25.0


class Step(Part, frozen=True):
    """One step. Exactly one of the kinds (`say`, `ask`, `collect`...) says what it is; the other keys go with it."""

    say: Annotated[
        Text | None, doc("Say this, then go `next`. With `tool`: said while it runs. With `echo`: said before.")
    ] = None
    ask: Annotated[Text | None, doc("Ask this and listen; `routes` lead on. With `llm`: what it begins with.")] = None
    collect: Annotated[Collect | None, doc("Ask until a value is known.")] = None
    branch: Annotated[tuple[Branch, ...] | None, doc("Go where the first condition that holds leads.")] = None
    tool: Annotated[str | None, doc("Call this tool.")] = None
    llm: Annotated[LlmStep | None, doc("Let the language model lead, until a route is taken.")] = None
    consent: Annotated[ConsentStep | None, doc("Ask for consent to keep the text of the call.")] = None
    transfer: Annotated[TransferStep | None, doc("Connect the caller to a person.")] = None
    hangup: Annotated[Text | None, doc("Say goodbye, and hang up when it was heard.")] = None
    echo: Annotated[Seconds | None, doc("Play the caller back to themselves for so long, then `next`.")] = None

    next: Annotated[StepName | None, doc("Step that follows.")] = None
    else_: Annotated[StepName | None, doc("With `branch`: where to go when no condition holds.")] = msgspec.field(
        default=None, name="else"
    )
    failed: Annotated[
        StepName | None,
        doc("With `tool` and `transfer`: where to go when it did not work. Default for a tool: `next`."),
    ] = None
    granted: Annotated[StepName | None, doc("With `consent`: where yes leads.")] = None
    refused: Annotated[StepName | None, doc("With `consent`: where no leads.")] = None
    again: Annotated[
        Text | None, doc("With `ask` and `llm`: the question after an answer was given. Default: wait.")
    ] = None
    routes: Annotated[tuple[Route, ...], doc("With `ask` and `llm`: what the caller may want.")] = ()
    keypad: Annotated[
        Text | None,
        doc(
            "With steps that listen: tells the keys, in a sentence of its own that is the same in every call. Said "
            "when callers cannot be understood, for the model or the recogniser is down. Default: the `failure` policy."
        ),
    ] = None
    facts: Annotated[tuple[Text, ...], doc("With `ask` and `llm`: sentences that may be stated.")] = ()
    with_: Annotated[dict[str, Any], doc("With `tool`: its arguments; `{slot}` takes a value.")] = msgspec.field(
        default_factory=dict, name="with"
    )
    save: Annotated[str | None, doc("With `tool`: keep its data as variables `{save_key}`.")] = None
    interruptible: Annotated[bool, doc("With `say` and `ask`: false for words that must be heard.")] = True
    silence: Annotated[Silence | None, doc("This step's own policy.")] = None
    misunderstanding: Annotated[Misunderstanding | None, doc("This step's own policy.")] = None
    barge_in: Annotated[BargeInPolicy | None, doc("This step's own policy.")] = None
    end_of_turn: Annotated[EndOfTurn | None, doc("This step's own policy.")] = None

    @property
    def kind(self) -> Kind:
        """What the step is; `say` and `ask` go with other kinds as well, so they are looked at last."""
        kinds = sorted(KINDS, key=lambda kind: kind in {"say", "ask"})
        return next((kind for kind in kinds if getattr(self, kind) is not None), "say")


DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
Span = Annotated[str, Meta(pattern=SPAN)]


class Hours(Part, frozen=True):
    """Opening hours: spans such as `09:00-12:30` for each day; a day without any is closed."""

    monday: Annotated[tuple[Span, ...], doc("Opening hours of Mondays.")] = ()
    tuesday: Annotated[tuple[Span, ...], doc("Opening hours of Tuesdays.")] = ()
    wednesday: Annotated[tuple[Span, ...], doc("Opening hours of Wednesdays.")] = ()
    thursday: Annotated[tuple[Span, ...], doc("Opening hours of Thursdays.")] = ()
    friday: Annotated[tuple[Span, ...], doc("Opening hours of Fridays.")] = ()
    saturday: Annotated[tuple[Span, ...], doc("Opening hours of Saturdays.")] = ()
    sunday: Annotated[tuple[Span, ...], doc("Opening hours of Sundays.")] = ()
    closed_on: Annotated[tuple[str, ...], doc("Dates (YYYY-MM-DD) on which we are closed.")] = ()


class Flow(Part, frozen=True):
    """A whole flow: one YAML file."""

    flow: Annotated[StepName, doc("Name of the flow; the same as the file's.")]
    title: Annotated[str, doc("What it is for, in a few words.")]
    start: Annotated[StepName, doc("The first step.")]
    steps: Annotated[dict[StepName, Step], Meta(description="The steps, by name.", min_length=1)]
    vars: Annotated[dict[str, str], doc("Values that texts use as `{name}`.")] = {}
    hours: Annotated[Hours | None, doc("Opening hours; `{hours}` reads them, `open` tests them.")] = None
    hints: Annotated[tuple[str, ...], doc("Names and words that the recogniser should know.")] = ()
    pronunciations: Annotated[
        dict[Word, Said],
        doc("Words that voices say wrong, each as it is said: `Rouvray: Rouvré`. Whole words, in capitals or not."),
    ] = {}
    prompt: Annotated[str, doc("Who the agent is, for language models.")] = ""
    policies: Annotated[Policies, doc("How the call behaves; each may be left out, whole or in part.")] = Policies()
    anywhere: Annotated[tuple[Route, ...], doc("Routes that hold in every step that listens.")] = ()
    version: str = ""
    """Digest of the file, set by the reader; not written by hand."""
