"""The official XLSX exports, in workbooks invented on their two layouts."""

from __future__ import annotations

import json

import pytest
import xlsxwriter
from click.testing import CliRunner

from duicheck.errors import UsageError
from duicheck.formats import validator
from duicheck_segur.catalogue import depuis, lire_catalogue
from duicheck_segur.commande import command
from duicheck_segur.importation import importer

RAPPORT = [
    line.split("|")
    for line in (
        (
            "Exigence conditionnelle|Profil|ID Section|Section|Bloc|Fonction|Nature|N° exigence|Énoncé"
            "|N° scénario|Scénario|N° preuve|Preuve|N° preuve|Preuve"
        ),
        (
            "NON|Général|1|DMP|B|Alimenter|Exigence|DMP.01.MS1|Le système DOIT alimenter."
            "|DMP.01.MS1.01|Alimenter une fois|DMP.01.MS1.01.01|Une capture|DMP.01.MS1.01.02|Un journal"
        ),
        "|||||||||DMP.01.MS1.02|Alimenter deux fois|DMP.01.MS1.02.01|Une capture",
        "OUI|Général|1|INS|B|Chercher|Préconisation|INS.28A|SI … ALORS …||||",
    )
]
CONVERGENCE = [
    line.split("|")
    for line in (
        (
            "Périmètre|ID|Chapitre|Fonction|Exigence|Commentaire|Profil|N° scénario|Scénario de conformité"
            "|N° preuve|Preuve|Profil historique|Criticité|Ordre"
        ),
        (
            "DUI|DUI.DMP.01|DMP|F|Le système DOIT alimenter.||Général|DUI.DMP.01.01|Alimenter"
            "|DUI.DMP.01.01.01|Une capture||MAJOR|1"
        ),
        (
            "DUI|DUI.DMP.01|DMP|F|Le système DOIT alimenter.||Général|DUI.DMP.01.01|Alimenter"
            "|DUI.DMP.01.01.02|Un journal||MAJOR|2"
        ),
        "DUI|DUI.MES.01|MES|F|Le système PEUT envoyer.||Général||||||MINOR|3",
        "DUI|DUI.INS.26|INS|F|SI une identité est reçue\nALORS le système la vérifie.||Général",
        "DUI|exigence 12|INS|F|Sans identifiant||Général",
    )
]


@pytest.fixture
def classeur(tmp_path):
    """Write sheets into a workbook: name -> rows."""

    def write(nom: str = "export.xlsx", **feuilles):
        chemin = tmp_path / nom
        with xlsxwriter.Workbook(str(chemin)) as livre:
            for titre, lignes in feuilles.items():
                feuille = livre.add_worksheet(titre)
                for rang, ligne in enumerate(lignes):
                    feuille.write_row(rang, 0, ligne)
        return chemin

    return write


def test_the_layout_of_the_report(classeur):
    trouve = importer(
        classeur(Garde=[["Titre"]], Exigences=[["Un titre"], [], *RAPPORT]), couloir="medico-social", complet=True
    )
    assert list(validator("exigences").iter_errors(trouve.valeur)) == []
    dmp, ins = trouve.valeur["exigences"]
    assert (dmp["id"], dmp["categorie"], dmp["conditionnelle"], dmp["chapitre"]) == ("DMP.01.MS1", "CRI", False, "DMP")
    assert [scenario["id"] for scenario in dmp["scenarios"]] == ["DMP.01.MS1.01", "DMP.01.MS1.02"]
    assert dmp["scenarios"][0]["preuves"] == [
        {"id": "DMP.01.MS1.01.01", "intitule": "Une capture"},
        {"id": "DMP.01.MS1.01.02", "intitule": "Un journal"},
    ]
    assert (ins["categorie"], ins["conditionnelle"]) == ("PRECO", True)
    assert ins["exclusive_de"] == ["INS.28B"], "l'autre branche, dans l'écriture du fichier"
    assert (trouve.feuille, trouve.scenarios, trouve.preuves, trouve.ecartees) == ("Exigences", 2, 3, [])
    assert trouve.valeur["complet"] is True


def test_the_layout_of_convergence(classeur):
    trouve = importer(classeur(Feuil1=CONVERGENCE), couloir="medico-social", complet=False)
    assert list(validator("exigences").iter_errors(trouve.valeur)) == []
    dmp, mes, ins = trouve.valeur["exigences"]
    assert [each["categorie"] for each in (dmp, mes)] == ["CRI", "PRECO"], "d'après DOIT et PEUT"
    assert "categorie" not in ins
    assert trouve.sans_categorie == 1
    assert ins["conditionnelle"] is True
    assert len(dmp["scenarios"]) == 1
    assert len(dmp["scenarios"][0]["preuves"]) == 2
    assert trouve.ecartees == [6]
    assert "sans garantie" in trouve.valeur["avertissement"]


def test_an_imported_catalogue_keeps_the_controls_that_are_known(classeur):
    lignes = [CONVERGENCE[0], ["DUI", "SC.TBB.01.MS1", "TBB", "F", "Le système DOIT afficher."]]
    trouve = importer(classeur(Feuil1=lignes), couloir="medico-social", complet=False)
    exigence = depuis(trouve.valeur).trouver("SC.TBB.01.MS1")
    assert "tableau-de-bord/ins-total-faux" in exigence.regles
    assert exigence.obligatoire


def test_what_is_no_export_is_refused_in_one_sentence(classeur, tmp_path):
    with pytest.raises(UsageError, match=r"autre\.xlsx : aucune feuille n'a les titres .*« N° exigence ».*« ID »"):
        importer(classeur("autre.xlsx", Feuil1=[["Nom", "Ville"], ["a", "b"]]), couloir="medico-social", complet=False)
    with pytest.raises(UsageError, match="n'existe pas"):
        importer(tmp_path / "absent.xlsx", couloir="medico-social", complet=False)
    (tmp_path / "texte.xlsx").write_text("pas un classeur", encoding="utf-8")
    with pytest.raises(UsageError, match="pas un classeur XLSX"):
        importer(tmp_path / "texte.xlsx", couloir="medico-social", complet=False)


def test_the_command_writes_a_catalogue_that_it_reads_back(classeur, tmp_path):
    source, vers = classeur(Feuil1=CONVERGENCE), tmp_path / "exigences.json"
    result = CliRunner().invoke(command, ["importer", str(source), "--vers", str(vers)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    assert "3 exigences, 1 scénario, 2 preuves" in result.stdout
    assert "6" in result.stdout
    assert list(lire_catalogue(vers).exigences) == ["DUI.DMP.01", "DUI.MES.01", "DUI.INS.26"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exigences.json", "export.xlsx"], "rien d'autre"
    listed = CliRunner().invoke(command, ["--catalogue", str(vers), "--format", "json"], catch_exceptions=False)
    assert json.loads(listed.stdout)["exigences"][0]["id"] == "DUI.DMP.01"


def test_an_existing_file_is_kept_unless_forced(classeur, tmp_path):
    source, vers = classeur(Feuil1=CONVERGENCE), tmp_path / "exigences.json"
    vers.write_text("précieux", encoding="utf-8")
    result = CliRunner().invoke(command, ["importer", str(source), "--vers", str(vers)])
    assert isinstance(result.exception, UsageError)
    assert vers.read_text(encoding="utf-8") == "précieux"
    CliRunner().invoke(command, ["importer", str(source), "--vers", str(vers), "--force"], catch_exceptions=False)
    assert lire_catalogue(vers).exigences


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [('{"format": 1,', "JSON tronqué"), ('{"format": 1}', "il faut une valeur"), ("[]", "il faut un objet")],
)
def test_a_file_that_is_no_catalogue_is_refused(tmp_path, contenu, phrase):
    chemin = tmp_path / "c.json"
    chemin.write_text(contenu, encoding="utf-8")
    with pytest.raises(UsageError, match=phrase):
        lire_catalogue(chemin)


def test_an_unknown_chapter_names_the_known_ones():
    result = CliRunner().invoke(command, ["--chapitre", "XYZ"])
    assert isinstance(result.exception, UsageError)
    assert "DMP, DOC" in str(result.exception)
