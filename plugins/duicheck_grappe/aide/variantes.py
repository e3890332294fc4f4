"""What each thing that the text leaves open changes: the aid under every other value of every hypothesis."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from duicheck.errors import DuicheckError
from duicheck.rulebook import Choix, Hypothesis
from duicheck_grappe.aide.calcul import Aide, calculer
from duicheck_grappe.aide.contexte import Contexte

__all__ = ["EnJeu", "SousTexte", "Variante", "comparer", "hypotheses_en_jeu"]


class Variante(Struct, frozen=True):
    """One value of a hypothesis, and the bounds of the aid under it, in cents."""

    choix: Choix
    minimum: int
    maximum: int | None
    a_verser: tuple[int, int | None]
    """The bounds of what is paid in the end, where the last instalment depends on results."""


class EnJeu(Struct, frozen=True):
    """A hypothesis on the aid: the value in force, and what every value gives, this one included."""

    hypothese: Hypothesis
    retenu: Choix
    variantes: Sequence[Variante]

    @property
    def compte(self) -> bool:
        """Whether some other value changes an amount."""
        return len({(un.minimum, un.maximum, un.a_verser) for un in self.variantes}) > 1


class SousTexte(Struct, frozen=True):
    """The same project under one text; without an aid where the text gives no amount, for `raison`."""

    texte: str
    titre: str
    secondaire: bool
    aide: Aide | None
    raison: str | None = None


def a_verser(aide: Aide) -> tuple[int, int | None]:
    """The bounds of what is paid in the end: the aid, its last instalment as the results have it."""
    dernier = aide.versements[-1]
    if dernier.criteres is None:
        return aide.minimum, aide.maximum
    perdu = dernier.montant - dernier.criteres.minimum
    gagne = dernier.montant - dernier.criteres.maximum
    return aide.minimum - perdu, None if aide.maximum is None else aide.maximum - gagne


def hypotheses_en_jeu(contexte: Contexte) -> list[EnJeu]:
    """Every hypothesis of the text on the project and its aid, with what each of its values gives."""
    trouvees = []
    for nom, hypothese in contexte.texte.hypotheses.items():
        if not hypothese.roles:
            continue
        variantes = []
        for code, choix in hypothese.choices.items():
            aide = calculer(contexte.avec(nom, code))
            variantes.append(Variante(choix, aide.minimum, aide.maximum, a_verser(aide)))
        trouvees.append(EnJeu(hypothese, hypothese.choices[contexte.hypotheses[nom]], variantes))
    return trouvees


def comparer(contexte: Contexte, aide: Aide) -> list[SousTexte]:
    """The same project under every text at hand."""
    trouves = []
    for identifiant, texte in contexte.textes.items():
        if identifiant == contexte.texte.id:
            trouves.append(SousTexte(identifiant, texte.title, texte.secondary, aide))
            continue
        try:
            autre = calculer(contexte.sous(texte))
        except DuicheckError as refus:
            trouves.append(SousTexte(identifiant, texte.title, texte.secondary, None, str(refus)))
        else:
            trouves.append(SousTexte(identifiant, texte.title, texte.secondary, autre))
    return trouves
