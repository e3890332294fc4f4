"""Invented projects: as a delivery on disk, and as the parts that an aid is computed from."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from stdnum import luhn

from duicheck.findings import Location
from duicheck.model import Hypotheses, Mesures
from duicheck.model.grappe import Etablissement, Grappe, Heures, Organisme, Porteur, ProjetDepose
from duicheck.rulebook import load_rulebook, shipped_rulebooks
from duicheck_grappe.aide.commande import command
from duicheck_grappe.aide.contexte import Contexte

TEXTES = {book.id: book for book in (load_rulebook(source) for source in shipped_rulebooks())}
GRAND, PETIT, AUTRE = "732829320", "987654324", "912345675"


def numero(prefixe: str, rang: int) -> str:
    """A FINESS number of nine characters, with its key."""
    debut = f"{prefixe}{rang:0{8 - len(prefixe)}d}"
    return debut + luhn.calc_check_digit(debut.replace("A", "1").replace("B", "2"))


# On disk


def lignes(groupes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a list: each group is `nombre` establishments that share the other columns."""
    trouvees: list[dict[str, Any]] = []
    for groupe in groupes:
        colonnes = {nom: valeur for nom, valeur in groupe.items() if nom not in {"nombre", "prefixe"}}
        for _ in range(groupe.get("nombre", 1)):
            finess = numero(groupe.get("prefixe", "01"), len(trouvees) + 1)
            base = {"finess_et": finess, "champ": "PA", "organisme_siren": GRAND, "solution": "DUI d'essai"}
            repondues = dict.fromkeys(("autre_financement_europeen", "deja_finance"), "non")
            trouvees.append({**base, "bon_commande_sons": "", **repondues, **colonnes})
    return trouvees


def deposer(
    dossier: Path,
    texte: str,
    groupes: Iterable[Mapping[str, Any]],
    projet: Mapping[str, Any] | None = None,
    hypotheses: Mapping[str, str] | None = None,
) -> Path:
    """Write a delivery of a project and its list."""
    tableau = lignes(groupes)
    colonnes = list(dict.fromkeys(nom for ligne in tableau for nom in ligne))
    with (dossier / "structures.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrivain = csv.DictWriter(flux, colonnes)
        ecrivain.writeheader()
        ecrivain.writerows(tableau)
    document = {
        "format": 1,
        "texte": texte,
        "niveau": "regional",
        "porteur": {"nom": "Association d'essai", "type": "og", "siren": GRAND},
        "organismes": [{"nom": "Association d'essai", "siren": GRAND, "nombre_essms": 200}],
        **(projet or {}),
    }
    (dossier / "projet.json").write_text(json.dumps(document), encoding="utf-8")
    choix = "".join(f'{nom} = "{valeur}"\n' for nom, valeur in (hypotheses or {}).items())
    phase = 'phase = "projet"\n' if texte.startswith("2021") else ""
    jour = "2021-12-31" if texte.startswith("2021") else "2025-09-30"
    manifeste = (
        f'format = 1\ntexte = "{texte}"\ndate_mesure = {jour}\n{phase}'
        '[editeur]\nnom = "Éditeur d\'essai"\nsiren = "732829320"\n[solution]\nnom = "DUI d\'essai"\nversion = "4.2"\n'
        f"[hypotheses]\n{choix}"
        '[[fichiers]]\nrole = "structures"\nchemin = "structures.csv"\n'
        '[[fichiers]]\nrole = "projet"\nchemin = "projet.json"\n'
    )
    (dossier / "livraison.toml").write_text(manifeste, encoding="utf-8")
    return dossier


def aide_json(livraison: Path, *options: str) -> dict[str, Any]:
    """What `duicheck aide --format json` writes."""
    resultat = CliRunner().invoke(command, [str(livraison), "--format", "json", *options], catch_exceptions=False)
    assert resultat.exit_code == 0, resultat.output
    document: dict[str, Any] = json.loads(resultat.stdout)
    return document


def aide_texte(livraison: Path, *options: str) -> str:
    """What `duicheck aide` writes on a terminal of 80 columns."""
    runner = CliRunner(env={"COLUMNS": "80"})
    resultat = runner.invoke(command, [str(livraison), *options], catch_exceptions=False)
    assert resultat.exit_code == 0, resultat.output
    return resultat.stdout


# In memory


@dataclass(frozen=True)
class SansFichier:
    """Stands for the list of a delivery: every column is there, every place is nowhere."""

    columns_present = frozenset(
        "autre_financement_europeen deja_finance bon_commande_sons mise_en_ordre_de_marche prestation_segur".split()
    )
    file = "structures.csv"

    @property
    def readings(self) -> tuple[SansFichier, ...]:
        return (self,)

    def at(self, rowid: int, colonne: str | None = None) -> Location:
        return Location(self.file, rowid, colonne)


@dataclass(frozen=True)
class Etab:
    """An establishment of a generated project. `heures`: eligible ones out of a thousand; None: no home service."""

    rang: int
    situation: str | None = "acquisition"
    heures: int | None = None
    siren: str = GRAND
    devis: int | None = None
    prefixe: str = "01"

    def modele(self) -> Etablissement:
        """As the rules read it."""
        heures = Heures() if self.heures is None else Heures(totales=Decimal(1000), medicosociales=Decimal(self.heures))
        return Etablissement(
            rowid=self.rang,
            finess_et=numero(self.prefixe, self.rang),
            champ="PA" if self.heures is None else "DOM",
            situation=self.situation,
            organisme_siren=self.siren,
            solution="DUI d'essai",
            autre_financement_europeen=False,
            deja_finance=False,
            heures=heures,
            devis=self.devis,
            seuil_reduit=self.prefixe.startswith("97"),
        )


def contexte(
    texte: str,
    etabs: Sequence[Etab],
    *,
    tailles: Mapping[str, int] | None = None,
    hypotheses: Mapping[str, str] | None = None,
    mesures: Mesures | None = None,
    **projet: Any,
) -> Contexte:
    """A project in memory, without a delivery; `tailles` is how many establishments each organisation runs in all."""
    book = TEXTES[texte]
    tous = {GRAND: 200, PETIT: 2, AUTRE: 3, **(tailles or {})}

    def compter(_texte: Any, _hypotheses: Any) -> Grappe:
        uniques = list({un.finess_et: un for un in (etab.modele() for etab in etabs)}.values())
        sirens = dict.fromkeys(un.organisme_siren or "" for un in uniques)
        organismes = []
        for siren in sirens:
            siens = [un for un in uniques if un.organisme_siren == siren]
            reduit = all(un.seuil_reduit for un in siens)
            organismes.append(Organisme(siren, siren, tous.get(siren), len(siens), reduit))
        return Grappe(
            structures=SansFichier(),
            etablissements=uniques,
            repetitions=[],
            organismes=organismes,
            regions=frozenset({"Auvergne-Rhône-Alpes"}),
            sans_region=[],
            seuil_reduit=all(un.seuil_reduit for un in uniques),
            illisibles=0,
        )

    depose = ProjetDepose(
        document=None,
        texte=texte,
        niveau="regional",
        porteur=Porteur("Association d'essai", "og", GRAND, None, None, None, projet.pop("recupere_tva", None)),
        **{
            **dict.fromkeys(("date_depot", "date_convention", "date_debut", "date_fin", "rejoint_grappe_financee")),
            **dict.fromkeys(("elargissement", "amoa", "devis_amoa", "financement_materiel", "phase_pilote", "ght")),
            "pieces": {},
            "evaluations": {},
            **projet,
        },
    )
    choisies = Hypotheses(book.choose(hypotheses or {}), frozenset(hypotheses or {}))
    return Contexte(book, choisies, depose, compter, TEXTES, mesures)
