"""Dated texts as data: types, and how a TOML file becomes one."""

from duicheck.rulebook.loading import load_rulebook, shipped_rulebooks
from duicheck.rulebook.model import Choix, Hypothesis, Parameter, Rulebook, Source

__all__ = ["Choix", "Hypothesis", "Parameter", "Rulebook", "Source", "load_rulebook", "shipped_rulebooks"]
