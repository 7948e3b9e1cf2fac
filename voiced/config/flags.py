"""The environment variables that decide over the file, whatever it says: the flags of a deployment."""

from __future__ import annotations

import json
from typing import Any

from jsonschema import Draft202012Validator

from voiced.config.environment import Environment
from voiced.config.schema import Schema, child
from voiced.errors import Problem

FLAGS = {
    "TELCO_PROVIDER": ("providers", "telco"),
    "STT_PROVIDER": ("providers", "stt"),
    "TTS_PROVIDER": ("providers", "tts"),
    "LLM_PROVIDER": ("providers", "llm"),
    "RECORDING_ENABLED": ("privacy", "recording_enabled"),
    "DATA_TTL_DAYS": ("privacy", "data_ttl_days"),
}
"""Variable -> the section and the setting that it decides. Unset, or set to nothing: the file decides."""

_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}


def override(data: dict[str, Any], schema: Schema, environment: Environment) -> tuple[dict[str, str], list[Problem]]:
    """Put the flags that are set into `data`; return which settings they decided, and what was wrong with them."""
    overridden: dict[str, str] = {}
    problems: list[Problem] = []
    for name, (section, key) in FLAGS.items():
        text = environment.get(name)
        node = child(child(schema, section), key)
        if not text or not isinstance(data.setdefault(section, {}), dict):
            continue
        value = _value(text, node)
        faults = [error.message for error in Draft202012Validator(node).iter_errors(value)]
        problems += [environment.problem(name, fault, _fix(node)) for fault in faults]
        if not faults:
            data[section][key] = value
            overridden[f"{section}.{key}"] = name
    return overridden, problems


def _value(text: str, node: Schema) -> Any:
    if node["type"] == "boolean":
        return _WORDS.get(text.lower(), text)
    if node["type"] == "integer":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text


def _fix(node: Schema) -> str:
    if node["type"] == "boolean":
        return "write true or false"
    return f"write a whole number from {node['minimum']} to {node['maximum']}" if node["type"] == "integer" else ""
