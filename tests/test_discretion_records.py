"""Records that hold more than they show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import pytest

from duicheck.discretion import Discreet
from duicheck.plugins import load_plugins

load_plugins()


def _records(kind: type[Discreet] = Discreet) -> Iterator[type[Discreet]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("duicheck"):
            yield each
        yield from _records(each)


class Dossier(Discreet, frozen=True):
    """A record of these tests."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"nom", "notes"})

    rang: int
    nom: str
    lieu: str | None = None
    notes: tuple[str, ...] = ()


class DossierClos(Dossier, frozen=True):
    """What inherits hides as much."""

    issue: str = "sortie"


def test_hidden_fields_are_in_no_representation() -> None:
    told = Dossier(1, "SECRET", "Brest", ("SECRET",))
    assert repr(told) == str(told) == f"{told!r}" == "Dossier(rang=1, lieu='Brest')"
    assert told.__rich_repr__() == [("rang", 1), ("lieu", "Brest")]
    assert repr([DossierClos(1, "SECRET")]) == "[DossierClos(rang=1, lieu=None, issue='sortie')]"


def test_hidden_fields_count_in_a_comparison() -> None:
    assert Dossier(1, "a") == Dossier(1, "a")
    assert Dossier(1, "a") != Dossier(1, "b")


def test_there_are_records_to_look_at() -> None:
    assert {"Plugins", "DocumentTransporte", "Lot", "PaquetCda"} <= {each.__name__ for each in _records()}


@pytest.mark.parametrize("record", list(_records()), ids=lambda record: f"{record.__module__}.{record.__name__}")
def test_what_a_record_hides_is_a_field_of_it(record: type[Discreet]) -> None:
    assert record.HIDDEN
    assert set(record.__struct_fields__) >= record.HIDDEN
    assert (record.__repr__, record.__rich_repr__) == (Discreet.__repr__, Discreet.__rich_repr__)
