"""For plugins whose model speaks the chat-completions wire, as Mistral, OpenAI and what copies them do.

A plugin brings an `Endpoint` and a `Dialect`, and gets an `Llm`: `ChatLlm`. The parts below it are pure, and stand
alone: history made fit to send (`repair`), requests written (`request_body`), events read (`EventStream`,
`ReplyReader`).
"""

from voiced.plugin.chat.body import Dialect, request_body
from voiced.plugin.chat.history import repair
from voiced.plugin.chat.model import ChatLlm, Endpoint
from voiced.plugin.chat.reply import ReplyReader
from voiced.plugin.chat.sse import EventStream

__all__ = ["ChatLlm", "Dialect", "Endpoint", "EventStream", "ReplyReader", "repair", "request_body"]
