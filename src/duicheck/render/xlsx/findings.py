"""The sheets of what the rules found, of every rule, and of what was not checked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from duicheck.langue import _, habits, n_, phrase
from duicheck.render.findings import OUTCOMES, WORDS, by_rule
from duicheck.render.french import sentence, typography
from duicheck.render.labels import fixer, role
from duicheck.render.marks import marked
from duicheck.render.messages import message
from duicheck.render.waivers import waived_by_rule
from duicheck.render.xlsx.sheet import Column
from duicheck.render.xlsx.view import Json, Row, View

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["findings", "rules", "unchecked"]

STYLES = {"respectee": "bien", "enfreinte": "faute", "non_verifiee": "alerte", "en_erreur": "alerte", "sans_objet": ""}


def findings(report: Json, rules: Mapping[str, Rule]) -> View:
    """One row per finding that the report keeps."""
    columns = [
        Column(_("Règle"), 24),
        Column(_("Gravité"), 19, signed=True),
        Column(_("Constat"), 46),
        Column(_("Fichier"), 17),
        Column(_("Ligne"), 8, "entier"),
        Column(_("Colonne"), 14),
        Column(_("Que faire"), 36),
        Column(_("Qui corrige"), 20),
        Column(_("Dérogation"), 13, "entier"),
        Column(_("Établissement"), 16, printed=False),
        Column(_("Indicateur"), 20, printed=False),
        Column(_("Pointeur"), 20, printed=False),
        Column(_("Faits"), 60, printed=False),
    ]
    about = _("Un constat par ligne, avec sa place et ce qu'il faut faire.")
    return View(_("Constats"), about, columns, _finding_rows(report, rules), _("Aucun constat."))


def _finding_rows(report: Json, rules: Mapping[str, Rule]) -> Iterator[Row]:
    counts = {rule["id"]: rule["constats"] for rule in report["regles"]}
    for rule, found in by_rule(report).items():
        remedy = sentence(phrase(rules[rule].remedy)) if rule in rules else None
        for finding in found:
            at, facts, number = finding["lieu"], finding["faits"], finding.get("derogation")
            yield [
                rule,
                _gravity(finding),
                typography(message(finding, rules.get(rule))),
                *(at[name] for name in ("fichier", "ligne", "colonne")),
                remedy,
                fixer(finding["qui"]) if "qui" in finding else None,
                None if number is None else number + 1,
                _text(facts.get("finess_et")),
                _text(facts.get("indicateur")),
                at["pointeur"],
                habits().semicolon.join(f"{name} = {_text(value)}" for name, value in facts.items()) or None,
            ]
        if (left := counts.get(rule, len(found)) - len(found)) > 0:
            more = _("… et {n} constats de plus de cette règle, comptés et non listés.").format(n=left)
            yield [rule, _gravity(found[0]), typography(more), None, None, None, remedy, *[None] * 6]


def _gravity(finding: Json) -> str:
    """The gravity with its sign; what a waiver covers is not as red as the rest."""
    style, word = WORDS[finding["gravite"]]
    return marked("alerte" if "derogation" in finding else style, word)


def _text(value: object) -> str | None:
    """A fact as rapport.json writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def rules(report: Json, rules: Mapping[str, Rule]) -> View:
    """One row per rule, whatever its result."""
    columns = [
        Column(_("Règle"), 36),
        Column(_("Ce qu'elle cherche"), 48),
        Column(_("Résultat"), 20, signed=True),
        Column(_("Constats"), 10, "entier"),
        Column(_("dont couverts par dérogation"), 13, "entier"),
        Column(_("Raison"), 48),
    ]
    waived = waived_by_rule(report)
    rows = (
        [
            one["id"],
            _title(one, rules),
            _outcome(one),
            one["constats"],
            waived[one["id"]],
            phrase(one["raison"] or "") or None,
        ]
        for one in report["regles"]
    )
    about = _("Toutes les règles, avec ce que chacune a donné.")
    return View(_("Règles"), about, columns, rows, _("Aucune règle."))


def unchecked(report: Json, rules: Mapping[str, Rule]) -> View:
    """What could not be checked, and why."""
    columns = [
        Column(_("Règle"), 36),
        Column(_("Ce qu'elle cherche"), 48),
        Column(_("Résultat"), 20, signed=True),
        Column(_("Pourquoi"), 60),
    ]
    undone = [one for one in report["regles"] if one["resultat"] in {"non_verifiee", "en_erreur"}]
    rows: list[Row] = [
        [_("(la livraison)"), None, marked("alerte", _("rôle manquant")), role(name)]
        for name in report["livraison"].get("roles_manquants", ())
    ]
    rows += [[one["id"], _title(one, rules), _outcome(one), phrase(one["raison"] or "") or None] for one in undone]
    about = _("Ce qui n'a pas été contrôlé, et pourquoi : rien n'y est dit conforme.")
    return View(_("Non vérifié"), about, columns, rows, _("Tout ce que le texte demande a été contrôlé."))


def _title(one: Json, rules: Mapping[str, Rule]) -> str | None:
    return typography(phrase(rules[one["id"]].title)) if one["id"] in rules else None


def _outcome(one: Json) -> str:
    return marked(STYLES[one["resultat"]], n_(*OUTCOMES[one["resultat"]], 1))
