"""Headings that say something of a person, and those that may be printed."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import pairwise

from duicheck.discretion.numbers import mask

__all__ = ["heading_word", "mask_heading"]

_ALWAYS = {
    "prenom": ("prenom", "prenoms", "firstname", "givenname"),
    "nom": (
        *("nomnaissance", "nomdenaissance", "nomdusage", "nomusage", "nomusuel", "nommarital", "nomdefamille"),
        *("nomfamille", "nompatronymique", "nomjeunefille", "nomdejeunefille", "lastname", "surname", "familyname"),
        *("nomprenom", "prenomnom", "nometprenom", "nomcomplet", "fullname", "nompatient", "nomdupatient"),
        *("nomusager", "nomdelusager", "nomresident", "nomduresident"),
    ),
    "naissance": (
        *("naissance", "ddn", "birthdate", "birthday", "birthplace", "dateofbirth", "dob", "nele", "neele"),
        *("datenaissance", "datedenaissance", "lieunaissance", "lieudenaissance", "datenaiss"),
    ),
    "nir": ("nir", "ins", "insnir", "matriculeins", "nss", "nosecu", "numsecu", "numerosecu", "secu", "nia"),
    "securite sociale": ("securitesociale", "nosecuritesociale", "numerosecuritesociale", "numerodesecuritesociale"),
    "patient": ("patient", "patients", "lepatient"),
}
_IN_TABLES_OF_PERSONS = {
    "nom": ("nom", "noms", "name", "nomu", "nomn"),
    "adresse": ("adresse", "adresses", "address", "rue", "codepostal", "cp", "domicile", "voie"),
    "telephone": ("telephone", "telephones", "tel", "portable", "mobile", "phone", "fax", "telecopie"),
    "courriel": ("courriel", "email", "mail", "mel", "adressemail", "adresseelectronique"),
    "patient": ("usager", "resident", "beneficiaire"),
}
_THINGS = frozenset(
    "etablissement etablissements esms essms structure structures organisme editeur solution logiciel fichier fichiers"
    " indicateur service services og ej et finess champ colonne evenement type agenda version projet groupe porteur"
    " unite site application role raison sociale module table feuille document format ip url objet categorie commune"
    " departement region secteur pole court long gestionnaire canal ligne produit code".split()
)
_LINKS = frozenset("de du des d la le les l un une et ou a au aux en no n numero num of the".split())
_USUAL = frozenset(
    "date lieu famille usage usuel jeune fille marital patronymique complet postal postale mail electronique fixe"
    " securite sociale matricule principal principale personnel personnelle professionnel professionnelle first last"
    " birth given family full of anniversaire age sexe civilite ville pays code".split()
)
_WORDS_OF = {
    word: kind for names in (_IN_TABLES_OF_PERSONS, _ALWAYS) for kind, words in names.items() for word in words
}
_ALWAYS_WORDS = frozenset(word for words in _ALWAYS.values() for word in words)


@cache
def _words(heading: str) -> tuple[str, ...]:
    """The words of a heading, without accents or capitals; `dateNaissance` is two."""
    text = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])", " ", heading[:200])
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return tuple(re.findall(r"[a-z]+|[0-9]+", text.casefold()))


@lru_cache(maxsize=4096)
def heading_word(heading: str, *, persons: bool) -> str | None:
    """What a heading says of a person, as a word of ours: `prenom`, `naissance`…; None for nothing.

    `persons`: the table is about persons, where « nom » and « adresse » are theirs.
    """
    words = _words(heading)
    content = [word for word in words if word not in _LINKS]
    whole = "".join(words), "".join(content)
    for form in whole:
        if form in _ALWAYS_WORDS or (persons and form in _WORDS_OF):
            return _WORDS_OF[form]
    strong = _ALWAYS_WORDS - {"patient", "patients", "ins", "nia"}
    for word in content:
        if word in strong:
            return _WORDS_OF[word]
    for first, second in [*pairwise(content), *pairwise(words)]:
        if first + second in _ALWAYS_WORDS:
            return _WORDS_OF[first + second]
    if persons and not _THINGS & set(content):
        identifying = {"id", "identifiant", "pseudonyme", "pseudo", "ref", "reference", "cle", "hash", "uuid"}
        for word in content:
            kind = _WORDS_OF.get(word)
            if kind and kind != "patient" and not identifying & set(content):
                return kind
    return None


def mask_heading(heading: str, position: int | None = None) -> str:
    """A heading as it may be printed: « Prénom » says a kind, « Nom de M. Untel » names somebody.

    `position`, from 0, is what the reader gets instead of a heading that is not printed.
    """
    shown = mask(heading)
    if heading_word(heading, persons=True) is None:
        return shown
    others = [word for word in _words(heading) if word not in _WORDS_OF and word not in _LINKS | _THINGS]
    spelled = "".join(_words(heading))
    if not others or spelled in _WORDS_OF or spelled in _ALWAYS_WORDS or set(others) <= _USUAL:
        return shown
    return "(titre masqué)" if position is None else f"(titre masqué, colonne {position + 1})"
