"""The two answers in words: is the delivery true, are the targets reached?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from duicheck.render.causes import common_cause
from duicheck.render.french import accord, counted, typography
from duicheck.render.paper import Span
from duicheck.render.waivers import waived_by_rule

__all__ = [
    "TARGETS",
    "VERDICTS",
    "errors_by_rule",
    "headline",
    "rows_of",
    "targets",
    "targets_why",
    "verdict",
    "verdict_why",
]

Json = Mapping[str, Any]

VERDICTS: Final = {
    "conforme": ("bien", "CONFORME"),
    "non_conforme": ("faute", "NON CONFORME"),
    "indetermine": ("alerte", "INDÉTERMINÉ"),
}
TARGETS: Final = {
    "atteintes": ("bien", "CIBLES ATTEINTES"),
    "non_atteintes": ("alerte", "CIBLES NON ATTEINTES"),
    "indeterminees": ("alerte", "CIBLES INDÉTERMINÉES"),
    "sans_objet": ("", "SANS CIBLE"),
}


def verdict(part: Json) -> Span:
    """The verdict of a report or of an establishment, in words; what it owes to waivers is said, and never green."""
    style, words = VERDICTS[part["verdict"]]
    return ("alerte", f"{words} SOUS DÉROGATIONS") if part["sous_derogations"] else (style, words)


def headline(report: Json) -> list[Span]:
    """The verdict and why, as spans of one sentence."""
    return [verdict(report), ("", f" — {verdict_why(report)}")]


def targets(report: Json) -> list[Span]:
    """Whether the targets are reached, as spans of one sentence."""
    return [TARGETS[report["cibles"]], ("", f" — {targets_why(report)}")]


def verdict_why(report: Json) -> str:
    """Why the verdict is what it is; goes after its name."""
    return typography(_why(report))


def targets_why(report: Json) -> str:
    """How far the targets are reached; goes after the answer."""
    below = sum(found["cibles"] == "non_atteintes" for found in report["etablissements"])
    total = len(report["etablissements"])
    short = sum(row["atteinte"] is False for row in rows_of(report))
    why = {
        "atteintes": "tous les indicateurs qui ont une cible l'atteignent.",
        "non_atteintes": f"{counted(short, 'indicateur')} sous la cible, dans {counted(below, 'établissement')} "
        f"sur {total}.",
        "indeterminees": _undecided(report),
        "sans_objet": "le texte n'en fixe pas pour ces indicateurs.",
    }
    unverified = any(row["cible_sur"] == "exporte" for row in rows_of(report))
    doubt = " Jugé sur les nombres exportés, que rien n'a vérifiés." if unverified else ""
    return typography(f"{why[report['cibles']]}{doubt}")


def _undecided(report: Json) -> str:
    """Why the targets are not decided."""
    fragile = sum(row.get("fermete") == "fragile" for row in rows_of(report))
    if fragile:
        return f"{counted(fragile, 'cible')} {accord(fragile, 'atteinte')} ou non, selon les lignes rejetées."
    return "il manque des comptes pour en juger."


def rows_of(report: Json) -> Iterator[Json]:
    """Every indicator of every establishment."""
    for found in report["etablissements"]:
        yield from found["indicateurs"]


def errors_by_rule(report: Json) -> dict[str, int]:
    """How many violations each rule of severity `erreur` found, printed or not; those that are waived do not count."""
    grave = {finding["regle"] for finding in report["constats"] if finding["gravite"] == "erreur"}
    waived = waived_by_rule(report)
    counts = {rule["id"]: rule["constats"] - waived[rule["id"]] for rule in report["regles"] if rule["id"] in grave}
    return {rule: count for rule, count in counts.items() if count}


def _why(report: Json) -> str:
    rows = list(rows_of(report))
    if report["verdict"] == "conforme":
        exported = counted(len(rows), "indicateur exporté", "indicateurs exportés")
        one = "l'indicateur exporté est exactement celui que donne le journal"
        reasons = [one if len(rows) == 1 else f"les {exported} sont ceux que donne le journal"]
    else:
        reasons = _faults(report, rows) if report["verdict"] == "non_conforme" else _gaps(report, rows)
    if report["sous_derogations"]:
        reasons.append("des erreurs, acceptées par dérogation, ne comptent pas")
    return " ; ".join(reasons) + "."


def _faults(report: Json, rows: list[Json]) -> list[str]:
    """What is certainly wrong; the errors are not counted again where they are just the differences."""
    wrong = sum(row["conforme"] is False for row in rows)
    errors = errors_by_rule(report)
    count = sum(errors.values())
    faults = []
    if wrong:
        verb = "ne correspondent pas" if wrong > 1 else "ne correspond pas"
        exported = sum(row["exporte"] is not None for row in rows)
        subject = counted(wrong, "indicateur exporté", "indicateurs exportés")
        cause = common_cause(report)
        explained = f" ; ils sont exactement ce que donne : {cause}" if cause else ""
        faults.append(f"{subject} sur {exported} {verb} au journal{explained}")
    if count and not (len(errors) == 1 and count == wrong):
        whole = " en tout" if wrong else ""
        faults.append(
            f"{counted(count, 'erreur')}{whole}, {accord(count, 'relevée')} par {counted(len(errors), 'règle')}"
        )
    return faults


def _gaps(report: Json, rows: list[Json]) -> list[str]:
    """Why the verdict stays open, the widest cause first."""
    reasons = []
    outcomes = [rule["resultat"] for rule in report["regles"]]
    unverified = sum(row["conforme"] is None for row in rows)
    if missing := report["livraison"].get("roles_manquants"):
        reasons.append(f"il manque à la livraison : {', '.join(missing)}")
    if not rows:
        reasons.append("aucun indicateur n'a pu être mesuré")
    elif unverified == len(rows):
        reasons.append("aucun indicateur exporté n'a pu être vérifié contre le journal")
    elif unverified:
        reasons.append(f"{counted(unverified, 'indicateur')} sur {len(rows)} sans vérification possible")
    if crashed := outcomes.count("en_erreur"):
        reasons.append(f"{counted(crashed, 'contrôle')} {accord(crashed, 'arrêté')} sur une erreur de programme")
    if undone := outcomes.count("non_verifiee"):
        reasons.append(f"{counted(undone, 'contrôle')} non {accord(undone, 'fait')}")
    return reasons
