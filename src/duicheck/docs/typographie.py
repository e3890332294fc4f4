"""French spacing in generated pages: what must not be cut at the end of a line."""

from __future__ import annotations

import re

__all__ = ["francais"]

_CODE = re.compile(r"(`[^`\n]*`)")
_BEFORE = re.compile(r" ([:;!?»%])")


def francais(text: str) -> str:
    """The same text with no-break spaces before « : ; ! ? » % » and after «, outside code spans."""
    parts = _CODE.split(text)  # text, code, text… : a sign after a code span opens the next text with its space
    parts[::2] = [_BEFORE.sub("\u00a0\\1", part).replace("« ", "«\u00a0") for part in parts[::2]]
    return "".join(parts)
