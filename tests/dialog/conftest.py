"""A flow played by hand: the test is the caller, the model, the tools and the line."""

from datetime import datetime
from textwrap import dedent
from zoneinfo import ZoneInfo

import pytest

from voiced.dialog.engine import Engine
from voiced.dialog.reader import read_text
from voiced.dialog.state import Facts
from voiced.dialog.talk import (
    Begun,
    Broke,
    CallTool,
    Connect,
    Decided,
    Echo,
    Echoed,
    FalseAlarm,
    Finished,
    Garbled,
    HangUp,
    HeardReply,
    Hush,
    Interrupted,
    Key,
    Listen,
    NotConnected,
    Reconnected,
    Say,
    Silent,
    Think,
    Thought,
    TimeUp,
    ToolReturned,
    Turn,
    Wanted,
)

TUESDAY_MORNING = datetime(2026, 12, 1, 10, 0, tzinfo=ZoneInfo("Europe/Paris"))


class Dialog:
    """One call; `last` is what the engine did about the last event."""

    def __init__(self, flow, *, now=TUESDAY_MORNING):
        self.engine = Engine(flow, Facts("c1", now, caller="+33612345678", called="+33199000000"))
        self.last = ()
        self.under_way = []
        """Replies that were asked for and not heard to their end."""
        self.all_said = []
        self.tools = []

    def do(self, event):
        self.last = self.engine.handle(event)
        for command in self.last:
            if isinstance(command, Hush):
                self.under_way = [say for say in self.under_way if say.barge_in == "none"]
            elif isinstance(command, Say):
                self.under_way.append(command)
                self.all_said.append(command)
            elif isinstance(command, CallTool):
                self.tools.append(command)
        return self

    # --- the caller ---

    def begins(self):
        return self.do(Begun())

    def says(self, text, confidence=1.0):
        return self.do(Turn(text, confidence))

    def presses(self, digits):
        for digit in digits:
            self.do(Key(digit))
        return self

    def stays_silent(self):
        return self.do(Silent())

    def mumbles(self):
        return self.do(Garbled())

    def listens(self):
        """The caller hears everything to its end."""
        while self.under_way:
            say = self.under_way.pop(0)
            self.do(Finished(HeardReply(say.reply, say.text, say.text)))
        return self

    def cuts_in(self, words=0):
        """The caller cuts in after `words` words of all that was under way."""
        heard = []
        for say in self.under_way:
            own = say.text.split()
            heard.append(HeardReply(say.reply, " ".join(own[:words]), say.text))
            words = max(0, words - len(own))
        self.under_way = []
        return self.do(Interrupted(tuple(heard)))

    def coughed(self):
        return self.do(FalseAlarm())

    # --- the model, the tools, the line ---

    def wants(self, name, text="", **arguments):
        """The model chose a route or a tool."""
        assert self.engine.state.mode == "thinking"
        return self.do(Thought(text, (Wanted(name, arguments),)))

    def answers(self, text=""):
        """The model chose nothing; `text` is what it said."""
        assert self.engine.state.mode == "thinking"
        return self.do(Thought(text))

    def returns(self, *, ok=True, say="", **data):
        return self.do(ToolReturned(self.engine.state.pending_tool, ok, data, say))

    def breaks(self, what):
        return self.do(Broke(what))

    def reaches_nobody(self, result="no-answer"):
        return self.do(NotConnected(result))

    def reconnects(self):
        self.under_way = []
        return self.do(Reconnected())

    def runs_out_of_time(self):
        return self.do(TimeUp())

    def echoes(self):
        return self.do(Echoed())

    # --- what came of it ---

    def of(self, kind):
        return [command for command in self.last if isinstance(command, kind)]

    @property
    def said(self):
        return [say.text for say in self.of(Say)]

    @property
    def step(self):
        return self.engine.state.step

    @property
    def question(self):
        (think,) = self.of(Think)
        return think.question

    @property
    def thinks(self):
        return bool(self.of(Think))

    @property
    def policy(self):
        return self.of(Listen)[-1].policy

    @property
    def tool(self):
        (call,) = self.of(CallTool)
        return call

    @property
    def decision(self):
        (decided,) = self.of(Decided)
        return decided

    @property
    def left(self):
        """How the call ends, "" while it does not."""
        ends = self.of(HangUp)
        return ends[-1].reason if ends else ""

    @property
    def connects(self):
        return [(connect.number, connect.timeout) for connect in self.of(Connect)]

    @property
    def echo(self):
        return [echo.seconds for echo in self.of(Echo)]


@pytest.fixture
def play():
    """Begin a call in the flow that the text describes: steps alone, or a whole flow."""

    def begin(text, **options):
        text = dedent(text)
        if "\nsteps:" not in text:
            first = next(line for line in text.splitlines() if line and not line.startswith((" ", "#")))
            steps = "\n".join(f"  {line}" for line in text.splitlines())
            text = f"flow: essai\ntitle: Un essai\nstart: {first.split(':')[0]}\nsteps:\n{steps}"
        return Dialog(read_text(text), **options).begins()

    return begin


@pytest.fixture
def dialog():
    """Begin a call in a flow that was read."""
    return lambda flow, **options: Dialog(flow, **options).begins()
