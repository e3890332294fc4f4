"""HL7 v2 messages in ER7: a small strict reader, one message after the other, with the line of each.

A library would bring a model of every segment of every version; four fields of five segments are what is read here.
Separators are those of each MSH; the encoding is the one that MSH-18 says; segments end with CR, LF or both; MLLP
frames and batch envelopes (FHS, BHS) are recognised.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import ClassVar

from duicheck.discretion import Discreet
from duicheck_tddui.conventions import bound, conventions

__all__ = ["Hl7Refuse", "Message", "Segment", "est_hl7", "lire_hl7"]

_DEBUT = re.compile(rb"(?:\xef\xbb\xbf)?[\s\x0b]*(?:MSH|FHS|BHS)[^A-Za-z0-9\s]")
_FIN = re.compile(rb"\r\n|\r|\n")
_NOM = re.compile(r"[A-Z][A-Z0-9]{2}")
_ENVELOPPES = frozenset({"FHS", "BHS", "BTS", "FTS"})
_SEPARATEURS = 4  # component, repetition, escape, subcomponent


class Hl7Refuse(Exception):  # noqa: N818 -- a signal between the readers of traces
    """A text that is not read; `cause` is French, `ligne` from 1."""

    def __init__(self, cause: str, ligne: int) -> None:
        super().__init__(cause)
        self.cause = cause
        self.ligne = ligne


class Segment(Discreet, frozen=True):
    """One segment: its name, and its fields from 1 on, as written."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"champs"})

    nom: str
    champs: Sequence[str]
    separateurs: str

    def champ(self, rang: int) -> str:
        """A field as written; empty where it is not there."""
        return self.champs[rang - 1] if 0 < rang <= len(self.champs) else ""

    def repetitions(self, rang: int) -> list[list[str]]:
        """The repetitions of a field, each as its components, unescaped; the subcomponents stay together."""
        composant, repetition = self.separateurs[0], self.separateurs[1]
        texte = self.champ(rang)
        return [each.split(composant) for each in texte.split(repetition)] if texte else []

    def composant(self, rang: int, numero: int, sous: int = 1) -> str:
        """One subcomponent of the first repetition of a field, unescaped; empty where it is not there."""
        premieres = self.repetitions(rang)
        return self.sous(premieres[0], numero, sous) if premieres else ""

    def sous(self, composants: Sequence[str], numero: int, sous: int = 1) -> str:
        """One subcomponent of a repetition, unescaped."""
        if numero > len(composants):
            return ""
        parties = composants[numero - 1].split(self.separateurs[3])
        return self._clair(parties[sous - 1]).strip() if sous <= len(parties) else ""

    def _clair(self, texte: str) -> str:
        fuite = self.separateurs[2]
        if fuite not in texte:
            return texte
        lettres = {"F": self.separateurs[4], "S": self.separateurs[0], "R": self.separateurs[1]}
        lettres |= {"T": self.separateurs[3], "E": fuite}
        motif = re.compile(f"{re.escape(fuite)}([A-Z]){re.escape(fuite)}")
        return motif.sub(lambda trouve: lettres.get(trouve[1], ""), texte)


class Message(Discreet, frozen=True):
    """One message. `ligne` is that of its MSH."""

    HIDDEN: ClassVar[frozenset[str]] = frozenset({"segments"})

    ligne: int
    segments: Sequence[Segment]

    def segment(self, nom: str) -> Segment | None:
        """The first segment of that name."""
        return next(self.tous(nom), None)

    def tous(self, nom: str) -> Iterator[Segment]:
        """The segments of that name."""
        return (segment for segment in self.segments if segment.nom == nom)

    @property
    def entete(self) -> Segment:
        """The MSH."""
        return self.segments[0]

    @property
    def type(self) -> str:
        """The kind of message, MSH-9.1."""
        return self.entete.composant(9, 1)

    @property
    def controle(self) -> str:
        """What identifies the message, MSH-10."""
        return self.entete.composant(10, 1)

    @property
    def profils(self) -> frozenset[str]:
        """The profiles that it claims, MSH-21."""
        return frozenset(self.entete.sous(each, 2) for each in self.entete.repetitions(21))


def est_hl7(octets: bytes) -> bool:
    """Whether the beginning of a file is that of a message or of a batch."""
    return _DEBUT.match(octets[:256]) is not None


def lire_hl7(octets: bytes) -> list[Message]:
    """The messages of a file, in order.

    Raises:
        Hl7Refuse: it cannot be read whole; what is wrong, and its line.
    """
    groupes: list[tuple[int, list[tuple[int, bytes]]]] = []
    for ligne, brut in _lignes(octets):
        nom = brut[:3].decode("ascii", "replace")
        if not _NOM.fullmatch(nom):
            message = "cette ligne ne commence pas par un nom de segment (un retour à la ligne dans un champ ?)"
            raise Hl7Refuse(message, ligne)
        if nom == "MSH":
            groupes.append((ligne, []))
            if len(groupes) > bound("messages"):
                message = f"plus de {bound('messages')} messages"
                raise Hl7Refuse(message, ligne)
        if nom in _ENVELOPPES:
            continue
        if not groupes:
            message = f"le segment {nom} vient avant tout en-tête MSH"
            raise Hl7Refuse(message, ligne)
        groupes[-1][1].append((ligne, brut))
    if not groupes:
        message = "l'enveloppe ne porte aucun message"
        raise Hl7Refuse(message, 1)
    return [_message(ligne, segments) for ligne, segments in groupes]


def _lignes(octets: bytes) -> Iterator[tuple[int, bytes]]:
    """The segments, with their physical lines; MLLP frames are taken off."""
    bords = [0, *(trouve.end() for trouve in _FIN.finditer(octets)), len(octets)]
    for ligne, (debut, fin) in enumerate(pairwise(bords), start=1):
        brut = octets[debut:fin].strip(b"\r\n\x0b\x1c \t").removeprefix(b"\xef\xbb\xbf")
        if brut:
            yield ligne, brut


def _message(ligne: int, segments: Sequence[tuple[int, bytes]]) -> Message:
    entete = segments[0][1].decode("latin-1")
    barre = entete[3:4]
    signes = entete[4:].split(barre, 1)[0] if barre else ""
    if (
        not barre
        or barre.isalnum()
        or len(signes) < _SEPARATEURS
        or len({*signes[:_SEPARATEURS], barre}) <= _SEPARATEURS
    ):
        message = "les séparateurs que MSH-1 et MSH-2 annoncent ne sont pas lisibles"
        raise Hl7Refuse(message, ligne)
    separateurs = signes[:_SEPARATEURS] + barre
    codec = _codec(entete.split(barre), signes, ligne)
    trouves = []
    for rang, brut in segments:
        try:
            texte = brut.decode(codec)
        except UnicodeDecodeError:
            message = "des octets ne sont pas ceux de l'encodage que MSH-18 annonce"
            raise Hl7Refuse(message, rang) from None
        champs = texte.split(barre)
        # MSH-1 is the separator itself: the fields after it are one further than they seem.
        suite = [barre, *champs[1:]] if champs[0] == "MSH" else champs[1:]
        trouves.append(Segment(champs[0], suite, separateurs))
    return Message(ligne, trouves)


def _codec(champs: Sequence[str], signes: str, ligne: int) -> str:
    """The encoding of MSH-18, the first where there are several."""
    rang = 17  # MSH-18, once cut: MSH-1 is not a cell
    annonce = champs[rang].split(signes[1])[0].strip() if len(champs) > rang else ""
    codec = conventions()["hl7"]["codages"].get(annonce.upper())
    if codec is None:
        message = "l'encodage que MSH-18 annonce n'est pas connu de duicheck (UNICODE UTF-8, 8859/1 ou 8859/15)"
        raise Hl7Refuse(message, ligne)
    return str(codec)
