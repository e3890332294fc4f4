"""The checklist as a workbook: a summary, every line to filter, the files to upload."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from xlsxwriter import Workbook

from duicheck import __version__
from duicheck.dossier.words import CAUTION, answer, by_hand, details, people, said, step, why
from duicheck.langue import _, current
from duicheck.render.french import day, sentence, typography
from duicheck.render.marks import SIGNS, marked
from duicheck.render.xlsx.layout import OPTIONS, lay_out, write_answers
from duicheck.render.xlsx.sheet import Column, Formats, write_table
from duicheck.render.xlsx.view import Row, View

__all__ = ["render_book"]

Json = Mapping[str, Any]


def render_book(dossier: Json) -> bytes:
    """The bytes of the workbook. Same checklist, same bytes."""
    stream = io.BytesIO()
    book = Workbook(stream, OPTIONS)
    book.set_properties(
        {
            "title": typography(_("Liste de contrôle du dossier : {state}").format(state=answer(dossier)[1].lower())),
            "subject": dossier["texte"]["titre"],
            "author": f"duicheck {__version__}",
            "created": datetime.fromisoformat(dossier["date_mesure"]),
        }
    )
    book.set_custom_property("Langue", current())
    formats = Formats(book)
    footer, date = dossier["livraison_sha256"], dossier["date_mesure"]
    first = book.add_worksheet(_("Synthèse"))
    views = [_lines(dossier), _files(dossier)]
    sheets = [(view, book.add_worksheet(view.name)) for view in views]
    write_answers(first, _("Liste de contrôle du dossier"), _summary(dossier), formats)
    lay_out(first, footer, date, landscape=False)
    for view, sheet in sheets:
        write_table(sheet, view.columns, view.rows, formats, empty=view.empty)
        lay_out(sheet, footer, date, landscape=True)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
    book.close()
    return stream.getvalue()


def _summary(dossier: Json) -> Iterator[tuple[str, str, bool]]:
    """(label, text, whether it is the answer)."""
    style, words = answer(dossier)
    yield _("Dossier"), marked(style, words), True
    yield "", sentence(why(dossier)), False
    yield _("Texte applicable"), f"{dossier['texte']['id']} – {typography(dossier['texte']['titre'])}", False
    yield _("Étape"), step(dossier), False
    yield _("Date de mesure"), day(dossier["date_mesure"]), False
    for one in by_hand(dossier):
        yield _("Dépôt"), one, False
    yield _("Avertissement"), typography(_(CAUTION)), False
    yield _("Empreinte du rapport"), dossier["rapport_sha256"], False
    yield _("Empreinte de la livraison"), dossier["livraison_sha256"], False


def _lines(dossier: Json) -> View:
    columns = [
        Column(_("État"), 14, signed=True),
        Column(_("Partie"), 22),
        Column(_("Quoi"), 44),
        Column(_("Exigée"), 9),
        Column(_("Pourquoi"), 50),
        Column(_("Que faire"), 46),
        Column(_("Qui"), 20),
        Column(_("Clause"), 40),
        Column(_("Fichiers"), 34),
        Column(_("Code ou règle"), 32, printed=False),
    ]
    rows = (_row(section, line) for section in dossier["sections"] for line in section["lignes"])
    about = _("Chaque ligne de la liste, à filtrer.")
    return View(_("Liste de contrôle"), about, columns, rows, _("Aucune ligne."))


def _row(section: Json, line: Json) -> Row:
    style, word = said(line)
    return [
        f"{SIGNS[style]}\u00a0{word}",
        section["titre"],
        typography(line["intitule"]),
        _("oui") if line["obligatoire"] else _("non"),
        typography(details(line)),
        typography(line["que_faire"] or ""),
        people(line),
        typography(line["clause"] or ""),
        ", ".join(file["chemin"] for file in line["fichiers"]),
        line["code"],
    ]


def _files(dossier: Json) -> View:
    columns = [
        Column(_("Fichier à déposer"), 40),
        Column(_("Pièce"), 50),
        Column(_("Fichier d'origine"), 44),
        Column(_("Octets"), 14, "entier"),
        Column(_("Empreinte SHA-256"), 68),
    ]
    rows = (
        [file["nom"], typography(line["intitule"]), file["chemin"], file["octets"], file["sha256"]]
        for section in dossier["sections"]
        for line in section["lignes"]
        for file in line["fichiers"]
    )
    about = _("Les pièces qui sont là, avec leur nom dans le dossier préparé.")
    return View(_("Pièces à déposer"), about, columns, rows, _("Aucune pièce."))
