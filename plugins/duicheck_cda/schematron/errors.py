"""The one exception of the runner."""

from __future__ import annotations

__all__ = ["SchematronError"]


class SchematronError(Exception):
    """A schema that cannot be run: not XML, another query language, a reference to nothing. One French sentence."""
