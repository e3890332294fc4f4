"""A proof of every delivery of acceptance: verified, replayed, and silent about persons."""

from __future__ import annotations

import csv
import re
import sys
from functools import cache
from pathlib import Path

import pytest
from partage import LIVRAISONS, needs

sys.path.insert(0, str(Path(__file__).parents[1] / "preuve"))

from preuve_outils import Built, altered, build, judge

from duicheck.exits import ExitCode
from duicheck.plugins import load_plugins

pytestmark = needs(LIVRAISONS)


@cache
def paquet(path: Path) -> Built:
    return build(path, load_plugins())


@pytest.mark.parametrize("livraison", LIVRAISONS, ids=lambda path: path.name)
def test_a_proof_is_verified_and_replayed(livraison: Path) -> None:
    found = judge(paquet(livraison).data, entrees=livraison)
    assert (found.code, found.proven) == (ExitCode.CONFORME, True), altered(found)


@pytest.mark.parametrize("livraison", LIVRAISONS, ids=lambda path: path.name)
def test_a_proof_holds_no_pseudonym(livraison: Path) -> None:
    files = paquet(livraison).files
    ours = ("schemas/", "textes/")  # the same in every pack; their examples are invented, and look like real ones
    text = "\n".join(content.decode("utf-8") for name, content in files.items() if not name.startswith(ours))
    words = set(re.findall(r"[\w-]+", text))
    for path in livraison.glob("*.csv"):
        text = path.read_bytes().decode("utf-8", "replace")
        rows = csv.DictReader(text.splitlines(), delimiter=";" if text.count(";") > text.count(",") else ",")
        for row in rows:
            for column in ("id_personne", "id_dossier", "id_evenement", "id_objet", "auteur"):
                assert not row.get(column) or row[column] not in words, (path.name, column)
