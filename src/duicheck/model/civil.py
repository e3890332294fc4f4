"""The civil time of establishments: which clock is theirs, and when a day begins on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import TypeVar
from zoneinfo import ZoneInfo

__all__ = ["du_prefixe", "fuseau_de", "minuit"]

Valeur = TypeVar("Valeur")


def du_prefixe(finess_et: str, valeurs: Mapping[str, Valeur]) -> Valeur:
    """The value of the longest prefix of a FINESS number, among values by prefix ("" for all others)."""
    return valeurs[max((prefixe for prefixe in valeurs if finess_et.startswith(prefixe)), key=len)]


def fuseau_de(finess_et: str, fuseaux: Mapping[str, str]) -> ZoneInfo:
    """The time zone of an establishment, among names of zones by prefix, as rulebooks give them."""
    return ZoneInfo(du_prefixe(finess_et, fuseaux))


def minuit(jour: date, fuseau: ZoneInfo) -> datetime:
    """The instant at which a day begins in a time zone: naive UTC, as the tables hold instants."""
    return datetime.combine(jour, time(), fuseau).astimezone(UTC).replace(tzinfo=None)
