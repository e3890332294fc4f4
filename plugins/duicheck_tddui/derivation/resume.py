"""What a derivation gave and could not give, for people and as JSON. Never a value of a person: columns and counts."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from duicheck.langue import SOURCE, _, current, n_
from duicheck_tddui.derivation.recolte import Ecart, Recolte

__all__ = ["Resume", "en_json", "en_texte"]

_AVANT = re.compile(r"(?<=\S) ([:;!?%»])(?=$|[\s.,;)])")
_APRES = re.compile(r"« ")

_TOUJOURS_ABSENTS = {
    "tddui": {
        "journal": (
            "mise_a_jour_dossier",
            "message_mssante",
            "alimentation_dmp",
            "import_eprescription",
            "echange_eparcours",
        ),
        "registre": ("projet_possible",),
    },
    "traces": {
        "journal": (
            "mise_a_jour_dossier",
            "projet_personnalise",
            "evenement_agenda",
            "import_eprescription",
            "echange_eparcours",
        ),
        "registre": ("registre",),
    },
}


class Resume(Struct, frozen=True):
    """Everything that the two outputs say."""

    sorte: str  # tddui or traces
    fichiers: Sequence[str]
    recolte: Recolte
    dossier: Path
    ecrits: Sequence[str]
    sel: str  # garde, cree or perdu

    @property
    def comptes(self) -> dict[str, int]:
        """The rows written, by table."""
        return {table: len(lignes) for table, lignes in self.recolte.tables().items()}


def en_json(resume: Resume) -> dict[str, Any]:
    """The account as JSON values."""
    return {
        "format": 1,
        "dossier": str(resume.dossier),
        "fichiers_ecrits": list(resume.ecrits),
        "lignes": resume.comptes,
        "fichiers": [
            {
                "fichier": fichier,
                "lus": {table: resume.recolte.lus[fichier, table] for table in ("registre", "journal")},
                "manques": [
                    {
                        "table": ecart.table,
                        "objet": ecart.objet,
                        "colonne": ecart.colonne or None,
                        "cause": ecart.cause,
                        "nombre": nombre,
                    }
                    for ecart, nombre in _ecarts(resume, fichier)
                ],
            }
            for fichier in resume.fichiers
        ],
        "jamais_portes": {table: list(noms) for table, noms in _TOUJOURS_ABSENTS[resume.sorte].items()},
        "pseudonymes": {"sel": resume.sel},
    }


def _ecarts(resume: Resume, fichier: str) -> list[tuple[Ecart, int]]:
    return sorted((ecart, nombre) for ecart, nombre in resume.recolte.ecarts.items() if ecart.fichier == fichier)


def en_texte(resume: Resume, largeur: int) -> str:
    """The account for people."""
    lignes: list[str] = []

    def dire(texte: str, retrait: str = "", puce: str = "") -> None:
        texte = _insecables(texte)
        lignes.append(
            textwrap.fill(texte, largeur, initial_indent=retrait + puce, subsequent_indent=retrait + " " * len(puce))
        )

    if resume.comptes:
        comptes = [_compte(table, nombre) for table, nombre in resume.comptes.items()]
        dire(_("{folder} : {counts}.").format(folder=resume.dossier, counts=", ".join(comptes)))
    else:
        dire(_("Rien n'a pu être tiré de ces fichiers : aucun fichier n'est écrit."))
    for fichier in resume.fichiers:
        lignes.append("")
        dire(_("{file} : {rows}").format(file=fichier, rows=_lus(resume, fichier)))
        for ecart, nombre in _ecarts(resume, fichier):
            dire(_manque(ecart, nombre), "  ", "– ")
    lignes.append("")
    for phrase in _avertissements(resume):
        dire(phrase)
    return "\n".join(lignes) + "\n"


def _insecables(texte: str) -> str:
    """The spaces of French that must not break, non-breaking; textwrap leaves those alone."""
    return _APRES.sub("«\u00a0", _AVANT.sub("\u00a0\\1", texte)) if current() == SOURCE else texte


def _compte(table: str, nombre: int) -> str:
    lignes = n_("{n} ligne", "{n} lignes", nombre).format(n=nombre)
    return f"{table}.csv ({lignes})"


def _lus(resume: Resume, fichier: str) -> str:
    sejours, evenements = (resume.recolte.lus[fichier, table] for table in ("registre", "journal"))
    parties = []
    if sejours:
        parties.append(n_("{n} séjour", "{n} séjours", sejours).format(n=sejours))
    if evenements:
        parties.append(n_("{n} événement", "{n} événements", evenements).format(n=evenements))
    return ", ".join(parties) or _("rien n'en est tiré")


def _manque(ecart: Ecart, nombre: int) -> str:
    compte = f"{nombre} × {ecart.objet}"
    if not ecart.colonne:
        return _("{count} : {cause}.").format(count=compte, cause=ecart.cause)
    phrase = _("{count} sans ligne de {table} : {column} manque ({cause}).")
    return phrase.format(count=compte, table=ecart.table, column=ecart.colonne, cause=ecart.cause)


def _avertissements(resume: Resume) -> list[str]:
    jamais = _TOUJOURS_ABSENTS[resume.sorte]
    types = ", ".join(jamais["journal"])
    if resume.sorte == "tddui":
        phrases = [
            _("Un transfert de données ne porte jamais, au journal : {types}.").format(types=types),
            _(
                "Au registre, projet_possible n'y est pas non plus : la colonne est vide, ce qui vaut « oui » ;"
                " un dossier par personne et par établissement est une convention."
            ),
            _("C'est l'état du jour de l'export : ce qui a été modifié depuis a perdu ses dates précédentes."),
        ]
    else:
        phrases = [_("Les traces ne portent jamais, au journal : {types} ; ni le registre.").format(types=types)]
    if len(resume.recolte.depots) > 1:
        phrases.append(
            _(
                "Des dépôts au DMP viennent de deux sources, l'audit et les accusés : un même dépôt peut y être compté"
                " deux fois. Rien ne les rapproche ; ne donnez qu'une des deux pour compter des documents."
            )
        )
    sels = {
        "garde": _("Pseudonymes tirés du sel donné : la même commande redonne les mêmes."),
        "cree": _("Le sel des pseudonymes vient d'être créé : gardez ce fichier secret, et ne le livrez pas."),
        "perdu": _("Le sel des pseudonymes n'est pas gardé : chaque dérivation en donne d'autres (--sel le garde)."),
    }
    phrases.append(sels[resume.sel])
    if resume.comptes and "livraison.toml" not in resume.ecrits:
        phrases.append(
            _("Pour écrire le manifeste : duicheck init {folder} --texte ID --date-mesure DATE.").format(
                folder=resume.dossier
            )
        )
    return phrases
