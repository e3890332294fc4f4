"""The survivors that were argued, and the table of figures."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutants import Mutant
from trial import Fate

__all__ = ["Arguments", "keep_rows", "write_results"]

_HEAD = """\
# Mutation testing

Written by `tox -e mutation -- --ecrire`. A mutant is a file with one small mistake; it is killed when a test fails.
Survivors are argued one by one in [SURVIVANTS.toml](SURVIVANTS.toml): no test can, or should, tell them from the right
code. Open ones are known there too, and wait for their case. The run fails on any other.

| file | mutants | killed | argued | open |
|---|---:|---:|---:|---:|
"""
_ROW = re.compile(r"\| `(?P<file>[^`]+)` \| (?P<all>\d+) \| (?P<killed>\d+) \| (?P<argued>\d+) \| (?P<open>\d+) \|")


@dataclass(frozen=True, slots=True)
class Arguments:
    """(module, change) -> why that mutant may live; None: it should not, and nobody has written its case yet."""

    reasons: Mapping[tuple[str, str], str | None]

    @classmethod
    def read(cls, path: Path) -> Arguments:
        """Read SURVIVANTS.toml.

        Raises:
            ValueError: a mutant is argued twice.
        """
        reasons: dict[tuple[str, str], str | None] = {}
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        for entry in [*content.get("argument", ()), *({**each, "raison": None} for each in content.get("ouvert", ()))]:
            for change in entry["mutants"]:
                if (entry["module"], change) in reasons:
                    message = f"{entry['module']} : argumenté deux fois : {change}"
                    raise ValueError(message)
                reasons[entry["module"], change] = entry["raison"]
        return cls(reasons)

    def knows(self, mutant: Mutant) -> bool:
        """Whether this one is argued, or known to be open."""
        return (mutant.module, mutant.change) in self.reasons

    def argues(self, mutant: Mutant) -> bool:
        """Whether this one may live."""
        return self.reasons.get((mutant.module, mutant.change)) is not None

    def without_survivor(self, modules: Sequence[str], survivors: Sequence[Mutant]) -> list[tuple[str, str]]:
        """Arguments about these modules that no survivor needs: the code changed, or a test kills it now."""
        alive = {(one.module, one.change) for one in survivors}
        return [key for key in self.reasons if key[0] in modules and key not in alive]


def write_results(path: Path, fates: Sequence[tuple[Mutant, Fate]], argued: Arguments) -> None:
    """Write the rows of these mutants' files, and keep the others'."""
    rows = _rows(path)
    everyone = Counter(one.module for one, _ in fates)
    killed = Counter(one.module for one, fate in fates if fate is not Fate.SURVIVED)
    alive = Counter(one.module for one, fate in fates if fate is Fate.SURVIVED and argued.argues(one))
    for module, count in everyone.items():
        rows[module] = (count, killed[module], alive[module], count - killed[module] - alive[module])
    _write(path, rows)


def keep_rows(path: Path, modules: Sequence[str]) -> None:
    """Leave out the rows of files that are no more, or that nothing mutates any more."""
    _write(path, {name: row for name, row in _rows(path).items() if name in modules})


def _rows(path: Path) -> dict[str, tuple[int, int, int, int]]:
    if not path.exists():
        return {}
    return {
        row["file"]: (int(row["all"]), int(row["killed"]), int(row["argued"]), int(row["open"]))
        for row in _ROW.finditer(path.read_text(encoding="utf-8"))
    }


def _write(path: Path, rows: Mapping[str, tuple[int, int, int, int]]) -> None:
    lines = [f"| `{name}` | {' | '.join(map(str, rows[name]))} |" for name in sorted(rows)]
    total = [sum(column) for column in zip(*rows.values(), strict=True)]
    lines.append(f"| **total** | {' | '.join(f'**{number}**' for number in total)} |")
    path.write_text(_HEAD + "\n".join(lines) + "\n", encoding="utf-8", newline="\n")
