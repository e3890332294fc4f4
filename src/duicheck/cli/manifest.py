"""The text of a new livraison.toml: every key with the sentence that explains it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date

from duicheck.cli.guess import Guess

__all__ = ["manifest_text"]

HEAD = """\
# Manifeste d'une livraison duicheck. Écrit par « duicheck init » ; relisez-le avant le contrôle.

format = 1
"""

IDENTITY = """\

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
"""

ROLE_NOTES = {
    "indicateurs": "L'export d'indicateurs : ce que l'éditeur annonce.",
    "journal": "Le journal d'activité, d'où les indicateurs sont recalculés.",
    "registre": "Les personnes accompagnées et leurs séjours.",
    "decompte": "Les dossiers que l'éditeur a comptés.",
    "structures": "Les établissements de la grappe.",
    "tableau_de_bord": "La grille du tableau de bord Ségur.",
    "referencement": "Les déclarations de référencement Ségur.",
    "projet": "Le projet de la grappe.",
    "solutions": "Un relevé de la liste des solutions que publie l'ANS.",
    "exigences": "Un catalogue d'exigences Ségur, à la place de celui de duicheck.",
    "finess": "Un extrait du répertoire FINESS.",
    "cda": "Des documents CDA R2.",
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
        HEAD,
        "# Le texte sous lequel le projet a été financé (« duicheck textes » les liste) ; jamais « le plus récent ».",
        f"texte = {_string(texte)}\n",
        "# Le jour auquel les indicateurs sont mesurés ; la fenêtre en découle.",
        f"date_mesure = {date_mesure.isoformat()}\n",
        "# Textes de 2023 et 2024 : la première mesure du projet porte sur trois mois.",
        f"{'# ' if premiere_mesure is None else ''}premiere_mesure = {str(bool(premiere_mesure)).lower()}\n",
        "# Texte de 2021 seulement : « projet » ou « maintenance ».",
        f"{'# ' if phase is None else ''}phase = {_string(phase or 'projet')}",
        IDENTITY,
    ]
    for guess in guesses:
        lines += _entry(guess, accepted.get(guess.path, {}), digests.get(guess.path))
    return "\n".join(lines).rstrip("\n") + "\n"


def _entry(guess: Guess, accepted: Mapping[str, str], digest: str | None) -> list[str]:
    lines = [
        f"# {ROLE_NOTES[guess.role]}",
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
        lines.append("# Intitulés inconnus et colonnes qui leur ressemblent : vérifiez, puis retirez les « # ».")
        if not accepted:
            lines.append("# [fichiers.colonnes]")
        lines += [f"# {_string(proposal.heading)} = {_string(proposal.column)}" for proposal in pending]
    proposed = {proposal.column for proposal in guess.proposals}
    if lost := [name for name in guess.missing if name not in proposed]:
        lines.append(f"# Colonnes obligatoires introuvables : {', '.join(lost)}.")
    return [*lines, ""]


def _string(text: str) -> str:
    """A TOML basic string; JSON writes the same, but for DEL and the surrogates that no path we keep holds."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
