"""The one door for plugin authors: import everything a plugin needs from here.

What no call needs is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from voiced.audio.frame import FRAME_SECONDS, MULAW_8K, PCM_16K, AudioFormat, Encoding, Gap, Packet
from voiced.errors import (
    CallRefused,
    ProviderBadInput,
    ProviderClosed,
    ProviderError,
    ProviderOverloaded,
    ProviderProtocol,
    ProviderRefused,
    ProviderThrottled,
    ProviderTimeout,
    Unavailable,
)
from voiced.plugin.control import CallControl, Controllable, OutboundCall, control_of
from voiced.plugin.destination import HERE, Destination, Region, by_host
from voiced.plugin.hooks import GROUP, Hooks, hookimpl
from voiced.plugin.host import Host, Logger
from voiced.plugin.llm import (
    Done,
    Json,
    Llm,
    LlmCapabilities,
    LlmEvent,
    LlmRequest,
    Message,
    Token,
    ToolCall,
    ToolSpec,
)
from voiced.plugin.net import Answer, Kept, Net, Reading, Socket, checked_url, is_loopback, refusal, retry_after
from voiced.plugin.options import SECRET, option
from voiced.plugin.spec import KINDS, Kind, ModelSpec, NoOptions, PluginSpec, ProviderSpec
from voiced.plugin.speech import (
    Finalise,
    Heard,
    Stt,
    SttCapabilities,
    SttInput,
    Tts,
    TtsCapabilities,
    Vad,
    VadStream,
    Word,
)
from voiced.plugin.streams import Sink, Source
from voiced.plugin.tasks import plain_errors
from voiced.plugin.tcp import TcpDoor, TcpLeg, TcpTelco
from voiced.plugin.telco import (
    Admission,
    AfterStream,
    CallOffer,
    Clear,
    Desk,
    Dial,
    DialResult,
    Dtmf,
    Ended,
    HangUp,
    Leg,
    LegCapabilities,
    LegCommand,
    LegEvent,
    Mark,
    Play,
    SetMark,
    Started,
    Telco,
    Warned,
    WebRequest,
    WebResponse,
)
from voiced.plugin.tool import Effect, Tool, ToolContext, ToolOutcome

if TYPE_CHECKING:
    from voiced.plugin.numbers import (
        NumberKind,
        NumberOffer,
        Numbers,
        NumberSource,
        NumberWish,
        OwnedNumber,
        Papers,
        Wiring,
        numbers_of,
    )

__all__ = [
    "FRAME_SECONDS", "GROUP", "HERE", "KINDS", "MULAW_8K", "PCM_16K", "SECRET", "Admission", "AfterStream", "Answer",
    "AudioFormat", "CallControl", "CallOffer", "CallRefused", "Clear", "Controllable", "Desk", "Destination", "Dial",
    "DialResult", "Done", "Dtmf", "Effect", "Encoding", "Ended", "Finalise", "Gap", "HangUp", "Heard", "Hooks", "Host",
    "Json", "Kept", "Kind", "Leg", "LegCapabilities", "LegCommand", "LegEvent", "Llm", "LlmCapabilities", "LlmEvent",
    "LlmRequest", "Logger", "Mark", "Message", "ModelSpec", "Net", "NoOptions", "NumberKind", "NumberOffer",
    "NumberSource", "NumberWish", "Numbers", "OutboundCall", "OwnedNumber", "Packet", "Papers", "Play", "PluginSpec",
    "ProviderBadInput", "ProviderClosed", "ProviderError", "ProviderOverloaded", "ProviderProtocol", "ProviderRefused",
    "ProviderSpec", "ProviderThrottled", "ProviderTimeout", "Reading", "Region", "SetMark", "Sink", "Socket", "Source",
    "Started", "Stt", "SttCapabilities", "SttInput", "TcpDoor", "TcpLeg", "TcpTelco", "Telco", "Token", "Tool",
    "ToolCall", "ToolContext", "ToolOutcome", "ToolSpec", "Tts", "TtsCapabilities", "Unavailable", "Vad", "VadStream",
    "Warned", "WebRequest", "WebResponse", "Wiring", "Word", "by_host", "checked_url", "control_of", "hookimpl",
    "is_loopback", "numbers_of", "option", "plain_errors", "refusal", "retry_after",
]  # fmt: skip

_NUMBERS = frozenset({
    "NumberKind", "NumberOffer", "NumberSource", "NumberWish", "Numbers", "OwnedNumber", "Papers", "Wiring",
    "numbers_of",
})  # fmt: skip


def __getattr__(name: str) -> Any:
    """Load what has `name` (PEP 562)."""
    if name in _NUMBERS:
        return getattr(import_module("voiced.plugin.numbers"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
