"""How a wished-for number is looked for at Vonage, which knows fewer kinds and no wildcards. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from voiced.plugin import NumberKind, NumberWish

TYPES: Mapping[NumberKind, str] = {
    "local": "landline",
    "national": "landline",
    "mobile": "mobile-lvn",
    "toll-free": "landline-toll-free",
}
FRANCE: Mapping[NumberKind, str] = {"local": r"\+33[1-5]", "national": r"\+339", "mobile": r"\+33[67]"}
"""How French numbers of a kind begin: to Vonage geographic and national ones are all landlines."""
PREFIXES: Mapping[str, str] = {
    "32": "BE", "33": "FR", "34": "ES", "31": "NL", "41": "CH", "43": "AT", "44": "GB", "45": "DK", "46": "SE",
    "48": "PL", "49": "DE", "262": "RE", "351": "PT", "352": "LU", "353": "IE", "358": "FI", "420": "CZ", "590": "GP",
    "594": "GF", "596": "MQ",
}  # fmt: skip
"""Countries by how their numbers begin, which Vonage wants to be told when one is bought."""


def pattern(wish: NumberWish) -> Mapping[str, str]:
    """Return the fields that find no more than they must: digits, and where in the number they stand."""
    head = max(re.split(r"\D+", wish.contains.removeprefix("+")), key=len, default="")
    if wish.contains.startswith("+"):
        head = re.split(r"\D+", wish.contains[1:])[0]
    elif head:
        return {"pattern": head, "search_pattern": "1"}
    if wish.country == "FR" and wish.kind == "national" and "339".startswith(head):
        head = "339"
    return {"pattern": head, "search_pattern": "0"} if head else {}


def fits(wish: NumberWish, number: str) -> bool:
    """Return whether a number (E.164) is what was wished for."""
    kind = FRANCE.get(wish.kind, "") if wish.country == "FR" else ""
    digits = re.escape(wish.contains).replace(r"\*", r"\d")
    return bool(re.match(kind, number) and re.search(digits, number))


def needs(wish: NumberWish) -> str:
    """Return the address that the buyer must have. Vonage does not tell; the law of France does."""
    if wish.country != "FR":
        return "any"
    return "any" if wish.kind == "toll-free" else "local"


def country_of(number: str) -> str:
    """Return the country of a number (E.164), by its two letters; "" when it is not known here."""
    return next((PREFIXES[number[1 : 1 + size]] for size in (3, 2) if number[1 : 1 + size] in PREFIXES), "")
