"""The pages in English: what each French text of them is. A test holds this to the texts that there are."""

from __future__ import annotations

ENGLISH: dict[str, str] = {}
