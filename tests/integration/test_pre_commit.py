"""The pre-commit hook, run by pre-commit itself in a repository of its own.

Only `language` is not as published: installing the hook would need a network, so the program of the tests is used.
"""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest
import yaml
from outils_integration import read_yaml

(HOOK,) = read_yaml(".pre-commit-hooks.yaml")


@pytest.fixture
def git(repository, tmp_path):
    """Run git, or a Python module, in the repository; nobody's own configuration counts."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "DUICHECK_"))}
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "NO_COLOR": "1",
        "PATH": os.pathsep.join([sysconfig.get_path("scripts"), environment["PATH"]]),
        "PRE_COMMIT_HOME": str(tmp_path / "cache"),
        "PYTHONUTF8": "1",
    }

    def call(*command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=repository, env=environment, capture_output=True, check=False, encoding="utf-8", timeout=120
        )

    call("git", "init", "-q")
    call("git", "config", "user.email", "essai@example.org")
    call("git", "config", "user.name", "Essai")
    return call


@pytest.fixture
def pre_commit(git, repository):
    """Run the hooks on what is staged, as `git commit` does."""

    def call(**over: object) -> subprocess.CompletedProcess[str]:
        hook = {**HOOK, "language": "system", **over}
        config = {"repos": [{"repo": "local", "hooks": [hook]}]}
        (repository / ".pre-commit-config.yaml").write_text(
            yaml.safe_dump(config, allow_unicode=True), encoding="utf-8"
        )
        git("git", "add", "-A")
        return git(sys.executable, "-m", "pre_commit", "run", "--color", "never")

    return call


def test_the_manifest_is_what_pre_commit_reads():
    from pre_commit.clientlib import load_manifest

    (hook,) = load_manifest(Path(__file__).parents[2] / ".pre-commit-hooks.yaml")
    assert (hook["id"], hook["entry"], hook["language"]) == ("duicheck", "duicheck check", "python")
    assert (hook["always_run"], hook["pass_filenames"]) == (True, False)


def test_a_right_delivery_may_be_committed(pre_commit):
    said = pre_commit(args=["export été/livraison"])
    assert said.returncode == 0, said.stdout + said.stderr
    assert "Passed" in said.stdout


def test_a_wrong_one_may_not_and_the_report_is_shown(pre_commit, spoil):
    spoil()
    said = pre_commit(args=["export été/livraison"])
    assert said.returncode == 1
    assert "NON CONFORME" in said.stdout
    assert "journal/ecart-indicateur" in said.stdout


def test_a_commit_that_only_removes_a_file_is_checked(pre_commit, git, delivery):
    """Why the hook always runs: pre-commit tells no hook of files that go."""
    assert pre_commit(args=["export été/livraison"]).returncode == 0
    assert git("git", "commit", "-qm", "Livraison juste").returncode == 0
    (delivery / "journal.csv").unlink()
    assert pre_commit(args=["export été/livraison"]).returncode == 1
    narrowed = pre_commit(args=["export été/livraison"], always_run=False, files="^export été/.*csv$")
    assert "no files to check" in narrowed.stdout


def test_a_hook_that_was_told_no_delivery_says_so(pre_commit):
    said = pre_commit()
    assert said.returncode == 1
    assert "LIVRAISON" in said.stdout
