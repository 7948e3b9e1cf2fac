"""What `voiced.yaml` says, as values. `WrittenSettings` is the file's shape; `Settings` is what the program uses.

The JSON Schema, the defaults and the page docs/configuration.md are all made from these classes: a description is
written once, here.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Struct, field

from voiced.plugin import option

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["json", "console"]

RESTART = "x-voiced-restart"
"""Schema key that marks a setting which takes effect only when voiced starts."""


def at_start(about: str, **limits: Any) -> msgspec.Meta:
    """Describe a setting as `option` does; changed while voiced runs, it waits for a restart."""
    return msgspec.Meta(description=about, extra_json_schema={RESTART: True}, **limits)


class Server(Struct, frozen=True):
    """Where the worker listens, and how the carrier reaches it."""

    host: Annotated[str, at_start("Address to listen on. 0.0.0.0: every interface.", min_length=1)] = "127.0.0.1"
    port: Annotated[int, at_start("TCP port to listen on.", ge=1, le=65535)] = 8080
    workers: Annotated[
        int, at_start("Call workers, each a process of its own; one core carries many calls.", ge=1, le=64)
    ] = 1
    public_url: Annotated[
        str,
        at_start(
            "Address by which the carrier reaches this server, such as https://voix.example.fr. https, unless it is "
            "this machine itself. Empty: no carrier can call."
        ),
    ] = ""


class Providers(Struct, frozen=True):
    """Which provider of each kind is used. `voiced plugins` lists the names."""

    telco: Annotated[str, at_start("Carrier.")] = "twilio"
    stt: Annotated[str, option("Speech to text.")] = "local"
    tts: Annotated[str, option("Text to speech.")] = "local"
    llm: Annotated[str, option("The model that understands and answers.")] = "local"
    vad: Annotated[str, option("Voice activity detection.")] = "webrtc"


class Override(Struct, frozen=True):
    """Other providers for some calls. Empty: the general choice."""

    stt: Annotated[str, option("Speech to text of these calls.")] = ""
    tts: Annotated[str, option("Text to speech of these calls.")] = ""
    llm: Annotated[str, option("Model of these calls.")] = ""


class Fallback(Struct, frozen=True):
    """Which providers stand in, in this order, while the active one is down."""

    stt: Annotated[tuple[str, ...], option("Stand-ins for speech to text.")] = ()
    tts: Annotated[tuple[str, ...], option("Stand-ins for text to speech.")] = ()
    llm: Annotated[tuple[str, ...], option("Stand-ins for the model.")] = ()


Share = Annotated[int, option("Percent of calls.", ge=0, le=100)]


class Canary(Struct, frozen=True):
    """Providers on trial: the percentage of calls that get another one than the active. Drawn once for each call."""

    stt: Annotated[Mapping[str, Share], option("Percent of calls by provider.")] = field(default_factory=dict)
    tts: Annotated[Mapping[str, Share], option("Percent of calls by provider.")] = field(default_factory=dict)
    llm: Annotated[Mapping[str, Share], option("Percent of calls by provider.")] = field(default_factory=dict)


class Number(Struct, frozen=True):
    """What answers one telephone number."""

    flow: Annotated[str, option("Name of the flow that answers: its file in the flows folder, without .yaml.")]
    providers: Annotated[Override, option("Other providers for calls to this number; they win over the flow's.")] = (
        field(default_factory=Override)
    )


class Store(Struct, frozen=True):
    """The database."""

    url: Annotated[
        str,
        at_start("Address of the database. A SQLite path is relative to this file. A password goes by ${ENV_NAME}."),
    ] = "sqlite:///data/voiced.db"


class Privacy(Struct, frozen=True):
    """Who answers for the callers' data, and how long it is kept."""

    company: Annotated[str, option("Name of the company, as the agent says it when it asks for consent.")] = ""
    site: Annotated[str, option("Address of the page that tells callers about their data.")] = ""
    recording_enabled: Annotated[bool, option("Whether calls of consenting callers are recorded.")] = False
    eu_only: Annotated[
        bool,
        option("Refuse every provider that sends what callers say out of the European Union, or does not say where."),
    ] = False
    regions: Annotated[
        Mapping[str, Literal["eu", "elsewhere"]],
        option("Where a plugin's data goes by your contract with its provider, for plugins that cannot say."),
    ] = field(default_factory=dict)
    register: Annotated[
        str, option("File that lists the sub-processors, for the pre-flight. Relative to this file.", min_length=1)
    ] = "subprocessors.yaml"
    data_ttl_days: Annotated[int, option("Days after which a call's data is erased.", ge=1, le=3650)] = 90


class Allowance(Struct, frozen=True):
    """What an account with a provider may do, all workers together. 0: no limit."""

    per_minute: Annotated[float, option("Requests a minute.", ge=0, le=100_000)] = 0
    burst: Annotated[int, option("Requests that may come at once after some quiet.", ge=1, le=1000)] = 1
    concurrent: Annotated[
        int, option("Requests at the same time; a call is one request to its recogniser.", ge=0, le=10_000)
    ] = 0


class Limits(Struct, frozen=True):
    """What one worker takes on, and what the providers' accounts may do."""

    calls: Annotated[int, option("Calls at the same time; further ones are refused politely.", ge=1, le=1000)] = 20
    call_seconds: Annotated[
        float, option("Seconds after which a call is ended, when its flow sets no shorter limit.", gt=0, le=14400)
    ] = 1800
    drain_seconds: Annotated[float, option("Seconds that calls get to end when the worker stops.", ge=0)] = 30
    providers: Annotated[
        Mapping[str, Allowance],
        option(
            "What the account with a provider may do, by the provider's name: a recogniser, a voice, a model, a tool, "
            "or the API of a carrier."
        ),
    ] = field(default_factory=dict)
    tools: Annotated[
        Mapping[str, Annotated[float, option("Seconds.", gt=0, le=120)]],
        option("Seconds that a call waits for a tool, by the tool's name. Default: 10."),
    ] = field(default_factory=dict)


class Log(Struct, frozen=True):
    """What is written to standard error."""

    level: Annotated[Level, option("The least important level that is written.")] = "info"
    format: Annotated[Format, at_start("json: one object a line; console: for eyes.")] = "json"


@dataclass(frozen=True, slots=True)
class Admin:
    """The administration panel: a process of its own, on a private port."""

    enabled: Annotated[bool, at_start("Whether `voiced run` starts it.")] = True
    host: Annotated[str, at_start("Address to listen on; keep it private.", min_length=1)] = "127.0.0.1"
    port: Annotated[int, at_start("TCP port to listen on.", ge=1, le=65535)] = 8081
    metrics_token: Annotated[
        str,
        option(
            "Token by which another machine may read /metrics, as `authorization: Bearer ...`. Empty: only this "
            "machine may.",
            secret=True,
        ),
    ] = dataclasses.field(default="", repr=False)


class Jobs(Struct, frozen=True):
    """Work after calls: summaries, erasure of what is too old, sentences made ahead."""

    enabled: Annotated[bool, at_start("Whether `voiced run` starts the process that does it.")] = True
    threads: Annotated[int, at_start("Jobs at the same time.", ge=1, le=32)] = 2


class Reload(Struct, frozen=True):
    """How edits of this file, of `.env` and of the flows take effect while voiced runs."""

    poll_seconds: Annotated[float, option("Seconds between two looks at the files.", gt=0, le=60)] = 0.5
    warm_seconds: Annotated[
        float,
        option("Seconds that new fixed sentences may take to be made before the change takes effect anyway.", ge=0),
    ] = 1.0


class Observe(Struct, frozen=True):
    """What voiced tells about itself to other systems."""

    otlp_endpoint: Annotated[
        str,
        at_start("Address of an OpenTelemetry collector (OTLP over HTTP), such as http://127.0.0.1:4318. Empty: none."),
    ] = ""


class WrittenSettings(Struct, frozen=True):
    """The shape of `voiced.yaml`."""

    server: Server = field(default_factory=Server)
    providers: Providers = field(default_factory=Providers)
    fallback: Fallback = field(default_factory=Fallback)
    canary: Canary = field(default_factory=Canary)
    flow_providers: Annotated[
        Mapping[str, Override], option("Other providers for the calls of a flow, by its name.")
    ] = field(default_factory=dict)
    plugins: Annotated[
        Mapping[str, Any],
        option("Plugins that are switched on, each with its options. A tool is offered only if its plugin is here."),
    ] = field(default_factory=dict)
    numbers: Annotated[
        Mapping[str, Number],
        option('Which flow answers which number. Keys: "default", or a number such as "+33123456789".'),
    ] = field(default_factory=dict)
    flows: Annotated[str, option("Folder of the flows, relative to this file.", min_length=1)] = "flows"
    store: Store = field(default_factory=Store)
    privacy: Privacy = field(default_factory=Privacy)
    limits: Limits = field(default_factory=Limits)
    admin: Admin = field(default_factory=Admin)
    jobs: Jobs = field(default_factory=Jobs)
    reload: Reload = field(default_factory=Reload)
    observe: Observe = field(default_factory=Observe)
    log: Log = field(default_factory=Log)
    data_dir: Annotated[
        str, at_start("Folder for what must be kept: back it up. Relative to this file.", min_length=1)
    ] = "data"
    cache_dir: Annotated[
        str, at_start("Folder for what can be made again: models, phrases. Relative to this file.", min_length=1)
    ] = "data/cache"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program runs on: paths absolute, secrets filled in, plugin options built. Never changes."""

    server: Server
    providers: Providers
    plugins: Mapping[str, object] = dataclasses.field(repr=False)  # holds secrets
    """Options of each plugin that is switched on or provides a chosen provider, by the plugin's name."""
    fallback: Fallback
    canary: Canary
    flow_providers: Mapping[str, Override]
    numbers: Mapping[str, Number]
    flows: Path
    store: Store = dataclasses.field(repr=False)  # its address may hold a password
    privacy: Privacy
    limits: Limits
    admin: Admin
    jobs: Jobs
    reload: Reload
    observe: Observe
    log: Log
    data_dir: Path
    cache_dir: Path
    file: Path
    overridden: Mapping[str, str]
    """Settings that an environment variable decided: dotted name -> variable."""
    unset: Mapping[str, str]
    """Settings left out because their variable (`${NAME:-}`) is not set: dotted name -> variable."""
    stated: frozenset[str]
    """Dotted names of the settings that the file or the environment states; the others are defaults."""
    version: str
    """Version of the configuration, settings and flows together: 12 hexadecimal digits (see `Bundle`)."""


def flow_constants(settings: Settings) -> dict[str, str]:
    """Return what flows may say of the settings: `{company}`, `{site}`, `{retention}` (such as `90 jours`)."""
    days = settings.privacy.data_ttl_days
    retention = f"{days} jour{'s' if days > 1 else ''}"
    return {"company": settings.privacy.company, "site": settings.privacy.site, "retention": retention}
