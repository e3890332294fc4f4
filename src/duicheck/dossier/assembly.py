"""The checklist: a function of the report, of the pieces and of the text. It judges nothing again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from duicheck.asked import roles_asked
from duicheck.dossier.criteria import Criteria
from duicheck.dossier.documents import document_lines
from duicheck.dossier.figures import figure_lines, verdict_line
from duicheck.dossier.line import A_VERIFIER, ETATS, Ligne, whole
from duicheck.dossier.pieces import piece_lines
from duicheck.dossier.sections import DOCUMENTS, OTHERS, SECTIONS
from duicheck.langue import _, phrase
from duicheck.report import to_bytes

if TYPE_CHECKING:
    from duicheck.model import PiecesDuDossier, Structures
    from duicheck.rulebook import Rulebook
    from duicheck.rules import Rule

__all__ = ["FORMAT", "assemble"]

FORMAT: Final = 1

Json = Mapping[str, Any]


def assemble(  # noqa: PLR0913 -- what the checklist is a function of
    report: Json,
    pieces: PiecesDuDossier | str,
    texte: Rulebook,
    rules: Mapping[str, Rule],
    *,
    awaited: frozenset[str] = frozenset(),
    etape: str | None = None,
    structures: Structures | None = None,
) -> dict[str, Any]:
    """The checklist, as schemas/dossier.schema.json shapes it; its sentences are in the current language.

    Args:
        report: the value of rapport.json, of a check in mode `dossier` at this stage.
        pieces: the pieces as the delivery has them, or the French reason why nobody can tell.
        texte: the text of the report.
        rules: the loaded rules, for what they are called and what they advise.
        awaited: the rules that were not checked and that the verdict waits for.
        etape: as in `asked.Options`.
        structures: the establishments of the delivery: a text may ask less of some projects.
    """
    criteria = Criteria(report, rules, None if isinstance(pieces, str) else pieces, awaited)
    lines = {code: list(found) for code, found in _sections(report, pieces, texte, criteria, etape, structures)}
    every = [line for found in lines.values() for line in found]
    return {
        "format": FORMAT,
        "texte": {"id": texte.id, "titre": phrase(texte.title)},
        "etape": etape,
        "date_mesure": report["date_mesure"],
        "etat": whole(every),
        "comptes": _counts(every),
        "verdict": report["verdict"],
        "cibles": report["cibles"],
        "depot": _where(texte),
        "sections": [
            {"code": code, "titre": _(SECTIONS[code][0]), "lignes": [line.as_json() for line in found]}
            for code, found in lines.items()
        ],
        "rapport_sha256": hashlib.sha256(to_bytes(report)).hexdigest(),
        "livraison_sha256": report["livraison"]["sha256"],
    }


def _sections(  # noqa: PLR0913 -- as `assemble`
    report: Json,
    pieces: PiecesDuDossier | str,
    texte: Rulebook,
    criteria: Criteria,
    etape: str | None,
    structures: Structures | None,
) -> Iterator[tuple[str, Iterator[Ligne]]]:
    asked, everything = (roles_asked(texte, when, structures) for when in (etape, None))
    documents = list(document_lines(report, asked, everything - asked))

    def lines(code: str) -> Iterator[Ligne]:
        if code == "pieces":
            yield from _pieces(report, pieces, etape)
        yield from (line for line in documents if DOCUMENTS.get(line.code, OTHERS) == code)
        if code == "indicateurs":
            yield from figure_lines(report, texte, etape)
        yield from criteria.of(code)
        if code == OTHERS:
            yield verdict_line(report)

    for code in SECTIONS:
        yield code, lines(code)


def _pieces(report: Json, pieces: PiecesDuDossier | str, etape: str | None) -> Iterator[Ligne]:
    if not isinstance(pieces, str):
        yield from piece_lines(pieces, report, etape)
        return
    yield Ligne(
        code="pieces",
        intitule=_("Les pièces que le texte demande"),
        nature="piece",
        etat=A_VERIFIER,
        obligatoire=True,
        raison=phrase(pieces),
        que_faire=_("Donnez ce qui manque, puis relancez le contrôle."),
    )


def _counts(lines: list[Ligne]) -> dict[str, int]:
    """How many of the lines that the dossier depends on are in each state."""
    states = Counter(line.etat for line in lines if line.obligatoire)
    return {state: states[state] for state in ETATS}


def _where(texte: Rulebook) -> list[dict[str, str | None]]:
    """Where the text wants the dossier handed in, word for word."""
    if "depot_citations" not in texte.parameters:
        return []
    found = texte.parameter("depot_citations")
    note = found.note and phrase(found.note)
    return [
        {"citation": one["citation"], "source": f"{texte.id}, « {one['section']} »", "note": note}
        for one in found.value
    ]
