"""docs/regles.md: every rule that ships, in its own words, with its cases as examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from duicheck.docs.checkout import CASES, root
from duicheck.docs.typographie import francais
from duicheck.findings import Outcome
from duicheck.plugins import load_plugins
from duicheck.render.labels import TO_WHOM
from duicheck.testing import load_cases

if TYPE_CHECKING:
    from duicheck.rules import Rule
    from duicheck.testing import Case

__all__ = ["GROUPS", "PAGE", "generate", "shipped_rules"]

PAGE = Path("docs/regles.md")

GROUPS: Mapping[str, str] = {
    "livraison": "La livraison, avant toute chose",
    "identifiants": "Les numéros nationaux",
    "indicateurs": "L'export, contre lui-même et contre le texte",
    "journal": "Le journal, contre lui-même puis contre l'export",
    "registre": "Le registre des personnes accompagnées",
    "segur": "Les déclarations Ségur",
    "grappe": "Le projet de la grappe",
    "tableau-de-bord": "La grille du tableau de bord Ségur",
}
"""Title of each group of rules, in the order of the page; a group that is not here comes last, under its own name."""

_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.FAILED: "Enfreinte",
    Outcome.PASSED: "Respectée",
    Outcome.NOT_APPLICABLE: "Sans objet",
    Outcome.NOT_CHECKED: "Non vérifiée",
}
_SOURCE = "Source : "
_DISTRIBUTION = "duicheck"

_HEAD = """\
<!-- Page générée par `python -m duicheck.docs` : ne pas l'éditer, modifier la règle ou ses cas. -->

# Les règles

Une règle porte le nom du défaut qu'elle cherche. Son identifiant ne change pas et n'est jamais réemployé.
Une **erreur** rend la livraison `non_conforme` : le texte dit « doit », ou une ligne ne peut pas être comptée. Un
**avertissement** et une **information** ne changent pas le verdict. Une règle qui repose sur une convention de
duicheck le dit dans sa source. Les noms entre accolades sont des faits du constat : voir le [glossaire](glossaire.md).

`duicheck explain REGLE` donne la même chose dans le terminal. Les cas viennent de `fixtures/cas/` et sont rejoués
à chaque essai.
"""


def generate() -> str:
    """The whole page. Without the cases of a checkout, the rules come without examples."""
    rules = shipped_rules()
    folder = root() / CASES
    cases = load_cases(folder) if folder.is_dir() else []
    blocks = [_HEAD, *_summary(rules)]
    for group, members in _grouped(rules).items():
        blocks.append(f"## {GROUPS.get(group, group)}\n")
        for rule in members:
            blocks += _section(rule, [case for case in cases if case.regle == rule.id])
    return francais("\n".join(blocks).rstrip("\n") + "\n")


def shipped_rules() -> list[Rule]:
    """The rules of our own distribution: the page must not change with what else is installed."""
    ours = [plugin for plugin in load_plugins().loaded if plugin.distribution == _DISTRIBUTION]
    return sorted((rule for plugin in ours for rule in plugin.rules), key=lambda rule: rule.id)


def _grouped(rules: Iterable[Rule]) -> dict[str, list[Rule]]:
    groups: dict[str, list[Rule]] = {group: [] for group in GROUPS}
    for rule in rules:
        groups.setdefault(rule.id.partition("/")[0], []).append(rule)
    return {group: members for group, members in groups.items() if members}


def _summary(rules: Iterable[Rule]) -> Iterator[str]:
    yield "| Règle | Gravité | Défaut |\n|---|---|---|"
    for members in _grouped(rules).values():
        for rule in members:
            yield f"| [`{rule.id}`](#{_anchor(rule.id)}) | {rule.severity} | {rule.title} |"
    yield ""


def _anchor(rule_id: str) -> str:
    """The anchor that Markdown renderers make of a heading."""
    return rule_id.replace("/", "")


def _section(rule: Rule, cases: Iterable[Case]) -> Iterator[str]:
    """One rule: what, why, where it comes from, what to do, and cases."""
    text, _, source = rule.doc.partition(_SOURCE)
    _, _, why = text.partition("\n")
    yield f"### {rule.id}\n"
    yield f"**{rule.title}.** ({rule.severity}, depuis {rule.since})\n"
    if why.strip():
        yield _escape(why.strip()) + "\n"
    yield f"* Message : « {rule.message} »"
    yield f"* Que faire : {rule.remedy}"
    yield f"* Source : {' '.join(source.split())}"
    if rule.fixer is not None:
        yield f"* Qui corrige : {TO_WHOM[rule.fixer.value]}, où que tombe le constat."
    if rule.replaced_by is not None:
        yield f"* Retirée : [`{rule.replaced_by}`](#{_anchor(rule.replaced_by)}) la remplace."
    if not rule.waivable:
        yield "* Dérogation : aucune ; personne ne peut lever cette règle."
    yield from _examples(cases)
    yield ""


def _examples(cases: Iterable[Case]) -> Iterator[str]:
    liste = list(cases)
    for outcome, title in _OUTCOMES.items():
        names = [case.nom for case in liste if case.attendu is outcome]
        if names:
            yield f"* {title} : {' ; '.join(names)}."


def _escape(text: str) -> str:
    """Keep `<` from opening a tag, outside code spans."""
    parts = text.split("`")
    parts[::2] = [part.replace("<", "&lt;") for part in parts[::2]]
    return "`".join(parts)
