"""What the check was made with: the text and the answers, the files, the packs of rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from duicheck.langue import _
from duicheck.render.french import day, integer, typography
from duicheck.render.labels import role
from duicheck.render.pdf.blocks import (
    Block,
    Column,
    badge,
    code,
    digest,
    heading,
    lines,
    paragraph,
    said,
    sheet,
    strong,
    table,
)
from duicheck.render.terminal import TO_CONFIRM
from duicheck.render.values import value

__all__ = ["conditions"]

Json = Mapping[str, Any]


def conditions(report: Json) -> Iterator[Block]:
    """The blocks, from the text to what was read."""
    yield from _framework(report)
    yield from _hypotheses(report["hypotheses"])
    yield from _files(report["livraison"])
    if "paquets" in report:
        yield from _packs(report["paquets"])


def _framework(report: Json) -> Iterator[Block]:
    text, window = report["texte"], report["fenetre"]
    plugins = ", ".join(f"{one['nom']} {one['version']}" for one in report["plugins"])
    days = _("indéterminée")
    if window:
        days = _("du {first} au {last}, premier et dernier jours compris").format(
            first=day(window["debut"]), last=day(window["fin"])
        )
    program = _("duicheck {version}, format de rapport {format}").format(
        version=report["duicheck"]["version"], format=report["format"]
    )
    yield heading(2, _("Le texte et la mesure"), "cadre")
    yield sheet(
        [
            (_("Texte applicable"), [f"{text['id']} – ", said(text["titre"])]),
            (_("Empreinte SHA-256 du texte mis en données"), [digest(text["sha256"])]),
            (_("Date de mesure"), day(report["date_mesure"])),
            (_("Fenêtre"), days),
            (_("Programme"), program),
            (_("Extensions"), plugins or _("aucune")),
        ]
    )


def _hypotheses(chosen: Json) -> Iterator[Block]:
    yield heading(2, _("Les hypothèses de calcul"), "hypotheses")
    if not chosen:
        yield paragraph(_("Aucune."))
        return
    lead = _("Ce que le texte laisse ouvert, et la réponse retenue. Une règle par défaut est {to_confirm}.")
    yield paragraph(lead.format(to_confirm=_(TO_CONFIRM)))
    yield table(
        _("Hypothèses de calcul"),
        [
            Column(_("Question"), "1.1fr"),
            Column(_("Réponse"), "1.1fr"),
            Column(_("Origine"), "1fr"),
            Column(_("Ce que cela veut dire"), "3.4fr"),
        ],
        [
            [
                [code(name)],
                [code(one["valeur"])],
                _("règle par défaut") if one["par_defaut"] else [badge("alerte", _("choix de cette livraison"))],
                [said(one["phrase"])],
            ]
            for name, one in chosen.items()
        ],
    )


def _files(delivery: Json) -> Iterator[Block]:
    yield heading(2, _("Les fichiers contrôlés"), "fichiers")
    if delivery["fichiers"]:
        yield table(
            _("Fichiers de la livraison, dans l'ordre du manifeste"),
            [
                Column(_("Fichier"), "1.3fr"),
                Column(_("Rôle"), "1fr"),
                Column(_("Octets"), right=True),
                Column(_("Lignes"), right=True),
                Column(_("Rejetées"), right=True),
                Column(_("Empreinte SHA-256"), "1.8fr"),
            ],
            [
                [
                    [strong(one["chemin"])],
                    role(one["role"]),
                    integer(one["octets"]),
                    value(one["lignes"]),
                    value(one["rejetees"]),
                    [digest(one["sha256"])],
                ]
                for one in delivery["fichiers"]
            ],
        )
    else:
        yield paragraph(_("Aucun."))
    yield paragraph(typography(_("Empreinte de la livraison entière :")), " ", digest(delivery["sha256"]))


def _packs(packs: list[Json]) -> Iterator[Block]:
    yield heading(2, _("Les paquets de règles nationales"), "paquets")
    yield table(
        _("Ce dont des règles se sont servies, hors de la livraison"),
        [
            Column(_("Paquet"), "0.8fr"),
            Column(_("Origine, et son empreinte SHA-256"), "1.8fr"),
            Column(_("Contenus, et leur empreinte SHA-256"), "1.8fr"),
            Column(_("Réparé ou écarté à l'installation"), "1.6fr"),
        ],
        [
            [
                [strong(one["nom"])],
                [one["origine"], " ", digest(one["source"])],
                lines([code(part["contenu"]), " ", digest(part["sha256"])] for part in one["contenus"]),
                lines([said(text)] for text in one["reparations"]),
            ]
            for one in packs
        ],
    )
