"""FINESS numbers against an extract of the national file: do they exist, are they open, are they those of places."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from duicheck.errors import NotAvailable
from duicheck.findings import Fact, Fixer, Location, Severity, Violation
from duicheck.model import Fenetre, Lecture, Livraison
from duicheck.rules import rule
from duicheck_identifiants.finess import NumerosFiness
from duicheck_identifiants.repertoire.base import Etablissement, Repertoire
from duicheck_identifiants.repertoire.numeros import FORME
from duicheck_identifiants.repertoire.partie import Fiches

__all__ = [
    "finess_extrait_ancien",
    "finess_extrait_incomplet",
    "finess_ferme",
    "finess_inconnu",
    "finess_juridique",
    "finess_non_ouvert",
]

_NOMMES = 3  # establishments or rows that a sentence names


@rule(
    "identifiants/finess-inconnu",
    severity=Severity.ERROR,
    message="{finess_et} n'est pas dans {extrait} (lignes de la livraison : {lignes}). {conseil}.",
    remedy="Reprenez le numéro géographique (ET) dans l'annuaire FINESS ; sans lui, pas de financement.",
    since="0.1",
)
def finess_inconnu(numeros: NumerosFiness, fiches: Fiches) -> Iterator[Violation]:
    """Un numéro FINESS n'existe pas dans l'extrait du fichier national.

    L'extrait est celui de la livraison (rôle « finess »), ou celui que « duicheck finess charger » a mis sur cette
    machine. Quand un zéro de tête, un chiffre ou deux chiffres voisins suffisent à donner un numéro qui existe et
    dont la clé va, ce numéro est proposé, jamais rétabli. Le fichier gelé « etalab-cs1100502 » ne garde pas les
    établissements fermés : la phrase le rappelle. Un extrait partiel (celui de l'enquête SAE ne porte que sur les
    établissements de santé) ne permet pas de dire qu'un numéro n'existe pas.

    Source : 2023-13 annexe 3 C 5 et 2025-40 §4.3 (un FINESS géographique par ESSMS) ; fichier FINESS de l'ANS.
    """
    repertoire = fiches.repertoire
    if not repertoire.complet:
        message = (
            f"{repertoire.nom} est partiel : il ne permet pas de dire qu'un numéro n'existe pas ; chargez celui de "
            "tous les établissements (« duicheck finess charger FICHIER »)"
        )
        raise NotAvailable(message, frozenset({Repertoire.role}))
    absents = [
        numero
        for numero in numeros.etablissements
        if FORME.fullmatch(numero.valeur)
        and numero.valeur not in fiches.etablissements
        and numero.valeur not in fiches.entites
    ]
    proches = repertoire.proches(numero.valeur for numero in absents)
    for numero in absents:
        trouves = proches[numero.valeur]
        faits: dict[str, Fact] = {
            "finess_et": numero.valeur,
            "lignes": numero.lignes,
            "extrait": repertoire.nom,
            "conseil": _proposition(trouves, fermes=repertoire.fermes),
        }
        if trouves:
            faits["finess_propose"] = ", ".join(fiche.numero for fiche in trouves)
        yield Violation(numero.at, faits)


def _proposition(trouves: Sequence[Etablissement], *, fermes: bool) -> str:
    if trouves:
        noms = " ; ".join(_nomme(fiche) for fiche in trouves)
        return f"Un numéro proche existe : {noms}" if len(trouves) == 1 else f"Des numéros proches existent : {noms}"
    if not fermes:
        return "Aucun numéro proche n'y existe ; un établissement fermé n'y figure plus"
    return "Aucun numéro proche n'y existe"


def _nomme(fiche: Etablissement) -> str:
    dits = ", ".join(filter(None, (fiche.nom, fiche.commune)))
    return f"{fiche.numero} ({dits})" if dits else fiche.numero


@rule(
    "identifiants/finess-juridique",
    severity=Severity.ERROR,
    message="{finess_et} est le numéro d'une entité juridique (EJ), pas celui d'un établissement (ET). {conseil}.",
    remedy="Donnez le numéro géographique (ET) de chaque établissement : les aides et les cibles se comptent par ET.",
    since="0.1",
)
def finess_juridique(numeros: NumerosFiness, fiches: Fiches) -> Iterator[Violation]:
    """Un numéro FINESS juridique (EJ) tient la place d'un numéro géographique (ET).

    Les deux se ressemblent ; seul l'extrait du fichier national les distingue. Quand l'entité n'a que quelques
    établissements, ils sont nommés. La colonne du numéro juridique n'est pas concernée.

    Source : 2023-13 annexe 3 C 5 et 2025-40 §4.3 (un FINESS géographique par ESSMS) ; fichier FINESS de l'ANS.
    """
    juridiques = [
        numero
        for numero in numeros.etablissements
        if numero.valeur in fiches.entites and numero.valeur not in fiches.etablissements
    ]
    siens = fiches.repertoire.de_l_entite(numero.valeur for numero in juridiques)
    for numero in juridiques:
        faits: dict[str, Fact] = {
            "finess_et": numero.valeur,
            "lignes": numero.lignes,
            "extrait": fiches.repertoire.nom,
            "conseil": _des_siens(siens.get(numero.valeur, [])),
        }
        yield Violation(numero.at, faits)


def _des_siens(numeros: Sequence[str]) -> str:
    if not numeros:
        return "L'extrait ne lui connaît aucun établissement"
    if len(numeros) == 1:
        return f"Son seul établissement : {numeros[0]}"
    if len(numeros) <= _NOMMES:
        return f"Ses établissements : {', '.join(numeros)}"
    return f"Elle a {len(numeros)} établissements"


@rule(
    "identifiants/finess-ferme",
    severity=Severity.ERROR,
    message="{finess_et} a fermé le {date_fermeture}, avant la fenêtre, qui commence le {debut} (d'après {extrait}).",
    remedy="Ôtez cet établissement de la livraison, ou donnez le numéro de celui qui a repris son activité.",
    since="0.1",
)
def finess_ferme(numeros: NumerosFiness, fiches: Fiches, fenetre: Fenetre) -> Iterator[Violation]:
    """Un établissement était fermé avant le premier jour de la fenêtre.

    Celui qui ferme pendant la fenêtre a pu être mesuré : il n'est pas signalé. Le fichier gelé « etalab-cs1100502 »
    ne garde que les établissements ouverts ; les flux XML et le JSON de FINESS+ disent les fermetures.

    Source : fichier FINESS de l'ANS (date de fermeture) ; convention duicheck pour la comparaison avec la fenêtre.
    """
    if not fiches.repertoire.fermes:
        message = (
            f"{fiches.repertoire.nom} ne garde pas les établissements fermés ; le JSON des structures de FINESS+ les "
            "garde (« duicheck finess charger FICHIER »)"
        )
        raise NotAvailable(message, frozenset({Repertoire.role}))
    for numero in numeros.etablissements:
        fiche = fiches.etablissements.get(numero.valeur)
        if fiche is not None and fiche.fermeture is not None and fiche.fermeture < fenetre.debut:
            faits: dict[str, Fact] = {
                "finess_et": numero.valeur,
                "date_fermeture": fiche.fermeture,
                "debut": fenetre.debut,
                "extrait": fiches.repertoire.nom,
            }
            yield Violation(numero.at, faits)


@rule(
    "identifiants/finess-non-ouvert",
    severity=Severity.WARNING,
    message="{finess_et} ouvre le {date_ouverture}, après la fenêtre, qui finit le {fin} (d'après {extrait}).",
    remedy="Vérifiez le numéro ; si l'établissement en a changé, donnez celui qu'il avait pendant la fenêtre à l'ARS.",
    since="0.1",
)
def finess_non_ouvert(numeros: NumerosFiness, fiches: Fiches, fenetre: Fenetre) -> Iterator[Violation]:
    """Un établissement n'était pas encore ouvert le dernier jour de la fenêtre.

    Ses usages ne peuvent pas y être. Un numéro nouveau donné à un établissement ancien (regroupement, changement de
    gestionnaire) l'explique aussi : c'est un avertissement. Celui qui ouvre pendant la fenêtre a pu être mesuré. Un
    établissement dont l'extrait ne dit pas l'ouverture n'est pas jugé.

    Source : fichier FINESS de l'ANS (date d'ouverture) ; convention duicheck pour la comparaison avec la fenêtre.
    """
    trouvees = [
        (numero, fiche.ouverture)
        for numero in numeros.etablissements
        if (fiche := fiches.etablissements.get(numero.valeur)) is not None and fiche.ouverture is not None
    ]
    if not trouvees:
        message = f"{fiches.repertoire.nom} ne donne l'ouverture d'aucun établissement de la livraison"
        raise NotAvailable(message, frozenset({Repertoire.role}))
    for numero, ouverture in trouvees:
        if ouverture > fenetre.fin:
            faits: dict[str, Fact] = {
                "finess_et": numero.valeur,
                "date_ouverture": ouverture,
                "fin": fenetre.fin,
                "extrait": fiches.repertoire.nom,
            }
            yield Violation(numero.at, faits)


@rule(
    "identifiants/finess-extrait-ancien",
    severity=Severity.INFO,
    message="L'extrait FINESS est à renouveler : {cause}.",
    remedy="Chargez un extrait plus récent (« duicheck finess charger FICHIER ») et contrôlez de nouveau.",
    since="0.1",
    fixer=Fixer.CHECKER,
)
def finess_extrait_ancien(
    livraison: Livraison, fenetre: Fenetre, repertoire: Repertoire, lecture: Lecture
) -> Iterator[Violation]:
    """L'extrait FINESS est plus ancien que la fenêtre, ou ne dit pas sa date.

    Ce qui a ouvert, fermé ou changé de gestionnaire depuis ne s'y voit pas. Son âge se compte jusqu'à la date de
    mesure : aucune horloge n'est lue. De plusieurs fichiers, c'est le plus ancien qui compte. L'ancien fichier
    « etalab-cs1100502 » n'est plus mis à jour depuis le 4 mai 2026, celui de FINESS+ l'est chaque jour.

    Source : convention duicheck.
    """
    jour = repertoire.date_extrait
    if jour is None:
        yield Violation(_place(lecture), {"cause": "il ne dit pas sa date, ni son nom non plus"})
    elif jour < fenetre.debut:
        jours = (livraison.date_mesure - jour).days
        date = f"{jour:%d/%m}/{jour.year:04}"
        cause = f"il est du {date}, {jours} jours avant la mesure et avant le début de la fenêtre"
        yield Violation(_place(lecture), {"cause": cause, "jours": jours, "date_extrait": jour})


@rule(
    "identifiants/finess-extrait-incomplet",
    severity=Severity.WARNING,
    message="Lignes de l'extrait FINESS qui n'ont pas pu servir : {lignes_ecartees} ({cause}).",
    remedy="Reprenez l'extrait à sa source, sans passer par un tableur ; « duicheck finess etat » dit chaque ligne.",
    since="0.1",
    fixer=Fixer.CHECKER,
)
def finess_extrait_incomplet(repertoire: Repertoire, lecture: Lecture) -> Iterator[Violation]:
    """Des lignes de l'extrait FINESS ont été écartées.

    Trop ou trop peu de champs, numéro mal formé ou qui a perdu son zéro de tête, établissement donné deux fois :
    ces établissements manquent à l'extrait, et un numéro juste pourrait être dit inconnu. Les premières lignes sont
    nommées.

    Source : convention duicheck.
    """
    ecartes = sum(source.ecartes for source in repertoire.sources)
    if not ecartes:
        return
    dites = [f"{remarque.ou}, {remarque.cause}" for remarque in repertoire.remarques(ecartees=True, limite=_NOMMES)]
    cause = " ; ".join(dites) + (f" ; et {ecartes - len(dites)} de plus" if ecartes > len(dites) else "")
    yield Violation(_place(lecture), {"lignes_ecartees": ecartes, "cause": cause})


def _place(lecture: Lecture) -> Location:
    """The extract among the files of the delivery; the delivery as a whole where it is this machine's."""
    fichiers: Mapping[str, str] = {fichier.role: fichier.chemin for fichier in reversed(lecture.fichiers)}
    return Location(fichiers.get(Repertoire.role))
