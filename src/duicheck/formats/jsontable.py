"""Reading rows in JSON: an array of objects, `{"lignes": [...]}`, or one object a line (NDJSON)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from duicheck.formats.columns import Column
from duicheck.formats.csvtable import Outcome, Request
from duicheck.formats.dialect import count_lines
from duicheck.formats.engine import matcher
from duicheck.formats.headings import column_named, map_headings
from duicheck.formats.jsonpattern import Layout, json_record, layout_of, merged
from duicheck.formats.jsonrows import Shape, find_rows, sample
from duicheck.formats.jsonsieve import JsonSieve
from duicheck.formats.loading import Load, ndjson_rows
from duicheck.formats.places import Places
from duicheck.formats.plan import plan_of
from duicheck.formats.problems import EMPTY_FILE, MISSING_COLUMN, Problem, UnreadableFile
from duicheck.formats.rawfile import BLOCK
from duicheck.formats.strictjson import JsonFault, loads

__all__ = ["read_json"]


def _objects(records: list[bytes]) -> list[dict[str, Any]]:
    found = []
    for raw in records:
        try:
            value = loads(raw.decode("utf-8"))
        except (UnicodeDecodeError, JsonFault):
            continue
        if isinstance(value, dict):
            found.append(value)
    return found


def _layout(records: list[bytes], separator: bytes) -> Layout | None:
    layouts = [layout for raw in records if (layout := layout_of(raw, separator)) is not None]
    return merged(layouts[0], layouts[1:]) if layouts and separator else None


def _keys(objects: list[dict[str, Any]], request: Request) -> list[str]:
    """The keys of a sample, in order, but for the rare variants of another one (`etat ` for `etat`).

    Such a variant is the fault of its rows; two keys that mean one column everywhere are the file's.
    """
    counts = Counter(key for each in objects for key in each)
    most: dict[str, int] = {}
    meaning = {key: column_named(key, request.schema, request.columns) for key in counts}
    for key, column in meaning.items():
        if column is not None:
            most[column.name] = max(most.get(column.name, 0), counts[key])
    return [key for key, column in meaning.items() if column is None or 2 * counts[key] >= most[column.name]]


def read_json(path: Path, request: Request) -> Outcome:
    """Sort and load one JSON or NDJSON file in UTF-8.

    Raises:
        UnreadableFile: nothing in it can be used.
    """
    plan = plan_of(request.schema)
    with path.open("rb") as source:
        head = source.read(BLOCK)
        last = len(head) < BLOCK
        shape = find_rows(head, whole=last)
        body = head[shape.start :]
        records, separator = sample(body, shape, last=last)
        objects = _objects(records)
        keys = _keys(objects, request)
        line = 1 + count_lines(head[: shape.start])
        columns: dict[str, Column | None] = {}
        if keys:
            headings, problems = map_headings(keys, request.schema, request.columns, line)
            for problem in problems:
                request.on_problem(problem)
            if any(problem.regle == MISSING_COLUMN for problem in problems):
                return Outcome(Places(), 0, headings.present, readable=False)
            columns = dict(zip(keys, headings.columns, strict=True))
        layout = _layout(records, separator)
        pattern = json_record(plan, columns, layout) if layout else None
        target = request.workdir / "lignes.ndjson"
        with target.open("wb") as sink:
            sieve = JsonSieve(
                request=request,
                shape=shape,
                columns=columns,
                layout=layout,
                matcher=matcher(pattern) if pattern else None,
                sink=sink,
                places=Places(shape.pointer),
                line=line,
                unknown=set(),
            )
            source.seek(shape.start)
            if request.progress:
                request.progress(shape.start)
            sieve.run(source)
    if shape.is_array:
        _check_envelope(shape, sieve.tail)
    present = frozenset(column.name for column in columns.values() if column is not None)
    count = sieve.places.count
    load = None
    if count and request.connection:
        load = Load(request.connection, request.table, ndjson_rows(plan.columns, columns, target), count)
    if not count and not sieve.rejected:
        request.on_problem(Problem(EMPTY_FILE, facts={"cause": "aucune ligne"}))
    return Outcome(sieve.places, sieve.rejected, present, load=load)


def _check_envelope(shape: Shape, tail: bytes) -> None:
    """What stands around the rows must be strict JSON too.

    Raises:
        UnreadableFile: it is not.
    """
    try:
        loads(f"{shape.prefix}]{tail.decode('utf-8')}")
    except (UnicodeDecodeError, JsonFault) as error:
        cause = error.cause if isinstance(error, JsonFault) else "ce n'est pas de l'UTF-8"
        message = f"autour des lignes : {cause}"
        raise UnreadableFile(message) from error
