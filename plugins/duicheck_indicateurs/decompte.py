"""Rules on the vendor's list of what it counted: a gap, cause by cause, that adds up (contract §4.2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from duicheck.findings import Location, Severity, Violation
from duicheck.model import CauseComptee, Decompte, Rapprochement, Rapprochements
from duicheck.rules import rule
from duicheck_indicateurs.causes import CAUSES

__all__ = ["absent_du_decompte", "compte_a_tort", "oublie", "periode_differente", "repete", "total_different"]

_NOMS = {"mssante": "messages", "dmp": "personnes"}


@rule(
    "decompte/compte-a-tort",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur}\u00a0: le décompte compte à tort des {objets} ({cause})\u00a0: {identifiants}.",
    remedy="Retirer du décompte et de l'export ce qui ne devait pas compter, ou compléter le journal et le registre.",
    since="0.1",
)
def compte_a_tort(decompte: Decompte, rapprochements: Rapprochements) -> Iterator[Violation]:
    """L'éditeur a compté ce que le journal ne justifie pas.

    Le décompte liste ce que l'éditeur a compté ; le journal et le registre disent ce qui compte. Chaque dossier
    (personne pour le DMP, message pour MSSanté) que le décompte a en trop reçoit une cause et une seule, la première
    qui convient dans l'ordre : dossier, personne ou événement inconnu ; autre établissement ; hors séjour ; projet
    d'accueil impossible ; sans dossier ; dossier non actif ; événement d'un type qui ne compte pas ; hors de la
    fenêtre pour un message ; document supprimé, échec, entrée annulée, projet clos, message reçu, autre messagerie ;
    hors de la fenêtre ; événements sous un autre établissement ; aucun événement. Ce que le registre exclut vient
    donc avant ce que dit le journal, et ce qui se passe dans la fenêtre avant ce qui est dehors. Un constat par
    établissement, indicateur et cause, à la première ligne du décompte concernée ; aucun pseudonyme n'est écrit.
    La somme des causes de decompte/compte-a-tort, decompte/oublie, decompte/repete et decompte/total-different est
    exactement l'écart entre le numérateur exporté et le numérateur recalculé.

    Source : définitions des indicateurs (2023-13 annexe 2, 2025-40 §5) ; les causes et leur ordre sont une convention
    duicheck (contrat de données, §4).
    """
    for rapprochement in rapprochements.par_ligne.values():
        yield from _constats(rapprochement, rapprochement.a_tort, decompte)


@rule(
    "decompte/oublie",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur}\u00a0: le décompte oublie des {objets} que le journal donne ({cause})\u00a0:"
    " {identifiants}.",
    remedy="Ajouter ce qui manque au décompte et à l'export\u00a0: ce sont des usages réels qui ne sont pas comptés.",
    since="0.1",
)
def oublie(rapprochements: Rapprochements) -> Iterator[Violation]:
    """L'éditeur n'a pas compté ce que le journal justifie.

    Le pendant de decompte/compte-a-tort : ce que le journal et le registre font compter, et que le décompte n'a pas.
    La cause est ce qui distingue le dossier, la personne ou le message oublié, la première qui convient dans l'ordre :
    compté dans un autre établissement ; messagerie citoyenne ; message sans dossier ; dossier actif que le décompte
    ne compte pas comme tel ; saisi avant la fenêtre ; projet en préparation seulement ; entrée d'agenda non réalisée ;
    personne sortie avant le dernier jour ; dossier mis à jour sans mise à jour explicite ; sinon rien ne dit pourquoi.
    C'est une piste, pas une accusation. Un constat par établissement, indicateur et cause.

    Source : définitions des indicateurs (2023-13 annexe 2, 2025-40 §5) ; les causes et leur ordre sont une convention
    duicheck (contrat de données, §4).
    """
    for rapprochement in rapprochements.par_ligne.values():
        yield from _constats(rapprochement, rapprochement.oublies, None)


@rule(
    "decompte/repete",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur}\u00a0: lignes du décompte qui répètent un identifiant\u00a0: {identifiants}"
    " (en voici une).",
    remedy="Ne compter chaque dossier, personne ou message qu'une fois.",
    since="0.1",
)
def repete(decompte: Decompte, rapprochements: Rapprochements) -> Iterator[Violation]:
    """Le décompte compte deux fois le même dossier.

    Un indicateur compte des dossiers, des personnes ou des messages distincts : le même identifiant, pour le même
    établissement, le même indicateur et la même période, ne vaut qu'un. Un constat par établissement et indicateur,
    à la place d'une répétition, avec le nombre de lignes de trop.

    Source : définitions des indicateurs (2023-13 annexe 2, 2025-40 §5) ; contrat de données, §1.4.
    """
    for rapprochement in rapprochements.par_ligne.values():
        if rapprochement.doublons.nombre:
            yield from _constats(rapprochement, [rapprochement.doublons], decompte)


@rule(
    "decompte/total-different",
    severity=Severity.ERROR,
    waivable=False,
    message="{finess_et}, {indicateur}\u00a0: l'export annonce {numerateur}, le décompte a {lignes_decompte} lignes.",
    remedy="Produire l'export et le décompte de la même requête, le même jour.",
    since="0.1",
)
def total_different(rapprochements: Rapprochements) -> Iterator[Violation]:
    """Le décompte n'a pas autant de lignes que l'export en annonce.

    Le numérateur exporté doit être le nombre de lignes du décompte de la même période. Quand ils diffèrent, cette
    différence est à elle seule une cause de l'écart, qui ne vient d'aucun dossier. Un établissement et un indicateur
    dont le décompte n'a rien relèvent de decompte/absent.

    Source : convention duicheck (contrat de données, §1.4 et §4).
    """
    for rapprochement in rapprochements.par_ligne.values():
        if rapprochement.hors_decompte:
            yield Violation(
                Location(),
                {
                    **_noms(rapprochement.finess_et, rapprochement.indicateur),
                    "numerateur": rapprochement.exporte,
                    "lignes_decompte": rapprochement.lignes,
                    "difference": rapprochement.hors_decompte,
                },
            )


@rule(
    "decompte/absent",
    severity=Severity.WARNING,
    message="{finess_et}, {indicateur}\u00a0: l'export annonce {numerateur}, et le décompte n'en liste rien.",
    remedy="Joindre au décompte la liste de ce qui a été compté pour cette ligne de l'export.",
    since="0.1",
)
def absent_du_decompte(rapprochements: Rapprochements) -> Iterator[Violation]:
    """Un numérateur exporté n'a aucune ligne au décompte.

    Un décompte peut être partiel : il n'est pas obligatoire. Mais ce qu'il ne liste pas n'a pas été rapproché, et
    l'absence de constat n'y prouve rien. Un constat par établissement et indicateur.

    Source : convention duicheck (contrat de données, §1.4).
    """
    for (finess, code), numerateur in rapprochements.absents.items():
        yield Violation(Location(), {**_noms(finess, code), "numerateur": numerateur})


@rule(
    "decompte/sans-export",
    severity=Severity.WARNING,
    message="{finess_et}, {indicateur}\u00a0: le décompte a {lignes_decompte} lignes, l'export n'annonce rien.",
    remedy="Ajouter la ligne à l'export, ou la retirer du décompte.",
    since="0.1",
)
def sans_export(decompte: Decompte, rapprochements: Rapprochements) -> Iterator[Violation]:
    """Le décompte justifie un chiffre que l'export ne donne pas.

    Ces lignes ne sont rapprochées de rien. Un constat par établissement et indicateur, à la première ligne.

    Source : convention duicheck (contrat de données, §1.4).
    """
    for (finess, code), (nombre, premiere) in rapprochements.sans_export.items():
        yield Violation(decompte.at(premiere, "finess_et"), {**_noms(finess, code), "lignes_decompte": nombre})


@rule(
    "decompte/periode-differente",
    severity=Severity.WARNING,
    message="{finess_et}, {indicateur}\u00a0: lignes du décompte d'une autre période que la fenêtre du texte\u00a0:"
    " {lignes_decompte} (voici la première).",
    remedy="Produire le décompte sur la fenêtre du texte.",
    since="0.1",
)
def periode_differente(decompte: Decompte, rapprochements: Rapprochements) -> Iterator[Violation]:
    """Le décompte porte sur une autre période que la fenêtre.

    Les lignes de la fenêtre sont rapprochées de l'export ; à défaut, celles de la seule autre période qu'il a. Les
    autres ne le sont pas. Un constat par établissement et indicateur, à la première ligne.

    Source : convention duicheck (contrat de données, §1.4) ; fenêtre du texte (2023-13 annexe 2, 2025-40 §5).
    """
    for (finess, code), (nombre, premiere) in rapprochements.autre_periode.items():
        yield Violation(decompte.at(premiere, "periode_debut"), {**_noms(finess, code), "lignes_decompte": nombre})


@rule(
    "decompte/sans-dossier",
    severity=Severity.WARNING,
    message="{indicateur} ne se compte pas par dossier\u00a0; lignes du décompte à ce titre\u00a0: {lignes_decompte}"
    " (voici la première).",
    remedy="Ne lister au décompte que les indicateurs qui comptent des dossiers, des personnes ou des messages.",
    since="0.1",
)
def sans_dossier(decompte: Decompte, rapprochements: Rapprochements) -> Iterator[Violation]:
    """Le décompte liste des dossiers pour un indicateur qui n'en compte pas.

    La e-prescription et e-parcours comptent des événements ; le DMP compte des documents quand le texte ou une
    hypothèse le demande. Une liste de dossiers n'y justifie aucun chiffre, et n'est rapprochée de rien. Un constat par
    indicateur, à la première ligne.

    Source : convention duicheck (contrat de données, §1.4 et §3).
    """
    for code, (nombre, premiere) in rapprochements.sans_dossier.items():
        yield Violation(decompte.at(premiere, "indicateur"), {"indicateur": code, "lignes_decompte": nombre})


def _constats(
    rapprochement: Rapprochement, causes: Iterable[CauseComptee], decompte: Decompte | None
) -> Iterator[Violation]:
    """One violation per cause."""
    for cause in causes:
        place = Location()
        if decompte is not None and cause.premiere is not None:
            place = decompte.at(cause.premiere, "id_dossier")
        yield Violation(
            place,
            {
                **_noms(rapprochement.finess_et, rapprochement.indicateur),
                "objets": _NOMS.get(rapprochement.indicateur, "dossiers"),
                "motif": cause.cause,
                "cause": CAUSES[cause.cause].libelle,
                "identifiants": cause.nombre,
            },
        )


def _noms(finess: str, code: str) -> dict[str, str]:
    return {"finess_et": finess, "indicateur": code}
