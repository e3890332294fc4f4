"""LISEZMOI.txt: how to verify a pack with what any machine has, for somebody who has never heard of duicheck.

Always in French, and plain text: it must outlive our program. A test runs the commands that it prints.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from duicheck.langue import SOURCE, speaking
from duicheck.preuve.names import (
    DEROGATIONS,
    LISEZMOI,
    MANIFESTE,
    PDF_SIGNE,
    RAPPORT,
    RENDERED,
    SIGNATURE,
    SOMMES,
    texte_file,
)
from duicheck.render.french import day, typography
from duicheck.render.headline import TARGETS, targets_why, verdict, verdict_why

if TYPE_CHECKING:
    from duicheck.preuve.manifest import Record

__all__ = ["UNSIGNED", "readme"]

UNSIGNED: Final = "document non signé"

_WIDTH: Final = 78
_RULE: Final = "=" * _WIDTH

_WHAT: Final = {
    "rapport.html": "le même rapport, à lire dans un navigateur",
    "rapport.pdf": "le même rapport, à imprimer et à archiver",
    "constats.csv": "les constats, pour un tableur",
}


def readme(report: Mapping[str, Any], record: Record) -> bytes:
    """The text, UTF-8, line feeds. Same arguments, same bytes."""
    with speaking(SOURCE):
        parts = [
            *_title(report, record),
            *_content(report, record),
            *_integrity(),
            *(_unsigned() if record.signature is None else _signed(record.signature)),
            *(_pades() if record.pades else ()),
            *_replay(report, record),
            *_limits(),
        ]
        return typography_of("\n".join(parts)).encode("utf-8")


def typography_of(text: str) -> str:
    """French spaces in the prose; commands, indented by four, keep theirs."""
    lines = (line if line.startswith("    ") else typography(line) for line in text.split("\n"))
    return "\n".join(lines) + "\n"


def _title(report: Mapping[str, Any], record: Record) -> Iterator[str]:
    signed = UNSIGNED if record.signature is None else f"document signé par {record.signature['sujet']}"
    yield _RULE
    yield "PREUVE D'UN CONTRÔLE DE CONFORMITÉ — ESMS numérique"
    yield _RULE
    yield ""
    yield from _paragraph(f"VERDICT : {verdict(report)[1]} — {verdict_why(report)}")
    yield from _paragraph(f"{TARGETS[report['cibles']][1]} — {targets_why(report)}")
    yield ""
    yield from _paragraph(f"Texte : {report['texte']['id']} — {report['texte']['titre']}")
    yield f"Mesure du {day(report['date_mesure'])}"
    yield f"Contrôle fait par duicheck {report['duicheck']['version']}"
    yield f"{signed[:1].upper()}{signed[1:]}"
    yield ""


def _content(report: Mapping[str, Any], record: Record) -> Iterator[str]:
    yield from _heading("Ce que contient ce paquet")
    yield from _item(RAPPORT, "le rapport, seul à faire foi ; les autres formats en sont tirés")
    absent = {each["chemin"]: each["raison"] for each in record.absents}
    for name in RENDERED:
        why = f"ABSENT ({absent[name].rstrip('.')})" if name in absent else _WHAT[name]
        yield from _item(name, why)
    if record.pades:
        yield from _item(PDF_SIGNE, "le même PDF, signé à l'intérieur (voir plus bas)")
    yield from _item(DEROGATIONS, "les dérogations déclarées, et ce qu'elles sont devenues")
    yield from _item(
        "textes/", f"les textes datés mis en données ; le contrôle applique {texte_file(report['texte']['id'])}"
    )
    yield from _item("schemas/", "la forme exacte de chaque fichier (JSON Schema 2020-12)")
    yield from _item(MANIFESTE, "les fichiers contrôlés, le programme, la commande, et chaque fichier du paquet")
    yield from _item(SOMMES, "les empreintes SHA-256 de tous les fichiers du paquet")
    if record.signature is not None:
        yield from _item(SIGNATURE, f"la signature de {SOMMES}")
    yield ""
    yield from _paragraph(
        f"Les fichiers contrôlés, au nombre de {len(record.entrees)} (journal, registre…), ne sont pas dans le "
        f"paquet : {MANIFESTE} en donne l'empreinte. Qui les détient peut prouver que ce sont eux."
    )
    yield ""


def _integrity() -> Iterator[str]:
    yield from _heading("1. Rien n'a changé depuis : les empreintes")
    yield from _paragraph("Ouvrez l'archive dans un dossier vide, et une invite de commandes dans ce dossier. Linux :")
    yield ""
    yield f"    sha256sum -c {SOMMES}"
    yield ""
    yield "macOS :"
    yield ""
    yield f"    shasum -a 256 -c {SOMMES}"
    yield ""
    yield from _paragraph("Chaque ligne doit finir par OK (ou Réussi). Windows, PowerShell : rien ne doit s'afficher.")
    yield ""
    yield (
        f"    Get-Content {SOMMES} | ForEach-Object {{ $h, $n = $_ -split '  ', 2; "
        'if ((Get-FileHash -Algorithm SHA256 $n).Hash -ne $h) { "ALTERE : $n" } }'
    )
    yield ""
    yield from _paragraph(f"Windows, invite de commandes, un fichier à la fois, à comparer à sa ligne de {SOMMES} :")
    yield ""
    yield f"    certutil -hashfile {RAPPORT} SHA256"
    yield ""
    yield from _paragraph(
        f"Un fichier du dossier dont {SOMMES} ne parle pas (sauf ce fichier lui-même et {SIGNATURE}, s'il y est) "
        "ne fait pas partie de la preuve."
    )
    yield ""


def _unsigned() -> Iterator[str]:
    yield from _heading("2. Qui l'affirme : personne, document non signé")
    yield from _paragraph(
        "Les empreintes disent que les fichiers vont ensemble ; elles ne disent pas qui les a réunis, et quiconque "
        f"change un fichier peut en refaire l'empreinte. Comparez celle de {SOMMES} à celle que vous tenez d'ailleurs "
        "(procès-verbal, courrier, dépôt), ou rejouez le contrôle (3) :"
    )
    yield ""
    yield f"    sha256sum {SOMMES}"
    yield ""


def _signed(signature: Mapping[str, Any]) -> Iterator[str]:
    yield from _heading("2. Qui l'affirme : la signature")
    yield from _paragraph(f"Signataire annoncé : {signature['sujet']}")
    yield from _paragraph(f"Certificat délivré par : {signature['emetteur']}")
    yield f"Valable du {day(signature['valable_du'])} au {day(signature['valable_au'])}"
    yield "Empreinte SHA-256 du certificat :"
    yield f"    {signature['certificat_sha256']}"
    yield ""
    yield from _paragraph(
        f"La signature (CMS, RFC 5652) porte sur {SOMMES}, donc sur tous les fichiers. Pour vérifier qu'elle est "
        "juste, sans juger le signataire :"
    )
    yield ""
    yield f"    {_openssl('-noverify')}"
    yield ""
    yield from _paragraph(
        "Pour vérifier aussi le signataire, mettez dans autorite.pem le certificat de l'autorité qui l'a délivré, "
        "obtenu de cette autorité et non de ce paquet :"
    )
    yield ""
    yield f"    {_openssl('-purpose any -CAfile autorite.pem')}"
    yield ""
    yield from _paragraph("Des années après, quand le certificat a expiré, pour le juger sans tenir compte du jour :")
    yield ""
    yield f"    {_openssl('-purpose any -no_check_time -CAfile autorite.pem')}"
    yield ""
    yield from _paragraph(
        "Un message qui finit par « Verification successful » : la signature est juste. Tout autre : elle ne l'est "
        f"pas. Le fichier controle.txt que cela écrit doit être semblable à {SOMMES}. Le certificat du signataire, "
        "pour le lire :"
    )
    yield ""
    yield f"    openssl pkcs7 -inform DER -in {SIGNATURE} -print_certs -noout"
    yield ""
    yield from _paragraph(
        "La date écrite dans la signature est celle de l'horloge du signataire ; aucun tiers ne l'a certifiée. Qu'un "
        "certificat ait été révoqué se demande à l'autorité."
    )
    yield ""


def _openssl(trust: str) -> str:
    return f"openssl cms -verify -binary -inform DER -in {SIGNATURE} -content {SOMMES} {trust} -out controle.txt"


def _pades() -> Iterator[str]:
    yield from _heading("Le PDF signé à l'intérieur (PAdES)")
    yield from _paragraph(
        f"{PDF_SIGNE} est rapport.pdf suivi d'une signature que montrent les lecteurs de PDF. Cet ajout n'est pas "
        "balisé : le fichier signé peut ne plus être conforme à PDF/UA-1 (accessibilité) ni à PDF/A-3a. Diffusez et "
        "archivez rapport.pdf, qui n'est pas modifié ; le fichier signé n'est que pour qui demande une signature dans "
        "le PDF."
    )
    yield ""


def _replay(report: Mapping[str, Any], record: Record) -> Iterator[str]:
    version = report["duicheck"]["version"]
    yield from _heading("3. Le contrôle disait vrai : le rejouer")
    yield from _paragraph(
        f"Avec Python et duicheck {version}, et les fichiers contrôlés dans le dossier LIVRAISON, cette commande "
        "vérifie tout ce qui précède, rejoue le contrôle avec les textes du paquet et compare les octets du rapport :"
    )
    yield ""
    yield f"    pip install duicheck=={version}"
    precedent = " --precedent RAPPORT" if record.options["precedent"] else ""
    yield f"    duicheck verify preuve.zip --entrees LIVRAISON{precedent}"
    yield ""
    plugins = ", ".join(f"{each['nom']} ({each['distribution']} {each['version']})" for each in record.extensions)
    yield from _paragraph(f"Extensions employées : {plugins or 'aucune'}.")
    yield ""


def _limits() -> Iterator[str]:
    yield from _heading("Ce que cette preuve ne dit pas")
    yield from _paragraph(
        "Elle ne dit ni quand ni sur quelle machine le contrôle a été fait : le même contrôle donne les mêmes octets, "
        "partout. Elle ne dit pas que les fichiers contrôlés sont vrais, mais que le rapport est celui que le "
        f"programme en tire. {LISEZMOI} n'est qu'une notice ; seul {RAPPORT} fait foi."
    )


def _heading(title: str) -> Iterator[str]:
    yield title
    yield "-" * len(title)


def _item(name: str, what: str) -> Iterator[str]:
    yield from textwrap.wrap(
        f"{name:<20}  {what}", _WIDTH, initial_indent="  ", subsequent_indent=" " * 24, break_long_words=False
    )


def _paragraph(text: str) -> Iterator[str]:
    yield from textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False)
