"""The Dockerfile, as far as one can go without building it: `tox -e lint` also gives it to hadolint."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import PurePosixPath

import pytest
from outils_integration import ROOT

from duicheck import __version__


def instructions() -> list[tuple[str, str]]:
    """Each instruction and its argument, continued lines put together."""
    lines = [
        line for line in (ROOT / "Dockerfile").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
    ]
    text = "\n".join(lines).replace("\\\n", " ")
    return [tuple(line.split(maxsplit=1)) for line in text.splitlines() if line.strip()]


def stages() -> list[list[tuple[str, str]]]:
    found: list[list[tuple[str, str]]] = []
    for name, argument in instructions():
        if name == "FROM":
            found.append([])
        if found:
            found[-1].append((name, argument))
    return found


def final(name: str) -> list[str]:
    return [argument for each, argument in stages()[-1] if each == name]


def test_the_base_is_slim_one_for_both_stages_and_can_be_pinned():
    assert instructions()[0][0] == "ARG"
    base = re.fullmatch(r"BASE=python:(3\.\d+)-slim-\w+", instructions()[0][1])
    assert base, "an exact variant: neither latest nor a full image"
    assert len(stages()) == 2
    assert all(stage[0][1].startswith("${BASE}") for stage in stages())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f"Programming Language :: Python :: {base[1]}" in project["classifiers"]


def test_the_program_runs_without_rights():
    (user,) = final("USER")
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    order = [name for name, _ in stages()[-1]]
    assert order.index("USER") < order.index("ENTRYPOINT")
    assert "RUN" not in order, "nothing is installed in the image that ships"


def test_only_the_wheel_comes_in_and_pip_stays_outside():
    assert [argument for name, argument in stages()[0] if name == "COPY"] == ["dist/duicheck-*.whl /paquet/"]
    assert final("COPY") == ["--from=installation /opt/duicheck /opt/duicheck"]
    assert not final("ADD")
    (run,) = (argument for name, argument in stages()[0] if name == "RUN")
    assert "--no-cache-dir" in run
    assert "pip uninstall" in run


def test_the_context_holds_wheels_only():
    kept = [line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line]
    assert kept[0] == "*"
    assert all(line.startswith("!dist/") for line in kept[1:])
    wheel = PurePosixPath(f"dist/duicheck-{__version__}-py3-none-any.whl")
    assert [line for line in kept[1:] if fnmatch(str(wheel), line[1:])]


def test_what_the_image_says_of_itself_is_what_the_project_says():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (labels,) = final("LABEL")
    values = dict(re.findall(r'org\.opencontainers\.image\.(\w+)="([^"]*)"', labels))
    assert values["title"] == project["name"]
    assert values["licenses"] == project["license"]
    assert values["description"].startswith(project["description"])
    assert values["version"] == "${VERSION}"
    assert f"VERSION={__version__}" in final("ARG")


def test_its_extras_exist():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (extras,) = (argument for name, argument in stages()[0] if name == "ARG")
    assert set(extras.removeprefix("EXTRAS=").split(",")) <= set(project["optional-dependencies"])
    assert "reseau" not in extras, "the code that can reach a network is not in the image"


@pytest.mark.skipif(sys.platform == "win32", reason="a container has another shell")
def test_the_installation_line_finds_the_wheel(tmp_path):
    """The one piece of shell whose quoting could go wrong: a glob, then the extras."""
    (run,) = (argument for name, argument in stages()[0] if name == "RUN")
    wanted = re.search(r'"(\$\(echo .*?\)\[\$\{EXTRAS\}\])"', run)[1]
    folder = tmp_path / "paquet"
    folder.mkdir()
    (folder / "duicheck-0.1.0-py3-none-any.whl").touch()
    script = f'EXTRAS=pdf; printf "%s" "{wanted.replace("/paquet", str(folder))}"'
    said = subprocess.run(["sh", "-c", script], capture_output=True, check=True, encoding="utf-8")
    assert said.stdout == f"{folder}/duicheck-0.1.0-py3-none-any.whl[pdf]"
