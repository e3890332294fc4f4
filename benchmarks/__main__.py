"""Measure, compare with the targets, write RESULTATS.md. See `python -m benchmarks --help`."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

from benchmarks.data import delivery, log_of, misstated
from benchmarks.measure import Job, Series, rounds, worker
from benchmarks.worker import core_options

RESULTS = Path(__file__).parent / "RESULTATS.md"
BAD = 0.01
METHOD = """\
Écrit par `tox -e bench -- --ecrire` (`--grand` ajoute les dix millions d'événements).
Un processus par mesure, démarrage compris ; tours entrelacés ; rapports de médianes prises dans une même exécution :
comparez les rapports, pas les secondes. Tous les outils exacts désignent les mêmes lignes fautives, ou la mesure
s'arrête. frictionless ne sait pas dire les conditions du schéma (si… alors) : il en trouve moins.

* `jsonschema-rs ligne à ligne` : `csv.DictReader`, un dictionnaire par ligne, validateur compilé du même schéma.
* `duicheck` : la validation seule, ligne physique de chaque faute comprise, sans charger ; la ligne suivante charge
  aussi les lignes retenues, typées, dans DuckDB.
* `lecture, validation et recalcul` : du journal aux sept indicateurs de chaque établissement, sans règle ni rapport.
* `contrôle de l'export` : cela, et les règles des extensions livraison, identifiants,
  indicateurs et journal ; le `contrôle complet` y ajoute toutes les autres extensions, confidentialité comprise.
"""
_WHOLE = ("lecture, validation et recalcul", "contrôle de l'export", "contrôle complet")
_HOW = ("sans extension binaire", "avec google-re2")

_WITHOUT = "import sys; sys.modules['re2'] = None; from duicheck.cli import main; sys.exit(main())"
"""The program as if the extra were not installed."""

_STEPS = ("lecture", "lecture et recalcul", "lecture, recalcul et diagnostic")
PEERS = ("duckdb", "jsonschema-rs", "frictionless", "google-re2")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table of targets."""

    measure: str
    target: str
    measured: str
    reached: bool


def main() -> None:
    """Run everything asked for, print the tables, and write them down."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", type=float, default=1e6, help="events of the log (1e6)")
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (3)")
    parser.add_argument("--grand", action="store_true", help="also the peak memory of a check of ten times more events")
    parser.add_argument(
        "--sans-frictionless", action="store_true", help="leave frictionless out: it takes a minute a run"
    )
    parser.add_argument("--ecrire", action="store_true", help="write benchmarks/RESULTATS.md")
    parser.add_argument("--dossier", type=Path, help="where the data goes and stays (default: a temporary folder)")
    arguments = parser.parse_args()
    if not hasattr(os, "wait4"):
        parser.exit(2, "the measures need a POSIX system (wait4)\n")
    kept = arguments.dossier or os.environ.get("DUICHECK_BENCH_FOLDER")
    with tempfile.TemporaryDirectory(prefix="duicheck-bench-") as temporary:
        folder = Path(kept or temporary)
        folder.mkdir(parents=True, exist_ok=True)
        rows = int(arguments.rows)
        lines, details = _start(folder, max(5, arguments.rounds))
        for measure in (_reading, _whole, _diagnosis):
            more, table = measure(folder, rows, arguments)
            lines += more
            details += table
        if arguments.grand:
            lines += _memory(folder, rows * 10, 450)
    text = _document(lines, details)
    print(text)
    if arguments.ecrire:
        RESULTS.write_text(text, encoding="utf-8", newline="\n")
    if not all(line.reached for line in lines):
        sys.stderr.write("some targets are not reached\n")


def _start(folder: Path, count: int) -> tuple[list[Line], list[str]]:
    """Start-up, and a small check."""
    small = delivery(folder, 100_000)
    program = [str(Path(sys.executable).with_name("duicheck"))]
    check = ["check", str(small), "--quiet"]
    checks = [
        Job(f"{what} de 10⁵ événements, {how}", [*start, *check, *options])
        for what, options in (("contrôle de l'export", core_options()), ("contrôle complet", []))
        for how, start in zip(_HOW, ([sys.executable, "-c", _WITHOUT], program), strict=True)
    ]
    series = rounds(
        [
            Job("python -c pass", [sys.executable, "-c", "pass"]),
            Job("duicheck --version", [*program, "--version"]),
            *checks,
        ],
        count,
    )
    nothing, first, *walls = (found.wall for found in series.values())
    return [
        Line("`duicheck --version` / `python -c pass`", "≤ 4 ×", _times(first / nothing), first <= 4 * nothing),
        *(
            Line(
                f"{job.name}, moins `python -c pass`",
                "≤ 500 ms",
                f"{1000 * (wall - nothing):.0f} ms",
                wall - nothing <= 0.5,
            )
            for job, wall in zip(checks, walls, strict=True)
        ),
    ], _table("Démarrage", series)


def _reading(folder: Path, rows: int, arguments: argparse.Namespace) -> tuple[list[Line], list[str]]:
    """Reading and validating a log, against who does it row by row."""
    lines: list[Line] = []
    details: list[str] = []
    for share in (0.0, BAD):
        log = log_of(delivery(folder, rows, share))
        jobs = [
            worker("comptage des lignes", "newlines", log),
            worker("jsonschema-rs ligne à ligne", "jsonschema-rs", log),
            worker("duicheck, sans extension binaire", "validation", log, "--sans-re2"),
            worker("duicheck, avec google-re2", "validation", log),
            worker("duicheck, avec google-re2, puis chargement typé", "reading", log),
        ]
        rounds(jobs[:1], 1)  # warms the cache up
        series = rounds(jobs, arguments.rounds)
        _agree(series, [job.name for job in jobs[1:]])
        if share and not arguments.sans_frictionless:
            series |= rounds([worker("frictionless", "frictionless", log)], 1)
        lines += _ratios(series, share)
        details += _table(f"Validation de {_grouped(rows)} événements, {100 * share:.0f} % de lignes fautives", series)
    return lines, details


def _ratios(series: dict[str, Series], share: float) -> list[Line]:
    peer = series["jsonschema-rs ligne à ligne"].wall
    lines = []
    for name, target in (("duicheck, sans extension binaire", 4), ("duicheck, avec google-re2", 8)):
        ratio = peer / series[name].wall
        what = f"validation, {100 * share:.0f} % de lignes fautives, {name.partition(', ')[2]} : contre jsonschema-rs"
        lines.append(Line(what, f"≥ {target} ×", _times(ratio), ratio >= target))
    if "frictionless" in series:
        ratio = series["frictionless"].wall / series["duicheck, sans extension binaire"].wall
        lines.append(Line("validation : contre frictionless", "≥ 30 ×", _times(ratio), ratio >= 30))
    return lines


def _whole(folder: Path, rows: int, arguments: argparse.Namespace) -> tuple[list[Line], list[str]]:
    """The whole program, against the validation alone of jsonschema-rs."""
    clean, damaged = delivery(folder, rows), delivery(folder, rows, BAD)
    series = rounds(
        [
            worker("jsonschema-rs ligne à ligne", "jsonschema-rs", log_of(clean)),
            worker("lecture, validation et recalcul, sans extension binaire", "measured", clean, "--sans-re2"),
            worker("lecture, validation et recalcul, avec google-re2", "measured", clean),
            worker("contrôle de l'export, sans extension binaire", "check-core", clean, "--sans-re2"),
            worker("contrôle de l'export, avec google-re2", "check-core", clean),
            worker("contrôle complet, sans extension binaire", "check", clean, "--sans-re2"),
            worker("contrôle complet, avec google-re2", "check", clean),
            worker("contrôle complet, sans la confidentialité", "check-without-privacy", clean, "--sans-re2"),
            worker("contrôle complet, 1 % de lignes fautives", "check", damaged),
        ],
        arguments.rounds,
    )
    peer = series["jsonschema-rs ligne à ligne"].wall
    lines = []
    for name in [f"{what}, {how}" for what in _WHOLE for how in _HOW]:
        ratio = peer / series[name].wall
        lines.append(
            Line(f"{name} : contre la seule validation de jsonschema-rs", "≥ 2,5 ×", _times(ratio), ratio >= 2.5)
        )
    share = series["contrôle complet, sans extension binaire"].wall
    share /= series["contrôle complet, sans la confidentialité"].wall
    lines.append(
        Line(
            "recherche de données personnelles : ce qu'elle ajoute",
            "≤ 50 %",
            f"{100 * (share - 1):.0f} %",
            share <= 1.5,
        )
    )
    peak = max(series[name].rss for name in series if name.startswith("contrôle"))
    lines.append(Line(f"mémoire de pointe, {_grouped(rows)} événements", "≤ 300 Mo", f"{peak:.0f} Mo", peak <= 300))
    return lines, _table(f"Contrôle complet de {_grouped(rows)} événements", series)


def _diagnosis(folder: Path, rows: int, arguments: argparse.Namespace) -> tuple[list[Line], list[str]]:
    """Looking for explanations in 100 establishments where nothing explains, against one recomputation."""
    wrong = misstated(folder, rows)
    jobs = [worker(name, job, wrong) for name, job in zip(_STEPS, ("opened", "measured", "explained"), strict=True)]
    series = rounds(jobs, arguments.rounds)
    read, counted, told = (series[name].wall for name in _STEPS)
    ratio = (told - counted) / (counted - read)
    line = Line("diagnostic de 100 établissements inexplicables / recalcul", "≤ 5 ×", _times(ratio), ratio <= 5)
    return [line], _table(f"Diagnostic de {_grouped(rows)} événements", series)


def _memory(folder: Path, rows: int, target: int) -> list[Line]:
    """Peak memory of one big check."""
    (series,) = rounds([worker("grand contrôle", "check", delivery(folder, rows))], 1).values()
    what = f"mémoire de pointe, {_grouped(rows)} événements ({series.wall:.0f} s)"
    return [Line(what, f"≤ {target} Mo", f"{series.rss:.0f} Mo", series.rss <= target)]


def _agree(series: dict[str, Series], names: Sequence[str]) -> None:
    """All exact tools must name the same physical lines, or comparing their times is meaningless."""
    answers = {name: series[name].found for name in names}
    if len({str(answer) for answer in answers.values()}) > 1:
        message = f"the tools disagree on the bad rows: {answers}"
        raise ValueError(message)


def _times(ratio: float) -> str:
    return f"{ratio:.1f} ×".replace(".", ",")


def _table(title: str, series: dict[str, Series]) -> list[str]:
    heading = "| travail | médiane | de … à | mémoire de pointe | trouvé |"
    rows = [f"### {title}", "", heading, "|---|--:|--:|--:|---|"]
    for name, found in series.items():
        walls = [run.wall for run in found.runs]
        seen = ", ".join(f"{value} {key}".strip() for key, value in _seen(found).items())
        spread = f"{_french(min(walls))} à {_french(max(walls))} s"
        rows.append(f"| {name} | {_french(found.wall)} s | {spread} | {found.rss:.0f} Mo | {seen} |")
    return [*rows, ""]


def _seen(series: Series) -> dict[str, object]:
    words = {"bad": "fautives", "verdict": ""}
    return {words[key]: value for key, value in series.found.items() if key in words}


def _french(number: float) -> str:
    return f"{number:.2f}".replace(".", ",")


def _grouped(count: int) -> str:
    return f"{count:,}".replace(",", "\u00a0")


def _document(lines: Sequence[Line], details: Sequence[str]) -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    peers = ", ".join(f"{name} {version(name)}" for name in PEERS)
    today = f"{date.today():%d/%m/%Y}"  # noqa: DTZ011 -- the day where it was measured
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} processeurs, {memory:.0f} Gio"
    rows = [
        f"| {line.measure} | {line.target} | {line.measured} | {'atteint' if line.reached else '**pas atteint**'} |"
        for line in lines
    ]
    return "\n".join(
        [
            "# Mesures",
            "",
            METHOD,
            f"{today}, {machine}, Python {platform.python_version()}, {peers}.",
            "",
            "| mesure | objectif | mesuré | |",
            "|---|--:|--:|---|",
            *rows,
            "",
            *details,
        ]
    )


if __name__ == "__main__":
    main()
