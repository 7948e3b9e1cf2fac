"""A house to call: a project with the troupe's providers, its flows, and a real worker process on a free port."""

import base64
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import httpx2
import trio
import yaml
from trio_websocket import wrap_client_stream
from troupe_plugin import spoken as said

from voiced.errors import Unavailable
from voiced.fleet.rundir import control_path, token_beside
from voiced.lab.happenings import Happenings
from voiced.lab.worker import free_port
from voiced.store import db, queries
from voiced.testing.distribution import install
from voiced.testing.twilio import ACCOUNT_SID, AUTH_TOKEN, Faults, Options, Twilio
from voiced.testing.twilio.recording import new_sid
from voiced.testing.twilio.signing import signature_headers

HERE = Path(__file__).parent
CALLER = "+33611111111"
PERSON = "+33199000001"
RECEPTION_NUMBER, MENU_NUMBER = "+33900000001", "+33900000002"
PATIENCE = 15.0

RECEPTION = """\
flow: reception
title: Asks whether the text may be kept, and for a name
start: bonjour
vars: {ville: Rennes}
policies:
  end_of_turn: {after: 0.3}
  failure: {say: Nous avons un souci., then: sortie}
  silence: {after: 30}
steps:
  bonjour: {say: "Bonjour.", next: accord}
  accord:
    consent: {ask: "Gardons-nous le texte ?"}
    granted: nom
    refused: nom
  nom:
    ask: Votre nom ?
    routes:
      - {intent: nomme, examples: ["je m'appelle Zéphyrine Quatrevents"], to: fin}
  fin: {hangup: "Au revoir."}
  sortie: {hangup: "Voici la sortie."}
"""
MENU = """\
flow: menu
title: Does what is pressed
start: choix
policies:
  end_of_turn: {after: 0.3}
  failure: {say: Nous avons un souci., then: sortie}
  silence: {after: 30}
anywhere:
  - {dtmf: "0", to: fin}
steps:
  choix:
    ask: Que faire ?
    routes:
      - {dtmf: "1", to: lieu}
      - {dtmf: "2", to: personne}
      - {dtmf: "3", to: long}
      - {dtmf: "4", to: echo}
      - {intent: adresse, examples: ["où êtes-vous installés"], to: lieu}
  lieu: {tool: guide, save: lieu, next: dire_lieu}
  dire_lieu: {say: "Nous sommes à {lieu_ville}.", next: choix}
  personne:
    transfer: {to: "+33199000001", say: "Ne quittez pas.", timeout: 2}
    failed: occupe
  occupe: {say: "Personne ne répond.", next: fin}
  long: {say: "Voici une phrase bien longue que le caller va couper, car elle dure, et dure, et dure.", next: choix}
  echo: {echo: 1.0, next: fin}
  fin: {hangup: "Au revoir."}
  sortie: {hangup: "Voici la sortie."}
"""


OUI, NON, NAME, WHERE = said(1), said(2), said(3), said(4)


@dataclass
class Held:
    """A call that was held: what the carrier saw, and what the worker told."""

    report: object
    happenings: Happenings
    sid: str
    call_id: str

    @property
    def story(self):
        return [event["event"] for event in self.happenings.events]

    @property
    def heard(self):
        return [event["text"] for event in self.happenings.of("agent.said")]

    @property
    def ended(self):
        [event] = self.happenings.of("call.ended")
        return event["by"]


@dataclass
class House:
    """One project and its worker."""

    folder: Path
    port: int
    process: subprocess.Popen | None = None
    env: dict = field(default_factory=dict)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    @property
    def config(self):
        return self.folder / "voiced.yaml"

    @property
    def data(self):
        return self.folder / "data"

    @property
    def control(self):
        return control_path(self.data)

    @property
    def log(self):
        return (self.folder / "worker.log").read_text("utf-8")

    @property
    def lines(self):
        return [json.loads(line) for line in self.log.splitlines()]

    def logged(self, event):
        return [line for line in self.lines if line["event"] == event]

    def break_down(self, kind):
        """Break the troupe's provider of `kind`."""
        sign = self.data / "plugins" / "troupe" / f"{kind}.broken"
        sign.parent.mkdir(parents=True, exist_ok=True)
        sign.touch()

    def mend(self, kind):
        (self.data / "plugins" / "troupe" / f"{kind}.broken").unlink()

    def run(self):
        """Start the worker."""
        with (self.folder / "worker.log").open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "voiced", "run", "--single", "--config", str(self.config)],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, env={**os.environ, **self.env},
            )  # fmt: skip
        return self

    def ready(self):
        """Wait until it takes calls."""
        limit = time.monotonic() + PATIENCE
        while True:
            assert self.process.poll() is None, self.log
            assert time.monotonic() < limit, self.log
            try:
                if httpx2.get(f"{self.url}/readyz").status_code == 200:
                    return self
            except httpx2.TransportError:
                pass
            time.sleep(0.05)

    def tell(self, number=signal.SIGTERM):
        self.process.send_signal(number)

    def finish(self):
        """Stop the worker, and return its exit code."""
        if self.process.poll() is None:
            self.tell()
            try:
                self.process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise
        return self.process.returncode

    def carrier(self, callees=None, faults=None, **hooks):
        return Twilio(
            f"{self.url}/voice/inbound", status_url=f"{self.url}/voice/status", faults=faults or Faults(),
            options=Options(callees=callees or {}), **hooks,
        )  # fmt: skip

    def faults(self, **switches):
        """What goes wrong on a call, in the carrier's words."""
        return Faults(**switches)

    async def ask(self, path):
        """Ask the control socket."""
        transport = httpx2.AsyncHTTPTransport(uds=str(self.control))
        headers = {"authorization": f"Bearer {token_beside(self.control)}"}
        async with httpx2.AsyncClient(transport=transport, headers=headers) as client:
            return (await client.get(f"http://worker{path}")).json()

    async def call(self, behave, called="+33900000001", *, caller=CALLER, callees=None, **faults):
        """Hold one call as `behave(phone, heard)` does, where `heard(words)` waits for words of the agent."""
        async with self.watching() as happenings:
            carrier = self.carrier(callees)

            async def person(phone):
                await behave(phone, listener(happenings, phone))

            with trio.fail_after(PATIENCE):
                report = await carrier.call(person, caller=caller, called=called, faults=self.faults(**faults))
                ours = id_of(report.journal)
                await happenings.wait_for(
                    lambda event: event["call_id"] == ours and event["event"] == "call.ended", 0, 2.0
                )
        return Held(report, only(happenings, ours), report.call_sid, ours)

    async def carrier_call(self, behave, called):
        """Hold a call whose worker may vanish, with its control socket."""
        happenings = Happenings()

        async def person(phone):
            await behave(phone, listener(happenings, phone))

        async def follow():
            with contextlib.suppress(Unavailable):
                await happenings.follow(self.control)

        async with trio.open_nursery() as nursery:
            nursery.start_soon(follow)
            with trio.fail_after(PATIENCE):
                await self.carrier().call(person, caller=CALLER, called=called)
            nursery.cancel_scope.cancel()

    def all_rows(self):
        """Return every call that was stored."""
        database = db.open(f"sqlite:///{self.data / 'voiced.db'}")
        try:
            return queries.recent_calls(database, 500)
        finally:
            db.close(database)

    @asynccontextmanager
    async def watching(self):
        happenings = Happenings()
        async with trio.open_nursery() as nursery:
            await nursery.start(happenings.follow, self.control)
            yield happenings
            nursery.cancel_scope.cancel()

    def rows(self, held_or_sid, wanted=lambda call, _messages, _actions: call and call.ended_at):
        """Return what was stored of a call: its row, its messages, its actions; waits for what is written behind."""
        sid = getattr(held_or_sid, "sid", held_or_sid)
        limit = time.monotonic() + PATIENCE
        database = db.open(f"sqlite:///{self.data / 'voiced.db'}")
        try:
            while True:
                call = next((row for row in queries.recent_calls(database, 500) if row.carrier_call_id == sid), None)
                found = (
                    call,
                    *(
                        (list(ask(database, call.id)) for ask in (queries.messages, queries.actions))
                        if call
                        else ([], [])
                    ),
                )
                if wanted(*found):
                    return found
                assert time.monotonic() < limit, found
                time.sleep(0.02)
        finally:
            db.close(database)


@dataclass
class Wire:
    """The carrier's side of one call, message by message."""

    house: House
    sid: str = field(default_factory=lambda: new_sid("CA"))
    stream: str = field(default_factory=lambda: new_sid("MZ"))
    chunk: int = 0
    tcp: trio.SocketStream | None = None

    async def post(self, path, *, signature="right", **fields):
        """Send a webhook."""
        form = {
            "AccountSid": ACCOUNT_SID, "CallSid": self.sid, "From": CALLER, "To": "+33900000001",
            "CallStatus": "ringing", **fields,
        }  # fmt: skip
        headers = signature_headers(signature, AUTH_TOKEN, self.house.url + path, form)
        async with httpx2.AsyncClient() as client:
            return await client.post(self.house.url + path, data=form, headers=headers)

    async def ring(self, called="+33900000001"):
        """Announce the call; return the address of its media socket."""
        answer = await self.post("/voice/inbound", To=called)
        return ET.fromstring(answer.content).find("Connect/Stream").attrib["url"]

    @asynccontextmanager
    async def open(self, url, signature="right"):
        """Open a media socket."""
        headers = [
            (name.lower().encode(), value.encode())
            for name, value in signature_headers(signature, AUTH_TOKEN, url).items()
        ]
        place, _, path = url.removeprefix("ws://").partition("/")
        stream = await trio.open_tcp_stream("127.0.0.1", self.house.port)
        self.tcp = stream
        async with stream, trio.open_nursery() as nursery:
            yield await wrap_client_stream(nursery, stream, place, f"/{path}", extra_headers=headers)
            nursery.cancel_scope.cancel()

    async def over(self):
        """Tell that the call is over."""
        await self.post("/voice/status", CallStatus="completed")

    def start(self):
        start = {"streamSid": self.stream, "callSid": self.sid, "customParameters": {}}
        return json.dumps({"event": "start", "streamSid": self.stream, "start": start})

    def media(self, data):
        self.chunk += 1
        body = {
            "track": "inbound", "chunk": str(self.chunk), "timestamp": str(20 * self.chunk),
            "payload": base64.b64encode(data).decode(),
        }  # fmt: skip
        return json.dumps({"event": "media", "streamSid": self.stream, "media": body})

    def stop(self):
        return json.dumps({"event": "stop", "streamSid": self.stream})


def id_of(journal):
    """Return our id of a call, as the carrier was told."""
    for entry in journal.of("ws.sent"):
        message = json.loads(entry.data["message"])
        if message["event"] == "start":
            return message["start"]["customParameters"]["call_id"]
        if message["event"] == "websocket:connected":
            return message["call_id"]
    return ""


def only(happenings, call_id):
    """Return what was told of one call."""
    told = Happenings()
    told.events = [event for event in happenings.events if event["call_id"] == call_id]
    return told


class Stage:
    """Calls that were held all at once; `stage[name]` is one of them, or raises what it raised."""

    def __init__(self, house, plays):
        """Hold the calls: `plays` by name are arguments of `House.call`, keywords last."""
        self._outcomes = {}
        trio.run(self._hold, house, plays)

    def __getitem__(self, name):
        if isinstance(self._outcomes[name], Exception):
            raise self._outcomes[name]
        return self._outcomes[name]

    def __len__(self):
        return len(self._outcomes)

    async def _hold(self, house, plays):
        async with trio.open_nursery() as nursery:
            for name, play in plays.items():
                nursery.start_soon(self._one, house, name, play)

    async def _one(self, house, name, play):
        behave, called, faults = play
        try:
            self._outcomes[name] = await house.call(behave, called, **faults)
        except Exception as error:  # noqa: BLE001 - raised by the test that asks for this call
            self._outcomes[name] = error


async def until(comes_true):
    """Wait for something that another process does."""
    with trio.fail_after(PATIENCE):
        while not comes_true():  # noqa: ASYNC110 - nothing tells this process of it
            await trio.sleep(0.03)


def listener(happenings, phone):
    cursor = 0

    async def heard(words, seconds=8.0):
        nonlocal cursor
        ours = ""

        def fits(event):
            nonlocal ours
            ours = ours or id_of(phone.journal)
            return event["call_id"] == ours and event["event"] == "agent.said" and words in event["text"]

        index = await happenings.wait_for(fits, cursor, seconds)
        assert index is not None, (words, happenings.events)
        cursor = index + 1

    return heard


def build(folder, **changes):
    """Lay out a project in `folder`; `changes` are settings that differ."""
    folder.mkdir(parents=True, exist_ok=True)
    plugins = {name: (HERE / f"{name}_plugin.py").read_text("utf-8") for name in ("troupe", "thinker")}
    install(folder / "site", "voiced-troupe", plugins)
    (folder / "flows").mkdir()
    (folder / "flows" / "reception.yaml").write_text(RECEPTION, "utf-8")
    (folder / "flows" / "menu.yaml").write_text(MENU, "utf-8")
    house = House(folder, free_port())
    house.env = {
        "TWILIO_ACCOUNT_SID": ACCOUNT_SID,
        "TWILIO_AUTH_TOKEN": AUTH_TOKEN,
        "PYTHONPATH": str(folder / "site"),
    }
    settings = {
        "server": {"port": house.port, "public_url": house.url},
        "providers": {"telco": "twilio", "stt": "troupe", "tts": "troupe", "llm": "troupe", "vad": "webrtc"},
        "plugins": {
            "twilio": {
                "account_sid": "${TWILIO_ACCOUNT_SID}",
                "auth_tokens": ["${TWILIO_AUTH_TOKEN}"],
                "url": "http://127.0.0.1:9",  # nothing of ours is asked for elsewhere
            },
            "troupe": {},
            "local": {},
        },
        "limits": {"drain_seconds": 5},
        "numbers": {"default": {"flow": "reception"}, "+33900000002": {"flow": "menu"}},
    }
    for section, values in changes.items():
        settings[section] = {**settings.get(section, {}), **values} if isinstance(values, dict) else values
    house.config.write_text(yaml.safe_dump(settings, sort_keys=False), "utf-8")
    return house
