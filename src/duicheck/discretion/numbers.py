"""Numbers and addresses of persons in a text: NIR and INS, e-mail addresses, phone numbers.

The NIR has a key from its fifteenth character on; the thirteen that are often exchanged alone have none.
`certain` tells the two apart: what is not certain is judged among its neighbours by who has them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

__all__ = ["COURRIEL", "MASQUE", "Trouvaille", "courriels", "mask", "nirs", "personal", "telephones"]

MASQUE = "(masqué)"
"""What stands where something personal stood."""

COURRIEL = r"@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}"
"""The end of an address, from its @ on."""

_BLANK = "[ \u00a0\u2009\u202f]"
_SEP = "[ \u00a0\u2009\u202f./_-]"
_MONTH = "(0[1-9]|1[0-2]|[2-9][0-9])"  # 20, 30 to 42, 50 to 99: the month of birth is not known
_NIR = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9]\.)([A-Za-z]{{1,8}}(?=[0-9]{{5}}(?:[0-9]{{2}}|2[ABab])[0-9]{{8}}(?![0-9A-Za-z])))?"
    rf"([1-478]){_SEP}?([0-9]{{2}}){_SEP}?{_MONTH}{_SEP}?([0-9]{{2}}|2[ABab]){_SEP}?([0-9]{{3}}){_SEP}?([0-9]{{3}})"
    rf"(?:({_SEP}{{0,3}})([0-9]{{2}}))?(?![0-9A-Za-z])"
)
_SPACED_NIR = re.compile(
    rf"(?<![0-9A-Za-z])[1-478](?:{_BLANK}?[0-9]){{4}}{_BLANK}?(?:[0-9]{_BLANK}?[0-9]|2[ABab])(?:{_BLANK}?[0-9]){{8}}"
    r"(?![0-9A-Za-z])"
)
_DATED = re.compile(r"20[12][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_COUNTRIES = "33|262|508|590|594|596|681|687|689"
_TELEPHONE = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9][.-])"
    rf"(?:\(?0[1-9]\)?(?:[0-9]{{8}}|(?P<sep>{_SEP})[0-9]{{2}}(?:(?P=sep)[0-9]{{2}}){{3}})"
    rf"|(?:\+|00)(?:{_COUNTRIES}){_SEP}?(?:\(0\){_SEP}?)?[1-9](?:{_SEP}?[0-9]){{8}})"
    r"(?![0-9A-Za-z]|[:.-][0-9])"
)
_WITH_KEY = "un NIR ou un matricule INS, avec sa clé"
_WITHOUT_KEY = "un NIR ou un matricule INS, sans sa clé"
_LOCAL = re.compile(r"[A-Za-z0-9._%+'-]{1,64}\Z")
_DOMAIN = re.compile(COURRIEL)
_QUICK = re.compile(rf"@|[0-9](?:{_SEP}{{0,3}}[0-9A-Za-z(+)]){{8}}")


class Trouvaille(Struct, frozen=True):
    """Something personal in a text: where, of which rule (`nir`, `adresse-patient`, `courriel`, `telephone`), what.

    `nature` is a French noun phrase that says the form and nothing of the value. `certain` is False for bare
    digits that have no key: a counter or an instant may look like them.
    """

    genre: str
    start: int
    end: int
    nature: str
    certain: bool = True


def _keyed(number: str) -> bool:
    from stdnum.fr import nir  # noqa: PLC0415 -- start-up

    return bool(nir.is_valid(number))


def _judge_nir(found: re.Match[str]) -> Trouvaille | None:
    letters, sex, year, month, place, commune, order, gap, key = found.groups()
    body = f"{sex}{year}{month}{place}{commune}{order}".upper()
    start = found.start(2)
    written = found.string[start : found.end(7)]
    groups = re.findall(r"[0-9A-Za-z]+", written)
    decimal = len(groups) == 2 and groups[0] == sex and written[1] == "."  # noqa: PLR2004 -- 1.85057800608491
    if place == "00" or "000" in {commune, order} or decimal:
        return None
    if key is not None and _keyed(body + key):
        return Trouvaille("nir", start, found.end(), _WITH_KEY)
    if letters or (key is not None and not gap):
        return None  # fifteen digits in a row whose key is wrong: another number
    if len(groups) > 2 or place.upper() in {"2A", "2B"}:  # noqa: PLR2004 -- grouped as on the card
        return Trouvaille("nir", start, found.end(7), _WITHOUT_KEY)
    ordinary = sex in "12" and 1 <= int(month) <= 12  # noqa: PLR2004 -- December
    if ordinary and written.isdigit() and not _DATED.match(written):
        return Trouvaille("nir", start, found.end(7), _WITHOUT_KEY, certain=False)
    return None


def nirs(text: str, start: int = 0, end: int | None = None) -> Iterator[Trouvaille]:
    """The social security numbers and INS in a text, written in one piece or in groups."""
    limit = len(text) if end is None else end
    at = start
    while (found := _NIR.search(text, at, limit)) is not None:
        judged = _judge_nir(found)
        if judged is not None:
            yield judged
            at = judged.end
        else:
            at = found.start(2) + 1
    for spaced in _SPACED_NIR.finditer(text, start, limit):
        number = re.sub(_BLANK, "", spaced[0])
        if number == spaced[0] or _NIR.fullmatch(spaced[0]) is not None:
            continue  # found above
        if int(number[3:5]) in range(1, 13) and _keyed(number):
            yield Trouvaille("nir", *spaced.span(), _WITH_KEY)


def courriels(text: str, start: int = 0, end: int | None = None) -> Iterator[Trouvaille]:
    """The e-mail addresses in a text; those of patients apart."""
    limit = len(text) if end is None else end
    for found in _DOMAIN.finditer(text, start, limit):
        local = _LOCAL.search(text, max(start, found.start() - 64), found.start())
        if local is None:
            continue
        domain = found[0][1:].lower()
        if domain.startswith("patient.") and domain.endswith("mssante.fr"):
            nature = "une adresse de messagerie de patient, qui contient son INS"
            yield Trouvaille("adresse-patient", local.start(), found.end(), nature)
        else:
            yield Trouvaille("courriel", local.start(), found.end(), "une adresse électronique")


def telephones(text: str, start: int = 0, end: int | None = None) -> Iterator[Trouvaille]:
    """The French phone numbers in a text."""
    for found in _TELEPHONE.finditer(text, start, len(text) if end is None else end):
        yield Trouvaille("telephone", *found.span(), "un numéro de téléphone", certain=not found[0].isdigit())


def personal(text: str) -> list[Trouvaille]:
    """Everything personal in a short text, certain or not, in order; a patient's address hides the INS it holds."""
    if not _QUICK.search(text):
        return []
    found = sorted([*courriels(text), *nirs(text), *telephones(text)], key=lambda each: (each.start, -each.end))
    kept: list[Trouvaille] = []
    for each in found:
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


def mask(text: str) -> str:
    """The text as it may be printed."""
    found = personal(text)
    for each in reversed(found):
        text = text[: each.start] + MASQUE + text[each.end :]
    return text
