"""The page docs/exigences.md: French, whatever the language, as every page of docs/."""

from __future__ import annotations

from collections import Counter

from duicheck_segur.catalogue import FONDEMENTS, Catalogue, Exigence
from duicheck_segur.couverture import MODES, comment, comptes, mode, par_chapitre

__all__ = ["en_markdown"]

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
    lignes = [tete + "\n".join(f"| {MODES[code]} | {nombre} |" for code, nombre in comptes(catalogue).items())]
    for nom, exigences in par_chapitre(catalogue.exigences.values()).items():
        lignes += ["", f"## {nom}", "", "| Exigence | Ce qu'elle demande, en nos mots | Contrôle |", "|---|---|---|"]
        lignes += [_rang(each) for each in exigences]
    lignes += ["", "## D'où elles viennent", "", "| Fondement | Sens | Exigences |", "|---|---|---|"]
    fondees = Counter(each.fondement for each in catalogue.exigences.values())
    lignes += [f"| `{code}` | {sens} | {fondees[code]} |" for code, sens in FONDEMENTS.items() if fondees[code]]
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
    texte = comment(exigence)
    for regle in exigence.regles:
        texte = texte.replace(regle, f"[`{regle}`](regles.md#{regle.replace('/', '')})", 1)
    return texte
