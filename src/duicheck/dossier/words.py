"""What a reader is told first: the state of the dossier, why, and what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from duicheck.dossier.line import A_VERIFIER, ETATS, FAUSSE, JUSTE, LA, MANQUANTE
from duicheck.langue import N_, _, habits, n_
from duicheck.render.french import counted, typography
from duicheck.render.labels import fixer

__all__ = ["CAUTION", "STATES", "STEPS", "answer", "by_hand", "said", "step", "to_do", "why"]

Json = Mapping[str, Any]

STATES: Final = {
    "complet": ("bien", N_("DOSSIER COMPLET")),
    "incomplet": ("faute", N_("DOSSIER INCOMPLET")),
    "incertain": ("alerte", N_("DOSSIER INCERTAIN")),
}

STEPS: Final = {
    "depot": N_("dépôt de la candidature"),
    "solde": N_("versement du solde"),
    None: N_("du dépôt au solde : tout ce que le texte demande, sauf les pièces du solde"),
}

CAUTION: Final = N_(
    "duicheck n'envoie rien : le dépôt se fait à la main. Il ne lit pas le contenu des pièces, et l'ARS décide seule."
)

_MOST_URGENT: Final = (MANQUANTE, FAUSSE, A_VERIFIER)


def answer(dossier: Json) -> tuple[str, str]:
    """The style and the words of the state of the dossier."""
    style, words = STATES[dossier["etat"]]
    return style, _(words)


def why(dossier: Json) -> str:
    """Why it is so, after its name."""
    counts, total = dossier["comptes"], sum(dossier["comptes"].values())
    if dossier["etat"] == "complet":
        one = _("les {lines} que le texte demande sont là, et justes.").format(lines=counted(counts[LA], "ligne"))
        return typography(f"{one}{_aside(dossier)}")
    words = {
        MANQUANTE: N_("manquante", "manquantes"),
        FAUSSE: N_("fausse", "fausses"),
        A_VERIFIER: N_("à vérifier", "à vérifier"),
    }
    parts = [f"{counts[each]}\u00a0{n_(*words[each], counts[each])}" for each in _MOST_URGENT if counts[each]]
    return typography(
        _("{parts}, sur {total} dont le dossier dépend.").format(parts=", ".join(parts), total=counted(total, "ligne"))
    )


def _aside(dossier: Json) -> str:
    """What is left to look at although nothing depends on it."""
    count = sum(line["etat"] in _MOST_URGENT and not line["obligatoire"] for line in lines_of(dossier))
    if not count:
        return ""
    text = n_(" {lines} facultative reste à regarder.", " {lines} facultatives restent à regarder.", count)
    return text.format(lines=counted(count, "ligne"))


def said(line: Json) -> tuple[str, str]:
    """The style and the word of a line's state: a control that passed is not « là » but « juste »."""
    style, word = ETATS[line["etat"]]
    return style, _(JUSTE if line["etat"] == LA and line["nature"] in {"controle", "bilan"} else word)


def step(dossier: Json) -> str:
    """The stage of the dossier, in words."""
    return typography(_(STEPS[dossier["etape"]]))


def lines_of(dossier: Json) -> Iterator[Json]:
    """Every line of the checklist."""
    for section in dossier["sections"]:
        yield from section["lignes"]


def to_do(dossier: Json) -> list[Json]:
    """The lines to act upon: those that the dossier depends on, the most certain first, the verdict left out."""
    found = [
        line for line in lines_of(dossier) if line["etat"] in _MOST_URGENT and line["obligatoire"] and line["que_faire"]
    ]
    return sorted(found, key=lambda line: _MOST_URGENT.index(line["etat"]))


def people(line: Json) -> str:
    """Who can act, in words; empty where nobody says."""
    return ", ".join(fixer(code) for code in line["qui"])


def details(line: Json) -> str:
    """What asks for the line and why it is in its state, in one sentence without its stop."""
    return habits().semicolon.join(part for part in (line["demande"], line["raison"]) if part)


def by_hand(dossier: Json) -> list[str]:
    """How the text wants the dossier handed in, word for word, with its source."""
    return [
        typography(f"« {one['citation']} » ({one['source']})" + (f" {one['note']}" if one["note"] else ""))
        for one in dossier["depot"]
    ]
