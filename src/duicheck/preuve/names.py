"""What the files of a pack are called. A name is read in ten years by a program that knows nothing of ours: ASCII."""

from __future__ import annotations

from typing import Final

__all__ = [
    "DEROGATIONS",
    "LISEZMOI",
    "MANIFESTE",
    "PDF_SIGNE",
    "RAPPORT",
    "RENDERED",
    "SIGNATURE",
    "SOMMES",
    "schema_file",
    "texte_file",
]

LISEZMOI: Final = "LISEZMOI.txt"
MANIFESTE: Final = "MANIFESTE.json"
SOMMES: Final = "MANIFESTE.sha256"
SIGNATURE: Final = f"{SOMMES}.p7s"
RAPPORT: Final = "rapport.json"
DEROGATIONS: Final = "derogations.json"
PDF_SIGNE: Final = "rapport-signe.pdf"

RENDERED: Final = {"rapport.html": "html", "rapport.pdf": "pdf", "constats.csv": "csv"}
"""File -> the output format that it is written in."""


def schema_file(name: str) -> str:
    """Where a schema of ours goes."""
    return f"schemas/{name}.schema.json"


def texte_file(texte: str) -> str:
    """Where the data of a dated text go."""
    return f"textes/{texte}.toml"
