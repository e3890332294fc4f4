"""A row schema and a dialect, compiled into one regular expression for a raw line.

Contract: a line that matches is valid for the schema, holds its cells where the separators say, and DuckDB
reads the same values from it as the slow path would. A line that does not match may still be valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from duicheck.formats.columns import Column
from duicheck.formats.dialect import Dialect
from duicheck.formats.headings import Headings
from duicheck.formats.patterns import ASCII_PRINTABLE, Unsupported, literal, optional
from duicheck.formats.plan import Case, Plan, alternatives
from duicheck.formats.schemas import matches

__all__ = ["csv_line", "keeps_lost_zeros_out"]

_UTF8 = (  # one character beyond ASCII, well formed (RFC 3629); C1 controls and U+2028/2029 left to the slow path
    r"\xc2[\xa0-\xbf]|[\xc3-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|\xe1[\x80-\xbf]{2}|\xe2[\x81-\xbf][\x80-\xbf]"
    r"|[\xe3-\xec\xee][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]"
    r"|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}"
)


def _anything(separator: str, *, quoted: bool) -> str:
    """A cell of a column that we do not know: any printable text that leaves the line's structure alone."""
    codes = set(range(0x20, 0x7F)) - {ord('"')} - (set() if quoted else {ord(separator)})
    plain = "".join(f"\\x{code:02x}" for code in sorted(codes))
    return f"(?:[{plain}]|{_UTF8})*"


def _cell(column: Column | None, case: Case, plan: Plan, dialect: Dialect, style: str) -> str:
    """The regex of one cell.

    Raises:
        Unsupported: its schema says more than a regex can.
    """
    ways = []
    for quoted in (False, True):
        if style == ("bare" if quoted else "quoted"):
            # A bare cell may still be empty in a quoted column: nothing is often not quoted.
            if not quoted and column is not None and column.name not in case.required:
                ways.append("")
            continue
        if column is None:
            inside = _anything(dialect.separator, quoted=quoted)
        else:
            inside = _value(column, case, plan, dialect, quoted=quoted)
            if column.name not in case.required:
                inside = optional(inside)
        ways.append(f'"{inside}"' if quoted else inside)
    return ways[0] if len(ways) == 1 else f"(?:{'|'.join(ways)})"


def _value(column: Column, case: Case, plan: Plan, dialect: Dialect, *, quoted: bool) -> str:
    alphabet = ASCII_PRINTABLE - frozenset(b'"')
    if not quoted:
        alphabet -= frozenset(dialect.separator.encode())

    def write(each: Column, schema: Mapping[str, Any]) -> str:
        if not keeps_lost_zeros_out(schema):
            raise Unsupported(each.name)
        return each.kind.fast(alphabet, schema)

    return plan.value_pattern(column, case, write)


def keeps_lost_zeros_out(schema: Mapping[str, Any]) -> bool:
    """Whether the pattern itself refuses a number that lost its zero, so that none can go by in bulk as valid."""
    length = schema.get("x-longueur")
    return not length or not matches(schema["pattern"], "1" * (length - 1))


def csv_line(plan: Plan, headings: Headings, dialect: Dialect) -> str | None:
    """The regex of a line, its ending included; None where nothing sound can be written."""
    rows = []
    for case in plan.cases:
        row: list[str] = []
        try:
            for position, column in enumerate(headings.columns):
                if position:
                    row.append(literal(dialect.separator))
                row.append(
                    "" if position in headings.blank else _cell(column, case, plan, dialect, dialect.styles[position])
                )
        except Unsupported:
            continue  # the rows of this case go to the slow path
        if case.required <= headings.present:
            rows.append(row)
    if not rows:
        return None
    return alternatives(rows) + "".join(literal(char) for char in dialect.newline)
