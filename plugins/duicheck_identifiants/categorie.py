"""The FINESS category of each establishment: inside the programme, outside it, or to be explained."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotAvailable
from duicheck.findings import Fact, Severity, Violation
from duicheck.rulebook import Rulebook
from duicheck.rules import rule
from duicheck_identifiants.finess import Numero, NumerosFiness
from duicheck_identifiants.repertoire.base import Repertoire
from duicheck_identifiants.repertoire.partie import Fiches

__all__ = ["categorie_a_justifier", "categorie_hors_champ"]


def _categories(numeros: NumerosFiness, fiches: Fiches) -> list[tuple[Numero, str, dict[str, Fact]]]:
    """Each establishment that the extract knows with a category: where it is met, its code, the facts.

    Raises:
        NotAvailable: there is none.
    """
    trouves: list[tuple[Numero, str, dict[str, Fact]]] = []
    for numero in numeros.etablissements:
        fiche = fiches.etablissements.get(numero.valeur)
        if fiche is None or fiche.categorie is None:
            continue
        dite = f"{fiche.categorie} ({fiche.libelle})" if fiche.libelle else fiche.categorie
        faits: dict[str, Fact] = {"finess_et": numero.valeur, "categorie": dite, "extrait": fiches.repertoire.nom}
        trouves.append((numero, fiche.categorie, faits))
    if not trouves:
        message = f"{fiches.repertoire.nom} ne donne la catégorie d'aucun établissement de la livraison"
        raise NotAvailable(message, frozenset({Repertoire.role}))
    return trouves


@rule(
    "identifiants/categorie-hors-champ",
    severity=Severity.ERROR,
    message="{finess_et} est de catégorie {categorie} : un établissement sanitaire n'est pas éligible au programme"
    " (d'après {extrait}).",
    remedy="Ôtez-le du projet, ou donnez le numéro de l'établissement médico-social qui partage ses murs.",
    since="0.1",
)
def categorie_hors_champ(numeros: NumerosFiness, fiches: Fiches, rulebook: Rulebook) -> Iterator[Violation]:
    """Un établissement relève du champ sanitaire.

    Le programme finance les établissements et services de l'article L. 312-1 du code de l'action sociale et des
    familles. Les unités de soins de longue durée (catégorie 362) n'en sont pas, ni aucune catégorie que la
    nomenclature FINESS range dans le domaine sanitaire et que la liste du couloir médico-social ne reprend pas.

    Source : 2023-13 annexe 3 (ESSMS de l'article L. 312-1) ; foire aux questions de la CNSA sur ESMS numérique (USLD) ;
    nomenclature des catégories du fichier FINESS.
    """
    sanitaires = frozenset(rulebook["categories_sanitaires"]) - frozenset(rulebook["categories_couloir"])
    for numero, code, faits in _categories(numeros, fiches):
        if code in sanitaires:
            yield Violation(numero.at, faits)


@rule(
    "identifiants/categorie-a-justifier",
    severity=Severity.WARNING,
    message="{finess_et} est de catégorie {categorie}, absente de la liste du couloir médico-social : son éligibilité"
    " est à justifier (d'après {extrait}).",
    remedy="Dites à l'ARS à quel titre l'établissement relève de l'article L. 312-1 ; elle en juge.",
    since="0.1",
)
def categorie_a_justifier(numeros: NumerosFiness, fiches: Fiches, rulebook: Rulebook) -> Iterator[Violation]:
    """La catégorie d'un établissement n'est pas dans la liste du couloir médico-social.

    Aucun texte ne donne la liste des catégories éligibles : celle de l'ANS pour le couloir médico-social en est la
    meilleure approximation publique. Presque toutes les catégories des champs AHI (accueil, hébergement, insertion)
    et PJM (protection juridique des majeurs) en sont absentes, alors que le programme les admet : c'est un
    avertissement, jamais un refus. Le champ sanitaire relève de `identifiants/categorie-hors-champ`.

    Source : liste de l'ANS pour le couloir médico-social (annuaire santé, cas d'usage Ségur) ; convention duicheck.
    """
    couloir = frozenset(rulebook["categories_couloir"])
    admises = couloir | frozenset(rulebook["categories_sanitaires"])
    for numero, code, faits in _categories(numeros, fiches):
        if code not in admises:
            yield Violation(numero.at, faits)
