"""The persons of one establishment: who they are, when they stay, and what will be done for each.

Which persons are updated, have a project, and so on is decided here, in numbers that reach the targets of the text;
the events are then written to match, and the export counts these decisions. Nothing is recomputed from the log.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from duicheck_echantillon.hasard import Hasard
    from duicheck_echantillon.numeros import Pseudonymes
    from duicheck_echantillon.periode import Periode

__all__ = ["Groupe", "Personne", "Reglages", "composer"]

_SANS_CIBLE = 80  # percent: what a sample reaches where its text asks for nothing


class Reglages(Struct, frozen=True):
    """How a sample departs from the ordinary: both are defects that cannot be added afterwards."""

    sous_la_cible: bool = False
    sans_dossier: bool = False


class Personne(Struct):
    """One person. Days are ordinals; `sejours` are [entry, last day present or None], in order."""

    id_personne: str
    id_dossier: str | None
    sejours: list[tuple[int, int | None]]
    accompagnee: bool
    projet_possible: bool = True
    actif: bool = False
    projet: bool = False
    agenda: bool = False
    message: bool = False
    dmp: bool = False

    def presence(self, premier: int, dernier: int) -> tuple[int, int] | None:
        """The days of the last stay between two days, or None."""
        entree, sortie = self.sejours[-1]
        debut, fin = max(entree, premier), dernier if sortie is None else min(sortie, dernier)
        return (debut, fin) if debut <= fin else None


class Groupe(Struct):
    """The persons of an establishment, and the integers that its export will hold."""

    finess: str
    personnes: list[Personne]
    comptes: dict[str, int] = field(default_factory=dict)

    def nombre(self, critere: Callable[[Personne], bool]) -> int:
        """How many persons meet a condition."""
        return sum(map(critere, self.personnes))


def composer(  # noqa: PLR0913 -- the sources of a sample, each used once
    finess: str,
    nombre: int,
    cibles: Mapping[str, int | Fraction | None],
    periode: Periode,
    hasard: Hasard,
    noms: tuple[Pseudonymes, Pseudonymes],
    reglages: Reglages,
) -> Groupe:
    """Invent the persons of an establishment; `noms` gives the pseudonyms of persons and of dossiers."""
    personnes = [_personne(rang, periode, hasard, noms) for rang in range(nombre)]
    accompagnees = [personne for personne in personnes if personne.accompagnee]

    def retenir(parmi: list[Personne], code: str, *, manque: bool = False) -> Iterator[Personne]:
        # Enough of them to reach the target, exactly; or one too few.
        cible = cibles.get(code)
        toleres = int(len(parmi) * (100 - (_SANS_CIBLE if cible is None else cible)) // 100)
        ecartes = hasard.rangs(toleres + 1 if manque else hasard.entier(toleres + 1), len(parmi))
        return (personne for rang, personne in enumerate(parmi) if rang not in ecartes)

    for personne in retenir(accompagnees, "dossiers_actifs", manque=reglages.sous_la_cible):
        personne.actif = True
    if reglages.sans_dossier:
        for personne in accompagnees:
            if not personne.actif:
                personne.id_dossier = None
    actifs = [personne for personne in accompagnees if personne.actif]
    for personne in retenir(actifs, "projet_personnalise"):
        personne.projet = True
    for personne in retenir(actifs, "evenement_agenda"):
        personne.agenda = True
    possibles = [personne for personne in accompagnees if personne.projet_possible]
    for personne in retenir(possibles, "mssante"):
        personne.message = True
    for personne in retenir(possibles, "dmp"):
        personne.dmp = personne.id_dossier is not None
    return Groupe(finess, personnes)


def _personne(rang: int, periode: Periode, hasard: Hasard, noms: tuple[Pseudonymes, Pseudonymes]) -> Personne:
    personnes, dossiers = noms
    partie = rang > 0 and hasard.entier(25) == 0  # gone before the window: the first one never is
    if partie:
        sortie = periode.debut - 1 - hasard.entier(30)
        sejours: list[tuple[int, int | None]] = [(sortie - hasard.entre(5, 700), sortie)]
    else:
        sejours = [_sejour(periode, hasard)]
        if hasard.entier(12) == 0:  # an earlier stay of the same person
            sortie = sejours[0][0] - hasard.entre(2, 200)
            sejours.insert(0, (sortie - hasard.entre(5, 400), sortie))
    return Personne(
        id_personne=personnes.suivant(),
        id_dossier=dossiers.suivant(),
        sejours=sejours,
        accompagnee=not partie,
        projet_possible=rang == 0 or hasard.entier(25) > 0,
    )


def _sejour(periode: Periode, hasard: Hasard) -> tuple[int, int | None]:
    """A stay that overlaps the window: mostly from long before, mostly not over."""
    arrivee_recente = hasard.entier(8) == 0
    entree = hasard.entre(periode.debut, periode.fin) if arrivee_recente else periode.debut - hasard.entre(1, 2500)
    if hasard.entier(10):
        return entree, None
    return entree, max(entree, periode.debut) + hasard.entier(120)
