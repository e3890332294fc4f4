"""What is asked of a check, and the delivery once that is applied to its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from duicheck.errors import UsageError
from duicheck.model import Livraison, PiecesDuDossier, Projet, Referencement, Structures, required_roles

if TYPE_CHECKING:
    from duicheck.bundle import Manifest
    from duicheck.rulebook import Rulebook

__all__ = ["Options", "applied", "as_dossier", "roles_asked"]


class Options(Struct, frozen=True):
    """What the caller says beside the manifest; it wins over the manifest. None: not said.

    `mode` is `controle`, or `dossier`: what a project deposits; every role that the text asks for, and nothing personal
    written on. `etape`, of a dossier, is when it is handed in: `depot`, before anything is measured, or `solde`; None:
    all that the text asks for, from one end to the other.
    """

    texte: str | None = None
    date_mesure: date | None = None
    premiere_mesure: bool | None = None
    phase: str | None = None
    hypotheses: Mapping[str, str] = field(default_factory=dict)
    role: str = "indicateurs"
    avec_identifiants: bool = False  # the report names those who are not counted
    date_du_jour: date | None = None  # the day on which waivers are judged; None: the day of the measure
    mode: str = "controle"
    etape: str | None = None
    precedent: Path | None = None  # the report of an earlier measure
    paquets: Path | None = None  # the folder of the packs; None: where this machine keeps them
    moteur: str = "duicheck"  # what runs Schematrons: duicheck, or saxon


def applied(options: Options, manifest: Manifest) -> Livraison:
    """The manifest with the caller's choices applied.

    Raises:
        UsageError: a lone file has no manifest, and the choices say no text or no date of measure; a stage is said
            of what is no dossier.
    """
    if options.etape is not None and options.mode != "dossier":
        message = "--etape ne se dit que d'un dossier ; ajoutez --mode dossier"
        raise UsageError(message)
    texte = options.texte or manifest.texte
    date_mesure = options.date_mesure or manifest.date_mesure
    if texte is None or date_mesure is None:
        missing = " et ".join(
            name for name, value in (("--texte", texte), ("--date-mesure", date_mesure)) if value is None
        )
        message = f"un fichier seul n'a pas de manifeste : précisez {missing} (« duicheck textes » donne la liste)"
        raise UsageError(message)
    premiere = manifest.premiere_mesure if options.premiere_mesure is None else options.premiere_mesure
    roles = frozenset(declared.role for declared in manifest.fichiers)
    return Livraison(
        texte=texte,
        date_mesure=date_mesure,
        premiere_mesure=premiere,
        phase=options.phase or manifest.phase,
        editeur=manifest.editeur,
        solution=manifest.solution,
        hypotheses={**manifest.hypotheses, **options.hypotheses},
        roles=roles,
        exiges=required_roles(roles),
        manifeste=manifest.nom,
        avec_identifiants=options.avec_identifiants,
    )


def roles_asked(rulebook: Rulebook, etape: str | None, structures: Structures | None) -> frozenset[str]:
    """The roles that the text asks of a dossier at this stage (None: at all of them).

    A text may let a project off the claim of référencement when all its establishments are of the field PJM
    (« protection juridique des majeurs »): `pjm_referencement_obligatoire`.
    """
    asked = frozenset(rulebook.get("roles_du_depot" if etape == "depot" else "roles_du_dossier", ()))
    lets_off = rulebook.get("pjm_referencement_obligatoire") is False
    if lets_off and structures is not None and structures.champs == {"PJM"}:
        asked -= {Referencement.role}
    return asked


def as_dossier(livraison: Livraison, asked: frozenset[str]) -> Livraison:
    """The delivery with the roles that the text asks of a dossier.

    No manifest declares the pieces: the project's document brings them, and without it there is nothing to ask them of.
    """
    brought = {PiecesDuDossier.role} if Projet.role in livraison.roles else set()
    exiges = required_roles(livraison.roles | asked) | asked - {PiecesDuDossier.role} | (asked & brought)
    return replace(livraison, roles=livraison.roles | brought, exiges=exiges)
