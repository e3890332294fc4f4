"""A net for what is shown in French to who asked for another language."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from html import unescape
from typing import Any

import pypdf

from duicheck.docs.catalogue.message import french_words

__all__ = ["data_of", "outside", "plain", "rendered", "strays", "words"]

OPEN, CLOSE = "⟦", "⟧"
_CODE = re.compile(r"[A-Za-z0-9_.:/=+*#@~-]+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_QUOTED = re.compile(r"“[^”]*”")
_SIGN = re.compile(r"(?<!\S)!(?=\s+\S)|(?<=\|)\s*!(?=\s*\|)")
"""The sign of a warning, before its words or alone in its cell."""

TERMS = (
    "ESMS numérique",
    "ESMS Numérique",
    "projet personnalisé",
    "projets personnalisés",
    "projet d'accueil et d'accompagnement",
    "projet d'accueil",
    "critères socles",
    "file active",
    "avis de situation",
    "code de la sécurité sociale",
    "Provence-Alpes-Côte d'Azur",
    "Réunion",
    "Grand Est",
    "amorçage",
    "La Poste",
    "MSSanté",
    "Ségur",
    "Prestation Ségur",
)
"""Terms of art and names, which keep their French."""


def plain(text: str) -> str:
    """The text on one line, without the marks of a terminal, no-break spaces as spaces."""
    text = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return " ".join(re.sub(r"[━─│┌┐└┘├┤┬┴┼]+", " ", text.replace("\u00a0", " ")).split())


def outside(text: str) -> str:
    """What stands outside the marks of the marking language, marks within marks included."""
    kept, depth = [], 0
    for char in text:
        depth += (char == OPEN) - (char == CLOSE)
        if not depth and char != CLOSE:
            kept.append(char)
        elif char == OPEN:
            kept.append(" ")
    assert depth == 0, f"marks that do not match: {text}"
    return "".join(kept)


def data_of(value: Any) -> Iterator[str]:
    """Every text of a JSON value that is data for certain: keys, codes, places, what people wrote."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            if key in {"motif", "auteur", "declaree_dans", "chemin", "fichier", "colonne", "pointeur"}:
                yield from (str(item) for item in [one] if item)
            yield from data_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from data_of(one)
    elif isinstance(value, str) and _CODE.fullmatch(value):
        yield value


def strays(text: str, data: Iterable[str] = ()) -> list[str]:
    """The French words of a text, data left out."""
    text = _SIGN.sub("x", _QUOTED.sub("x", _without(text, [*data, *TERMS])))
    codes = {word.lower() for each in data for word in re.findall(r"[^\W_]+", each)}
    found = [
        word for word in french_words(text) if not word.startswith("–") and not (word.isupper() and word.isascii())
    ]
    return [word for word in found if word.strip("().,;:“”'’").lower() not in codes]


def _without(text: str, data: Iterable[str]) -> str:
    """The text with x for each datum of several words, or that has an accent."""
    text = plain(text)
    for one in sorted({plain(each) for each in data if " " in each or not each.isascii()}, key=len, reverse=True):
        text = re.sub(re.escape(one), "x", text, flags=re.IGNORECASE) if one else text
    return text


def words(text: str, data: Iterable[str] = ()) -> list[str]:
    """The words of a text that are no data: in the marking language, those that no catalogue gave."""
    text = _without(text, data)
    known = {each.lower() for each in data}
    kept = []
    for piece in text.split():
        bare = piece.strip("()[].,;:!?“”«»\"'’…–—→")
        if bare.lower() in known or re.search(r"[\d_/=.:|]", bare) or bare.startswith("-") or bare.isupper():
            continue
        kept += _WORD.findall(bare)
    return kept


def rendered(name: str, content: bytes) -> str:
    """What a person reads in an output file, a line for each cell or text where the format has them."""
    if name in _READERS:
        return _READERS[name](content)
    text = content.decode("utf-8-sig")
    if name == "html":
        text = re.sub(r"<(style|script|svg)\b.*?</\1>", " ", text, flags=re.DOTALL)
        text = re.sub(r'<(\w+) lang="fr">.*?</\1>', " ", text, flags=re.DOTALL)  # said to be French
        text = text.replace('<span class="lecteur">', "")  # glued to what it follows
    if name in {"html", "junit"}:
        text = unescape(re.sub(r"<[^>]*>", " ", text))
    return text


def _workbook(content: bytes) -> str:
    from python_calamine import CalamineWorkbook

    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    rows = (row for sheet in book.sheet_names for row in [[sheet], *book.get_sheet_by_name(sheet).to_python()])
    return "\n".join(str(cell) for row in rows for cell in row)


def _document(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def _sarif(content: bytes) -> str:
    """The texts; the property bags copy rapport.json, which is French."""
    return "\n".join(_texts_of(json.loads(content)))


def _texts_of(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from _texts_of(one)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key in {"text", "justification"}:
                yield one.replace("\u2060", "")
            elif key != "properties":
                yield from _texts_of(one)


def _table(content: bytes) -> str:
    """The cells of a CSV but for its headings and its facts, which are data."""
    _headings, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")), delimiter=";")
    return "\n".join(cell for row in rows for cell in row if not cell.startswith("{"))


_READERS: Mapping[str, Callable[[bytes], str]] = {
    "xlsx": _workbook,
    "pdf": _document,
    "sarif": _sarif,
    "csv": _table,
}
