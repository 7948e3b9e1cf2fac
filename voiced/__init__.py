"""voiced: the phone agent a French business can put on its number and trust."""

__version__ = "0.1.0"
