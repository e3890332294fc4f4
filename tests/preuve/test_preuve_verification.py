"""Verifying: what was changed is named, what cannot be known is said, and a replay gives the same bytes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from preuve_outils import Built, altered, build, check_of, consistent, judge, light

import duicheck
from duicheck.exits import ExitCode
from duicheck.harness import Options
from duicheck.preuve import tools
from duicheck.preuve.archive import write_zip
from duicheck.preuve.names import LISEZMOI, MANIFESTE, RAPPORT, SIGNATURE, SOMMES
from duicheck.preuve.outcome import Etape, Etat
from duicheck.preuve.pointers import differences
from duicheck.report import to_bytes

ROOT = Path(__file__).parents[2]
PETITE = ROOT / "fixtures" / "livraisons" / "petite"


def changed(built: Built, name: str, change) -> bytes:
    """A pack with one file changed, the zip itself made right again."""
    return write_zip({**built.files, name: change(built.files[name])})


# Untouched


def test_an_untouched_pack_is_coherent_and_proven_by_a_replay(unsigned):
    found = judge(unsigned.data)
    assert (found.code, found.proven) == (ExitCode.CONFORME, False)
    states = {check.etape: check.etat for check in found.checks}
    idle = {Etape.SIGNATURE, Etape.ENTREES, Etape.REJEU}
    assert {etape for etape, etat in states.items() if etat is Etat.NON_DEMANDE} == idle
    assert {etat for etape, etat in states.items() if etape not in idle} == {Etat.VERIFIE}
    found = judge(unsigned.data, entrees=PETITE)
    assert (found.code, found.proven) == (ExitCode.CONFORME, True)
    assert check_of(found, Etape.REJEU).etat is Etat.VERIFIE


def test_the_inputs_may_come_as_a_zip(unsigned, tmp_path):
    archive = Path(shutil.make_archive(str(tmp_path / "livraison"), "zip", PETITE))
    assert judge(unsigned.data, entrees=archive).proven


# One file added, removed, renamed, changed


def test_a_changed_file_is_named(unsigned):
    for name in unsigned.files:
        found = judge(changed(unsigned, name, lambda content: content + b"\n"))
        assert found.code == ExitCode.NON_CONFORME, name
        if name != SOMMES:
            assert f"« {name} » a été modifié" in altered(found)


def test_a_removed_file_is_named(unsigned):
    for name in unsigned.files:
        found = judge(write_zip({each: content for each, content in unsigned.files.items() if each != name}))
        assert found.code == ExitCode.NON_CONFORME
        assert re.search(rf"« {name} » a été retiré|il y manque {name}", altered(found))


def test_an_added_file_is_named(unsigned):
    assert "« bonus.txt » a été ajouté" in altered(judge(write_zip({**unsigned.files, "bonus.txt": b"x"})))


def test_a_renamed_file_is_named_once(unsigned):
    files = dict(unsigned.files)
    files["constats-bis.csv"] = files.pop("constats.csv")
    assert altered(judge(write_zip(files))) == "« constats.csv » a été renommé « constats-bis.csv »"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(data=st.data())
def test_no_byte_of_a_file_may_change_even_in_a_right_zip(signed, data):
    name = data.draw(st.sampled_from(sorted(signed.files)))
    at = data.draw(st.integers(0, len(signed.files[name]) - 1))
    mask = data.draw(st.integers(1, 255))
    found = judge(changed(signed, name, lambda c: c[:at] + bytes([c[at] ^ mask]) + c[at + 1 :]))
    assert found.code == ExitCode.NON_CONFORME
    assert altered(found)


# The lines of MANIFESTE.sha256


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text + text.splitlines(keepends=True)[-1], "ligne 18 : .* y est déjà"),
        (lambda text: "".join(reversed(text.splitlines(keepends=True))), "ligne 2 : les noms ne sont pas en ordre"),
        (lambda text: text.replace("  ", " *", 1), "ligne 1 : il faut une empreinte, deux espaces"),
        (lambda text: text.replace("\n", "\r\n"), "ligne 1 : il faut une empreinte"),
        (lambda text: text[:64].upper() + text[64:], "ligne 1 : il faut une empreinte"),
        (lambda text: text[:-1], "ne finit pas par une fin de ligne"),
        (lambda text: text + "\n", "ligne 18 : il faut"),
        (lambda text: text.replace("rapport.html", "r\u00e9pport.html"), "il faut une empreinte"),
        (lambda text: text.replace("rapport.html", "MANIFESTE.sha256"), "les noms ne sont pas en ordre"),
        (lambda _: "", "ne finit pas"),
        (
            lambda text: text.replace("MANIFESTE.json\n", f"MANIFESTE.json\n{'0' * 64}  MANIFESTE.sha256\n"),
            "ne peut pas",
        ),
    ],
)
def test_a_list_of_digests_has_one_shape(unsigned, change, words):
    found = judge(changed(unsigned, SOMMES, lambda content: change(content.decode("ascii")).encode("latin-1")))
    assert found.code == ExitCode.NON_CONFORME
    assert re.search(words, altered(found))


# A forger writes the inventories again


def forged(built: Built, name: str, content: bytes) -> str:
    found = judge(consistent(built.files, {name: content}))
    assert found.code == ExitCode.NON_CONFORME
    return altered(found)


def test_the_tools_of_a_forger_forge_nothing_when_nothing_changes(unsigned):
    assert consistent(unsigned.files, {}) == unsigned.data


def test_a_page_that_is_not_that_of_the_report(unsigned):
    page = unsigned.files["rapport.html"].replace(b"Conforme", b"CONFORME", 1)
    assert "« rapport.html » n'est pas ce que donne rapport.json" in forged(unsigned, "rapport.html", page)
    said = forged(unsigned, "constats.csv", b"rien\n")
    assert "« constats.csv » n'est pas ce que donne rapport.json" in said
    said = forged(unsigned, LISEZMOI, b"tout va bien\n")
    assert f"« {LISEZMOI} » n'est pas ce que donne rapport.json" in said


def test_a_file_that_no_pack_has(unsigned):
    assert "« bonus.txt » n'a rien à faire dans une preuve" in forged(unsigned, "bonus.txt", b"x")


def test_a_rendering_that_is_neither_there_nor_said_absent(unsigned):
    found = judge(consistent(unsigned.files, {"constats.csv": None}))
    assert "« constats.csv » manque" in altered(found)


def test_a_schema_that_lets_more_through(unsigned):
    name = "schemas/rapport.schema.json"
    said = forged(unsigned, name, b"{}\n")
    assert f"« {name} » n'est pas celui de cette version" in said
    assert "est inutilisable" in forged(unsigned, name, b'{"type": 3}\n')
    assert "est inutilisable" in forged(unsigned, name, b'{"$ref": "https://exemple.fr/ailleurs.json"}\n')
    assert "est inutilisable" in forged(unsigned, name, b'{"$ref": "#"}\n')
    assert "ne suit pas le schéma que le paquet apporte" in forged(unsigned, name, b'{"type": "array"}\n')
    slow = b'{"properties": {"verdict": {"pattern": "^(([a-z_])+.)+[A-Z]([a-z_])+$"}}}\n'
    assert "n'est pas celui de cette version" in forged(unsigned, name, slow)


def test_a_text_that_is_not_the_one_of_the_report(unsigned):
    name = "textes/2025-40.toml"
    said = forged(unsigned, name, unsigned.files[name] + b"# un mot de plus\n")
    assert "n'est pas dans le paquet, ou n'est pas celui-là" in said
    assert "un texte du paquet est inutilisable" in forged(unsigned, name, b"rien\n")
    assert "n'est pas dans le paquet" in altered(judge(consistent(unsigned.files, {name: None})))


def test_a_text_other_than_the_installed_one_is_said_and_is_the_one_that_replays(unsigned):
    """Not the governing one: the report would bear its digest."""
    name = "textes/2023-13.toml"
    found = judge(consistent(unsigned.files, {name: unsigned.files[name] + b"# un mot de plus\n"}), entrees=PETITE)
    assert found.code == ExitCode.INDETERMINE
    assert "2023-13" in check_of(found, Etape.TEXTES).phrases[0]
    assert check_of(found, Etape.REJEU).etat is Etat.VERIFIE


def test_the_pinned_text_is_used_when_the_installed_one_has_changed(unsigned, monkeypatch, tmp_path, plugins):
    from duicheck.preuve import content

    texts = {**content.texts_at_hand(plugins), "2025-40": b"un autre\n"}
    monkeypatch.setattr(content, "texts_at_hand", lambda _plugins: texts)
    found = judge(unsigned.data, entrees=PETITE)
    assert found.code == ExitCode.INDETERMINE
    assert "ce sont ceux du paquet qui servent à rejouer" in check_of(found, Etape.TEXTES).phrases
    assert check_of(found, Etape.REJEU).etat is Etat.VERIFIE


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m.update(verdict="indetermine"), "/verdict : MANIFESTE.json dit"),
        (lambda m: m["duicheck"].update(version="9.9"), "/duicheck/version"),
        (lambda m: m["extensions"].pop(), "/extensions/"),
        (lambda m: m["entrees"][1].update(sha256="0" * 64), "/entrees/0/sha256"),
        (lambda m: m["entrees"].pop(), "/entrees/2 : MANIFESTE.json dit absent"),
        (lambda m: m["commande"].append("--texte"), "/commande/5"),
        (lambda m: m["fichiers"][0].update(sha256="0" * 64), "/fichiers/0/sha256"),
        (lambda m: m["fichiers"].pop(), "/fichiers/"),
        (lambda m: m.update(auteur="moi"), "/auteur : il faut"),
        (lambda m: m.pop("texte"), "il faut une valeur"),
        (lambda m: m["options"].update(mode="dossier"), "/commande/5"),
    ],
)
def test_a_manifest_that_contradicts_the_rest(unsigned, change, words):
    value = json.loads(unsigned.files[MANIFESTE])
    change(value)
    files = {**unsigned.files, MANIFESTE: to_bytes(value)}
    sums = (
        files[SOMMES]
        .decode()
        .replace(*(__import__("hashlib").sha256(each[MANIFESTE]).hexdigest() for each in (unsigned.files, files)))
    )
    found = judge(write_zip({**files, SOMMES: sums.encode()}))
    assert found.code == ExitCode.NON_CONFORME
    assert words in altered(found)


@pytest.mark.parametrize("name", [RAPPORT, MANIFESTE])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{}", "n'est pas écrit comme duicheck"),
        (b"[]\n", "n'est pas écrit comme duicheck"),
        (b'{\n  "a": 1,\n  "a": 1\n}\n', "n'est pas écrit comme duicheck"),
        (b"{", "n'est pas du JSON"),
        (b"\xff", "n'est pas du JSON"),
        (b'{\n  "a": NaN\n}\n', "n'est pas du JSON"),
        (b'{\n  "a": "\\ud800"\n}\n', "n'est pas du JSON"),
        (b"[" * 100_000, "n'est pas du JSON"),
        (b"{}\n", "il faut"),
    ],
)
def test_a_document_that_is_not_one(unsigned, name, content, words):
    from duicheck.preuve.manifest import sums_of

    files = {**unsigned.files, name: content}
    files[SOMMES] = sums_of({each: files[each] for each in files if each not in {SOMMES, SIGNATURE}})
    found = judge(write_zip(files))
    assert found.code == ExitCode.NON_CONFORME
    assert words in altered(found)


def test_a_manifest_of_a_later_format_is_not_called_altered(unsigned):
    value = json.loads(unsigned.files[MANIFESTE])
    from duicheck.preuve.manifest import sums_of

    files = {**unsigned.files, MANIFESTE: to_bytes({**value, "format": 2})}
    files[SOMMES] = sums_of({each: files[each] for each in files if each != SOMMES})
    found = judge(write_zip(files))
    assert found.code == ExitCode.INDETERMINE
    assert "plus récent" in check_of(found, Etape.MANIFESTE).phrases[0]


# The report against the inputs


def doctored(built: Built, plugins, change) -> bytes:
    """A pack whose every file agrees with a report that no check gave: what only a replay can tell."""
    from duicheck.preuve.manifest import record_in
    from duicheck.preuve.packing import pack

    report = json.loads(built.files[RAPPORT])
    change(report)
    return write_zip(pack(report, record_in(json.loads(built.files[MANIFESTE])), plugins, light(plugins)))


def test_a_better_report_is_found_out_by_the_replay_alone(unsigned, plugins):
    data = doctored(unsigned, plugins, lambda report: report.update(verdict="non_conforme", sous_derogations=True))
    assert judge(data).code == ExitCode.CONFORME, "nothing inside can tell"
    assert not judge(data).proven
    found = judge(data, entrees=PETITE)
    assert found.code == ExitCode.NON_CONFORME
    assert altered(found).splitlines() == [
        '/verdict : le paquet dit "non_conforme", le contrôle rejoué donne "conforme"',
        "/sous_derogations : le paquet dit true, le contrôle rejoué donne false",
    ]


def test_many_differences_are_counted(unsigned, plugins):
    data = doctored(unsigned, plugins, lambda report: report["regles"].clear())
    lines = altered(judge(data, entrees=PETITE)).splitlines()
    assert lines[0].startswith("/regles/0 : le paquet dit absent, le contrôle rejoué donne {")
    assert re.fullmatch(r"et \d+ autres différences", lines[-1])


def test_each_input_that_is_not_the_same_is_named(unsigned, petite):
    (petite / "journal.csv").write_bytes((petite / "journal.csv").read_bytes() + b"\n")
    (petite / "registre.csv").unlink()
    (petite / "duicheck.toml").write_text("format = 1\n", encoding="utf-8")
    found = judge(unsigned.data, entrees=petite)
    assert found.code == ExitCode.NON_CONFORME
    assert sorted(altered(found).splitlines()) == [
        "« duicheck.toml » (configuration) : ce fichier n'était pas dans la livraison contrôlée",
        "« journal.csv » (journal) : ce fichier n'est plus celui qui a été contrôlé",
        "« registre.csv » (registre) : ce fichier contrôlé manque",
    ]
    assert Etape.REJEU not in {check.etape for check in found.checks}


def test_a_delivery_that_no_longer_opens_is_an_alteration(unsigned, petite):
    (petite / "livraison.toml").write_text("rien", encoding="utf-8")
    found = judge(unsigned.data, entrees=petite)
    assert found.code == ExitCode.NON_CONFORME
    assert "la livraison ne s'ouvre pas" in altered(found)


# Another program


def test_another_version_replays_and_says_so(unsigned, monkeypatch):
    for module in (duicheck, tools, __import__("duicheck.harness").harness):
        monkeypatch.setattr(module, "__version__", "99.0")
    found = judge(unsigned.data, entrees=PETITE)
    assert found.code == ExitCode.INDETERMINE
    for etape in (Etape.SCHEMAS, Etape.FORMATS, Etape.REJEU):
        assert check_of(found, etape).etat is Etat.NON_VERIFIE
    said = check_of(found, Etape.REJEU).phrases
    assert "à leurs numéros près" in said[0]
    assert "duicheck 99.0" in said[1]
    assert '/duicheck/version : le paquet dit "0.1.0", le contrôle rejoué donne "99.0"' in said


def test_a_plugin_that_is_not_installed_forbids_the_replay(plugins, unsigned, petite):
    from duicheck.preuve.manifest import record_in
    from duicheck.preuve.packing import pack

    report = json.loads(unsigned.files[RAPPORT])
    report["plugins"].append({"nom": "regionale", "version": "2.0"})
    record = record_in(json.loads(unsigned.files[MANIFESTE]))
    strange = {"nom": "regionale", "distribution": "duicheck-regionale", "version": "2.0"}
    record = replace(record, extensions=[*record.extensions, strange])
    data = write_zip(pack(report, record, plugins, light(plugins)))
    found = judge(data, entrees=PETITE)
    assert found.code == ExitCode.INDETERMINE
    assert check_of(found, Etape.ENTREES).etat is Etat.VERIFIE
    assert "« regionale » (duicheck-regionale 2.0) n'est pas installée" in check_of(found, Etape.REJEU).phrases[1]
    (petite / "journal.csv").unlink()
    assert "manque" in altered(judge(data, entrees=petite))


def test_a_plugin_that_the_pack_does_not_name_is_left_out(tmp_path):
    from duicheck.plugins import load_plugins

    few = load_plugins(disabled=["plausibilite", "echantillon"])
    built = build(PETITE, few, Options())
    found = judge(built.data, entrees=PETITE)
    assert (found.code, found.proven) == (ExitCode.CONFORME, True)


def test_other_rule_packs_are_not_called_an_alteration(unsigned, monkeypatch):
    """A report says which it used; the same check without them gives another one."""
    from duicheck.preuve import replay

    real = replay.check

    def check(*arguments, **named):
        return {**real(*arguments, **named), "paquets": here}

    def used(name: str, content: str) -> dict[str, object]:
        return {"nom": name, "origine": f"{name}.zip", "source": "ab" * 32, "contenus": [{"contenu": content}]}

    here = [used("inventé", "cda-schematrons")]
    monkeypatch.setattr(replay, "check", check)
    found = judge(unsigned.data, entrees=PETITE)
    assert found.code == ExitCode.INDETERMINE
    first, second, *_ = check_of(found, Etape.REJEU).phrases
    assert "les paquets de règles installés ici" in first
    assert "« duicheck packs remove inventé »" in second
    then = {"paquets": [used("cda", "cda-schematrons"), used("finess", "finess"), *here]}
    cda, finess = replay._to_install(then, {"paquets": here})
    assert "« cda.zip » (SHA-256 abababababab…) : « duicheck packs add DOSSIER_OU_ZIP --nom cda »" in cda
    assert "« duicheck finess charger FICHIER »" in finess


# Pointers


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, [("/a", "1", "true")]),
        ({"a": 1}, {"a": 1.0}, [("/a", "1", "1.0")]),
        ({"a/b~": [1, 2]}, {"a/b~": [1, 3, 4]}, [("/a~1b~0/1", "2", "3"), ("/a~1b~0/2", "absent", "4")]),
        ({"a": {}}, {}, [("/a", "{}", "absent")]),
        ([], {}, [("/", "[]", "{}")]),
    ],
)
def test_differences_by_pointer(one, other, expected):
    assert list(differences(one, other)) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(), lambda e: st.lists(e) | st.dictionaries(st.text(), e)
)


@given(JSON, JSON)
def test_there_are_differences_exactly_when_the_bytes_differ(one, other):
    same = json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    assert (not list(differences(one, other))) == same
