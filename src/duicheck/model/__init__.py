"""The types that rules, readers and renderers exchange: public, for plugin authors.

A part of a delivery is known by its type. `examine` gives the parts of a delivery as rules get them:

    >>> from pathlib import Path
    >>> from duicheck import examine, load_plugins
    >>> with examine(Path("fixtures/livraisons/petite"), load_plugins()) as dataset:
    ...     export, window = dataset.get(Indicateurs), dataset.get(Fenetre)
    ...     (row, taux), *_ = export.rows("SELECT rowid, taux FROM indicateurs WHERE indicateur = 'dmp' ORDER BY rowid")
    ...     place = export.at(row, "taux")
    ...     missing = dataset.find(Structures)
    >>> place.file, place.line, taux
    ('indicateurs.csv', 6, '70.00')
    >>> str(window.debut), str(window.fin), missing
    ('2025-06-15', '2025-09-14', None)

An output format is a function from rapport.json to bytes; it judges nothing again:

    >>> renderer = Renderer("verdict", "Le verdict, sur une ligne.", lambda report: report["verdict"].encode("utf-8"))
    >>> renderer.render({"verdict": "conforme"})
    b'conforme'
"""

from duicheck.model.bounds import Bornes, Encadrement, Fermete
from duicheck.model.carried import DocumentsTransportes, DocumentTransporte
from duicheck.model.civil import fuseau_de, minuit
from duicheck.model.dataset import Dataset
from duicheck.model.delivery import Anomalie, Cellules, Contenu, FichierLivre, Hypotheses, Lecture, Livraison
from duicheck.model.designated import Designation, DesignationsCda, DesignationsTddui
from duicheck.model.diagnosis import CauseCommune, Diagnostic, Explication
from duicheck.model.documents import (
    DOCUMENTS,
    Document,
    Exigences,
    PieceJointe,
    Projet,
    Referencement,
    read_lone_document,
)
from duicheck.model.gap import CauseComptee, GroupeNonCompte, NonComptes, Rapprochement, Rapprochements
from duicheck.model.grappe import Etablissement, Grappe, Guichet, Heures, Organisme, Porteur, ProjetDepose
from duicheck.model.lonejson import FauteJson, JsonLu, lire_json
from duicheck.model.measures import Comptes, Fenetre, Mesure, Mesures
from duicheck.model.names import VersionLogiciel, lire_version, mots, normaliser, sans_zeros
from duicheck.model.packs import (
    CDA_SCHEMATRONS,
    CDA_XSD,
    JEUX_DE_VALEURS,
    SOLUTIONS,
    TERMINOLOGIES,
    ContenuPaquet,
    FichierPaquet,
    Paquet,
    Paquets,
    ReparationPaquet,
)
from duicheck.model.past import Precedent
from duicheck.model.pieces import PieceDuDossier, PiecesDuDossier
from duicheck.model.renderer import Renderer
from duicheck.model.roles import required_roles, role_absent
from duicheck.model.tables import (
    TABLES,
    Decompte,
    Indicateurs,
    Journal,
    Registre,
    Solutions,
    Structures,
    Table,
    TableauDeBord,
)
from duicheck.model.territories import Territoire, Territoires
from duicheck.model.textes import Textes
from duicheck.model.waivers import Derogation, Derogations

__all__ = [
    "CDA_SCHEMATRONS",
    "CDA_XSD",
    "DOCUMENTS",
    "JEUX_DE_VALEURS",
    "SOLUTIONS",
    "TABLES",
    "TERMINOLOGIES",
    "Anomalie",
    "Bornes",
    "CauseCommune",
    "CauseComptee",
    "Cellules",
    "Comptes",
    "Contenu",
    "ContenuPaquet",
    "Dataset",
    "Decompte",
    "Derogation",
    "Derogations",
    "Designation",
    "DesignationsCda",
    "DesignationsTddui",
    "Diagnostic",
    "Document",
    "DocumentTransporte",
    "DocumentsTransportes",
    "Encadrement",
    "Etablissement",
    "Exigences",
    "Explication",
    "FauteJson",
    "Fenetre",
    "Fermete",
    "FichierLivre",
    "FichierPaquet",
    "Grappe",
    "GroupeNonCompte",
    "Guichet",
    "Heures",
    "Hypotheses",
    "Indicateurs",
    "Journal",
    "JsonLu",
    "Lecture",
    "Livraison",
    "Mesure",
    "Mesures",
    "NonComptes",
    "Organisme",
    "Paquet",
    "Paquets",
    "PieceDuDossier",
    "PieceJointe",
    "PiecesDuDossier",
    "Porteur",
    "Precedent",
    "Projet",
    "ProjetDepose",
    "Rapprochement",
    "Rapprochements",
    "Referencement",
    "Registre",
    "Renderer",
    "ReparationPaquet",
    "Solutions",
    "Structures",
    "Table",
    "TableauDeBord",
    "Territoire",
    "Territoires",
    "Textes",
    "VersionLogiciel",
    "fuseau_de",
    "lire_json",
    "lire_version",
    "minuit",
    "mots",
    "normaliser",
    "read_lone_document",
    "required_roles",
    "role_absent",
    "sans_zeros",
]
