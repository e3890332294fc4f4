"""The three things to do first, read off the report: the gravest first, never more than three."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from duicheck.render.causes import common_cause, gaps
from duicheck.render.findings import by_reason, by_rule
from duicheck.render.french import accord, counted, integer, typography
from duicheck.render.headline import errors_by_rule, rows_of
from duicheck.render.labels import indicator, role
from duicheck.render.terminal import TO_CONFIRM

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["MOST", "Action", "actions"]

Json = Mapping[str, Any]

MOST: Final = 3
"""How many a director reads; the page holds the rest."""

NAMED: Final = 3
"""How many examples are named in one of them."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do. `anchor` is the id of the part of the page that holds the detail."""

    title: str
    text: str
    anchor: str


def actions(report: Json, rules: Mapping[str, Rule]) -> list[Action]:
    """At most three, in the order in which they are worth doing."""
    return list(islice(_all(report, rules), MOST))


def _all(report: Json, rules: Mapping[str, Rule]) -> Iterator[Action]:
    yield from _differences(report)
    yield from _errors(report, rules)
    yield from _open(report)
    yield from _waivers(report)
    yield from _targets(report)
    yield from _warnings(report)
    yield from _choices(report)
    yield _keep(report)


def _action(title: str, text: str, anchor: str) -> Action:
    return Action(typography(title), typography(text), anchor)


def _differences(report: Json) -> Iterator[Action]:
    found = gaps(report)
    if found is None:
        return
    cause = common_cause(report)
    count = counted(found.total, "indicateur exporté", "indicateurs exportés")
    if cause is not None:
        text = f"{count} : le même calcul, {cause}, redonne exactement ces nombres. C'est la question à lui poser."
        yield _action("Demander à l'éditeur de corriger son calcul", text, "ecarts")
        return
    explained = found.total - len(found.unexplained)
    known = f"{integer(explained)} {accord(explained, 'a', 'ont')} une explication exacte. " if explained else ""
    verb = accord(found.total, "diffère", "diffèrent")
    text = f"{count} {verb} du journal. {known}Transmettez-lui la deuxième partie de ce rapport."
    yield _action("Demander à l'éditeur d'expliquer les écarts", text, "ecarts")


def _errors(report: Json, rules: Mapping[str, Rule]) -> Iterator[Action]:
    same = _rule_of_differences(report)
    errors = {rule: count for rule, count in errors_by_rule(report).items() if rule != same}
    count = sum(errors.values())
    if not count:
        return
    most = sorted(errors, key=lambda rule: (-errors[rule], rule))[:NAMED]
    titles = " ; ".join(f"{_title(rule, rules)} ({integer(errors[rule])})" for rule in most)
    end = "…" if len(errors) > NAMED else "."
    forms = ("autre erreur", "autres erreurs") if same else ("erreur", "erreurs")
    found = f"{counted(count, *forms)}, {accord(count, 'relevée')} par {counted(len(errors), 'règle')}"
    text = f"{found} : {titles}{end}"
    yield _action("Faire corriger la livraison", text, "constats")


def _rule_of_differences(report: Json) -> str | None:
    """The rule whose errors are the differences themselves, one each: said already."""
    wrong = {
        (one["finess_et"], row["code"])
        for one in report["etablissements"]
        for row in one["indicateurs"]
        if row["conforme"] is False
    }
    counts = errors_by_rule(report)
    for rule, found in by_rule(report).items():
        places = {(finding["faits"].get("finess_et"), finding["faits"].get("indicateur")) for finding in found}
        if wrong and counts.get(rule) == len(wrong) and places <= wrong:
            return rule
    return None


def _title(rule: str, rules: Mapping[str, Rule]) -> str:
    return rules[rule].title if rule in rules else rule


def _open(report: Json) -> Iterator[Action]:
    """What keeps the verdict open."""
    crashed = [rule for rule in report["regles"] if rule["resultat"] == "en_erreur"]
    if report["verdict"] == "indetermine":
        reasons = by_reason(rule for rule in report["regles"] if rule["resultat"] == "non_verifiee")
        most = sorted(reasons, key=lambda reason: -len(reasons[reason]))[:NAMED]
        listed = " ; ".join(f"{reason} ({counted(len(reasons[reason]), 'contrôle')})" for reason in most)
        if missing := report["livraison"].get("roles_manquants"):
            listed = ", ".join(map(role, missing))
        if listed:
            text = f"Tant qu'il manque de quoi vérifier, rien ne peut être dit conforme. {listed}."
            yield _action("Fournir ce qui manque", text, "non-controle")
    if crashed:
        text = (
            f"{counted(len(crashed), 'contrôle')} {accord(len(crashed), 'arrêté')} par une erreur du programme, "
            "qui n'est pas un défaut de la livraison."
        )
        yield _action("Signaler une panne de duicheck", text, "pannes")


def _waivers(report: Json) -> Iterator[Action]:
    dead = [waiver["regle"] for waiver in report["derogations"] if waiver["etat"] in ("echue", "interdite")]
    if dead:
        rules = ", ".join(list(dict.fromkeys(dead))[:NAMED])
        states = accord(len(dead), "échue ou interdite", "échues ou interdites")
        text = f"{counted(len(dead), 'dérogation')} {states}, sans effet : {rules}."
        yield _action("Retirer ou renouveler les dérogations", text, "derogations")


def _targets(report: Json) -> Iterator[Action]:
    short = [
        (row["manquants"] or 0, one["finess_et"], row["code"])
        for one in report["etablissements"]
        for row in one["indicateurs"]
        if row["atteinte"] is False
    ]
    if short:
        most = sorted(short, reverse=True)[:NAMED]
        listed = ", ".join(f"{integer(lacking)} en {indicator(code)} à {finess}" for lacking, finess, code in most)
        where = counted(len({finess for _, finess, _ in short}), "établissement")
        text = f"{counted(len(short), 'indicateur')} sous la cible, dans {where}. Il manque surtout : {listed}."
        yield _action("Faire progresser l'usage", text, "taux")
        return
    tight = [row for row in rows_of(report) if row["atteinte"] and row["marge"] == 0]
    if tight:
        verb = accord(len(tight), "tient", "tiennent")
        text = f"{counted(len(tight), 'cible')} ne {verb} qu'à un dossier ou un message près : la marge y est de zéro."
        yield _action("Surveiller les cibles sans marge", text, "taux")


def _warnings(report: Json) -> Iterator[Action]:
    soft = {rule for rule, found in by_rule(report).items() if found[0]["gravite"] == "avertissement"}
    count = sum(rule["constats"] for rule in report["regles"] if rule["id"] in soft)
    if count:
        text = "Ils ne changent pas le verdict ; chacun dit ce qui l'explique et quoi faire."
        yield _action(f"Regarder {counted(count, 'avertissement')}", text, "constats")


def _choices(report: Json) -> Iterator[Action]:
    chosen = report["hypotheses"]
    departures = [name for name, one in chosen.items() if not one["par_defaut"]]
    if departures:
        text = f"La livraison s'écarte de la règle par défaut sur : {', '.join(departures)}. Ayez-en la raison écrite."
        yield _action("Justifier les choix de calcul", text, "hypotheses")
    elif chosen:
        kept = counted(len(chosen), "règle")
        verb = accord(len(chosen), "répond", "répondent")
        text = f"Le texte laisse des questions ouvertes ; {kept} par défaut y {verb}, {TO_CONFIRM}."
        yield _action("Faire confirmer les règles de calcul", text, "hypotheses")


def _keep(report: Json) -> Action:
    count = counted(len(report["livraison"]["fichiers"]), "fichier")
    text = f"rapport.json fait foi. Gardez-le avec {count} de la livraison, sans y toucher : leurs empreintes y sont."
    return _action("Conserver le rapport et la livraison", text, "verifier")
