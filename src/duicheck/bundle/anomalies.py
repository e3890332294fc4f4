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
    """Anomalies by rule and part, one file each in a folder of ours.

    They are read back by part, and in the order they came inside a part, whatever part was written first.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sinks: dict[str, IO[str]] = {}
        self._parts = {0}
        self._part = 0

    def add(self, anomaly: Anomalie, part: int = 0) -> None:
        """Write one anomaly down."""
        if part != self._part:
            self.close()  # one part at a time: a delivery of many files would hold as many open
            self._part = part
            self._parts.add(part)
        sink = self._sinks.get(anomaly.regle)
        if sink is None:
            path = self._path(anomaly.regle, part)
            path.parent.mkdir(parents=True, exist_ok=True)
            sink = self._sinks[anomaly.regle] = path.open("a", encoding="utf-8", newline="\n")
        at = anomaly.at
        entry = [at.file, at.line, at.column, at.pointer, dict(anomaly.facts)]
        # Not `json.dump`, whose encoder is written in Python: three times as long.
        sink.write(json.dumps(entry, ensure_ascii=False, default=date.isoformat) + "\n")

    def close(self) -> None:
        """Flush everything."""
        for sink in self._sinks.values():
            sink.close()
        self._sinks.clear()

    def stream(self, regle: str) -> Iterator[Anomalie]:
        """Read back the anomalies of one rule."""
        for part in sorted(self._parts):
            path = self._path(regle, part)
            if not path.exists():
                continue
            with path.open(encoding="utf-8") as source:
                for line in source:
                    file, number, column, pointer, facts = json.loads(line)
                    yield Anomalie(regle, Location(file, number, column, pointer), facts)

    def _path(self, regle: str, part: int) -> Path:
        return self._folder.joinpath(str(part), *regle.split("/")).with_suffix(".ndjson")
