"""Libraries that only some need: found, or named with the command that installs them."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Final

from duicheck.errors import UsageError

__all__ = ["need", "there"]

_PACKAGES: Final = {"signature": "cryptography", "pades": "pyhanko", "pdf": "typst"}
"""Extra of ours -> the package that it brings."""


def there(extra: str) -> bool:
    """Whether an extra is installed."""
    return find_spec(_PACKAGES[extra]) is not None


def need(extra: str, what: str) -> None:
    """Stop where an extra is missing.

    Args:
        extra: its name in pyproject.toml.
        what: what cannot be done without, as the subject of « demande ».

    Raises:
        UsageError: it is not installed; the sentence gives the command.
    """
    if not there(extra):
        message = f'{what} demande la bibliothèque {_PACKAGES[extra]} : pip install "duicheck[{extra}]"'
        raise UsageError(message)
