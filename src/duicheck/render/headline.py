"""The two answers in words: is the delivery true, are the targets reached?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from duicheck.langue import N_, _, habits, n_, phrase
from duicheck.render.causes import common_cause
from duicheck.render.french import counted, typography
from duicheck.render.labels import role
from duicheck.render.paper import Span
from duicheck.render.undone import undone
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
    "conforme": ("bien", N_("CONFORME")),
    "non_conforme": ("faute", N_("NON CONFORME")),
    "indetermine": ("alerte", N_("INDÉTERMINÉ")),
}
TARGETS: Final = {
    "atteintes": ("bien", N_("CIBLES ATTEINTES")),
    "non_atteintes": ("alerte", N_("CIBLES NON ATTEINTES")),
    "indeterminees": ("alerte", N_("CIBLES INDÉTERMINÉES")),
    "sans_objet": ("", N_("SANS CIBLE")),
}

_CRASHED: Final = N_("contrôle arrêté sur une erreur de programme", "contrôles arrêtés sur une erreur de programme")


def verdict(part: Json) -> Span:
    """The verdict of a report or of an establishment, in words; what it owes to waivers is said, and never green."""
    style, words = VERDICTS[part["verdict"]]
    if part["sous_derogations"]:
        return "alerte", _("{verdict} SOUS DÉROGATIONS").format(verdict=_(words))
    return style, _(words)


def headline(report: Json) -> list[Span]:
    """The verdict and why, as spans of one sentence."""
    return [verdict(report), ("", f" — {verdict_why(report)}")]


def targets(report: Json) -> list[Span]:
    """Whether the targets are reached, as spans of one sentence."""
    style, words = TARGETS[report["cibles"]]
    return [(style, _(words)), ("", f" — {targets_why(report)}")]


def verdict_why(report: Json) -> str:
    """Why the verdict is what it is; goes after its name."""
    return typography(_why(report))


def targets_why(report: Json) -> str:
    """How far the targets are reached; goes after the answer."""
    below = sum(found["cibles"] == "non_atteintes" for found in report["etablissements"])
    total = len(report["etablissements"])
    short = sum(row["atteinte"] is False for row in rows_of(report))
    why = {
        "atteintes": _("tous les indicateurs qui ont une cible l'atteignent."),
        "non_atteintes": _("{indicators} sous la cible, dans {establishments} sur {total}.").format(
            indicators=counted(short, "indicateur"), establishments=counted(below, "établissement"), total=total
        ),
        "indeterminees": _undecided(report),
        "sans_objet": _("le texte n'en fixe pas pour ces indicateurs."),
    }
    unverified = any(row["cible_sur"] == "exporte" for row in rows_of(report))
    doubt = _(" Jugé sur les nombres exportés, que rien n'a vérifiés.") if unverified else ""
    return typography(f"{why[report['cibles']]}{doubt}")


def _undecided(report: Json) -> str:
    """Why the targets are not decided."""
    fragile = sum(row.get("fermete") == "fragile" for row in rows_of(report))
    if fragile:
        text = n_(
            "{targets} atteinte ou non, selon les lignes rejetées.",
            "{targets} atteintes ou non, selon les lignes rejetées.",
            fragile,
        )
        return text.format(targets=counted(fragile, "cible"))
    if not _exported(report):
        return _("la livraison n'a pas d'export d'indicateurs.")
    return _("il manque des comptes pour en juger.")


def _exported(report: Json) -> bool:
    """Whether the delivery announces an export of indicators."""
    return any(file["role"] == "indicateurs" for file in report["livraison"]["fichiers"])


def _without_export(report: Json) -> str:
    """What a verdict without a single indicator speaks of, so that nobody takes it for more."""
    roles = dict.fromkeys(role(file["role"]) for file in report["livraison"]["fichiers"])
    return _("aucune erreur dans ce qui est livré ({roles}), qui ne comprend pas d'export d'indicateurs").format(
        roles=", ".join(roles)
    )


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
        one = _("l'indicateur exporté est exactement celui que donne le journal")
        several = _("les {indicators} sont ceux que donne le journal").format(indicators=exported)
        reasons = [(one if len(rows) == 1 else several) if rows else _without_export(report)]
    else:
        reasons = _faults(report, rows) if report["verdict"] == "non_conforme" else _gaps(report, rows)
    if report["sous_derogations"]:
        reasons.append(_("des erreurs, acceptées par dérogation, ne comptent pas"))
    return habits().semicolon.join(reasons) + "."


def _faults(report: Json, rows: list[Json]) -> list[str]:
    """What is certainly wrong; the errors are not counted again where they are just the differences."""
    wrong = sum(row["conforme"] is False for row in rows)
    errors = errors_by_rule(report)
    count = sum(errors.values())
    faults = []
    if wrong:
        exported = sum(row["exporte"] is not None for row in rows)
        subject = counted(wrong, "indicateur exporté", "indicateurs exportés")
        cause = common_cause(report)
        fault = n_(
            "{indicators} sur {exported} ne correspond pas au journal",
            "{indicators} sur {exported} ne correspondent pas au journal",
            wrong,
        ).format(indicators=subject, exported=exported)
        explained = _(" ; ils sont exactement ce que donne : {cause}").format(cause=phrase(cause)) if cause else ""
        faults.append(f"{fault}{explained}")
    if count and not (len(errors) == 1 and count == wrong):
        fault = (
            n_("{errors} en tout, relevée par {rules}", "{errors} en tout, relevées par {rules}", count)
            if wrong
            else n_("{errors}, relevée par {rules}", "{errors}, relevées par {rules}", count)
        )
        faults.append(fault.format(errors=counted(count, "erreur"), rules=counted(len(errors), "règle")))
    return faults


def _gaps(report: Json, rows: list[Json]) -> list[str]:
    """Why the verdict stays open, the widest cause first."""
    reasons = []
    awaited = sum(len(group.rules) for group in undone(report) if group.awaited)
    outcomes = [rule["resultat"] for rule in report["regles"]]
    unverified = sum(row["conforme"] is None for row in rows)
    if missing := report["livraison"].get("roles_manquants"):
        reasons.append(_("il manque à la livraison : {roles}").format(roles=", ".join(missing)))
    if not rows and (_exported(report) or "indicateurs" in report["livraison"].get("roles_manquants", ())):
        reasons.append(_("aucun indicateur n'a pu être mesuré"))
    elif rows and unverified == len(rows):
        reasons.append(_("aucun indicateur exporté n'a pu être vérifié contre le journal"))
    elif unverified:
        indicators = counted(unverified, "indicateur")
        text = _("{indicators} sur {total} sans vérification possible")
        reasons.append(text.format(indicators=indicators, total=len(rows)))
    if crashed := outcomes.count("en_erreur"):
        reasons.append(counted(crashed, *_CRASHED))
    if awaited:
        reasons.append(counted(awaited, "contrôle non fait", "contrôles non faits"))
    return reasons or [_("ce qui est livré n'a été lu jusqu'au bout par aucune règle")]
