"""What a cell may look like, kind by kind: how it is read, matched in bulk, and loaded by DuckDB.

The three faces of one kind stand together because they must agree: whatever `fast` matches, `read`
accepts, and `sql` gives the value that `read` gives.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from duicheck.formats.patterns import ASCII_PRINTABLE, Unsupported, literal, narrow
from duicheck.formats.problems import AMBIGUOUS, NO_OFFSET
from duicheck.formats.schemas import instant, is_date, is_date_time
from duicheck.formats.words import simplified

__all__ = ["BLANKS", "INTEGER", "KINDS", "NUMBER", "TEXT", "Cell", "Kind"]

BLANKS = " \t\u00a0\u202f"
"""What surrounds a cell without belonging to it; the last two also group thousands."""

_YEAR = "(?:19|20)[0-9]{2}"
_LEAP_YEAR = "(?:19(?:0[48]|[2468][048]|[13579][26])|20(?:[02468][048]|[13579][26]))"  # 1900 was none
_DAYS = (  # (months, the days that they share), those of every month first: `re` tries them in this order
    ("(?:0[1-9]|1[0-2])", "(?:0[1-9]|1[0-9]|2[0-8])"),
    ("(?:0[13-9]|1[0-2])", "(?:29|30)"),
    ("(?:0[13578]|1[02])", "31"),
)
_ISO_DATE = f"(?:{_YEAR}-(?:{'|'.join(f'{months}-{days}' for months, days in _DAYS)})|{_LEAP_YEAR}-02-29)"
_FRENCH_DATE = f"(?:(?:{'|'.join(f'{days}/{months}' for months, days in _DAYS)})/{_YEAR}|29/02/{_LEAP_YEAR})"
_INSTANT = (
    f"{_ISO_DATE}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]{{1,6}}|)(?:Z|[+-](?:0[0-9]|1[0-4]):[0-5][0-9])"
)
_INTEGER = "(?:0|[1-9][0-9]{0,14})"

_A_FRENCH_DATE = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_A_DOUBTFUL_DATE = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}[-./](?:[0-9]{2}|[0-9]{4})")
_MIDNIGHT = re.compile(r"[ T]00:00(?::00(?:\.0+)?)?")
_WITHOUT_OFFSET = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:[.,][0-9]{1,9})?)?")
_FRENCH_WITHOUT_OFFSET = re.compile(
    r"([0-9]{2}/[0-9]{2}/[0-9]{4})(?: à)?[ T]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:[.,][0-9]{1,9})?)?"
)
_GROUPED = re.compile(r"-?[0-9]{1,3}(?:([ \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*(?:[.,][0-9]+)?")
_NUMBER = re.compile(r"(-?[0-9]+)(?:([.,])([0-9]+))?")
_TRUE = ("true", "oui", "vrai", "1", "o")
_FALSE = ("false", "non", "faux", "0", "n")
_TICKED = frozenset("oui o vrai x ✓ ✔ ☑ ☒ coché cochée yes y".split())
_UNTICKED = frozenset("non n faux ☐ no aucun aucune néant neant - – —".split())
"""What people write besides, in a form of theirs (`x-coche`)."""
_UNITS = {"€": ("€", "euros", "euro", "eur"), "h": ("heures", "heure", "h")}
"""What may stand after a number, by the unit that the schema says (`x-unite`)."""


class Cell(Struct, frozen=True):
    """A cell that was read: the JSON value to judge, the text to load, or why it is doubtful.

    `doubt` is (rule, French cause): the value is then neither judged nor loaded.
    """

    value: Any
    text: str = ""
    doubt: tuple[str, str] | None = None


class Kind(Struct, frozen=True):
    """One way of writing values.

    Args:
        sql_type: the type of the DuckDB column.
        sql: DuckDB expression template over `{c}`, the cell as VARCHAR.
        read: a stripped, non-empty cell -> Cell.
        fast: bytes regexes (latin-1 text) per alphabet, None where only the schema's pattern says.
        json: bytes regex of a JSON value of that kind, quotes included; None: judged slowly.
    """

    sql_type: str
    sql: str
    read: Callable[[str, Mapping[str, Any]], Cell]
    fast: Callable[[frozenset[int], Mapping[str, Any]], str]
    json: Callable[[Mapping[str, Any]], str | None]


# -- text ---------------------------------------------------------------------------------------------------------


def _lost_zero(text: str, schema: Mapping[str, Any]) -> tuple[str, str] | None:
    """The doubt about a number that a spreadsheet cut: all digits, one less than `x-longueur`."""
    length = schema.get("x-longueur")
    if length and len(text) == length - 1 and text.isascii() and text.isdigit():
        hint = f" (0{text} a une clé juste)" if schema.get("x-public") and _has_key(f"0{text}") else ""
        return AMBIGUOUS, (
            f"{length - 1} chiffres au lieu de {length} caractères : le zéro de tête a sans doute été perdu "
            f"par un tableur ; il n'est pas rétabli d'office{hint}"
        )
    return None


def _has_key(number: str) -> bool:
    """Whether the last digit is the Luhn key of the others."""
    from stdnum import luhn  # noqa: PLC0415 -- seldom needed

    return bool(luhn.is_valid(number))


def _read_text(text: str, schema: Mapping[str, Any]) -> Cell:
    if schema.get("x-sans-blancs"):
        text = "".join(char for char in text if char not in BLANKS)
    if "x-valeurs" in schema and text not in schema["enum"]:
        text = _named_value(text, schema)
    return Cell(text, text, _lost_zero(text, schema))


def _named_value(text: str, schema: Mapping[str, Any]) -> str:
    """The code that a person's words mean (`x-valeurs`: code -> words), or the words themselves."""
    words = simplified(text)
    return next(
        (
            code
            for code in schema["enum"]
            if words in {simplified(code), *map(simplified, schema["x-valeurs"].get(code, ()))}
        ),
        text,
    )


def _fast_text(alphabet: frozenset[int], schema: Mapping[str, Any]) -> str:
    if "enum" in schema or "const" in schema:
        values = schema.get("enum", [schema.get("const")])
        usable = [value for value in values if isinstance(value, str) and value and set(value.encode()) <= alphabet]
        if "pattern" in schema or not usable:
            raise Unsupported
        return f"(?:{'|'.join(literal(value) for value in usable)})"
    if "pattern" not in schema:
        raise Unsupported
    return narrow(schema["pattern"], alphabet, max(1, schema.get("minLength", 0)), schema.get("maxLength"))


def _json_text(schema: Mapping[str, Any]) -> str | None:
    alphabet = ASCII_PRINTABLE - frozenset(b'"\\{}')
    return f'"{_fast_text(alphabet, schema)}"'


# -- dates and instants -------------------------------------------------------------------------------------------


def _read_date(text: str, schema: Mapping[str, Any]) -> Cell:
    del schema
    day = _MIDNIGHT.sub("", text) if len(text) > len("15/09/2025") else text
    if is_date(day):
        return Cell(day, day)
    french = _A_FRENCH_DATE.fullmatch(day)
    if french:
        iso = f"{french[3]}-{french[2]}-{french[1]}"
        return Cell(iso, iso)
    if _A_DOUBTFUL_DATE.fullmatch(day) and not re.fullmatch(r"[0-9]{2}[-.][0-9]{2}[-.][0-9]{4}", day):
        year = len(re.split(r"[-./]", day)[-1]) == len("25")
        cause = "année sur deux chiffres" if year else "jour ou mois sur un seul chiffre"
        return Cell(text, text, (AMBIGUOUS, f"{cause} : l'ordre du jour, du mois et de l'année n'est pas sûr"))
    return Cell(text, text)


def _read_instant(text: str, schema: Mapping[str, Any]) -> Cell:
    del schema
    moment = instant(text)
    if moment is not None:
        return Cell(text, f"{moment.isoformat()}Z")
    day = time = None
    if plain := _WITHOUT_OFFSET.fullmatch(text):
        day, time = plain[1], plain[2] + (plain[3] or ":00")
    elif french := _FRENCH_WITHOUT_OFFSET.fullmatch(text):
        day, time = "-".join(reversed(french[1].split("/"))), french[2] + (french[3] or ":00")
    if day and time and is_date_time(f"{day}T{time.replace(',', '.')}Z"):
        return Cell(text, text, (NO_OFFSET, "aucun décalage horaire (« Z » ou « +02:00 ») : le jour n'est pas sûr"))
    return Cell(text, text)


def _fast_date(alphabet: frozenset[int], schema: Mapping[str, Any]) -> str:
    del alphabet, schema  # no separator or quote that we detect can occur in a date
    return f"(?:{_ISO_DATE}|{_FRENCH_DATE})"


# -- numbers and booleans -----------------------------------------------------------------------------------------

_BOTH_MARKS = (AMBIGUOUS, "un nombre qui porte à la fois un point et une virgule : lequel sépare les décimales ?")


def _digits_of(text: str) -> str:
    """The number without the blanks that group its thousands, where they really do."""
    return text.translate({ord(blank): None for blank in BLANKS}) if _GROUPED.fullmatch(text) else text


def _read_integer(text: str, schema: Mapping[str, Any]) -> Cell:
    del schema
    digits = _digits_of(text)
    if "," in digits and "." in digits and re.fullmatch(r"-?[0-9.,]+", digits):
        return Cell(text, text, _BOTH_MARKS)
    match = _NUMBER.fullmatch(digits) if digits.isascii() else None
    if match is None or len(digits) > _LONGEST_NUMBER:
        return Cell(text, text)
    if match[3] is None or (len(match[3]) < 3 and not match[3].strip("0")):  # noqa: PLR2004 -- 3 digits: thousands?
        number = int(match[1])
        return Cell(number, str(number))
    if len(match[3]) == 3 and len(match[1].lstrip("-")) <= 3:  # noqa: PLR2004 -- digits of a thousands group
        cause = "un point ou une virgule suivi de trois chiffres : décimales ou milliers ?"
        return Cell(text, text, (AMBIGUOUS, cause))
    return Cell(text, text)


def _read_number(text: str, schema: Mapping[str, Any]) -> Cell:
    plain = text
    if schema.get("x-unite") == "%" and plain.endswith("%"):
        plain = plain[:-1].rstrip(BLANKS)
    for unit in _UNITS.get(schema.get("x-unite", ""), ()):
        if plain.lower().endswith(unit):
            plain = plain[: -len(unit)].rstrip(BLANKS)
            break
    digits = _digits_of(plain)
    if "," in digits and "." in digits and re.fullmatch(r"-?[0-9.,]+", digits):
        return Cell(text, text, _BOTH_MARKS)
    if not digits.isascii() or not _NUMBER.fullmatch(digits) or len(digits) > _LONGEST_NUMBER:
        return Cell(text, text)
    written = digits.replace(",", ".")
    return Cell(Decimal(written), written)


_LONGEST_NUMBER = 40  # characters: no rate is longer


def _fast_number(alphabet: frozenset[int], schema: Mapping[str, Any]) -> str:
    marks = "".join(f"\\x{code:02x}" for code in sorted(alphabet & frozenset(b".,")))
    number = "(?:0|[1-9][0-9]{0,8})" + (f"(?:[{marks}][0-9]{{1,8}})?" if marks else "")
    return number + ("(?:(?: |\\xc2\\xa0|\\xe2\\x80\\xaf)?%)?" if schema.get("x-unite") == "%" else "")


def _read_boolean(text: str, schema: Mapping[str, Any]) -> Cell:
    word = text.lower()
    ticked = bool(schema.get("x-coche"))
    if word in _TRUE or (ticked and word.rstrip(".!") in _TICKED):
        return Cell(value=True, text="true")
    if word in _FALSE or (ticked and word.rstrip(".!") in _UNTICKED):
        return Cell(value=False, text="false")
    return Cell(text, text)


def _fast_boolean(alphabet: frozenset[int], schema: Mapping[str, Any]) -> str:
    del alphabet, schema
    words = sorted({form for word in _TRUE + _FALSE for form in (word, word.upper(), word.capitalize())})
    return f"(?:{'|'.join(words)})"


_QUOTED_TRUE = ", ".join(f"'{word}'" for word in _TRUE)

TEXT = Kind("VARCHAR", "{c}", _read_text, _fast_text, _json_text)
DATE = Kind(
    "DATE",
    "CASE WHEN substr({c}, 3, 1) = '/' THEN strptime({c}, '%d/%m/%Y')::DATE ELSE {c}::DATE END",
    _read_date,
    _fast_date,
    lambda _schema: f'"{_ISO_DATE}"',
)
# Straight to TIMESTAMP, DuckDB forgets the offset; TIMESTAMPTZ applies it, and its microseconds are those of UTC. From
# there, a cast to TIMESTAMP asks ICU for the zone of the session, row by row.
INSTANT = Kind(
    "TIMESTAMP",
    "make_timestamp(epoch_us({c}::TIMESTAMPTZ))",
    _read_instant,
    lambda _alphabet, _schema: _INSTANT,
    lambda _schema: f'"{_INSTANT}"',
)
INTEGER = Kind("BIGINT", "{c}::BIGINT", _read_integer, lambda _alphabet, _schema: _INTEGER, lambda _schema: _INTEGER)
NUMBER = Kind(
    "VARCHAR",
    "replace(regexp_replace({c}, '[^0-9.,]', '', 'g'), ',', '.')",
    _read_number,
    _fast_number,
    lambda _schema: None,  # DuckDB would write the number again, and its written precision counts
)
BOOLEAN = Kind(
    "BOOLEAN", f"lower({{c}}) IN ({_QUOTED_TRUE})", _read_boolean, _fast_boolean, lambda _schema: "(?:true|false)"
)

KINDS: dict[tuple[str, str | None], Kind] = {
    ("string", None): TEXT,
    ("string", "date"): DATE,
    ("string", "date-time"): INSTANT,
    ("integer", None): INTEGER,
    ("number", None): NUMBER,
    ("boolean", None): BOOLEAN,
}
"""By type and format of a property."""
