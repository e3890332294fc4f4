"""How to verify what the document says, and where its mention of European funding comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from duicheck.langue import SOURCE, _, current
from duicheck.render.french import typography
from duicheck.render.pdf.blocks import Block, code, command, digest, heading, items, paragraph, said, sheet, strong
from duicheck.render.pdf.mention import Mention

__all__ = ["funding", "verify"]

Json = Mapping[str, Any]


def verify(report: Json, own: str) -> Iterator[Block]:
    """The steps, each with what to type. `own` is the digest of the attached report."""
    text = report["texte"]["id"]
    chosen = "".join(
        f" --hypothese {name}={one['valeur']}" for name, one in report["hypotheses"].items() if not one["par_defaut"]
    )
    delivery, file = _("LIVRAISON"), _("FICHIER")
    again = f"duicheck check {delivery} --texte {text} --date-mesure {report['date_mesure']}{chosen}"
    spoken = "" if current() == SOURCE else f" --lang {current()}"
    yield heading(2, _("Comment vérifier"), "verifier")
    yield items(
        [
            [
                paragraph(
                    strong(_("Le rapport joint.")),
                    " ",
                    typography(_("Un lecteur de PDF, ou cette commande, sort rapport.json de ce document :")),
                ),
                command("pdfdetach -save 1 -o rapport.json rapport.pdf"),
                paragraph(_("Son empreinte SHA-256 doit être"), " ", digest(own), "."),
            ],
            [
                paragraph(
                    strong(_("Les fichiers.")), " ", _("L'empreinte de chacun doit être celle du tableau des fichiers.")
                ),
                sheet(
                    [
                        ("Linux", [code(f"sha256sum {file}")]),
                        ("macOS", [code(f"shasum -a 256 {file}")]),
                        ("Windows", [code(f"certutil -hashfile {file} SHA256")]),
                    ]
                ),
            ],
            [
                strong(_("La livraison.")),
                " ",
                typography(
                    _(
                        "Son empreinte est le SHA-256 des lignes « rôle, chemin, empreinte » de tous ses fichiers, "
                        "triées ; un octet nul sépare les trois, un saut de ligne finit chacune."
                    )
                ),
            ],
            [
                paragraph(
                    strong(_("Le calcul.")),
                    " ",
                    typography(
                        _(
                            "Avec duicheck {version}, les mêmes fichiers et les mêmes options redonnent rapport.json "
                            "à l'octet près :"
                        ).format(version=report["duicheck"]["version"])
                    ),
                ),
                command(f"{again} --output json=rapport.json"),
            ],
            [
                paragraph(
                    strong(_("Ce document.")),
                    " ",
                    typography(
                        _("Les mêmes versions de duicheck, de ses extensions et de Typst le refont à l'octet près :")
                    ),
                ),
                command(f"duicheck report rapport.json{spoken} --output pdf=rapport.pdf"),
            ],
        ],
        numbered=True,
    )


def funding(mention: Mention) -> Iterator[Block]:
    """The mention and its sources."""
    yield heading(2, _("La mention du financement européen"), "financement")
    lead = _("« {mention} » est écrit au pied de chaque page, d'après ces sources :").format(mention=mention.phrase)
    yield paragraph(typography(lead))
    sources = (f"{one.titre}, {one.section.replace(' > ', ', ')}. {one.apport}" for one in mention.sources)
    yield items([[said(source)] for source in sources])
    yield paragraph(
        _(
            "L'emblème et les logos associés ne sont pas reproduits ici : ils ont leurs ayants droit. Le modèle de "
            "convention de l'ARS les comporte."
        )
    )
