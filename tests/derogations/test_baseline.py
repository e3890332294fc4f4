"""`--baseline`: what a kept report passes over, what it does not, and that it is never silent."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import pytest
from livraison_incomplete import ABSENT, MISSING, Declare, entry
from programme import Call, Said, calling

from duicheck import Plugins, check, to_bytes
from duicheck.baseline import Ratchet, ratchet
from duicheck.cli.check import ratchet_code
from duicheck.exits import ExitCode


@pytest.fixture
def duicheck(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Call:
    call = calling(capsys, monkeypatch)

    def checked(*arguments: object) -> Said:
        without = ["-p", "no:grappe"] if arguments[0] == "check" else []  # as `plugins`, without a word on stderr
        return call(*arguments, *without)

    return checked


@pytest.fixture
def kept(incomplete: Path, plugins: Plugins, tmp_path: Path) -> Path:
    """The report of the delivery as it is, one error in it."""
    path = tmp_path / "baseline.json"
    path.write_bytes(to_bytes(check(incomplete, plugins)))
    return path


def add_establishment(folder: Path, finess: str, *, first: bool = False) -> None:
    """One more establishment in the list, at the top or at the end."""
    table = folder / "structures.csv"
    heading, *rows = table.read_text(encoding="utf-8").splitlines()
    rows = [f"{finess},PH", *rows] if first else [*rows, f"{finess},PH"]
    table.write_text("\n".join([heading, *rows, ""]), encoding="utf-8", newline="\n")


# From the command line


def test_what_is_known_does_not_fail_and_is_said(duicheck: Call, incomplete: Path, kept: Path, tmp_path: Path) -> None:
    assert duicheck("check", incomplete).code == ExitCode.NON_CONFORME
    said = duicheck("check", incomplete, "--baseline", kept, "--output", f"json={tmp_path / 'rapport.json'}")
    assert said.code == ExitCode.CONFORME
    assert "NON CONFORME — " in said.out.splitlines()[1]
    assert "1\u00a0constat déjà connu, dont 1\u00a0erreur, ne compte pas dans le code de retour" in said.out
    assert "Le verdict du rapport reste\u00a0: NON CONFORME." in said.out
    assert (tmp_path / "rapport.json").read_bytes() == kept.read_bytes()


@pytest.mark.parametrize("extra", [["-q"], ["--format", "json"], ["--output", "json=-"]])
def test_it_is_said_whatever_the_output_and_the_report_is_the_same(
    extra: list[str], duicheck: Call, incomplete: Path, kept: Path
) -> None:
    said = duicheck("check", incomplete, "--baseline", kept, *extra)
    assert said.code == ExitCode.CONFORME
    assert "déjà connu" in said.err
    assert said.out in ("", kept.read_text(encoding="utf-8"))


def test_what_is_new_fails_and_is_named(duicheck: Call, incomplete: Path, kept: Path) -> None:
    add_establishment(incomplete, "750000018")
    said = duicheck("check", incomplete, "--baseline", kept)
    assert said.code == ExitCode.NON_CONFORME
    end = said.out[said.out.index("BASELINE") :]
    assert f"dont 1\u00a0erreur\u00a0: {MISSING} (1)." in end.replace("identifiants/finess-cle (1), ", "")
    assert "750000018" in end
    assert ABSENT not in end


def test_a_row_added_above_moves_lines_not_defects(duicheck: Call, incomplete: Path, kept: Path) -> None:
    table = incomplete / "structures.csv"
    heading, *rows = table.read_text(encoding="utf-8").splitlines()
    table.write_text("\n".join([heading, *reversed(rows), ""]), encoding="utf-8", newline="\n")
    said = duicheck("check", incomplete, "--baseline", kept)
    assert said.code == ExitCode.CONFORME
    assert "structures.csv, ligne\u00a02" in said.out


def test_what_is_repaired_is_said(duicheck: Call, incomplete: Path, kept: Path) -> None:
    table = incomplete / "structures.csv"
    table.write_text(table.read_text(encoding="utf-8").replace(f"{ABSENT},PH\n", ""), encoding="utf-8")
    said = duicheck("check", incomplete, "--baseline", kept)
    assert said.code == ExitCode.CONFORME
    assert "1\u00a0constat connu n'est plus là" in said.out
    assert "aucun constat n'était déjà connu" in said.out


def test_what_is_no_longer_checked_is_indeterminate(duicheck: Call, incomplete: Path, kept: Path) -> None:
    manifest = incomplete / "livraison.toml"
    text = manifest.read_text(encoding="utf-8")
    start = text.index('[[fichiers]]\nrole = "journal"')
    manifest.write_text(text[:start] + text[text.index('[[fichiers]]\nrole = "structures"') :], encoding="utf-8")
    said = duicheck("check", incomplete, "--baseline", kept)
    assert said.code == ExitCode.INDETERMINE
    assert "Ce que le baseline contrôlait et qui ne l'est plus" in said.out
    assert "journal/ecart-indicateur" in said.out[said.out.index("BASELINE") :]


def test_a_plugin_left_out_is_no_way_around(duicheck: Call, incomplete: Path, kept: Path) -> None:
    assert duicheck("check", incomplete, "--baseline", kept, "-p", "no:journal").code == ExitCode.INDETERMINE


def test_a_dossier_refuses_it(duicheck: Call, incomplete: Path, kept: Path) -> None:
    said = duicheck("check", incomplete, "--baseline", kept, "--mode", "dossier")
    assert said.code == ExitCode.USAGE
    assert said.out == ""
    assert "avec --mode dossier, tout compte" in said.err


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff", b"[1]", b'{"verdict": "conforme", "constats": []}'])
def test_a_file_that_is_no_report_is_one_sentence(
    content: bytes | None, duicheck: Call, incomplete: Path, tmp_path: Path
) -> None:
    path = tmp_path / "autre.json"
    if content is not None:
        path.write_bytes(content)
    said = duicheck("check", incomplete, "--baseline", path)
    assert said.code == ExitCode.USAGE
    assert said.out == ""
    assert said.err.startswith("Erreur\u00a0: ")
    assert "autre.json" in said.err
    assert len(said.err.splitlines()) == 1


def test_another_text_is_refused(duicheck: Call, incomplete: Path, kept: Path) -> None:
    said = duicheck("check", incomplete, "--baseline", kept, "--texte", "2023-13")
    assert said.code == ExitCode.USAGE
    assert "sous le texte 2025-40, et ce contrôle sous le texte 2023-13" in said.err


def test_targets_are_no_findings(duicheck: Call, incomplete: Path, kept: Path) -> None:
    report = json.loads(kept.read_text(encoding="utf-8"))
    report["cibles"] = "non_atteintes"
    found = ratchet(report, report)
    assert ratchet_code(report, found, exiger_cibles=True) == ExitCode.NON_CONFORME
    assert ratchet_code(report, found) == ExitCode.CONFORME
    report["cibles"] = "indeterminees"
    assert ratchet_code(report, found, exiger_cibles=True) == ExitCode.INDETERMINE


def test_the_day_of_reference_is_an_option(duicheck: Call, declare: Declare) -> None:
    folder = declare(entry(echeance="2025-12-31"))
    said = duicheck("check", folder)
    assert said.code == ExitCode.CONFORME
    assert "CONFORME SOUS DÉROGATIONS — " in said.out.splitlines()[1]
    said = duicheck("check", folder, "--date-du-jour", "01/01/2026")
    assert said.code == ExitCode.NON_CONFORME
    assert "ÉCHUE" in said.out
    said = duicheck("check", folder, "--date-du-jour", "2025-09-14")
    assert said.code == ExitCode.USAGE
    assert "une dérogation échue ne revient pas" in said.err


def test_an_unknown_rule_cannot_be_opened(duicheck: Call, declare: Declare) -> None:
    said = duicheck("check", declare(entry(regle="indicateurs/etablisement-manquant")))
    assert said.code == ExitCode.ILLISIBLE
    assert f"peut-être «\u00a0{MISSING}\u00a0»" in said.err


def test_a_waiver_that_ends_is_known_to_no_baseline(
    duicheck: Call, declare: Declare, plugins: Plugins, tmp_path: Path
) -> None:
    folder = declare(entry(echeance="2025-12-31"))
    path = tmp_path / "baseline.json"
    path.write_bytes(to_bytes(check(folder, plugins)))
    assert duicheck("check", folder, "--baseline", path).code == ExitCode.CONFORME
    assert duicheck("check", folder, "--baseline", path, "--date-du-jour", "2026-01-01").code == ExitCode.NON_CONFORME


# By number


@pytest.fixture
def report(incomplete: Path, plugins: Plugins) -> dict[str, Any]:
    return check(incomplete, plugins)


def with_findings(report: dict[str, Any], count: int, held: range, severity: str = "erreur") -> dict[str, Any]:
    """The report with that many findings of the rule, those of `held` written out."""
    changed = copy.deepcopy(report)
    model = next(finding for finding in changed["constats"] if finding["regle"] == MISSING)
    others = [finding for finding in changed["constats"] if finding["regle"] != MISSING]
    mine = [
        {
            **model,
            "gravite": severity,
            "faits": {"finess_et": f"{number:09}", "place_precedente": f"a.csv, ligne {count + number}"},
            "lieu": {**model["lieu"], "ligne": count + number, "pointeur": f"/lignes/{count + number}/finess_et"},
        }
        for number in held
    ]
    changed["constats"] = sorted([*others, *mine], key=lambda finding: finding["regle"])
    for rule in changed["regles"]:
        if rule["id"] == MISSING:
            rule["constats"] = count
    return changed


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ((3, range(3)), (3, range(3)), 0),
        ((3, range(3)), (2, range(1, 3)), 0),
        ((3, range(3)), (4, range(4)), 1),
        ((3, range(3)), (3, range(1, 4)), 1),
        ((10, range(3)), (10, range(3)), 0),
        ((10, range(3)), (11, range(3)), 1),
        ((10, range(3)), (9, range(1, 4)), 0),
        ((10, range(3)), (10, range(50, 53)), 3),
        ((3, range(3)), (10, range(3)), 7),
    ],
)
def test_what_a_report_does_not_hold_is_known_by_its_number(
    before: tuple[int, range], after: tuple[int, range], new: int, report: dict[str, Any]
) -> None:
    found = ratchet(with_findings(report, *before), with_findings(report, *after))
    assert (found.new_errors, found.new.get(MISSING, 0)) == (new, new)
    others = sum(rule["constats"] for rule in report["regles"] if rule["id"] != MISSING)
    assert found.known == after[0] - new + others
    assert found.gone == before[0] - (after[0] - new)


def test_twins_are_counted(report: dict[str, Any]) -> None:
    one = with_findings(report, 1, range(1))
    three = with_findings(report, 3, range(1))
    three["constats"] += [finding for finding in three["constats"] if finding["regle"] == MISSING] * 2
    assert ratchet(one, three).new == {MISSING: 2}
    assert ratchet(three, one).new == {}


def test_a_new_warning_is_said_and_does_not_fail(report: dict[str, Any]) -> None:
    base = copy.deepcopy(report)
    base["constats"] = [finding for finding in base["constats"] if finding["regle"] != MISSING]
    for rule in base["regles"]:
        if rule["id"] == MISSING:
            rule["constats"] = 0
    now = {**with_findings(report, 2, range(2), "avertissement"), "verdict": "conforme"}
    found = ratchet(base, now)
    assert (found.new, found.new_errors) == ({MISSING: 2}, 0)
    assert ratchet_code(now, found) == ExitCode.CONFORME


def _change(report: dict[str, Any], rule: str, outcome: str) -> dict[str, Any]:
    changed = copy.deepcopy(report)
    next(entry for entry in changed["regles"] if entry["id"] == rule)["resultat"] = outcome
    return changed


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [
        ("respectee", "respectee", False),
        ("respectee", "sans_objet", False),
        ("respectee", "non_verifiee", True),
        ("sans_objet", "non_verifiee", True),
        ("respectee", "en_erreur", True),
        ("non_verifiee", "en_erreur", True),
        ("non_verifiee", "non_verifiee", False),
        ("en_erreur", "en_erreur", False),
        ("non_verifiee", "respectee", False),
    ],
)
def test_what_concluded_and_no_longer_does(*, before: str, after: str, lost: bool, report: dict[str, Any]) -> None:
    rule = "registre/dossier-partage"
    found = ratchet(_change(report, rule, before), _change(report, rule, after))
    assert list(found.lost) == ([rule] if lost else [])
    assert ratchet_code(report, found) == (ExitCode.INDETERMINE if lost else ExitCode.CONFORME)


def test_a_figure_that_is_no_longer_compared(report: dict[str, Any]) -> None:
    now = copy.deepcopy(report)
    now["etablissements"][0]["indicateurs"][0]["conforme"] = None
    found = ratchet(report, now)
    assert found.unverified == [("010000024", "dossiers_actifs")]
    assert ratchet_code(now, found) == ExitCode.INDETERMINE
    assert ratchet(now, now).unverified == []


def test_non_conforme_without_an_error_to_show_is_never_passed_over(report: dict[str, Any]) -> None:
    bare = Ratchet(known=0, known_errors=0, new={}, new_errors=0, gone=0, examples=[], lost=[], unverified=[])
    assert ratchet_code(report, bare) == ExitCode.NON_CONFORME


def test_the_words_are_french(duicheck: Call, incomplete: Path, kept: Path) -> None:
    add_establishment(incomplete, "750000018", first=True)
    said = duicheck("check", incomplete, "--baseline", kept)
    end = said.out[said.out.index("BASELINE") :]
    assert not re.search(r"[^\s]\x20[:;!?%»](?:\s|$)", end)
