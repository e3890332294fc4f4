"""What can be said of each requirement: a rule verifies some of it, a proof attests it, or nothing does, and why."""

from __future__ import annotations

import json
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from duicheck_segur.catalogue import FONDEMENTS, Catalogue, Exigence

__all__ = ["MODES", "en_json", "en_markdown", "en_texte", "mode"]

MODES: Final[Mapping[str, str]] = {
    "regle": "vérifiée en partie par une règle",
    "preuve": "attestée par une preuve",
    "aucun": "non vérifiable automatiquement",
}
"""How a requirement is controlled, by code, the strongest first; a rule never verifies all of it."""

_MARGE: Final = " " * 6

_NI_REGLE_NI_PREUVE = "la source ne dit pas comment la vérifier, et duicheck ne la connaît pas"


def mode(exigence: Exigence) -> str:
    """The strongest way in which a requirement is controlled: a key of MODES."""
    if exigence.regles:
        return "regle"
    return "preuve" if exigence.attestee else "aucun"


def _majuscule(texte: str) -> str:
    return texte[:1].upper() + texte[1:]


def _comment(exigence: Exigence) -> str:
    """The same in words: which rules and how far, or the reason why nothing."""
    if exigence.regles:
        suite = " Le reste s'atteste par une preuve." if exigence.attestee else ""
        return f"{', '.join(exigence.regles)}. {exigence.portee or ''}{suite}".strip()
    if exigence.attestee:
        return "La preuve doit être là, et inchangée ; son contenu n'est pas jugé."
    return exigence.raison or _NI_REGLE_NI_PREUVE


def _comptes(catalogue: Catalogue) -> dict[str, int]:
    comptes = Counter(mode(each) for each in catalogue.exigences.values())
    return {code: comptes[code] for code in MODES}


def _par_chapitre(exigences: Iterable[Exigence]) -> dict[str, list[Exigence]]:
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
        "comptes": _comptes(catalogue),
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
                "comment": _comment(each),
            }
            for each in _choisies(catalogue, chapitre)
        ],
    }


def _choisies(catalogue: Catalogue, chapitre: str | None) -> Sequence[Exigence]:
    toutes = catalogue.exigences.values()
    return [each for each in toutes if chapitre is None or each.chapitre.casefold() == chapitre.casefold()]


def en_texte(catalogue: Catalogue, largeur: int, chapitre: str | None = None) -> str:
    """The coverage for a terminal of that width, chapter by chapter."""
    lignes = [catalogue.titre, "", *textwrap.wrap(catalogue.avertissement, largeur), "", *_bilan(catalogue, largeur)]
    for nom, exigences in _par_chapitre(_choisies(catalogue, chapitre)).items():
        lignes += ["", nom]
        for each in exigences:
            lignes += _paragraphe(each, largeur)
    return "\n".join(lignes) + "\n"


def _bilan(catalogue: Catalogue, largeur: int) -> Iterator[str]:
    comptes = _comptes(catalogue)
    total = len(catalogue.exigences)
    large = len(str(total))
    yield from textwrap.wrap(f"{_majuscule(catalogue.etendue())}.", largeur)
    for code, nombre in comptes.items():
        yield f"  {nombre:>{large}}  {MODES[code]}"


def _paragraphe(exigence: Exigence, largeur: int) -> Iterator[str]:
    publiee = f", publiée {exigence.publiee}" if exigence.publiee else ""
    deduit = " (déduit)" if exigence.publiee and exigence.publiee_deduite else ""
    condition = ", conditionnelle" if exigence.conditionnelle else ""
    doute = "" if exigence.fondee else ", non prouvée pour un DUI"
    yield f"  {exigence.id}  {exigence.categorie or 'catégorie inconnue'}{condition}{publiee}{deduit}{doute}"
    for texte in (
        exigence.resume,
        f"{_majuscule(MODES[mode(exigence)])} : {_comment(exigence)}",
    ):
        yield from textwrap.wrap(
            texte, largeur, initial_indent=_MARGE, subsequent_indent=_MARGE, break_on_hyphens=False
        )


_TETE = """\
<!-- Page générée par `python -m duicheck.docs` : ne pas l'éditer, modifier plugins/duicheck_segur/exigences.toml. -->

# Les exigences Ségur

> {avertissement}

Ce que duicheck peut dire de chaque exigence : une règle en vérifie quelque chose, une preuve jointe à la déclaration
l'atteste (sa présence et son empreinte sont contrôlées, jamais son contenu), ou rien ne permet d'en juger, et pourquoi.
`duicheck exigences` donne la même chose dans le terminal ; `duicheck exigences importer` lit les exports XLSX du
référentiel publié. Ce qui suit est tiré d'un {etendue}.

| Contrôle | Exigences |
|---|---|
"""


def en_markdown(catalogue: Catalogue) -> str:
    """The coverage as the page docs/exigences.md."""
    tete = _TETE.format(avertissement=catalogue.avertissement, etendue=catalogue.etendue())
    lignes = [tete + "\n".join(f"| {MODES[code]} | {nombre} |" for code, nombre in _comptes(catalogue).items())]
    for nom, exigences in _par_chapitre(catalogue.exigences.values()).items():
        lignes += ["", f"## {nom}", "", "| Exigence | Ce qu'elle demande, en nos mots | Contrôle |", "|---|---|---|"]
        lignes += [_rang(each) for each in exigences]
    lignes += ["", "## D'où elles viennent", "", "| Fondement | Sens | Exigences |", "|---|---|---|"]
    comptes = Counter(each.fondement for each in catalogue.exigences.values())
    lignes += [f"| `{code}` | {sens} | {comptes[code]} |" for code, sens in FONDEMENTS.items() if comptes[code]]
    lignes += ["", "| Source | Document | Référence |", "|---|---|---|"]
    lignes += [
        f"| `{code}` | {source['titre']} | {source.get('reference', '—')} |"
        for code, source in catalogue.sources.items()
    ]
    return "\n".join(lignes) + "\n"


def _rang(exigence: Exigence) -> str:
    deduit = " (déduit)" if exigence.publiee_deduite else ""
    publiee = f"<br>publiée `{exigence.publiee}`{deduit}" if exigence.publiee else ""
    condition = ", conditionnelle" if exigence.conditionnelle else ""
    etat = f"<br>{exigence.categorie or '?'}{condition}"
    note = f" *{exigence.note}*" if exigence.note else ""
    source = f"<br>`{exigence.fondement}`, `{exigence.source}`, {exigence.etat_source or 'état inconnu'}"
    controle = f"**{MODES[mode(exigence)]}**<br>{_liens(exigence)}"
    cellules = (f"`{exigence.id}`{publiee}{etat}", f"{exigence.resume}{note}{source}", controle)
    return "| " + " | ".join(cellule.replace("|", "\\|").replace("\n", " ") for cellule in cellules) + " |"


def _liens(exigence: Exigence) -> str:
    """How, with each rule as a link to its page."""
    comment = _comment(exigence)
    for regle in exigence.regles:
        comment = comment.replace(regle, f"[`{regle}`](regles.md#{regle.replace('/', '')})", 1)
    return comment


def texte_json(valeur: Mapping[str, Any]) -> str:
    """A JSON value as the program writes it."""
    return json.dumps(valeur, ensure_ascii=False, indent=2) + "\n"
