"""Looking through invented texts without a delivery around them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import duckdb
import pytest

from duicheck.formats.texte import blocks_of_text
from duicheck.model import Contenu
from duicheck_confidentialite.balayage import Balayage
from duicheck_confidentialite.donnees import DonneesPersonnelles

Fouille = Callable[..., DonneesPersonnelles]


@pytest.fixture(scope="session")
def fouille(tmp_path_factory: pytest.TempPathFactory) -> Fouille:
    """What is found in the bytes of one file of a role, beside the establishments that are named."""
    folder = tmp_path_factory.mktemp("fouille")

    def _fouille(
        content: bytes | str, role: str = "registre", name: str = "essai.csv", finess: tuple[str, ...] = ()
    ) -> DonneesPersonnelles:
        path: Path = folder / "essai"
        path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        schema = role if role in {"indicateurs", "journal", "registre", "decompte", "structures"} else None
        with duckdb.connect(config={"threads": 1}) as connection, ThreadPoolExecutor(2) as atelier:
            balayage = Balayage(connection, atelier, finess, mots=6)
            balayage.lire([Contenu(role, name, partial(blocks_of_text, path, folder, schema))])
            return balayage.bilan()

    return _fouille
