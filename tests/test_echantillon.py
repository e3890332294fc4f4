"""Invented deliveries: right under every text, the same bytes for a seed, and spoilt exactly as asked.

Their export is counted from what was decided for each person; that the whole program finds it conforme is therefore a
check of the recomputation by an independent hand, as much as a check of the sample.
"""

from __future__ import annotations

import csv
import hashlib
import tracemalloc
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from stdnum import luhn
from stdnum.fr import siren

from duicheck.errors import UsageError
from duicheck.findings import Severity
from duicheck.harness import check
from duicheck.plugins import Plugins, load_plugins
from duicheck_echantillon import duicheck_commands
from duicheck_echantillon.defauts import DEFAUTS
from duicheck_echantillon.livraison import generate

FICHIERS = ("indicateurs.csv", "journal.csv", "livraison.toml", "registre.csv")
TEXTES = ("2021-amorcage", "2023-13", "2024-15", "2025-40")
EMPREINTE = "a0559789ce962ed6ee358499e1323afc9a023e92fbd1896d7e2cf24b84d30165"
ENTRAINES = {
    "livraison/fichier-vide": {"journal/dossier-inconnu", "journal/ecart-indicateur"},
    "indicateurs/numerateur-superieur": {"journal/ecart-indicateur"},
    "indicateurs/denominateur-nul": {"indicateurs/denominateurs-discordants", "journal/ecart-indicateur"},
    "indicateurs/denominateur-absent": {"journal/ecart-indicateur"},
    "indicateurs/denominateurs-discordants": {"journal/ecart-indicateur"},
    "journal/couverture-incomplete": {"journal/ecart-indicateur"},
}
"""Defects that cannot come alone, and the rules that blame them besides their own."""
AUTRES_TEXTES = {
    "indicateurs/criteres-socles-insuffisants": "2021-amorcage",
    "indicateurs/mesure-hors-fin-de-mois": "2023-13",
}


@pytest.fixture(scope="module")
def plugins() -> Plugins:
    return load_plugins()


def _enfreintes(rapport: dict[str, Any], plugins: Plugins) -> tuple[set[str], set[str]]:
    """The rules that are broken or crash: those that blame, and those that inform."""
    vues = {regle["id"] for regle in rapport["regles"] if regle["resultat"] in {"enfreinte", "en_erreur"}}
    informent = {regle for regle in vues if plugins.rules[regle].severity is Severity.INFO}
    return vues - informent, informent


def _lignes(dossier: Path, role: str) -> list[dict[str, str]]:
    with (dossier / f"{role}.csv").open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


def _octets(dossier: Path) -> Iterator[bytes]:
    return (chemin.read_bytes() for chemin in sorted(dossier.iterdir()))


@pytest.mark.parametrize("texte", TEXTES)
@pytest.mark.parametrize(("esms", "personnes"), [(1, 1), (2, 9), (16, 150)])
def test_un_echantillon_est_conforme_sous_chaque_texte(
    texte: str, esms: int, personnes: int, plugins: Plugins, tmp_path: Path
) -> None:
    generate(tmp_path, seed=esms, esms=esms, personnes=personnes, texte=texte)
    rapport = check(tmp_path, plugins)
    assert _enfreintes(rapport, plugins)[0] == set()
    assert rapport["verdict"] == "conforme"
    assert rapport["cibles"] == ("sans_objet" if texte == "2021-amorcage" else "atteintes")


@pytest.mark.parametrize("mesure", [date(2025, 3, 30), date(2025, 5, 31), date(2024, 2, 29), date(2025, 11, 1)])
def test_un_echantillon_est_conforme_aux_dates_delicates(mesure: date, plugins: Plugins, tmp_path: Path) -> None:
    generate(tmp_path, seed=4, esms=9, personnes=60, date_mesure=mesure)
    assert check(tmp_path, plugins)["verdict"] == "conforme"


def test_l_echantillon_ordinaire_a_de_tout(tmp_path: Path) -> None:
    generate(tmp_path, seed=1, esms=16, personnes=800)
    journal, registre = _lignes(tmp_path, "journal"), _lignes(tmp_path, "registre")
    vus = {(ligne["type"], ligne["etat"]) for ligne in journal}
    assert vus == {
        ("mise_a_jour_dossier", ""),
        *(("projet_personnalise", etat) for etat in ("en_preparation", "actif", "clos")),
        *(("evenement_agenda", etat) for etat in ("planifie", "realise", "annule")),
        *(("message_mssante", etat) for etat in ("envoye", "echec", "recu")),
        *(("alimentation_dmp", etat) for etat in ("succes", "echec", "supprime")),
        ("import_eprescription", ""),
        ("echange_eparcours", ""),
    }
    assert {ligne["canal"] for ligne in journal} == {"", "professionnelle", "citoyenne"}
    decalages = {ligne["horodatage"][19:] for ligne in journal}
    assert decalages >= {"+01:00", "+02:00", "-04:00", "-03:00", "+04:00", "+03:00"}
    assert {ligne["projet_possible"] for ligne in registre} == {"true", "false"}
    assert len({ligne["id_personne"] for ligne in registre}) == 800 < len(registre)
    assert len({ligne["id_evenement"] for ligne in journal}) == len(journal) == 800 * 12


def test_les_numeros_ont_la_bonne_cle(tmp_path: Path) -> None:
    generate(tmp_path, seed=2, esms=40, personnes=40)
    numeros = {ligne["finess_et"] for ligne in _lignes(tmp_path, "indicateurs")}
    assert len(numeros) == 40
    assert {"2A", "2B", "97", "98", "75"} <= {numero[:2] for numero in numeros}
    assert {"971", "972", "973", "974", "976"} <= {numero[:3] for numero in numeros}
    for numero in numeros:
        assert luhn.is_valid(numero.replace("A", "1").replace("B", "2")), numero
    manifeste = (tmp_path / "livraison.toml").read_text(encoding="utf-8")
    assert siren.is_valid(manifeste.partition('siren = "')[2][:9])


@pytest.mark.parametrize("evenements", [800, 1001, 30_000])
def test_le_nombre_d_evenements_est_celui_demande(evenements: int, plugins: Plugins, tmp_path: Path) -> None:
    generate(tmp_path, seed=3, esms=7, personnes=100, evenements=evenements)
    assert len(_lignes(tmp_path, "journal")) == evenements
    assert check(tmp_path, plugins)["verdict"] == "conforme"


def test_une_graine_donne_toujours_les_memes_octets(tmp_path: Path) -> None:
    for nom in ("un", "deux"):
        generate(tmp_path / nom, seed=7, esms=5, personnes=40)
    generate(tmp_path / "autre", seed=8, esms=5, personnes=40)
    assert list(_octets(tmp_path / "un")) == list(_octets(tmp_path / "deux"))
    assert list(_octets(tmp_path / "un")) != list(_octets(tmp_path / "autre"))
    assert sorted(chemin.name for chemin in (tmp_path / "un").iterdir()) == sorted(FICHIERS)
    empreinte = hashlib.sha256(b"\0".join(_octets(tmp_path / "un"))).hexdigest()
    # On another system or another Python these must be the same bytes. When the invention itself changes, so may this.
    assert empreinte == EMPREINTE
    assert b"\r" not in b"".join(_octets(tmp_path / "un"))


def test_la_memoire_ne_suit_pas_le_nombre_d_evenements(tmp_path: Path) -> None:
    sommets = []
    for nombre in (40_000, 80_000):
        tracemalloc.start()
        generate(tmp_path / str(nombre), seed=1, esms=1, personnes=3, evenements=nombre)
        sommets.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert sommets[1] < 1.2 * sommets[0]


def test_l_avancee_est_dite(tmp_path: Path) -> None:
    vues: list[tuple[int, int]] = []
    generate(tmp_path, seed=1, esms=3, personnes=30, evenements=70_000, progres=lambda *avancee: vues.append(avancee))
    assert vues == sorted(vues)
    assert vues[-1] == (70_000, 70_000)


@pytest.mark.parametrize("regle", sorted(DEFAUTS))
def test_le_defaut_plante_est_trouve(regle: str, plugins: Plugins, tmp_path: Path) -> None:
    assert regle in plugins.rules
    generate(tmp_path, seed=3, esms=4, personnes=120, texte=AUTRES_TEXTES.get(regle, "2025-40"), defaut=regle)
    blament, informent = _enfreintes(check(tmp_path, plugins), plugins)
    assert regle in blament | informent
    assert blament - {regle} == ENTRAINES.get(regle, set())


def test_un_defaut_qui_n_a_pas_de_sens_est_refuse(tmp_path: Path) -> None:
    refus = {
        "indicateurs/criteres-socles-insuffisants": ("2025-40", "2021-amorcage"),
        "indicateurs/mesure-hors-fin-de-mois": ("2025-40", "2023-13"),
        "indicateurs/cible-non-atteinte": ("2021-amorcage", "cible"),
    }
    for regle, (texte, mot) in refus.items():
        with pytest.raises(UsageError, match=mot):
            generate(tmp_path / "refus", seed=1, esms=2, personnes=20, texte=texte, defaut=regle)
    with pytest.raises(UsageError, match="plus grand"):
        generate(tmp_path / "refus", seed=1, esms=1, personnes=1, defaut="journal/etablissement-discordant")
    assert not list((tmp_path / "refus").iterdir())


@pytest.mark.parametrize(
    ("options", "mot"),
    [
        ({"esms": 0}, "au moins un établissement"),
        ({"personnes": 3}, "une personne par établissement"),
        ({"evenements": 79}, "8 événements par personne"),
        ({"evenements": 10**8 + 1}, "au plus 100000000"),
        ({"texte": "1999"}, "2025-40"),
        ({"defaut": "journal/rien"}, "journal/evenement-repete"),
        ({"date_mesure": date(3, 1, 1)}, "calendrier"),
        ({"date_mesure": date(9999, 12, 31)}, "calendrier"),
    ],
)
def test_ce_qui_ne_peut_pas_etre_est_refuse(options: dict[str, Any], mot: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=mot):
        generate(tmp_path, **{"seed": 1, "esms": 4, "personnes": 10, **options})
    assert not list(tmp_path.iterdir())


def test_rien_n_est_ecrase(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("à garder", encoding="utf-8")
    for cible in (tmp_path, tmp_path / "note.txt"):
        with pytest.raises(UsageError, match="pas un dossier vide"):
            generate(cible, seed=1, esms=1, personnes=1)
    assert [chemin.name for chemin in tmp_path.iterdir()] == ["note.txt"]


def test_la_commande(tmp_path: Path) -> None:
    (commande,) = duicheck_commands()
    dossier = tmp_path / "essai"
    options = ["--seed", "5", "--esms", "3", "--personnes", "30", "--texte", "2023-13", "--date-mesure", "2024-01-31"]
    fini = CliRunner().invoke(commande, [str(dossier), *options])
    assert fini.exit_code == 0
    assert "duicheck check" in fini.output
    assert "date_mesure = 2024-01-31" in (dossier / "livraison.toml").read_text(encoding="utf-8")
    assert CliRunner().invoke(commande, [str(dossier), "--date-mesure", "hier"]).exit_code == 2
