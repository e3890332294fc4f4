"""Waivers in words: what is accepted, why, by whom, until when. Whatever their state, they are always shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from duicheck.langue import N_, _, habits, n_
from duicheck.render.french import accord, counted, day, sentence, typography
from duicheck.render.paper import Paper, Span

__all__ = ["STATES", "became", "granted", "scope", "summary", "waived_by_rule", "write_waivers"]

Json = Mapping[str, Any]

STATES: Final = {
    "appliquee": ("alerte", N_("APPLIQUÉE")),
    "echue": ("faute", N_("ÉCHUE")),
    "interdite": ("faute", N_("INTERDITE")),
    "sans_effet": ("alerte_simple", N_("SANS EFFET")),
}
"""State -> (style, word), in the order in which a summary counts them."""

_COUNTED: Final = {
    "appliquee": N_("appliquée", "appliquées"),
    "echue": N_("échue", "échues"),
    "interdite": N_("interdite", "interdites"),
    "sans_effet": N_("sans effet", "sans effet"),
}
_UNDONE: Final = frozenset({"non_verifiee", "en_erreur"})
_SCOPES: Final = {
    "finess_et": N_("établissement", "établissements"),
    "indicateur": N_("indicateur", "indicateurs"),
    "fichier": N_("fichier", "fichiers"),
    "colonne": N_("colonne", "colonnes"),
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
    said = _("{states}, au {day}").format(states=", ".join(parts), day=day(waivers[0]["jour"]))
    effect = n_(" ; {findings} ne compte pas", " ; {findings} ne comptent pas", covered) if covered else ""
    return typography(f"{said}{effect.format(findings=counted(covered, 'constat'))}.")


def scope(waiver: Json) -> str:
    """What it covers, in words."""
    parts = [
        f"{accord(len(values), *_SCOPES.get(key, (key, key)))}\u00a0{', '.join(values)}"
        for key, values in waiver["perimetre"].items()
    ]
    return habits().semicolon.join(parts) or _("tous les constats de la règle")


def became(waiver: Json, report: Json) -> str:
    """What became of it, as a sentence."""
    count = waiver["constats"]
    found = counted(count, "constat")
    outcome = next((rule["resultat"] for rule in report["regles"] if rule["id"] == waiver["regle"]), None)
    idle = _("la règle n'a pas été contrôlée.") if outcome in _UNDONE else ""
    if waiver["etat"] == "appliquee":
        text = n_("{findings} ne compte pas pour le verdict.", "{findings} ne comptent pas pour le verdict.", count)
        return typography(text.format(findings=found))
    if waiver["etat"] == "echue":
        again = n_("{findings} compte de nouveau.", "{findings} comptent de nouveau.", count).format(findings=found)
        effect = idle or (again if count else _("aucun constat n'en dépendait."))
        text = _("Son dernier jour était le {day}, elle ne couvre plus rien : {effect}")
        return typography(text.format(day=day(waiver["echeance"]), effect=effect))
    if waiver["etat"] == "interdite":
        return typography(_("Nul ne peut lever cette règle : la dérogation est ignorée."))
    return sentence(idle or _("aucun constat dans ce périmètre : retirez-la, ou corrigez son périmètre."))


def granted(waiver: Json) -> str:
    """Who accepts it, until when, and where that is written."""
    text = _("Accordée par {author}, jusqu'au {day} inclus ({place}).")
    return typography(text.format(author=waiver["auteur"], day=day(waiver["echeance"]), place=waiver["declaree_dans"]))


def write_waivers(paper: Paper, report: Json) -> None:
    """Each waiver, numbered as the findings refer to it."""
    waivers = report["derogations"]
    if not waivers:
        return
    paper.heading(_("Dérogations ({count})").format(count=len(waivers)))
    for number, waiver in enumerate(waivers, 1):
        style, state = STATES[waiver["etat"]]
        head: list[Span] = [("", f"{number}. "), (style, _(state)), ("", " "), ("fort", waiver["regle"])]
        paper.paragraph(*head, ("", typography(f" — {scope(waiver)}. {became(waiver, report)}")), indent=2, hang=3)
        why = _("Motif : {reason}").format(reason=sentence(waiver["motif"]))
        paper.paragraph(("", typography(f"{why} {granted(waiver)}")), indent=5)
