"""What must be looked at in a text: one expression per layout, for an engine that never backtracks.

It lets too much through, never too little; what each candidate is, `duicheck.discretion` says.
"""

from __future__ import annotations

import re

from duicheck.discretion import COURRIEL

__all__ = ["CHIFFRE", "autre_nombre", "motifs"]

_SEP = r"[ \x{a0}\x{2009}\x{202f}./_\-]?"
_BLANC = r"[ \x{a0}\x{2009}\x{202f}]"
_MOIS = "(?:0[1-9]|1[0-2]|[2-9][0-9])"
_LIEU = "(?:[0-9][0-9]|2[ABab])"
_NIR = rf"(?:^|[^0-9A-Za-z])[1-478]{_SEP}[0-9]{{2}}{_SEP}{_MOIS}{_SEP}{_LIEU}{_SEP}[0-9]{{3}}{_SEP}[0-9]{{3}}"
_NIR_COLLE = rf"[A-Za-z][1-478][0-9]{{2}}{_MOIS}{_LIEU}[0-9]{{8}}"
_NIR_EPARS = rf"(?:^|[^0-9A-Za-z])[1-478](?:{_BLANC}?[0-9]){{4}}{_BLANC}?{_LIEU}(?:{_BLANC}?[0-9]){{8}}"
_TELEPHONE = (
    rf"(?:^|[^0-9A-Za-z])\(?0[1-9]\)?(?:[0-9]{{8}}|(?:{_SEP[:-1]}[0-9]{{2}}){{4}})"
    rf"|(?:\+|00)(?:33|262|508|590|594|596|681|687|689){_SEP}(?:\(0\){_SEP})?[1-9](?:{_SEP}[0-9]){{8}}"
)
_MOT = r"(?:[\p{L}'’]+[.,:]?[ \x{a0}\x{202f}]+)"
_CLES = (
    "nom|name|naiss|birth|ddn|dob|patient|usager|sident|ficiaire|adress|address|rue|voie|domicile|postal|cp|tel|phone"
    "|mobile|portable|fax|copie|mail|courriel|mel|secu|nss|nir|nia|ins|n[eé]e?[ _-]?le"
)


def motifs(mots: int | None) -> dict[str, str]:
    """The expression of each layout of a text: `table`, `json`, `texte`.

    `mots`: how many words in a row make prose; None: prose is not looked for.
    """
    commun = [_NIR, _NIR_COLLE, _NIR_EPARS, _TELEPHONE, COURRIEL]
    prose = [] if mots is None else [_MOT + f"{{{mots - 1}}}" + r"[\p{L}'’]+"]
    cles = rf'"[^"\n]{{0,60}}(?i:{_CLES})[^"\n]{{0,60}}"\s*:'
    return {
        "texte": "|".join(commun),
        "table": "|".join([*commun, *prose]),
        "json": "|".join([*commun, *prose, cles]),
    }


CHIFFRE = re.compile("[0-9]")
_NOMBRE = re.compile("[0-9]+")
_CLE_A_PART = re.compile("[ \u00a0\u2009\u202f./_-]{1,3}[0-9]{2}(?![0-9])")


def autre_nombre(texte: str, position: int) -> bool:
    """Whether the digits at a position are in a row and no number that is sought; fast, for there may be millions."""
    nombre = _NOMBRE.match(texte, position)
    if nombre is None:
        return False
    chiffres = nombre[0]
    match len(chiffres):
        case 15:
            return int(chiffres[:13]) % 97 + int(chiffres[13:]) != 97  # noqa: PLR2004 -- the key of a NIR
        case 13:
            ordinaire = chiffres[0] in "12" and "01" <= chiffres[3:5] <= "12"
            return not (ordinaire or chiffres.startswith("00") or _CLE_A_PART.match(texte, nombre.end()))
        case 14:
            return not chiffres.startswith("00")
        case longueur:
            return longueur > 10  # noqa: PLR2004 -- a phone number at most
