"""What is done to every frame of every call: samples and loudness in C, a tenth of the cost of the same by arrays.

An array operation on 160 samples costs five microseconds warm and twice that in a worker, which wakes fifty times a
second to cold caches; `audioop` takes half of one. It is part of Python up to 3.12; `audioop-lts` is the same module,
kept up after it left. For whole files, where arrays are faster, `g711` and `level` remain.
"""

from __future__ import annotations

import warnings

from voiced.audio.frame import Encoding

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop


def pcm16(data: bytes, encoding: Encoding) -> bytes:
    """Return `data` as 16-bit samples in the machine's order, as `g711.decode` gives them."""
    if encoding == "mulaw":
        return audioop.ulaw2lin(data, 2)
    return audioop.alaw2lin(data, 2) if encoding == "alaw" else data


def mulaw(samples: bytes) -> bytes:
    """Return 16-bit `samples` in mu-law, as `g711.encode` gives them."""
    return audioop.lin2ulaw(samples, 2)


def rms(samples: bytes) -> int:
    """Return the root mean square of 16-bit `samples`, rounded down; 0 for none."""
    return audioop.rms(samples, 2)
