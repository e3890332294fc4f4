"""Doing the check again with the texts of the pack, on the files that were checked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from duicheck.errors import DeliveryError, RulebookError, UsageError
from duicheck.harness import Options, check
from duicheck.langue import _
from duicheck.preuve.content import books_of
from duicheck.preuve.names import RAPPORT
from duicheck.preuve.outcome import Etape, Etat, Verification
from duicheck.preuve.packing import digest_inputs
from duicheck.preuve.pointers import differences
from duicheck.preuve.reading import shown
from duicheck.report import to_bytes

if TYPE_CHECKING:
    from duicheck.bundle import Delivery
    from duicheck.bundle.reading import Progress
    from duicheck.preuve.pack import Against, Pack
    from duicheck.preuve.tools import Tools

__all__ = ["verify_replay"]

_FINESS: Final = "finess"
"""What the extract of a machine is called among the contents of packs."""
_DIGITS: Final = 12
"""Enough of a digest to tell packs apart."""
_SHOWN: Final = 20
"""Differences that are named; the others are counted."""


class _NotThese(Exception):  # noqa: N818 -- ends a check that would be of other files
    """The inputs are not those of the pack."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__()
        self.sentences = sentences


def verify_replay(
    pack: Pack, tools: Tools, against: Against, found: Verification, progress: Progress | None = None
) -> None:
    """Add what the inputs and the replay say to the verification.

    Raises:
        DeliveryError: there is nothing at the place of the inputs.
    """
    if against.entrees is None:
        said = _("les fichiers contrôlés n'ont pas été donnés (--entrees LIVRAISON)")
        found.say(Etape.ENTREES, Etat.NON_DEMANDE, said)
        found.say(Etape.REJEU, Etat.NON_DEMANDE, _("le contrôle n'a donc pas été rejoué"))
        return
    if not against.entrees.exists():
        message = f"--entrees : {against.entrees} n'existe pas ; donnez le dossier, le zip ou le fichier contrôlé"
        raise DeliveryError(message)
    if not _same_precedent(pack, against, found):
        return
    if tools.plugins is None:
        _digest_only(pack, against, found)
        if not found.altered:
            found.say(Etape.REJEU, Etat.NON_VERIFIE, _("le contrôle ne peut pas être rejoué ici"), *tools.missing)
        return
    with TemporaryDirectory(prefix="duicheck-", ignore_cleanup_errors=True) as folder:
        try:
            books = books_of(pack, Path(folder))
            options = _options(pack, against)
            report = check(
                against.entrees, tools.plugins, options, progress, books=books, opened=lambda each: _compare(pack, each)
            )
        except _NotThese as difference:
            found.say(Etape.ENTREES, Etat.ALTERE, *difference.sentences)
            return
        except DeliveryError as error:
            found.say(Etape.ENTREES, Etat.ALTERE, _("la livraison ne s'ouvre pas : {why}").format(why=error))
            return
        except (RulebookError, UsageError) as error:
            state = Etat.ALTERE if tools.same else Etat.NON_VERIFIE
            found.say(Etape.REJEU, state, _("le contrôle ne peut pas être rejoué : {why}").format(why=error))
            return
    _say_inputs(pack, found)
    _judge(pack, tools, report, found)


def _same_precedent(pack: Pack, against: Against, found: Verification) -> bool:
    """Whether the earlier report is the one that the check was given, or none."""
    expected = pack.record.options["precedent"]
    given = against.precedent
    if expected is None and given is None:
        return True
    if expected is None:
        message = "--precedent : le contrôle de cette preuve n'a pas reçu de rapport précédent ; retirez l'option"
        raise UsageError(message)
    if given is None:
        said = _("le contrôle avait reçu le rapport d'une mesure précédente : donnez-le aussi (--precedent RAPPORT)")
        found.say(Etape.REJEU, Etat.NON_VERIFIE, said)
        return False
    try:
        content = given.read_bytes()
    except OSError as error:
        message = f"--precedent : {given} ne peut pas être lu ({error.strerror})"
        raise UsageError(message) from None
    if hashlib.sha256(content).hexdigest() != expected["sha256"]:
        said = _("le rapport précédent donné (--precedent) n'est pas celui que le contrôle a reçu")
        found.say(Etape.ENTREES, Etat.ALTERE, said)
        return False
    return True


def _digest_only(pack: Pack, against: Against, found: Verification) -> None:
    """Compare the inputs where nothing can be replayed."""
    from duicheck.bundle import open_delivery  # noqa: PLC0415 -- the replay opens it by itself

    if against.entrees is None:
        return
    with TemporaryDirectory(prefix="duicheck-", ignore_cleanup_errors=True) as folder:
        try:
            _compare(pack, open_delivery(against.entrees, Path(folder), role=pack.record.options["role"]))
        except _NotThese as difference:
            found.say(Etape.ENTREES, Etat.ALTERE, *difference.sentences)
        except DeliveryError as error:
            found.say(Etape.ENTREES, Etat.ALTERE, _("la livraison ne s'ouvre pas : {why}").format(why=error))
        else:
            _say_inputs(pack, found)


def _say_inputs(pack: Pack, found: Verification) -> None:
    said = _("les {count} fichiers donnés sont, à l'octet près, ceux qui ont été contrôlés")
    found.say(Etape.ENTREES, Etat.VERIFIE, said.format(count=len(pack.record.entrees)))


def _compare(pack: Pack, delivery: Delivery) -> None:
    """Name every input that is missing, changed or extra.

    Raises:
        _NotThese: there is one.
    """
    expected, given = (_by_name(each) for each in (pack.record.entrees, digest_inputs(delivery)))
    wrong = []
    for key, digest in expected.items():
        words = {"name": shown(key[1]), "role": shown(key[0])}
        if key not in given:
            wrong.append(_("« {name} » ({role}) : ce fichier contrôlé manque").format(**words))
        elif given[key] != digest:
            wrong.append(_("« {name} » ({role}) : ce fichier n'est plus celui qui a été contrôlé").format(**words))
    for role, name in given.keys() - expected.keys():
        wrong.append(
            _("« {name} » ({role}) : ce fichier n'était pas dans la livraison contrôlée").format(
                name=shown(name), role=shown(role)
            )
        )
    if wrong:
        raise _NotThese(wrong)


def _by_name(entries: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], str]:
    return {(each["role"], each["chemin"]): each["sha256"] for each in entries}


def _options(pack: Pack, against: Against) -> Options:
    said = pack.record.options
    return Options(
        texte=said["texte"],
        date_mesure=said["date_mesure"] and date.fromisoformat(said["date_mesure"]),
        premiere_mesure=said["premiere_mesure"],
        phase=said["phase"],
        hypotheses=said["hypotheses"],
        role=said["role"],
        date_du_jour=said["date_du_jour"] and date.fromisoformat(said["date_du_jour"]),
        mode=said["mode"],
        etape=said.get("etape"),
        precedent=against.precedent,
        moteur=said["moteur"],
    )


def _judge(pack: Pack, tools: Tools, report: Mapping[str, Any], found: Verification) -> None:
    if to_bytes(report) == pack.files[RAPPORT]:
        found.say(
            Etape.REJEU, Etat.VERIFIE, _("rejoué, le contrôle donne les mêmes octets de rapport.json"), *tools.others
        )
        return
    unlike = list(differences(pack.report, report))
    named = [
        _("{pointer} : le paquet dit {said}, le contrôle rejoué donne {so}").format(pointer=pointer, said=said, so=so)
        for pointer, said, so in unlike[:_SHOWN]
    ]
    if len(unlike) > _SHOWN:
        named.append(_("et {count} autres différences").format(count=len(unlike) - _SHOWN))
    if pack.report.get("paquets") != report.get("paquets"):
        said = _("les paquets de règles installés ici ne sont pas ceux du contrôle : rejoué, il donne un autre rapport")
        found.say(Etape.REJEU, Etat.NON_VERIFIE, said, *_to_install(pack.report, report), *tools.others, *named)
        return
    if tools.same:
        found.say(Etape.REJEU, Etat.ALTERE, *named)
        return
    known = ("/duicheck/version", "/plugins/")
    if all(pointer.startswith(known) for pointer, _said, _so in unlike):
        said = _("rejoué avec d'autres versions, le contrôle donne le même rapport, à leurs numéros près")
    else:
        said = _("rejoué avec d'autres versions, le contrôle donne un autre rapport : elles peuvent en être la cause")
    found.say(Etape.REJEU, Etat.NON_VERIFIE, said, *tools.others, *named)


def _to_install(kept: Mapping[str, Any], report: Mapping[str, Any]) -> Iterator[str]:
    """The command for each pack that must be put here, or taken away, for the same check to be made."""
    then, now = ({each["nom"]: each for each in one.get("paquets", ())} for one in (kept, report))
    for name, pack in then.items():
        if now.get(name) == pack:
            continue
        words = {"name": shown(name), "origin": shown(pack["origine"]), "digest": shown(pack["source"][:_DIGITS])}
        if any(each["contenu"] == _FINESS for each in pack["contenus"]):
            yield _(
                "le contrôle s'est servi de l'extrait FINESS « {origin} » (SHA-256 {digest}…) : "
                "« duicheck finess charger FICHIER » le charge"
            ).format(**words)
        else:
            yield _(
                "le contrôle s'est servi du paquet « {name} », de « {origin} » (SHA-256 {digest}…) : "
                "« duicheck packs add DOSSIER_OU_ZIP --nom {name} » l'installe"
            ).format(**words)
    for name in now.keys() - then.keys():
        if all(each["contenu"] != _FINESS for each in now[name]["contenus"]):
            said = _("le contrôle n'avait pas de paquet « {name} » : « duicheck packs remove {name} » l'ôte")
            yield said.format(name=shown(name))
