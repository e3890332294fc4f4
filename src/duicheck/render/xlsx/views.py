"""The views of a report as tables: what columns they have, and their rows. Values are the report's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from duicheck.langue import _, n_, phrase
from duicheck.render.causes import hypotheses_named
from duicheck.render.figures import judged
from duicheck.render.findings import OUTCOMES, WORDS, by_rule
from duicheck.render.french import day, hundredths, sentence, typography
from duicheck.render.labels import indicator, role
from duicheck.render.marks import agreement, marked, reached, targets_mark, verdict_mark
from duicheck.render.waivers import STATES, became, scope, waived_by_rule
from duicheck.render.xlsx.sheet import Column, Rate, Value

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["View", "views"]

Json = Mapping[str, Any]
Row = Sequence[Value]

STYLES = {"respectee": "bien", "enfreinte": "faute", "non_verifiee": "alerte", "en_erreur": "alerte", "sans_objet": ""}


@dataclass(frozen=True, slots=True)
class View:
    """One sheet: its name, what it holds in a sentence, its table, and what it says when the table is empty."""

    name: str
    about: str
    columns: Sequence[Column]
    rows: Iterable[Row]
    empty: str


def views(report: Json, rules: Mapping[str, Rule]) -> list[View]:
    """Every sheet but the summary, in the order of reading."""
    found = [
        _indicators(report),
        _establishments(report),
        _gaps(report),
        _findings(report, rules),
        _rules(report, rules),
        _unchecked(report, rules),
        _hypotheses(report),
        _files(report),
        _waivers(report),
    ]
    if "paquets" in report:
        found.append(_packs(report))
    return [*found, _named(report)] if "dossiers" in report else found


def _places(report: Json) -> Iterator[tuple[str, Json | None, list[Json]]]:
    """The project, then each establishment, with its indicators."""
    yield _("Ensemble du projet"), None, report["projet"]["indicateurs"]
    for one in report["etablissements"]:
        yield one["finess_et"], one, one["indicateurs"]


def _indicators(report: Json) -> View:
    bounds = any("bornes" in row for _place, _one, rows in _places(report) for row in rows)
    columns = [
        Column(_("Établissement"), 18),
        Column(_("Indicateur"), 20),
        Column(_("Code"), 19),
        Column(_("Accord avec le journal"), 14, signed=True),
        Column(_("Exporté : numérateur"), 13, "entier"),
        Column(_("Exporté : dénominateur"), 15, "entier"),
        Column(_("Exporté : taux écrit"), 11, "taux"),
        Column(_("Recalculé : numérateur"), 13, "entier"),
        Column(_("Recalculé : dénominateur"), 15, "entier"),
        Column(_("Taux jugé"), 10, "taux"),
        Column(_("Jugé sur"), 10),
        Column(_("Cible"), 9, "taux"),
        Column(_("Résultat"), 15, signed=True),
        Column(_("Manque"), 9, "entier"),
        Column(_("Marge"), 8, "entier"),
    ]
    if bounds:
        columns += [
            Column(_("Numérateur, au moins"), 12, "entier"),
            Column(_("Numérateur, au plus"), 12, "entier"),
            Column(_("Dénominateur, au moins"), 13, "entier"),
            Column(_("Dénominateur, au plus"), 13, "entier"),
            Column(_("Taux, au moins"), 10, "taux"),
            Column(_("Taux, au plus"), 10, "taux"),
            Column(_("Réponse malgré les lignes rejetées"), 16),
        ]
    rows = (
        [place, *_figures(row), *(_bounds(row) if bounds else ())]
        for place, _one, found in _places(report)
        for row in found
    )
    about = _("Un indicateur par ligne : nombres exportés et recalculés, taux, cible.")
    return View(_("Indicateurs"), about, columns, rows, _("Aucun indicateur."))


def _figures(row: Json) -> Iterator[Value]:
    exported = row["exporte"] or {"numerateur": None, "denominateur": None, "taux": None}
    recomputed = row["recalcule"] or {"numerateur": None, "denominateur": None}
    counts = judged(row)
    basis = {"recalcule": _("recalculé"), "exporte": _("exporté"), None: None}
    yield from (indicator(row["code"]), row["code"], agreement(row))
    yield from (exported["numerateur"], exported["denominateur"], _percent(exported["taux"]))
    yield from (recomputed["numerateur"], recomputed["denominateur"])
    yield None if counts is None else _rate(counts)
    yield from (basis[row["cible_sur"]], _percent(row["cible"]), reached(row), row["manquants"], row["marge"])


def _rate(counts: Json) -> float | None:
    """The rate as a fraction, rounded as everywhere else: the sheet shows its two decimals of percent."""
    rate = hundredths(counts["numerateur"], counts["denominateur"])
    return None if rate is None else rate / 10_000


def _percent(value: float | None) -> float | None:
    """A number of percents as a fraction; by decimals, so that 83.65 is 0.8365 and no near miss."""
    return None if value is None else float(Decimal(str(value)) / 100)


def _bounds(row: Json) -> Iterator[Value]:
    bounds = row.get("bornes") or {}
    yield from bounds.get("numerateur") or (None, None)
    yield from bounds.get("denominateur") or (None, None)
    yield from map(_percent, bounds.get("taux") or (None, None))
    yield row.get("fermete")


def _establishments(report: Json) -> View:
    codes = list(dict.fromkeys(row["code"] for _place, _one, rows in _places(report) for row in rows))
    columns = [
        Column(_("Établissement"), 14),
        Column(_("Verdict"), 17, signed=True),
        Column(_("Cibles"), 24, signed=True),
    ]
    plain = _plain_counts(report)
    for code in codes:
        name = indicator(code)
        columns.append(Column(_("{indicateur} : nombre").format(indicateur=name), 13, "entier"))
        if code not in plain:
            columns.append(Column(_("{indicateur} : sur").format(indicateur=name), 13, "entier"))
            columns.append(Column(_("{indicateur} : taux").format(indicateur=name), 13, "taux"))
    about = _("Un établissement par ligne : verdict, cibles, et le taux de chaque indicateur.")
    rows = (
        _establishment(one, found, {code: code in plain for code in codes})
        for _place, one, found in _places(report)
        if one is not None
    )
    return View(_("Établissements"), about, columns, rows, _("Aucun établissement."))


def _plain_counts(report: Json) -> set[str]:
    """The indicators that are no rate anywhere: a number and nothing to hold it against."""
    rates: dict[str, bool] = {}
    for _place, _one, rows in _places(report):
        for row in rows:
            sides = (row["exporte"], row["recalcule"])
            shown = row["cible"] is not None or any(side and side["denominateur"] is not None for side in sides)
            rates[row["code"]] = rates.get(row["code"], False) or shown
    return {code for code, shown in rates.items() if not shown}


def _establishment(one: Json, rows: list[Json], codes: Mapping[str, bool]) -> list[Value]:
    """One line; `codes` says of each indicator whether it is a plain count."""
    by_code = {row["code"]: row for row in rows}
    cells: list[Value] = [one["finess_et"], verdict_mark(one), targets_mark(one)]
    for code, plain in codes.items():
        row = by_code.get(code)
        counts = judged(row) if row else None
        cells.append(None if counts is None else counts["numerateur"])
        if plain:
            continue
        if row is None or counts is None:
            cells += [None, None]
            continue
        rate = _rate(counts)
        cells += [counts["denominateur"], None if rate is None else Rate(rate, _STYLES[row["atteinte"]])]
    return cells


_STYLES = {True: "bien", False: "faute", None: ""}


def _gaps(report: Json) -> View:
    columns = [
        Column(_("Établissement"), 20),
        Column(_("Indicateur"), 22),
        Column(_("Exporté : numérateur"), 12, "entier"),
        Column(_("Exporté : dénominateur"), 13, "entier"),
        Column(_("Recalculé : numérateur"), 12, "entier"),
        Column(_("Recalculé : dénominateur"), 13, "entier"),
        Column(_("Le même calcul avec"), 30),
        Column(_("Explication"), 60),
    ]
    about = _("Les indicateurs qui ne sont pas ceux du journal, et les hypothèses qui les redonnent exactement.")
    return View(_("Écarts"), about, columns, _gap_rows(report), _("Aucun écart avec le journal."))


def _gap_rows(report: Json) -> Iterator[Row]:
    for where, _one, rows in _places(report):
        for row in rows:
            figures = list(_figures(row))
            head = [where, indicator(row["code"]), figures[3], figures[4], figures[6], figures[7]]
            for why in row["explications"]:
                yield [*head, hypotheses_named(why["hypotheses"]), typography(phrase(why["texte"]))]
            if row["conforme"] is False and not row["explications"]:
                yield [*head, None, _("Aucune des hypothèses essayées ne redonne ces nombres.")]
            if "decompte" in row:
                yield [*head, _("décompte de l'éditeur"), _counted(row["decompte"])]


def _counted(found: Json) -> str:
    """The vendor's own list against the log, each cause with its number."""
    parts = [f"{name} = {found[name]}" for name in ("lignes", "ecart", "hors_decompte", "doublons")]
    for kind in ("a_tort", "oublies"):
        parts += [f"{kind}, {cause} = {number}" for cause, number in found[kind].items()]
    return "\u00a0; ".join(parts)


def _findings(report: Json, rules: Mapping[str, Rule]) -> View:
    columns = [
        Column(_("Règle"), 24),
        Column(_("Gravité"), 19, signed=True),
        Column(_("Constat"), 46),
        Column(_("Fichier"), 17),
        Column(_("Ligne"), 8, "entier"),
        Column(_("Colonne"), 14),
        Column(_("Que faire"), 36),
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
                typography(phrase(finding["message"])),
                *(at[name] for name in ("fichier", "ligne", "colonne")),
                remedy,
                None if number is None else number + 1,
                _text(facts.get("finess_et")),
                _text(facts.get("indicateur")),
                at["pointeur"],
                "\u00a0; ".join(f"{name} = {_text(value)}" for name, value in facts.items()) or None,
            ]
        if (left := counts.get(rule, len(found)) - len(found)) > 0:
            more = _("… et {n} constats de plus de cette règle, comptés et non listés.").format(n=left)
            yield [rule, _gravity(found[0]), typography(more), None, None, None, remedy, *[None] * 5]


def _gravity(finding: Json) -> str:
    """The gravity with its sign; what a waiver covers is not as red as the rest."""
    style, word = WORDS[finding["gravite"]]
    return marked("alerte" if "derogation" in finding else style, word)


def _text(value: object) -> str | None:
    """A fact as rapport.json writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)


def _rules(report: Json, rules: Mapping[str, Rule]) -> View:
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


def _unchecked(report: Json, rules: Mapping[str, Rule]) -> View:
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


def _hypotheses(report: Json) -> View:
    columns = [
        Column(_("Hypothèse"), 26),
        Column(_("Valeur retenue"), 26),
        Column(_("Origine"), 28, signed=True),
        Column(_("Ce qu'elle veut dire"), 90),
    ]
    kinds = {True: marked("", _("règle par défaut")), False: marked("alerte", _("choix de cette livraison"))}
    rows = (
        [name, one["valeur"], kinds[one["par_defaut"]], typography(phrase(one["phrase"]))]
        for name, one in report["hypotheses"].items()
    )
    about = _("Ce que le texte laisse ouvert, et la réponse retenue.")
    return View(_("Hypothèses"), about, columns, rows, _("Le texte ne laisse rien ouvert."))


def _files(report: Json) -> View:
    columns = [
        Column(_("Fichier"), 34),
        Column(_("Rôle"), 26),
        Column(_("Code du rôle"), 16),
        Column(_("Octets"), 14, "entier"),
        Column(_("Lignes"), 12, "entier"),
        Column(_("Lignes rejetées"), 12, "entier"),
        Column(_("Empreinte SHA-256"), 68),
    ]
    rows = (
        [
            file["chemin"],
            role(file["role"]),
            file["role"],
            *(file[key] for key in ("octets", "lignes", "rejetees", "sha256")),
        ]
        for file in report["livraison"]["fichiers"]
    )
    about = _("Les fichiers contrôlés, avec leur empreinte.")
    return View(_("Fichiers"), about, columns, rows, _("Aucun fichier."))


def _waivers(report: Json) -> View:
    columns = [
        Column(_("N°"), 6, "entier"),
        Column(_("Règle"), 30),
        Column(_("État"), 18, signed=True),
        Column(_("Périmètre"), 30),
        Column(_("Constats couverts"), 11, "entier"),
        Column(_("Motif"), 40),
        Column(_("Accordée par"), 24),
        Column(_("Échéance"), 12),
        Column(_("Déclarée dans"), 16),
        Column(_("Ce qu'elle est devenue"), 40),
    ]
    rows = (
        [
            number,
            one["regle"],
            marked(*STATES[one["etat"]]),
            typography(scope(one)),
            one["constats"],
            typography(one["motif"]),
            one["auteur"],
            day(one["echeance"]),
            one["declaree_dans"],
            became(one, report),
        ]
        for number, one in enumerate(report["derogations"], 1)
    )
    about = _("Les dérogations déclarées, quel que soit leur état.")
    return View(_("Dérogations"), about, columns, rows, _("Aucune dérogation."))


def _packs(report: Json) -> View:
    """Only where rules read national ones: what each pack held, by digest."""
    columns = [
        Column(_("Paquet"), 20),
        Column(_("Origine"), 28),
        Column(_("Contenu"), 24),
        Column(_("Empreinte SHA-256, ou réparation"), 68),
    ]
    rows = (row for pack in report["paquets"] for row in _pack(pack))
    about = _("Les paquets de règles nationales qui ont servi, avec leurs empreintes et leurs réparations.")
    return View(_("Paquets"), about, columns, rows, _("Aucun paquet."))


def _pack(pack: Json) -> Iterator[Row]:
    head = [pack["nom"], pack["origine"]]
    yield [*head, _("ce qui a été installé"), pack["source"]]
    for part in pack["contenus"]:
        yield [*head, part["contenu"], part["sha256"]]
    for repair in pack["reparations"]:
        yield [*head, _("réparation"), phrase(repair)]


def _named(report: Json) -> View:
    """Only in a report that was asked to name dossiers."""
    columns = [
        Column(_("Établissement"), 20),
        Column(_("Indicateur"), 22),
        Column(_("Cause"), 26),
        Column(_("Identifiant"), 40),
    ]
    rows = (
        [group["finess_et"], indicator(group["indicateur"]), group["cause"], name]
        for group in report["dossiers"]
        for name in group["identifiants"]
    )
    about = _("Ce qui pourrait compter et ne compte pas. Ces pseudonymes ne se diffusent pas.")
    return View(_("Dossiers"), about, columns, rows, _("Aucun dossier."))
