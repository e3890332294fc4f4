"""The text of a new livraison.toml: every key with the sentence that explains it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from duicheck.cli.guess import Guess
from duicheck.langue import N_, _

__all__ = ["manifest_text"]

HEAD = N_("# Manifeste d'une livraison duicheck. Écrit par « duicheck init » ; relisez-le avant le contrôle.")

IDENTITY = N_("""\

# Qui livre. Facultatif : retirez les « # » et complétez.
# [editeur]
# nom = "Raison sociale de l'éditeur"
# siren = "neuf chiffres"

# [solution]
# nom = "Nom du logiciel"
# version = "Version qui a produit ces fichiers"

# Écarts aux hypothèses par défaut du texte (« duicheck textes ID » les liste). Toujours imprimés dans le rapport.
# [hypotheses]
# denominateur = "presence_fin"

# Les fichiers : un rôle et un chemin depuis ce dossier. Facultatifs : sha256 (contrôlé), encodage (utf-8,
# cp1252, latin-1, iso-8859-15) et separateur d'un CSV ; ils sont détectés quand ils ne sont pas dits.
""")

ROLE_NOTES = {
    "indicateurs": N_("L'export d'indicateurs : ce que l'éditeur annonce."),
    "journal": N_("Le journal d'activité, d'où les indicateurs sont recalculés."),
    "registre": N_("Les personnes accompagnées et leurs séjours."),
    "decompte": N_("Les dossiers que l'éditeur a comptés."),
    "structures": N_("Les établissements de la grappe."),
    "tableau_de_bord": N_("La grille du tableau de bord Ségur."),
    "referencement": N_("Les déclarations de référencement Ségur."),
    "projet": N_("Le projet de la grappe."),
    "solutions": N_("Un relevé de la liste des solutions que publie l'ANS."),
    "exigences": N_("Un catalogue d'exigences Ségur, à la place de celui de duicheck."),
    "finess": N_("Un extrait du répertoire FINESS."),
    "cda": N_("Des documents CDA R2."),
    "tddui": N_("Des lots de transfert de données DUI (FHIR, en JSON)."),
    "traces": N_("Des traces de messages et de documents : messages d'audit ATNA, messages HL7 v2."),
}


def manifest_text(  # noqa: PLR0913 -- one argument per key
    guesses: Sequence[Guess],
    *,
    texte: str,
    date_mesure: date,
    premiere_mesure: bool | None,
    phase: str | None,
    accepted: Mapping[str, Mapping[str, str]],
    digests: Mapping[str, str],
) -> str:
    """The manifest, in TOML.

    Args:
        guesses: the files.
        texte: id of the text.
        date_mesure: day of the measure.
        premiere_mesure: None: not said, written as a comment.
        phase: None: not said, written as a comment.
        accepted: path -> heading -> column, the mappings that a person confirmed; the others are comments.
        digests: path -> SHA-256, where wanted.
    """
    lines = [
        f"{_(HEAD)}\n\nformat = 1\n",
        _(
            "# Le texte sous lequel le projet a été financé (« duicheck textes » les liste) ; "
            "jamais « le plus récent »."
        ),
        f"texte = {_string(texte)}\n",
        _("# Le jour auquel les indicateurs sont mesurés ; la fenêtre en découle."),
        f"date_mesure = {date_mesure.isoformat()}\n",
        _("# Textes de 2023 et 2024 : la première mesure du projet porte sur trois mois."),
        f"{'# ' if premiere_mesure is None else ''}premiere_mesure = {str(bool(premiere_mesure)).lower()}\n",
        _("# Texte de 2021 seulement : « projet » ou « maintenance »."),
        f"{'# ' if phase is None else ''}phase = {_string(phase or 'projet')}",
        _(IDENTITY),
    ]
    for guess in guesses:
        lines += _entry(guess, accepted.get(guess.path, {}), digests.get(guess.path))
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry(guess: Guess, accepted: Mapping[str, str], digest: str | None) -> list[str]:
    lines = [
        f"# {_(ROLE_NOTES[guess.role])}",
        "[[fichiers]]",
        f"role = {_string(guess.role)}",
        f"chemin = {_string(guess.path)}",
    ]
    if digest:
        lines.append(f"sha256 = {_string(digest)}")
    pending = [proposal for proposal in guess.proposals if proposal.heading not in accepted]
    if accepted:
        lines.append("[fichiers.colonnes]")
        lines += [f"{_string(heading)} = {_string(column)}" for heading, column in accepted.items()]
    if pending:
        note = _("# Intitulés inconnus et colonnes qui leur ressemblent : vérifiez, puis retirez les « # ».")
        lines.append(note)
        if not accepted:
            lines.append("# [fichiers.colonnes]")
        lines += [f"# {_string(proposal.heading)} = {_string(proposal.column)}" for proposal in pending]
    proposed = {proposal.column for proposal in guess.proposals}
    if lost := [name for name in guess.missing if name not in proposed]:
        lines.append(_("# Colonnes obligatoires introuvables : {columns}.").format(columns=", ".join(lost)))
    return [*lines, ""]


def _string(text: str) -> str:
    """A TOML basic string; JSON writes the same, but for DEL and the surrogates that no path we keep holds."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
