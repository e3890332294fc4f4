"""Which establishments exchanged documents name: taken out by the plugins that read them, compared by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from duicheck.findings import Location

__all__ = ["Designation", "DesignationsCda", "DesignationsTddui"]


@dataclass(frozen=True, slots=True)
class Designation:
    """One document, and the FINESS numbers, well formed, by which it says whose it is, in its order."""

    at: Location
    finess: Sequence[str]


@dataclass(frozen=True, slots=True)
class DesignationsCda:
    """What the clinical documents say of their authors' organisations and of their custodians."""

    role: ClassVar[str] = "cda"

    documents: Sequence[Designation]


@dataclass(frozen=True, slots=True)
class DesignationsTddui:
    """What the transfers of data say of establishments."""

    role: ClassVar[str] = "tddui"

    documents: Sequence[Designation]
