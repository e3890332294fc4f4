"""The parts that the rules read: the project typed, the grappe counted once, the place to file it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from duicheck.errors import NotAvailable
from duicheck.model import (
    Etablissement,
    Grappe,
    Guichet,
    Heures,
    Hypotheses,
    Organisme,
    PieceJointe,
    Porteur,
    Projet,
    ProjetDepose,
    Structures,
    Territoire,
    Territoires,
)
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_grappe.textes import clause, etablissements, lignes_illisibles

__all__ = ["grappe", "guichet", "projet_depose"]

_TELLES_QUELLES = (
    *("finess_ej", "siret", "raison_sociale", "organisme_siren", "situation", "solution", "version", "editeur"),
    *("solution_actuelle", "version_actuelle", "bon_commande_sons", "bon_commande_sons_annule", "prestation_segur"),
    *("mise_en_ordre_de_marche", "parametrage", "autre_financement_europeen", "deja_finance", "entite_nationale"),
    *("accord_entite", "saad", "activite_mixte"),
)
_HEURES = ("apa", "pch", "autres_dependance", "totales", "medicosociales")
_PARTS = ("part_medicosociale", "part_confort")


@reader
def projet_depose(document: Projet) -> ProjetDepose:
    """The project's document, typed."""
    valeur = document.valeur
    porteur = valeur["porteur"]
    pieces: dict[str, list[PieceJointe]] = {}
    for rang, piece in enumerate(valeur.get("pieces", ())):
        pieces.setdefault(piece["code"], []).append(document.pieces[f"/pieces/{rang}/fichier"])
    return ProjetDepose(
        document=document,
        texte=valeur["texte"],
        niveau=valeur["niveau"],
        porteur=Porteur(
            nom=porteur["nom"],
            type=porteur["type"],
            siren=porteur.get("siren"),
            siret=porteur.get("siret"),
            entite_nationale=porteur.get("entite_nationale"),
            accord_entite=porteur.get("accord_entite"),
            recupere_tva=porteur.get("recupere_tva"),
        ),
        date_depot=_jour(valeur.get("date_depot")),
        date_convention=_jour(valeur.get("date_convention")),
        date_debut=_jour(valeur.get("date_debut")),
        date_fin=_jour(valeur.get("date_fin")),
        rejoint_grappe_financee=valeur.get("rejoint_grappe_financee"),
        elargissement=valeur.get("elargissement"),
        amoa=valeur.get("amoa"),
        devis_amoa=_centimes(valeur.get("devis_amoa")),
        financement_materiel=valeur.get("financement_materiel"),
        phase_pilote=valeur.get("phase_pilote"),
        ght=valeur.get("ght"),
        pieces=pieces,
        evaluations={code: Decimal(str(nombre)) for code, nombre in valeur.get("evaluations", {}).items()},
    )


def _jour(texte: str | None) -> date | None:
    return None if texte is None else date.fromisoformat(texte)


def _centimes(euros: object) -> int | None:
    """An amount in euro cents, half a cent going up: invoices have two decimals, and seldom more."""
    if euros is None:
        return None
    return int((Decimal(str(euros)) * 100).to_integral_value(ROUND_HALF_UP))


@reader
def grappe(
    structures: Structures,
    projet: ProjetDepose | None,
    territoires: Territoires,
    texte: Rulebook,
    hypotheses: Hypotheses,
) -> Grappe:
    """The list of establishments, each number once, with what the project says of their organisations.

    Raises:
        NotAvailable: the list has no row.
    """
    prefixes: Sequence[str] = texte.get("territoires_seuil_reduit", ())
    uniques: dict[str, Etablissement] = {}
    repetitions = []
    for ligne in _lignes(structures):
        un = _etablissement(ligne, territoires, prefixes)
        premier = uniques.setdefault(un.finess_et, un)
        if premier is not un:
            repetitions.append((premier, un))
    if not uniques:
        message = "structures : aucun établissement n'a pu y être lu"
        raise NotAvailable(message, frozenset({"structures"}))
    tous = list(uniques.values())
    mixte = hypotheses.get("seuil_mixte", "hexagone")
    return Grappe(
        structures=structures,
        etablissements=tous,
        repetitions=repetitions,
        organismes=_organismes(tous, projet, mixte),
        regions=frozenset(un.territoire.region for un in tous if un.territoire and un.territoire.region),
        sans_region=[un for un in tous if un.territoire is None or un.territoire.region is None],
        seuil_reduit=_reduit(tous, mixte),
        illisibles=structures.rejected,
        projet=projet,
    )


def _lignes(structures: Structures) -> Iterable[Mapping[str, Any]]:
    colonnes = [
        *("finess_et", "champ", *_TELLES_QUELLES, "annee_heures", *(f"heures_{nom}" for nom in _HEURES)),
        *(*_PARTS, "devis_materiel"),
    ]
    lignes = structures.rows(f"SELECT rowid, {', '.join(colonnes)} FROM structures ORDER BY rowid")
    return (dict(zip(("rowid", *colonnes), ligne, strict=True)) for ligne in lignes)


def _etablissement(ligne: Mapping[str, Any], territoires: Territoires, prefixes: Sequence[str]) -> Etablissement:
    finess = ligne["finess_et"].upper()
    territoire = territoires.de(finess)
    nombres = {nom: _decimal(ligne[f"heures_{nom}"]) for nom in _HEURES}
    heures = Heures(
        annee=ligne["annee_heures"],
        autres=nombres.pop("autres_dependance"),
        **nombres,
        **{nom: _decimal(ligne[nom]) for nom in _PARTS},
    )
    return Etablissement(
        rowid=ligne["rowid"],
        finess_et=finess,
        champ=ligne["champ"],
        heures=heures,
        devis=_centimes(ligne["devis_materiel"]),
        territoire=territoire,
        seuil_reduit=_prefixe(finess, territoire, prefixes),
        **{nom: ligne[nom] for nom in _TELLES_QUELLES},
    )


def _decimal(texte: str | None) -> Decimal | None:
    return None if texte is None else Decimal(texte)


def _prefixe(finess: str, territoire: Territoire | None, prefixes: Sequence[str]) -> bool:
    """Whether a number, or the département that it is in, begins as those of the reduced thresholds."""
    lieux = (finess,) if territoire is None else (finess, territoire.departement)
    return any(lieu.startswith(prefixe) for lieu in lieux for prefixe in prefixes)


def _reduit(etablissements: Sequence[Etablissement], mixte: str) -> bool:
    """Whether the reduced thresholds are those of these establishments (hypothesis `seuil_mixte`)."""
    combien = sum(un.seuil_reduit for un in etablissements)
    return combien > 0 and (mixte == "reduit" or combien == len(etablissements))


def _organismes(etablissements: Sequence[Etablissement], projet: ProjetDepose | None, mixte: str) -> list[Organisme]:
    """Those that the project names, then those that only the list names, in their order."""
    siens: dict[str, list[Etablissement]] = {}
    for un in etablissements:
        if un.organisme_siren is not None:
            siens.setdefault(un.organisme_siren, []).append(un)
    declares = [] if projet is None else projet.document.valeur.get("organismes", [])
    trouves: dict[str, Organisme] = {}
    for rang, declare in enumerate(declares):
        siren = declare["siren"]
        reduit = _reduit(siens.get(siren, etablissements), mixte)
        trouves.setdefault(
            siren,
            Organisme(
                siren=siren,
                nom=declare["nom"],
                nombre_essms=declare["nombre_essms"],
                etablissements=len(siens.get(siren, ())),
                seuil_reduit=reduit,
                pointeur=f"/organismes/{rang}",
            ),
        )
    for siren, leurs in siens.items():
        reduit = _reduit(leurs, mixte)
        trouves.setdefault(siren, Organisme(siren, None, None, len(leurs), reduit))
    return list(trouves.values())


@reader
def guichet(grappe: Grappe, texte: Rulebook) -> Guichet:
    """Where the text wants the project filed, by how many establishments in how many regions.

    Raises:
        ParameterNotSet: the text has one place only.
        NotAvailable: rows, or regions, are missing that would change the answer.
    """
    essms, plusieurs = texte["guichet_national_essms"], texte["guichet_national_regions"]
    possibles = {
        _niveau(taille >= essms, regions >= plusieurs)
        for taille in (grappe.taille, grappe.taille + grappe.illisibles)
        for regions in (len(grappe.regions), len(grappe.regions) + len(grappe.sans_region))
    }
    if len(possibles) > 1:
        causes = []
        if grappe.illisibles:
            causes.append(lignes_illisibles(grappe.illisibles))
        if grappe.sans_region:
            causes.append(f"{etablissements(len(grappe.sans_region))} dont la région n'est pas connue")
        message = f"structures : {' ; '.join(causes)}, et le guichet en dépend"
        raise NotAvailable(message, frozenset({"structures"}))
    regions = max(1, len(grappe.regions))
    return Guichet(possibles.pop(), grappe.taille, regions, clause(texte, "guichet_national_essms"))


def _niveau(nombreux: bool, plusieurs: bool) -> str:  # noqa: FBT001 -- the two entries of the text's table
    if not plusieurs:
        return "regional"
    return "national" if nombreux else "multiregional"
