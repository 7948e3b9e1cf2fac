"""What the house tells about itself: the log."""

from voiced.observe.log import call_context, configure, logger

__all__ = ["call_context", "configure", "logger"]
