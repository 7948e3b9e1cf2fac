"""Whisper base on CTranslate2, called directly, in the inference process.

The encoder gets the utterance and a few seconds of silence rather than Whisper's 30 s: a quarter of the work for the
same words. Window lengths come in five sizes, since memory grows with each new one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from voiced.audio.g711 import decode
from voiced_local.stt.guards import plausible
from voiced_local.stt.mel import FRAMES_PER_SECOND, RATE, log_mel
from voiced_local.stt.tokens import PREVIOUS, START, Tokens
from voiced_local.weights import loading

WINDOWS = (6.0, 12.0, 16.0, 22.0, 30.0)
"""Seconds that the encoder may look at."""
PROMPT = (
    " Oui, allô ? Bonjour madame, j'appelle au sujet de ma commande, de la livraison du colis et de la facture."
    " Est-ce possible lundi à 10 heures ? Mon adresse e-mail est contact@exemple.fr."
)
"""What was said before, as Whisper is told: any call to any business. It takes word errors down by a fifth."""
PROMPT_TOKENS = 200
"""Whisper reads 223 tokens of context at most."""
BEAM = 8
QUICK_BEAM = 2
QUICK_PAD = 3.0
"""For interims while somebody speaks: half the work, and some words worse."""
TOKENS_PER_SECOND = 9
TOKENS_LEAST = 12
"""Nobody says more tokens than this in a second; a repetition loop does."""
REPEATED_NGRAM = 5
LEVEL = 0.05
"""The level that 2 % of the samples pass is brought here: callers are loud and soft, the model likes them alike."""


class Whisper:
    """The model in the inference process. `transcribe` blocks for some 0.3 s of one core; two may run at once."""

    def __init__(self, pad: float, beam: int = BEAM, threads: int = 1) -> None:
        import ctranslate2  # noqa: PLC0415 - 150 MB; only the inference process pays for it

        self._storage = ctranslate2.StorageView.from_array
        with loading("whisper") as folder:
            self._model = ctranslate2.models.Whisper(
                str(folder), device="cpu", compute_type="int8", inter_threads=2, intra_threads=threads
            )
            self._tokens = Tokens(folder)
        self._pad = pad
        self._beam = beam

    def ready(self) -> bool:
        """Return True; asked for while the phone rings, so that the model is loaded."""
        return True

    def transcribe(self, audio: bytes, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is said in `audio` (mu-law, 8 kHz, at most 30 s).

        `options["hints"]` are words that may occur; `options["quick"]` asks for a glance. The result holds `text`
        (empty when it was not speech), `logprob` (mean over the tokens) and `no_speech` (0..1).
        """
        sound = levelled(decode(audio, "mulaw").astype(np.float32) / np.float32(32768))
        seconds = len(sound) / RATE
        prompt = [PREVIOUS, *self._context(options.get("hints", ())), *START]
        pad, beam = (QUICK_PAD, QUICK_BEAM) if options.get("quick") else (self._pad, self._beam)
        mel = log_mel(sound, round(window(seconds + pad) * FRAMES_PER_SECOND))
        [result] = self._model.generate(
            self._storage(np.ascontiguousarray(mel[None])),
            [prompt],
            beam_size=beam,
            no_repeat_ngram_size=REPEATED_NGRAM,
            max_length=min(len(prompt) + int(TOKENS_PER_SECOND * seconds) + TOKENS_LEAST, 448),
            return_scores=True,
            return_no_speech_prob=True,
        )
        text = self._tokens.decode(result.sequences_ids[0]).strip()
        heard = plausible(text, result.scores[0], result.no_speech_prob)
        return {"text": text if heard else "", "logprob": result.scores[0], "no_speech": result.no_speech_prob}

    def _context(self, hints: Any) -> list[int]:
        """Return the tokens of the prompt, the words of the flow first where they are too many."""
        words = self._tokens.encode(f" {', '.join(hints)}.") if hints else []
        return [*words, *self._tokens.encode(PROMPT)][-PROMPT_TOKENS:]


def window(seconds: float) -> float:
    """Return the shortest window that holds `seconds`, or the longest there is."""
    return next((size for size in WINDOWS if size >= seconds), WINDOWS[-1])


def levelled(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return `sound` at the level that the model knows best; silence stays as it is."""
    if not len(sound):
        return sound
    loud = float(np.quantile(np.abs(sound), 0.98))
    return sound * np.float32(LEVEL / loud) if loud > 1e-4 else sound
