"""The whole document as data: title, what every page repeats, then the three parts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from duicheck import __version__
from duicheck.langue import _, current, habits
from duicheck.render.figures import Figures
from duicheck.render.french import day, typography
from duicheck.render.headline import TARGETS, verdict
from duicheck.render.pdf.audit import audit
from duicheck.render.pdf.blocks import Block, Content, digest, link, paragraph, said, strong, warning
from duicheck.render.pdf.direction import direction
from duicheck.render.pdf.mention import mention
from duicheck.render.pdf.printable import drawn, printable
from duicheck.render.pdf.vendor import vendor
from duicheck.report import to_bytes

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["document"]

Json = Mapping[str, Any]


def document(report: Json, rules: Mapping[str, Rule]) -> dict[str, Any]:
    """What the template draws. Every text in it prints; numbers, dates and answers are the report's."""
    measured = date.fromisoformat(report["date_mesure"])
    funding = mention(report["texte"]["id"])
    own = hashlib.sha256(to_bytes(report)).hexdigest()
    figures = Figures(report)
    return {
        "langue": current(),
        "date": [measured.year, measured.month, measured.day],
        "titre": drawn(_title(report)),
        "joint": drawn(_("Le rapport normatif dont ce document est tiré : lui seul fait foi.")),
        **printable(
            {
                "marque": ["duicheck", _("contrôle de conformité, programme ESMS numérique")],
                "tete": _("Rapport de contrôle d'une livraison"),
                "sujet": list(_subject(report, figures)),
                "parties": [
                    _part("direction", _("Pour la direction"), _("le verdict, les cibles, que faire")),
                    _part("editeur", _("Pour l'éditeur du logiciel"), _("les écarts, les constats, les chiffres")),
                    _part("audit", _("Pour l'audit"), _("ce qui a été contrôlé, comment le vérifier")),
                ],
                "pied": {
                    "livraison": _("Livraison contrôlée, SHA-256"),
                    "empreinte": report["livraison"]["sha256"],
                    "page": _("Page {page} sur {total}"),
                    "signature": _("Document non signé"),
                    "mention": [] if funding is None else [said(funding.phrase)],
                    "rappel": typography(
                        _("Rapport de contrôle, mesure au {day}").format(day=day(report["date_mesure"]))
                    ),
                },
                "page_de": _("page {page}"),
                "blocs": [
                    *direction(report, rules, figures),
                    *vendor(report, rules, figures),
                    *audit(report, rules, own=own, mention=funding),
                    *_end(report, own),
                ],
            }
        ),
    }


def _title(report: Json) -> str:
    """The title of the file: the answers first, as in the title of the web page."""
    return _("{verdict}, {targets} – rapport de contrôle au {day} – duicheck").format(
        verdict=verdict(report)[1].capitalize(),
        targets=_(TARGETS[report["cibles"]][1]).lower(),
        day=day(report["date_mesure"]),
    )


def _part(anchor: str, name: str, words: str) -> Content:
    return [link(anchor, name), f"{habits().colon}{words}"]


def _subject(report: Json, figures: Figures) -> Iterator[Block]:
    window = report["fenetre"]
    days = _("fenêtre indéterminée")
    if window:
        days = _("sur les jours du {first} au {last} inclus").format(
            first=day(window["debut"]), last=day(window["fin"])
        )
    size = f" – {figures.size()}" if report["etablissements"] else ""
    yield paragraph(_("Mesure au"), " ", strong(day(report["date_mesure"])), f", {days}{size}.")
    text = report["texte"]
    yield paragraph(typography(_("Texte {id} :").format(id=text["id"])), " ", said(text["titre"]), ".")
    if "dossiers" in report:
        yield warning(
            strong(typography(_("Ce rapport nomme des dossiers par leur pseudonyme : ne le diffusez pas."))),
            " ",
            _("Sans l'option --avec-identifiants, il n'en contient aucun."),
        )


def _end(report: Json, own: str) -> Iterator[Block]:
    yield {"bloc": "filet"}
    source = _("Seul rapport.json, joint, fait foi ; ce document en est tiré et ne juge rien de plus.")
    whose = _("Empreinte SHA-256 de rapport.json :")
    words = typography(f" {source} {whose} ")
    yield paragraph(strong(_("Document non signé.")), words, digest(own), ".")
    made, checked = __version__, report["duicheck"]["version"]
    if made == checked:
        yield paragraph(_("Mis en forme par duicheck {made}.").format(made=made))
    else:
        both = _("Mis en forme par duicheck {made}, d'un contrôle fait par duicheck {checked}.")
        yield paragraph(both.format(made=made, checked=checked))
