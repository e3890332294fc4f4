"""Deliveries to measure on: seeded, written once, with a known share of bad rows in the log."""

from __future__ import annotations

import csv
import random
import shutil
import subprocess
import sys
from pathlib import Path

__all__ = ["delivery", "log_of", "misstated"]

SEED = 20250915
PERSONS_PER_EVENT = 25
PERSONS_PER_ESMS = 100

DAMAGES = (
    lambda cells: [cells[0], cells[1].replace("T", " ").replace(":", "h", 1), *cells[2:]],
    lambda cells: [cells[0], "2025-02-30" + cells[1][10:], *cells[2:]],
    lambda cells: [*cells[:2], cells[2][1:], *cells[3:]],
    lambda cells: [*cells[:4], "rendez_vous", *cells[5:]],
    lambda cells: ["", *cells[1:]],
    lambda cells: [*cells[:4], "message_mssante", "perdu", *cells[6:]],
    lambda cells: [*cells[:4], "evenement_agenda", "planifie", cells[6], "", *cells[8:]],
)
"""What a bad row suffers: seven ways that the schema of the log refuses."""

COLUMNS = ["id_evenement", "horodatage", "finess_et", "id_dossier", "type", "etat", "id_objet", "date_evenement"]


def delivery(folder: Path, events: int, share: float = 0.0) -> Path:
    """The delivery of that many events, of which `share` are bad; written if it is not there yet."""
    target = folder / f"livraison-{events}-{share:g}"
    if (target / "fini").exists():
        return target
    shutil.rmtree(target, ignore_errors=True)
    if share:
        shutil.copytree(delivery(folder, events), target)
        (target / "fini").unlink()
        _damage(log_of(target), share)
    else:
        persons = max(10, events // PERSONS_PER_EVENT)
        esms = max(1, persons // PERSONS_PER_ESMS)
        command = [sys.executable, "-m", "duicheck", "sample", str(target), "--seed", str(SEED)]
        command += ["--esms", str(esms), "--personnes", str(persons), "--evenements", str(events)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    (target / "fini").touch()
    return target


def misstated(folder: Path, events: int) -> Path:
    """A delivery of 100 establishments whose every count of dossiers actifs is short of one: nothing explains it."""
    target = folder / f"livraison-{events}-fausse"
    if (target / "fini").exists():
        return target
    shutil.rmtree(target, ignore_errors=True)
    command = [sys.executable, "-m", "duicheck", "sample", str(target), "--seed", str(SEED), "--esms", "100"]
    command += ["--personnes", str(events // 100), "--evenements", str(events)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    export = target / "indicateurs.csv"
    with export.open(encoding="utf-8", newline="") as source:
        rows = list(csv.DictReader(source))
    for row in rows:
        if row["indicateur"] == "dossiers_actifs":
            row |= {"numerateur": str(int(row["numerateur"]) - 1), "taux": ""}
    with export.open("w", encoding="utf-8", newline="") as sink:
        writer = csv.DictWriter(sink, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    (target / "fini").touch()
    return target


def log_of(delivery_folder: Path) -> Path:
    """The log of a delivery."""
    return delivery_folder / "journal.csv"


def _damage(path: Path, share: float) -> None:
    """Make a share of the rows bad, spread evenly, each in one of the ways."""
    generator = random.Random(SEED)  # noqa: S311 -- reproducible data
    whole = path.with_suffix(".entier")
    path.rename(whole)
    with whole.open(encoding="utf-8", newline="") as source, path.open("w", encoding="utf-8", newline="") as sink:
        heading = source.readline()
        if heading.rstrip("\r\n").split(",")[: len(COLUMNS)] != COLUMNS:
            message = f"unexpected columns in {path}: {heading!r}"
            raise ValueError(message)
        sink.write(heading)
        for line in source:
            if generator.random() < share:
                cells = line.rstrip("\r\n").split(",")
                sink.write(",".join(generator.choice(DAMAGES)(cells)) + line[len(line.rstrip("\r\n")) :])
            else:
                sink.write(line)
    whole.unlink()
