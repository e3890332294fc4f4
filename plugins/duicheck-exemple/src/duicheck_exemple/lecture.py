"""A part that several rules may read: built once, from other parts, when a rule first asks for it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from duicheck import Journal, Location, reader

__all__ = ["Envois", "EnvoisEtablissement", "envois"]

_ENVOIS = """
    SELECT finess_et,
           count(*) FILTER (WHERE canal = 'professionnelle'),
           count(*) FILTER (WHERE canal = 'citoyenne'),
           min(rowid)
    FROM journal
    WHERE type = 'message_mssante' AND etat = 'envoye'
    GROUP BY finess_et
    ORDER BY finess_et
"""


class EnvoisEtablissement(Struct, frozen=True):
    """How many messages an establishment sent through each channel, over the whole log, and where the first one is."""

    professionnels: int
    citoyens: int
    premier: Location


class Envois(Struct, frozen=True):
    """The messages that were sent, by FINESS number. The type is the name under which rules ask for it."""

    par_etablissement: Mapping[str, EnvoisEtablissement]


@reader
def envois(journal: Journal) -> Envois:
    """Without a log in the delivery this does not run, and the rules that need it are `non_verifiee`."""
    return Envois(
        {
            finess_et: EnvoisEtablissement(professionnels, citoyens, journal.at(row, "canal"))
            for finess_et, professionnels, citoyens, row in journal.rows(_ENVOIS)
        }
    )
