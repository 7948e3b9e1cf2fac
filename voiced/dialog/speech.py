"""What the agent is saying and how much of it was heard: what a cut kept from the caller.

The engine's memory of its own voice. A reply is under way from the moment it is asked for until it was heard to its
end, dropped or cut.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from voiced.dialog.talk import HeardReply, Say, Think


class Speech:
    """The replies of one call that are under way, and what the last interruption left unheard."""

    def __init__(self) -> None:
        self.unheard: tuple[Say, ...] = ()
        """What an interruption kept from the caller: the rest of what was cut, and what had not begun."""
        self.missed_question = False
        """Whether the caller heard less than half of the question before cutting in."""
        self._under_way: dict[int, Say] = {}
        self._in_passing: set[int] = set()
        self._last = 0
        self._question = 0

    def add(self, command: Say | Think) -> None:
        """Remember a reply that was asked for."""
        said = command if isinstance(command, Say) else Say(command.reply, "", barge_in=command.barge_in)
        self._under_way[command.reply] = said
        self._last = command.reply

    def passes(self, reply: int) -> None:
        """Say that a reply says nothing: it only fills a silence, and is no part of the conversation."""
        self._in_passing.add(reply)

    def in_passing(self, reply: int) -> bool:
        """Return whether a reply only filled a silence."""
        return reply in self._in_passing

    def asked(self) -> None:
        """Say that what was said last is the question which the caller is expected to answer."""
        self._question, self.missed_question = self._last, False

    def finished(self, reply: HeardReply) -> None:
        """Take note that a reply was heard to its end."""
        if self.in_passing(reply.reply):
            return
        self._under_way.pop(reply.reply, None)
        self.unheard = ()

    def interrupted(self, replies: Sequence[HeardReply]) -> None:
        """Take note of what was heard of each reply under way."""
        replies = [reply for reply in replies if not self.in_passing(reply.reply)]
        if not replies:
            return
        self.unheard = tuple(rest for reply in replies if (rest := self._rest(reply)).text)
        asked = next((reply for reply in replies if reply.reply == self._question), None)
        self.missed_question = asked is not None and 2 * len(asked.heard) < len(asked.whole)

    def hushed(self) -> None:
        """Take note that everything was dropped but words that must be heard."""
        self._under_way = self.uncuttable()
        self.unheard = tuple(say for say in self.unheard if say.barge_in == "none")

    def uncuttable(self) -> dict[int, Say]:
        """Return the replies under way that must be heard, by number."""
        return {number: say for number, say in self._under_way.items() if say.barge_in == "none"}

    def of_operator(self) -> tuple[Say, ...]:
        """Return a person's words that are under way or were cut, in order."""
        return tuple(say for say in (*self.unheard, *self._under_way.values()) if say.by == "operator")

    def take_unheard(self, *, only_uncuttable: bool = False) -> tuple[Say, ...]:
        """Return what was not heard, and forget it."""
        unheard, self.unheard = self.unheard, ()
        return tuple(say for say in unheard if say.barge_in == "none" or not only_uncuttable)

    @property
    def must_come_first(self) -> bool:
        """Whether words that must be heard were not."""
        return any(say.barge_in == "none" for say in self.unheard)

    def _rest(self, reply: HeardReply) -> Say:
        """Return what is left to say of a reply: all of it, when it must be heard."""
        said = self._under_way.pop(reply.reply, Say(reply.reply, reply.whole))
        if said.barge_in == "none" and reply.heard != reply.whole:
            return replace(said, reply=0, text=reply.whole)
        words = reply.whole.split()[len(reply.heard.split()) :]
        return replace(said, reply=0, text=" ".join(words), fixed=said.fixed and not reply.heard)
