"""Waivers: what they cover, until when, and what the report says of them."""

from __future__ import annotations

import json
import shutil
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from livraison_incomplete import ABSENT, ECHUE, INTERDITE, MISSING, PETITE, Declare, entry, outcome, states

from duicheck import DeliveryError, Options, Plugins, UsageError, check, to_bytes
from duicheck.cli.guess import look_at
from duicheck.cli.program import run as run_program
from duicheck.engine import run
from duicheck.errors import NotAvailable
from duicheck.findings import Location, Outcome, RuleResult, Severity, Violation
from duicheck.formats import validator
from duicheck.model import Dataset, Derogation, Derogations
from duicheck.rules import rule
from duicheck.testing import assert_case, load_cases, patch_delivery


def marks(report: dict[str, Any]) -> list[int | None]:
    return [finding.get("derogation") for finding in report["constats"] if finding["regle"] == MISSING]


# What they change


def test_without_a_waiver_the_error_counts_and_the_list_is_there_and_empty(incomplete: Path, plugins: Plugins) -> None:
    report = check(incomplete, plugins)
    assert (report["verdict"], report["sous_derogations"], report["derogations"]) == ("non_conforme", False, [])
    assert marks(report) == [None]
    assert outcome(report, ECHUE) == outcome(report, INTERDITE) == "sans_objet"


@pytest.mark.parametrize("manifest", [False, True])
def test_a_waiver_keeps_the_finding_marks_it_and_says_what_the_verdict_owes_it(
    *, manifest: bool, declare: Declare, plugins: Plugins
) -> None:
    report = check(declare(entry(), manifest=manifest), plugins)
    assert (report["verdict"], report["sous_derogations"]) == ("conforme", True)
    assert marks(report) == [0]
    assert outcome(report, MISSING) == "enfreinte"
    (waiver,) = report["derogations"]
    assert waiver == {
        "regle": MISSING,
        "perimetre": {},
        "motif": "L'établissement rejoint la grappe en octobre.",
        "auteur": "ARS d'essai",
        "echeance": "2025-12-31",
        "declaree_dans": "livraison.toml" if manifest else "duicheck.toml",
        "jour": "2025-09-15",
        "etat": "appliquee",
        "constats": 1,
    }
    assert [error.message for error in validator("rapport").iter_errors(report)] == []


def test_the_manifest_comes_first_and_a_finding_is_covered_once(declare: Declare, plugins: Plugins) -> None:
    declare(entry(auteur="Qui contrôle"))
    report = check(declare(entry(auteur="Éditeur d'essai"), manifest=True), plugins)
    assert states(report) == [("appliquee", 1), ("sans_effet", 0)]
    assert [waiver["declaree_dans"] for waiver in report["derogations"]] == ["livraison.toml", "duicheck.toml"]


def test_another_error_keeps_the_verdict_and_nothing_is_owed(declare: Declare, plugins: Plugins) -> None:
    folder = declare(entry())
    (folder / "indicateurs.csv").write_text(
        (folder / "indicateurs.csv")
        .read_text(encoding="utf-8")
        .replace("2025-09-14,7,10,70.00", "2025-09-14,8,10,80.00"),
        encoding="utf-8",
    )
    report = check(folder, plugins)
    assert (report["verdict"], report["sous_derogations"]) == ("non_conforme", False)
    assert states(report) == [("appliquee", 1)]


def test_a_waiver_never_turns_what_could_not_be_checked_into_conforme(declare: Declare, plugins: Plugins) -> None:
    folder = declare(entry())
    manifest = folder / "livraison.toml"
    text = manifest.read_text(encoding="utf-8")
    start = text.index('[[fichiers]]\nrole = "journal"')
    manifest.write_text(text[:start] + text[text.index('[[fichiers]]\nrole = "structures"') :], encoding="utf-8")
    report = check(folder, plugins)
    assert (report["verdict"], report["sous_derogations"]) == ("indetermine", True)


def test_a_waiver_of_a_warning_owes_nothing_to_the_verdict(declare: Declare, plugins: Plugins) -> None:
    folder = declare(entry(), entry(regle="livraison/colonne-inconnue", perimetre={"colonne": "couleur"}))
    table = folder / "structures.csv"
    rows = table.read_text(encoding="utf-8").splitlines()[:3]
    table.write_text(rows[0] + ",couleur\n" + "".join(f"{row},\n" for row in rows[1:]), encoding="utf-8")
    report = check(folder, plugins)
    assert (report["verdict"], report["sous_derogations"]) == ("conforme", False)
    assert states(report) == [("sans_effet", 0), ("appliquee", 1)]


def test_an_establishment_says_it_too(tmp_path: Path, plugins: Plugins) -> None:
    folder = Path(shutil.copytree(PETITE, tmp_path / "livraison"))
    log = folder / "journal.csv"
    lines = log.read_text(encoding="utf-8").splitlines(keepends=True)
    double = next(line for line in lines[1:] if ",970302287," in line)
    log.write_text("".join([*lines, double]), encoding="utf-8", newline="")
    waiver = entry(regle="journal/evenement-repete", perimetre={"finess_et": "970302287", "fichier": "journal.csv"})
    (folder / "duicheck.toml").write_text("format = 1\n" + waiver, encoding="utf-8")
    report = check(folder, plugins)
    found = {one["finess_et"]: (one["verdict"], one["sous_derogations"]) for one in report["etablissements"]}
    assert found == {"010000024": ("conforme", False), "970302287": ("conforme", True)}
    (folder / "duicheck.toml").unlink()
    report = check(folder, plugins)
    found = {one["finess_et"]: (one["verdict"], one["sous_derogations"]) for one in report["etablissements"]}
    assert found == {"010000024": ("conforme", False), "970302287": ("non_conforme", False)}


# Until when


@pytest.mark.parametrize(
    ("echeance", "jour", "etat", "verdict"),
    [
        ("2025-09-14", None, "echue", "non_conforme"),
        ("2025-09-15", None, "appliquee", "conforme"),
        ("2025-09-16", None, "appliquee", "conforme"),
        ("2025-12-31", date(2025, 12, 31), "appliquee", "conforme"),
        ("2025-12-31", date(2026, 1, 1), "echue", "non_conforme"),
        ("2025-12-31", date(2025, 9, 15), "appliquee", "conforme"),
    ],
)
def test_each_side_of_the_day(
    echeance: str, jour: date | None, etat: str, verdict: str, declare: Declare, plugins: Plugins
) -> None:
    report = check(declare(entry(echeance=echeance)), plugins, Options(date_du_jour=jour))
    assert report["verdict"] == verdict
    assert states(report) == [(etat, 1)]
    assert report["derogations"][0]["jour"] == (jour or date(2025, 9, 15)).isoformat()
    assert outcome(report, ECHUE) == ("enfreinte" if etat == "echue" else "respectee")


def test_the_day_follows_the_measure_of_the_command(declare: Declare, plugins: Plugins) -> None:
    report = check(declare(entry(echeance="2025-09-15")), plugins, Options(date_mesure=date(2025, 9, 16)))
    assert report["derogations"][0]["etat"] == "echue"


def test_an_expired_waiver_says_what_counts_again(declare: Declare, plugins: Plugins) -> None:
    report = check(
        declare(entry(echeance="2025-09-14"), entry(perimetre={"finess_et": "x"}, echeance="2025-09-14")), plugins
    )
    assert states(report) == [("echue", 1), ("echue", 0)]
    assert marks(report) == [None]
    assert (report["verdict"], report["sous_derogations"]) == ("non_conforme", False)


def test_a_valid_waiver_wins_over_an_expired_one_before_it(declare: Declare, plugins: Plugins) -> None:
    report = check(declare(entry(echeance="2025-09-14"), entry()), plugins)
    assert states(report) == [("echue", 0), ("appliquee", 1)]
    assert marks(report) == [1]
    assert report["verdict"] == "conforme"


def test_a_day_before_the_measure_is_refused(declare: Declare, plugins: Plugins) -> None:
    with pytest.raises(UsageError, match="le 14/09/2025 précède la date de mesure, le 15/09/2025"):
        check(declare(entry()), plugins, Options(date_du_jour=date(2025, 9, 14)))


def test_no_clock_is_read(declare: Declare, plugins: Plugins, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The same bytes on a second run, from another folder, in another year."""
    folder = declare(entry(), entry(regle="registre/dossier-partage", echeance="2025-01-01"), manifest=True)
    first = to_bytes(check(folder, plugins))
    elsewhere = Path(shutil.copytree(folder, tmp_path / "ailleurs"))
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    assert to_bytes(check(elsewhere, plugins)) == first
    archive = shutil.make_archive(str(tmp_path / "archive"), "zip", folder)
    assert to_bytes(check(Path(archive), plugins)) == first


# What they cover


@pytest.mark.parametrize(
    ("perimetre", "covered"),
    [
        ({"finess_et": ABSENT}, True),
        ({"finess_et": ["010000024", ABSENT]}, True),
        ({"finess_et": "010000024"}, False),
        ({"fichier": "structures.csv"}, True),
        ({"fichier": "indicateurs.csv"}, False),
        ({"colonne": "finess_et"}, True),
        ({"colonne": "champ"}, False),
        ({"finess_et": ABSENT, "fichier": "structures.csv"}, True),
        ({"finess_et": ABSENT, "fichier": "indicateurs.csv"}, False),
        ({"indicateur": "dmp"}, False),
        ({"finess_et": "97030230"}, False),
    ],
)
def test_a_scope_covers_what_has_all_of_it(
    *, perimetre: Any, covered: bool, declare: Declare, plugins: Plugins
) -> None:
    report = check(declare(entry(perimetre=perimetre)), plugins)
    assert marks(report) == [0 if covered else None]
    assert states(report) == [("appliquee", 1) if covered else ("sans_effet", 0)]
    assert report["verdict"] == ("conforme" if covered else "non_conforme")


def test_what_is_covered_is_counted_beyond_what_is_printed() -> None:
    """A cap on print must not let what is not printed count, nor hide what is not covered."""

    def check_rows() -> Iterator[Violation]:
        for number in range(10):
            yield Violation(Location("a.csv", number), {"finess_et": "un" if number % 2 else "deux"})

    def result_of(*waivers: Derogation, jour: date = date(2025, 1, 1), waivable: bool = True) -> RuleResult:
        declared = rule(
            "essai/defaut", severity=Severity.ERROR, message="x", remedy="x", since="0.1", waivable=waivable
        )(check_rows)
        (found,) = run(Dataset({Derogations: Derogations(jour, waivers)}), [declared], printed=3)
        return found

    waiver = Derogation("essai/defaut", "m", "a", date(2025, 1, 1), Location(), {"finess_et": frozenset({"un"})})
    found = result_of(waiver)
    assert (found.count, found.counting, found.waived) == (10, 5, {0: 5})
    assert (found.touched, found.spared) == ({"deux"}, {"un"})
    assert [finding.waiver for finding in found.findings] == [None, 0, None]
    assert found.outcome is Outcome.FAILED
    late = result_of(waiver, jour=date(2025, 1, 2))
    assert (late.counting, late.waived, late.lapsed) == (10, {}, {0: 5})
    assert late.touched == {"un", "deux"}
    never = result_of(waiver, waivable=False)
    assert (never.counting, never.waived, never.lapsed) == (10, {}, {})


def test_a_rule_that_could_not_run_is_not_covered() -> None:
    def missing() -> Iterator[Violation]:
        message = "absent"
        raise NotAvailable(message)
        yield

    declared = rule("essai/defaut", severity=Severity.ERROR, message="x", remedy="x", since="0.1")(missing)
    waivers = Derogations(date(2025, 1, 1), [Derogation("essai/defaut", "m", "a", date(2026, 1, 1), Location())])
    (found,) = run(Dataset({Derogations: waivers}), [declared])
    assert found.outcome is Outcome.NOT_CHECKED


# What the report says


def test_nothing_personal_and_no_control_character_reaches_the_report(declare: Declare, plugins: Plugins) -> None:
    motif = 'Vu avec "la famille" de 2 85 05 78 006 084 36,\x1b[31m joignable à jean.untel@exemple.fr.'
    report = check(declare(entry(motif=motif, auteur="ARS, 06 12 34 56 78")), plugins)
    text = json.dumps(report, ensure_ascii=False)
    for secret in ("006 084", "untel", "34 56", "\\u001b", "\x1b"):
        assert secret not in text
    found = {finding["regle"] for finding in report["constats"] if finding["lieu"]["fichier"] == "duicheck.toml"}
    assert {"confidentialite/nir", "confidentialite/courriel", "confidentialite/telephone"} <= found
    assert report["verdict"] == "non_conforme"


def test_an_unknown_rule_that_is_personal_is_not_echoed(declare: Declare, plugins: Plugins) -> None:
    with pytest.raises(DeliveryError) as refusal:
        check(declare(entry(regle="essai/x285057800608441")), plugins)
    assert "285057800608441" not in str(refusal.value)


def test_a_case_keeps_the_waivers_of_its_base(declare: Declare, tmp_path: Path) -> None:
    """The case runner writes the manifest again: what it forgot would change the verdict in silence."""
    base = declare(entry(perimetre={"finess_et": ["970302303", "010000032"]}), manifest=True)
    before = tomllib.loads((base / "livraison.toml").read_text(encoding="utf-8"))
    path = tmp_path / "cas.toml"
    head = f'regle = "{MISSING}"\nbase = "{base.as_posix()}"\n'
    path.write_text(head + '[[cas]]\nnom = "essai"\nattendu = "enfreinte"\nconstats = 1\n', encoding="utf-8")
    (case,) = load_cases(path)
    assert_case(case)
    patch_delivery(case, tmp_path / "copie")
    assert tomllib.loads((tmp_path / "copie" / "livraison.toml").read_text(encoding="utf-8")) == before


def test_init_does_not_take_the_configuration_for_a_piece(declare: Declare) -> None:
    guesses, left_out = look_at(declare(entry()), "livraison.toml")
    assert "duicheck.toml" not in {found.path for found in [*guesses, *left_out]}


def test_rules_and_explain_say_what_can_be_waived(plugins: Plugins, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_program(["rules", "--format", "json", "-p", "no:grappe"]) == 0
    said = {each["id"]: each["derogation_possible"] for each in json.loads(capsys.readouterr().out)}
    assert said == {name: each.waivable for name, each in plugins.rules.items()}
    for name, words in (("journal/ecart-indicateur", "personne ne peut lever cette règle"), (MISSING, "possible.")):
        assert run_program(["explain", name]) == 0
        assert (
            f"Dérogation\u00a0: {'aucune ; ' if words != 'possible.' else ''}{words}"
            in capsys.readouterr().out.replace("\u00a0;", " ;")
        )
