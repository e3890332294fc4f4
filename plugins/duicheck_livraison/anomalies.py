"""From what the reading wrote down to violations with the facts that a message needs."""

from __future__ import annotations

from collections.abc import Iterator

from duicheck.errors import NotAvailable
from duicheck.findings import Fact, Violation
from duicheck.model import Lecture

__all__ = ["constats", "exiger_lignes", "exiger_tables"]


def constats(lecture: Lecture, regle: str, **defauts: Fact) -> Iterator[Violation]:
    """The anomalies of one name; `defauts` are the facts that the reading may leave out."""
    for anomalie in lecture.anomalies(regle):
        yield Violation(anomalie.at, {**defauts, **anomalie.facts})


def exiger_tables(lecture: Lecture) -> None:
    """Refuse to call « respectée » a rule about tables where there is none.

    Raises:
        NotAvailable: no file of the delivery is read as a table.
    """
    if not lecture.tables:
        message = "aucune table n'est dans la livraison"
        raise NotAvailable(message, frozenset({"indicateurs"}))


def exiger_lignes(lecture: Lecture) -> None:
    """The same for rules about the cells of rows: a table of which no row could be read proves nothing.

    Raises:
        NotAvailable: no file gave a row, accepted or rejected.
    """
    exiger_tables(lecture)
    if not any(file.lignes for file in lecture.fichiers):
        message = "aucune ligne n'a pu être lue"
        raise NotAvailable(message, lecture.tables)
