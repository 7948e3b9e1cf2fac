"""The account's numbers, and those for sale: see `voiced.plugin.Numbers`.

At Vonage a number is linked to an application, and the application leads: so all of its numbers lead to one place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from voiced.plugin import NumberOffer, NumberWish, OwnedNumber, Papers, ProviderBadInput, Wiring
from voiced_vonage.account import NAME, Account, Body
from voiced_vonage.applications import Applications, wiring_of
from voiced_vonage.events import digits, e164
from voiced_vonage.looking import TYPES, country_of, fits, needs, pattern
from voiced_vonage.options import VonageOptions

PAGE = 100
MOST_PAGES = 5
"""Pages of numbers for sale that are looked through: Vonage finds less finely than is asked."""
IN_DASHBOARD = (
    "search again: it may have been sold; or buy it in the dashboard (dashboard.nexmo.com/buy-numbers), which takes "
    "the address that France asks for, then `voiced number wire`"
)
NO_PAPERS = "leave out --bundle and --address: where the law wants papers, Vonage takes them in its dashboard"


class NumbersByHttp:
    """The numbers of one account."""

    def __init__(self, options: VonageOptions, account: Account) -> None:
        self._account, self._ours = account, options.application_id
        self._applications = Applications(options, account)
        self._url = options.numbers_url.rstrip("/")

    async def search(self, wish: NumberWish) -> Sequence[NumberOffer]:
        """Return numbers for sale that take calls."""
        found: list[NumberOffer] = []
        asked = {"country": wish.country, "type": TYPES[wish.kind], "features": "VOICE", **pattern(wish)}
        for index in range(1, MOST_PAGES + 1):
            page = await self._page("/number/search", index, **asked)
            offered = [e164(_text(each, "msisdn")) for each in page]
            found += [NumberOffer(number, wish.kind, "", needs(wish)) for number in offered if fits(wish, number)]
            if len(page) < PAGE or len(found) >= wish.limit:
                break
        return found[: wish.limit]

    async def buy(self, number: str, papers: Papers) -> OwnedNumber:
        """Buy a number. Raises `ProviderBadInput` where Vonage sells in its dashboard only."""
        if papers != Papers():
            raise ProviderBadInput("it takes no papers over its API", provider=NAME, hint=NO_PAPERS)
        country = country_of(number)
        if not country:
            hint = "buy it in the dashboard, then `voiced number wire`"
            raise ProviderBadInput("the country of the number is not known here", provider=NAME, hint=hint)
        fields = {"country": country, "msisdn": digits(number)}
        await self._account.post(f"{self._url}/number/buy", otherwise=IN_DASHBOARD, **fields)
        found = await self._find(number)
        return await self._told(found, {}) if found else OwnedNumber(number, digits(number), Wiring())

    async def owned(self) -> Sequence[OwnedNumber]:
        """Return the account's numbers."""
        every: list[Body] = []
        while page := await self._page("/account/numbers", len(every) // PAGE + 1):
            every += page
            if len(page) < PAGE:
                break
        known: dict[str, Body | None] = {}
        return [await self._told(each, known) for each in every]

    async def wire(self, number: str, wiring: Wiring) -> OwnedNumber:
        """Let our application lead to our webhooks, and link the number to it, in place of whatever it had."""
        found = await self._find(number)
        if found is None:
            hint = "`voiced number show` lists the account's numbers"
            raise ProviderBadInput("the number is not in this account", provider=NAME, hint=hint)
        await self._applications.lead(wiring)
        fields = {"country": _text(found, "country"), "msisdn": _text(found, "msisdn"), "app_id": self._ours}
        # What is not said again may be taken away: where its messages go is none of our business.
        fields |= {key: found[key] for key in ("moHttpUrl",) if found.get(key)}
        if _forward(found):
            fields |= {"voiceCallbackType": "app", "voiceCallbackValue": self._ours}
        await self._account.post(f"{self._url}/number/update", **fields)
        return await self._told(await self._find(number) or found, {})

    async def _find(self, number: str) -> Body | None:
        name = digits(number)
        page = await self._page("/account/numbers", 1, pattern=name, search_pattern="0") if name else ()
        return next((each for each in page if each.get("msisdn") == name), None)

    async def _page(self, path: str, index: int, **asked: str) -> Sequence[Body]:
        body = await self._account.get(self._url + path, size=str(PAGE), index=str(index), **asked)
        found = body.get("numbers")
        return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else ()

    async def _told(self, number: Body, known: dict[str, Body | None]) -> OwnedNumber:
        """Return a number with where it leads; `known` keeps the applications that were asked for."""
        name = _text(number, "msisdn")
        forward = _forward(number)
        if forward:
            return OwnedNumber(e164(name), name, Wiring(forward))
        application = _application(number)
        if application and application not in known:
            known[application] = await self._applications.find(application)
        found = known.get(application)
        trouble = self._applications.trouble(application, found)
        return OwnedNumber(e164(name), name, wiring_of(found or {}), trouble)


def _application(number: Body) -> str:
    """Return the application that a number is linked to; older answers have it for a callback."""
    callback = _text(number, "voiceCallbackValue") if _text(number, "voiceCallbackType") == "app" else ""
    return _text(number, "app_id") or callback


def _forward(number: Body) -> str:
    """Return where a number is sent on to, which wins over its application; "" when nowhere."""
    kind, value = _text(number, "voiceCallbackType"), _text(number, "voiceCallbackValue")
    return f"{kind}:{value.removeprefix(kind + ':')}" if kind in {"sip", "tel"} and value else ""


def _text(resource: Mapping[str, object], key: str) -> str:
    value = resource.get(key)
    return value if isinstance(value, str) else ""
