"""The GitLab template: its script runs as a runner runs it, and its artifacts are what it leaves."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from lxml import etree
from outils_integration import ROOT, read_yaml, run_shell

from duicheck.exits import ExitCode
from duicheck.reglages.choosing import VARIABLES

NAME = "integration/gitlab/duicheck.gitlab-ci.yml"
(JOB,) = read_yaml(NAME).values()


def expanded(text: str) -> str:
    """A path of the artifacts, as GitLab reads it."""
    return re.sub(r"\$(\w+)", lambda found: JOB["variables"][found[1]], text)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory, wheel) -> Path:
    """A folder in which the first part of the job has installed the wheel."""
    folder = tmp_path_factory.mktemp("gitlab")
    given = {**JOB["variables"], "CONTROLE_INSTALLATION": str(wheel)}
    said = run_shell(folder, "sh", "\n".join(JOB["before_script"]), **given)
    assert said.returncode == 0, said.stderr
    return folder


@pytest.fixture
def job(shell, repository, prepared):
    """Run the second part of the job in the repository: each line in one shell, until one fails."""
    (environment,) = prepared.iterdir()
    (repository / environment.name).symlink_to(environment)

    def call(**variables: str):
        return shell("sh", "\n".join(JOB["script"]), **{**JOB["variables"], **variables})

    return call


def test_a_right_delivery_passes_and_every_artifact_is_there(job, repository):
    said = job(CONTROLE_LIVRAISON="export été/livraison")
    assert said.returncode == ExitCode.CONFORME, said.stderr
    (folder,) = (expanded(path) for path in JOB["artifacts"]["paths"])
    assert sorted(path.name for path in (repository / folder).iterdir()) == [
        "junit.xml",
        "rapport.html",
        "rapport.json",
        "rapport.md",
    ]
    junit = repository / expanded(JOB["artifacts"]["reports"]["junit"])
    assert etree.parse(junit).getroot().tag == "testsuites"


def test_a_wrong_delivery_fails_the_job_and_its_reports_are_kept(job, repository, spoil):
    spoil()
    said = job(CONTROLE_LIVRAISON="export été/livraison")
    assert said.returncode == ExitCode.NON_CONFORME, said.stderr
    assert JOB["artifacts"]["when"] == "always"
    junit = etree.parse(repository / expanded(JOB["artifacts"]["reports"]["junit"]))
    assert [case.get("name") for case in junit.iter("testcase") if case.find("failure") is not None]


def test_a_job_without_a_delivery_fails(job):
    assert job().returncode == ExitCode.ILLISIBLE


def test_its_variables_are_not_taken_for_settings():
    """`duicheck config` names every variable DUICHECK_… that means nothing to it."""
    assert not {name for name in JOB["variables"] if name.startswith("DUICHECK_") and name not in VARIABLES}
    text = (ROOT / NAME).read_text(encoding="utf-8")
    assert set(re.findall(r"\$(\w+)", text)) == {name for name in JOB["variables"] if name.startswith("CONTROLE_")}
