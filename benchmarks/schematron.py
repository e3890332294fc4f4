"""What Schematron costs, ours beside SaxonC, on real documents: `python -m benchmarks.schematron [--ecrire]`.

Needs the corpus (DUICHECK_SHARED, or ../shared) and saxonche. As in the other measures: one process per run, start-up
included, rounds interleaved, ratios of medians within one execution.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import Job, Series, rounds

__all__ = ["main"]

RESULTS = Path(__file__).parent / "SCHEMATRON.md"
HEADER = "ASIP-STRUCT-MIN-StrucMin.sch"
DOCUMENTS = 28
TARGETS = {"speed": 4.0, "memory": 0.25, "team": 1.5}


def main() -> None:
    """Measure and compare with the targets; exit 1 where one is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schematron", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (3)")
    parser.add_argument("--ecrire", action="store_true", help="write benchmarks/SCHEMATRON.md")
    parser.add_argument("--job", choices=("duicheck", "saxon", "team"), help=argparse.SUPPRESS)
    parser.add_argument("--processes", type=int, default=1, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    shared = Path(os.environ.get("DUICHECK_SHARED") or Path(__file__).resolve().parents[2] / "shared") / "corpus"
    if not (shared / "reference").is_dir():
        parser.exit(2, "the corpus is not there (DUICHECK_SHARED)\n")
    if arguments.job:
        sys.stderr.write(json.dumps(_job(arguments.job, shared, arguments.processes)) + "\n")
        return
    text, reached = _measure(arguments.rounds)
    print(text)
    if arguments.ecrire:
        RESULTS.write_text(text, encoding="utf-8", newline="\n")
    if not reached:
        parser.exit(1, "a target is not reached\n")


def _job(name: str, shared: Path, processes: int) -> dict[str, object]:
    """What one measured process does; its answer must be the same for both engines."""
    from duicheck_cda.paquet import PaquetCda  # noqa: PLC0415 -- a job pays for its own imports only

    package = PaquetCda.ouvrir([shared / "reference"])
    files = sorted((shared / "cda").glob("*.xml"))
    if name == "team":
        from duicheck_cda.equipe import executer  # noqa: PLC0415
        from duicheck_cda.executant import Travail  # noqa: PLC0415

        schemas = tuple(each for each in (package.entete, *package.generaux) if each is not None)
        results = executer(package, [Travail(file, schemas) for file in files[:DOCUMENTS]], processes)
        fired = sum(report.fired for result in results for report in result.rapports.values())
        failed = sum(len(report.failures) for result in results for report in result.rapports.values())
        return {"documents": len(results), "fired": fired, "failed": failed}
    from duicheck_cda.lecture import lire  # noqa: PLC0415

    schema = package.compiler(HEADER)
    if name == "saxon":
        from duicheck_cda.schematron.saxon import Saxon  # noqa: PLC0415

        # SaxonC follows paths as they are written; the package keeps its vocabularies elsewhere.
        schema.resources.base = shared / "reference" / "structurationMinimale_voc"
        report = Saxon(schema).validate(lire(_one(files)).arbre)
    else:
        report = schema.validate(lire(_one(files)).arbre)
    return {"fired": report.fired, "failed": len(report.failures)}


def _one(files: Sequence[Path]) -> Path:
    """The document of median size."""
    return sorted(files, key=lambda file: file.stat().st_size)[len(files) // 2]


def _measure(count: int) -> tuple[str, bool]:
    names = {"duicheck": "duicheck, un document", "saxon": "SaxonC, un document"}
    teams = {number: f"{DOCUMENTS} documents, {number} processus" for number in (1, 2)}
    jobs = [_command(name, "--job", job) for job, name in names.items()]
    jobs += [_command(name, "--job", "team", "--processes", str(number)) for number, name in teams.items()]
    series = rounds(jobs, count)
    ours, theirs = (series[name] for name in names.values())
    if dict(ours.found) != dict(theirs.found):
        message = f"the engines disagree: {ours.found} {theirs.found}"
        raise ValueError(message)
    alone, two = (series[name] for name in teams.values())
    if dict(alone.found) != dict(two.found):
        message = f"one process and two disagree: {alone.found} {two.found}"
        raise ValueError(message)
    lines = [
        ("en-tête, un document, à froid : SaxonC / duicheck", "≥ 4 ×", theirs.wall / ours.wall, TARGETS["speed"], "×"),
        ("le même, mémoire : duicheck / SaxonC", "≤ 25 %", 100 * ours.rss / theirs.rss, 100 * TARGETS["memory"], "%"),
        (f"{DOCUMENTS} documents : un processus / deux", "≥ 1,5 ×", alone.wall / two.wall, TARGETS["team"], "×"),
    ]
    reached = [value <= target if unit == "%" else value >= target for _, _, value, target, unit in lines]
    return _document(lines, reached, series), all(reached)


def _command(name: str, *options: str) -> Job:
    return Job(name, [sys.executable, "-m", "benchmarks.schematron", *options])


def _document(
    lines: Sequence[tuple[str, str, float, float, str]], reached: Sequence[bool], series: dict[str, Series]
) -> str:
    rows = ["# Schematron", "", *str(METHOD).splitlines(), "", "| mesure | cible | mesuré | |", "|---|---|---|---|"]
    for (what, wanted, value, _, unit), good in zip(lines, reached, strict=True):
        figure = f"{value:.1f}".replace(".", ",")
        rows.append(f"| {what} | {wanted} | {figure} {unit} | {'atteinte' if good else 'non atteinte'} |")
    rows += ["", "| | secondes (médiane) | mémoire de pointe, Mo |", "|---|---|---|"]
    rows += [f"| {name} | {each.wall:.2f} | {each.rss:.0f} |".replace(".", ",") for name, each in series.items()]
    return "\n".join(rows) + "\n"


METHOD = """\
Écrit par `tox -e bench-schematron -- --ecrire`. Un processus par mesure, démarrage et compilation compris ; tours
entrelacés ; rapports de médianes prises dans une même exécution. Les deux moteurs déclenchent autant de règles et
trouvent autant d'échecs, ou la mesure s'arrête. « À froid » : rien n'est gardé d'une exécution à l'autre. La mémoire de
deux processus est celle du processus qui les mène."""


if __name__ == "__main__":
    main()
