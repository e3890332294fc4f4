"""What rules read of the installed packs: readers that open the lock file, and the list of solutions, on demand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from duicheck.errors import NotAvailable, PackError
from duicheck.model import SOLUTIONS, Paquet, Paquets, Solutions
from duicheck.paquets.home import home
from duicheck.paquets.lock import read_lock
from duicheck.paquets.verification import differences
from duicheck.rules import Reader

if TYPE_CHECKING:
    import duckdb

__all__ = ["Installed"]


class Installed(Struct, frozen=True):
    """The packs of one folder, for one check; nothing is looked at before a rule asks.

    Args:
        folder: where they are; None: where this machine keeps them.
        moteur: what runs Schematrons.
        connection: where the list of solutions is loaded.
        workdir: a folder of ours, for its reading.
    """

    folder: Path | None
    moteur: str
    connection: duckdb.DuckDBPyConnection
    workdir: Path

    def reader(self) -> Reader:
        """What builds `Paquets`."""
        return Reader(Paquets, self._packs, {})

    def solutions_reader(self) -> Reader:
        """What builds `Solutions` for a delivery that brings no list of its own."""
        return Reader(Solutions, self._solutions, {"paquets": Paquets})

    def _packs(self) -> Paquets:
        return Paquets(self._pinned, differences, self.moteur)

    def _pinned(self) -> list[Paquet]:
        try:
            return [each.paquet for each in read_lock(self.folder or home())]
        except PackError as error:
            # No role: a lock file that cannot be trusted is not the same as no pack.
            raise NotAvailable(str(error)) from None

    def _solutions(self, paquets: Paquets) -> Solutions:
        from duicheck.formats import read_table  # noqa: PLC0415 -- heavy only when there is a table

        try:
            paquet = paquets.de(SOLUTIONS)
        except NotAvailable as refusal:
            roles = refusal.roles | {Solutions.role} if refusal.roles else refusal.roles
            raise NotAvailable(str(refusal), roles) from None
        (path,) = paquet.chemins(SOLUTIONS)
        reading = read_table(
            path,
            file=f"{path.name} (paquet {paquet.nom})",
            schema=Solutions.role,
            connection=lambda: self.connection,
            table=Solutions.role,
            on_problem=lambda _: None,  # said when the pack was added, and in its repairs
            workdir=self.workdir,
        )
        if not reading.readable:
            message = f"le paquet « {paquet.nom} » ne se lit plus ; remettez-le (duicheck packs pull solutions URL)"
            raise NotAvailable(message)
        return Solutions(self.connection, (reading,))
