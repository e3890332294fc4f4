"""From the bytes of a file to traces, or the reason why there are none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from duicheck.findings import Fact
from duicheck_tddui.arbre import XmlRefuse
from duicheck_tddui.conventions import bound
from duicheck_tddui.traces.audit import Audit, lire_audit
from duicheck_tddui.traces.hl7v2 import Hl7Refuse, Message, est_hl7, lire_hl7

__all__ = ["Defaut", "Trace", "TracesLues", "lire_traces"]

Trace = Audit | Message

_REGLES = {
    "doctype": "traces/doctype",
    "mal_forme": "traces/mal-formee",
    "bornes": "traces/mal-formee",
    "inconnu": "traces/format-inconnu",
}


class Defaut(Struct, frozen=True):
    """Something that the reading met: of which rule, on which line, and the facts."""

    regle: str
    ligne: int
    faits: Mapping[str, Fact] = field(default_factory=dict)


class TracesLues(Struct, frozen=True):
    """A file read: its traces in order, or none and the defect that says why."""

    chemin: str
    traces: Sequence[Trace] = ()
    defaut: Defaut | None = None


def lire_traces(fichier: Path, chemin: str) -> TracesLues:
    """Read a file. Whatever it holds, this returns: it is read whole or not at all."""
    try:
        with fichier.open("rb") as source:
            octets = source.read(bound("trace") + 1)
    except OSError:
        return _refus(chemin, "mal_forme", "le système refuse de lire le fichier", 1)
    if len(octets) > bound("trace"):
        return _refus(chemin, "bornes", f"plus de {bound('trace') >> 20} Mio", 1)
    if not octets.strip():
        return _refus(chemin, "mal_forme", "le fichier est vide", 1)
    try:
        traces: Sequence[Trace] = lire_hl7(octets) if est_hl7(octets) else lire_audit(octets)
    except Hl7Refuse as refus:
        return _refus(chemin, "mal_forme", refus.cause, refus.ligne)
    except XmlRefuse as refus:
        return _refus(chemin, refus.nature, refus.cause, refus.ligne)
    return TracesLues(chemin, traces)


def _refus(chemin: str, nature: str, cause: str, ligne: int) -> TracesLues:
    return TracesLues(chemin, (), Defaut(_REGLES[nature], ligne, {"cause": cause}))
