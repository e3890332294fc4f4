"""What the reading meets, written to disk as it comes: a bad file may hold millions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import IO, TYPE_CHECKING

from duicheck.findings import Location
from duicheck.model import Anomalie

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["AnomalyLog"]


class AnomalyLog:
    """Anomalies by rule, one file each in a folder of ours; read back in the order they came."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sinks: dict[str, IO[str]] = {}

    def add(self, anomaly: Anomalie) -> None:
        """Write one anomaly down."""
        sink = self._sinks.get(anomaly.regle)
        if sink is None:
            path = self._path(anomaly.regle)
            path.parent.mkdir(parents=True, exist_ok=True)
            sink = self._sinks[anomaly.regle] = path.open("w", encoding="utf-8", newline="\n")
        at = anomaly.at
        entry = [at.file, at.line, at.column, at.pointer, dict(anomaly.facts)]
        # Not `json.dump`, whose encoder is written in Python: three times as long.
        sink.write(json.dumps(entry, ensure_ascii=False, default=date.isoformat) + "\n")

    def close(self) -> None:
        """Flush everything; nothing is added afterwards."""
        for sink in self._sinks.values():
            sink.close()

    def stream(self, regle: str) -> Iterator[Anomalie]:
        """Read back the anomalies of one rule."""
        path = self._path(regle)
        if not path.exists():
            return
        with path.open(encoding="utf-8") as source:
            for line in source:
                file, number, column, pointer, facts = json.loads(line)
                yield Anomalie(regle, Location(file, number, column, pointer), facts)

    def _path(self, regle: str) -> Path:
        return self._folder.joinpath(*regle.split("/")).with_suffix(".ndjson")
