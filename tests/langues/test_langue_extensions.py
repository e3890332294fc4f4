"""Catalogues that plugins bring: said like ours, after ours, and never in the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from duicheck.docs.catalogue import pofile
from duicheck.docs.catalogue.message import Message
from duicheck.errors import UsageError
from duicheck.langue import _, add_catalogues, available, catalogue, n_, phrase, speak, speaking

OURS = ("livraison", "delivery")
THEIRS = {
    Message("Un vélo manque à l'appel.", None, "f"): ("A bicycle is missing.",),
    Message("le vélo {numero} de {nom} manque à l'appel", None, "f"): ("bicycle {numero} of {nom} is missing",),
    Message("{n} vélo", "{n} vélos", "f"): ("{n} bicycle", "{n} bicycles"),
    Message(OURS[0], None, "f"): ("parcel",),
}


@pytest.fixture
def bring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Path]]:
    """A plugin's folder, with this file in it, for this language."""
    monkeypatch.setattr(catalogue, "_added", [])
    catalogue.forget()

    def write(content: bytes, language: str = "en", name: str = "duicheck_velo.mo") -> Path:
        path = tmp_path / language / "LC_MESSAGES" / name
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
        add_catalogues(tmp_path)
        return tmp_path

    yield write
    catalogue.forget()


@pytest.fixture(scope="module")
def compiled() -> bytes:
    return pofile.compiled(THEIRS.items(), "en")


def test_what_a_plugin_says_is_said_in_the_language(bring: Callable[..., Path], compiled: bytes) -> None:
    bring(compiled)
    with speaking("en"):
        assert _("Un vélo manque à l'appel.") == "A bicycle is missing."
        assert [n_("{n} vélo", "{n} vélos", count) for count in (1, 2)] == ["{n} bicycle", "{n} bicycles"]
        assert phrase("Un vélo manque à l'appel") == "A bicycle is missing"
        assert phrase("le vélo 12 de Paul manque à l'appel") == "bicycle 12 of Paul is missing"
        assert phrase("livraison : le vélo 12 de Paul manque à l'appel") == "livraison: bicycle 12 of Paul is missing"
    assert _("Un vélo manque à l'appel.") == "Un vélo manque à l'appel."


def test_ours_win_where_both_know_a_message(bring: Callable[..., Path], compiled: bytes) -> None:
    bring(compiled)
    with speaking("en"):
        assert (_(OURS[0]), phrase(OURS[0])) == (OURS[1], OURS[1])


def test_what_was_said_before_a_plugin_came_is_looked_up_again(bring: Callable[..., Path], compiled: bytes) -> None:
    with speaking("en"):
        assert phrase("Un vélo manque à l'appel.") == "Un vélo manque à l'appel."
        bring(compiled)
        assert phrase("Un vélo manque à l'appel.") == "A bicycle is missing."


def test_a_folder_counts_once(bring: Callable[..., Path], compiled: bytes) -> None:
    add_catalogues(bring(compiled))
    assert len(catalogue._added) == 1


@pytest.mark.parametrize("content", [b"", b"rien d'un catalogue", b"\xde\x12\x04\x95\0\0\0\0\xff"])
def test_a_damaged_catalogue_leaves_its_messages_french(bring: Callable[..., Path], content: bytes) -> None:
    bring(content)
    with speaking("en"):
        assert phrase("Un vélo manque à l'appel.") == "Un vélo manque à l'appel."
        assert _(OURS[0]) == OURS[1]


def test_another_file_is_no_catalogue(bring: Callable[..., Path]) -> None:
    bring(b"msgid", name="duicheck_velo.po")
    with speaking("en"):
        assert _(OURS[0]) == OURS[1]


def test_a_plugin_offers_no_language_of_its_own(bring: Callable[..., Path], compiled: bytes) -> None:
    bring(compiled, language="br")
    assert available() == ("fr", "en")
    with pytest.raises(UsageError, match="br"):
        speak("br")
