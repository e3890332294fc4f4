"""What changed between two reports, in words: verdict first, figures, rules, findings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from duicheck.langue import N_, _, habits, phrase
from duicheck.render.french import counted, day, integer, percent, typography
from duicheck.render.headline import TARGETS, VERDICTS
from duicheck.render.paper import Paper, Span

__all__ = ["write_difference"]

Json = Mapping[str, Any]

SHOWN: Final = 5
"""How many findings of one rule are written out; the others are counted."""

MANY: Final = 60
"""How many changed figures are written out."""

FIELDS: Final = {
    "verdict": N_("verdict"),
    "sous_derogations": N_("sous dérogations"),
    "cibles": N_("cibles"),
    "exporte": N_("exporté"),
    "recalcule": N_("recalculé"),
    "conforme": N_("accord"),
    "cible": N_("cible"),
    "cible_sur": N_("cible jugée sur"),
    "atteinte": N_("cible atteinte"),
    "manquants": N_("manque"),
    "marge": N_("marge"),
    "explications": N_("explications"),
    "resultat": N_("résultat"),
    "constats": N_("constats"),
    "raison": N_("raison"),
    "bornes": N_("bornes"),
    "fermete": N_("fermeté"),
    "decompte": N_("décompte"),
    "valeur": N_("valeur"),
    "par_defaut": N_("par défaut"),
    "version": N_("version"),
    "titre": N_("titre"),
    "sha256": N_("empreinte"),
    "octets": N_("octets"),
    "lignes": N_("lignes"),
    "rejetees": N_("lignes rejetées"),
    "debut": N_("premier jour"),
    "fin": N_("dernier jour"),
}
"""Property of a report -> how a sentence says it; any other is said by its own name."""

CONDITIONS: Final = {
    "texte": N_("texte"),
    "date_mesure": N_("date de mesure"),
    "fenetre": N_("fenêtre"),
    "hypotheses": N_("hypothèse"),
    "duicheck": N_("duicheck"),
    "plugins": N_("extension"),
    "format": N_("format"),
    "livraison": N_("livraison"),
}
"""Sections that say under which conditions a report was made, in the order of print."""

OWN_PLACE: Final = frozenset({"verdict", "cibles", "etablissements", "projet", "regles"})
DIGEST: Final = 64
"""Characters of a SHA-256 in hexadecimal; of such a text the beginning is enough."""

WORDS: Final = {
    "respectee": N_("respectée"),
    "enfreinte": N_("enfreinte"),
    "sans_objet": N_("sans objet"),
    "non_verifiee": N_("non vérifiée"),
    "en_erreur": N_("en erreur"),
    "exporte": N_("exporté"),
    "recalcule": N_("recalculé"),
}
FOLLOWING: Final = frozenset({"corrections"})
"""Sections that follow from verdicts and findings, which are told: only said where nothing else is."""

DERIVED: Final = frozenset({"sha256", "octets", "titre", "phrase"})
"""What only follows from something else that the same list shows; whole in the JSON form."""

_CODES: Final = {
    "conforme": N_("conforme"),
    "non_conforme": N_("non conforme"),
    "indetermine": N_("indetermine"),
    "atteintes": N_("atteintes"),
    "non_atteintes": N_("non atteintes"),
    "indeterminees": N_("indeterminees"),
    "sans_objet": N_("sans objet"),
}
"""Answers of a report, as a list of changes has them."""


def write_difference(paper: Paper, difference: Json, avant: str, apres: str) -> None:
    """The whole comparison. `avant` and `apres` name the two reports."""
    paper.bar()
    paper.paragraph(("", _("Avant\u00a0: {path}").format(path=avant)), indent=1, hang=2)
    paper.paragraph(("", _("Après\u00a0: {path}").format(path=apres)), indent=1, hang=2)
    for section, words in (("verdict", VERDICTS), ("cibles", TARGETS)):
        both = difference[section]
        if both["avant"] == both["apres"]:
            paper.line(("", _("Inchangé\u00a0: ")), _span(words[both["apres"]]), indent=1)
        else:
            paper.line(_span(words[both["avant"]]), ("", " → "), _span(words[both["apres"]]), indent=1)
    paper.bar()
    if difference["identiques"]:
        paper.paragraph(("bien", _("Les deux rapports disent la même chose.")), indent=1)
        return
    changes = [one for one in difference["changements"] if one["section"] not in FOLLOWING]
    if not changes and not difference["constats"]:
        changes = difference["changements"]
    _write_conditions(paper, changes)
    _write_figures(paper, [change for change in changes if change["section"] in {"etablissements", "projet"}])
    _write_rules(paper, [change for change in changes if change["section"] == "regles"])
    _write_findings(paper, difference["constats"])
    paper.blank()
    note = _("Rien n'est jugé de nouveau\u00a0: chaque valeur est celle de son rapport. Tout est dans --format json.")
    paper.paragraph(("discret", note), indent=1)


def _write_conditions(paper: Paper, changes: Sequence[Json]) -> None:
    """What both reports rest on, then what no other part of this sheet knows."""
    known = [change for section in CONDITIONS for change in changes if change["section"] == section]
    others = [change for change in changes if change["section"] not in {*CONDITIONS, *OWN_PLACE}]
    for title, part in ((_("Conditions et fichiers"), known), (_("Autres parties du rapport"), others)):
        rows = [change for change in part if not _follows(change, part)]
        if rows:
            paper.heading(title)
        for change in rows:
            section = str(change["section"])
            name = " ".join([_(CONDITIONS.get(section, section)), *change["cle"]])
            paper.paragraph(("fort", name), ("", habits().colon + _said(change)), indent=2, hang=2)


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
    paper.heading(_("Indicateurs"))
    blocks: dict[str, dict[str, list[Json]]] = {}
    for change in sorted(changes, key=lambda change: change["section"] != "projet"):
        project = change["section"] == "projet"
        block = _("Ensemble du projet") if project else change["cle"][0]
        rest = change["cle"] if project else change["cle"][1:]
        blocks.setdefault(block, {}).setdefault(" ".join(rest), []).append(change)
    written = 0
    for number, (block, rows) in enumerate(blocks.items()):
        if written > MANY:
            left = counted(len(blocks) - number, "autre établissement", "autres établissements")
            paper.blank()
            text = _("… et {establishments} dont les chiffres changent, dans --format json.")
            paper.paragraph(("", text.format(establishments=left)), indent=2)
            return
        paper.blank()
        paper.line(("fort", block), indent=2)
        for code, part in rows.items():
            written += 1
            words = habits().semicolon.join(_said(change) for change in part)
            head = code + habits().colon if code else ""
            paper.paragraph(("", f"{head}{words}"), indent=4, hang=2)


def _write_rules(paper: Paper, changes: Sequence[Json]) -> None:
    if not changes:
        return
    paper.heading(_("Règles"))
    by_rule: dict[str, list[Json]] = {}
    for change in changes:
        by_rule.setdefault(" ".join(change["cle"]), []).append(change)
    for rule, part in by_rule.items():
        shown = [change for change in part if change["champ"] != "raison"] or part
        words = habits().semicolon.join(_said(change) for change in shown)
        paper.paragraph(("fort", rule), ("", habits().colon + words), indent=2, hang=2)


def _write_findings(paper: Paper, rules: Json) -> None:
    if not rules:
        return
    paper.heading(_("Constats"))
    for rule, both in rules.items():
        parts = [
            counted(count, *forms)
            for forms, count in (
                (N_("apparu", "apparus"), len(both["apparus"])),
                (N_("disparu", "disparus"), len(both["disparus"])),
                (N_("déplacé", "déplacés"), both["deplaces"]),
            )
            if count
        ]
        paper.blank()
        paper.paragraph(("fort", rule), ("", habits().colon + ", ".join(parts)), indent=2, hang=2)
        for sign, style, findings in (
            ("+", "faute_simple", both["apparus"]),
            ("-", "bien_simple", both["disparus"]),
        ):
            for finding in findings[:SHOWN]:
                place = _place(finding["lieu"])
                paper.paragraph(
                    (style, sign), ("", f" {place}{typography(phrase(finding['message']))}"), indent=4, hang=2
                )
            if len(findings) > SHOWN:
                more = _(" … et {count} de plus").format(count=integer(len(findings) - SHOWN))
                paper.line((style, sign), ("", more), indent=4)


def _span(words: Span) -> Span:
    return words[0], _(words[1])


def _place(place: Json) -> str:
    if place["fichier"] is None:
        return ""
    line = "" if place["ligne"] is None else f":{place['ligne']}"
    return f"{place['fichier']}{line}{habits().colon}"


def _said(change: Json) -> str:
    """One change, as the end of a sentence."""
    field = ".".join(_(FIELDS.get(step, step)) for step in (change["champ"] or "").split(".") if step)
    words = f"{field} " if field else ""
    if change["changement"] == "apparu":
        value = f" ({_value(change, 'apres')})" if field else _brief(change["apres"])
        return words + _("apparaît") + value
    if change["changement"] == "disparu":
        value = f" ({_value(change, 'avant')})" if field else _brief(change["avant"])
        return words + _("disparaît") + value
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
        return _("oui") if value else _("non")
    if isinstance(value, int):
        return integer(value)
    return _word(value) if isinstance(value, str) else _group(value)


def _word(value: str) -> str:
    if value in VERDICTS or value in TARGETS:
        return _(_CODES[value]).replace(" ", "\u00a0")
    short = f"{value[:12]}…" if len(value) >= DIGEST and value.isalnum() else value
    return _(WORDS[short]) if short in WORDS else typography(phrase(short))


def _group(value: object) -> str:
    if isinstance(value, Mapping) and "numerateur" in value:
        below = value.get("denominateur")
        return _shown(value["numerateur"]) + ("" if below is None else f"\u00a0/\u00a0{_shown(below)}")
    if isinstance(value, list):
        return counted(len(value), "élément") if value else _("aucune")
    return json.dumps(value, ensure_ascii=False)
