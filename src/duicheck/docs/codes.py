"""docs/codes.md: the exit codes, from the program, with what each means for who reads it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from duicheck.cli.program import INTERRUPTED
from duicheck.docs.typographie import francais
from duicheck.exits import ExitCode

__all__ = ["PAGE", "generate"]

PAGE = Path("docs/codes.md")

_HEAD = """\
<!-- Page générée par `python -m duicheck.docs` : ne pas l'éditer, modifier src/duicheck/exits.py
     ou src/duicheck/docs/codes.py. -->

# Les codes de retour

Un programme qui appelle duicheck n'a pas à lire son texte : le code de retour dit tout. Il ne compte jamais des
constats, et un même code a un même sens dans toutes les versions
([la promesse](../CONTRIBUTING.md#compatibility)).

| code | nom | sens | que faire |
|--:|---|---|---|
"""

_ADVICE: Mapping[ExitCode, str] = {
    ExitCode.CONFORME: "Rien. Lisez tout de même ce qui n'a pas été contrôlé : le rapport le dit.",
    ExitCode.NON_CONFORME: "Lire les constats : la ligne, ce qui était attendu, que faire. Une intégration échoue.",
    ExitCode.USAGE: "Corriger la commande : la phrase d'erreur nomme l'option, et propose la plus proche.",
    ExitCode.INDETERMINE: "Fournir ce qui manque (souvent le journal ou le registre), puis recommencer. Ce n'est pas "
    "un succès : une intégration échoue aussi.",
    ExitCode.ILLISIBLE: "Vérifier le chemin, le manifeste ou l'archive : rien n'a été contrôlé.",
    ExitCode.INUTILISABLE: "Réparer l'installation : le texte, l'extension ou le paquet est nommé.",
    ExitCode.DIFFERENT: "Lire ce que la comparaison affiche : aucun des deux rapports n'est jugé.",
    ExitCode.INTERNE: "Nous le signaler : c'est un défaut de duicheck, jamais de la livraison. `--debug` montre où.",
}

_TAIL = """\

Une erreur trouvée est certaine : elle l'emporte sur ce qui n'a pas pu être contrôlé, et donne {NON_CONFORME}, jamais \
{INDETERMINE}. Une cible manquée
n'est pas une non-conformité : elle ne change le code qu'avec `--exiger-cibles`.

## Selon la commande

| commande | ce que dit son code |
|---|---|
| `check`, `pack` | le verdict de la livraison ; `pack` écrit une preuve même de ce qui n'est pas conforme |
| `verify` | l'état de la preuve, et non le verdict qu'elle porte : {CONFORME} rien n'est altéré, {NON_CONFORME} \
altérée ou autre que ce qui est attendu, {INDETERMINE} tout n'a pas pu \
être vérifié, {ILLISIBLE} ce n'est pas une archive |
| `diff` | {CONFORME} les deux rapports disent la même chose, {DIFFERENT} ils diffèrent |
| `simulate` | {CONFORME} dès que la simulation a pu être faite : elle ne juge rien |
| toutes | {USAGE}, {ILLISIBLE}, {INUTILISABLE} et {INTERNE} comme ci-dessus |

## Les voir

Chaque ligne est exécutée par les tests. `echo $?` affiche le code de la commande qui précède (Windows :
`echo %ERRORLEVEL%`).

{examples}"""

_EXAMPLES: Mapping[ExitCode, tuple[str, ...]] = {
    ExitCode.CONFORME: ("duicheck sample juste --date-mesure 2025-09-15", "duicheck check juste --quiet"),
    ExitCode.NON_CONFORME: (
        "duicheck sample faux --defaut journal/ecart-indicateur",
        "duicheck check faux --quiet",
    ),
    ExitCode.USAGE: ("duicheck check juste --texte 2025-41",),
    ExitCode.INDETERMINE: ("duicheck check juste/indicateurs.csv --texte 2025-40 --date-mesure 2025-09-15 --quiet",),
    ExitCode.ILLISIBLE: ("duicheck check nulle-part",),
    ExitCode.INUTILISABLE: ("duicheck check juste --exiger-extension absente",),
    ExitCode.DIFFERENT: (
        "duicheck check juste --quiet --output json=juste.json",
        "duicheck check faux --quiet --output json=faux.json",
        "duicheck diff juste.json faux.json",
    ),
}
"""What ends with each code, one after the other in an empty folder. The internal error has none: it is a defect."""


def generate() -> str:
    """The whole page."""
    numbers = {code.name: int(code) for code in ExitCode}
    rows = [f"| {int(code)} | `{code.name}` | {code.doc} | {_ADVICE[code]} |" for code in ExitCode]
    rows.append(f"| {INTERRUPTED} | | interrompu par Ctrl-C | Recommencer : rien n'est écrit à moitié. |")
    page = _HEAD + "\n".join(rows) + "\n" + _TAIL.format(examples="{examples}", **numbers)
    return francais(page).replace("{examples}", "\n".join(_examples()))


def _examples() -> Iterator[str]:
    """One block per code: its commands, what they write left out, and the code."""
    for code, commands in _EXAMPLES.items():
        yield f"`{code.name}`\u00a0:\n\n```console"
        for command in commands:
            yield f"$ {command}" + ("" if "--quiet" in command else "\n[…]")
        yield f"$ echo $?\n{int(code)}\n```\n"
