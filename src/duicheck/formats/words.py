"""Words as people mean them, however they write them: what headings and coded values are recognised by."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

__all__ = ["simplified"]


@cache
def simplified(text: str) -> str:
    """Words without accents, capitals, punctuation: `N° FINESS (ET)` -> `no finess et`."""
    text = re.sub(r"\b[nN][°º]\s*", "no ", text.replace("№", "no "))
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", text.casefold()))
