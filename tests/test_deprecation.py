"""Public names that will go: said once per place, in French, and never sooner than promised."""

from __future__ import annotations

import sys
import types
import warnings

import pytest

from duicheck import DuicheckDeprecationWarning, deprecated, renamed
from duicheck.deprecation import Renamed


def test_a_function_still_works_and_warns_where_it_is_called():
    @deprecated(since="0.3", removal="0.5", instead="duicheck.nouveau")
    def ancien(a: int, *, b: int = 1) -> int:
        """Ce que c'était."""
        return a + b

    with pytest.warns(DuicheckDeprecationWarning) as said:
        assert ancien(2, b=3) == 5
    assert "est périmé depuis duicheck 0.3 et disparaîtra en 0.5 ; employez duicheck.nouveau" in str(said[0].message)
    assert said[0].filename == __file__
    assert (ancien.__name__, ancien.__doc__) == ("ancien", "Ce que c'était.")


def test_a_class_still_is_one():
    @deprecated(since="1.2", removal="2.0", distribution="duicheck-ici")
    class Ancienne:
        def __init__(self, a: int) -> None:
            self.a = a

    with pytest.warns(DuicheckDeprecationWarning, match=r"depuis duicheck-ici 1.2 .* rien ne le remplace") as said:
        made = Ancienne(3)
    assert said[0].filename == __file__
    assert made.a == 3
    assert isinstance(made, Ancienne)
    with pytest.warns(DuicheckDeprecationWarning):
        type("Fille", (Ancienne,), {})(4)


def test_one_place_is_warned_once():
    @deprecated(since="0.3", removal="0.4")
    def ancien() -> None: ...

    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("default")
        for _ in range(3):
            ancien()
    assert len(said) == 1


def test_an_author_may_make_it_an_error():
    """The filter that the documentation gives: pytest looks the class up by this name."""
    import duicheck

    @deprecated(since="0.3", removal="0.4")
    def ancien() -> None: ...

    with warnings.catch_warnings():
        warnings.simplefilter("error", duicheck.DuicheckDeprecationWarning)
        with pytest.raises(DuicheckDeprecationWarning):
            ancien()


def test_a_name_that_moved_is_found_and_warns(monkeypatch):
    module = types.ModuleType("monregion")
    module.lire = len
    module.__getattr__ = renamed("monregion", {"lecture": Renamed("monregion.lire", lambda: len, "0.9", "1.0")})
    monkeypatch.setitem(sys.modules, "monregion", module)
    with pytest.warns(
        DuicheckDeprecationWarning, match=r"^monregion.lecture est périmé .* employez monregion.lire$"
    ) as said:
        found = module.lecture
    assert found is len
    assert said[0].filename == __file__
    with pytest.raises(AttributeError, match="has no attribute 'inconnu'"):
        _ = module.inconnu


@pytest.mark.parametrize(("since", "removal"), [("0.3", "0.4"), ("0.3", "0.12"), ("0.9", "1.0"), ("1.3", "2.0")])
def test_a_period_that_keeps_the_promise(since, removal):
    deprecated(since=since, removal=removal)
    Renamed("nouveau", object, since, removal)


@pytest.mark.parametrize(
    ("since", "removal"),
    [
        ("0.3", "0.3"),
        ("0.4", "0.3"),
        ("1.0", "1.1"),
        ("1.3", "1.9"),
        ("1.3", "2.1"),
        ("2.0", "1.0"),
        ("0.3", "bientôt"),
    ],
)
def test_a_period_that_breaks_it_is_refused(since, removal):
    with pytest.raises(ValueError, match=r"version"):
        deprecated(since=since, removal=removal)
    with pytest.raises(ValueError, match=r"version"):
        Renamed("nouveau", object, since, removal)
