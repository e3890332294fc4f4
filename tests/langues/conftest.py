"""A language that only marks what passed through the catalogue, and the reports to show in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from duicheck.docs.catalogue import pofile
from duicheck.docs.catalogue.message import Message
from duicheck.docs.catalogue.sources import all_messages
from duicheck.langue import catalogue


@pytest.fixture(scope="session")
def every_message() -> list[Message]:
    return all_messages()


@pytest.fixture(scope="session")
def marked_catalogues(every_message: list[Message], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of catalogues whose one language, `zz`, puts every message between ⟦ and ⟧."""
    folder = tmp_path_factory.mktemp("langues")
    target = folder / "zz" / "LC_MESSAGES" / "duicheck.mo"
    target.parent.mkdir(parents=True)
    pairs = []
    for message in every_message:
        forms = (message.text,) if message.plural is None else (message.text, message.plural)
        pairs.append((message, tuple(f"⟦{form}⟧" for form in forms)))
    target.write_bytes(pofile.compiled(pairs, "en"))
    return folder


@pytest.fixture
def marked(marked_catalogues: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The code of the language that marks."""
    catalogue.forget()
    monkeypatch.setattr(catalogue, "FOLDER", marked_catalogues)
    yield "zz"
    catalogue.forget()
