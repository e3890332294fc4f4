"""The workbook: a summary, then one sheet per view. Same report, same bytes."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from xlsxwriter import Workbook

from duicheck.langue import N_, _, current, n_, phrase
from duicheck.render.characters import printable
from duicheck.render.findings import OUTCOMES
from duicheck.render.french import counted, day, integer, sentence, typography
from duicheck.render.headline import targets_why, verdict, verdict_why
from duicheck.render.marks import SIGNS, targets_mark, verdict_mark
from duicheck.render.waivers import summary
from duicheck.render.xlsx.layout import OPTIONS, lay_out, write_answers
from duicheck.render.xlsx.sheet import Formats, write_table
from duicheck.render.xlsx.view import View
from duicheck.render.xlsx.views import views

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from duicheck.rules import Rule

__all__ = ["render_book"]

Json = Mapping[str, Any]

_GRAVITIES = {
    "erreur": N_("erreur", "erreurs"),
    "avertissement": N_("avertissement", "avertissements"),
    "information": N_("information", "informations"),
}


def render_book(report: Json, rules: Mapping[str, Rule]) -> bytes:
    """The bytes of the workbook.

    Args:
        report: the value of rapport.json.
        rules: the loaded rules by id, for their titles and remedies.
    """
    stream = io.BytesIO()
    book = Workbook(stream, OPTIONS)
    _describe(book, report)
    formats = Formats(book)
    found = views(report, rules)
    first = book.add_worksheet(_("Synthèse"))
    sheets = [(view, book.add_worksheet(view.name)) for view in found]
    _write_summary(first, report, found, formats)
    lay_out(first, report["livraison"]["sha256"], report["date_mesure"], landscape=False)
    for view, sheet in sheets:
        write_table(sheet, view.columns, view.rows, formats, empty=view.empty)
        lay_out(sheet, report["livraison"]["sha256"], report["date_mesure"], landscape=True)
        # A FINESS number is a text that looks like a number; Excel need not warn about each of them.
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    book.close()
    return stream.getvalue()


def _describe(book: Workbook, report: Json) -> None:
    """The properties of the document. Its date is that of the measure: a report has no clock."""
    book.set_properties(
        {
            "title": typography(
                _("Contrôle au {jour} : {verdict}").format(jour=day(report["date_mesure"]), verdict=verdict(report)[1])
            ),
            "subject": printable(report["texte"]["titre"]),
            "author": f"duicheck {printable(report['duicheck']['version'])}",
            "keywords": "ESMS numérique, conformité, indicateurs",
            "comments": typography(_("Document non signé : rapport.json fait foi.")),
            "created": datetime.fromisoformat(report["date_mesure"]),
        }
    )
    book.set_custom_property("Langue", current())
    book.set_custom_property("Empreinte de la livraison", report["livraison"]["sha256"])


def _write_summary(sheet: Worksheet, report: Json, found: Sequence[View], formats: Formats) -> None:
    row = write_answers(sheet, _("Contrôle d'une livraison d'indicateurs"), _summary(report), formats) + 1
    sheet.write_string(row, 0, _("Feuilles"), formats.label)
    for view in found:
        sheet.write_url(
            row, 1, f"internal:'{view.name}'!A1", formats.link, string=f"{view.name} – {typography(view.about)}"
        )
        row += 1


def _summary(report: Json) -> Iterator[tuple[str, str, bool]]:
    """(label, value, whether it is one of the two answers)."""
    yield _("Verdict"), verdict_mark(report), True
    yield "", sentence(verdict_why(report)), False
    yield _("Cibles"), targets_mark(report), True
    yield "", sentence(targets_why(report)), False
    if waivers := summary(report):
        yield _("Dérogations"), waivers, False
    window, texte = report["fenetre"], report["texte"]
    yield _("Texte applicable"), f"{texte['id']} – {typography(phrase(texte['titre']))}", False
    yield _("Date de mesure"), day(report["date_mesure"]), False
    days = (
        _("fenêtre indéterminée")
        if window is None
        else _("du {debut} au {fin} inclus").format(debut=day(window["debut"]), fin=day(window["fin"]))
    )
    yield _("Jours mesurés"), days, False
    yield _("Établissements"), counted(len(report["etablissements"]), "établissement"), False
    outcomes = Counter(one["resultat"] for one in report["regles"])
    ruled = [f"{count}\u00a0{n_(*forms, count)}" for name, forms in OUTCOMES.items() if (count := outcomes[name])]
    yield _("Règles"), ", ".join(ruled), False
    yield _("Constats"), ", ".join(_counts(report)) or _("aucun"), False
    yield _("Empreinte de la livraison"), report["livraison"]["sha256"], False
    yield _("Empreinte du texte"), texte["sha256"], False
    plugins = ", ".join(f"{one['nom']} {one['version']}" for one in report["plugins"])
    yield _("Programme"), f"duicheck {report['duicheck']['version']} ({plugins})", False
    signs = _("bien {bien}, défaut {faute}, à regarder {alerte}, sans objet ou sans jugement {rien}")
    yield _("Signes"), signs.format(**{name or "rien": sign for name, sign in SIGNS.items()}), False
    yield _("Signature"), typography(_("Document non signé : rapport.json fait foi, ce classeur en est tiré.")), False


def _counts(report: Json) -> Iterator[str]:
    """How many findings of each gravity, listed or not."""
    gravity = {finding["regle"]: finding["gravite"] for finding in report["constats"]}
    totals: Counter[str] = Counter()
    for one in report["regles"]:
        if one["constats"] and one["id"] in gravity:
            totals[gravity[one["id"]]] += one["constats"]
    for name, forms in _GRAVITIES.items():
        if count := totals[name]:
            yield f"{integer(count)}\u00a0{n_(*forms, count)}"
