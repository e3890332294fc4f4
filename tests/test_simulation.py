"""`duicheck simulate`: the same integers as a check at each date, bounded, and no verdict."""

from __future__ import annotations

import json
import shutil
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from duicheck import Options, check, examine, load_plugins
from duicheck.cli.program import run
from duicheck.errors import UsageError
from duicheck_indicateurs import simulation as module
from duicheck_indicateurs.commande import command
from duicheck_indicateurs.dates import AU_MOINS, Periode, calendrier, periodes
from duicheck_indicateurs.simulation import simuler
from duicheck_indicateurs.simulation_json import en_json

LIVRAISONS = Path(__file__).parents[1] / "fixtures" / "livraisons"
PETITE = LIVRAISONS / "petite"
MESURE = date(2025, 9, 15)


@pytest.fixture(scope="module")
def petite() -> dict[str, Any]:
    with examine(PETITE, load_plugins()) as dataset:
        return en_json(simuler(dataset, "2023-13"))


def figures(indicateurs: list[dict[str, Any]]) -> dict[str, tuple[int, int | None]]:
    return {un["code"]: (un["numerateur"], un["denominateur"]) for un in indicateurs}


def at(perimetre: dict[str, Any], jour: str) -> dict[str, tuple[int, int | None]]:
    return {
        un["code"]: (essai["numerateur"], essai["denominateur"])
        for un in perimetre["indicateurs"]
        for essai in un["serie"]
        if essai["date_mesure"] == jour
    }


# Dates


@given(
    mesure=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    ecart=st.none() | st.integers(-4_000, 4_000),
    fins_de_mois=st.booleans(),
    au_plus=st.integers(AU_MOINS, 120),
)
def test_dates_are_bounded_and_hold_both_ends(
    *, mesure: date, ecart: int | None, fins_de_mois: bool, au_plus: int
) -> None:
    jusqu_au = None if ecart is None else mesure + timedelta(days=ecart)
    dates = calendrier(mesure, jusqu_au, fins_de_mois=fins_de_mois, au_plus=au_plus).dates
    assert list(dates) == sorted(set(dates))
    assert len(dates) <= au_plus
    assert mesure in dates
    if fins_de_mois:
        assert all((jour + timedelta(days=1)).day == 1 for jour in dates if jour != mesure)
    else:
        assert jusqu_au is None or jusqu_au in dates


def test_by_default_a_month_around_or_six_months() -> None:
    jours = calendrier(MESURE, None, fins_de_mois=False, au_plus=91)
    assert (jours.dates[0], jours.dates[-1], len(jours.dates), jours.pas) == (
        date(2025, 8, 16),
        date(2025, 10, 15),
        61,
        "1 jour",
    )
    mois = calendrier(date(2025, 9, 30), None, fins_de_mois=True, au_plus=91)
    assert (mois.dates[0], mois.dates[-1], mois.pas) == (date(2025, 3, 31), date(2026, 2, 28), "1 mois")


def test_runs_of_dates() -> None:
    jours = [MESURE + timedelta(days=rang) for rang in range(5)]
    kept = [True, True, False, False, True]
    assert periodes(jours, kept) == [Periode(jours[0], jours[1]), Periode(jours[4], jours[4])]
    assert periodes([], []) == []


# Figures


@pytest.mark.parametrize("jour", ["2025-08-16", "2025-09-05", "2025-09-15", "2025-09-16", "2025-10-15"])
def test_each_date_gives_what_a_check_gives(petite: dict[str, Any], jour: str) -> None:
    report = check(PETITE, load_plugins(), Options(date_mesure=date.fromisoformat(jour)))
    sous = petite["textes"][0]
    for one, simulated in zip(report["etablissements"], sous["etablissements"], strict=True):
        assert one["finess_et"] == simulated["finess_et"]
        for row in one["indicateurs"]:
            assert at(simulated, jour)[row["code"]] == (
                row["recalcule"]["numerateur"],
                row["recalcule"]["denominateur"],
            )
    for row in report["projet"]["indicateurs"]:
        assert at(sous["projet"], jour)[row["code"]] == (
            row["recalcule"]["numerateur"],
            row["recalcule"]["denominateur"],
        )


def test_another_text_stands_beside(petite: dict[str, Any]) -> None:
    mine, other = petite["textes"]
    assert (mine["id"], other["id"]) == ("2025-40", "2023-13")
    assert mine["fenetre"] == {"debut": "2025-06-15", "fin": "2025-09-14"}
    assert other["fenetre"] == {"debut": "2025-09-01", "fin": "2025-09-30"}
    report = check(PETITE, load_plugins(), Options(texte="2023-13"))
    wanted = {
        row["code"]: (row["recalcule"]["numerateur"], row["recalcule"]["denominateur"])
        for row in report["projet"]["indicateurs"]
    }
    assert figures(other["projet"]["indicateurs"]) == wanted


def test_when_each_target_is_reached(petite: dict[str, Any]) -> None:
    for sous in petite["textes"]:
        for perimetre in [sous["projet"], *sous["etablissements"]]:
            for un in perimetre["indicateurs"]:
                reached = [essai["date_mesure"] for essai in un["serie"] if essai["atteinte"]]
                within = [
                    jour for jour in sous["dates"] if any(run["du"] <= jour <= run["au"] for run in un["periodes"])
                ]
                assert reached == within
                lacks = [essai["manquants"] for essai in un["serie"] if essai["manquants"] is not None]
                assert un["plus_proche"]["manquants"] == min(lacks)
        together = [
            jour
            for rang, jour in enumerate(sous["dates"])
            if all(
                un["serie"][rang]["atteinte"]
                for perimetre in [sous["projet"], *sous["etablissements"]]
                for un in perimetre["indicateurs"]
            )
        ]
        runs = sous["toutes_les_cibles"]
        assert together == [jour for jour in sous["dates"] if any(run["du"] <= jour <= run["au"] for run in runs)]


def test_the_log_says_how_far_it_goes(petite: dict[str, Any]) -> None:
    (covered,) = petite["textes"][0]["couvertes"]
    assert covered["du"] <= "2025-09-15" <= covered["au"]
    assert covered["au"] < petite["textes"][0]["dates"][-1]


def test_a_large_register_gets_fewer_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BUDGET", 120)
    with examine(PETITE, load_plugins()) as dataset:
        (sous,) = simuler(dataset).textes
    assert len(sous.calendrier.dates) <= 10
    assert sous.calendrier.pas != "1 jour"


def test_the_export_is_not_looked_at(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PETITE, tmp_path / "petite"))
    export = folder / "indicateurs.csv"
    export.write_text(export.read_text(encoding="utf-8").replace(",7,10,70.00", ",8,10,80.00"), encoding="utf-8")
    with examine(folder, load_plugins()) as changed, examine(PETITE, load_plugins()) as right:
        assert en_json(simuler(changed)) == en_json(simuler(right))
    manifest = folder / "livraison.toml"
    text = manifest.read_text(encoding="utf-8")
    start, end = text.index('[[fichiers]]\nrole = "indicateurs"'), text.index('[[fichiers]]\nrole = "journal"')
    manifest.write_text(text[:start] + text[end:], encoding="utf-8")
    with examine(folder, load_plugins()) as without, examine(PETITE, load_plugins()) as right:
        assert en_json(simuler(without)) == en_json(simuler(right))


def test_without_a_log_it_says_so(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(PETITE, tmp_path / "petite"))
    manifest = folder / "livraison.toml"
    text = manifest.read_text(encoding="utf-8")
    manifest.write_text(text[: text.index('[[fichiers]]\nrole = "journal"')], encoding="utf-8")
    with examine(folder, load_plugins()) as dataset, pytest.raises(UsageError, match="journal"):
        simuler(dataset)


@pytest.mark.parametrize(("texte", "jusqu_au"), [("2030-01", None), (None, date.max), (None, date.min)])
def test_what_cannot_be_simulated_is_said(texte: str | None, jusqu_au: date | None) -> None:
    with examine(PETITE, load_plugins()) as dataset:
        if jusqu_au == date.max:
            assert simuler(dataset, texte, jusqu_au).textes, "the last day of the calendar has a window before it"
            return
        with pytest.raises(UsageError, match=r"inconnu|rapprochez"):
            simuler(dataset, texte, jusqu_au)


# The command


def test_the_command_warns_first_and_names_no_person() -> None:
    said = CliRunner().invoke(command, [str(PETITE), "--texte", "2023-13"], env={"COLUMNS": "100"})
    assert said.exit_code == 0
    assert said.output.startswith("SIMULATION — CE N'EST PAS UN VERDICT\n")
    assert "l'avenir n'est pas connu" in " ".join(said.output.split())
    assert "Ensemble du projet" in said.output
    assert "CONFORME" not in said.output
    assert "d-01" not in said.output


def test_the_command_in_json_and_its_code(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    assert run(["simulate", str(PETITE), "--format", "json", "--jusqu-au", "20/09/2025"]) == 0
    found = json.loads(capsysbinary.readouterr().out)
    assert found["textes"][0]["dates"][-1] == "2025-09-20"
    assert "pas un verdict" in found["avertissement"]


@pytest.mark.parametrize(
    "arguments",
    [
        *(["--jusqu-au", "demain"], ["--jusqu-au", "20250920"], ["--texte", "2030-01"], ["--jusqu-au", "0001-01-01"]),
        *(["--hypothese", "agenda"], ["--hypothese", "agendas=existe"], ["--hypothese", "agenda=lunaire"]),
        ["--hypothese", "agenda=existe", "--hypothese", "agenda=avec_annules"],
        *(["-p", "journal"], ["-p", "no:"]),
    ],
)
def test_a_wrong_option_is_one_sentence(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", str(PETITE), *arguments]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("Erreur")
    assert said.err.count("\n") == 1


def test_it_follows_the_hypotheses_and_leaves_plugins_out(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    def counted(*arguments: str) -> list[dict[str, object]]:
        assert run(["simulate", str(PETITE), "--format", "json", *arguments]) == 0
        (sous,) = json.loads(capsysbinary.readouterr().out)["textes"]
        return [one["indicateurs"] for one in sous["etablissements"]]

    plain = counted()
    assert counted("-p", "no:plausibilite") == plain
    assert counted("--hypothese", "fenetre=un_mois") != plain


def test_a_lone_file_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["simulate", str(PETITE / "journal.csv")]) == 2
    assert "dossier ou le zip" in capsys.readouterr().err
