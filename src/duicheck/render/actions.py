"""The three things to do first, read off the report: the gravest first, never more than three."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from duicheck.langue import N_, _, habits, n_, phrase
from duicheck.render.causes import common_cause, gaps
from duicheck.render.findings import by_rule
from duicheck.render.french import counted, integer, typography
from duicheck.render.headline import errors_by_rule, rows_of
from duicheck.render.labels import TO_WHOM, indicator, role
from duicheck.render.terminal import TO_CONFIRM
from duicheck.render.undone import undone

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["MOST", "Action", "actions"]

Json = Mapping[str, Any]

MOST: Final = 3
"""How many a director reads; the page holds the rest."""

NAMED: Final = 3
"""How many examples are named in one of them."""

_ERRORS: Final = N_("erreur", "erreurs")
_OTHER_ERRORS: Final = N_("autre erreur", "autres erreurs")


class Action(Struct, frozen=True):
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
        text = _(
            "{indicators} : le même calcul, {cause}, redonne exactement ces nombres. C'est la question à lui poser."
        )
        same = text.format(indicators=count, cause=phrase(cause))
        yield _action(_("Demander à l'éditeur de corriger son calcul"), same, "ecarts")
        return
    explained = found.total - len(found.unexplained)
    parts = [n_("{indicators} diffère du journal.", "{indicators} diffèrent du journal.", found.total)]
    if explained:
        parts.append(n_("{count} a une explication exacte.", "{count} ont une explication exacte.", explained))
    parts.append(_("Transmettez-lui la deuxième partie de ce rapport."))
    whole = " ".join(parts).format(indicators=count, count=integer(explained))
    yield _action(_("Demander à l'éditeur d'expliquer les écarts"), whole, "ecarts")


def _errors(report: Json, rules: Mapping[str, Rule]) -> Iterator[Action]:
    same = _rule_of_differences(report)
    errors = {rule: count for rule, count in errors_by_rule(report).items() if rule != same}
    count = sum(errors.values())
    if not count:
        return
    if shares := _shares(report, same):
        text = _("{errors} : {shares}. Le tableau dit quoi.").format(
            errors=counted(count, *(_OTHER_ERRORS if same else _ERRORS)), shares=", ".join(shares)
        )
        yield _action(_("Faire corriger la livraison"), text, "qui-corrige")
        return
    most = sorted(errors, key=lambda rule: (-errors[rule], rule))[:NAMED]
    titles = habits().semicolon.join(f"{_title(rule, rules)} ({integer(errors[rule])})" for rule in most)
    text = n_("{errors}, relevée par {rules} : {titles}", "{errors}, relevées par {rules} : {titles}", count).format(
        errors=counted(count, *(_OTHER_ERRORS if same else _ERRORS)),
        rules=counted(len(errors), "règle"),
        titles=titles + ("…" if len(errors) > NAMED else "."),
    )
    yield _action(_("Faire corriger la livraison"), text, "constats")


def _shares(report: Json, same: str | None) -> list[str]:
    """How many errors are whose, but those of the rule that is said already; empty in the first reports."""
    if "corrections" not in report:
        return []
    found = []
    for share in report["corrections"]["projet"]["qui"]:
        count = sum(rule["constats"] for rule in share["regles"] if rule["gravite"] == "erreur" and rule["id"] != same)
        if count:
            found.append(
                _("{count} pour {who}").format(count=integer(count), who=_(TO_WHOM.get(share["qui"], share["qui"])))
            )
    return found


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
    return phrase(rules[rule].title) if rule in rules else rule


def _open(report: Json) -> Iterator[Action]:
    """What keeps the verdict open."""
    crashed = [rule for rule in report["regles"] if rule["resultat"] == "en_erreur"]
    if report["verdict"] == "indetermine":
        most = sorted((group for group in undone(report) if group.awaited), key=lambda group: -len(group.rules))
        listed = habits().semicolon.join(
            f"{phrase(group.reason or '')} ({counted(len(group.rules), 'contrôle')})" for group in most[:NAMED]
        )
        if missing := report["livraison"].get("roles_manquants"):
            listed = ", ".join(map(role, missing))
        if listed:
            text = _("Tant qu'il manque de quoi vérifier, rien ne peut être dit conforme. {listed}.")
            yield _action(_("Fournir ce qui manque"), text.format(listed=listed), "non-controle")
    if crashed:
        text = n_(
            "{checks} arrêté par une erreur du programme, qui n'est pas un défaut de la livraison.",
            "{checks} arrêtés par une erreur du programme, qui n'est pas un défaut de la livraison.",
            len(crashed),
        ).format(checks=counted(len(crashed), "contrôle"))
        yield _action(_("Signaler une panne de duicheck"), text, "pannes")


def _waivers(report: Json) -> Iterator[Action]:
    dead = [waiver["regle"] for waiver in report["derogations"] if waiver["etat"] in ("echue", "interdite")]
    if dead:
        rules = ", ".join(list(dict.fromkeys(dead))[:NAMED])
        text = n_(
            "{waivers} échue ou interdite, sans effet : {rules}.",
            "{waivers} échues ou interdites, sans effet : {rules}.",
            len(dead),
        ).format(waivers=counted(len(dead), "dérogation"), rules=rules)
        yield _action(_("Retirer ou renouveler les dérogations"), text, "derogations")


def _targets(report: Json) -> Iterator[Action]:
    short = [
        (row["manquants"] or 0, one["finess_et"], row["code"])
        for one in report["etablissements"]
        for row in one["indicateurs"]
        if row["atteinte"] is False
    ]
    if short:
        most = sorted(short, reverse=True)[:NAMED]
        one = _("{count} en {indicator} à {finess}")
        listed = ", ".join(
            one.format(count=integer(lacking), indicator=indicator(code), finess=finess)
            for lacking, finess, code in most
        )
        text = _("{indicators} sous la cible, dans {establishments}. Il manque surtout : {listed}.").format(
            indicators=counted(len(short), "indicateur"),
            establishments=counted(len({finess for _lacking, finess, _code in short}), "établissement"),
            listed=listed,
        )
        yield _action(_("Faire progresser l'usage"), text, "taux")
        return
    tight = [row for row in rows_of(report) if row["atteinte"] and row["marge"] == 0]
    if tight:
        text = n_(
            "{targets} ne tient qu'à un dossier ou un message près : la marge y est de zéro.",
            "{targets} ne tiennent qu'à un dossier ou un message près : la marge y est de zéro.",
            len(tight),
        ).format(targets=counted(len(tight), "cible"))
        yield _action(_("Surveiller les cibles sans marge"), text, "taux")


def _warnings(report: Json) -> Iterator[Action]:
    soft = {rule for rule, found in by_rule(report).items() if found[0]["gravite"] == "avertissement"}
    count = sum(rule["constats"] for rule in report["regles"] if rule["id"] in soft)
    if count:
        title = _("Regarder {warnings}").format(warnings=counted(count, "avertissement"))
        text = _("Ils ne changent pas le verdict ; chacun dit ce qui l'explique et quoi faire.")
        yield _action(title, text, "constats")


def _choices(report: Json) -> Iterator[Action]:
    chosen = report["hypotheses"]
    departures = [name for name, one in chosen.items() if not one["par_defaut"]]
    if departures:
        text = _("La livraison s'écarte de la règle par défaut sur : {names}. Ayez-en la raison écrite.")
        named = text.format(names=", ".join(departures))
        yield _action(_("Justifier les choix de calcul"), named, "hypotheses")
    elif chosen:
        text = n_(
            "Le texte laisse des questions ouvertes ; {rules} par défaut y répond, {to_confirm}.",
            "Le texte laisse des questions ouvertes ; {rules} par défaut y répondent, {to_confirm}.",
            len(chosen),
        ).format(rules=counted(len(chosen), "règle"), to_confirm=_(TO_CONFIRM))
        yield _action(_("Faire confirmer les règles de calcul"), text, "hypotheses")


def _keep(report: Json) -> Action:
    count = counted(len(report["livraison"]["fichiers"]), "fichier")
    text = _("rapport.json fait foi. Gardez-le avec {files} de la livraison, sans y toucher : leurs empreintes y sont.")
    return _action(_("Conserver le rapport et la livraison"), text.format(files=count), "verifier")
