"""What an aid is computed from: a text, the hypotheses in force, the grappe as this text counts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from duicheck.model import Hypotheses, Mesures
from duicheck.model.grappe import Grappe, ProjetDepose
from duicheck.rulebook import Rulebook
from duicheck_grappe.aide.montants import Clause

__all__ = ["ACQUISITION", "MONTEE", "Contexte"]

ACQUISITION, MONTEE = "acquisition", "montee_de_version"


class Contexte(Struct, frozen=True):
    """One project under one text.

    `compter` gives the grappe as other hypotheses would count it; `mesures` are the indicators under this very text,
    None where there are none; `hors_champ` says of each establishment outside the programme why (cause, by number).
    `textes` are all those at hand: one of them may refer to another.
    """

    texte: Rulebook
    hypotheses: Hypotheses
    projet: ProjetDepose
    compter: Callable[[Rulebook, Hypotheses], Grappe]
    textes: Mapping[str, Rulebook]
    mesures: Mesures | None = None
    hors_champ: Mapping[str, str] = field(default_factory=dict)

    def avec(self, nom: str, valeur: str) -> Contexte:
        """The same with another value of one hypothesis."""
        return replace(self, hypotheses=Hypotheses({**self.hypotheses, nom: valeur}, self.hypotheses.departures))

    def sous(self, texte: Rulebook) -> Contexte:
        """The same project under another text; departures that it knows too are kept, indicators are not."""
        gardees = {
            nom: self.hypotheses[nom]
            for nom in self.hypotheses.departures
            if nom in texte.hypotheses and self.hypotheses[nom] in texte.hypotheses[nom].choices
        }
        hypotheses = Hypotheses(texte.choose(gardees), frozenset(gardees))
        return replace(self, texte=texte, hypotheses=hypotheses, mesures=None)

    @property
    def grappe(self) -> Grappe:
        """The grappe as this text and these hypotheses count it."""
        return self.compter(self.texte, self.hypotheses)

    def clause(self, parametre: str) -> Clause:
        """Where the text sets a parameter.

        Raises:
            ParameterNotSet: it does not.
        """
        return Clause.de(self.texte, parametre)
