"""JSON scalars as people read them on a page."""

from __future__ import annotations

from duicheck.langue import _, habits
from duicheck.render.french import integer

__all__ = ["fact", "value"]


def value(found: object) -> str:
    """A scalar as the current language writes it; text as it is."""
    if found is None:
        return "–"
    if isinstance(found, bool):
        return _("oui") if found else _("non")
    if isinstance(found, int):
        return integer(found)
    return str(found).replace(".", habits().decimal) if isinstance(found, float) else str(found)


def fact(found: object) -> str:
    """A fact as the report writes it, for those who compare by machine."""
    if found is None or isinstance(found, bool):
        return {None: "null", True: "true", False: "false"}[found]
    return str(found)
