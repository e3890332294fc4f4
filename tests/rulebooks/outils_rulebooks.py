"""The texts that ship, read once, and the closed list of what they may set."""

from __future__ import annotations

from pathlib import Path

from duicheck.formats.schemas import load_schema
from duicheck.rulebook import load_rulebook, shipped_rulebooks

ROOT = Path(__file__).parents[2]
BOOKS = {book.id: book for book in (load_rulebook(source, validate=True) for source in shipped_rulebooks())}
IDS = ["2021-amorcage", "2023-13", "2024-15", "2025-40"]
SCHEMA = load_schema("rulebook")
NAMES = frozenset(SCHEMA["properties"]["parametres"]["properties"])
