"""Commands that a page shows, run in order in one folder, and what they write compared with what is shown.

In a ```console block, `$ …` is a command and what follows is what it writes; a line `[…]` stands for any lines.
A block with `title="Écrivez CHEMIN"` is a file that the reader writes; with `title="Remplacez CHEMIN"`, one that he
replaces; with `title="CHEMIN"`, one that is there, and says that.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from duicheck.cli.program import run as duicheck

CUT = "[…]"
JUDGED = {0, 1, 3}  # the program worked, whatever it found
KEPT = 24  # lines of a long output that a new block shows
BLOCK = re.compile(
    r"^(?P<fence>```+)(?P<language>\w*)(?: title=\"(?P<title>[^\"]*)\")?[^\n]*\n(?P<text>.*?)^(?P=fence)$",
    re.MULTILINE | re.DOTALL,
)
TIDY = {
    "COLUMNS": "80",
    "NO_COLOR": "1",
    "PYTHONUTF8": "1",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PY_COLORS": "0",
    "PYTEST_ADDOPTS": "-p no:cacheprovider",
}


def commands(text: str) -> list[tuple[str, list[str]]]:
    """Each command of a block with the lines that it is said to write."""
    found: list[tuple[str, list[str]]] = []
    for line in text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def segments(shown: list[str]) -> list[list[str]]:
    """The runs of lines between the cuts; the first and the last may be empty."""
    runs: list[list[str]] = [[]]
    for line in shown:
        if line == CUT:
            runs.append([])
        else:
            runs[-1].append(line)
    return runs


def check_shown(what: str, shown: list[str], actual: list[str]) -> None:
    """The runs follow one another in the output; the first begins it, and the last ends it."""
    advice = f"{what}: run the test with DUICHECK_ECRIRE=1, and read the diff"
    runs = segments(shown)
    if len(runs) == 1:
        assert shown == actual, advice
        return
    assert runs[0] == actual[: len(runs[0])], advice
    at = len(runs[0])
    for run in runs[1:]:
        if run:
            assert run[0] in actual[at:], advice
            at = actual.index(run[0], at)
            assert run == actual[at : at + len(run)], advice
            at += len(run)
    assert not runs[-1] or at == len(actual), advice


@dataclass
class Session:
    """A reader at a keyboard: where he is, what he has installed, how the last command ended."""

    folder: Path
    code: int = 0
    installed: list[Path] = field(default_factory=list)
    run_commands: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.top = self.folder

    def run(self, command: str) -> list[str]:
        """What the command writes, on both streams, as on a screen."""
        self.run_commands.append(command)
        words = shlex.split(command)
        match words:
            case ["echo", "$?"]:
                shown, self.code = [str(self.code)], 0
                return shown
            case ["cd", where]:
                self.folder = (self.folder / where).resolve()
                assert self.folder.is_relative_to(self.top.resolve()), command
                assert self.folder.is_dir(), command
                return []
            case ["cat", name]:
                return (self.folder / name).read_text(encoding="utf-8").splitlines()
            case ["pip" | "pip3", *rest] | ["python", "-m", "pip", *rest]:
                return self._pip(rest)
            case ["duicheck", *rest] if not self.installed:
                return self._here(rest)
            case ["duicheck" | "pytest" as program, *rest]:
                return self._python(["-m", program, *rest])
            case ["sha256sum", *_]:
                return self._system(words)
            case ["python", "-m", "zipfile" | "pytest", *_]:
                return self._python(words[1:])
        message = f"command that no test knows how to run: {command}"
        raise AssertionError(message)

    def _system(self, words: list[str]) -> list[str]:
        """A tool of the system; where it is missing nobody can say that the page is right."""
        if shutil.which(words[0]) is None:
            pytest.skip(f"non vérifié : {words[0]} absent")
        environment = {**os.environ, "LC_ALL": "C"}
        done = subprocess.run(
            words, cwd=self.folder, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        self.code = done.returncode
        return done.stdout.splitlines()

    def _environment(self) -> dict[str, str]:
        path = os.pathsep.join(str(each) for each in self.installed)
        # The settings of the repository that the tests are run from are nobody's business here.
        environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "TOX_"))}
        return {**environment, **TIDY, "PYTHONPATH": path}

    def _here(self, arguments: list[str]) -> list[str]:
        """The program in this process, which spares its start: what it installs would need one of its own."""
        before, screen = dict(os.environ), io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        keyboard = sys.stdin
        try:
            with Path(os.devnull).open(encoding="utf-8") as nobody, chdir(self.folder):
                sys.stdin = nobody
                os.environ.clear()
                os.environ.update(self._environment())
                with redirect_stdout(screen), redirect_stderr(screen):
                    self.code = duicheck(arguments)
        finally:
            sys.stdin = keyboard
            os.environ.clear()
            os.environ.update(before)
        written = screen.buffer.getvalue().decode("utf-8")
        assert "Traceback" not in written, written
        return [line.rstrip() for line in written.splitlines()]

    def _python(self, arguments: list[str]) -> list[str]:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        self.code = done.returncode
        assert "Traceback" not in done.stdout, done.stdout
        return [line.rstrip() for line in done.stdout.splitlines()]

    def _pip(self, arguments: list[str]) -> list[str]:
        """Without network: what is asked for must be here already; a folder becomes importable, entry points too."""
        assert arguments[0] == "install", arguments
        names = [each for each in arguments[1:] if each not in {"-e", "-U", "--upgrade"}]
        assert names, arguments
        self.code = 0
        for name in names:
            if (self.folder / name / "pyproject.toml").is_file():
                self._install(self.folder / name)
            else:
                done = self._python(["-m", "pip", "install", "--no-index", "--dry-run", "--quiet", name])
                assert self.code == 0, done
        return []

    def _install(self, project: Path) -> None:
        """What an editable installation does, without a build."""
        table = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))
        meta = table["project"]
        packages = table["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
        site = self.top / "site-packages"
        info = site / f"{meta['name'].replace('-', '_')}-{meta['version']}.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        header = f"Metadata-Version: 2.1\nName: {meta['name']}\nVersion: {meta['version']}\n"
        info.joinpath("METADATA").write_text(header, encoding="utf-8")
        groups = [
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in entries.items())
            for group, entries in meta.get("entry-points", {}).items()
        ]
        info.joinpath("entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
        for place in (site, *((project / package).parent for package in packages)):
            if place.resolve() not in self.installed:
                self.installed.append(place.resolve())


def play(page: Path, session: Session) -> None:
    """Run the page from top to bottom; with DUICHECK_ECRIRE=1, write what its commands write now."""
    text = page.read_text(encoding="utf-8")
    pieces: list[str] = []
    at = 0
    for block in BLOCK.finditer(text):
        pieces += [text[at : block.start()], _played(block, session)]
        at = block.end()
    if os.environ.get("DUICHECK_ECRIRE"):
        page.write_text("".join(pieces) + text[at:], encoding="utf-8", newline="\n")


def _played(block: re.Match[str], session: Session) -> str:
    if block["language"] == "console":
        if os.environ.get("DUICHECK_ECRIRE"):
            head, _, _ = block[0].partition("\n")
            return f"{head}\n{rewritten(block['text'], session)}{block['fence']}"
        wanted = commands(block["text"])
        for (command, shown), (after, _) in zip(wanted, [*wanted[1:], ("", [])], strict=True):
            actual = session.run(command)
            # A command that did not work is shown only beside its exit code.
            assert session.code in JUDGED or after == "echo $?", (command, actual)
            check_shown(command, shown, actual)
    elif block["title"]:
        _file(block["title"], block["text"], session)
    return block[0]


def _file(title: str, text: str, session: Session) -> None:
    verb, _, name = title.partition(" ")
    if verb not in {"Écrivez", "Remplacez"}:
        check_shown(title, text.splitlines(), (session.folder / title).read_text(encoding="utf-8").splitlines())
        return
    path = session.folder / name
    assert path.exists() == (verb == "Remplacez"), title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def _plain(line: str) -> str:
    """As somebody types it: a no-break space is a space."""
    return line.replace("\u00a0", " ").replace("\u202f", " ")


def rewritten(text: str, session: Session) -> str:
    """The block with what the program writes now, cut where it was cut: a run is found again by its first line."""
    lines = []
    for command, shown in commands(text):
        actual = session.run(command)
        plain = [_plain(line) for line in actual]
        runs = segments(shown) if shown else [actual[:KEPT], []] if len(actual) > KEPT else [actual]
        if len(runs) == 1:
            runs = [actual]
        lines.append(f"$ {command}")
        for number, run in enumerate(runs):
            start = plain.index(_plain(run[0])) if run and number else 0
            lines += [CUT] if number else []
            lines += actual[start:] if number and number == len(runs) - 1 and run else actual[start : start + len(run)]
    return "\n".join(lines) + "\n"
