"""Why a dossier, a person or a message is counted or not: the closed list of causes, in French.

The queries `causes_*.sql` and `oublies.sql` hold the order in which they are tried; one identifier has one cause.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

__all__ = ["CAUSES", "DOUBLON", "HORS_DECOMPTE", "Cause", "enumerer", "geste", "nature"]


class Cause(Struct, frozen=True):
    """One cause: its label in a list, and what one may do about it (empty: nothing that one event could turn)."""

    libelle: str
    geste: str = ""


DOUBLON = "doublon"
HORS_DECOMPTE = "hors_decompte"

CAUSES: Mapping[str, Cause] = {
    # On the register's side, then on the log's, in the window and out of it.
    "dossier_inconnu": Cause("dossier absent du registre"),
    "personne_inconnue": Cause("personne absente du registre"),
    "evenement_inconnu": Cause("événement absent du journal"),
    "autre_etablissement": Cause("d'un autre établissement"),
    "hors_sejour": Cause("aucun séjour dans la période comptée"),
    "projet_impossible": Cause("personne sans projet d'accueil possible"),
    "sans_dossier": Cause("personne sans dossier"),
    "dossier_inactif": Cause("dossier non actif", "mettre le dossier à jour"),
    "type_non_compte": Cause("événement d'un type qui ne compte pas", "mettre le dossier à jour"),
    "evenement_annule": Cause("entrée d'agenda annulée", "inscrire une entrée d'agenda dans la période"),
    "projet_clos": Cause("projet personnalisé clos", "ouvrir un projet personnalisé"),
    "document_supprime": Cause("document supprimé du DMP", "déposer un document au DMP"),
    "echec": Cause("envoi ou dépôt en échec", "refaire l'envoi ou le dépôt"),
    "message_recu": Cause("message reçu, non envoyé"),
    "autre_canal": Cause("messagerie qui ne compte pas"),
    "hors_fenetre": Cause("hors de la fenêtre", "refaire dans la période"),
    "evenement_ailleurs": Cause("événements inscrits sous un autre établissement", "saisir sous le bon établissement"),
    "aucun_evenement": Cause("aucun événement qui compte", "saisir un premier événement"),
    # What the log counts and the decompte does not.
    "compte_ailleurs": Cause("compté par l'éditeur dans un autre établissement"),
    "actif_non_compte": Cause("dossier actif que le décompte ne compte pas comme tel"),
    "objet_anterieur": Cause("saisi avant la fenêtre, toujours valable"),
    "projet_en_preparation": Cause("projet personnalisé en préparation"),
    "evenement_non_realise": Cause("entrée d'agenda prévue, non réalisée"),
    "sorti_avant_la_fin": Cause("personne sortie avant le dernier jour"),
    "sans_mise_a_jour_explicite": Cause("à jour par un projet ou l'agenda seulement"),
    "messagerie_citoyenne": Cause("message de la messagerie citoyenne"),
    "message_sans_dossier": Cause("message sans dossier"),
    "non_explique": Cause("rien dans le journal ne dit pourquoi"),
    # What is no matter of dossiers.
    DOUBLON: Cause("ligne répétée du décompte"),
    HORS_DECOMPTE: Cause("différence entre l'export et son propre décompte"),
}

_GESTES = {
    ("projet_personnalise", "aucun_evenement"): "ouvrir un projet personnalisé",
    ("projet_personnalise", "hors_fenetre"): "ouvrir un projet personnalisé",
    ("evenement_agenda", "aucun_evenement"): "inscrire une entrée d'agenda dans la période",
    ("evenement_agenda", "hors_fenetre"): "inscrire une entrée d'agenda dans la période",
    ("dossiers_actifs", "aucun_evenement"): "mettre le dossier à jour",
    ("dossiers_actifs", "hors_fenetre"): "mettre le dossier à jour",
    ("dmp", "aucun_evenement"): "déposer un document au DMP",
    ("dmp", "hors_fenetre"): "déposer un document au DMP",
    ("mssante", "autre_canal"): "envoyer par la messagerie professionnelle",
    ("dossiers_actifs", "sans_dossier"): "ouvrir un dossier, puis le tenir à jour",
    ("dmp", "sans_dossier"): "ouvrir un dossier, puis déposer un document au DMP",
}
"""Where the thing to do depends on the indicator."""


def geste(indicateur: str, cause: str) -> str:
    """What to do about a cause, in French; empty where no one can."""
    return _GESTES.get((indicateur, cause), CAUSES[cause].geste)


def nature(indicateur: str, cause: str) -> str:
    """What an identifier of the list names: a dossier, a person or a message."""
    if indicateur == "mssante":
        return "message"
    return "personne" if indicateur == "dmp" or cause == "sans_dossier" else "dossier"


def enumerer(nombres: Mapping[str, int]) -> str:
    """« 3 hors de la fenêtre, 1 aucun événement… »: causes with their numbers, in the order given."""
    return " ; ".join(f"{CAUSES[cause].libelle}\u00a0: {nombre}" for cause, nombre in nombres.items())
