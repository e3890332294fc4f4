"""The rule on what a log does not hold: the silences of an establishment, against its own rhythm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from math import comb
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck.errors import NotAvailable
from duicheck.findings import Fact, Location, Severity, Violation
from duicheck.model import Fenetre, Journal
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_journal.civil import avec_decalages, decalages, parametres

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

__all__ = ["Rythme", "Seuils", "silences"]

_SEMAINE = 7
_SAMEDI = 5  # date.weekday()
_JOURS_DE_WEEK_END = 2


class Seuils(Struct, frozen=True):
    """The conventions of the rulebook: days, days, percent, draws."""

    silence: int
    fermeture: int
    week_end: int
    tirages: int

    @classmethod
    def du_texte(cls, texte: Rulebook) -> Seuils:
        """Those of a text."""
        return cls(
            texte["couverture_silence_jours"],
            texte["couverture_fermeture_jours"],
            texte["couverture_week_end"],
            texte["couverture_tirages"],
        )


class Rythme(Struct, frozen=True):
    """On which days of a window something was written down.

    `actifs` are ranks of days from 0, sorted, below `jours`. `ouvres` and `chomes` count active days of the week
    and of week-ends: those of one establishment, or the sum over several.
    """

    jours: int
    actifs: Sequence[int]
    ouvres: int
    chomes: int

    @classmethod
    def un(cls, debut: date, jours: int, actifs: Sequence[int]) -> Rythme:
        """The rhythm of one establishment."""
        chomes = sum((debut.weekday() + rang) % _SEMAINE >= _SAMEDI for rang in actifs)
        return cls(jours, actifs, len(actifs) - chomes, chomes)

    @classmethod
    def ensemble(cls, rythmes: Iterable[Rythme]) -> Rythme:
        """The rhythm of several establishments over the same window, taken together."""
        liste = list(rythmes)
        return cls(
            max(rythme.jours for rythme in liste),
            sorted({rang for rythme in liste for rang in rythme.actifs}),
            sum(rythme.ouvres for rythme in liste),
            sum(rythme.chomes for rythme in liste),
        )

    def toute_la_semaine(self, pourcent: int) -> bool:
        """Whether a day of the week-end is active at least `pourcent` % as often as another day."""
        par_jour_chome = self.chomes * (_SEMAINE - _JOURS_DE_WEEK_END)
        par_jour_ouvre = self.ouvres * _JOURS_DE_WEEK_END
        return bool(self.actifs) and 100 * par_jour_chome >= pourcent * par_jour_ouvre


def silences(rythme: Rythme, seuils: Seuils) -> Iterator[tuple[int, int]]:
    """The stretches without any event that the rhythm makes implausible: (rank of the first day, days)."""
    ferme = not rythme.toute_la_semaine(seuils.week_end)
    admis = max(seuils.silence, seuils.fermeture) if ferme else seuils.silence
    precedent = -1
    for rang in [*rythme.actifs, rythme.jours]:
        jours = rang - precedent - 1
        if jours > admis and _invraisemblable(rythme.jours, len(rythme.actifs), jours, seuils.tirages):
            yield precedent + 1, jours
        precedent = rang


def _invraisemblable(jours: int, actifs: int, silence: int, tirages: int) -> bool:
    """Whether chance would leave such a silence less than once in `tirages` draws.

    The active days are drawn among all days: a given stretch stays empty with probability
    C(jours - silence, actifs) / C(jours, actifs), and there are jours - silence + 1 stretches. Exact integers.
    """
    places = jours - silence + 1
    return tirages * places * comb(jours - silence, actifs) < comb(jours, actifs)


# The events of the window, on the civil days of each establishment: one row per establishment.
_JOURS = avec_decalages("""
    presents AS (
        SELECT DISTINCT j.finess_et, CAST(j.horodatage + d.decalage AS DATE) AS jour
        FROM journal AS j
        INNER JOIN decalages AS d
            ON j.finess_et = d.finess_et AND j.horodatage >= d.debut_utc AND j.horodatage < d.fin_utc
    )

    SELECT finess_et, list(jour - $debut ORDER BY jour) AS actifs FROM presents GROUP BY finess_et ORDER BY finess_et
""")


@rule(
    "journal/couverture-incomplete",
    severity=Severity.ERROR,
    message="{perimetre}\u00a0: aucun événement du {debut} au {fin} ({jours} jours de suite), alors que {jours_actifs}"
    " des {jours_fenetre} jours de la fenêtre en portent. Ce silence est invraisemblable à ce rythme.",
    remedy="Extrayez le journal sur toute la fenêtre du texte, sans filtre de date. Si l'établissement n'utilisait"
    " pas encore le logiciel, ou s'il était fermé, dites-le à l'ARS avec la livraison.",
    since="0.1",
)
def couverture_incomplete(journal: Journal, fenetre: Fenetre, texte: Rulebook) -> Iterator[Violation]:
    """Le journal ne couvre pas toute la fenêtre.

    Un journal extrait sur un mois quand le texte en demande trois, ou dont deux semaines manquent, donne des
    indicateurs justes en apparence et faux en fait. Il n'y a pourtant rien à lire dans ce qui manque : seul le
    rythme de l'établissement dit si un silence est normal. On raisonne ainsi, jour civil par jour civil.

    1. On compte les jours de la fenêtre où l'établissement a inscrit quelque chose, non les événements :
       une saisie groupée du lundi ne fait qu'un jour.
    2. Un silence est une suite de jours sans événement, bords de la fenêtre compris. Il est invraisemblable si,
       en tirant au sort autant de jours d'activité parmi tous ceux de la fenêtre, on le verrait moins d'une fois
       en `couverture_tirages` tirages. Rien n'est estimé, tout est compté : pour a jours actifs, s jours de silence
       et N jours de fenêtre, la part de ces tirages est au plus (N − s + 1) × C(N − s, a) / C(N, a). Un petit
       service qui n'écrit que dix jours par trimestre n'est donc accusé que si ces dix jours se suivent presque.
    3. Les fermetures ne sont pas du hasard. Un établissement ouvert toute la semaine (un jour de week-end y est
       actif au moins `couverture_week_end` % aussi souvent qu'un autre) ne ferme pas : on lui admet
       `couverture_silence_jours`, de quoi traverser une panne. Les autres ferment aux vacances : on leur admet
       `couverture_fermeture_jours`, la plus longue fermeture d'été. Ces quatre valeurs sont dans chaque rulebook.
    4. Si aucun établissement n'est assez actif pour qu'on juge, on recommence avec tous ensemble : vingt petits
       services qui se taisent les mêmes semaines, c'est l'extraction qui a manqué.

    Ce que la règle ne voit pas, dit ici pour que nul ne s'y fie : deux semaines ôtées à un établissement qui ferme
    le week-end, un trou que d'autres événements recouvrent, un établissement sans aucun événement (l'export doit
    alors compter zéro, sans quoi journal/ecart-indicateur le dit). Un logiciel mis en service au milieu de la
    fenêtre est signalé : rien, dans un journal, ne distingue ce cas d'un journal tronqué.
    Un constat par silence, sans numéro de ligne : ce qui manque n'en a pas.

    Source : convention duicheck (rulebook, « Couverture du journal ») ; la fenêtre est celle du texte
    (2021-amorcage, 2023-13 annexe 2, 2024-15, 2025-40 §5).
    """
    if journal.count == 0:
        message = "journal : aucune ligne retenue"
        raise NotAvailable(message, frozenset({"journal"}))
    seuils = Seuils.du_texte(texte)
    morceaux = decalages(journal.finess, texte["fuseaux"], fenetre.debut, fenetre.fin)
    jours = (fenetre.fin - fenetre.debut).days + 1
    actifs = dict(journal.rows(_JOURS, {**parametres(morceaux), "debut": fenetre.debut}))
    if not actifs:
        yield _constat(journal, fenetre, None, (0, jours), 0)
        return
    rythmes = {finess_et: Rythme.un(fenetre.debut, jours, rangs) for finess_et, rangs in actifs.items()}
    trouves = [(finess_et, silence) for finess_et in rythmes for silence in silences(rythmes[finess_et], seuils)]
    for finess_et, silence in trouves:
        yield _constat(journal, fenetre, finess_et, silence, len(actifs[finess_et]))
    if not trouves:
        ensemble = Rythme.ensemble(rythmes.values())
        for silence in silences(ensemble, seuils):
            yield _constat(journal, fenetre, None, silence, len(ensemble.actifs))


def _constat(
    journal: Journal, fenetre: Fenetre, finess_et: str | None, silence: tuple[int, int], actifs: int
) -> Violation:
    """A silence, with its dates; of all establishments together where `finess_et` is None."""
    rang, jours = silence
    debut = fenetre.debut + timedelta(days=rang)
    faits: dict[str, Fact] = {} if finess_et is None else {"finess_et": finess_et}
    faits |= {
        "perimetre": finess_et or "tous les établissements ensemble",
        "debut": debut,
        "fin": debut + timedelta(days=jours - 1),
        "jours": jours,
        "jours_actifs": actifs,
        "jours_fenetre": (fenetre.fin - fenetre.debut).days + 1,
    }
    fichier = journal.readings[0].file if len(journal.readings) == 1 else None
    return Violation(Location(fichier), faits)
