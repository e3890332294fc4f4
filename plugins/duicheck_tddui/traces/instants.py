"""Instants as HL7 v2 and XML write them, as RFC 3339 with an offset, or the reason why they cannot be."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

__all__ = ["instant_hl7", "instant_xml"]

_HL7 = re.compile(r"([0-9]{8})([0-9]{4})([0-9]{2})?(?:\.[0-9]{1,9})?([+-])?([0-9]{4})?", re.ASCII)
_XML = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)
_SANS_FUSEAU = "l'instant est écrit sans décalage horaire"
_ILLISIBLE = "l'instant n'est pas lisible"


def instant_hl7(texte: str, fuseau: tzinfo | None = None) -> tuple[str | None, str | None]:
    """An instant of HL7 v2 (to the minute at least): (RFC 3339, None), or (None, the French reason).

    `fuseau` is where it was written, said by whoever knows; an hour that comes twice or never there is refused.
    """
    trouve = _HL7.fullmatch(texte.strip())
    if trouve is None or (trouve[4] is None) != (trouve[5] is None):
        return None, _ILLISIBLE
    jour, heure, secondes, signe, decalage = trouve.groups()
    try:
        local = datetime.strptime(f"{jour}{heure}{secondes or '00'}", "%Y%m%d%H%M%S")  # noqa: DTZ007 -- set below
        if signe is not None:
            ecart = timedelta(hours=int(decalage[:2]), minutes=int(decalage[2:]))
            return local.replace(tzinfo=timezone(-ecart if signe == "-" else ecart)).isoformat(), None
    except ValueError:
        return None, _ILLISIBLE
    return _situer(local, fuseau)


def instant_xml(texte: str, fuseau: tzinfo | None = None) -> tuple[str | None, str | None]:
    """An `xs:dateTime`: as above. What is under the second is left out: no window is that fine."""
    trouve = _XML.fullmatch(texte.strip())
    if trouve is None:
        return None, _ILLISIBLE
    try:
        if trouve[3] is not None:
            return datetime.fromisoformat(f"{trouve[1]}T{trouve[2]}{trouve[3]}").isoformat(), None
        local = datetime.fromisoformat(f"{trouve[1]}T{trouve[2]}")
    except ValueError:
        return None, _ILLISIBLE
    return _situer(local, fuseau)


def _situer(local: datetime, fuseau: tzinfo | None) -> tuple[str | None, str | None]:
    if fuseau is None:
        return None, _SANS_FUSEAU
    premier = local.replace(tzinfo=fuseau)
    if premier.utcoffset() != local.replace(tzinfo=fuseau, fold=1).utcoffset():
        return None, "l'heure locale existe deux fois, ou pas du tout, ce jour de changement d'heure"
    try:
        premier.astimezone(UTC)
    except OverflowError:
        return None, _ILLISIBLE
    return premier.isoformat(), None
