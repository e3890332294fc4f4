"""`duicheck textes`: the dated texts, their parameters and what they leave open."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from duicheck.cli import options
from duicheck.cli.sheet import new_sheet, put_json, put_sheet
from duicheck.langue import N_, _, phrase
from duicheck.render.french import day, typography

if TYPE_CHECKING:
    from duicheck.render.paper import Paper
    from duicheck.rulebook import Rulebook

__all__ = ["command"]

N_("convention duicheck")  # the document that `source` names where no text of the State says it


@click.command("textes", short_help="Montre les textes datés.", options_metavar="[OPTIONS]")
@click.argument("texte", metavar="[ID]", required=False, type=options.TEXTE)
@options.format_option
@options.plugin_options
def command(*, texte: str | None, sortie: str, sans: tuple[str, ...], exigees: tuple[str, ...]) -> None:
    """Liste les textes datés ; avec un ID, montre ses paramètres et ses hypothèses."""
    from duicheck.texts import find_rulebook, load_rulebooks  # noqa: PLC0415

    books = load_rulebooks(options.load(sans, exigees))
    if texte is None:
        if sortie == "json":
            put_json([_summary(book) for book in books.values()])
        else:
            _write_list(list(books.values()))
        return
    book = find_rulebook(books, texte)
    if sortie == "json":
        put_json(_whole(book))
    else:
        _write_book(book)


def _summary(book: Rulebook) -> dict[str, Any]:
    return {
        "id": book.id,
        "titre": book.title,
        "applicable_du": book.applies_from,
        "secondaire": book.secondary,
        "sha256": book.sha256,
    }


def _whole(book: Rulebook) -> dict[str, Any]:
    return {
        **_summary(book),
        "parametres": [
            {
                "nom": parameter.name,
                "valeur": parameter.value,
                "unite": parameter.unit,
                "source": {"document": parameter.source.document, "section": parameter.source.section},
                "note": parameter.note,
            }
            for parameter in book.parameters.values()
        ],
        "hypotheses": [
            {
                "nom": hypothesis.name,
                "question": hypothesis.question,
                "defaut": hypothesis.default,
                "valeurs": [{"code": choice.code, "phrase": choice.phrase} for choice in hypothesis.choices.values()],
            }
            for hypothesis in book.hypotheses.values()
        ],
    }


def _write_list(books: list[Rulebook]) -> None:
    sheet = new_sheet()
    for book in books:
        doubt = _(" (source secondaire)") if book.secondary else ""
        sheet.paragraph(("fort", book.id), ("", f" — {typography(phrase(book.title))}{doubt}"), hang=2)
    put_sheet(sheet)


def _write_book(book: Rulebook) -> None:
    sheet = new_sheet()
    sheet.bar()
    sheet.paragraph(("fort", book.id), ("", f" — {typography(phrase(book.title))}"), indent=1, hang=2)
    sheet.bar()
    if book.secondary:
        doubt = _("le texte lui-même n'a pas été lu.")
        sheet.paragraph(("alerte", _("Source secondaire")), ("", f" — {doubt}"), indent=1)
    sheet.heading(_("Paramètres"))
    for parameter in book.parameters.values():
        unit = "" if parameter.unit in _PLAIN else f"\u00a0{phrase(parameter.unit)}"
        value = ("", f"\u00a0= {_shown(parameter.value)}{unit}")
        source = f"{phrase(parameter.source.document)}, {parameter.source.section}"
        _write_entry(sheet, [("fort", parameter.name), value], [source, parameter.note and phrase(parameter.note)])
    sheet.heading(_("Hypothèses : ce que le texte laisse ouvert"))
    for hypothesis in book.hypotheses.values():
        sheet.blank()
        sheet.paragraph(
            ("fort", hypothesis.name), ("", f" — {typography(phrase(hypothesis.question))}"), indent=2, hang=2
        )
        for choice in hypothesis.choices.values():
            default = _(" (par défaut)") if choice.code == hypothesis.default else ""
            words = typography(_("{default} : {words}").format(default=default, words=phrase(choice.phrase)))
            sheet.paragraph(("", "– "), ("fort", choice.code), ("", words), indent=4, hang=2)
    put_sheet(sheet)


def _write_entry(sheet: Paper, head: list[tuple[str, str]], notes: list[str | None]) -> None:
    sheet.paragraph(*head, indent=2, hang=2)
    for note in notes:
        if note:
            sheet.paragraph(("discret", typography(note)), indent=6)


_PLAIN = frozenset({"code", "oui/non", "liste de codes", "date"})
"""Units that the value says by itself."""


def _shown(value: Any) -> str:  # noqa: ANN401 -- any value of a text
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, date):
        return day(value.isoformat())
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value)) or _("aucun")
    if isinstance(value, dict):
        return "; ".join(f"{key} : {_shown(item)}" for key, item in value.items())
    return str(value)
