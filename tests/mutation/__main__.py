"""Mutation testing: which small mistakes would the tests not notice? See `python tests/mutation --help`.

Every survivor is killed by a new test, or argued in SURVIVANTS.toml; one that is neither fails the run.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOM = Path(__file__).resolve().parent
ROOT = ROOM.parents[1]
sys.dont_write_bytecode = True  # a mutant of the same size, in the same second, would be taken for the right code

from mutants import Mutant, mutants  # noqa: E402
from survivors import Arguments, keep_rows, write_results  # noqa: E402
from trial import Fate, Laboratory  # noqa: E402


@dataclass(frozen=True, slots=True)
class Target:
    """What is mutated together and noticed by the same tests: `[tool.mutation.cibles.NAME]` of pyproject.toml."""

    name: str
    modules: tuple[str, ...]
    cases: tuple[str, ...]
    tests: tuple[str, ...]


def main() -> int:
    """Run the targets asked for; 1 where a survivor is not argued, or an argument has no survivor."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutation"]
    targets = {name: _target(name, one) for name, one in settings["cibles"].items()}
    parser = argparse.ArgumentParser(prog="python tests/mutation", description=__doc__)
    parser.add_argument("cibles", nargs="*", choices=[[], *targets], metavar="CIBLE", help=", ".join(targets))
    parser.add_argument(
        "--module", action="append", metavar="PART", help="only the files whose path holds this, or one of these"
    )
    parser.add_argument("--ouverts", action="store_true", help="try only those that wait for a case")
    parser.add_argument("--lister", action="store_true", help="list the mutants, try none")
    parser.add_argument("--ecrire", action="store_true", help="write the figures of these targets into RESULTATS.md")
    arguments = parser.parse_args()
    if not hasattr(os, "fork"):
        parser.exit(2, "mutation testing needs a POSIX system (fork)\n")
    chosen = [targets[name] for name in arguments.cibles or targets]
    argued = Arguments.read(ROOM / "SURVIVANTS.toml")
    failed = False
    with tempfile.TemporaryDirectory(prefix="duicheck-mutation-") as folder:
        copy = Path(folder) / "copie"
        _copy(copy)
        sys.path[:0] = [str(copy / "src"), str(copy / "plugins")]
        os.environ["PYTHONPATH"] = os.pathsep.join(sys.path[:2])  # for a test that starts the program
        for target in chosen:
            failed |= _run(target, copy, settings["sans"], argued, arguments)
    if arguments.ecrire:
        keep_rows(ROOM / "RESULTATS.md", [module for target in targets.values() for module in target.modules])
    return int(failed)


def _target(name: str, settings: dict[str, Any]) -> Target:
    modules = sorted(
        str(path.relative_to(ROOT).as_posix()) for pattern in settings["modules"] for path in ROOT.glob(pattern)
    )
    return Target(name, tuple(modules), tuple(settings.get("cas", ())), tuple(settings.get("tests", ())))


def _copy(target: Path) -> None:
    """The tree as it is on disk, without what git ignores."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode()
    for name in filter(None, listed.split("\0")):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)


def _run(target: Target, copy: Path, left_out: Sequence[str], argued: Arguments, arguments: argparse.Namespace) -> bool:
    modules = [module for module in target.modules if any(part in module for part in arguments.module or [""])]
    all_mutants = [one for module in modules for one in mutants(copy, module, left_out)]
    if arguments.ouverts:
        all_mutants = [one for one in all_mutants if argued.knows(one) and not argued.argues(one)]
    if arguments.lister:
        for one in all_mutants:
            print(f"{one.module}:{one.line}: {one.change}")
        return False
    laboratory = Laboratory(copy, target.cases, target.tests)
    seconds = laboratory.warm(modules)
    print(f"{target.name} : {len(all_mutants)} mutants, {seconds:.1f} s pour les tests sur le code juste", flush=True)
    begun = time.monotonic()
    fates: list[tuple[Mutant, Fate]] = []
    for one in all_mutants:
        fate = laboratory.fate(one.module, one.text)
        fates.append((one, fate))
        if fate is Fate.SURVIVED and not argued.knows(one):
            print(f"  survit : {one.module}:{one.line}: {one.change}", flush=True)
    survivors = [one for one, fate in fates if fate is Fate.SURVIVED]
    unargued = [one for one in survivors if not argued.knows(one)]
    waiting = [one for one in survivors if argued.knows(one) and not argued.argues(one)]
    idle = argued.without_survivor([] if arguments.ouverts else modules, survivors)
    for module, change in idle:
        print(f"  argument sans survivant : {module}: {change}")
    print(
        f"  {len(fates) - len(survivors)} tués, {len(survivors) - len(unargued) - len(waiting)} survivants argumentés,"
        f" {len(waiting)} en attente d'un cas,"
        f" {len(unargued)} à tuer ou à argumenter ({time.monotonic() - begun:.0f} s)",
        flush=True,
    )
    if arguments.ouverts:
        for one, fate in fates:
            if fate is not Fate.SURVIVED:
                print(f"  tué maintenant : {one.module}:{one.line}: {one.change}")
    elif arguments.ecrire:
        write_results(ROOM / "RESULTATS.md", fates, argued)
    return bool(unargued or idle)


if __name__ == "__main__":
    sys.exit(main())
