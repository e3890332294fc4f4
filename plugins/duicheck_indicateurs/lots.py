"""Lots: what is too much for one query, cut into groups that fit in memory together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

__all__ = ["par_lots"]


def par_lots(tailles: Iterable[tuple[str, int]], plafond: int) -> Iterator[list[str]]:
    """Group names, in order, as long as their sizes add up to `plafond` at most; a bigger one is alone.

    Args:
        tailles: names and their sizes.
        plafond: the greatest size of a group of several.
    """
    lot: list[str] = []
    reste = plafond
    for nom, taille in tailles:
        if lot and taille > reste:
            yield lot
            lot, reste = [], plafond
        lot.append(nom)
        reste -= taille
    if lot:
        yield lot
