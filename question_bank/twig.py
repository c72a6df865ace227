"""Twig as CodeRunner sets it up, imitated with Jinja (reference A3).

Near enough for the templates of this bank: variables, attributes, ``for``,
``if``, ``loop.last``, the filters ``e`` and ``json_encode``.
"""

from __future__ import annotations

import html
import json
from collections.abc import Mapping

from jinja2 import ChainableUndefined
from jinja2.sandbox import SandboxedEnvironment

__all__ = ["expand"]


def expand(template: str, variables: Mapping[str, object]) -> str:
    """A template with its variables filled in.

    Raises:
        jinja2.TemplateError: It is no valid template.
    """
    return _TWIG.from_string(template).render(variables)


def _escape(value: object, strategy: str = "html") -> str:
    text = _as_text(value)
    if strategy in {"py", "python"}:
        return text.replace("\\", "\\\\").replace('"', '\\"')
    if strategy == "html":
        return html.escape(text).replace("&#x27;", "&#039;")
    raise ValueError(f"this client does not act out the escaper {strategy}")


def _json_encode(value: object) -> str:
    """PHP's json_encode without options: ASCII only, slashes escaped."""
    return json.dumps(value, separators=(",", ":")).replace("/", r"\/")


def _as_text(value: object) -> str:
    """PHP's reading of a value as a string."""
    if value is None or value is False:
        return ""
    return "1" if value is True else str(value)


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        trim_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        undefined=ChainableUndefined,
        finalize=_as_text,
    )
    environment.filters.update(e=_escape, escape=_escape, json_encode=_json_encode)
    return environment


_TWIG = _environment()
