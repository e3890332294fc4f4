"""rapport.json: the only normative output. Everything else is rendered from it and judges nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from duicheck.corrections import Makers, corrections
from duicheck.derogations import describe
from duicheck.discretion import mask
from duicheck.figures import Dessous, indicateur
from duicheck.findings import Fact, Finding, Fixer, Outcome, RuleResult
from duicheck.verdict import Judged, judge, judge_establishments, judged_for_targets, leaves_open, lenient, targets

if TYPE_CHECKING:
    from duicheck.model import (
        Derogations,
        Diagnostic,
        Encadrement,
        Fenetre,
        Hypotheses,
        Lecture,
        Livraison,
        Mesure,
        Mesures,
        NonComptes,
        Paquets,
        Rapprochements,
        Structures,
    )
    from duicheck.plugins import LoadedPlugin
    from duicheck.rulebook import Rulebook

__all__ = ["FORMAT", "build_report", "to_bytes"]

FORMAT = 1

Json = dict[str, Any]


def build_report(  # noqa: PLR0913 -- the report has these sources; a bag would only hide them
    *,
    version: str,
    plugins: Iterable[LoadedPlugin],
    rulebook: Rulebook,
    livraison: Livraison,
    hypotheses: Hypotheses,
    lecture: Lecture,
    derogations: Derogations,
    fenetre: Fenetre | None,
    mesures: Mesures | None,
    diagnostic: Diagnostic | None,
    rapprochements: Rapprochements | None = None,
    encadrement: Encadrement | None = None,
    non_comptes: NonComptes | None = None,
    avec_identifiants: bool = False,
    paquets: Paquets | None = None,
    structures: Structures | None = None,
    results: Sequence[RuleResult],
) -> Json:
    """Assemble the report (shape: schemas/rapport.schema.json). Same arguments, same bytes."""
    verdict = judge(results, livraison, mesures)
    dessous = Dessous(diagnostic, rapprochements, encadrement)
    one_by_one = judge_establishments(
        results, livraison, lecture, mesures, listed=() if structures is None else structures.finess
    )
    makers = Makers(livraison, lecture)
    own = Judged(verdict, lenient(verdict, results))
    report = {
        "format": FORMAT,
        "duicheck": {"version": version},
        "plugins": [{"nom": plugin.name, "version": plugin.version} for plugin in plugins],
        "texte": {"id": rulebook.id, "titre": rulebook.title, "sha256": rulebook.sha256},
        "date_mesure": livraison.date_mesure.isoformat(),
        "fenetre": None if fenetre is None else {"debut": fenetre.debut.isoformat(), "fin": fenetre.fin.isoformat()},
        "hypotheses": _hypotheses(rulebook, hypotheses, livraison.roles),
        "livraison": _livraison(lecture, livraison),
        **_paquets(paquets),
        "verdict": own.verdict,
        "sous_derogations": own.lenient,
        "cibles": targets(judged_for_targets(mesures, hypotheses), dessous.fermete) if mesures else "indeterminees",
        "etablissements": _etablissements(mesures, dessous, one_by_one),
        "projet": {"indicateurs": [indicateur(mesure, dessous) for mesure in mesures.projet] if mesures else []},
        "corrections": corrections(results, livraison, lecture, makers, project=own, establishments=one_by_one),
        **({"dossiers": _dossiers(non_comptes)} if avec_identifiants else {}),
        "derogations": describe(derogations, results),
        "regles": [
            _regle(result, leaves_open(result, livraison.exiges) if verdict == "indetermine" else None)
            for result in results
        ],
        "constats": [
            _constat(finding, makers.fixer(result, finding.at.file))
            for result in results
            for finding in result.findings
        ],
    }
    return {key: value if key in _OURS else _discreet(value) for key, value in report.items()}


_OURS = frozenset({"duicheck", "texte", "hypotheses"})


def _discreet(value: Any) -> Any:  # noqa: ANN401 -- any JSON value
    """The last door: a name, a heading or a reason that holds something personal leaves it here."""
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, dict):
        return {key: _discreet(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_discreet(item) for item in value]
    return value


def to_bytes(report: Mapping[str, Any]) -> bytes:
    """The bytes of rapport.json: UTF-8, two-space indent, keys in the order of the schema."""
    # The bytes that `json.dumps` gives with `indent=2`, which leaves its encoder in C for one in Python.
    return msgspec.json.format(json.dumps(report, ensure_ascii=False).encode("utf-8"), indent=2) + b"\n"


def _etablissements(mesures: Mesures | None, dessous: Dessous, judged: Mapping[str, Judged]) -> list[Json]:
    """The establishments that have figures."""
    by_finess: dict[str, list[Mesure]] = {}
    for mesure in () if mesures is None else mesures.etablissements:
        by_finess.setdefault(str(mesure.finess_et), []).append(mesure)
    return [
        {
            "finess_et": finess,
            "verdict": judged[finess].verdict,
            "sous_derogations": judged[finess].lenient,
            "cibles": targets(found, dessous.fermete),
            "indicateurs": [indicateur(mesure, dessous) for mesure in found],
        }
        for finess, found in by_finess.items()
    ]


def _hypotheses(rulebook: Rulebook, chosen: Hypotheses, roles: frozenset[str]) -> Json:
    """What the text leaves open and this delivery raises, or departs from."""

    def arises(name: str) -> bool:
        about = rulebook.hypotheses[name].roles
        return not about or bool(about & roles) or name in chosen.departures

    return {
        name: {
            "valeur": code,
            "par_defaut": name not in chosen.departures,
            "phrase": rulebook.hypotheses[name].choices[code].phrase,
        }
        for name, code in chosen.items()
        if arises(name)
    }


def _livraison(lecture: Lecture, livraison: Livraison) -> Json:
    missing = sorted(livraison.exiges - livraison.roles)
    lines = sorted(f"{file.role}\0{file.chemin}\0{file.sha256}\n" for file in lecture.fichiers)
    return {
        "sha256": hashlib.sha256("".join(lines).encode("utf-8")).hexdigest(),
        "fichiers": [
            {
                "role": file.role,
                "chemin": file.chemin,
                "sha256": file.sha256,
                "octets": file.octets,
                "lignes": file.lignes,
                "rejetees": file.rejetees,
            }
            for file in lecture.fichiers
        ],
        **({"roles_manquants": missing} if missing else {}),
    }


def _paquets(paquets: Paquets | None) -> Json:
    """The packs of national rules that something read, so that anybody can tell if theirs are the same."""
    used = [] if paquets is None else paquets.utilises
    if not used:
        return {}
    return {
        "paquets": [
            {
                "nom": paquet.nom,
                "origine": paquet.origine,
                "source": paquet.source,
                "contenus": [{"contenu": each.contenu, "sha256": each.sha256} for each in paquet.contenus],
                "reparations": [f"{each.fichier} : {each.texte}" for each in paquet.reparations],
            }
            for paquet in used
        ]
    }


def _dossiers(non_comptes: NonComptes | None) -> list[Json]:
    """Who could count and does not, by name: written only when asked for."""
    if non_comptes is None:
        return []
    return [
        {
            "finess_et": groupe.finess_et,
            "indicateur": groupe.indicateur,
            "cause": groupe.cause,
            "identifiants": list(groupe.identifiants),
        }
        for groupe in non_comptes.groupes()
    ]


def _regle(result: RuleResult, opens: bool | None) -> Json:  # noqa: FBT001 -- the second thing that is said of it
    """`opens`: whether it is one of those that leave the verdict open; None where the verdict is not."""
    undone = result.outcome in {Outcome.NOT_CHECKED, Outcome.CRASHED}
    return {
        "id": result.rule,
        "resultat": result.outcome.value,
        "constats": result.count,
        "raison": result.reason,
        **({"laisse_ouvert": opens} if undone and opens is not None else {}),
    }


def _constat(finding: Finding, who: Fixer) -> Json:
    at = finding.at
    return {
        "regle": finding.rule,
        "gravite": finding.severity.value,
        "message": finding.message,
        "lieu": {"fichier": at.file, "ligne": at.line, "colonne": at.column, "pointeur": at.pointer},
        "faits": {name: _fact(value) for name, value in sorted(finding.facts.items())},
        "qui": who.value,
        **({} if finding.waiver is None else {"derogation": finding.waiver}),
    }


def _fact(value: Fact) -> Fact:
    return value.isoformat() if isinstance(value, date) else value
