"""`duicheck.toml`, beside the manifest: what whoever checks declares without touching what was delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from duicheck.bundle.tomlfile import read_toml
from duicheck.findings import Location
from duicheck.model import Derogation

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["CONFIGURATION", "read_waivers", "waivers_in"]

CONFIGURATION: Final = "duicheck.toml"


def read_waivers(folder: Path) -> Sequence[Derogation]:
    """The waivers of the configuration file of a delivery's folder; none where there is no such file.

    Raises:
        DeliveryError: it is there and cannot be used; the sentence names the key.
    """
    path = folder / CONFIGURATION
    if not path.is_file():
        return ()
    return waivers_in(read_toml(path, "configuration"), CONFIGURATION)


def waivers_in(value: Mapping[str, Any], file: str) -> Sequence[Derogation]:
    """The waivers of a valid manifest or configuration, in their order."""
    return [
        Derogation(
            regle=entry["regle"],
            motif=entry["motif"],
            auteur=entry["auteur"],
            echeance=date.fromisoformat(entry["echeance"]),
            at=Location(file, pointer=f"/derogations/{number}"),
            perimetre={key: _values(values) for key, values in entry.get("perimetre", {}).items()},
        )
        for number, entry in enumerate(value.get("derogations", ()))
    ]


def _values(values: str | Sequence[str]) -> frozenset[str]:
    """One value alone is the list of that one."""
    return frozenset((values,) if isinstance(values, str) else values)
