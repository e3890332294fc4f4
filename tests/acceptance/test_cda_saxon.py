"""Our runner against SaxonC on the real documents: the same rules fired, the same assertions failed, pair by pair.

Everything takes minutes, most of it spent compiling one stylesheet: `tox -e acceptance-saxon`. A plain acceptance run
compares a few schemas that compile fast.
"""

from __future__ import annotations

import atexit
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from partage import SHARED, needs

from duicheck.paquets.adding import add
from duicheck_cda.lecture import lire
from duicheck_cda.paquet import PaquetCda
from duicheck_cda.schematron import Report, SchematronError
from duicheck_cda.schematron.saxon import Saxon, available

CORPUS = SHARED / "corpus"
TOUT = os.environ.get("DUICHECK_SAXON") == "tout"
QUELQUES = ("CI-SIS_VSM_1.4_2022.01.sch", "CI-SIS_LDL-SES_2022.01.sch", "CI-SIS_Modeles_ANS.sch")
pytestmark = [
    needs(CORPUS),
    pytest.mark.skipif(not available(), reason="saxonche n'est pas installé : pip install duicheck[saxon]"),
]


@cache
def paquet() -> PaquetCda:
    """The package as `duicheck packs add` repairs it: SaxonC follows paths as they are written."""
    folder = TemporaryDirectory(prefix="duicheck-saxon-", ignore_cleanup_errors=True)
    atexit.register(folder.cleanup)
    return PaquetCda.ouvrir([add(CORPUS / "reference", Path(folder.name)).dossier])


def schemas() -> list[str]:
    if not CORPUS.is_dir() or not available():
        return []
    # « terminologie » reads terminologies that are not there, at every code: rules have an index for that.
    return [nom for nom in paquet().schematrons if nom != "terminologie.sch"] if TOUT else list(QUELQUES)


@cache
def documents() -> dict[str, Any]:
    fichiers = [
        chemin for dossier in ("cda", "cda_2.41", "hl7v2_mss", "mutants") for chemin in CORPUS.glob(f"{dossier}/*.xml")
    ]
    arbres = {chemin.name: lire(chemin).arbre for chemin in sorted(fichiers)}
    return {nom: arbre for nom, arbre in arbres.items() if arbre is not None}


def said(report: Report) -> tuple[object, object]:
    """The count of each rule that fired, and the assertions that failed with their places."""
    return report.by_rule, sorted((failure.pointer, failure.test) for failure in report.failures)


@pytest.mark.parametrize("nom", schemas())
def test_the_same_rules_fire_and_the_same_assertions_fail(nom: str) -> None:
    ours = paquet().compiler(nom)
    theirs = Saxon(ours)
    stopped = []
    assert len(documents()) > 40
    for document, arbre in documents().items():
        mine = ours.validate(arbre)
        if mine.missing:
            # SaxonC stops at the first value set that the package lacks; ours goes on, and says it.
            with pytest.raises(SchematronError):
                theirs.validate(arbre)
            stopped.append(document)
            continue
        assert (document, *said(theirs.validate(arbre))) == (document, *said(mine))
        assert not mine.unchecked
    assert len(stopped) < len(documents()) / 2
