"""The sheet of who must put right what: a row per rule, or per thing to provide, of each; filters do the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from duicheck.langue import _, n_, phrase
from duicheck.render.findings import WORDS
from duicheck.render.french import typography
from duicheck.render.labels import fixer, role
from duicheck.render.marks import marked, verdict_mark
from duicheck.render.work import CAUSES, how_many
from duicheck.render.xlsx.sheet import Column
from duicheck.render.xlsx.view import Json, Row, View

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["work"]


def work(report: Json, rules: Mapping[str, Rule]) -> View:
    """The project first, then each establishment, conforme ones included."""
    columns = [
        Column(_("Établissement"), 20),
        Column(_("Verdict"), 24, signed=True),
        Column(_("Qui"), 22),
        Column(_("Gravité"), 19, signed=True),
        Column(_("Constats"), 10, "entier"),
        Column(_("Règle"), 32),
        Column(_("Ce qu'elle cherche, ou ce qui est à fournir"), 60),
        Column(_("Code"), 16, printed=False),
        Column(_("Code du rôle"), 16, printed=False),
        Column(_("Cause"), 16, printed=False),
    ]
    found = report["corrections"]
    parts = [
        (_("(toute la livraison)"), found["projet"]),
        *((one["finess_et"], one) for one in found["etablissements"]),
    ]
    rows = (row for name, part in parts for row in _part(name, part, rules))
    about = _("Qui doit corriger ou fournir quoi, pour la livraison et pour chaque établissement.")
    return View(_("Qui corrige"), about, columns, rows, _("Rien à corriger."))


def _part(name: str, part: Json, rules: Mapping[str, Rule]) -> Iterator[Row]:
    head = [name, verdict_mark(part)]
    if not part["qui"]:
        yield [*head, *[None] * 8]
    for share in part["qui"]:
        who, code = fixer(share["qui"]), share["qui"]
        totals = how_many(share, "erreurs", "avertissements", "informations")
        yield [*head, who, None, None, None, totals or None, code, None, None]
        for rule in share["regles"]:
            title = typography(phrase(rules[rule["id"]].title)) if rule["id"] in rules else None
            yield [*head, who, marked(*WORDS[rule["gravite"]]), rule["constats"], rule["id"], title, code, None, None]
        for one in share["a_fournir"]:
            files = _(CAUSES.get(one["cause"], one["cause"])).format(files=role(one["role"]))
            yield [
                *head,
                who,
                marked("alerte", _("à fournir")),
                None,
                None,
                typography(files),
                code,
                one["role"],
                one["cause"],
            ]
        for rule_id in share.get("pannes", ()):
            crashed = marked("alerte", n_("en erreur", "en erreur", 1))
            yield [*head, who, crashed, None, rule_id, _("panne à signaler"), code, None, None]
