"""When and by whom the dossiers of each establishment were updated, as figures: what three rules read.

The updates of the window are grouped in one reading of the log, by dossier, by author and by day at once. Only where
that shows a burst to be possible does a second reading look at the minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from duicheck.model import Fenetre, Hypotheses, Journal, fuseau_de, minuit
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_plausibilite.requetes import AUTEURS, CANDIDATS, DENSES, PICS, REGROUPEMENT, SOLITAIRES, TABLES, TOTAUX

__all__ = ["Auteur", "Poussee", "Saisie", "Saisies"]

_MISES_A_JOUR: Mapping[str, tuple[str, ...]] = {
    "explicite": ("mise_a_jour_dossier",),
    "ecriture": ("mise_a_jour_dossier", "projet_personnalise", "evenement_agenda"),
}
"""Value of the hypothesis `mise_a_jour` -> the types of events that it takes for one; any other value: all types."""

_MOITIES = 2
"""A burst is two slices of time in a row: whatever its place, a burst of one slice lies within such a pair."""


_JOURNEE = timedelta(days=1)
_MICROSECONDE = timedelta(microseconds=1)


class Poussee(Struct, frozen=True):
    """Updates that stand close together, in one establishment.

    `evenements` updates of `dossiers` dossiers, `seuls` of which have no other update in the window. `debut` is naive
    UTC. `premiere` is the rowid of the first of these rows in the log.
    """

    debut: datetime
    evenements: int
    dossiers: int
    seuls: int
    premiere: int


class Auteur(Struct, frozen=True):
    """The author of most updates: `evenements` of the `signes` that bear an author. `premiere`: as in `Poussee`."""

    evenements: int
    signes: int
    premiere: int


class Saisie(Struct, frozen=True):
    """The updates of one establishment in the window.

    `pics` are the pairs of slices worth a look: the one with most dossiers that have no other update, and those that
    hold a large share of the updates. `veille` is None where nothing was written in the last days.
    """

    evenements: int
    dossiers: int
    pics: tuple[Poussee, ...] = ()
    veille: Poussee | None = None
    auteur: Auteur | None = None


class Saisies(Struct, frozen=True):
    """By FINESS number, sorted; establishments without any update are not there.

    `fuseaux` maps a FINESS prefix ("" for all others) to a time zone, under the hypothesis in force.
    """

    journal: Journal
    fuseaux: Mapping[str, str]
    par_etablissement: Mapping[str, Saisie]

    def heure_civile(self, instant: datetime, finess_et: str) -> datetime:
        """An instant (naive UTC) on the clock of the establishment."""
        return instant.replace(tzinfo=UTC).astimezone(fuseau_de(finess_et, self.fuseaux))


@reader
def saisies_de_la_livraison(journal: Journal, fenetre: Fenetre, hypotheses: Hypotheses, texte: Rulebook) -> Saisies:
    """Group the updates of the window, by what the hypotheses in force take for one."""
    pas = timedelta(minutes=texte["plausibilite_masse_minutes"]) / _MOITIES
    fuseaux = _fuseaux(hypotheses, texte)
    finess = journal.finess
    bornes = [fenetre.instants(numero) for numero in finess]
    premier_jour = fenetre.fin - timedelta(days=texte["plausibilite_veille_jours"] - 1)
    veilles = [minuit(premier_jour, fuseau_de(numero, fuseaux)) for numero in finess]
    lecture: dict[str, object] = {
        "finess": list(finess),
        "debuts": [debut for debut, _ in bornes],
        "fins": [fin for _, fin in bornes],
        "veilles": veilles,
        "types": list(_MISES_A_JOUR.get(hypotheses["mise_a_jour"], ())),
        "pas": pas // _MICROSECONDE,
    }
    try:
        journal.connection.execute(REGROUPEMENT, {**lecture, "par_jour": _JOURNEE // pas})
        pics = _pics(journal, lecture, _JOURNEE // pas, texte)
        auteurs = {numero: Auteur(*trouve) for numero, *trouve in journal.rows(AUTEURS)}
        debut_veille = dict(zip(finess, veilles, strict=True))
        saisies = {
            numero: Saisie(
                evenements,
                dossiers,
                tuple(pics.get(numero, ())),
                Poussee(debut_veille[numero], *veille) if veille[0] else None,
                auteurs.get(numero),
            )
            for numero, evenements, dossiers, *veille in journal.rows(TOTAUX)
        }
    finally:
        for table in TABLES:
            journal.connection.execute(f"DROP TABLE IF EXISTS {table}")
    return Saisies(journal, fuseaux, saisies)


def _pics(journal: Journal, lecture: Mapping[str, object], par_jour: int, texte: Rulebook) -> dict[str, list[Poussee]]:
    """The pairs of slices worth a look, by establishment."""
    seuils = {"effectif": texte["plausibilite_effectif"], "part": texte["plausibilite_masse_part"]}
    journal.connection.execute(SOLITAIRES)
    journal.connection.execute(CANDIDATS, {**seuils, "par_jour": par_jour})
    pics: dict[str, list[Poussee]] = {}
    if journal.rows("SELECT 1 FROM plausibilite_candidats LIMIT 1"):
        journal.connection.execute(DENSES, dict(lecture))
        for numero, *pic in journal.rows(PICS):
            pics.setdefault(numero, []).append(Poussee(*pic))
    return pics


def _fuseaux(hypotheses: Hypotheses, texte: Rulebook) -> Mapping[str, str]:
    """The clocks of the hypothesis `fuseau`."""
    partout = {"utc": "UTC", "paris": "Europe/Paris"}.get(hypotheses["fuseau"])
    if partout is not None:
        return {"": partout}
    fuseaux: Mapping[str, str] = texte["fuseaux_territoire" if hypotheses["fuseau"] == "territoire" else "fuseaux"]
    return fuseaux
