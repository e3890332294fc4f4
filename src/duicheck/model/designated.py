"""Which establishments exchanged documents name: taken out by the plugins that read them, compared by another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from msgspec import Struct

from duicheck.findings import Location

__all__ = ["Designation", "DesignationsCda", "DesignationsTddui"]


class Designation(Struct, frozen=True):
    """One document, and the FINESS numbers, well formed, by which it says whose it is, in its order."""

    at: Location
    finess: Sequence[str]


class DesignationsCda(Struct, frozen=True):
    """What the clinical documents say of their authors' organisations and of their custodians."""

    role: ClassVar[str] = "cda"

    documents: Sequence[Designation]


class DesignationsTddui(Struct, frozen=True):
    """What the transfers of data say of establishments."""

    role: ClassVar[str] = "tddui"

    documents: Sequence[Designation]
