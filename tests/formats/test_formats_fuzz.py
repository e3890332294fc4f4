"""No mutated row is ever accepted that jsonschema refuses, and what is accepted has the value that was written."""

from __future__ import annotations

import csv
import json
import os
import random
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import jsonschema
import pytest

from duicheck.formats import engine, load_schema

JOURNAL = [
    "id_evenement",
    "horodatage",
    "finess_et",
    "id_dossier",
    "type",
    "etat",
    "id_objet",
    "date_evenement",
    "canal",
    "auteur",
]
ROWS = 100_000
NASTY = "019azAZ-_:.+/TZ%$ \t\u00a0\u202f\u2028\u0085é٣１\x00\x7f\ufeff'\\{};|"
FORMATS = jsonschema.FormatChecker(formats=())


@FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if len(value) != len("2025-01-01") or not value.isascii() or value[4] + value[7] != "--":
        return False
    return date.fromisoformat(value).isoformat() == value


@FORMATS.checks("date-time", raises=(ValueError, OverflowError))
def _is_date_time(value: object) -> bool:
    if not isinstance(value, str):
        return True
    if (
        not value.isascii()
        or value[10:11] not in ("T", "t")
        or value[4] + value[7] + value[13:14] + value[16:17] != "--::"
    ):
        return False
    rest = value[19:]
    if rest.startswith("."):
        rest = rest[1:].lstrip("0123456789")
        if not 1 <= len(value) - 20 - len(rest) <= 9:
            return False
    if rest not in ("Z", "z") and not (len(rest) == 6 and rest[0] in "+-" and rest[3] == ":"):
        return False
    digits = [value[a:b] for a, b in ((0, 4), (5, 7), (8, 10), (11, 13), (14, 16), (17, 19))]
    digits += [rest[1:3], rest[4:6]] if len(rest) == 6 else []
    if not all(each.isdigit() for each in digits):
        return False
    if len(rest) == 6 and (int(rest[1:3]) > 23 or int(rest[4:6]) > 59):
        return False
    return moment(value) is not None


def moment(value: str) -> datetime:
    """The UTC instant, cut to the microsecond, by another road than the code under test."""
    plain = value.replace("t", "T").replace("z", "Z").replace("Z", "+00:00")
    head, sign, offset = plain[:19], plain[-6], plain[-6:]
    fraction = plain[19:-6].lstrip(".")[:6].ljust(6, "0")
    assert sign in "+-"
    return datetime.fromisoformat(f"{head}.{fraction}{offset}").astimezone(UTC).replace(tzinfo=None)


@cache
def expected(line: str) -> dict[str, Any] | None:
    """The row's values if the schema accepts it, read by the csv module; None if not."""
    cells = next(csv.reader([line])) if line else []
    while len(cells) > len(JOURNAL) and not cells[-1].strip(" \t\u00a0\u202f"):
        cells.pop()
    if len(cells) != len(JOURNAL) or "\0" in line:
        return None
    row = {name: text for name, cell in zip(JOURNAL, cells, strict=True) if (text := cell.strip(" \t\u00a0\u202f"))}
    day = row.get("date_evenement", "")
    if len(day) == len("15/09/2025") and day[2] + day[5] == "//" and day.isascii():
        row["date_evenement"] = f"{day[6:]}-{day[3:5]}-{day[:2]}"
    if not VALIDATOR.is_valid(row):
        return None
    if len(row["finess_et"]) == 8:
        return None
    values: dict[str, Any] = dict.fromkeys(JOURNAL) | row
    values["horodatage"] = moment(row["horodatage"])
    if "date_evenement" in row:
        values["date_evenement"] = date.fromisoformat(row["date_evenement"])
    return values


VALIDATOR = jsonschema.Draft202012Validator(load_schema("journal"), format_checker=FORMATS)


def _base(chance: random.Random) -> list[str]:
    kind = chance.choice(
        [
            ("mise_a_jour_dossier", "", "", ""),
            ("projet_personnalise", "actif", "", ""),
            ("evenement_agenda", "planifie", chance.choice(["2025-07-12", "12/07/2025", "2024-02-29"]), ""),
            ("message_mssante", "envoye", "", "citoyenne"),
            ("alimentation_dmp", "succes", "", ""),
            ("import_eprescription", "", "", ""),
        ]
    )
    stamp = chance.choice(
        [
            "2025-06-14T22:00:00+00:00",
            "2025-03-30T02:59:59.250Z",
            "2024-02-29T23:59:59-03:00",
            "2025-12-31T23:30:00+02:00",
        ]
    )
    identifier = f"E{chance.randrange(300):04d}"
    return [identifier, stamp, "2A0000154", f"D{chance.randrange(40)}", kind[0], kind[1], "O1", kind[2], kind[3], "A1"]


def _mutated(chance: random.Random) -> str:
    cells = _base(chance)
    for _ in range(chance.choice((0, 1, 1, 1, 2))):
        place = chance.randrange(len(cells))
        way = chance.randrange(9)
        text = cells[place]
        at = chance.randrange(len(text) + 1)
        if way == 0:
            cells[place] = ""
        elif way == 1:
            cells[place] = text[:at] + chance.choice(NASTY) + text[at:]
        elif way == 2:
            cells[place] = text[:at] + chance.choice(NASTY) + text[at + 1 :]
        elif way == 3:
            cells[place] = text[:at] + text[at + 1 :]
        elif way == 4:
            cells[place] = _base(chance)[place % len(JOURNAL)]
        elif way == 5:
            other = chance.randrange(len(cells))
            cells[place], cells[other] = cells[other], cells[place]
        elif way == 6:
            cells[place] = chance.choice([" ", "\u00a0"]) + text + " "
        elif way == 7:
            cells[place] = text * chance.choice((2, 40, 130))
        elif chance.random() < 0.5:
            cells.insert(place, chance.choice(["", "x"]))
        elif len(cells) > 1:
            del cells[place]
    return ",".join(cells)


def _quoted(line: str, chance: random.Random, share: float) -> str:
    """The same record with some of its cells in quotes."""
    return ",".join(f'"{cell}"' if chance.random() < share else cell for cell in line.split(","))


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Any:
    """Make one engine the only one."""

    def choose(name: str) -> None:
        if name not in engine.available():
            assert "DUICHECK_RE2" not in os.environ, "tox -e re2 must not pass without what it is for"
            pytest.skip("google-re2 (extra « re2 ») n'est pas installé")
        monkeypatch.setattr(engine, "available", lambda: (name,))
        engine.matcher.cache_clear()
        request.addfinalizer(engine.matcher.cache_clear)

    return choose


@pytest.mark.parametrize(
    ("name", "share", "rows"),
    [("re", 0.0, ROWS), ("re2", 0.0, ROWS // 2), ("re", 0.3, 20_000), ("re2", 0.3, 20_000), ("re", 1.0, 20_000)],
)
def test_no_false_valid(read: Any, only: Any, name: str, share: float, rows: int) -> None:
    only(name)
    chance = random.Random(20250915)
    known = [_mutated(chance) for _ in range(rows // 4)]
    lines = known + [chance.choice(known) for _ in range(rows - len(known))]
    chance.shuffle(lines)
    written = [_quoted(line, chance, share) for line in lines] if share else lines
    found = read("\n".join([",".join(JOURNAL), *written]) + "\n")
    accepted = dict(zip(found.lines, found.rows, strict=True))
    assert 0.2 * rows < len(accepted) < 0.8 * rows  # the mutations bite, and do not always
    refused = {problem.line for problem in found.problems}
    assert found.reading.rejected == len(refused)
    for number, line in enumerate(lines, 2):
        should = expected(line)
        if should is None:
            assert number not in accepted, line
            assert number in refused or not line.strip(", \t\u00a0\u202f"), line
        else:
            assert accepted.get(number) == should, (line, [p for p in found.problems if p.line == number])


def _json_value(chance: random.Random, value: str) -> object:
    """A value that may not be what it was."""
    way = chance.randrange(12)
    at = chance.randrange(len(value) + 1)
    if way == 0:
        return value[:at] + chance.choice(NASTY + '"\n') + value[at:]
    if way == 1:
        return value[:at] + value[at + 1 :]
    if way == 2:
        return chance.choice([None, 1, 1.5, True, [], {}, "", [value], {"a": value}, 10**30])
    return value


def _json_line(chance: random.Random) -> str:
    row: dict[str, object] = dict(zip(JOURNAL, _base(chance), strict=True))
    row = {key: value if value != "" else None for key, value in row.items()}
    for _ in range(chance.choice((0, 1, 2))):
        key = chance.choice(JOURNAL)
        row[key] = _json_value(chance, str(row[key] or ""))
    if chance.random() < 0.1:
        del row[chance.choice(JOURNAL)]
    text = json.dumps(row, ensure_ascii=chance.random() < 0.5)
    if chance.random() < 0.1:
        at = chance.randrange(len(text))
        text = text[:at] + chance.choice('{}[],:" 0\\') + text[at + chance.randrange(2) :]
    return text


def _json_expected(line: str) -> dict[str, Any] | None:
    """The row's values by the json module and jsonschema; None if it is refused."""

    def strict(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise ValueError
        return dict(pairs)

    try:
        value = json.loads(line, object_pairs_hook=strict)
    except ValueError:
        return None
    if not isinstance(value, dict):
        return None
    row = {key: each for key, each in value.items() if each is not None and key in JOURNAL}
    if any(isinstance(each, str) and each.endswith("\n") for each in row.values()):
        return None  # Python's `$` lets a final newline pass; ECMA-262's, which JSON Schema means, does not
    if not VALIDATOR.is_valid(row):
        return None
    values: dict[str, Any] = dict.fromkeys(JOURNAL) | row
    values["horodatage"] = moment(row["horodatage"])
    if "date_evenement" in row:
        values["date_evenement"] = date.fromisoformat(row["date_evenement"])
    return values


@pytest.mark.parametrize("name", ["re", "re2"])
def test_no_false_valid_in_json(read: Any, only: Any, name: str) -> None:
    only(name)
    chance = random.Random(7)
    lines = ["{}", *(_json_line(chance) for _ in range(10_000))]
    lines[0] = json.dumps(dict(zip(JOURNAL, _base(chance), strict=True)))
    found = read("\n".join(lines), name="essai.ndjson")
    accepted = dict(zip(found.lines, found.rows, strict=True))
    assert len(accepted) > 0.2 * len(lines)
    for number, line in enumerate(lines, 1):
        assert accepted.get(number) == _json_expected(line), (line, [p for p in found.problems if p.line == number])
