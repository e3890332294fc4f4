"""Whether what lies around the report in a pack is what the program draws from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from duicheck.errors import RulebookError
from duicheck.formats import load_schema, validator
from duicheck.langue import _
from duicheck.preuve.names import PDF_SIGNE, RAPPORT, RENDERED, schema_file, texte_file
from duicheck.preuve.outcome import Etape, Etat, Verification
from duicheck.preuve.packing import plain_files, render_all, schemas_used, texts_at_hand, tools_of
from duicheck.preuve.reading import Refused, shown
from duicheck.rulebook import Rulebook, load_rulebook

if TYPE_CHECKING:
    from duicheck.preuve.pack import Against, Pack
    from duicheck.preuve.tools import Tools

__all__ = ["books_of", "verify_content", "verify_schema_of_pack"]

_TEXTES: Final = "textes/"


def verify_schema_of_pack(report: dict[str, Any], files: Mapping[str, bytes]) -> None:
    """Hold a report against the schema that the pack brings; ours is the caller's business.

    A schema that is not ours is read with care: its regular expressions are not run, since some can be made never
    to end.

    Raises:
        Refused: no schema, not one, or it refuses the report.
    """
    name = schema_file("rapport")
    try:
        schema = json.loads(files[name].decode("utf-8"))
        if schema == load_schema("rapport"):
            return
        ours = validator("rapport", part=_without_patterns(schema))
        refused = next(iter(ours.iter_errors(report)), None)
    except KeyError:
        raise Refused(_("le paquet n'a pas le schéma du rapport ({name})").format(name=name)) from None
    except Exception:  # noqa: BLE001 -- whatever a schema made by anybody can raise
        raise Refused(_("le schéma du paquet ({name}) est inutilisable").format(name=name)) from None
    if refused is not None:
        raise Refused(_("le fichier {file} ne suit pas le schéma que le paquet apporte").format(file=RAPPORT))


def _without_patterns(schema: Any) -> Any:  # noqa: ANN401 -- any JSON value
    if isinstance(schema, dict):
        return {
            key: _without_patterns(value)
            for key, value in schema.items()
            if not (key == "pattern" and isinstance(value, str)) and key != "patternProperties"
        }
    return [_without_patterns(each) for each in schema] if isinstance(schema, list) else schema


def verify_content(pack: Pack, tools: Tools, against: Against, found: Verification) -> None:
    """Add what the texts, the schemas and the renderings say to the verification."""
    _verify_texts(pack, tools, found)
    _verify_schemas(pack, tools, found)
    _verify_renderings(pack, tools, against, found)


def books_of(pack: Pack, folder: Path) -> dict[str, Rulebook]:
    """The texts of a pack by id, judged by our schema.

    Args:
        pack: of which the texts are wanted.
        folder: where they may be written; the caller removes it.

    Raises:
        RulebookError: one cannot be used.
    """
    books = {}
    for name, content in pack.files.items():
        if name.startswith(_TEXTES):
            path = folder / name.removeprefix(_TEXTES).replace("/", "_")
            path.write_bytes(content)
            book = load_rulebook(path, validate=True)
            books[book.id] = book
    return books


def _verify_texts(pack: Pack, tools: Tools, found: Verification) -> None:
    from tempfile import TemporaryDirectory  # noqa: PLC0415 -- one use

    texte = pack.report["texte"]
    with TemporaryDirectory(prefix="duicheck-", ignore_cleanup_errors=True) as folder:
        try:
            books = books_of(pack, Path(folder))
        except RulebookError as error:
            state = Etat.ALTERE if tools.same else Etat.NON_VERIFIE
            found.say(
                Etape.TEXTES, state, _("un texte du paquet est inutilisable : {why}").format(why=shown(str(error)))
            )
            return
    names = {name for name in pack.files if name.startswith(_TEXTES)}
    applied = books.get(texte["id"])
    if names != {texte_file(name) for name in books} or applied is None or applied.sha256 != texte["sha256"]:
        sentence = _("le texte que le rapport dit appliquer ({id}) n'est pas dans le paquet, ou n'est pas celui-là")
        found.say(Etape.TEXTES, Etat.ALTERE, sentence.format(id=shown(texte["id"])))
        return
    installed = texts_at_hand(tools.plugins) if tools.plugins else {}
    unlike = [name for name in books if installed.get(name) != pack.files[texte_file(name)]]
    if unlike:
        said = _("ces textes du paquet ne sont pas ceux qui sont installés ici : {names}").format(
            names=", ".join(unlike)
        )
        found.say(Etape.TEXTES, Etat.NON_VERIFIE, said, _("ce sont ceux du paquet qui servent à rejouer"))
        return
    said = _("le texte appliqué, {id}, est celui qui est installé ; les autres aussi").format(id=texte["id"])
    found.say(Etape.TEXTES, Etat.VERIFIE, said)


def _verify_schemas(pack: Pack, tools: Tools, found: Verification) -> None:
    if not tools.same:
        found.say(Etape.SCHEMAS, Etat.NON_VERIFIE, *_not_the_same(tools))
        return
    expected = {schema_file(name): content for name, content in schemas_used(pack.record).items()}
    there = {name: content for name, content in pack.files.items() if name.startswith("schemas/")}
    wrong = [
        _("« {name} » n'est pas celui de cette version de duicheck").format(name=shown(name))
        for name in sorted({*expected, *there})
        if expected.get(name) != there.get(name)
    ]
    found.settle(Etape.SCHEMAS, wrong, _("ce sont ceux de cette version de duicheck"))


def _verify_renderings(pack: Pack, tools: Tools, against: Against, found: Verification) -> None:
    if not tools.same or tools.plugins is None:
        found.say(Etape.FORMATS, Etat.NON_VERIFIE, *_not_the_same(tools))
        return
    try:
        rendered, absents = render_all(
            pack.report, against.renderers(tools.plugins), [name for name in RENDERED if name in pack.files]
        )
        expected = {**plain_files(pack.report, pack.record), **rendered}
    except Exception:  # noqa: BLE001 -- a report made by hand may be what no check gives
        found.say(Etape.FORMATS, Etat.ALTERE, _("le fichier {file} ne peut pas être mis en forme").format(file=RAPPORT))
        return
    wrong, unknown = [], []
    announced = {each["chemin"] for each in pack.record.absents}
    why = {each["chemin"]: each["raison"] for each in absents}
    for name in [*plain_files(pack.report, pack.record), *RENDERED]:
        content = pack.files.get(name)
        if content is None:
            if name not in announced:
                wrong.append(_("« {name} » manque").format(name=name))
        elif name not in expected:
            unknown.append(_("« {name} » n'a pas été comparé : {why}").format(name=name, why=why[name].rstrip(".")))
        elif content != expected[name]:
            tool, here = pack.record.outils.get(name), tools_of(rendered).get(name)
            if tool == here:
                wrong.append(_("« {name} » n'est pas ce que donne {file}").format(name=name, file=RAPPORT))
            else:
                sentence = _(
                    "« {name} » n'a pas été comparé : il a été fait avec {tool}, et c'est {here} qui est installé"
                )
                unknown.append(sentence.format(name=name, tool=shown(tool or "?"), here=here))
    if pack.record.pades:
        from duicheck.preuve.pades import look_at_pdf  # noqa: PLC0415 -- an extra

        more_wrong, more_unknown = look_at_pdf(pack.files, pack.record.signature)
        wrong += more_wrong
        unknown += more_unknown
    wrong += [
        _("« {name} » n'a rien à faire dans une preuve").format(name=shown(name)) for name in _strangers(pack, expected)
    ]
    state = Etat.ALTERE if wrong else Etat.NON_VERIFIE if unknown else Etat.VERIFIE
    said = _("tous sont, à l'octet près, ce que donne {file}").format(file=RAPPORT)
    found.say(Etape.FORMATS, state, *(wrong + unknown or [said]))


def _strangers(pack: Pack, expected: Mapping[str, bytes]) -> Iterator[str]:
    """Files that no pack has."""
    for name in pack.files:
        known = name in expected or name in RENDERED or name.startswith((_TEXTES, "schemas/", "MANIFESTE."))
        if not known and not (name == PDF_SIGNE and pack.record.pades):
            yield name


def _not_the_same(tools: Tools) -> list[str]:
    sentence = _("non comparés : cela demande le duicheck et les extensions qui ont fait la preuve")
    return [sentence, *tools.others, *tools.missing]
