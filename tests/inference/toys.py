"""Toy models, and a script that serves them: `python toys.py SOCKET PARENT_PID`."""

import os
import sys
import threading
from pathlib import Path

import trio

from voiced.errors import ProviderThrottled, Unavailable
from voiced.inference import serve


class Ledger:
    """A logger that keeps event names."""

    def __init__(self):
        self.events = []

    def _keep(self, event, **facts):
        self.events.append((event, facts))

    debug = info = warning = error = _keep


class Parrot:
    """Says what it is told, and fails on demand."""

    def say(self, value, times=1):
        return [value] * times

    def pid(self):
        return os.getpid()

    def broken(self):
        raise ValueError("the caller said 06 12 34 56 78")

    def throttled(self):
        raise ProviderThrottled("slow down")

    def strange(self):
        return object()

    _secret = say


class Gate:
    """Methods that wait until they are let through; remembers who ran, in order."""

    def __init__(self):
        self.opened = threading.Event()
        self.entered = threading.Event()
        self.ran = []

    def _pass(self, name):
        self.entered.set()
        self.opened.wait(20)
        self.ran.append(name)
        return name

    def transcribe(self, name):
        return self._pass(name)

    def speak(self, name):
        return self._pass(name)

    def embed(self, name):
        return self._pass(name)


def missing():
    """Load a model whose weights are not there."""
    raise Unavailable("no weights", fix="fetch them")


def broken():
    """Load a model whose weights are no weights."""
    raise RuntimeError("unexpected end of file")


if __name__ == "__main__":
    trio.run(lambda: serve({"parrot": Parrot, "gate": Gate}, Path(sys.argv[1]), log=Ledger(), parent=int(sys.argv[2])))
