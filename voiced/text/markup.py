"""What is meant for the eye is removed: Markdown, HTML tags, emoji, typographic signs, runs of blanks."""

from __future__ import annotations

import re
import unicodedata

from voiced.text.pattern import lazy

_LINKS = lazy(r"!?\[([^\]]*)\]\(\s*[^)\s]*(?:\s+\"[^\"]*\")?\s*\)")
_FENCE = lazy(r"^\s*(?:```|~~~).*$", re.MULTILINE)
_RULE = lazy(r"^\s*(?:[-*_=] ?){3,}\s*$|^\s*\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?$", re.MULTILINE)
_LINE_MARK = lazy(r"^[ \t]*(?:#{1,6}\s+|>\s?|[-*+•▪◦‣]\s+|\d{1,2}[.)]\s+)+", re.MULTILINE)
_TAG = lazy(r"</?[A-Za-z][^<>]*>")
_STRONG = lazy(r"(\*\*|__|~~)(?=\S)(.+?)(?<=\S)\1")
_SOFT = lazy(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])|(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])")
_QUOTES = lazy(r"[«»“”„\"`]")
_STRAY = lazy(r"(?<!\S)(?:[°©®™§²³~^|<>{}\\*_#\[\]]+|(?<!\d )/)(?!\S)")
_APOSTROPHES = lazy(r"[’‘ʼ´`′](?=\w)")
_DASHES = lazy(r"\s+[-–—]\s+(?=\D)|\s*—\s*")
_BORDER = lazy(r"\s*(?:\x00|\n[ \t]*\n)[\s\x00]*")
_JOINERS = "\u200d\ufe0f\ufe0e\u20e3\u200b\u2060\ufeff\u00ad"
_KEPT_SYMBOLS = frozenset("€$£°%‰+=<>&@#/²³|~^*_©®™º§")


def _mark_lines(text: str) -> str:
    """Put a border (NUL) where a heading, a bullet or a table row ends, so that it is heard as a sentence."""
    lines = text.split("\n")
    out: list[str] = []
    for line in lines:
        bare = _LINE_MARK.sub("", line)
        if "|" in bare and bare.count("|") > 1:
            bare = ", ".join(cell.strip() for cell in bare.strip().strip("|").split("|"))
            out.append(f"\x00{bare}\x00")
        else:
            out.append(f"\x00{bare}\x00" if bare != line else bare)
    return "\n".join(out)


def _ends_sentence(match: re.Match[str]) -> str:
    before = match.string[: match.start()].rstrip(" \n\x00")
    after = match.string[match.end() :].strip(" \n\x00")
    return "\n" if not before or not after or before[-1] in ".!?…:;," else ". "


def without_emoji(text: str) -> str:
    """Remove pictographs and the invisible characters that join them; keep signs that have a spoken form."""
    kept = (
        c for c in text if c in _KEPT_SYMBOLS or (unicodedata.category(c) not in {"So", "Sk"} and c not in _JOINERS)
    )
    return "".join(c for c in kept if not "\U0001f1e6" <= c <= "\U0001faff")


def without_markup(text: str) -> str:
    """Return the text without Markdown or HTML; links keep their words, bullets and headings become sentences."""
    text = text.replace("\r\n", "\n").replace("\x00", "")
    text = _RULE.sub("", _FENCE.sub("", text))
    text = _LINKS.sub(r"\1", text)
    text = _TAG.sub(" ", text)
    text = _STRONG.sub(r"\2", _STRONG.sub(r"\2", text))
    text = _SOFT.sub(lambda m: m[1] or m[2], text)
    return _BORDER.sub(_ends_sentence, _mark_lines(text))


def typography(text: str) -> str:
    """Return NFC text with plain spaces and apostrophes, no quotation marks, and dashes heard as commas."""
    text = unicodedata.normalize("NFC", text)
    text = re.sub(r"[\u00a0\u202f\u2007\u2009\t]", " ", text)
    text = _APOSTROPHES.sub("'", text)
    text = _STRAY.sub(" ", _QUOTES.sub(" ", text))
    return _DASHES.sub(", ", re.sub(r"\s+", " ", text))


def collapsed(text: str) -> str:
    """Return one line, single blanks, no blank before a comma or a full stop, no doubled comma."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\(\s+", "(", re.sub(r"\s+([,.)…])", r"\1", text))
    text = re.sub(r"(?:,\s*){2,}", ", ", text)
    text = re.sub(r",\s*([.;:!?])", r"\1", text)
    return re.sub(r"^[\s,;:.]+|[\s,]+$", "", text)
