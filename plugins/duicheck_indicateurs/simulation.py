"""What the figures would be for other dates of measure, and under another text.

No verdict: it supposes that nothing happens after the last event of the log, and asks only which date would reach
which target. The dates are scenarios of the recomputation: the log is read once for all the dates of one text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from duicheck.errors import NotAvailable, ParameterNotSet, UsageError
from duicheck.model import (
    Comptes,
    Dataset,
    Fenetre,
    Hypotheses,
    Indicateurs,
    Journal,
    Livraison,
    Mesure,
    Registre,
    Structures,
    Textes,
)
from duicheck.rulebook import Rulebook
from duicheck_indicateurs.dates import AU_MOINS, Calendrier, Periode, calendrier, periodes
from duicheck_indicateurs.decoupe import HYPOTHESES, Scenario
from duicheck_indicateurs.fenetre import RegleFenetre, situer
from duicheck_indicateurs.lignes import TOTAL, cible_du_texte, codes_obligatoires
from duicheck_indicateurs.recalcul import Resultats, recalculer

__all__ = ["Essai", "Indicateur", "Perimetre", "Simulation", "SousTexte", "simuler"]

AU_PLUS = 91
"""How many dates are tried under one text, at most."""
BUDGET = 2_000_000
"""Stays × dates: what bounds the memory and the time of the recomputation; a larger register gets fewer dates."""

_FIN_DU_MOIS = "fin_du_mois_de_mesure"


class Essai(Struct, frozen=True):
    """One indicator for one date of measure; the figures are `mesure.recalcule`."""

    date_mesure: date
    mesure: Mesure

    @property
    def comptes(self) -> Comptes:
        """The two integers."""
        return self.mesure.recalcule or Comptes(0)


class Indicateur(Struct, frozen=True):
    """One indicator of one establishment, or of the project: for the declared date, and for every date tried."""

    code: str
    cible: Fraction | int | None
    opposable: bool
    declare: Essai
    serie: Sequence[Essai]

    @property
    def periodes(self) -> list[Periode]:
        """When the target would be reached, oldest first."""
        return periodes((e.date_mesure for e in self.serie), (e.mesure.atteinte is True for e in self.serie))

    @property
    def plus_proche(self) -> Essai | None:
        """The date that lacks least, the nearest to the declared one; None without a target or a rate."""
        juges = [essai for essai in self.serie if essai.mesure.manquants is not None]
        declare = self.declare.date_mesure
        return min(juges, key=lambda e: (e.mesure.manquants, abs((e.date_mesure - declare).days)), default=None)


class Perimetre(Struct, frozen=True):
    """An establishment, or the project (finess_et None), with its indicators in the order of the text."""

    finess_et: str | None
    indicateurs: Sequence[Indicateur]


class SousTexte(Struct, frozen=True):
    """The delivery under one text. `fenetres` holds the window of each date tried.

    `ensemble`: when every binding target would be reached at once, by each establishment and by the project; None
    where the text opposes none.
    """

    texte: Rulebook
    calendrier: Calendrier
    fenetres: Mapping[date, Fenetre]
    projet: Perimetre
    etablissements: Sequence[Perimetre]
    ensemble: Sequence[Periode] | None


class Simulation(Struct, frozen=True):
    """`textes`: the delivery's own, then the one to compare with. Days of the log in UTC; None for an empty log."""

    date_mesure: date
    premier_jour: date | None
    dernier_jour: date | None
    textes: Sequence[SousTexte]

    def couvertes(self, sous: SousTexte) -> list[Periode]:
        """For which dates of measure the log goes from the window's first day to its last one, to a day."""
        premier, dernier = self.premier_jour, self.dernier_jour
        if premier is None or dernier is None:
            return []
        fenetres = sous.fenetres.values()
        return periodes(sous.fenetres, (premier <= un.debut and un.fin <= dernier for un in fenetres))


def simuler(dataset: Dataset, texte: str | None = None, jusqu_au: date | None = None) -> Simulation:
    """Recompute the indicators for dates around the declared one.

    Args:
        dataset: the delivery; it needs a log and a register, and does without an export.
        texte: another text to put beside the delivery's own.
        jusqu_au: the last date to try (the first, when it is before the declared one).

    Raises:
        UsageError: no log or no register, an unknown text, dates that no calendar holds.
    """
    try:
        journal, registre = dataset.get(Journal), dataset.get(Registre)
    except NotAvailable as manque:
        message = f"la simulation recalcule tout du journal et du registre : {manque}"
        raise UsageError(message) from None
    livraison, textes, sien = dataset.get(Livraison), dataset.get(Textes), dataset.get(Rulebook)
    if texte is not None and texte not in textes:
        message = f"texte « {texte} » inconnu ; textes connus : {', '.join(textes)}"
        raise UsageError(message)
    a_voir: list[tuple[Rulebook, Mapping[str, str]]] = [(sien, dataset.get(Hypotheses))]
    if texte is not None and texte != sien.id:
        a_voir.append((textes[texte], _transposees(textes[texte], livraison.hypotheses)))
    monde = _Monde(journal, registre, livraison, textes, dataset.find(Structures), _etablissements(dataset))
    (premier, dernier), *_ = journal.rows(
        "SELECT CAST(min(horodatage) AS DATE), CAST(max(horodatage) AS DATE) FROM journal"
    )
    return Simulation(
        livraison.date_mesure,
        premier,
        dernier,
        [monde.sous(rulebook, hypotheses, jusqu_au) for rulebook, hypotheses in a_voir],
    )


def _transposees(rulebook: Rulebook, ecarts: Mapping[str, str]) -> dict[str, str]:
    """The hypotheses of another text, with the delivery's departures as far as that text knows them."""
    connus = {
        nom: code
        for nom, code in ecarts.items()
        if nom in rulebook.hypotheses and code in rulebook.hypotheses[nom].choices
    }
    return rulebook.choose(connus)


def _etablissements(dataset: Dataset) -> list[str]:
    """Those that export figures; without an export, those of the register."""
    export = dataset.find(Indicateurs)
    if export is not None and (trouves := export.rows("SELECT DISTINCT finess_et FROM indicateurs")):
        return sorted(finess for (finess,) in trouves if finess != TOTAL)
    return sorted(finess for (finess,) in dataset.get(Registre).rows("SELECT DISTINCT finess_et FROM registre"))


class _Monde(Struct, frozen=True):
    """What every text looks at."""

    journal: Journal
    registre: Registre
    livraison: Livraison
    textes: Textes
    structures: Structures | None
    etablissements: Sequence[str]

    def sous(self, rulebook: Rulebook, hypotheses: Mapping[str, str], jusqu_au: date | None) -> SousTexte:
        """The delivery under one text, in one reading of the log."""
        dates, fenetres = self._fenetres(rulebook, hypotheses, jusqu_au)
        retenues = {nom: hypotheses[nom] for nom in HYPOTHESES}
        scenarios = [Scenario(jour.isoformat(), fenetre, retenues) for jour, fenetre in fenetres.items()]
        simples = rulebook.get("indicateurs_simples_comptes", ())
        resultats = recalculer(self.journal, self.registre, self.etablissements, scenarios, simples)
        par_jour = {jour: resultats[jour.isoformat()] for jour in dates.dates}
        etablissements = [self._perimetre(rulebook, finess, par_jour) for finess in self.etablissements]
        projet = self._perimetre(rulebook, None, par_jour)
        ensemble = _ensemble([*etablissements, projet], dates)
        return SousTexte(rulebook, dates, fenetres, projet, etablissements, ensemble)

    def _fenetres(
        self, rulebook: Rulebook, hypotheses: Mapping[str, str], jusqu_au: date | None
    ) -> tuple[Calendrier, dict[date, Fenetre]]:
        """The dates to try, and the window of each."""
        regle = RegleFenetre.du_texte(rulebook)
        autres = {nom: RegleFenetre.du_texte(autre) for nom, autre in self.textes.items() if _place_une_fenetre(autre)}
        au_plus = max(AU_MOINS, min(AU_PLUS, BUDGET // max(1, self.registre.count)))
        fins_de_mois = regle.fin == _FIN_DU_MOIS
        try:
            dates = calendrier(self.livraison.date_mesure, jusqu_au, fins_de_mois=fins_de_mois, au_plus=au_plus)
            return dates, {
                jour: situer(replace(self.livraison, date_mesure=jour), regle, hypotheses, autres)
                for jour in dates.dates
            }
        except (NotAvailable, OverflowError, ValueError) as error:
            message = "ces dates ne permettent pas de placer une fenêtre ; rapprochez --jusqu-au de la date de mesure"
            raise UsageError(message) from error

    def _perimetre(self, rulebook: Rulebook, finess_et: str | None, par_jour: Mapping[date, Resultats]) -> Perimetre:
        """One establishment, or the sums over all of them."""
        obligatoires = set(codes_obligatoires(rulebook, self.structures))
        facultatifs = rulebook.get("indicateurs_facultatifs", ())
        somme_de = self.etablissements if finess_et is None else [finess_et]
        indicateurs = []
        for code in rulebook["indicateurs"]:
            if code in facultatifs:
                continue
            opposable = code in obligatoires
            cible = cible_du_texte(rulebook, code)
            serie = [
                Essai(
                    jour,
                    Mesure(code, finess_et, None, _somme(trouves[un, code] for un in somme_de), cible, opposable),
                )
                for jour, trouves in par_jour.items()
            ]
            declare = next(essai for essai in serie if essai.date_mesure == self.livraison.date_mesure)
            indicateurs.append(Indicateur(code, cible, opposable, declare, serie))
        return Perimetre(finess_et, indicateurs)


def _place_une_fenetre(rulebook: Rulebook) -> bool:
    try:
        RegleFenetre.du_texte(rulebook)
    except ParameterNotSet:
        return False
    return True


def _somme(comptes: Iterable[Comptes]) -> Comptes:
    """Sum of numerators over sum of denominators."""
    liste = list(comptes)
    denominateurs = [compte.denominateur for compte in liste if compte.denominateur is not None]
    return Comptes(sum(compte.numerateur for compte in liste), sum(denominateurs) if denominateurs else None)


def _ensemble(perimetres: Iterable[Perimetre], dates: Calendrier) -> list[Periode] | None:
    """When nothing that binds is missing anywhere."""
    opposables = [
        un for perimetre in perimetres for un in perimetre.indicateurs if un.opposable and un.cible is not None
    ]
    if not opposables:
        return None
    return periodes(
        dates.dates,
        (all(un.serie[rang].mesure.atteinte is True for un in opposables) for rang in range(len(dates.dates))),
    )
