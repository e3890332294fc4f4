"""Dated texts as data: types, and how a TOML file becomes one.

>>> books = {book.id: book for book in map(load_rulebook, shipped_rulebooks())}
>>> books["2025-40"]["cible_dmp"], books["2025-40"].parameters["cible_dmp"].unit
(70, '%')
>>> books["2021-amorcage"]["cible_dmp"]  # the rule that asks becomes `sans_objet`, with this reason
Traceback (most recent call last):
duicheck.errors.ParameterNotSet: le texte 2021-amorcage ne fixe pas « cible_dmp »
"""

from duicheck.rulebook.loading import load_rulebook, shipped_rulebooks
from duicheck.rulebook.model import Choix, Hypothesis, Parameter, Rulebook, Source

__all__ = ["Choix", "Hypothesis", "Parameter", "Rulebook", "Source", "load_rulebook", "shipped_rulebooks"]
