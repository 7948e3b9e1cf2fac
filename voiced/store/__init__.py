"""What is kept of calls: rows, the database behind them, one task that writes, and questions to ask.

`db.open(url)` opens it, `queries` asks. Everything here but `Writer.put` and its async methods blocks: call it in a
thread (`Host.offload`).
"""

from voiced.store.rows import ActionRow, CallRow, EraseRow, MessageRow, Row, SummaryRow
from voiced.store.writer import Offload, Writer

__all__ = ["ActionRow", "CallRow", "EraseRow", "MessageRow", "Offload", "Row", "SummaryRow", "Writer"]
