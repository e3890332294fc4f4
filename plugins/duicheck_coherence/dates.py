"""Dates that follow each other across documents: project, establishments, window, log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time

from duicheck.errors import NotApplicable
from duicheck.findings import Fact, Severity, Violation
from duicheck.model import Fenetre, Indicateurs, Journal, Projet, Structures
from duicheck.rules import rule

__all__ = ["mesure_avant_mise_en_marche", "mesure_avant_projet", "mise_en_marche_apres_fin", "usage_avant_parametrage"]


def _dates(structures: Structures, colonne: str, *, situation: str | None = None) -> list[tuple[str, date, int]]:
    """The establishments that give a date: their number, the date, their row.

    Raises:
        NotApplicable: none does.
    """
    lignes = structures.rows(
        f"SELECT finess_et, {colonne}, rowid FROM structures WHERE {colonne} IS NOT NULL"
        " AND ($situation IS NULL OR situation = $situation) ORDER BY rowid",
        {"situation": situation},
    )
    if not lignes:
        quoi = "la liste des structures" if situation is None else "la liste, pour une acquisition,"
        message = f"{quoi} ne donne aucune date dans la colonne « {colonne} »"
        raise NotApplicable(message)
    return lignes


@rule(
    "coherence/usage-avant-parametrage",
    severity=Severity.WARNING,
    message="{finess_et} : événements de la fenêtre ({evenements}) avant le {date_parametrage}, premier jour du"
    " paramétrage d'une solution acquise.",
    remedy="Corrigez la date du paramétrage ; si ces événements viennent d'une reprise de données, dites-le à l'ARS.",
    since="0.1",
)
def usage_avant_parametrage(structures: Structures, journal: Journal, fenetre: Fenetre) -> Iterator[Violation]:
    """Le journal a des événements de la fenêtre d'avant le paramétrage de la solution.

    Un établissement qui acquiert une solution n'y écrit pas avant qu'on l'y paramètre : la date est fausse, ou les
    événements ont été repris d'un autre logiciel et ne sont pas des usages de celui-ci. Une montée de version écrivait
    déjà dans le même logiciel : elle n'est pas regardée. Le jour commence à minuit dans le fuseau de l'établissement,
    à l'heure d'été quand la fenêtre change d'heure. Un avertissement : une reprise est légitime.

    Source : convention duicheck (contrat d'échange, §1.2 et §1.5) ; l'usage mesuré est celui de la solution financée.
    """
    tardifs = {
        finess: (jour, rowid)
        for finess, jour, rowid in _dates(structures, "parametrage", situation="acquisition")
        if jour > fenetre.debut
    }
    if not tardifs:
        return
    numeros = list(tardifs)
    comptes = journal.rows(
        "SELECT j.finess_et, count(*) FROM journal AS j"
        " INNER JOIN (SELECT unnest($numeros) AS finess_et, unnest($debuts) AS debut, unnest($fins) AS fin) AS t"
        " ON j.finess_et = t.finess_et AND j.horodatage >= t.debut AND j.horodatage < t.fin GROUP BY 1",
        {
            "numeros": numeros,
            "debuts": [fenetre.instants(finess)[0] for finess in numeros],
            "fins": [
                min(_minuit(tardifs[finess][0], finess, fenetre), fenetre.instants(finess)[1]) for finess in numeros
            ],
        },
    )
    par_numero = dict(comptes)
    for finess, (jour, rowid) in tardifs.items():
        if evenements := par_numero.get(finess):
            faits: dict[str, Fact] = {"finess_et": finess, "evenements": evenements, "date_parametrage": jour}
            yield Violation(structures.at(rowid, "parametrage"), faits)


def _minuit(jour: date, finess: str, fenetre: Fenetre) -> datetime:
    """The start of a civil day there, in UTC, by the offsets of the window's ends: the earlier of the two."""
    debut, fin = fenetre.instants(finess)
    avant = debut - datetime.combine(fenetre.debut, time())
    apres = fin - datetime.combine(date.fromordinal(fenetre.fin.toordinal() + 1), time())
    return datetime.combine(jour, time()) + min(avant, apres)


@rule(
    "coherence/mesure-avant-mise-en-marche",
    severity=Severity.WARNING,
    message="{finess_et} : des usages mesurés jusqu'au {fin}, et une mise en ordre de marche le {date_marche}.",
    remedy="Corrigez la date de mise en ordre de marche, ou mesurez une fois la solution financée en service.",
    since="0.1",
)
def mesure_avant_mise_en_marche(structures: Structures, export: Indicateurs, fenetre: Fenetre) -> Iterator[Violation]:
    """L'export mesure des usages d'avant la mise en ordre de marche de la solution.

    La fenêtre est finie quand la solution financée est mise en ordre de marche : ce qui est compté est l'usage d'une
    autre solution, d'une version précédente ou d'une phase de préparation. Un établissement dont tous les comptes sont
    nuls n'est pas signalé ; une mise en ordre de marche pendant la fenêtre non plus. Un avertissement : aucun texte lu
    ne dit à partir de quand les usages comptent.

    Source : convention duicheck ; 2023-13, annexe 3 C 1 (la mise en ordre de marche est le jalon d'une acquisition).
    """
    mesures = {finess for (finess,) in export.rows("SELECT DISTINCT finess_et FROM indicateurs WHERE numerateur > 0")}
    for finess, jour, rowid in _dates(structures, "mise_en_ordre_de_marche"):
        if jour > fenetre.fin and finess in mesures:
            faits: dict[str, Fact] = {"finess_et": finess, "fin": fenetre.fin, "date_marche": jour}
            yield Violation(structures.at(rowid, "mise_en_ordre_de_marche"), faits)


@rule(
    "coherence/mesure-avant-projet",
    severity=Severity.WARNING,
    message="Les usages sont mesurés jusqu'au {fin}, et le projet commence le {debut}.",
    remedy="Corrigez le début du projet ou la date de mesure : les cibles se jugent sur les usages du projet.",
    since="0.1",
)
def mesure_avant_projet(projet: Projet, export: Indicateurs, fenetre: Fenetre) -> Iterator[Violation]:
    """L'export mesure des usages d'avant le début du projet.

    Les cibles décident du solde, versé pour les usages que le projet a obtenus. Une fenêtre finie avant le premier jour
    du projet n'en mesure aucun. Un avertissement : aucun texte lu n'interdit une mesure de départ.

    Source : convention duicheck ; 2025-40, §4.5.2 (le solde, à l'atteinte des cibles d'usage).
    """
    if not export.count or (debut := projet.valeur.get("date_debut")) is None:
        message = "le début du projet n'est pas fixé, ou l'export n'a aucune ligne"
        raise NotApplicable(message)
    jour = date.fromisoformat(debut)
    if jour > fenetre.fin:
        yield Violation(projet.at("/date_debut"), {"fin": fenetre.fin, "debut": jour})


@rule(
    "coherence/mise-en-marche-apres-fin",
    severity=Severity.WARNING,
    message="{finess_et} : mise en ordre de marche le {date_marche}, après le dernier jour du projet, le {fin}.",
    remedy="Corrigez la date de mise en ordre de marche ou la fin du projet, qui est celle du déploiement.",
    since="0.1",
)
def mise_en_marche_apres_fin(structures: Structures, projet: Projet) -> Iterator[Violation]:
    """Un établissement est mis en ordre de marche après la fin du projet.

    Le projet finit au dernier jour de son déploiement : tous ses établissements sont alors en service. Le même jour est
    admis.

    Source : convention duicheck (contrat d'échange, §1.5 : date de fin et mise en ordre de marche).
    """
    fin = projet.valeur.get("date_fin")
    if fin is None:
        message = "la fin du projet n'est pas fixée"
        raise NotApplicable(message)
    dernier = date.fromisoformat(fin)
    for finess, jour, rowid in _dates(structures, "mise_en_ordre_de_marche"):
        if jour > dernier:
            faits: dict[str, Fact] = {"finess_et": finess, "date_marche": jour, "fin": dernier}
            yield Violation(structures.at(rowid, "mise_en_ordre_de_marche"), faits)
