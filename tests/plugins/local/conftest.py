"""A Host for the embedded providers, models that follow a script, and frames that sound like something."""

import numpy as np
import pytest
import trio

from voiced.audio.g711 import encode
from voiced.plugin import Packet


class Ledger:
    """A logger that keeps what it is told."""

    def __init__(self):
        self.lines = []

    def _keep(self, event, **facts):
        self.lines.append((event, facts))

    debug = info = warning = error = _keep


class ModelHost:
    """A Host whose inference process is a dictionary of models; `seconds` is how long each request takes."""

    def __init__(self, models, seconds=0.0):
        self.models = models
        self.seconds = seconds
        self.log = Ledger()
        self.asked = []
        self.finished = 0

    def monotonic(self):
        return trio.current_time()

    async def infer(self, model, method, *args):
        self.asked.append((model, method, *args))
        await trio.sleep(self.seconds)
        self.finished += 1
        return getattr(self.models[model], method)(*args)


@pytest.fixture
def model_host():
    return ModelHost


def tone(seconds, frequency=220.0, level=0.2, rate=8000):
    """A buzz rich enough in harmonics to pass for a vowel."""
    times = np.arange(round(seconds * rate)) / rate
    buzz = sum(np.sin(2 * np.pi * frequency * n * times) / n for n in range(1, 12))
    return (level * buzz * (1 + 0.3 * np.sin(2 * np.pi * 5 * times))).astype(np.float32)


@pytest.fixture
def vowel():
    """Return mu-law bytes that the detectors take for speech."""
    return lambda seconds: encode(tone(seconds) * 32767, "mulaw")


@pytest.fixture
def hush():
    """Return mu-law bytes of silence."""
    return lambda seconds: b"\xff" * round(8000 * seconds)


@pytest.fixture
def packets():
    """Cut mu-law bytes into packets of 20 ms."""
    return lambda data: [Packet(data[start : start + 160]) for start in range(0, len(data), 160)]
