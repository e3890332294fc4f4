"""The public surface: what plugin authors may import."""

from __future__ import annotations

import importlib

import pytest

import duicheck


def test_all_is_sorted_and_without_repeats() -> None:
    assert duicheck.__all__ == sorted(set(duicheck.__all__))


def test_all_is_what_the_homes_hold() -> None:
    assert set(duicheck.__all__) == {*duicheck._MODULE_OF, "__version__"}


@pytest.mark.parametrize("name", duicheck.__all__)
def test_every_public_name_is_public_where_it_lives(name: str) -> None:
    value = getattr(duicheck, name)
    if name in duicheck._MODULE_OF:
        home = importlib.import_module(f"duicheck.{duicheck._MODULE_OF[name]}")
        assert getattr(home, name) is value
        assert name in getattr(home, "__all__", [name])


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="inconnu"):
        _ = duicheck.inconnu  # type: ignore[attr-defined]


def test_dir_lists_the_public_names() -> None:
    assert set(duicheck.__all__) <= set(dir(duicheck))


def test_a_plugin_needs_nothing_else() -> None:
    needed = {"hookimpl", "rule", "reader", "Severity", "Violation", "Location", "NotApplicable", "NotAvailable"}
    assert needed <= set(duicheck.__all__)
