"""The sheets of the frame: hypotheses, files, waivers and packs of national rules."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.langue import _, phrase
from duicheck.render.french import day, typography
from duicheck.render.labels import role
from duicheck.render.marks import marked
from duicheck.render.waivers import STATES, became, scope
from duicheck.render.xlsx.sheet import Column
from duicheck.render.xlsx.view import Json, Row, View

__all__ = ["files", "hypotheses", "packs", "waivers"]


def hypotheses(report: Json) -> View:
    """What the text leaves open, and the answer in force."""
    columns = [
        Column(_("Hypothèse"), 26),
        Column(_("Valeur retenue"), 26),
        Column(_("Origine"), 28, signed=True),
        Column(_("Ce qu'elle veut dire"), 90),
    ]
    kinds = {True: marked("", _("règle par défaut")), False: marked("alerte", _("choix de cette livraison"))}
    rows = (
        [name, one["valeur"], kinds[one["par_defaut"]], typography(phrase(one["phrase"]))]
        for name, one in report["hypotheses"].items()
    )
    about = _("Ce que le texte laisse ouvert, et la réponse retenue.")
    return View(_("Hypothèses"), about, columns, rows, _("Le texte ne laisse rien ouvert."))


def files(report: Json) -> View:
    """The files that were read, with their digests."""
    columns = [
        Column(_("Fichier"), 34),
        Column(_("Rôle"), 26),
        Column(_("Code du rôle"), 16),
        Column(_("Octets"), 14, "entier"),
        Column(_("Lignes"), 12, "entier"),
        Column(_("Lignes rejetées"), 12, "entier"),
        Column(_("Empreinte SHA-256"), 68),
    ]
    rows = (
        [
            file["chemin"],
            role(file["role"]),
            file["role"],
            *(file[key] for key in ("octets", "lignes", "rejetees", "sha256")),
        ]
        for file in report["livraison"]["fichiers"]
    )
    about = _("Les fichiers contrôlés, avec leur empreinte.")
    return View(_("Fichiers"), about, columns, rows, _("Aucun fichier."))


def waivers(report: Json) -> View:
    """The waivers, and what each covers."""
    columns = [
        Column(_("N°"), 6, "entier"),
        Column(_("Règle"), 30),
        Column(_("État"), 18, signed=True),
        Column(_("Périmètre"), 30),
        Column(_("Constats couverts"), 11, "entier"),
        Column(_("Motif"), 40),
        Column(_("Accordée par"), 24),
        Column(_("Échéance"), 12),
        Column(_("Déclarée dans"), 16),
        Column(_("Ce qu'elle est devenue"), 40),
    ]
    rows = (
        [
            number,
            one["regle"],
            marked(*STATES[one["etat"]]),
            typography(scope(one)),
            one["constats"],
            typography(one["motif"]),
            one["auteur"],
            day(one["echeance"]),
            one["declaree_dans"],
            became(one, report),
        ]
        for number, one in enumerate(report["derogations"], 1)
    )
    about = _("Les dérogations déclarées, quel que soit leur état.")
    return View(_("Dérogations"), about, columns, rows, _("Aucune dérogation."))


def packs(report: Json) -> View:
    """Only where rules read national ones: what each pack held, by digest."""
    columns = [
        Column(_("Paquet"), 20),
        Column(_("Origine"), 28),
        Column(_("Contenu"), 24),
        Column(_("Empreinte SHA-256, ou réparation"), 68),
    ]
    rows = (row for pack in report["paquets"] for row in _pack(pack))
    about = _("Les paquets de règles nationales qui ont servi, avec leurs empreintes et leurs réparations.")
    return View(_("Paquets"), about, columns, rows, _("Aucun paquet."))


def _pack(pack: Json) -> Iterator[Row]:
    head = [pack["nom"], pack["origine"]]
    yield [*head, _("ce qui a été installé"), pack["source"]]
    for part in pack["contenus"]:
        yield [*head, part["contenu"], part["sha256"]]
    for repair in pack["reparations"]:
        yield [*head, _("réparation"), phrase(repair)]
