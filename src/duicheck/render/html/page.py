"""The page: templates filled with the report, everything escaped, one stylesheet inside."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from duicheck import __version__
from duicheck.langue import SOURCE, _, current, habits, n_, phrase
from duicheck.render import french
from duicheck.render.actions import actions
from duicheck.render.causes import gaps, hypotheses_named
from duicheck.render.characters import printable
from duicheck.render.charts import charts
from duicheck.render.figures import Figures
from duicheck.render.findings import OUTCOMES, WORDS, place
from duicheck.render.groups import OPEN, groups
from duicheck.render.headline import TARGETS, targets_why, verdict, verdict_why
from duicheck.render.labels import fixer, indicator, role, severity
from duicheck.render.messages import message
from duicheck.render.terminal import TO_CONFIRM
from duicheck.render.undone import undone
from duicheck.render.values import fact, value
from duicheck.render.waivers import STATES as WAIVERS
from duicheck.render.waivers import became, granted, scope, summary
from duicheck.render.work import LISTED, places, quiet, shares, title, works
from duicheck.report import to_bytes

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["environment", "render_page", "style_digest", "stylesheet"]

Json = Mapping[str, Any]

TEMPLATES = "duicheck.render.html"

STYLES = {"respectee": "bien", "enfreinte": "faute", "non_verifiee": "alerte", "en_erreur": "alerte", "sans_objet": ""}
"""How each outcome looks; a word always says it too."""


def render_page(report: Json, rules: Mapping[str, Rule]) -> bytes:
    """The whole page, in UTF-8, in the current language. Same arguments, same bytes.

    Args:
        report: the value of rapport.json.
        rules: the loaded rules by id, for their titles and remedies.
    """
    style = stylesheet()
    found = groups(report, rules)
    text = (
        environment()
        .get_template("page.html.j2")
        .render(
            r=report,
            language=current(),
            spoken="" if current() == SOURCE else f" --lang {current()}",
            colon=habits().colon,
            percents=habits().percent,
            style=Markup(style),  # noqa: S704 -- our own file
            style_digest=style_digest(),
            version=__version__,
            digest=hashlib.sha256(to_bytes(report)).hexdigest(),
            verdict_why=verdict_why(report),
            targets_why=targets_why(report),
            actions=actions(report, rules),
            work_title=title(report),
            works=works(report, rules),
            places=places(report, rules),
            shares=list(shares(report)) if "corrections" in report else [],
            quiet=quiet(report) if "corrections" in report else [],
            charts=charts(report),
            figures=Figures(report),
            gaps=gaps(report),
            groups=found,
            broken={group.rule: group.style for group in found},
            rules=rules,
            waivers=summary(report),
            outcomes=_outcomes(report),
        )
    )
    return text.encode("utf-8")


def _outcomes(report: Json) -> dict[str, list[Json]]:
    """The rules by what became of them, in the order of OUTCOMES."""
    return {
        outcome: found for outcome in OUTCOMES if (found := [r for r in report["regles"] if r["resultat"] == outcome])
    }


@cache
def stylesheet() -> str:
    """The one stylesheet of our pages."""
    return (files(TEMPLATES) / "templates" / "page.css").read_text(encoding="utf-8")


def style_digest() -> str:
    """What lets a page use its own stylesheet and no other."""
    return base64.b64encode(hashlib.sha256(stylesheet().encode("utf-8")).digest()).decode("ascii")


@cache
def environment() -> Environment:
    """What fills the templates: everything escaped, the words of the current language."""
    environment = Environment(
        loader=PackageLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        newline_sequence="\n",
        auto_reload=False,
        finalize=_printable,
    )
    environment.filters |= {
        "became": became,
        "counted": french.counted,
        "day": french.day,
        "fact": _fact,
        "fixer": fixer,
        "granted": granted,
        "indicator": indicator,
        "integer": french.integer,
        "named": hypotheses_named,
        "percent": french.percent,
        "place": place,
        "put": _put,
        "role": role,
        "said": _said,
        "scope": scope,
        "sentence": french.sentence,
        "severity": severity,
        "told": _told,
        "typography": french.typography,
        "undone": undone,
        "value": value,
    }
    environment.globals |= {
        "LISTED": LISTED,
        "OPEN": OPEN,
        "OUTCOMES": OUTCOMES,
        "TARGETS": TARGETS,
        "TO_CONFIRM": TO_CONFIRM,
        "STATES": WAIVERS,
        "STYLES": STYLES,
        "verdict_of": verdict,
        "WORDS": WORDS,
        "_": _words,
        "finding_said": _finding_said,
        "n_": _agreeing,
    }
    return environment


def _printable(value: object) -> object:
    """A text with every character that a page cannot hold replaced; markup of ours as it is."""
    return printable(value) if type(value) is str else value


def _words(message: str) -> str:
    """A message of a template in the current language, with its typography."""
    return french.typography(_(message))


def _agreeing(one: str, many: str, count: int) -> str:
    """The form of a message that agrees with the count."""
    return french.typography(n_(one, many, count))


def _put(text: str, **parts: object) -> Markup:
    """A message whose names in braces are filled with texts, or with markup of ours."""
    return Markup(escape(text)).format(**{name: _printable(part) for name, part in parts.items()})  # noqa: S704 -- escaped


def _said(text: str) -> str | Markup:
    """A text of the report, which is French: in the current language where its catalogue knows it.

    What stays French is marked so, for those who have the page read aloud.
    """
    return _marked(text, phrase(text), french.typography)


def _told(text: str) -> str | Markup:
    """The same, as a sentence."""
    return _marked(text, phrase(text), french.sentence)


def _finding_said(finding: Json, rules: Mapping[str, Rule]) -> str | Markup:
    """The message of a finding."""
    return _marked(finding["message"], message(finding, rules.get(finding["regle"])), french.typography)


def _fact(found: object) -> str | Markup:
    """A fact as the report writes it; a sentence of it is French."""
    text = fact(found)
    return _marked(text, text, str) if " " in text else text


def _marked(text: str, words: str, shape: Callable[[str], str]) -> str | Markup:
    if current() == SOURCE or words != text or not any(map(str.isalpha, text)):
        return shape(words)
    return Markup('<span lang="{}">{}</span>').format(SOURCE, printable(shape(text)))
