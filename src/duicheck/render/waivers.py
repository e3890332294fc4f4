"""Waivers in words: what is accepted, why, by whom, until when. Whatever their state, they are always shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from duicheck.render.french import accord, counted, day, sentence, typography
from duicheck.render.paper import Paper, Span

__all__ = ["STATES", "became", "granted", "scope", "summary", "waived_by_rule", "write_waivers"]

Json = Mapping[str, Any]

STATES: Final = {
    "appliquee": ("alerte", "APPLIQUÉE"),
    "echue": ("faute", "ÉCHUE"),
    "interdite": ("faute", "INTERDITE"),
    "sans_effet": ("alerte_simple", "SANS EFFET"),
}
"""State -> (style, word), in the order in which a summary counts them."""

_COUNTED: Final = {
    "appliquee": ("appliquée", "appliquées"),
    "echue": ("échue", "échues"),
    "interdite": ("interdite", "interdites"),
    "sans_effet": ("sans effet", "sans effet"),
}
_UNDONE: Final = frozenset({"non_verifiee", "en_erreur"})
_SCOPES: Final = {
    "finess_et": ("établissement", "établissements"),
    "indicateur": ("indicateur", "indicateurs"),
    "fichier": ("fichier", "fichiers"),
    "colonne": ("colonne", "colonnes"),
}


def waived_by_rule(report: Json) -> Counter[str]:
    """How many findings of each rule do not count, printed or not."""
    counts: Counter[str] = Counter()
    for waiver in report["derogations"]:
        if waiver["etat"] == "appliquee":
            counts[waiver["regle"]] += waiver["constats"]
    return counts


def summary(report: Json) -> str | None:
    """All the waivers in one sentence, after their number; None where there is none."""
    waivers = report["derogations"]
    if not waivers:
        return None
    states = Counter(waiver["etat"] for waiver in waivers)
    parts = [f"{states[state]}\u00a0{accord(states[state], *_COUNTED[state])}" for state in STATES if states[state]]
    covered = waived_by_rule(report).total()
    effect = f" ; {counted(covered, 'constat')} ne {'compte' if covered == 1 else 'comptent'} pas" if covered else ""
    return typography(f"{', '.join(parts)}, au {day(waivers[0]['jour'])}{effect}.")


def scope(waiver: Json) -> str:
    """What it covers, in words."""
    parts = [
        f"{accord(len(values), *_SCOPES.get(key, (key, key)))}\u00a0{', '.join(values)}"
        for key, values in waiver["perimetre"].items()
    ]
    return " ; ".join(parts) or "tous les constats de la règle"


def became(waiver: Json, report: Json) -> str:
    """What became of it, as a sentence."""
    count = waiver["constats"]
    found = counted(count, "constat")
    outcome = next((rule["resultat"] for rule in report["regles"] if rule["id"] == waiver["regle"]), None)
    idle = "la règle n'a pas été contrôlée." if outcome in _UNDONE else ""
    if waiver["etat"] == "appliquee":
        return typography(f"{found} {accord(count, 'ne compte', 'ne comptent')} pas pour le verdict.")
    if waiver["etat"] == "echue":
        again = (
            f"{found} {accord(count, 'compte', 'comptent')} de nouveau." if count else "aucun constat n'en dépendait."
        )
        return typography(
            f"Son dernier jour était le {day(waiver['echeance'])}, elle ne couvre plus rien : {idle or again}"
        )
    if waiver["etat"] == "interdite":
        return typography("Nul ne peut lever cette règle : la dérogation est ignorée.")
    return sentence(idle or "aucun constat dans ce périmètre : retirez-la, ou corrigez son périmètre.")


def granted(waiver: Json) -> str:
    """Who accepts it, until when, and where that is written."""
    return typography(
        f"Accordée par {waiver['auteur']}, jusqu'au {day(waiver['echeance'])} inclus ({waiver['declaree_dans']})."
    )


def write_waivers(paper: Paper, report: Json) -> None:
    """Each waiver, numbered as the findings refer to it."""
    waivers = report["derogations"]
    if not waivers:
        return
    paper.heading(f"Dérogations ({len(waivers)})")
    for number, waiver in enumerate(waivers, 1):
        head: list[Span] = [("", f"{number}. "), STATES[waiver["etat"]], ("", " "), ("fort", waiver["regle"])]
        paper.paragraph(*head, ("", typography(f" — {scope(waiver)}. {became(waiver, report)}")), indent=2, hang=3)
        paper.paragraph(("", typography(f"Motif : {sentence(waiver['motif'])} {granted(waiver)}")), indent=5)
