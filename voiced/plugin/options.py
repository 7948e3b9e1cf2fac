"""How a plugin declares its options: a frozen dataclass whose fields carry their documentation.

    @dataclass(frozen=True, slots=True)
    class Options:
        auth_tokens: Annotated[tuple[str, ...], option("Tokens that sign webhooks", secret=True)]
        url: Annotated[str, option("REST address")] = "https://api.example.org"

The JSON Schema of `voiced.yaml` and the plugin's page are made from it; units belong into the description.
"""

from __future__ import annotations

from typing import Any

import msgspec

SECRET = "x-voiced-secret"  # noqa: S105 - a schema key
"""Schema key that marks a secret: only `${ENV_NAME}` is accepted in a file, and it is never shown."""


def option(about: str, *, secret: bool = False, **limits: Any) -> msgspec.Meta:
    """Describe one option: what it does and its unit, whether it is a secret.

    `limits` are msgspec's own: `ge`, `gt`, `le`, `lt`, `pattern`, `min_length`, `max_length`, `examples`.
    """
    extra = {SECRET: True} if secret else None
    return msgspec.Meta(description=about, extra_json_schema=extra, **limits)
