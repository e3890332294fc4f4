"""What the export says beside what the log gives: which row is taken, what is missing, how it sums up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from tables_recalcul import connexion, livraison, tables, textes

from duicheck.findings import Location
from duicheck.model import Comptes, Hypotheses, Indicateurs, Mesure, Mesures
from duicheck_indicateurs.comptage import calcul_de_la_livraison
from duicheck_indicateurs.fenetre import RegleFenetre, situer
from duicheck_indicateurs.lignes import export_de_la_livraison
from duicheck_indicateurs.mesures import mesures_de_la_livraison

DEBUT, FIN = date(2025, 6, 15), date(2025, 9, 14)
UN, DEUX = "010000024", "974000015"


@dataclass(frozen=True)
class _Place:
    line: int
    pointer: None = None


@dataclass(frozen=True)
class _Lecture:
    """As much of a reading as `Table.at` asks."""

    file: str
    rows: int
    rejected: int = 0
    first_rowid: int = 0

    def place(self, rank: int) -> _Place:
        return _Place(rank + 2)


def _ligne(
    finess: str, code: str, n: int, d: int | None = None, *, debut: date = DEBUT, fin: date = FIN
) -> tuple[Any, ...]:
    return finess, code, debut, fin, n, d, None, None


def _export(*lignes: tuple[Any, ...]) -> Indicateurs:
    connexion().execute(
        "CREATE OR REPLACE TABLE indicateurs (finess_et VARCHAR, indicateur VARCHAR, periode_debut DATE,"
        " periode_fin DATE, numerateur BIGINT, denominateur BIGINT, taux VARCHAR, date_extraction DATE)"
    )
    for ligne in lignes:
        connexion().execute("INSERT INTO indicateurs VALUES (?, ?, ?, ?, ?, ?, ?, ?)", list(ligne))
    return Indicateurs(connexion(), [_Lecture("export.csv", len(lignes))])


def _mesurer(export: Indicateurs, texte: str = "2025-40", *, journal: bool = False) -> Mesures:
    livre = textes()[texte]
    evenements = [
        {
            "id_evenement": f"E{numero}",
            "horodatage": datetime(2025, 8, 1, 12, tzinfo=UTC),
            "finess_et": finess,
            "id_dossier": f"D{numero}",
            "type": "mise_a_jour_dossier",
        }
        for numero, finess in enumerate((UN, UN, DEUX))
    ]
    sejours = [
        {
            "id_personne": f"P{numero}",
            "id_dossier": f"D{numero}",
            "finess_et": finess,
            "date_entree": date(2020, 1, 1),
            "projet_possible": True,
        }
        for numero, finess in enumerate((UN, UN, DEUX, DEUX, DEUX))
    ]
    declaree = livraison(texte, date(2025, 9, 15))
    fenetre = situer(declaree, RegleFenetre.du_texte(livre), {})
    lignes = export_de_la_livraison.build(indicateurs=export)
    calcul = None
    if journal:
        tenus, inscrits = tables(evenements, sejours)
        calcul = calcul_de_la_livraison.build(
            journal=tenus,
            registre=inscrits,
            export=lignes,
            rulebook=livre,
            fenetre=fenetre,
            hypotheses=Hypotheses(livre.choose({})),
            decompte=None,
            livraison=declaree,
        )
    mesures: Mesures = mesures_de_la_livraison.build(
        export=lignes, rulebook=livre, fenetre=fenetre, calcul=calcul, structures=None
    )
    return mesures


def _de(mesures: Mesures, finess: str | None, code: str) -> Mesure:
    parmi = mesures.projet if finess is None else mesures.etablissements
    (trouvee,) = [mesure for mesure in parmi if (mesure.finess_et, mesure.code) == (finess, code)]
    return trouvee


def test_l_obligatoire_est_toujours_la_et_le_facultatif_s_il_est_exporte() -> None:
    mesures = _mesurer(_export(_ligne(DEUX, "eparcours", 4), _ligne(UN, "dmp", 1, 2)))
    obligatoires = ["dossiers_actifs", "projet_personnalise", "evenement_agenda", "mssante", "dmp"]
    assert [(m.finess_et, m.code) for m in mesures.etablissements] == [
        *((UN, code) for code in obligatoires),
        *((DEUX, code) for code in [*obligatoires, "eparcours"]),
    ]
    assert [m.code for m in mesures.projet] == [*obligatoires, "eparcours"]
    assert _de(mesures, UN, "mssante").exporte is None
    assert _de(mesures, UN, "mssante").at == Location()
    assert _de(mesures, UN, "dmp").at == Location("export.csv", 3)


def test_sans_journal_rien_n_est_recalcule() -> None:
    mesures = _mesurer(_export(_ligne(UN, "dmp", 1, 2)))
    assert all(mesure.recalcule is None for mesure in [*mesures.etablissements, *mesures.projet])
    assert _de(mesures, UN, "dmp").conforme is None
    assert _de(mesures, UN, "dmp").cible == 70


def test_avec_journal_les_entiers_sont_cote_a_cote() -> None:
    export = _export(_ligne(UN, "dossiers_actifs", 2, 2), _ligne(DEUX, "dossiers_actifs", 2, 3))
    mesures = _mesurer(export, journal=True)
    assert _de(mesures, UN, "dossiers_actifs").conforme is True
    assert _de(mesures, DEUX, "dossiers_actifs").recalcule == Comptes(1, 3)
    assert _de(mesures, DEUX, "dossiers_actifs").conforme is False
    assert _de(mesures, None, "dossiers_actifs").recalcule == Comptes(3, 5)


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        ([_ligne(UN, "dmp", 1, 2, debut=date(2025, 1, 1))], Comptes(1, 2)),  # alone: another rule speaks of its period
        ([_ligne(UN, "dmp", 1, 2, fin=date(2025, 6, 30)), _ligne(UN, "dmp", 3, 4)], Comptes(3, 4)),
        ([_ligne(UN, "dmp", 3, 4), _ligne(UN, "dmp", 5, 6)], Comptes(3, 4)),
        ([_ligne(UN, "dmp", n, 4, debut=date(2025, 1, n)) for n in (1, 2)], None),
    ],
)
def test_la_ligne_retenue_est_celle_de_la_fenetre(lignes: list[tuple[Any, ...]], attendu: Comptes | None) -> None:
    assert _de(_mesurer(_export(*lignes)), UN, "dmp").exporte == attendu


def test_le_total_est_un_rapport_de_sommes() -> None:
    mesures = _mesurer(_export(_ligne(UN, "dmp", 1, 2), _ligne(DEUX, "dmp", 8, 9), _ligne("TOTAL", "dmp", 99, 99)))
    assert _de(mesures, None, "dmp").exporte == Comptes(9, 11)
    assert _de(mesures, None, "mssante").exporte is None
    assert {mesure.finess_et for mesure in mesures.etablissements} == {UN, DEUX}


def test_un_simple_compte_ne_se_juge_que_sur_son_nombre() -> None:
    mesures = _mesurer(_export(_ligne(UN, "eprescription", 0), _ligne(UN, "eparcours", 0, 12)), journal=True)
    assert _de(mesures, UN, "eprescription").conforme is True
    assert _de(mesures, UN, "eparcours").conforme is True
    assert _de(mesures, None, "eprescription").exporte == Comptes(0)


def test_en_2021_les_socles_ne_sont_la_que_s_ils_sont_choisis() -> None:
    mesures = _mesurer(_export(_ligne(UN, "mssante", 5)), "2021-amorcage", journal=True)
    assert [m.code for m in mesures.etablissements] == [
        *("dossiers_actifs", "projet_personnalise", "evenement_agenda", "mssante"),
    ]
    assert _de(mesures, UN, "mssante").recalcule == Comptes(0)
    assert all(mesure.cible is None for mesure in mesures.etablissements)


def test_un_export_sans_ligne_n_a_pas_de_mesure() -> None:
    mesures = _mesurer(_export(), journal=True)
    assert (list(mesures.etablissements), list(mesures.projet)) == ([], [])
