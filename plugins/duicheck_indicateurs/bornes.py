"""How far the figures may move once the rejected rows are known.

A rejected row may hide any event, or any stay, of any establishment: the reading keeps its line, not its content. A
*completion* replaces each rejected row by one that the schema accepts, or by nothing. Two things are assumed of it:
its `id_evenement` is new (a repeated one is an error of its own, `journal/evenement-repete`), and the rows that were
accepted stay as they are. The bounds hold over all completions.

What one more event can do, in one establishment and for one dossier (or message, or document):
    it may make the dossier actif; it never makes one inactive. It may open or close one project, set, move or cancel
    one agenda entry, feed or remove one document, be one message more.
What one more stay can do, for one person and at most one dossier: the person may enter a denominator, never leave it;
    her dossier may become one of a person present, and be actif by events that are already there.

Hence, with `e` rejected events and `s` rejected stays, and writing *orphelins* for the dossiers updated in the window
whose person has no stay that counts, *inactifs* for the dossiers of persons present that were not updated:

* `dossiers_actifs`: the numerator n grows by at most x + y + z, where x ≤ min(s, orphelins) stays, y ≤ min(e,
  inactifs) events, and z pairs of a stay and an event that remain. The denominator d grows by 0 to s. Attained: a
  stay may be of a person already counted. Rate: [n / (d + s), (n + x + y + z) / d].
* `projet_personnalise`, `evenement_agenda`: the denominator d is the numerator above. A dossier gained takes an event
  of its own, or a stay that reveals an orphelin: at most e + min(s, orphelins). A dossier lost takes an event of its
  own, and none is where the hypothesis looks at events and not at states. For the rate, an event that takes away one
  dossier (-1, 0) lowers it more than one that adds an inactive one (0, +1), since n ≤ d; one that gains a dossier
  already actif (+1, 0) raises it more than (+1, +1). Not attained where a dossier has several open objects, or
  objects without `id_objet`, which nothing can close.
* `mssante`: n grows by 0 to e, d by 0 to s. Attained.
* `dmp`: an event moves one dossier, hence at most as many persons as share it (`partage`); a stay gives at most one
  person to the numerator. Attained where documents and persons are there to be joined. Where documents are counted,
  an event moves one, and a stay may bring in all those of a dossier.
* `eprescription`, `eparcours` and the other plain counts: n grows by 0 to e (the DMP's documents may also be
  removed).

The project's totals have the same bounds on the summed figures: each row falls in one establishment only, so they are
narrower than the sum of the bounds. A rate whose denominator is 0 under one completion has no value there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from duicheck.errors import NotApplicable
from duicheck.model import Bornes, Comptes, Encadrement, Hypotheses, Journal, Mesures, Registre
from duicheck.rules import reader
from duicheck_indicateurs.comptage import Comptage, Latitude

__all__ = ["Rejets", "encadrement_de_la_livraison", "encadrer"]

_SANS_PERTE = {"projet_personnalise": ("projet", "dans_fenetre"), "evenement_agenda": ("agenda", "tout_evenement")}
"""Indicator -> the hypothesis and its value under which events alone count, so that one more never takes away."""


class Rejets(Struct, frozen=True):
    """How many rows of each kind could not be read."""

    evenements: int
    sejours: int


@reader
def encadrement_de_la_livraison(
    journal: Journal, registre: Registre, mesures: Mesures, comptage: Comptage, hypotheses: Hypotheses
) -> Encadrement:
    """The bounds of every recomputed indicator, per establishment and for the project."""
    rejets = Rejets(journal.rejected, registre.rejected)
    if not rejets.evenements and not rejets.sejours:
        message = "aucune ligne du journal ni du registre n'a été rejetée"
        raise NotApplicable(message)
    par_etablissement: dict[str, dict[str, Comptes]] = {}
    for mesure in mesures.etablissements:
        if mesure.finess_et is not None and mesure.recalcule is not None:
            par_etablissement.setdefault(mesure.finess_et, {})[mesure.code] = mesure.recalcule
    bornes: dict[tuple[str | None, str], Bornes] = {
        (finess, code): encadrer(code, compte, comptage.latitudes[finess], rejets, hypotheses)
        for finess, comptes in par_etablissement.items()
        for code, compte in comptes.items()
    }
    for mesure in mesures.projet:
        if mesure.recalcule is not None:
            siens = [finess for finess, comptes in par_etablissement.items() if mesure.code in comptes]
            ensemble = _ensemble([comptage.latitudes[finess] for finess in siens])
            bornes[None, mesure.code] = encadrer(mesure.code, mesure.recalcule, ensemble, rejets, hypotheses)
    return Encadrement(bornes, rejets.evenements, rejets.sejours)


def encadrer(code: str, comptes: Comptes, latitude: Latitude, rejets: Rejets, hypotheses: Mapping[str, str]) -> Bornes:
    """The bounds of one indicator; the module says why they hold.

    Args:
        code: the indicator.
        comptes: its recomputed integers.
        latitude: what rows more could move there.
        rejets: how many rows more.
        hypotheses: those in force.
    """
    if code == "dossiers_actifs":
        return _dossiers_actifs(comptes, latitude, rejets)
    if code in _SANS_PERTE and comptes.denominateur is not None:
        nom, valeur = _SANS_PERTE[code]
        return _parmi_les_actifs(comptes, latitude, rejets, perte=hypotheses[nom] != valeur)
    if code == "dmp":
        return _dmp(comptes, latitude, rejets, hypotheses["dmp"])
    return _compteur(comptes, rejets, (0, rejets.evenements))


def _actifs_de_plus(actifs: int, latitude: Latitude, rejets: Rejets) -> int:
    """The greatest number of dossiers actifs that the rejected rows may add."""
    par_sejour = min(rejets.sejours, latitude.orphelins)
    par_evenement = min(rejets.evenements, latitude.dossiers - actifs)
    return par_sejour + par_evenement + min(rejets.sejours - par_sejour, rejets.evenements - par_evenement)


def _dossiers_actifs(comptes: Comptes, latitude: Latitude, rejets: Rejets) -> Bornes:
    return _compteur(comptes, rejets, (0, _actifs_de_plus(comptes.numerateur, latitude, rejets)))


def _compteur(comptes: Comptes, rejets: Rejets, mouvements: tuple[int, int]) -> Bornes:
    """A numerator that moves by itself, over a denominator that stays may enlarge."""
    moins, plus = mouvements
    n, d = comptes.numerateur, comptes.denominateur
    numerateur = max(0, n + moins), n + plus
    if d is None:
        return Bornes(numerateur, None, None)
    greatest = d + rejets.sejours
    if not greatest:
        return Bornes(numerateur, (0, 0), None)
    taux = _taux(numerateur[0], greatest), _taux(numerateur[1], max(d, 1))
    return Bornes(numerateur, (d, greatest), taux)


def _parmi_les_actifs(comptes: Comptes, latitude: Latitude, rejets: Rejets, *, perte: bool) -> Bornes:
    n, d = comptes.numerateur, comptes.denominateur or 0
    greatest = d + _actifs_de_plus(d, latitude, rejets)
    reveles = min(rejets.sejours, latitude.orphelins)
    perdus = min(n, rejets.evenements) if perte else 0
    gagnes = min(rejets.evenements + reveles, greatest - n)
    numerateur = n - perdus, n + gagnes
    if not greatest:
        return Bornes(numerateur, (0, 0), None)
    deja_actifs = min(rejets.evenements, d - n)
    entrants = rejets.evenements - deja_actifs + reveles
    haut = _taux(n + deja_actifs + entrants, d + entrants)
    bas = _taux(numerateur[0], d + reveles if perte else greatest) if d + reveles else Fraction(0)
    return Bornes(numerateur, (d, greatest), (bas, haut))


def _dmp(comptes: Comptes, latitude: Latitude, rejets: Rejets, hypothese: str) -> Bornes:
    n, d = comptes.numerateur, comptes.denominateur
    if hypothese == "documents":
        # A plain count already holds every document of the establishment: a stay adds none to it.
        apportes = latitude.documents - n if rejets.sejours and d is not None else 0
        return _compteur(comptes, rejets, (-rejets.evenements, rejets.evenements + apportes))
    portee = rejets.evenements * latitude.partage
    perdus = portee if hypothese == "succes" else 0
    gagnes = portee + rejets.sejours
    if d is None:
        return Bornes((max(0, n - perdus), n + gagnes), None, None)
    gagnes = min(gagnes, d + rejets.sejours - n)
    bornes = _compteur(comptes, rejets, (-perdus, gagnes))
    if bornes.taux is None:
        return bornes
    # Persons of the numerator are persons of the denominator: the rate cannot pass 100 %.
    return Bornes(bornes.numerateur, bornes.denominateur, (bornes.taux[0], min(bornes.taux[1], Fraction(100))))


def _taux(numerateur: int, denominateur: int) -> Fraction:
    return Fraction(100 * numerateur, denominateur)


def _ensemble(latitudes: Sequence[Latitude]) -> Latitude:
    """The latitudes of several establishments together: sums, but the greatest sharing."""
    return Latitude(
        orphelins=sum(latitude.orphelins for latitude in latitudes),
        dossiers=sum(latitude.dossiers for latitude in latitudes),
        partage=max((latitude.partage for latitude in latitudes), default=1),
        documents=sum(latitude.documents for latitude in latitudes),
    )
