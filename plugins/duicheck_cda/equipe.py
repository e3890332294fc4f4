"""Several documents at once: workers that can die or hang without taking the others along, answers in order."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import IO

from duicheck_cda.conventions import bound
from duicheck_cda.executant import Executant, Resultat, Travail
from duicheck_cda.paquet import PaquetCda

__all__ = ["executer", "nombre_de_processus"]

_PROGRAMME = ["-m", "duicheck_cda.executant"]
_MORT = "le contrôle de ce document a fait tomber le processus qui en était chargé"
_LENT = "le contrôle de ce document a dépassé {secondes} secondes ; il a été abandonné"


def nombre_de_processus(documents: int) -> int:
    """How many processes are worth starting for so many documents: none for a few."""
    return min(os.cpu_count() or 1, documents // bound("documents_par_processus"))


def executer(paquet: PaquetCda, travaux: Sequence[Travail], processus: int | None = None) -> list[Resultat]:
    """Run everything, and give the results in the order of what was asked.

    Args:
        paquet: the package.
        travaux: the documents with their schemas.
        processus: how many workers; 0 or 1: in this process. By default, what the documents are worth.
    """
    nombre = nombre_de_processus(len(travaux)) if processus is None else processus
    if paquet.moteur == "saxon":
        # It writes what it meets, values included, on the standard error of its process: never ours.
        nombre = max(1, nombre)
    elif nombre < 2:  # noqa: PLR2004 -- one worker is no team
        nombre = 0
    # A frozen program has no interpreter to start.
    if not nombre or not sys.executable or getattr(sys, "frozen", False):
        executant = Executant(paquet)
        return [executant.faire(travail) for travail in travaux]
    return _Equipe(paquet, travaux).executer(nombre)


class _Equipe:
    """Threads that each lead one worker, and take documents from one queue."""

    def __init__(self, paquet: PaquetCda, travaux: Sequence[Travail]) -> None:
        self._paquet = paquet
        self._travaux = travaux
        self._resultats: list[Resultat | None] = [None] * len(travaux)
        self._file: SimpleQueue[int] = SimpleQueue()

    def executer(self, nombre: int) -> list[Resultat]:
        # The largest first, so that none is left alone with a long document at the end.
        for rang in sorted(range(len(self._travaux)), key=lambda rang: -self._travaux[rang].taille):
            self._file.put(rang)
        meneurs = [threading.Thread(target=self._mener, daemon=True) for _ in range(nombre)]
        for meneur in meneurs:
            meneur.start()
        for meneur in meneurs:
            meneur.join()
        # No worker could start at all: the documents are still to be done, here.
        reste = Executant(self._paquet)
        return [
            resultat if resultat is not None else reste.faire(travail)
            for resultat, travail in zip(self._resultats, self._travaux, strict=True)
        ]

    def _mener(self) -> None:
        ouvrier: _Ouvrier | None = None
        try:
            while True:
                if ouvrier is None:
                    ouvrier = _Ouvrier.embaucher(self._paquet)
                    if ouvrier is None:
                        return
                try:
                    rang = self._file.get_nowait()
                except Empty:
                    return
                travail = self._travaux[rang]
                resultat, raison = ouvrier.demander(travail)
                if resultat is None:
                    resultat = Resultat({}, dict.fromkeys(travail.schemas, raison))
                    ouvrier.congedier()
                    ouvrier = None
                self._resultats[rang] = resultat
        finally:
            if ouvrier is not None:
                ouvrier.congedier()


class _Ouvrier:
    """One worker process."""

    def __init__(self, processus: subprocess.Popen[str], entree: IO[str], sortie: IO[str]) -> None:
        self._processus = processus
        self._entree = entree
        self._sortie = sortie

    @classmethod
    def embaucher(cls, paquet: PaquetCda) -> _Ouvrier | None:
        """Start one; None where it does not come up."""
        chemins = [chemin for chemin in sys.path if chemin]
        environnement = {**os.environ, "PYTHONPATH": os.pathsep.join(chemins)}
        try:
            processus = subprocess.Popen(  # noqa: S603 -- our own program, with nothing of a document in its arguments
                [sys.executable, *_PROGRAMME],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environnement,
                encoding="utf-8",
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            return None
        assert processus.stdin is not None  # noqa: S101 -- asked for above
        assert processus.stdout is not None  # noqa: S101
        ouvrier = cls(processus, processus.stdin, processus.stdout)
        premier = {"dossiers": [str(each) for each in paquet.dossiers], "moteur": paquet.moteur}
        if ouvrier._echanger(premier)[0] is None:
            ouvrier.congedier()
            return None
        return ouvrier

    def demander(self, travail: Travail) -> tuple[Resultat | None, str]:
        """The result of one document; or None, and why."""
        reponse, raison = self._echanger(travail.as_json())
        return (None, raison) if reponse is None else (Resultat.from_json(json.loads(reponse)), "")

    def congedier(self) -> None:
        """Stop it, whatever it is doing."""
        self._processus.kill()
        self._processus.wait()
        for flux in (self._entree, self._sortie):
            with contextlib.suppress(OSError):
                flux.close()

    def _echanger(self, demande: object) -> tuple[str | None, str]:
        """One line out, one line in, within the time allowed."""
        secondes = bound("secondes")
        trop_tard = threading.Event()

        def abandonner() -> None:
            trop_tard.set()
            self._processus.kill()

        minuteur = threading.Timer(secondes, abandonner)
        minuteur.start()
        try:
            self._entree.write(json.dumps(demande) + "\n")
            self._entree.flush()
            reponse = self._sortie.readline()
        except OSError:
            reponse = ""
        finally:
            minuteur.cancel()
        if reponse.endswith("\n"):
            return reponse, ""
        return None, _LENT.format(secondes=secondes) if trop_tard.is_set() else _MORT
