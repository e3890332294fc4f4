"""One measured job, in a process of its own: `python -m benchmarks.worker JOB PATH [--sans-re2]`.

Prints one JSON object: what it found, so that the runner can check that all the exact tools found the same.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Iterable
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

__all__ = ["main"]

Found = dict[str, object]


def _account(rows: int, bad: Iterable[int]) -> Found:
    lines = sorted(set(bad))
    digest = hashlib.sha256(" ".join(map(str, lines)).encode()).hexdigest()
    return {"rows": rows, "bad": len(lines), "digest": digest[:12]}


def newlines(path: Path) -> Found:
    """Count the newlines: what merely looking at every byte costs in Python."""
    count = 0
    with path.open("rb") as stream:
        while block := stream.read(1 << 20):
            count += block.count(b"\n")
    return {"rows": count - 1}


def validation(path: Path) -> Found:
    """Validate a log with duicheck, with the physical line of every bad row, and load nothing: what the peers do."""
    return _read(path, None)


def reading(path: Path) -> Found:
    """Validate a log with duicheck and load its good rows into their typed table."""
    from duicheck.bundle.database import connect  # noqa: PLC0415 -- a job pays for its own imports only

    with tempfile.TemporaryDirectory() as folder, connect(Path(folder), path.stat().st_size) as connection:
        return _read(path, connection)


def _read(path: Path, connection: duckdb.DuckDBPyConnection | None) -> Found:
    from duicheck.formats import read_table  # noqa: PLC0415 -- a job pays for its own imports only

    bad: list[int] = []
    with tempfile.TemporaryDirectory() as folder:
        reading = read_table(
            path,
            file=path.name,
            schema="journal",
            connection=None if connection is None else lambda: connection,
            table="journal",
            on_problem=lambda problem: bad.append(problem.line or 0),
            workdir=Path(folder),
        )
    return _account(reading.rows + reading.rejected, bad)


def jsonschema_rs(path: Path) -> Found:
    """The usual way: csv.DictReader, one dict per row, a compiled validator, errors of the rows that fail."""
    import jsonschema_rs as library  # noqa: PLC0415

    from duicheck.formats import load_schema  # noqa: PLC0415

    validator = library.validator_for(load_schema("journal"), validate_formats=True)
    bad, rows = [], 0
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        for row in reader:
            rows += 1
            record = {name: value for name, value in row.items() if value}  # an empty cell is an absent value
            if not validator.is_valid(record):
                bad += [reader.line_num for _ in validator.iter_errors(record)]
    return _account(rows, bad)


def frictionless(path: Path) -> Found:
    """The same columns, patterns and values as a Table Schema, which cannot say if/then: it finds fewer bad rows."""
    import frictionless as library  # noqa: PLC0415

    from duicheck.formats import load_schema  # noqa: PLC0415

    schema = load_schema("journal")
    fields = []
    with path.open(encoding="utf-8", newline="") as stream:
        headings = next(csv.reader(stream))
    for name in headings:
        rules = schema["properties"].get(name, {})
        constraints = {"required": name in schema["required"]}
        if "enum" in rules:
            constraints["enum"] = [value for value in rules["enum"] if value]
        if "pattern" in rules and name == "finess_et":
            constraints["pattern"] = rules["pattern"].strip("^$")
        kind = {"date": "date", "date-time": "datetime"}.get(rules.get("format", ""), "string")
        fields.append({"name": name, "type": kind, "format": "any" if kind == "datetime" else "default"})
        fields[-1]["constraints"] = constraints
    table = library.Schema.from_descriptor({"fields": fields})
    source = library.Resource(path=path.name, basepath=str(path.parent), schema=table)
    checklist = library.Checklist()
    report = library.validate(source, checklist=checklist, limit_errors=10**9)
    (task,) = report.tasks
    return _account(
        int(task.stats["rows"]), (error.row_number for error in task.errors if hasattr(error, "row_number"))
    )


def opened(path: Path) -> Found:
    """Open and read a delivery; compute nothing."""
    return _parts(path)


def measured(path: Path) -> Found:
    """The same, then recompute its indicators."""
    from duicheck.model import Mesures  # noqa: PLC0415

    return _parts(path, Mesures)


def explained(path: Path) -> Found:
    """The same, then look for what explains the differences."""
    from duicheck.model import Diagnostic, Mesures  # noqa: PLC0415

    return _parts(path, Mesures, Diagnostic)


def _parts(path: Path, *kinds: type) -> Found:
    from duicheck.harness import examine  # noqa: PLC0415
    from duicheck.model import Journal  # noqa: PLC0415
    from duicheck.plugins import load_plugins  # noqa: PLC0415

    with examine(path, load_plugins()) as dataset:
        parts = [type(dataset.get(kind)).__name__ for kind in kinds]
        return {"parts": parts, "bad": dataset.get(Journal).rejected}


def check_without_privacy(path: Path) -> Found:
    """The whole program, without the search for personal data."""
    return check(path, "-p", "no:confidentialite")


CORE = frozenset({"livraison", "identifiants", "indicateurs", "journal"})
"""The plugins that read, validate, recompute and compare; the others look at what else a delivery may hold."""


def core_options() -> list[str]:
    """The options of a check that leaves every other plugin of ours out."""
    names = {entry.name for entry in entry_points(group="duicheck")}
    return [option for name in sorted(names - CORE) for option in ("-p", f"no:{name}")]


def check_core(path: Path) -> Found:
    """The check of the export against the log alone: reading, validation, recomputation, and their rules."""
    return check(path, *core_options())


def check(path: Path, *options: str) -> Found:
    """The whole program on a delivery, as the command line runs it; its report goes beside the delivery."""
    from duicheck import cli  # noqa: PLC0415

    report = path.parent / f"{path.name}.rapport.json"
    sys.argv = ["duicheck", "check", str(path), "--quiet", "--output", f"json={report}", *options]
    code = cli.main()
    content = json.loads(report.read_text(encoding="utf-8"))
    files = {file["role"]: file for file in content["livraison"]["fichiers"]}
    return {
        "code": int(code),
        "verdict": content["verdict"],
        "rows": files["journal"]["lignes"],
        "bad": files["journal"]["rejetees"],
        "digest": hashlib.sha256(report.read_bytes()).hexdigest()[:12],
    }


JOBS: dict[str, Callable[[Path], Found]] = {
    "newlines": newlines,
    "validation": validation,
    "reading": reading,
    "jsonschema-rs": jsonschema_rs,
    "frictionless": frictionless,
    "check": check,
    "check-core": check_core,
    "check-without-privacy": check_without_privacy,
    "opened": opened,
    "measured": measured,
    "explained": explained,
}


def main() -> None:
    """Run one job and print what it found."""
    job, path, *options = sys.argv[1:]
    if "--sans-re2" in options:
        sys.modules["re2"] = None  # type: ignore[assignment]  # as if the extra were not installed
    found = JOBS[job](Path(path))
    sys.stdout.flush()
    print(json.dumps(found), file=sys.stderr)


if __name__ == "__main__":
    main()
