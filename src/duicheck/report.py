"""rapport.json: the only normative output. Everything else is rendered from it and judges nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from math import ceil, floor
from typing import TYPE_CHECKING, Any

from duicheck.derogations import describe
from duicheck.discretion import mask
from duicheck.findings import Fact, Finding, Outcome, RuleResult, Severity
from duicheck.model.bounds import Fermete
from duicheck.verdict import judge, judge_establishment, judged_for_targets, leaves_open, lenient, targets

if TYPE_CHECKING:
    from duicheck.model import (
        Bornes,
        Comptes,
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
        Rapprochement,
        Rapprochements,
    )
    from duicheck.plugins import LoadedPlugin
    from duicheck.rulebook import Rulebook

__all__ = ["FORMAT", "build_report", "to_bytes"]

FORMAT = 1

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Dessous:
    """What lies under the figures of an indicator, where it is known."""

    diagnostic: Diagnostic | None
    rapprochements: Rapprochements | None
    encadrement: Encadrement | None

    def rapprochement(self, mesure: Mesure) -> Rapprochement | None:
        if self.rapprochements is None:
            return None
        return self.rapprochements.par_ligne.get((str(mesure.finess_et), mesure.code))

    def bornes(self, mesure: Mesure) -> Bornes | None:
        return None if self.encadrement is None else self.encadrement.par_ligne.get((mesure.finess_et, mesure.code))

    def fermete(self, mesure: Mesure) -> Fermete | None:
        bornes = self.bornes(mesure)
        return None if bornes is None else bornes.fermete(mesure.cible)


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
    results: Sequence[RuleResult],
) -> Json:
    """Assemble the report (shape: schemas/rapport.schema.json). Same arguments, same bytes."""
    verdict = judge(results, livraison, mesures)
    dessous = _Dessous(diagnostic, rapprochements, encadrement)
    etablissements = _etablissements(mesures, dessous, results, lecture)
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
        "verdict": verdict,
        "sous_derogations": lenient(verdict, results),
        "cibles": targets(judged_for_targets(mesures, hypotheses), dessous.fermete) if mesures else "indeterminees",
        "etablissements": etablissements,
        "projet": {"indicateurs": [_indicateur(mesure, dessous) for mesure in mesures.projet] if mesures else []},
        **({"dossiers": _dossiers(non_comptes)} if avec_identifiants else {}),
        "derogations": describe(derogations, results),
        "regles": [
            _regle(result, leaves_open(result, livraison.exiges) if verdict == "indetermine" else None)
            for result in results
        ],
        "constats": [_constat(finding) for result in results for finding in result.findings],
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
    return (json.dumps(report, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _etablissements(
    mesures: Mesures | None, dessous: _Dessous, results: Sequence[RuleResult], lecture: Lecture
) -> list[Json]:
    if mesures is None:
        return []
    by_finess: dict[str, list[Mesure]] = {}
    for mesure in mesures.etablissements:
        by_finess.setdefault(str(mesure.finess_et), []).append(mesure)
    in_error = {finess for result in results if result.severity is Severity.ERROR for finess in result.touched}
    spared = {finess for result in results if result.severity is Severity.ERROR for finess in result.spared}
    # A rejected row of a log may belong to any establishment: nobody can be declared conforme on it.
    rejected = any(file.rejetees for file in lecture.fichiers)
    verdicts = {
        finess: judge_establishment(found, in_error=finess in in_error, rejected=rejected)
        for finess, found in by_finess.items()
    }
    return [
        {
            "finess_et": finess,
            "verdict": verdicts[finess],
            "sous_derogations": finess in spared and verdicts[finess] != "non_conforme",
            "cibles": targets(found, dessous.fermete),
            "indicateurs": [_indicateur(mesure, dessous) for mesure in found],
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


def _indicateur(mesure: Mesure, dessous: _Dessous) -> Json:
    diagnostic = dessous.diagnostic
    explained = diagnostic.par_ligne.get((str(mesure.finess_et), mesure.code), ()) if diagnostic else ()
    judged_on = None if mesure.jugee is None else "exporte" if mesure.recalcule is None else "recalcule"
    return {
        "code": mesure.code,
        "exporte": None if mesure.exporte is None else {**_comptes(mesure.exporte), "taux": _number(mesure.taux)},
        "recalcule": None if mesure.recalcule is None else _comptes(mesure.recalcule),
        "conforme": mesure.conforme,
        "cible": _number(None if mesure.cible is None else str(mesure.cible)),
        "cible_sur": judged_on,
        "atteinte": mesure.atteinte,
        "manquants": mesure.manquants,
        "marge": mesure.marge,
        "explications": [
            {"hypotheses": dict(explanation.hypotheses), "texte": explanation.texte} for explanation in explained
        ],
        **_decompte(dessous.rapprochement(mesure)),
        **_bornes(dessous.bornes(mesure), dessous.fermete(mesure)),
    }


def _decompte(rapprochement: Rapprochement | None) -> Json:
    """The gap with the vendor's own list, cause by cause; absent where there is no list."""
    if rapprochement is None:
        return {}
    return {
        "decompte": {
            "lignes": rapprochement.lignes,
            "ecart": rapprochement.ecart,
            "hors_decompte": rapprochement.hors_decompte,
            "doublons": rapprochement.doublons.nombre,
            "a_tort": {cause.cause: cause.nombre for cause in rapprochement.a_tort},
            "oublies": {cause.cause: cause.nombre for cause in rapprochement.oublies},
        }
    }


def _bornes(bornes: Bornes | None, fermete: Fermete | None) -> Json:
    """What rejected rows may change; absent where none was. The rates are rounded outwards, to hold the exact ones."""
    if bornes is None:
        return {}
    taux = bornes.taux
    return {
        "bornes": {
            "numerateur": list(bornes.numerateur),
            "denominateur": None if bornes.denominateur is None else list(bornes.denominateur),
            "taux": None if taux is None else [floor(taux[0] * 100) / 100, ceil(taux[1] * 100) / 100],
        },
        "fermete": None if fermete is None else fermete.value,
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


def _comptes(comptes: Comptes) -> Json:
    return {"numerateur": comptes.numerateur, "denominateur": comptes.denominateur}


def _number(text: str | None) -> int | float | None:
    """A decimal text as a JSON number; None for none, or for what is no decimal number."""
    if text is None:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


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


def _constat(finding: Finding) -> Json:
    at = finding.at
    return {
        "regle": finding.rule,
        "gravite": finding.severity.value,
        "message": finding.message,
        "lieu": {"fichier": at.file, "ligne": at.line, "colonne": at.column, "pointeur": at.pointer},
        "faits": {name: _fact(value) for name, value in sorted(finding.facts.items())},
        **({} if finding.waiver is None else {"derogation": finding.waiver}),
    }


def _fact(value: Fact) -> Fact:
    return value.isoformat() if isinstance(value, date) else value
