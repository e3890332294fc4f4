"""The rules of the group `cda` over files, without a delivery around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from types import SimpleNamespace

from declarees import livraison

from duicheck.engine import run
from duicheck.errors import NotAvailable
from duicheck.findings import RuleResult
from duicheck.model import (
    Dataset,
    DocumentsTransportes,
    DocumentTransporte,
    FichierLivre,
    Lecture,
    Livraison,
    Paquets,
)
from duicheck_cda import duicheck_readers, duicheck_rules

REGLES = {rule.id: rule for rule in duicheck_rules()}
LIVRAISON = livraison("cda")


def controler(
    fichiers: Iterable[Path],
    paquet: Path | None = None,
    *regles: str,
    moteur: str = "duicheck",
    portes: Sequence[DocumentTransporte] = (),
) -> dict[str, RuleResult]:
    """Run rules (all of them by default) over documents, with a package or without one."""
    livres = tuple(FichierLivre("cda", chemin.name, "0" * 64, chemin.stat().st_size, lu=chemin) for chemin in fichiers)
    parts = {Lecture: Lecture(livres, frozenset(), lambda _regle: iter(())), Livraison: LIVRAISON}
    absent = {}
    if portes:
        parts[DocumentsTransportes] = DocumentsTransportes(tuple(portes))
    else:
        absent[DocumentsTransportes] = NotAvailable("aucun lot")
    if paquet is None:
        absent[Paquets] = NotAvailable("aucun paquet", frozenset({"paquets"}))
    else:
        parts[Paquets] = SimpleNamespace(dossiers=(paquet,), utilises=(), moteur=moteur)
    choisies = [REGLES[nom] for nom in regles] if regles else list(REGLES.values())
    return {result.rule: result for result in run(Dataset(parts, absent, duicheck_readers()), choisies)}
