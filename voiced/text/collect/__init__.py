"""Collectors: what a caller said, turned into a value. `KINDS` is the registry that flows name them by.

All are pure: text and a `Context` in, a `Collected` or None out. They never raise on any text.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from voiced.text.collect.choice import CHOICE, TEXT
from voiced.text.collect.contract import Collected, Collector, Context, Value
from voiced.text.collect.email import EMAIL_ADDRESS
from voiced.text.collect.name import NAME
from voiced.text.collect.postcode import POSTCODE
from voiced.text.collect.quantities import AMOUNT, DIGITS, NUMBER
from voiced.text.collect.telephone import TELEPHONE
from voiced.text.collect.when import DATE, MOMENT, TIME
from voiced.text.collect.yes_no import YES_NO

KINDS: Mapping[str, Collector] = MappingProxyType(
    {
        collector.kind: collector
        for collector in (
            YES_NO,
            TELEPHONE,
            DATE,
            TIME,
            MOMENT,
            NUMBER,
            DIGITS,
            AMOUNT,
            NAME,
            EMAIL_ADDRESS,
            POSTCODE,
            CHOICE,
            TEXT,
        )
    },
)

__all__ = ["KINDS", "Collected", "Collector", "Context", "Value"]
