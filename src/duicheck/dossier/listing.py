"""What goes with the pieces: which file is which, for a spreadsheet, and what to do with them, for anybody."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from duicheck.dossier.line import LA, SANS_OBJET
from duicheck.dossier.words import CAUTION, answer, by_hand, details, lines_of, said, step, to_do, why
from duicheck.langue import _, habits
from duicheck.render.csv import cell
from duicheck.render.french import sentence, typography

__all__ = ["COLUMNS", "index_csv", "readme"]

Json = Mapping[str, Any]

COLUMNS: Final = ("fichier", "piece", "libelle", "etat", "raison", "clause", "fichier_origine", "octets", "sha256")
"""The headings of the index; a piece that is not there has a line too, without a file."""

_WIDTH: Final = 100


def index_csv(dossier: Json) -> bytes:
    """One line per file to upload and per piece that is not there, for a French spreadsheet."""
    stream = io.StringIO()
    writer = csv.DictWriter(stream, COLUMNS, restval="", delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    for line in _pieces(dossier):
        common = {
            "piece": line["code"],
            "libelle": line["intitule"],
            "etat": said(line)[1],
            "raison": details(line),
            "clause": line["clause"],
        }
        for file in line["fichiers"] or [{}]:
            own = {
                "fichier": file.get("nom"),
                "fichier_origine": file.get("chemin"),
                "octets": file.get("octets"),
                "sha256": file.get("sha256"),
            }
            writer.writerow({name: cell(value) for name, value in {**common, **own}.items()})
    return stream.getvalue().encode("utf-8-sig")


def readme(dossier: Json) -> bytes:
    """What is in the folder, what is not, and how to hand it in: a text that any program opens."""
    return "".join(f"{line}\r\n" for line in _readme(dossier)).encode("utf-8-sig")


def _readme(dossier: Json) -> Iterator[str]:
    yield from _block(f"{answer(dossier)[1]} — {why(dossier)}")
    yield ""
    yield from _block(_("Texte {id}, étape : {step}.").format(id=dossier["texte"]["id"], step=step(dossier)))
    yield from _block(_(CAUTION))
    yield from _titled(_("Déposer"), by_hand(dossier))
    yield from _block(_("Seuls les fichiers du dossier « pieces » se déposent ; les autres sont pour vous."))
    files = [f"{file['nom']} : {line['intitule']}" for line in lines_of(dossier) for file in line["fichiers"]]
    yield from _titled(_("À déposer"), files or [_("aucun fichier")])
    lacking = [line for line in _pieces(dossier) if line["etat"] not in {LA, SANS_OBJET}]
    yield from _titled(_("Pièces qui ne sont pas là"), map(_told, lacking))
    others = [line for line in to_do(dossier) if line not in lacking]
    yield from _titled(_("Le reste à régler"), map(_told, others))


def _told(line: Json) -> str:
    """What a line lacks, and what to do."""
    head = f"{line['intitule']} ({said(line)[1]})"
    text = habits().colon.join(part for part in (head, details(line)) if part)
    return f"{text}. {sentence(line['que_faire'])}" if line["que_faire"] else f"{text}."


def _titled(title: str, items: Iterable[str]) -> Iterator[str]:
    """A title and its items; nothing where there is none."""
    listed = list(items)
    if not listed:
        return
    yield ""
    yield typography(title).upper()
    for item in listed:
        yield from _block(item, mark="- ")


def _block(text: str, *, mark: str = "") -> list[str]:
    return textwrap.wrap(
        typography(text),
        _WIDTH,
        initial_indent=mark,
        subsequent_indent=" " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )


def _pieces(dossier: Json) -> Iterator[Json]:
    return (line for line in lines_of(dossier) if line["nature"] == "piece")
