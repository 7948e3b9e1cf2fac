"""espeak-ng as a process of its own: a line of French text on standard input, a line of IPA on standard output.

espeak-ng is under the GPL-3. It is therefore never loaded into a process of ours: this file is run by its path, alone,
imports nothing of this project, and talks over pipes. It ends with its input.
Calls follow espeak-ng's `speak_lib.h` (1.52).
"""

import ctypes
import sys

import espeakng_loader

AUDIO_OUTPUT_SYNCHRONOUS = 2
CHARS_UTF8 = 1
IPA_WITH_TIES = 0x02 | 0x80 | ord("^") << 8
"""IPA, with "^" between the letters of one phoneme."""


def load() -> ctypes.CDLL:
    """Return the library with the French voice chosen; raises RuntimeError when it cannot."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    library.espeak_TextToPhonemes.restype = ctypes.c_char_p
    library.espeak_TextToPhonemes.argtypes = [ctypes.POINTER(ctypes.c_char_p), ctypes.c_int, ctypes.c_int]
    data = espeakng_loader.get_data_path().encode()
    if library.espeak_Initialize(AUDIO_OUTPUT_SYNCHRONOUS, 0, data, 0) < 0:
        raise RuntimeError("espeak-ng does not start")
    if library.espeak_SetVoiceByName(b"fr"):
        raise RuntimeError("espeak-ng has no French voice")
    return library


def phonemes(library: ctypes.CDLL, text: str) -> str:
    """Return the IPA of `text`, clauses joined by spaces."""
    rest = ctypes.c_char_p(text.encode())
    clauses = []
    while rest.value is not None:
        clauses.append(library.espeak_TextToPhonemes(ctypes.byref(rest), CHARS_UTF8, IPA_WITH_TIES).decode())
    return " ".join(clauses)


def main() -> None:
    """Answer lines until the input ends."""
    library = load()
    for line in sys.stdin:
        sys.stdout.write(phonemes(library, line.strip()).replace("\n", " ") + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # standard input is a text file here
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # as above
    main()
