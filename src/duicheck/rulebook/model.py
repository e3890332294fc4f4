"""A dated text as data: parameters with unit and source, and the hypotheses it leaves open."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec import Struct

from duicheck.errors import ParameterNotSet, UsageError

__all__ = ["Choix", "Hypothesis", "Parameter", "Rulebook", "Source"]


class Source(Struct, frozen=True):
    """Where a value is written: a document and a section of it. A convention of ours says so."""

    document: str
    section: str


class Parameter(Struct, frozen=True):
    """One value of a text, with its unit (closed vocabulary of the schema) and its source.

    Integers, booleans, strings, `date` for days; arrays are tuples; money is in whole euros.
    """

    name: str
    value: Any
    unit: str
    source: Source
    note: str | None = None


class Choix(Struct, frozen=True):
    """One possible value of a hypothesis, in French.

    `phrase` is the sentence that the report prints when the value is in force; `libelle` is the noun
    phrase that ends « votre 87 / 104 est exactement ce que donne : … ».
    """

    code: str
    phrase: str
    libelle: str


class Hypothesis(Struct, frozen=True):
    """What the text leaves open: a question, a default, its alternatives.

    `roles`: the roles of a delivery that the question is about; without any of them it does not arise. Empty: always.
    """

    name: str
    question: str
    default: str
    choices: Mapping[str, Choix]
    source: Source
    note: str | None = None
    roles: frozenset[str] = frozenset()


class Rulebook(Struct, frozen=True):
    """One text, complete by itself.

    `sha256` is the digest of the TOML file, line endings as LF. `secondary`: known only through a
    secondary source, which `note` names. `sources` are the documents that were read, by name.
    """

    id: str
    title: str
    sha256: str
    applies_from: date | None
    secondary: bool
    sources: Mapping[str, Mapping[str, Any]]
    parameters: Mapping[str, Parameter]
    hypotheses: Mapping[str, Hypothesis]
    note: str | None = None

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 -- the schema types each parameter
        """The value of a parameter.

        Raises:
            ParameterNotSet: this text does not set it.
        """
        return self.parameter(name).value

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401
        """The value of a parameter, or `default` where the text sets none."""
        found = self.parameters.get(name)
        return default if found is None else found.value

    def parameter(self, name: str) -> Parameter:
        """A parameter with its unit and source.

        Raises:
            ParameterNotSet: this text does not set it.
        """
        try:
            return self.parameters[name]
        except KeyError:
            raise ParameterNotSet(name, self.id) from None

    def choose(self, departures: Mapping[str, str]) -> dict[str, str]:
        """The value in force of every hypothesis.

        Raises:
            UsageError: an unknown hypothesis or value; the message lists the known ones.
        """
        chosen = {name: hypothesis.default for name, hypothesis in self.hypotheses.items()}
        for name, code in departures.items():
            if name not in self.hypotheses:
                message = f"hypothèse « {name} » inconnue du texte {self.id} : {', '.join(sorted(self.hypotheses))}"
                raise UsageError(message)
            known = self.hypotheses[name].choices
            if code not in known:
                message = f"hypothèse {name} : « {code} » inconnu, il faut l'un de {', '.join(known)}"
                raise UsageError(message)
            chosen[name] = code
        return chosen
