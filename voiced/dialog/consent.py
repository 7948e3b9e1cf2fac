"""Consent: the evidence that is kept of a caller's decision (GDPR art. 7(1))."""

from __future__ import annotations

import hashlib
from typing import Literal

from voiced.dialog.flow import Flow
from voiced.dialog.talk import Decided, Decision


def evidence(
    flow: Flow,
    decision: Decision,
    script: str,
    modality: Literal["voice", "key", "silence"],
    words: str,
    confidence: float,
) -> Decided:
    """Return the record of a decision: what was asked, how it was answered, by which version of the flow."""
    digest = hashlib.sha256(script.encode()).hexdigest()
    return Decided(decision, script, digest, modality, words, confidence, flow.flow, flow.version)
