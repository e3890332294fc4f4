"""Rules that hold the dossiers of the log against the register: one finding per dossier, never its pseudonym."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from duicheck.findings import Fixer, Severity, Violation
from duicheck.model import Fenetre, Journal, Registre
from duicheck.rulebook import Rulebook
from duicheck.rules import reader, rule
from duicheck_journal.civil import avec_decalages, decalages, parametres
from duicheck_journal.flux import lignes

_ABSENTS = "controle_dossiers_absents"

# One reading of the log for two rules. It is grouped before it is held against the register: what is left is small,
# at most one row per dossier and establishment.
_RAPPROCHEMENT = f"""
    CREATE OR REPLACE TABLE {_ABSENTS} AS
    WITH suivis AS (
        SELECT finess_et, id_dossier, min(rowid) AS premiere, count(*) AS evenements
        FROM journal
        WHERE id_dossier IS NOT NULL
        GROUP BY finess_et, id_dossier
    ),

    dossiers AS (SELECT DISTINCT id_dossier, finess_et FROM registre WHERE id_dossier IS NOT NULL),

    ailleurs AS (SELECT id_dossier, min(finess_et) AS finess_registre FROM dossiers GROUP BY id_dossier)

    SELECT s.finess_et, s.premiere, s.evenements, e.finess_registre
    FROM suivis AS s
    LEFT JOIN ailleurs AS e ON s.id_dossier = e.id_dossier
    WHERE NOT EXISTS (SELECT 1 FROM dossiers AS d WHERE d.id_dossier = s.id_dossier AND d.finess_et = s.finess_et)
"""


class DossiersAbsents(Struct, frozen=True):
    """The dossiers of the log that the register does not have in the establishment of the event."""

    journal: Journal

    def lire(self, *, ailleurs: bool) -> Iterator[tuple[str, int, int, str | None]]:
        """Those that the register has elsewhere, or those that it does not have at all.

        Establishment, row of the first event, number of events, establishment in the register.
        """
        connu = "IS NOT NULL" if ailleurs else "IS NULL"
        sql = f"SELECT * FROM {_ABSENTS} WHERE finess_registre {connu} ORDER BY premiere"
        yield from lignes(self.journal, sql)


@reader
def rapprocher(
    journal: Journal,
    registre: Registre,  # noqa: ARG001 -- the query reads its table
) -> DossiersAbsents:
    """Hold every dossier of the log against the register, once."""
    journal.connection.execute(_RAPPROCHEMENT)
    return DossiersAbsents(journal)


@rule(
    "journal/dossier-inconnu",
    severity=Severity.ERROR,
    message="{finess_et}\u00a0: événements d'un dossier absent du registre\u00a0: {evenements} (voici le premier).",
    remedy="Ajoutez au registre la personne et ses séjours, ou corrigez le pseudonyme\u00a0: le journal et le registre"
    " doivent porter les mêmes.",
    since="0.1",
)
def dossier_inconnu(absents: DossiersAbsents) -> Iterator[Violation]:
    """Le journal parle d'un dossier que le registre ne connaît pas.

    Un tel dossier ne peut être celui d'aucune personne accompagnée : ses mises à jour ne comptent pour personne,
    et s'il est pourtant dans le compte de l'éditeur, ce compte est faux. Souvent, le registre et le journal n'ont
    pas été pseudonymisés avec la même clé, et presque tous les dossiers sont alors inconnus. Tout le journal est
    regardé, avant et après la fenêtre : le registre porte les séjours de toutes les personnes dont le journal
    parle. Un constat par dossier, à son premier événement, avec le nombre des siens.

    Source : convention duicheck (contrat de données, §1.2 et §1.3) ; un dossier actif est celui d'une personne
    accompagnée (2023-13 annexe 2, 2025-40 §5).
    """
    for finess_et, premiere, evenements, _ in absents.lire(ailleurs=False):
        at = absents.journal.at(premiere, "id_dossier")
        yield Violation(at, {"finess_et": finess_et, "evenements": evenements})


@rule(
    "journal/etablissement-discordant",
    severity=Severity.ERROR,
    message="{finess_et}\u00a0: événements d'un dossier que le registre place au {finess_registre}\u00a0: {evenements}"
    " (voici le premier).",
    remedy="Inscrivez l'événement sous l'établissement où la personne est accompagnée, ou ajoutez au registre son"
    " séjour dans cet établissement.",
    since="0.1",
)
def etablissement_discordant(absents: DossiersAbsents) -> Iterator[Violation]:
    """Un événement est inscrit sous un établissement qui n'est pas celui du dossier.

    Chaque indicateur se compte par établissement : l'événement manque à celui qui accompagne la personne, et n'y
    compte pour personne dans l'autre. Un même pseudonyme peut servir dans plusieurs établissements, s'il a un
    séjour dans chacun. Un dossier que le registre ne connaît pas du tout relève de journal/dossier-inconnu. Un
    constat par dossier et par établissement, à son premier événement ; `finess_registre` est l'établissement du
    registre (le premier par numéro, s'il y en a plusieurs).

    Source : convention duicheck (contrat de données, §1.2 et §3) ; les taux se rapportent aux personnes
    accompagnées dans la structure (2023-13 annexe 2, 2025-40 §5).
    """
    for finess_et, premiere, evenements, finess_registre in absents.lire(ailleurs=True):
        yield Violation(
            absents.journal.at(premiere, "finess_et"),
            {"finess_et": finess_et, "finess_registre": finess_registre, "evenements": evenements},
        )


# An event counts as inside from the day of entry to the last day present, both included. The dossier must be
# known in this establishment: the other cases have their own rules. Most dossiers have a stay that holds the whole
# window: they are set aside first, and few events are left to place.
_HORS_SEJOUR = avec_decalages("""
    partiels AS (
        SELECT finess_et, id_dossier
        FROM registre
        WHERE id_dossier IS NOT NULL
        GROUP BY finess_et, id_dossier
        HAVING NOT bool_or(date_entree <= $debut AND (date_sortie IS NULL OR date_sortie >= $fin))
    ),

    dates AS (
        SELECT
            j.rowid AS rang,
            j.finess_et,
            j.id_dossier,
            CAST(j.horodatage + d.decalage AS DATE) AS jour
        FROM journal AS j
        INNER JOIN partiels AS p ON j.id_dossier = p.id_dossier AND j.finess_et = p.finess_et
        INNER JOIN decalages AS d
            ON j.finess_et = d.finess_et AND j.horodatage >= d.debut_utc AND j.horodatage < d.fin_utc
    )

    SELECT d.finess_et, min(d.rang) AS premiere, count(*) AS evenements
    FROM dates AS d
    ANTI JOIN registre AS r
        ON
            d.finess_et = r.finess_et
            AND d.id_dossier = r.id_dossier
            AND r.date_entree <= d.jour
            AND (r.date_sortie IS NULL OR r.date_sortie >= d.jour)
    GROUP BY d.finess_et, d.id_dossier
    ORDER BY premiere
""")


@rule(
    "journal/evenement-hors-sejour",
    severity=Severity.WARNING,
    message="{finess_et}\u00a0: événements de la fenêtre hors de tout séjour du dossier\u00a0: {evenements}"
    " (voici le premier).",
    remedy="Vérifiez les dates d'entrée et de sortie du registre, et la date de l'événement.",
    since="0.1",
    fixer=Fixer.ESTABLISHMENT,
)
def evenement_hors_sejour(
    journal: Journal, registre: Registre, fenetre: Fenetre, texte: Rulebook
) -> Iterator[Violation]:
    """Un événement de la fenêtre tombe en dehors de tout séjour du dossier.

    Préparer une admission ou clore un dossier après un départ est ordinaire ; c'est donc un avertissement. Mais un
    séjour absent du registre, ou une date de sortie fausse, ôte une personne du dénominateur : le nombre de ces
    événements dit s'il faut y regarder. Le jour est celui de l'heure civile de l'établissement ; le jour d'entrée et
    le dernier jour de présence sont dans le séjour. Seule la fenêtre est regardée : ce qui est en dehors ne rend
    aucun dossier actif, et un registre n'est pas tenu de remonter plus loin. Un constat par dossier, à son premier
    événement hors séjour.

    Source : convention duicheck (contrat de données, §1.3) ; un dossier actif est celui d'une personne en séjour
    ou accompagnée (2023-13 annexe 2, 2025-40 §5).
    """
    finess = [finess_et for (finess_et,) in registre.rows("SELECT DISTINCT finess_et FROM registre ORDER BY finess_et")]
    morceaux = decalages(finess, texte["fuseaux"], fenetre.debut, fenetre.fin)
    jours = {"debut": fenetre.debut, "fin": fenetre.fin}
    for finess_et, premiere, evenements in lignes(journal, _HORS_SEJOUR, {**parametres(morceaux), **jours}):
        yield Violation(journal.at(premiere, "horodatage"), {"finess_et": finess_et, "evenements": evenements})
