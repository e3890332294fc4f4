"""What can be said of each requirement: a rule verifies some of it, a proof attests it, or nothing does, and why."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from duicheck.langue import N_, _, habits, phrase
from duicheck_segur.catalogue import Catalogue, Exigence

__all__ = ["MODES", "comment", "comptes", "en_json", "en_texte", "mode", "par_chapitre", "texte_json"]

MODES: Final[Mapping[str, str]] = {
    "regle": N_("vérifiée en partie par une règle"),
    "preuve": N_("attestée par une preuve"),
    "aucun": N_("non vérifiable automatiquement"),
}
"""How a requirement is controlled, by code, the strongest first; a rule never verifies all of it."""

_MARGE: Final = " " * 6

_NI_REGLE_NI_PREUVE: Final = N_("la source ne dit pas comment la vérifier, et duicheck ne la connaît pas")
_LE_RESTE: Final = N_("Le reste s'atteste par une preuve.")
_ATTESTEE: Final = N_("La preuve doit être là, et inchangée ; son contenu n'est pas jugé.")


def mode(exigence: Exigence) -> str:
    """The strongest way in which a requirement is controlled: a key of MODES."""
    if exigence.regles:
        return "regle"
    return "preuve" if exigence.attestee else "aucun"


def _majuscule(texte: str) -> str:
    return texte[:1].upper() + texte[1:]


def comment(exigence: Exigence, dire: Callable[[str], str] = str) -> str:
    """The same in words: which rules and how far, or the reason why nothing.

    `dire` says each sentence in another language.
    """
    if exigence.regles:
        phrases = [dire(exigence.portee)] if exigence.portee else []
        if exigence.attestee:
            phrases.append(dire(_LE_RESTE))
        return " ".join([f"{', '.join(exigence.regles)}.", *phrases])
    if exigence.attestee:
        return dire(_ATTESTEE)
    return dire(exigence.raison or _NI_REGLE_NI_PREUVE)


def comptes(catalogue: Catalogue) -> dict[str, int]:
    """How many requirements are controlled in each way: a number for each key of MODES."""
    trouves = Counter(mode(each) for each in catalogue.exigences.values())
    return {code: trouves[code] for code in MODES}


def par_chapitre(exigences: Iterable[Exigence]) -> dict[str, list[Exigence]]:
    """Requirements by chapter, in alphabetical order."""
    trouvees: dict[str, list[Exigence]] = {}
    for exigence in exigences:
        trouvees.setdefault(exigence.chapitre, []).append(exigence)
    return dict(sorted(trouvees.items()))


def en_json(catalogue: Catalogue, chapitre: str | None = None) -> dict[str, Any]:
    """The coverage as JSON."""
    return {
        "format": 1,
        "titre": catalogue.titre,
        "complet": catalogue.complet,
        "etendue": catalogue.etendue(),
        "avertissement": catalogue.avertissement,
        "comptes": comptes(catalogue),
        "exigences": [
            {
                "id": each.id,
                "publiee": each.publiee,
                "publiee_deduite": each.publiee_deduite,
                "chapitre": each.chapitre,
                "categorie": each.categorie,
                "conditionnelle": each.conditionnelle,
                "fondement": each.fondement,
                "resume": each.resume,
                "controle": mode(each),
                "regles": list(each.regles),
                "comment": comment(each),
            }
            for each in _choisies(catalogue, chapitre)
        ],
    }


def _choisies(catalogue: Catalogue, chapitre: str | None) -> Sequence[Exigence]:
    toutes = catalogue.exigences.values()
    return [each for each in toutes if chapitre is None or each.chapitre.casefold() == chapitre.casefold()]


def en_texte(catalogue: Catalogue, largeur: int, chapitre: str | None = None) -> str:
    """The coverage for a terminal of that width, chapter by chapter, in the current language."""
    tete = [phrase(catalogue.titre), "", *textwrap.wrap(phrase(catalogue.avertissement), largeur), ""]
    lignes = [*tete, *_bilan(catalogue, largeur)]
    for nom, exigences in par_chapitre(_choisies(catalogue, chapitre)).items():
        lignes += ["", nom]
        for each in exigences:
            lignes += _paragraphe(each, largeur)
    return "\n".join(lignes) + "\n"


def _bilan(catalogue: Catalogue, largeur: int) -> Iterator[str]:
    large = len(str(len(catalogue.exigences)))
    yield from textwrap.wrap(f"{_majuscule(phrase(catalogue.etendue()))}.", largeur)
    for code, nombre in comptes(catalogue).items():
        yield f"  {nombre:>{large}}  {_(MODES[code])}"


def _paragraphe(exigence: Exigence, largeur: int) -> Iterator[str]:
    mentions = [exigence.categorie or _("catégorie inconnue")]
    if exigence.conditionnelle:
        mentions.append(_("conditionnelle"))
    if exigence.publiee:
        publiee = _("publiée {publiee} (déduit)") if exigence.publiee_deduite else _("publiée {publiee}")
        mentions.append(publiee.format(publiee=exigence.publiee))
    if not exigence.fondee:
        mentions.append(_("non prouvée pour un DUI"))
    yield f"  {exigence.id}  {', '.join(mentions)}"
    controle = f"{_majuscule(_(MODES[mode(exigence)]))}{habits().colon}{comment(exigence, phrase)}"
    for texte in (phrase(exigence.resume), controle):
        yield from textwrap.wrap(
            texte, largeur, initial_indent=_MARGE, subsequent_indent=_MARGE, break_on_hyphens=False
        )


def texte_json(valeur: Mapping[str, Any]) -> str:
    """A JSON value as the program writes it."""
    return json.dumps(valeur, ensure_ascii=False, indent=2) + "\n"
