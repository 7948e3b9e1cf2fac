"""The whole house: ten calls go on while its files are edited, well and badly, and its processes are killed."""

import os
import re
import signal
import sqlite3
from contextlib import asynccontextmanager, closing
from html.parser import HTMLParser

import httpx2
import pytest
import trio
from host import Host, host_at, is_there
from worker_house import PATIENCE, WHERE, until

from voiced.fleet.control import Control
from voiced.fleet.rundir import control_path, control_token
from voiced.lab.worker import free_port

CALLS = 10
GOOD = {
    "voiced.yaml": lambda text, n: re.sub(r"data_ttl_days: \d+", f"data_ttl_days: {n + 10}", text),
    "flows/menu.yaml": lambda text, n: re.sub(r"ask: Que faire.*", f"ask: Que faire, version {n} ?", text),
}
BAD = [
    ("voiced.yaml", lambda text: text.replace("limits:", "limts:"), r"voiced\.yaml:\d+:\d+: .*did you mean 'limits'"),
    ("flows/menu.yaml", lambda text: text.replace("next: choix}", "next: choi}", 1), r"menu\.yaml:\d+:\d+: .*choix"),
    ("voiced.yaml", lambda text: text.replace("stt: troupe", "stt: troup"), r"voiced\.yaml:\d+:\d+: .*'troupe'"),
    ("flows/menu.yaml", lambda text: text.replace("steps:", "steps: [", 1), r"menu\.yaml:\d+:\d+: "),
    ("voiced.yaml", lambda text: text + "\nlimits: {}\n", r"voiced\.yaml:\d+:\d+: .*limits"),
]


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    """Two workers, the models, the jobs, the administration; a brain in the models' process, and one to stand in."""
    changes = {
        "limits": {"calls": 20, "drain_seconds": 20},
        "providers": {"llm": "thinker"},
        "fallback": {"llm": ["troupe"]},
        "plugins": {"thinker": {}},
        "privacy": {"data_ttl_days": 9, "company": "Garage Martin"},
        "admin": {"enabled": True, "port": free_port()},
        "jobs": {"enabled": True},
        "reload": {"poll_seconds": 0.2},
    }
    built = host_at(tmp_path_factory.mktemp("house") / "h", **changes)
    try:
        yield built.run().ready()
    finally:
        built.kill()


class Form(HTMLParser):
    """What a browser would send of the last form of a page."""

    def __init__(self, page):
        super().__init__()
        self.sent, self._chosen, self._text = [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.sent = []
        elif "disabled" in given:
            return
        elif tag == "input" and "name" in given and (given.get("type") != "checkbox" or "checked" in given):
            self.sent.append((given["name"], given.get("value", "on")))
        elif tag == "select":
            self._chosen = given.get("name")
        elif tag == "option" and "selected" in given and self._chosen:
            self._text = (self._chosen, "")
        elif tag == "textarea":
            self._text = (given["name"], "")

    def handle_data(self, data):
        if self._text:
            self._text = (self._text[0], self._text[1] + data)

    def handle_endtag(self, tag):
        if tag in ("option", "textarea") and self._text:
            self.sent.append(self._text)
            self._text = None

    def filled(self, **values):
        wanted = {name.replace("__", "."): value for name, value in values.items()}
        kept = [(name, value) for name, value in self.sent if name not in wanted]
        return dict([*kept, *wanted.items()])


class Administrator:
    """Someone at the administration, by its forms."""

    def __init__(self, host):
        self.host = host
        text = host.house.config.read_text("utf-8")
        [port] = re.findall(r"admin:\n(?:  .*\n)*?  port: (\d+)", text)
        self.url = f"http://127.0.0.1:{port}"

        self.browser = httpx2.AsyncClient(base_url=self.url, follow_redirects=True, timeout=PATIENCE)

    async def __aenter__(self):
        """Sign in."""
        await self.host.type("user", "add", "chef", "--stdin", stdin=b"une longue phrase\n")
        page = (await self.browser.get("/sign-in")).text
        answer = await self.browser.post("/sign-in", data=Form(page).filled(name="chef", password="une longue phrase"))
        assert "chef" in answer.text
        return self

    async def __aexit__(self, *_):
        await self.browser.aclose()

    async def reviews(self, **values):
        page = (await self.browser.get("/settings")).text
        return await self.browser.post("/settings/review", data=Form(page).filled(**values))

    async def changes(self, **values):
        review = await self.reviews(**values)
        assert review.status_code == 200, review.text
        saved = await self.browser.post("/settings/save", data=Form(review.text).filled(reason="essai"))
        assert "/settings/saved/" in str(saved.url), saved.text


class House:
    """The host, its files and its calls, as this story needs them."""

    def __init__(self, host: Host):
        self.host = host
        self.texts = {name: (host.house.folder / name).read_text("utf-8") for name in GOOD}

    def write(self, name, text):
        """Save a file as an editor does."""
        path = self.host.house.folder / name
        draft = path.with_suffix(".draft")
        draft.write_text(text, "utf-8")
        draft.replace(path)

    async def conditions(self):
        """Return what each worker says of the configuration."""
        token = control_token(self.host.house.data)
        paths = [control_path(self.host.house.data, number) for number in (0, 1)]
        return [await trio.to_thread.run_sync(Control(path, token).get, "/v1/config") for path in paths]

    async def everywhere(self, fits):
        """Wait until every worker says so of its configuration."""
        with trio.fail_after(PATIENCE):
            while not all(fits(each) for each in await self.conditions()):  # noqa: ASYNC110 - nothing tells of it
                await trio.sleep(0.05)

    async def takes(self, change):
        """Make a change, and wait until every worker has taken it: what is written over before that is no history."""
        before = (await self.conditions())[0]["version"]
        await change
        await self.everywhere(lambda each: each["version"] != before and not each["problems"])

    async def edit_well(self, number):
        before = (await self.conditions())[0]["version"]
        for name, change in GOOD.items():
            self.texts[name] = change((self.host.house.folder / name).read_text("utf-8"), number)
            self.write(name, self.texts[name])
        await self.everywhere(lambda each: each["version"] != before and not each["problems"])

    async def edit_badly(self, name, spoil, told):
        before = (await self.conditions())[0]["version"]
        self.write(name, spoil(self.texts[name]))
        await self.everywhere(lambda each: each["problems"])
        for each in await self.conditions():
            problems = [f"{p['file']}:{p['line']}:{p['column']}: {p['reason']} {p['fix']}" for p in each["problems"]]
            assert each["version"] == before
            assert any(re.search(told, problem) for problem in problems), problems

    def mend(self):
        for name, text in self.texts.items():
            self.write(name, text)

    async def asks(self, happenings, question):
        """Ring, and hear this question."""

        async def person(phone, heard):
            await heard(question)
            await self.host.end(phone)

        await self.host.call(happenings, person)

    async def kill(self, kind):
        """Kill the process of this kind, and wait until another is there."""
        begun = self._begun(kind)
        os.kill(begun[-1]["pid"], signal.SIGKILL)
        await until(lambda: len(self._begun(kind)) > len(begun))

    def _begun(self, kind):
        return [line for line in self.host.logged("process_started") if line["process"] == kind]


@asynccontextmanager
async def ten_calls(host, happenings):
    """Hold ten calls, each asking the same again and again, until the context ends; gives what became of them."""
    here, over, reports, rounds = [], trio.Event(), [], []

    async def person(phone, heard):
        await heard("Que faire ?")
        here.append(phone)
        while not over.is_set():
            phone.press("1")
            await heard("Nous sommes à Rennes.")
            await heard("Que faire ?")
            rounds.append(phone)
        await phone.say(WHERE)  # understood by a brain, whichever is there
        await heard("Nous sommes à Rennes.")
        await host.end(phone)

    async with trio.open_nursery() as nursery:

        async def ring():
            reports.append(await host.call(happenings, person, patience=6 * PATIENCE))

        for _ in range(CALLS):
            nursery.start_soon(ring)
        await until(lambda: len(here) == CALLS)
        yield rounds
        over.set()
    assert [failure for report in reports for failure in report.failures] == []
    assert {report.status for report in reports} == {"completed"}
    assert {phone: rounds.count(phone) > 3 for phone in here} == dict.fromkeys(here, True)


async def test_nothing_that_happens_around_them_disturbs_ten_calls(host):
    house, before = House(host), host.pids()
    async with Administrator(host) as chief, host.watching() as happenings, ten_calls(host, happenings):
        for number, bad in enumerate(BAD):
            await house.edit_well(number)
            await house.asks(happenings, f"Que faire, version {number} ?")
            await house.edit_badly(*bad)
            await house.asks(happenings, f"Que faire, version {number} ?")
            house.mend()
            await house.everywhere(lambda each: not each["problems"])
        for days in (20, 30, 40, 50, 60):
            refused = await chief.reviews(privacy__data_ttl_days="0")
            assert refused.status_code == 422
            await house.takes(chief.changes(privacy__data_ttl_days=str(days)))
        assert "data_ttl_days: 60" in host.house.config.read_text("utf-8")

        for kind in ("admin", "jobs", "inference"):
            await house.kill(kind)
            await house.asks(happenings, "Que faire, version 4 ?")
        with trio.fail_after(PATIENCE):
            while True:
                try:
                    assert (await chief.browser.get("/readyz")).status_code == 200
                    break
                except httpx2.TransportError:
                    await trio.sleep(0.1)
    assert host.pids() == before


async def test_a_killed_worker_comes_back_on_the_last_good_version_while_the_files_are_broken(host):
    house = House(host)
    name, spoil, told = BAD[0]
    await house.edit_badly(name, spoil, told)
    before = host.pids()
    os.kill(before[0], signal.SIGKILL)
    await until(lambda: host.pids().get(0) not in (None, before[0]))
    host.ready()
    [first, second] = await house.conditions()
    assert (first["source"], first["version"]) == ("history", second["version"])
    assert re.search("limts", first["problems"][0]["reason"])
    async with host.watching() as happenings:
        await house.asks(happenings, "Que faire, version 4 ?")
    house.mend()
    await house.everywhere(lambda each: each["source"] == "files" and not each["problems"])


async def test_what_was_done_stands_in_the_history_with_who_and_why(host):
    told = (await host.type("config", "history", "--json")).decode()
    assert told.count('"essai"') == 5
    assert told.count('"chef"') == 5


async def test_stopped_it_leaves_nothing_behind(host):
    assert host.finish() == 0
    assert [pid for pid in host.children() if is_there(pid)] == []
    assert host.leftovers() == ["control.token"]
    with closing(sqlite3.connect(host.house.data / "voiced.db")) as rows:
        assert rows.execute("select count(*) from calls where ended_at is null").fetchone() == (0,)
