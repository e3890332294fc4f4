"""What the FINESS extract costs, loaded and looked up: `python -m benchmarks.finess [--ecrire]`.

Invented extracts in the three shapes of the real ones. One process per run, start-up included, rounds interleaved.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

from benchmarks.measure import Job, Series, rounds

__all__ = ["main"]

RESULTS = Path(__file__).parent / "FINESS.md"
ESTABLISHMENTS = 100_000
LOOKED_UP = 1_000
TARGETS = {"charger": 5.0, "chercher": 1.0}
SHAPES = {"etalab.csv": "CSV etalab-cs1100502", "flux.xml": "flux XML", "structures.json": "JSON de FINESS+"}
METHOD = """\
Écrit par `tox -e bench-finess -- --ecrire`. Extraits inventés, un processus par mesure, démarrage compris ; tours
entrelacés, médianes. Le CSV porte aussi une ligne de géolocalisation par établissement ; le JSON, un historique, comme
le vrai. Chercher : la moitié de numéros justes, et des numéros faux d'un chiffre dont le proche est retrouvé."""


def main() -> None:
    """Measure and compare with the targets; exit 1 where one is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.finess", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="interleaved rounds (3)")
    parser.add_argument("--ecrire", action="store_true", help="write benchmarks/FINESS.md")
    parser.add_argument("--job", choices=tuple(JOBS), help=argparse.SUPPRESS)
    parser.add_argument("--dossier", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--extrait", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.job:
        sys.stderr.write(json.dumps(JOBS[arguments.job](arguments.dossier, arguments.extrait)) + "\n")
        return
    with tempfile.TemporaryDirectory(prefix="duicheck-bench-") as folder:
        text, reached = _measure(Path(folder), arguments.rounds)
    print(text)
    if arguments.ecrire:
        RESULTS.write_text(text, encoding="utf-8", newline="\n")
    if not reached:
        parser.exit(1, "a target is not reached\n")


def numbers() -> list[str]:
    """Invented numbers with a right key, over all départements, as far from each other as real ones."""
    from stdnum import luhn  # noqa: PLC0415 -- a job pays for its own imports only

    heads = (f"{1 + rank % 95:02d}{rank // 95 * 941:06d}" for rank in range(ESTABLISHMENTS))
    return [head + luhn.calc_check_digit(head) for head in heads]


def write(folder: Path) -> None:
    """The same establishments in each shape."""
    known = numbers()
    with (folder / "etalab.csv").open("w", encoding="utf-8", newline="\n") as sink:
        sink.write("finess;etalab;111;2025-08-01\n")
        for rank, et in enumerate(known):
            sink.write(
                f"structureet;{et};{known[rank - rank % 4]};MAISON INVENTEE {rank};MAISON INVENTEE, SITE {rank};;;12;R;"
                f"DES LILAS;;;001;{et[:2]};LIEU;{et[:2]}000 VILLE;0100000000;;500;EHPAD;4401;Hébergement;"
                f"732829320{rank % 99999:05d};8710A;40;ARS;;;1990-01-01;1990-01-01;2025-01-01;\n"
            )
        sink.writelines(f"geolocalisation;{et};870000.1;6500000.2;1,IGN,BD;2025-08-01\n" for et in known)
    fields = "".join(f"<champ{rank}>valeur</champ{rank}>" for rank in range(45))
    with (folder / "flux.xml").open("w", encoding="utf-8", newline="\n") as sink:
        sink.write("<fluxfiness><horodatage><datemaj>2025-08-01</datemaj></horodatage>\n")
        for et in known:
            sink.write(f"<structureet><nofinesset>{et}</nofinesset><categetab>500</categetab>{fields}</structureet>\n")
        sink.write("</fluxfiness>\n")
    events = [{"evenementId": "1", "dateEvenement": "2020-01-01", "codeEvenement": "12", "etatObjet1": "A"}] * 12
    with (folder / "structures.json").open("w", encoding="utf-8", newline="\n") as sink:
        sink.write('{"schemaVersion":"v1.0.0","generatedAt":"2026-09-11T01:00:00Z","gco":[],"pmej":[')
        for rank in range(0, ESTABLISHMENTS, 2):
            infos = {"numFinessPm": known[rank], "siren": "732829320", "denominationPm": "OG"}
            eges = [
                {"informationsGeneralesEGE": {"numFinessEge": et, "nomEgeCourt": "MAISON"}, "evenement": events}
                for et in known[rank : rank + 2]
            ]
            pmej = {"informationsGeneralesPMEJ": infos, "evenement": events, "ege": eges}
            sink.write(("," if rank else "") + json.dumps(pmej))
        sink.write("]}")


def load(folder: Path, extract: str) -> dict[str, object]:
    """Load one extract."""
    from duicheck_identifiants.repertoire.emplacement import installer  # noqa: PLC0415

    _, sink = installer([folder / extract], folder / f"base-{extract}")
    return {"rows": sink.retenus, "bad": len(sink.remarques)}


def look_up(folder: Path, extract: str) -> dict[str, object]:
    """Look numbers up in a loaded one, half of them wrong by one digit."""
    from duicheck_identifiants.repertoire.emplacement import installe, ouvrir  # noqa: PLC0415

    installed = installe(folder / f"base-{extract}")
    if installed is None:
        message = "nothing was loaded"
        raise ValueError(message)
    directory = ouvrir(installed)
    asked = numbers()[:: ESTABLISHMENTS // LOOKED_UP]
    wrong = {number[:8] + str((int(number[8]) + 1) % 10): number for number in asked[1::2]}
    right = directory.etablissements(asked[::2])
    near = directory.proches(wrong)
    back = sum(number in [each.numero for each in near[text]] for text, number in wrong.items())
    return {"found": len(right), "back": back}


JOBS: dict[str, Callable[[Path, str], dict[str, object]]] = {"charger": load, "chercher": look_up}


def _measure(folder: Path, count: int) -> tuple[str, bool]:
    write(folder)
    jobs = [_command("charger", folder, extract) for extract in SHAPES]
    series = rounds(jobs, count)
    series |= rounds([_command("chercher", folder, "etalab.csv")], count)
    expected = {"found": LOOKED_UP // 2, "back": LOOKED_UP // 2}
    loaded = {each.found["rows"] for name, each in series.items() if name.startswith("charger")}
    if loaded != {ESTABLISHMENTS} or series["chercher, 1 000 numéros"].found != expected:
        message = "an extract was not read whole, or a number was not found"
        raise ValueError(message)
    return _document(series)


def _command(job: str, folder: Path, extract: str) -> Job:
    name = f"charger, {SHAPES[extract]}" if job == "charger" else "chercher, 1 000 numéros"
    options = ["--job", job, "--dossier", str(folder), "--extrait", extract]
    return Job(name, [sys.executable, "-m", "benchmarks.finess", *options])


def _document(series: dict[str, Series]) -> tuple[str, bool]:
    today = f"{date.today():%d/%m/%Y}"  # noqa: DTZ011 -- the day where it was measured
    machine = (
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} processeurs, Python {platform.python_version()}"
    )
    rows = ["# Extrait FINESS", "", METHOD, "", f"{today}, {machine}.", ""]
    rows += ["| mesure | objectif | médiane | mémoire de pointe | |", "|---|--:|--:|--:|---|"]
    reached = True
    for name, each in series.items():
        target = TARGETS[name.partition(",")[0]]
        good = each.wall <= target
        reached &= good
        figures = f"| ≤ {target:.0f} s | {each.wall:.2f} s |".replace(".", ",")
        rows.append(f"| {name} {figures} {each.rss:.0f} Mo | {'atteint' if good else '**pas atteint**'} |")
    return "\n".join(rows) + "\n", reached


if __name__ == "__main__":
    main()
