"""Names that a file, a heading or a motive may bear, and that no output may obey."""

from __future__ import annotations

import copy
from typing import Any

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://exemple.fr/?"&A1;"ouvrir")',
    "+33",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(A1:A9)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "\x00=1+1",
    "\uff1d1+1",
]
MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</details></summary><h1>Conforme</h1>",
    "[ici](http://exemple.fr)",
    "![image](http://exemple.fr/x.png)",
    "<http://exemple.fr>",
    "http://exemple.fr et www.exemple.fr",
    "| a | b |",
    "`code` ``deux``",
    "```\nbloc",
    "# Titre",
    "- liste",
    "1. liste",
    "1) liste",
    "> citation",
    "***",
    "---",
    "**gras** __gras__ _italique_ ~~barré~~",
    "@tous @equipe/groupe #12 !34 %jalon ~etiquette $45 &56 :smile:",
    "$`x`$ et $x$",
    "a\\",
    "&lt;b&gt; &#64;tous",
    "ligne un\nligne deux\r\n\r\nligne trois",
    "{0} {{1}} {nom}",
    "]]> <!-- fin --> <![CDATA[",
    "\x00\x07\x1b[31m\ufffe\uffff",
    "\u202egpj.exe",
    "😀" * 40,
]
TEXTS = [*FORMULAS, *MARKUP]


def empoisonne(report: dict[str, Any], text: str) -> dict[str, Any]:
    """The report with a text of others in every place that takes one."""
    found = copy.deepcopy(report)
    for finding in found["constats"]:
        finding["message"] = text
        finding["lieu"] |= {"fichier": text, "colonne": text, "pointeur": text}
        finding["faits"] = {**dict.fromkeys(finding["faits"], text), "fait": text}
    for file in found["livraison"]["fichiers"]:
        file["chemin"] = text
    for rule in found["regles"]:
        if rule["raison"]:
            rule["raison"] = text
    for one in found["hypotheses"].values():
        one |= {"valeur": text, "phrase": text}
    for waiver in found["derogations"]:
        waiver |= {"motif": text, "auteur": text, "perimetre": {"fichier": [text]}}
    for one in found["etablissements"]:
        one["finess_et"] = text
        for row in one["indicateurs"]:
            for why in row["explications"]:
                why["texte"] = text
    found["texte"]["titre"] = text
    return found
