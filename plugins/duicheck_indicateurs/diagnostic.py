"""Why an exported figure differs: which hypotheses give exactly what the vendor wrote (contract §4.1).

An explanation is kept only when it gives both integers of the row. With small numbers several may,
by chance; so each is weighed on the whole export: it explains an establishment alone when it gives
every row of it, those that were right included. Those that explain more establishments come first,
then the simpler ones. A certainty is claimed for none but the one that gives the whole export.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from duicheck.errors import NotApplicable
from duicheck.model import (
    CauseCommune,
    Comptes,
    Diagnostic,
    Explication,
    Hypotheses,
    Journal,
    Livraison,
    Mesure,
    Mesures,
    Registre,
    Textes,
)
from duicheck.rulebook import Rulebook
from duicheck.rules import reader
from duicheck_indicateurs.essais import Essai, essais
from duicheck_indicateurs.recalcul import Resultats, recalculer

__all__ = ["diagnostic_de_la_livraison"]

_IMPRIMEES = 5
"""How many explanations of one row are kept: the reader wants the likely ones, not all."""
_PLUSIEURS = 2
"""From how many establishments on an agreement is no longer taken for chance."""

_ECHANTILLON = 5
"""On how many establishments the pairs are tried at a time; more would cost more than they tell."""
_MANCHES = 2
"""How many times another few establishments are taken, for those that the first ones did not explain."""

Cle = tuple[str, str]


class _Bilan(Struct, frozen=True):
    """What one set of departures gives on the whole export."""

    essai: Essai
    lignes: frozenset[Cle]  # the differing rows that it gives exactly
    seuls: frozenset[str]  # the establishments that it explains alone
    contredits: frozenset[str]  # the establishments with a row that it does not give

    @property
    def ordre(self) -> tuple[int, int, int, int, int]:
        """The most telling first."""
        essai = self.essai
        return -len(self.seuls), len(essai.ecarts), len(self.contredits), -len(self.lignes), essai.rang


@reader
def diagnostic_de_la_livraison(  # noqa: PLR0913 -- seven parts of the dataset, bound by the engine
    livraison: Livraison,
    rulebook: Rulebook,
    hypotheses: Hypotheses,
    textes: Textes,
    mesures: Mesures,
    journal: Journal,
    registre: Registre,
) -> Diagnostic:
    """The hypotheses that explain the differing rows, one departure first, then two.

    Single departures are held against the whole export in one reading of the log. Pairs, ten times as
    many, are tried only when no single departure gives every row of the establishments that differ: on a
    few of these first, then those that explain one of the few on all. At most 1 + 2 × 2 readings. They are
    not tried where rows of the log or of the register were rejected.
    """
    compares = [mesure for mesure in mesures.etablissements if mesure.conforme is not None]
    differents = {_cle(mesure) for mesure in compares if mesure.conforme is False}
    if not differents:
        message = "aucun écart entre l'export et le journal : rien à expliquer"
        raise NotApplicable(message)
    simples, paires = essais(livraison, rulebook, hypotheses, textes)
    sommes = rulebook.get("indicateurs_simples_comptes", ())
    en_ecart = {finess for finess, _ in differents}

    def peser(candidats: Sequence[Essai], etablissements: Iterable[str]) -> list[_Bilan]:
        retenus = set(etablissements)
        scenarios = list({essai.scenario.id: essai.scenario for essai in candidats}.values())
        resultats = recalculer(journal, registre, retenus, scenarios, sommes)
        siennes = [mesure for mesure in compares if mesure.finess_et in retenus]
        return [_bilan(essai, resultats[essai.scenario.id], siennes, differents) for essai in candidats]

    tous = {str(mesure.finess_et) for mesure in compares}
    bilans = peser(simples, tous)
    # Rejected rows are a cause of their own: two departures that happen to make up for them would explain nothing.
    complets = not journal.rejected and not registre.rejected
    if complets and not any(bilan.seuls == en_ecart for bilan in bilans):
        expliques = {finess for bilan in bilans for finess in bilan.seuls}
        bilans += _paires(peser, paires, differents, expliques, tous)
    bilans = sorted((bilan for bilan in bilans if bilan.lignes), key=lambda bilan: bilan.ordre)
    par_mesure = {_cle(mesure): mesure for mesure in compares}
    return Diagnostic(
        par_ligne={
            cle: _explications(rulebook, par_mesure[cle], retenus)
            for cle in sorted(differents)
            if (retenus := _plausibles(bilans, cle))
        },
        communes=_communes(rulebook, bilans, differents),
        essais=len(simples) + (len(paires) if complets else 0),
    )


def _paires(
    peser: Callable[[Sequence[Essai], Iterable[str]], list[_Bilan]],
    paires: Sequence[Essai],
    differents: set[Cle],
    expliques: set[str],
    tous: set[str],
) -> list[_Bilan]:
    """Two departures at once: tried on a few establishments, kept and weighed on all where they explain one.

    The establishments with most differing rows go first: they tell the pairs apart best.
    """
    bilans: dict[int, _Bilan] = {}
    lignes = Counter(finess for finess, _ in differents)
    restent = sorted(lignes, key=lambda finess: (finess in expliques, -lignes[finess], finess))
    for _ in range(_MANCHES):
        echantillon, restent = restent[:_ECHANTILLON], restent[_ECHANTILLON:]
        if not echantillon:
            break
        essayes = peser([essai for essai in paires if essai.rang not in bilans], echantillon)
        # What explains an establishment is weighed on the whole export: those that are right may contradict it.
        retenus = [bilan.essai for bilan in essayes if bilan.seuls]
        candidats = essayes + (peser(retenus, tous) if retenus else [])
        bilans.update({bilan.essai.rang: bilan for bilan in candidats if bilan.lignes})
        trouves = {finess for bilan in bilans.values() for finess in bilan.seuls}
        restent = [finess for finess in restent if finess not in trouves | expliques]
    return list(bilans.values())


def _bilan(essai: Essai, resultats: Resultats, mesures: Iterable[Mesure], differents: set[Cle]) -> _Bilan:
    """Hold one computation against the export."""
    donnees: dict[str, bool] = {}
    lignes = set()
    touches = set()
    for mesure in mesures:
        cle = _cle(mesure)
        egale = _egale(mesure.exporte, resultats[cle])
        donnees[cle[0]] = donnees.get(cle[0], True) and egale
        if cle in differents:
            touches.add(cle[0])
            if egale:
                lignes.add(cle)
    seuls = frozenset(finess for finess in touches if donnees[finess])
    return _Bilan(essai, frozenset(lignes), seuls, frozenset(f for f, toutes in donnees.items() if not toutes))


def _egale(exporte: Comptes | None, recalcule: Comptes) -> bool:
    """Both integers; the numerator alone for a plain count."""
    if exporte is None:
        return False
    return exporte.numerateur == recalcule.numerateur and recalcule.denominateur in (None, exporte.denominateur)


def _plausibles(bilans: Sequence[_Bilan], cle: Cle) -> list[_Bilan]:
    """The sets that give a row, without those that only add an idle departure to a better one."""
    retenus: list[_Bilan] = []
    for bilan in bilans:
        if cle not in bilan.lignes:
            continue
        inutile = any(
            autre.essai.ecarts.items() < bilan.essai.ecarts.items() and len(autre.seuls) >= len(bilan.seuls)
            for autre in bilans
            if cle in autre.lignes
        )
        if not inutile:
            retenus.append(bilan)
    return retenus


def _explications(rulebook: Rulebook, mesure: Mesure, bilans: Sequence[_Bilan]) -> tuple[Explication, ...]:
    """The explanations of a row, each in one sentence."""
    exporte, recalcule = _ecrit(mesure.exporte), _ecrit(mesure.recalcule)
    explications = []
    for bilan in bilans[:_IMPRIMEES]:
        cause = _libelle(rulebook, bilan.essai.ecarts)
        texte = f"Votre {exporte} est exactement ce que donne\u00a0: {cause} (recalculé\u00a0: {recalcule})."
        if len(bilans) > 1:
            texte = f"Hypothèse compatible, parmi {len(bilans)}\u00a0: {cause} donne aussi {exporte}."
        if mesure.finess_et in bilan.contredits:
            texte = f"{texte.removesuffix('.')}, mais ne donne pas les autres chiffres de l'établissement."
        explications.append(Explication(bilan.essai.ecarts, texte, len(bilan.seuls)))
    return tuple(explications)


def _communes(rulebook: Rulebook, bilans: Sequence[_Bilan], differents: set[Cle]) -> tuple[CauseCommune, ...]:
    """Explanations that several rows share, said once: the best one, then the best for the rows that are left."""
    causes: list[CauseCommune] = []
    restent = set(differents)
    for bilan in bilans:
        lignes = bilan.lignes & restent
        if len(lignes) < _PLUSIEURS or not bilan.seuls:
            continue
        rivales = [autre for autre in bilans if autre is not bilan and autre.ordre[:2] <= bilan.ordre[:2]]
        seule = not any(autre.lignes >= bilan.lignes for autre in rivales)
        certaine = seule and not bilan.contredits and bilan.lignes == differents and len(bilan.seuls) >= _PLUSIEURS
        cause = _libelle(rulebook, bilan.essai.ecarts)
        causes.append(
            CauseCommune(
                Explication(bilan.essai.ecarts, cause, len(bilan.seuls)), len(lignes), len(differents), certaine
            )
        )
        restent -= bilan.lignes
    return tuple(causes)


def _libelle(rulebook: Rulebook, ecarts: Mapping[str, str]) -> str:
    return " et ".join(rulebook.hypotheses[nom].choices[code].libelle for nom, code in ecarts.items())


def _ecrit(comptes: Comptes | None) -> str:
    if comptes is None:
        return "(rien)"
    if comptes.denominateur is None:
        return str(comptes.numerateur)
    return f"{comptes.numerateur}\u00a0/\u00a0{comptes.denominateur}"


def _cle(mesure: Mesure) -> Cle:
    return str(mesure.finess_et), mesure.code
