"""What Twilio's refusals mean, and how to mend them. Source: twilio.com/docs/api/errors."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from voiced.plugin import Answer, ProviderBadInput, ProviderError, refusal
from voiced_twilio.options import NAME

HINTS: Mapping[int, str] = {
    10004: "the account may not have more calls at once: wait, or ask Twilio for more",
    20003: "check the account and its token: each region has a token of its own, and `url` names the region",
    20404: "look up what was meant: it is not in this account, or in another region than that of `url`",
    21210: "show a number of this account (`caller_id`)",
    21215: "allow calls to this country: Console, Voice, Settings, Geo permissions",
    21217: "write the number in E.164 form, such as +33199000001",
    21220: "the call is not in progress any more",
    21405: "give `inbound` as well: a fallback alone is not taken",
    21422: "search again: the number was sold, or is not for sale",
    21613: "have the address validated: Console, Phone Numbers, Regulatory Compliance, Addresses",
    21615: "give an address in the zone of the number",
    21628: "check the address (AD...): it is not in this account, or was not validated",
    21631: "give an address: `--address AD...`; France wants one in the zone of the number",
    21649: "give an approved dossier of this kind of number: `--bundle BU...`; a review takes days",
    21663: "the number shown belongs to another region than that of `url`",
}
"""What to do, by Twilio's code."""

GONE = frozenset({20404, 21220})
"""Codes for a call that is over; both were seen for it."""


class _Refusal(msgspec.Struct):
    code: int = 0


class TwilioBadInput(ProviderBadInput):
    """Twilio will never accept the request; `code` is its own."""

    def __init__(self, message: str, *, code: int, hint: str) -> None:
        super().__init__(message, provider=NAME, hint=hint)
        self.code = code


def failure(answer: Answer) -> ProviderError:
    """Return the error that an answer of 300 or more stands for. Twilio's words are left out: they quote numbers."""
    code = _code(answer.body)
    error = refusal(answer.status, answer.headers, provider=NAME, detail=str(code) if code else "")
    hint = HINTS.get(code, error.hint)
    if isinstance(error, ProviderBadInput):
        return TwilioBadInput(str(error), code=code, hint=hint)
    error.hint = hint
    return error


def _code(body: bytes) -> int:
    try:
        return msgspec.json.decode(body, type=_Refusal).code
    except (ValueError, RecursionError):
        return 0
