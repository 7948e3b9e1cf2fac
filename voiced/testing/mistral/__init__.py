"""Mistral's chat completions on this machine, and those of OpenAI and what copies it."""
