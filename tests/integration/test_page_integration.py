"""docs/integration.md: what it tells people to include is there, under that name, and takes what it is given."""

from __future__ import annotations

import re
import shlex

import pytest
import yaml
from blocs import BLOCK
from outils_integration import ROOT, read_yaml

from duicheck import __version__
from duicheck.reglages import choose
from duicheck.reglages.choosing import VARIABLES
from duicheck.reglages.file import read_settings

PAGE = (ROOT / "docs" / "integration.md").read_text(encoding="utf-8")
ACTION = read_yaml("action.yml")
(GITLAB,) = read_yaml("integration/gitlab/duicheck.gitlab-ci.yml").values()
(HOOK,) = read_yaml(".pre-commit-hooks.yaml")


def blocks(language: str) -> list[str]:
    return [block["text"] for block in BLOCK.finditer(PAGE) if block["language"] == language]


def of(key: str) -> list:
    """The YAML examples that have this key at the top."""
    return [read for read in map(yaml.safe_load, blocks("yaml")) if key in read]


def rows(heading: str) -> dict[str, list[str]]:
    """The first table of a section: first cell, without its marks -> the others."""
    section = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = re.findall(r"^\| `(\w+)` \|(.*)\|$", section, re.MULTILINE)
    return {name: [cell.strip().strip("`") for cell in rest.split("|")] for name, rest in lines}


def uses() -> list[dict]:
    """Each step of the page that uses our action."""
    found = []
    for read in map(yaml.safe_load, blocks("yaml")):
        if isinstance(read, list):
            steps = read
        else:
            steps = [step for job in read.get("jobs", {}).values() for step in job["steps"]]
        found += [step for step in steps if "duicheck@" in step.get("uses", "")]
    return found


def test_the_version_shown_is_this_one():
    assert set(re.findall(r"\bv(\d+\.\d+\.\d+)\b", PAGE)) == {__version__}


def test_the_hook_shown_exists():
    ((repository,),) = (read["repos"] for read in of("repos"))
    ((hook,),) = (repository["hooks"],)
    assert hook["id"] == HOOK["id"]
    assert hook["args"]


def test_the_gitlab_examples_fit_the_template():
    (first,) = of("include")
    (include,) = first["include"]
    assert (ROOT / include["file"]).is_file()
    assert set(first["duicheck"]["variables"]) <= set(GITLAB["variables"])
    (second,) = of("duicheck-maintenance")
    job = second["duicheck-maintenance"]
    assert job["extends"] == "duicheck"
    assert set(job["variables"]) <= {*GITLAB["variables"], *VARIABLES}
    choose({}, {name: value for name, value in job["variables"].items() if name in VARIABLES})
    shown = {name: cells[0] for name, cells in rows("GitLab").items()}
    assert shown == {name: value for name, value in GITLAB["variables"].items() if name.startswith("CONTROLE_")}


def test_the_github_examples_fit_the_action():
    assert len(uses()) == 2
    for step in uses():
        given = set(step["with"])
        assert given <= set(ACTION["inputs"])
        assert {name for name, each in ACTION["inputs"].items() if each.get("required")} <= given
    shown = {name: cells[0] for name, cells in rows("GitHub").items()}
    defaults = {name: each.get("default", "*(obligatoire)*") for name, each in ACTION["inputs"].items()}
    assert shown == defaults
    outputs = re.search(r"Sorties : (.*?)\.", PAGE)[1]
    assert re.findall(r"`(\w+)`", outputs) == list(ACTION["outputs"])


def test_the_sarif_that_is_sent_is_the_one_that_the_action_writes():
    (workflow,) = of("jobs")
    (upload,) = (step for step in workflow["jobs"]["livraison"]["steps"] if "upload-sarif" in step["uses"])
    script = (ROOT / "integration" / "github" / "controler.sh").read_text(encoding="utf-8")
    folder, _, name = upload["with"]["sarif_file"].rpartition("/")
    assert folder == ACTION["inputs"]["rapports"]["default"]
    assert f'"sarif=$reports/{name}"' in script
    assert "!cancelled()" in upload["if"], "also after a failed check"
    assert workflow["permissions"]["security-events"] == "write"


def test_the_settings_shown_are_read(tmp_path):
    (text,) = blocks("toml")
    path = tmp_path / "pyproject.toml"
    path.write_text(text, encoding="utf-8")
    assert read_settings(path).values["texte"] == "2025-40"


@pytest.mark.parametrize("page", ["docs/integration.md", "Dockerfile"])
def test_a_container_is_shown_without_network_nor_rights_to_write(page):
    text = (ROOT / page).read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.lstrip("# ") for line in text.splitlines() if "docker run" in line]
    assert lines
    for line in lines:
        words = shlex.split(line)
        assert words[words.index("--network") + 1] == "none"
        assert {"--rm", "--read-only"} <= set(words)
        assert any(word.endswith("/livraison:ro") for word in words)
        assert words[words.index("duicheck") + 1 :][:2] == ["check", "/livraison"]
