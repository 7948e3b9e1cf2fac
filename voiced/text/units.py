"""Units, percentages and degrees: "12 km", "20 m²", "37,5 °C", "20 %" turned into speech."""

from __future__ import annotations

import re

from voiced.text.numbers import cardinal, decimal
from voiced.text.pattern import lazy

_UNITS = {
    "km/h": ("kilomètre heure", "kilomètres heure"),
    "m/s": ("mètre par seconde", "mètres par seconde"),
    "km²": ("kilomètre carré", "kilomètres carrés"),
    "km2": ("kilomètre carré", "kilomètres carrés"),
    "m²": ("mètre carré", "mètres carrés"),
    "m2": ("mètre carré", "mètres carrés"),
    "cm²": ("centimètre carré", "centimètres carrés"),
    "m³": ("mètre cube", "mètres cubes"),
    "m3": ("mètre cube", "mètres cubes"),
    "km": ("kilomètre", "kilomètres"),
    "cm": ("centimètre", "centimètres"),
    "mm": ("millimètre", "millimètres"),
    "m": ("mètre", "mètres"),
    "kg": ("kilo", "kilos"),
    "mg": ("milligramme", "milligrammes"),
    "g": ("gramme", "grammes"),
    "ha": ("hectare", "hectares"),
    "cl": ("centilitre", "centilitres"),
    "ml": ("millilitre", "millilitres"),
    "l": ("litre", "litres"),
    "L": ("litre", "litres"),
    "min": ("minute", "minutes"),
    "mn": ("minute", "minutes"),
    "sec": ("seconde", "secondes"),
    "s": ("seconde", "secondes"),
    "h": ("heure", "heures"),
    "j": ("jour", "jours"),
    "kWh": ("kilowattheure", "kilowattheures"),
    "kW": ("kilowatt", "kilowatts"),
    "W": ("watt", "watts"),
    "V": ("volt", "volts"),
    "Hz": ("hertz", "hertz"),
    "kHz": ("kilohertz", "kilohertz"),
    "Ko": ("kilo-octet", "kilo-octets"),
    "Mo": ("mégaoctet", "mégaoctets"),
    "Go": ("gigaoctet", "gigaoctets"),
    "To": ("téraoctet", "téraoctets"),
    "°C": ("degré", "degrés"),
    "°F": ("degré Fahrenheit", "degrés Fahrenheit"),
    "°": ("degré", "degrés"),
    "%": ("pour cent", "pour cent"),
    "‰": ("pour mille", "pour mille"),
}
FEMININE = ("minute", "seconde", "heure", "tonne")
NUMBER = r"(?<![\w,.])(?P<sign>[-−] ?(?=\d))?(?P<whole>\d{1,3}(?: \d{3})+(?!\d)|\d+)(?:[.,](?P<part>\d+))?"
"""A written quantity, with French grouping ("1 200,5")."""

_NAMES = "|".join(re.escape(unit) for unit in sorted(_UNITS, key=len, reverse=True))
_QUANTITY = lazy(
    rf"{NUMBER}\s?(?P<unit>{_NAMES})(?P<per>/(?:h|s|min|j|mois|an)(?!\w))?(?![\w²³/])(?:\.(?=\s[a-zà-ÿ]))?"
)
_SLASH = {"h": "heure", "s": "seconde", "min": "minute", "j": "jour", "mois": "mois", "an": "an"}


def say_number(whole: str, part: str = "", *, minus: bool = False, feminine: bool = False) -> str:
    """Return a written number in words: `whole` may hold grouping spaces, `part` follows the decimal comma."""
    digits = whole.replace(" ", "")
    said = decimal(digits, part) if part else cardinal(int(digits), feminine=feminine)
    return f"moins {said}" if minus else said


def _said(match: re.Match[str]) -> str:
    one, many = _UNITS[match["unit"]]
    whole, part = match["whole"], match["part"] or ""
    name = one if int(whole.replace(" ", "")) < 2 else many
    number = say_number(whole, part, minus=bool(match["sign"]), feminine=one.startswith(FEMININE))
    per = f" par {_SLASH[match['per'][1:]]}" if match["per"] else ""
    return f"{number} {name}{per}"


def speak_units(text: str) -> str:
    """Replace every quantity with a unit by its words."""
    return _QUANTITY.sub(_said, text)
