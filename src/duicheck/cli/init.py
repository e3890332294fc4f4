"""`duicheck init`: write the manifest of a folder from what is in it."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from duicheck.cli import options, streams
from duicheck.cli.sheet import new_sheet, put_sheet
from duicheck.errors import DeliveryError, UsageError
from duicheck.langue import _, habits, phrase
from duicheck.render.french import counted, typography

if TYPE_CHECKING:
    from duicheck.cli.guess import Guess, LeftOut
    from duicheck.rulebook import Rulebook

__all__ = ["command"]

NAME = "livraison.toml"


@click.command("init", short_help="Écrit le manifeste d'un dossier.", options_metavar="[OPTIONS]")
@click.argument("dossier", metavar="DOSSIER", type=click.Path(path_type=Path))
@click.option("--texte", type=options.TEXTE, metavar="ID", help="Texte applicable. Demandé sur un terminal.")
@click.option("--date-mesure", type=options.DATE, metavar="DATE", help="Date de mesure. Demandée sur un terminal.")
@click.option("--premiere-mesure/--pas-premiere-mesure", default=None, help="Première mesure du projet, ou non.")
@click.option("--phase", type=click.Choice(["projet", "maintenance"]), help="Phase du projet (texte de 2021).")
@click.option("--empreintes", is_flag=True, help="Écrit l'empreinte SHA-256 de chaque fichier, pour la contrôler.")
def command(  # noqa: PLR0913 -- one argument per option of the command line
    *,
    dossier: Path,
    texte: str | None,
    date_mesure: date | None,
    premiere_mesure: bool | None,
    phase: str | None,
    empreintes: bool,
) -> None:
    """Écrit le manifeste livraison.toml d'un dossier d'après les fichiers qui s'y trouvent.

    Le rôle de chaque fichier est reconnu à ses titres de colonnes et à son nom. Un intitulé inconnu reçoit
    une proposition, écrite en commentaire tant que personne ne l'a confirmée. Rien n'est jamais écrasé.
    """
    from duicheck.cli.guess import look_at  # noqa: PLC0415 -- the help page does without
    from duicheck.cli.manifest import manifest_text  # noqa: PLC0415

    _check_place(dossier)
    books = _books()
    guesses, left_out = look_at(dossier, NAME)
    if not guesses:
        message = f"{dossier} : aucun fichier reconnu ; il faut au moins un export d'indicateurs (CSV, XLSX, JSON…)"
        raise DeliveryError(message)
    asking = streams.is_terminal(sys.stdin) and streams.is_terminal(sys.stdout)
    texte = _texte(texte, books, asking=asking)
    date_mesure = _date(date_mesure, asking=asking)
    text = manifest_text(
        guesses,
        texte=texte,
        date_mesure=date_mesure,
        premiere_mesure=premiere_mesure,
        phase=phase,
        accepted=_confirm(guesses) if asking else {},
        digests=_digests(dossier, guesses) if empreintes else {},
    )
    _write(dossier / NAME, text)
    _tell(dossier, guesses, left_out)


def _check_place(folder: Path) -> None:
    if not folder.is_dir():
        message = f"{folder} : ce dossier n'existe pas"
        raise DeliveryError(message)
    if (folder / NAME).exists():
        message = f"{folder / NAME} existe déjà et n'est pas écrasé ; renommez-le ou retirez-le d'abord"
        raise UsageError(message)


def _books() -> Mapping[str, Rulebook]:
    from duicheck.plugins import load_plugins  # noqa: PLC0415
    from duicheck.texts import load_rulebooks  # noqa: PLC0415

    return load_rulebooks(load_plugins())


def _texte(said: str | None, books: Mapping[str, Rulebook], *, asking: bool) -> str:
    from duicheck.texts import find_rulebook  # noqa: PLC0415

    if said is None and not asking:
        message = f"précisez --texte : sous quel texte le projet a-t-il été financé ? ({', '.join(books)})"
        raise UsageError(message)
    if said is None:
        said = str(click.prompt(_("Texte du projet"), type=click.Choice(list(books)), prompt_suffix=_colon()))
    return find_rulebook(dict(books), said).id


def _date(said: date | None, *, asking: bool) -> date:
    if said is not None:
        return said
    if not asking:
        message = "précisez --date-mesure, par exemple --date-mesure 2025-09-15"
        raise UsageError(message)
    asked: date = click.prompt(_("Date de mesure (AAAA-MM-JJ)"), type=options.DATE, prompt_suffix=_colon())
    return asked


def _colon() -> str:
    return habits().colon


def _confirm(guesses: Sequence[Guess]) -> dict[str, dict[str, str]]:
    """Ask about each proposed mapping."""
    accepted: dict[str, dict[str, str]] = {}
    for guess in guesses:
        for proposal in guess.proposals:
            question = _("{path} : « {heading} » est-il {column} ?")
            filled = question.format(path=guess.path, heading=proposal.heading, column=proposal.column)
            if click.confirm(typography(filled), default=True):
                accepted.setdefault(guess.path, {})[proposal.heading] = proposal.column
    return accepted


def _digests(folder: Path, guesses: Sequence[Guess]) -> dict[str, str]:
    digests = {}
    for guess in guesses:
        path = folder / guess.path
        if path.is_file():  # a glob has none
            with path.open("rb") as stream:
                digests[guess.path] = hashlib.file_digest(stream, "sha256").hexdigest()
    return digests


def _write(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except OSError as error:
        message = f"{path} ne peut pas être écrit ({error.strerror})"
        raise UsageError(message) from None


def _tell(folder: Path, guesses: Sequence[Guess], left_out: Sequence[LeftOut]) -> None:
    sheet = new_sheet()
    written = _("écrit : {entries}.").format(entries=counted(len(guesses), "entrée"))
    sheet.paragraph(("fort", f"{folder / NAME}"), ("", f" {typography(written)}"))
    sheet.columns([[("fort", guess.role), ("", guess.path)] for guess in guesses], right=frozenset())
    for guess in guesses:
        for proposal in guess.proposals:
            note = _("{path} : « {heading} » ressemble à {column} ; à vérifier dans le manifeste.")
            note = note.format(path=guess.path, heading=proposal.heading, column=proposal.column)
            sheet.paragraph(("alerte_simple", "– "), ("", typography(note)), indent=2, hang=2)
        proposed = {proposal.column for proposal in guess.proposals}
        for name in guess.missing:
            if name not in proposed:
                note = _("{path} : la colonne obligatoire {column} est introuvable.")
                note = note.format(path=guess.path, column=name)
                sheet.paragraph(("alerte_simple", "– "), ("", typography(note)), indent=2, hang=2)
        if guess.unknown:
            note = _("{path} : intitulés inconnus, ignorés au contrôle : {unknown}.")
            note = note.format(path=guess.path, unknown=", ".join(guess.unknown))
            sheet.paragraph(("", "– "), ("", typography(note)), indent=2, hang=2)
    if left_out:
        sheet.blank()
        aside = counted(len(left_out), "fichier laissé de côté", "fichiers laissés de côté")
        sheet.paragraph(("fort", aside))
        for file in left_out:
            line = _("– {path} : {reason}.").format(path=file.path, reason=phrase(file.reason))
            sheet.paragraph(("", typography(line)), indent=2, hang=2)
    sheet.blank()
    sheet.paragraph(("", typography(_("Relisez le manifeste, puis :"))))
    sheet.line(("fort", f"duicheck check {folder}"), indent=4)
    put_sheet(sheet)
