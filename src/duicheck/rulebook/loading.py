"""From the bytes of a TOML file to a Rulebook."""

from __future__ import annotations

import re
from datetime import date, time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from duicheck.errors import RulebookError
from duicheck.rulebook.model import Choix, Hypothesis, Parameter, Rulebook, Source

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable
    from pathlib import Path

__all__ = ["load_rulebook", "shipped_rulebooks"]

_AT = re.compile(r"\(at line (\d+), column \d+\)")
_HEADER = re.compile(r"\s*\[{1,2}\s*([^]]+?)\s*\]")
_KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")
_WORDS = (
    ("Cannot overwrite", "cette clé est écrite deux fois"),
    ("Cannot declare", "cette table est écrite deux fois"),
    ("Cannot mutate", "cette clé est écrite deux fois"),
    ("Duplicate", "une clé est écrite deux fois"),
    ("Invalid date", "cette date n'existe pas au calendrier"),
)


def shipped_rulebooks() -> list[Traversable]:
    """The TOML files of the texts that come with duicheck, oldest first."""
    from importlib.resources import files  # noqa: PLC0415 -- 15 ms, and not every command needs a text

    folder = files("duicheck") / "rulebooks"
    return sorted((file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda file: file.name)


def load_rulebook(source: Traversable | Path, *, validate: bool = False) -> Rulebook:
    """Read one dated text.

    Args:
        source: the TOML file.
        validate: judge it by its schema and for coherence. Needed for a file that comes from elsewhere;
            our own are judged by the tests, and jsonschema takes 90 ms to import.

    Raises:
        RulebookError: unreadable, not TOML, or (with `validate`) malformed; names the file and the key.
    """
    try:
        content = source.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        message = f"{source.name}\u00a0: ce fichier ne peut pas être lu ({error.strerror})."
        raise RulebookError(message) from None
    except UnicodeDecodeError:
        message = f"{source.name}\u00a0: ce fichier n'est pas en UTF-8."
        raise RulebookError(message) from None
    document = _parse(text, source.name)
    if validate:
        _refuse_defects(document, source.name)
    # Git may rewrite line endings on a Windows checkout: the same text must keep the same digest.
    return _build(document, sha256(content.replace(b"\r\n", b"\n")).hexdigest())


def _parse(text: str, name: str) -> dict[str, Any]:
    """The document as JSON would hold it, days as ISO strings."""
    import tomllib  # noqa: PLC0415 -- most commands that only print need no text

    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RulebookError(_syntax_error(str(error), text, name)) from None
    plain: dict[str, Any] = _plain(document)
    return plain


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any TOML value
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | time) else value


def _syntax_error(message: str, text: str, name: str) -> str:
    """A French sentence for what tomllib says, with the line and the key that it stands at."""
    at = _AT.search(message)
    if at is None:
        return f"{name}\u00a0: ce fichier n'est pas du TOML, un guillemet ou un crochet n'est pas refermé."
    number = int(at[1])
    lines = text.splitlines()[:number]
    key = _KEY.match(lines[-1]) if lines else None
    header = next((found for found in map(_HEADER.match, reversed(lines)) if found), None)
    path = ".".join(found[1] for found in (header, key) if found)
    what = next((words for start, words in _WORDS if message.startswith(start)), "ceci n'est pas du TOML")
    return f"{name}, ligne {number}, «\u00a0{path}\u00a0»\u00a0: {what}."


def _refuse_defects(document: dict[str, Any], name: str) -> None:
    from duicheck.rulebook.defects import defects  # noqa: PLC0415 -- brings jsonschema

    found = list(defects(document))
    if not found:
        return
    first, others = found[0], len(found) - 1
    more = f" (et {others} autre{'s' if others > 1 else ''} défaut{'s' if others > 1 else ''})" if others else ""
    message = f"{name}, «\u00a0{first.key}\u00a0»\u00a0: {first.problem}{more}."
    raise RulebookError(message)


def _build(document: dict[str, Any], digest: str) -> Rulebook:
    since = document.get("applicable_du")
    return Rulebook(
        id=document["id"],
        title=document["titre"],
        sha256=digest,
        applies_from=None if since is None else date.fromisoformat(since),
        secondary=document["secondaire"],
        sources={each["document"]: each for each in document["sources"]},
        parameters={name: _parameter(name, table) for name, table in document["parametres"].items()},
        hypotheses={name: _hypothesis(name, table) for name, table in document["hypotheses"].items()},
        note=document.get("note"),
    )


def _parameter(name: str, table: dict[str, Any]) -> Parameter:
    value, unit = table["valeur"], table["unite"]
    if unit == "date":
        value = date.fromisoformat(value)
    elif unit == "liste de dates":
        value = tuple(map(date.fromisoformat, value))
    elif isinstance(value, list):
        value = tuple(value)
    return Parameter(name, value, unit, Source(**table["source"]), table.get("note"))


def _hypothesis(name: str, table: dict[str, Any]) -> Hypothesis:
    choices = {each["code"]: Choix(**each) for each in table["valeurs"]}
    source = Source(**table["source"])
    roles = frozenset(table.get("roles", ()))
    return Hypothesis(name, table["question"], table["defaut"], choices, source, table.get("note"), roles)
