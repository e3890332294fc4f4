"""The checklist as a web page that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from duicheck import __version__
from duicheck.dossier.words import CAUTION, answer, by_hand, details, people, said, step, to_do, why
from duicheck.langue import _, current
from duicheck.render.french import typography
from duicheck.render.html.page import environment, style_digest, stylesheet

__all__ = ["render_page"]


def render_page(dossier: Mapping[str, Any]) -> bytes:
    """The whole page, in UTF-8, in the current language. Same checklist, same bytes."""
    text = (
        environment()
        .get_template("dossier.html.j2")
        .render(
            d=dossier,
            language=current(),
            style=Markup(stylesheet()),  # noqa: S704 -- our own file
            style_digest=style_digest(),
            version=__version__,
            answer=answer(dossier),
            why=why(dossier),
            step=step(dossier),
            to_do=to_do(dossier),
            by_hand=by_hand(dossier),
            caution=typography(_(CAUTION)),
            line_said=said,
            details=details,
            people=people,
        )
    )
    return text.encode("utf-8")
