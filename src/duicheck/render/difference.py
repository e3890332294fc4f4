"""What changed between two reports, in words: verdict first, figures, rules, findings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from duicheck.render.french import accord, counted, day, integer, percent, typography
from duicheck.render.headline import TARGETS, VERDICTS
from duicheck.render.paper import Paper

__all__ = ["write_difference"]

Json = Mapping[str, Any]

SHOWN: Final = 5
"""How many findings of one rule are written out; the others are counted."""

MANY: Final = 60
"""How many changed figures are written out."""

FIELDS: Final = {
    "verdict": "verdict",
    "sous_derogations": "sous dérogations",
    "cibles": "cibles",
    "exporte": "exporté",
    "recalcule": "recalculé",
    "conforme": "accord",
    "cible": "cible",
    "cible_sur": "cible jugée sur",
    "atteinte": "cible atteinte",
    "manquants": "manque",
    "marge": "marge",
    "explications": "explications",
    "resultat": "résultat",
    "constats": "constats",
    "raison": "raison",
    "bornes": "bornes",
    "fermete": "fermeté",
    "decompte": "décompte",
    "valeur": "valeur",
    "par_defaut": "par défaut",
    "version": "version",
    "titre": "titre",
    "sha256": "empreinte",
    "octets": "octets",
    "lignes": "lignes",
    "rejetees": "lignes rejetées",
    "debut": "premier jour",
    "fin": "dernier jour",
}
"""Property of a report -> how a sentence says it; any other is said by its own name."""

CONDITIONS: Final = {
    "texte": "texte",
    "date_mesure": "date de mesure",
    "fenetre": "fenêtre",
    "hypotheses": "hypothèse",
    "duicheck": "duicheck",
    "plugins": "extension",
    "format": "format",
    "livraison": "livraison",
}
"""Sections that say under which conditions a report was made, in the order of print."""

OWN_PLACE: Final = frozenset({"verdict", "cibles", "etablissements", "projet", "regles"})
DIGEST: Final = 64
"""Characters of a SHA-256 in hexadecimal; of such a text the beginning is enough."""

WORDS: Final = {
    "respectee": "respectée",
    "enfreinte": "enfreinte",
    "sans_objet": "sans objet",
    "non_verifiee": "non vérifiée",
    "en_erreur": "en erreur",
    "exporte": "exporté",
    "recalcule": "recalculé",
}
DERIVED: Final = frozenset({"sha256", "octets", "titre", "phrase"})
"""What only follows from something else that the same list shows; whole in the JSON form."""


def write_difference(paper: Paper, difference: Json, avant: str, apres: str) -> None:
    """The whole comparison. `avant` and `apres` name the two reports."""
    paper.bar()
    paper.paragraph(("", f"Avant\u00a0: {avant}"), indent=1, hang=2)
    paper.paragraph(("", f"Après\u00a0: {apres}"), indent=1, hang=2)
    for section, words in (("verdict", VERDICTS), ("cibles", TARGETS)):
        both = difference[section]
        if both["avant"] == both["apres"]:
            paper.line(("", "Inchangé\u00a0: "), words[both["apres"]], indent=1)
        else:
            paper.line(words[both["avant"]], ("", " → "), words[both["apres"]], indent=1)
    paper.bar()
    if difference["identiques"]:
        paper.paragraph(("bien", "Les deux rapports disent la même chose."), indent=1)
        return
    changes = difference["changements"]
    _write_conditions(paper, changes)
    _write_figures(paper, [change for change in changes if change["section"] in {"etablissements", "projet"}])
    _write_rules(paper, [change for change in changes if change["section"] == "regles"])
    _write_findings(paper, difference["constats"])
    paper.blank()
    note = "Rien n'est jugé de nouveau\u00a0: chaque valeur est celle de son rapport. Tout est dans --format json."
    paper.paragraph(("discret", note), indent=1)


def _write_conditions(paper: Paper, changes: Sequence[Json]) -> None:
    """What both reports rest on, then what no other part of this sheet knows."""
    known = [change for section in CONDITIONS for change in changes if change["section"] == section]
    others = [change for change in changes if change["section"] not in {*CONDITIONS, *OWN_PLACE}]
    for title, part in (("Conditions et fichiers", known), ("Autres parties du rapport", others)):
        rows = [change for change in part if not _follows(change, part)]
        if rows:
            paper.heading(title)
        for change in rows:
            section = str(change["section"])
            name = " ".join([CONDITIONS.get(section, section), *change["cle"]])
            paper.paragraph(("fort", name), ("", f"\u00a0: {_said(change)}"), indent=2, hang=2)


def _follows(change: Json, part: Iterable[Json]) -> bool:
    """Whether another change of the same thing says it better."""
    if (change["champ"] or "").rpartition(".")[2] not in DERIVED:
        return False
    if change["section"] == "hypotheses":  # each text has its own words for the same value
        return any(one["section"] == "texte" for one in part)
    twins = [one for one in part if (one["section"], one["cle"]) == (change["section"], change["cle"])]
    better = [one for one in twins if (one["champ"] or "").rpartition(".")[2] not in DERIVED]
    if change["champ"] == "sha256":  # of the whole delivery, when files say which of them changed
        better += [one for one in part if one["section"] == "livraison" and one["cle"]]
    return bool(better)


def _write_figures(paper: Paper, changes: Sequence[Json]) -> None:
    """One block for the project and one per establishment, a line per indicator."""
    if not changes:
        return
    paper.heading("Indicateurs")
    blocks: dict[str, dict[str, list[Json]]] = {}
    for change in sorted(changes, key=lambda change: change["section"] != "projet"):
        project = change["section"] == "projet"
        block = "Ensemble du projet" if project else change["cle"][0]
        rest = change["cle"] if project else change["cle"][1:]
        blocks.setdefault(block, {}).setdefault(" ".join(rest), []).append(change)
    written = 0
    for number, (block, rows) in enumerate(blocks.items()):
        if written > MANY:
            left = counted(len(blocks) - number, "autre établissement", "autres établissements")
            paper.blank()
            paper.paragraph(("", f"… et {left} dont les chiffres changent, dans --format json."), indent=2)
            return
        paper.blank()
        paper.line(("fort", block), indent=2)
        for code, part in rows.items():
            written += 1
            words = "\u00a0; ".join(_said(change) for change in part)
            paper.paragraph(("", f"{code}\u00a0: {words}" if code else words), indent=4, hang=2)


def _write_rules(paper: Paper, changes: Sequence[Json]) -> None:
    if not changes:
        return
    paper.heading("Règles")
    by_rule: dict[str, list[Json]] = {}
    for change in changes:
        by_rule.setdefault(" ".join(change["cle"]), []).append(change)
    for rule, part in by_rule.items():
        shown = [change for change in part if change["champ"] != "raison"] or part
        words = "\u00a0; ".join(_said(change) for change in shown)
        paper.paragraph(("fort", rule), ("", f"\u00a0: {words}"), indent=2, hang=2)


def _write_findings(paper: Paper, rules: Json) -> None:
    if not rules:
        return
    paper.heading("Constats")
    for rule, both in rules.items():
        parts = [
            f"{integer(count)}\u00a0{accord(count, word)}"
            for word, count in (
                ("apparu", len(both["apparus"])),
                ("disparu", len(both["disparus"])),
                ("déplacé", both["deplaces"]),
            )
            if count
        ]
        paper.blank()
        paper.paragraph(("fort", rule), ("", f"\u00a0: {', '.join(parts)}"), indent=2, hang=2)
        for sign, style, findings in (
            ("+", "faute_simple", both["apparus"]),
            ("-", "bien_simple", both["disparus"]),
        ):
            for finding in findings[:SHOWN]:
                place = _place(finding["lieu"])
                paper.paragraph((style, sign), ("", f" {place}{typography(finding['message'])}"), indent=4, hang=2)
            if len(findings) > SHOWN:
                paper.line((style, sign), ("", f" … et {integer(len(findings) - SHOWN)} de plus"), indent=4)


def _place(place: Json) -> str:
    if place["fichier"] is None:
        return ""
    line = "" if place["ligne"] is None else f":{place['ligne']}"
    return f"{place['fichier']}{line}\u00a0: "


def _said(change: Json) -> str:
    """One change, as the end of a sentence."""
    field = ".".join(FIELDS.get(step, step) for step in (change["champ"] or "").split(".") if step)
    words = f"{field} " if field else ""
    if change["changement"] == "apparu":
        return f"{words}apparaît ({_value(change, 'apres')})" if field else f"apparaît{_brief(change['apres'])}"
    if change["changement"] == "disparu":
        return f"{words}disparaît ({_value(change, 'avant')})" if field else f"disparaît{_brief(change['avant'])}"
    return f"{words}{_value(change, 'avant')} → {_value(change, 'apres')}"


def _brief(item: object) -> str:
    """What tells most about an item that comes or goes whole."""
    if not isinstance(item, Mapping):
        return f" ({_shown(item)})"
    for key in ("resultat", "exporte", "verdict", "version", "valeur"):
        if item.get(key) is not None:
            return f" ({_shown(item[key])})"
    return ""


def _value(change: Json, side: str) -> str:
    value = change[side]
    if change["champ"] == "cible" and isinstance(value, int | float):
        return percent(value)
    if (change["champ"] or "").rpartition(".")[2] in {"date_mesure", "debut", "fin"} or change[
        "section"
    ] == "date_mesure":
        return day(value)
    return _shown(value)


def _shown(value: object) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, int):
        return integer(value)
    return _word(value) if isinstance(value, str) else _group(value)


def _word(value: str) -> str:
    if value in VERDICTS or value in TARGETS:
        return value.replace("_", "\u00a0")
    short = f"{value[:12]}…" if len(value) >= DIGEST and value.isalnum() else value
    return WORDS.get(short, typography(short))


def _group(value: object) -> str:
    if isinstance(value, Mapping) and "numerateur" in value:
        below = value.get("denominateur")
        return _shown(value["numerateur"]) + ("" if below is None else f"\u00a0/\u00a0{_shown(below)}")
    if isinstance(value, list):
        return counted(len(value), "élément") if value else "aucune"
    return json.dumps(value, ensure_ascii=False)
