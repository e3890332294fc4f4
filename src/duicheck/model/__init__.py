"""The types that rules, readers and renderers exchange: public, for plugin authors."""

from duicheck.model.dataset import Dataset
from duicheck.model.delivery import Anomalie, Contenu, FichierLivre, Hypotheses, Lecture, Livraison
from duicheck.model.diagnosis import CauseCommune, Diagnostic, Explication
from duicheck.model.measures import Comptes, Fenetre, Mesure, Mesures
from duicheck.model.renderer import Renderer
from duicheck.model.roles import required_roles
from duicheck.model.tables import TABLES, Decompte, Indicateurs, Journal, Registre, Structures, Table
from duicheck.model.textes import Textes

__all__ = [
    "TABLES",
    "Anomalie",
    "CauseCommune",
    "Comptes",
    "Contenu",
    "Dataset",
    "Decompte",
    "Diagnostic",
    "Explication",
    "Fenetre",
    "FichierLivre",
    "Hypotheses",
    "Indicateurs",
    "Journal",
    "Lecture",
    "Livraison",
    "Mesure",
    "Mesures",
    "Registre",
    "Renderer",
    "Structures",
    "Table",
    "Textes",
    "required_roles",
]
