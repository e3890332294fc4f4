"""The window of a measure: which days count, and which instants that makes in each time zone.

A text's way to place its window is a small value, `RegleFenetre`, read from its rulebook; the
variants that a vendor may have used by mistake are functions of it. Nothing here reads a log.
Source: contract §2 (windows and time zones) and §4 (variants).
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from duicheck.errors import NotAvailable, RulebookError, UsageError
from duicheck.model import Fenetre, Hypotheses, Livraison, Textes, minuit
from duicheck.rulebook import Rulebook
from duicheck.rules import reader

__all__ = ["Mois", "RegleFenetre", "fenetre_de_la_livraison", "fenetre_des_jours", "plus_mois", "situer"]

_JOUR = timedelta(days=1)
_VEILLE = "veille_de_la_mesure"
_FIN_DU_MOIS = "fin_du_mois_de_mesure"
_PARIS = "Europe/Paris"
_AUTRE_TEXTE = "texte:"

Mois = int
"""A number of calendar months."""


class RegleFenetre(Struct, frozen=True):
    """How one text places its window around the date of the measure.

    `fin` is "veille_de_la_mesure" or "fin_du_mois_de_mesure" (RulebookError otherwise). The three lengths are
    calendar months, None where the text makes no such difference. `fuseaux` maps a FINESS prefix ("" for all
    others) to an IANA time zone.
    """

    fin: str
    mois: Mois
    mois_premiere_mesure: Mois | None
    mois_maintenance: Mois | None
    fuseaux: Mapping[str, str]
    fuseaux_territoire: Mapping[str, str]

    def __post_init__(self) -> None:
        if self.fin not in (_VEILLE, _FIN_DU_MOIS):
            message = f"fin de fenêtre « {self.fin} » inconnue, il faut {_VEILLE} ou {_FIN_DU_MOIS}"
            raise RulebookError(message)

    @classmethod
    def du_texte(cls, rulebook: Rulebook) -> RegleFenetre:
        """The rule of a text.

        Raises:
            ParameterNotSet: the text sets no window.
        """
        return cls(
            fin=rulebook["fenetre_fin"],
            mois=rulebook["fenetre_mois"],
            mois_premiere_mesure=rulebook.get("fenetre_mois_premiere_mesure"),
            mois_maintenance=rulebook.get("fenetre_mois_maintenance"),
            fuseaux=rulebook["fuseaux"],
            fuseaux_territoire=rulebook["fuseaux_territoire"],
        )

    def jours(self, date_mesure: date, *, premiere_mesure: bool = False, phase: str | None = None) -> tuple[date, date]:
        """First and last day that count, both included.

        Where the window is a month, it is the one that holds `date_mesure`, its last day or not:
        that the measure is not at a month end is for a rule to say.
        """
        mois = self._longueur(premiere_mesure=premiere_mesure, phase=phase)
        apres = date_mesure if self.fin == _VEILLE else plus_mois(date_mesure.replace(day=1), 1)
        return plus_mois(apres, -mois), apres - _JOUR

    def _longueur(self, *, premiere_mesure: bool, phase: str | None) -> Mois:
        if premiere_mesure and self.mois_premiere_mesure is not None:
            return self.mois_premiere_mesure
        if phase == "maintenance" and self.mois_maintenance is not None:
            return self.mois_maintenance
        return self.mois


def plus_mois(jour: date, mois: Mois) -> date:
    """The same day some calendar months later (or earlier); a day that does not exist becomes the month's last."""
    rang = jour.year * 12 + jour.month - 1 + mois
    annee, mois_0 = divmod(rang, 12)
    dernier = calendar.monthrange(annee, mois_0 + 1)[1]
    return date(annee, mois_0 + 1, min(jour.day, dernier))


# Every variant moves the window [first day, day after the last one), so that a whole month moved
# by a month stays a whole month.
_VARIANTES: dict[str, Callable[[date, date], tuple[date, date]]] = {
    "texte": lambda debut, apres: (debut, apres),
    "un_mois": lambda _, apres: (plus_mois(apres, -1), apres),
    "trois_mois": lambda _, apres: (plus_mois(apres, -3), apres),
    "mois_precedent": lambda debut, apres: (plus_mois(debut, -1), plus_mois(apres, -1)),
    "debut_moins_1j": lambda debut, apres: (debut - _JOUR, apres),
    "debut_plus_1j": lambda debut, apres: (debut + _JOUR, apres),
    "fin_moins_1j": lambda debut, apres: (debut, apres - _JOUR),
    "fin_plus_1j": lambda debut, apres: (debut, apres + _JOUR),
}


def situer(
    livraison: Livraison,
    regle: RegleFenetre,
    hypotheses: Mapping[str, str],
    textes: Mapping[str, RegleFenetre] | None = None,
) -> Fenetre:
    """The window of a delivery under the hypotheses `fenetre` and `fuseau` (the text's own where unsaid).

    Args:
        livraison: for the date of the measure, whether it is the first, and the phase.
        regle: the rule of the delivery's text.
        hypotheses: `fenetre` and `fuseau`; others are ignored.
        textes: the rule of each other text, for the variants `texte:ID`.

    Raises:
        UsageError: an unknown value of one of the two hypotheses.
        NotAvailable: the date of the measure is so far off that the calendar cannot hold the window.
    """
    variante = hypotheses.get("fenetre", "texte")
    if variante.startswith(_AUTRE_TEXTE):
        autre = variante.removeprefix(_AUTRE_TEXTE)
        if autre not in (textes or {}):
            message = f"hypothèse fenetre : le texte « {autre} » est inconnu"
            raise UsageError(message)
        regle, variante = (textes or {})[autre], "texte"
    if variante not in _VARIANTES:
        message = f"hypothèse fenetre : « {variante} » inconnu, il faut l'un de {', '.join(_VARIANTES)}"
        raise UsageError(message)
    try:
        debut, fin = regle.jours(
            livraison.date_mesure, premiere_mesure=livraison.premiere_mesure, phase=livraison.phase or "projet"
        )
        debut, apres = _VARIANTES[variante](debut, fin + _JOUR)
        return fenetre_des_jours(debut, apres - _JOUR, regle, hypotheses.get("fuseau", "local"))
    except (OverflowError, ValueError) as error:
        message = f"la date de mesure {livraison.date_mesure} ne permet pas de placer une fenêtre"
        raise NotAvailable(message) from error


def fenetre_des_jours(debut: date, fin: date, regle: RegleFenetre, fuseau: str = "local") -> Fenetre:
    """The window of these days, both included, under a value of the hypothesis `fuseau`.

    Raises:
        UsageError: an unknown value.
        OverflowError, ValueError: no calendar holds it.
    """
    zones = {prefixe: ZoneInfo(nom) for prefixe, nom in _zones(regle, fuseau).items()}
    bornes = {prefixe: (minuit(debut, zone), minuit(fin + _JOUR, zone)) for prefixe, zone in zones.items()}
    return Fenetre(debut, fin, bornes)


def _zones(regle: RegleFenetre, fuseau: str) -> Mapping[str, str]:
    if fuseau == "local":
        return regle.fuseaux
    if fuseau == "territoire":
        return regle.fuseaux_territoire
    if fuseau == "utc":
        return {"": "UTC"}
    if fuseau == "paris":
        return {"": _PARIS}
    message = f"hypothèse fuseau : « {fuseau} » inconnu, il faut local, utc, paris ou territoire"
    raise UsageError(message)


@reader
def fenetre_de_la_livraison(
    livraison: Livraison, rulebook: Rulebook, hypotheses: Hypotheses, textes: Textes | None
) -> Fenetre:
    """The window of the delivery, under its text and the hypotheses in force."""
    regle = RegleFenetre.du_texte(rulebook)
    autres: dict[str, RegleFenetre] = {}
    if textes is not None and hypotheses.get("fenetre", "").startswith(_AUTRE_TEXTE):  # reading the texts takes time
        autres = {nom: RegleFenetre.du_texte(texte) for nom, texte in textes.items()}
    return situer(livraison, regle, hypotheses, autres)
