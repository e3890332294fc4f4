"""Days as people type them: on a command line, in a variable of the environment."""

from __future__ import annotations

from datetime import date

from duicheck.langue.catalogue import _

__all__ = ["day_typed", "read_day"]


def read_day(text: str) -> date | None:
    """The day that a text says, as 2025-09-15 or 15/09/2025; None where it says none."""
    parts = text.split("/")
    iso = "-".join(reversed(parts)) if len(parts) == 3 else text  # noqa: PLR2004 -- day, month, year
    try:
        found = date.fromisoformat(iso)
    except ValueError:
        return None
    return found if found.isoformat() == iso else None  # 20250915 and 2025-W38-1 are dates to Python


def day_typed(_context: object, _option: object, text: str | None) -> date | None:
    """The day that an option was given, if it was: the `callback` of `click.option`.

    Raises:
        click.BadParameter: it says no day.
    """
    if text is None:
        return None
    found = read_day(text)
    if found is None:
        from click import BadParameter  # noqa: PLC0415 -- who has options has it already; others do without

        message = _("« {value} » n'est pas une date ; écrivez par exemple 2025-09-15 ou 15/09/2025")
        raise BadParameter(message.format(value=text))
    return found
