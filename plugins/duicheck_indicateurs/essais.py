"""The sets of hypotheses that the diagnosis tries: one departure at a time, then two.

Several sets may come to the same computation (two texts with the same window, say): it is run once,
and each set keeps its own name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

from duicheck.errors import NotAvailable, ParameterNotSet
from duicheck.model import Fenetre, Livraison, Textes
from duicheck.rulebook import Rulebook
from duicheck_indicateurs.decoupe import HYPOTHESES, Scenario
from duicheck_indicateurs.fenetre import RegleFenetre, situer

__all__ = ["Essai", "essais"]


class Essai(Struct, frozen=True):
    """One set of departures, the scenario that computes it, and its rank in the order of trial."""

    ecarts: Mapping[str, str]
    scenario: Scenario
    rang: int


def essais(
    livraison: Livraison, rulebook: Rulebook, en_vigueur: Mapping[str, str], textes: Textes
) -> tuple[list[Essai], list[Essai]]:
    """Every single departure from the hypotheses in force, then every pair of them.

    What comes to the same computation as the hypotheses in force is left out; so is a window that the
    date of the measure does not allow. Order: hypotheses and values as the rulebook has them.
    """
    fabrique = _Fabrique(livraison, rulebook, en_vigueur, textes)
    simples = [
        {nom: code}
        for nom, hypothese in rulebook.hypotheses.items()
        if not hypothese.roles  # a question about the project and its aid changes no figure
        for code in hypothese.choices
        if code != en_vigueur[nom]
    ]
    paires = [{**un, **autre} for un, autre in combinations(simples, 2) if not un.keys() & autre.keys()]
    return list(fabrique.produire(simples)), list(fabrique.produire(paires))


class _Fabrique:
    """Makes scenarios, one per distinct computation."""

    def __init__(self, livraison: Livraison, rulebook: Rulebook, en_vigueur: Mapping[str, str], textes: Textes) -> None:
        self._livraison = livraison
        self._regle = RegleFenetre.du_texte(rulebook)
        self._en_vigueur = en_vigueur
        self._regles = dict(_regles(textes))
        self._fenetres: dict[tuple[str, str], Fenetre | None] = {}
        self._scenarios: dict[object, Scenario] = {}
        self._base = self._calcul(en_vigueur)
        self._rang = 0

    def produire(self, ensembles: Sequence[Mapping[str, str]]) -> Iterator[Essai]:
        for ecarts in ensembles:
            hypotheses = {**self._en_vigueur, **ecarts}
            calcul = self._calcul(hypotheses)
            if calcul is None or calcul == self._base:
                continue
            if calcul not in self._scenarios:
                fenetre = self._fenetre(hypotheses)
                if fenetre is None:
                    continue
                self._scenarios[calcul] = Scenario(f"essai-{len(self._scenarios)}", fenetre, hypotheses)
            self._rang += 1
            yield Essai(ecarts, self._scenarios[calcul], self._rang)

    def _calcul(self, hypotheses: Mapping[str, str]) -> object | None:
        """What tells two computations apart: the instants and days of the window, and what is counted."""
        fenetre = self._fenetre(hypotheses)
        if fenetre is None:
            return None
        bornes = tuple(sorted(fenetre.bornes.items()))
        return fenetre.debut, fenetre.fin, bornes, tuple(hypotheses[nom] for nom in HYPOTHESES)

    def _fenetre(self, hypotheses: Mapping[str, str]) -> Fenetre | None:
        cle = hypotheses["fenetre"], hypotheses["fuseau"]
        if cle not in self._fenetres:
            try:
                self._fenetres[cle] = situer(self._livraison, self._regle, hypotheses, self._regles)
            except NotAvailable:
                self._fenetres[cle] = None
        return self._fenetres[cle]


def _regles(textes: Textes) -> Iterable[tuple[str, RegleFenetre]]:
    """The window rule of each text that has one."""
    for texte in textes.values():
        try:
            yield texte.id, RegleFenetre.du_texte(texte)
        except ParameterNotSet:
            continue
