"""What has arrived of a file that is being fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["Partial"]


@dataclass(slots=True)
class Partial:
    """What has arrived of a file, beside the file: enough to go on later, or after a cut."""

    url: str
    path: Path
    validator: str | None = None
    total: int | None = None
    notes: Path = field(init=False)

    def __post_init__(self) -> None:
        self.notes = self.path.with_suffix(".json")
        try:
            kept: dict[str, Any] = json.loads(self.notes.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            kept = {}
        if kept.get("url") == self.url and isinstance(kept.get("validateur"), str) and self.path.is_file():
            self.validator = kept["validateur"]
            self.total = kept.get("total") if isinstance(kept.get("total"), int) else None
        else:
            self.forget()

    @property
    def size(self) -> int:
        """In bytes; 0 where nothing has arrived."""
        return self.path.stat().st_size if self.path.is_file() else 0

    def forget(self) -> None:
        """Start over."""
        self.validator, self.total = None, None
        self.path.unlink(missing_ok=True)
        self.notes.unlink(missing_ok=True)

    def note(self, validator: str | None, total: int | None) -> None:
        """Remember of which version the bytes are; without a strong validator nothing can be resumed."""
        self.validator, self.total = validator, total
        if validator is not None:
            value = {"url": self.url, "validateur": validator, "total": total}
            self.notes.write_text(json.dumps(value), encoding="utf-8")
