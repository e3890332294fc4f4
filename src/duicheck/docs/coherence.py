"""docs/coherence.md: which rule compares which documents, fact by fact, and what nobody compares, and why."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import combinations, product
from pathlib import Path
from typing import Any

from duicheck.docs.regles import shipped_rules
from duicheck.docs.typographie import francais

__all__ = ["PAGE", "faults", "generate", "matrix"]

PAGE = Path("docs/coherence.md")

_HEAD = """\
<!-- Page générée par `python -m duicheck.docs` : ne pas l'éditer, modifier src/duicheck/docs/coherence.toml. -->

# La cohérence des documents

Une livraison dit plusieurs fois la même chose : la solution est au manifeste, dans la déclaration Ségur et dans la
liste des structures ; un établissement est dans l'export, le journal, le registre et le fichier FINESS. Deux documents
justes chacun de leur côté peuvent ne pas l'être ensemble. Cette page dit, fait par fait, quelle règle compare chaque
paire de documents, et pourquoi aucune ne le fait là où il n'y en a pas. Une paire oubliée ferait échouer les tests.

Ce que ces comparaisons donnent est dans le rapport : le verdict du projet et de chaque établissement, et
[qui doit corriger quoi](glossaire.md).
"""

Json = Mapping[str, Any]


@cache
def matrix() -> Json:
    """The data of the page."""
    text = (files("duicheck.docs") / "coherence.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def faults(data: Json) -> Iterator[str]:
    """What the matrix gets wrong: a pair left out or told twice, an unknown document or rule, a rule left out."""
    known = {rule.id for rule in shipped_rules()}
    named = {rule for fact in data["faits"] for entry in fact["paires"] for rule in entry.get("regles", ())}
    yield from (f"règle inconnue : {rule}" for rule in sorted(named - known))
    own = {rule for rule in known if rule.startswith("coherence/")}
    yield from (f"règle absente de la page : {rule}" for rule in sorted(own - named))
    for fact in data["faits"]:
        title, says = fact["titre"], set(fact["dit"])
        yield from (f"{title} : document inconnu : {name}" for name in sorted(says - set(data["documents"])))
        told = [pair for entry in fact["paires"] for pair in _pairs(entry["entre"])]
        asked = {frozenset(pair) for pair in combinations(says, 2)}
        yield from (f"{title} : paire oubliée : {_named(pair)}" for pair in sorted(asked - set(told), key=_named))
        strange = {pair for pair in told if told.count(pair) > 1 or not pair <= says}
        yield from (f"{title} : paire en trop : {_named(pair)}" for pair in sorted(strange, key=_named))
        yield from (
            f"{title} : il faut des règles, ou une raison : {entry['entre']}"
            for entry in fact["paires"]
            if bool(entry.get("regles")) == bool(entry.get("raison"))
        )


def _named(pair: frozenset[str]) -> str:
    return ", ".join(sorted(pair))


def _pairs(between: Sequence[Sequence[str]]) -> list[frozenset[str]]:
    """The pairs that an entry is about; a document with itself is a pair of one."""
    return list(map(frozenset, product(*between)))


def generate() -> str:
    """The whole page.

    Raises:
        RuntimeError: the matrix promises what is not done, or forgets a pair.
    """
    data = matrix()
    if found := list(faults(data)):
        message = f"{PAGE.as_posix()} : {' ; '.join(found)}"
        raise RuntimeError(message)
    return francais("\n".join([_HEAD, *(_section(fact, data["documents"]) for fact in data["faits"])]))


def _section(fact: Json, names: Mapping[str, str]) -> str:
    says = "\n".join(f"* {names[name]} : {what}" for name, what in fact["dit"].items())
    rows = "\n".join(_row(entry, names) for entry in fact["paires"])
    return f"## {fact['titre']}\n\nOù c'est dit :\n\n{says}\n\n| entre | comparé par |\n|---|---|\n{rows}\n"


def _row(entry: Json, names: Mapping[str, str]) -> str:
    sides = [" ou ".join(names[name] for name in side) for side in entry["entre"]]
    between = " et ".join(sides) if len(sides) > 1 else f"{sides[0]}, en lui-même"
    rules = ", ".join(f"[`{rule}`](regles.md#{rule.replace('/', '')})" for rule in entry.get("regles", ()))
    return f"| {between} | {rules or entry['raison']} |"
