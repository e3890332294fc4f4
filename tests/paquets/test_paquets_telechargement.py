"""Fetching from a server that misbehaves: a whole file or none, in bounded time, and why in French."""

from __future__ import annotations

import hashlib
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import serveur_malveillant as mal
from outils_paquets import PACKAGE, SOLUTIONS, zipped

from duicheck.errors import PackError
from duicheck.paquets.addresses import checked, redirected
from duicheck.paquets.download import Limits, fetch
from duicheck.paquets.lock import read_lock
from duicheck.paquets.pulling import pull

FAST = Limits(total=5.0, connect=1.0, read=0.5, attempts=3, pause=0.0)
SHORT = Limits(total=0.4, connect=1.0, read=2.0, attempts=3, pause=0.0)


@pytest.fixture
def scene(monkeypatch: pytest.MonkeyPatch) -> Iterator[mal.Server]:
    monkeypatch.setenv("DUICHECK_HTTP_LOCAL", "1")
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    found = mal.Server()
    server = mal.start(found)
    yield found
    found.stop.set()
    server.shutdown()
    server.server_close()


def refused(scene: mal.Server, folder: Path, limits: Limits = FAST, **more) -> str:
    with pytest.raises(PackError) as caught:
        fetch(scene.url, folder, limits=limits, sleep=lambda _: None, **more)
    words = str(caught.value)
    assert "\n" not in words
    return words


def fetched(scene: mal.Server, folder: Path, limits: Limits = FAST, **more) -> bytes:
    return fetch(scene.url, folder, limits=limits, sleep=lambda _: None, **more).read_bytes()


def test_a_good_server(scene: mal.Server, tmp_path: Path) -> None:
    seen: list[tuple[int, int | None]] = []
    digest = hashlib.sha256(scene.content).hexdigest()
    found = fetched(scene, tmp_path, expected=digest.upper(), progress=lambda done, size: seen.append((done, size)))
    assert found == scene.content
    assert seen[-1] == (len(scene.content), len(scene.content))
    (asked,) = scene.asked
    assert asked.headers["accept-encoding"] == "identity"
    assert "authorization" not in asked.headers


def test_an_empty_file_is_a_file(scene: mal.Server, tmp_path: Path) -> None:
    scene.content = b""
    assert fetched(scene, tmp_path) == b""


def test_a_cut_is_resumed_where_it_was(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.cut(12_345), mal.whole]
    assert fetched(scene, tmp_path) == scene.content
    assert scene.asked[1].headers["range"] == "bytes=12345-"
    assert scene.asked[1].headers["if-range"] == '"v1"'


def test_a_cut_is_resumed_by_the_next_command(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.cut(100)]
    words = refused(scene, tmp_path, Limits(total=5.0, attempts=1))
    assert "arrivé tronqué (100 octets sur 35000)" in words
    assert "100 octets sont gardés" in words
    scene.plan = [mal.whole]
    assert fetched(scene, tmp_path) == scene.content
    assert scene.asked[-1].headers["range"] == "bytes=100-"


def test_a_file_that_changed_meanwhile_starts_over(scene: mal.Server, tmp_path: Path) -> None:
    def other(handler: mal.Handler) -> None:
        scene.etag, scene.content = '"v2"', b"autre" * 1000
        mal.whole(handler)

    scene.plan = [mal.cut(100), other]
    assert fetched(scene, tmp_path) == b"autre" * 1000


@pytest.mark.parametrize("answer", [mal.no_ranges, mal.wrong_range, mal.status(416)])
def test_a_server_that_cannot_resume(scene: mal.Server, tmp_path: Path, answer) -> None:
    scene.plan = [mal.cut(100), answer, mal.whole]
    assert fetched(scene, tmp_path) == scene.content


@pytest.mark.parametrize(("etag", "modified"), [(None, None), ('W/"faible"', "Mon, 01 Jan 2024 00:00:00 GMT")])
def test_without_a_strong_validator_nothing_is_glued(
    scene: mal.Server, tmp_path: Path, etag: str | None, modified: str | None
) -> None:
    scene.etag, scene.modified = etag, modified
    scene.plan = [mal.cut(100), mal.whole]
    assert fetched(scene, tmp_path) == scene.content
    assert "range" not in scene.asked[1].headers


def test_a_date_of_change_will_do(scene: mal.Server, tmp_path: Path) -> None:
    scene.etag, scene.modified = None, "Mon, 01 Jan 2024 00:00:00 GMT"
    scene.plan = [mal.cut(100), mal.whole]
    assert fetched(scene, tmp_path) == scene.content
    assert scene.asked[1].headers["if-range"] == scene.modified


def test_what_was_kept_of_another_address_is_not_used(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.cut(100)]
    refused(scene, tmp_path, Limits(total=5.0, attempts=1))
    (notes,) = tmp_path.glob("*.json")
    notes.write_text(json.dumps({"url": "https://ailleurs", "validateur": '"v1"'}), encoding="utf-8")
    scene.plan = [mal.whole]
    assert fetched(scene, tmp_path) == scene.content
    assert "range" not in scene.asked[-1].headers


def test_the_wrong_digest(scene: mal.Server, tmp_path: Path) -> None:
    words = refused(scene, tmp_path, expected="0" * 64)
    assert "n'a pas l'empreinte attendue" in words
    assert hashlib.sha256(scene.content).hexdigest() in words
    assert list(tmp_path.iterdir()) == []
    assert len(scene.asked) == 1


@pytest.mark.parametrize("code", [500, 502, 503, 504, 429])
def test_a_server_that_breaks_down_and_comes_back(scene: mal.Server, tmp_path: Path, code: int) -> None:
    scene.plan = [mal.status(code), mal.status(code), mal.whole]
    assert fetched(scene, tmp_path) == scene.content


def test_a_server_that_stays_down(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.status(503)]
    assert "en panne ou surchargé (réponse 503) (3 essais)" in refused(scene, tmp_path)
    assert len(scene.asked) == 3


def test_waits_grow_and_are_bounded(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.status(500), mal.status(500), mal.status(503, Retry_After="3600"), mal.whole]
    waits: list[float] = []
    limits = Limits(total=1000.0, attempts=4, pause=1.0, longest_pause=30.0)
    fetch(scene.url, tmp_path, limits=limits, sleep=waits.append)
    assert waits == [1.0, 2.0, 30.0]


def test_no_wait_beyond_the_deadline(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.status(500)]
    with pytest.raises(PackError, match="réponse 500"):
        fetch(scene.url, tmp_path, limits=Limits(total=5.0, pause=60.0, longest_pause=60.0))
    assert len(scene.asked) == 1


@pytest.mark.parametrize(
    ("code", "words"), [(404, "pas de fichier"), (401, "mot de passe"), (403, "refusé"), (410, "n'est plus")]
)
def test_what_another_attempt_would_not_change(scene: mal.Server, tmp_path: Path, code: int, words: str) -> None:
    scene.plan = [mal.status(code)]
    said = refused(scene, tmp_path)
    assert words in said
    assert str(code) in said
    assert len(scene.asked) == 1


def test_a_length_that_lies(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.announced(len(scene.content) + 1)]
    assert "tronqué" in refused(scene, tmp_path)
    scene.plan = [mal.announced(10)]
    assert "empreinte" in refused(scene, tmp_path / "b", expected=hashlib.sha256(scene.content).hexdigest())


def test_too_big_by_its_own_words(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.announced(10**12)]
    assert "dépasse" in refused(scene, tmp_path, Limits(size=2**20, total=5.0))
    assert len(scene.asked) == 1


def test_too_big_without_a_word(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.endless]
    assert "dépasse 1 Mio" in refused(scene, tmp_path, Limits(size=2**20, total=5.0))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("act", [mal.drip, mal.drip_headers])
def test_a_slow_drip_is_cut_at_the_deadline(scene: mal.Server, tmp_path: Path, act) -> None:
    scene.plan = [act]
    started = time.monotonic()
    assert "trop lent" in refused(scene, tmp_path, SHORT)
    assert time.monotonic() - started < 2.0


def test_a_silent_server(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.silent]
    words = refused(scene, tmp_path, Limits(total=5.0, read=0.1, attempts=2, pause=0.0))
    assert "le serveur ne répond plus (2 essais)" in words


def test_a_content_encoding_is_never_decoded(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.bomb]
    assert "comprimé (gzip)" in refused(scene, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("act", [mal.broken_chunks, mal.nonsense])
def test_half_an_answer(scene: mal.Server, tmp_path: Path, act) -> None:
    scene.etag = None
    scene.plan = [act]
    assert "coupée" in refused(scene, tmp_path)


# Where to


def test_a_redirection_is_followed_on_the_same_server(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.status(302, Location="/ailleurs.zip"), mal.whole]
    assert fetched(scene, tmp_path) == scene.content
    assert scene.asked[1].path == "/ailleurs.zip"


@pytest.mark.parametrize(
    "location",
    ["file:///etc/hostname", "ftp://127.0.0.1/x", "http://192.0.2.1/x", "http://127.0.0.1:1/x", "https://x/y"],
)
def test_a_redirection_to_another_scheme_or_server(scene: mal.Server, tmp_path: Path, location: str) -> None:
    scene.plan = [mal.status(302, Location=location)]
    assert "le serveur renvoie vers" in refused(scene, tmp_path)
    assert len(scene.asked) == 1


def test_redirections_without_end(scene: mal.Server, tmp_path: Path) -> None:
    scene.plan = [mal.status(301, Location="/encore")]
    assert "plus de 5 redirections" in refused(scene, tmp_path)


@pytest.mark.parametrize(
    "url",
    [
        "http://exemple.fr/p.zip",
        "ftp://exemple.fr/p.zip",
        "file:///etc/hostname",
        "exemple.fr/p.zip",
        "https://",
        "",
        "https://a:99999/p",
        "https://exemple.fr/a b",
        "https://exemple.fr/\n",
    ],
)
def test_an_address_that_is_not_https(url: str) -> None:
    with pytest.raises(PackError, match=r"https://"):
        checked(url)


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(PackError) as caught:
        checked("https://moi:secret@exemple.fr/p.zip")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("location", "goes"),
    [
        ("https://autre.fr/p", "https://autre.fr/p"),
        ("/p2", "https://exemple.fr/p2"),
        ("http://exemple.fr/p", None),
        ("https://u:p@autre.fr/p", None),
        ("//autre.fr/p", "https://autre.fr/p"),
        ("http:p", None),
    ],
)
def test_where_https_may_redirect(location: str, goes: str | None) -> None:
    if goes is None:
        with pytest.raises(PackError):
            redirected("https://exemple.fr/p", location)
    else:
        assert redirected("https://exemple.fr/p", location) == goes


def test_http_to_this_machine_is_for_tests_only(scene: mal.Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DUICHECK_HTTP_LOCAL")
    with pytest.raises(PackError, match="https"):
        checked(scene.url)


# No server


def free_port() -> int:
    with socket.socket() as each:
        each.bind(("127.0.0.1", 0))
        return int(each.getsockname()[1])


def test_nobody_listens(scene: mal.Server, tmp_path: Path) -> None:
    scene.url = f"http://127.0.0.1:{free_port()}/p.zip"
    assert "le serveur refuse la connexion (3 essais)" in refused(scene, tmp_path)


def test_a_name_that_nobody_knows(scene: mal.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    scene.url = "https://nulle-part.invalid/p.zip"
    words = refused(scene, tmp_path)
    assert words.startswith("nulle-part.invalid : ce nom de serveur est introuvable (DNS)")


def test_a_server_without_tls(scene: mal.Server, tmp_path: Path) -> None:
    scene.url = scene.url.replace("http://", "https://")
    assert "connexion sécurisée est refusée" in refused(scene, tmp_path)


def test_a_proxy_of_the_environment_is_asked(
    scene: mal.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    scene.url = "https://exemple.invalid/p.zip"
    assert "le proxy refuse ou ne répond pas" in refused(scene, tmp_path)


def test_a_netrc_is_not_read(scene: mal.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login moi password secret\n", encoding="utf-8")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    fetched(scene, tmp_path / "ici")
    assert "authorization" not in scene.asked[0].headers


def test_without_requests(scene: mal.Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "duicheck.paquets.connection", None)
    assert "pip install duicheck[reseau]" in refused(scene, tmp_path)


# Fetched and installed


def test_a_pack_is_fetched_pinned_and_held_to_it(scene: mal.Server, tmp_path: Path, home: Path) -> None:
    scene.content = zipped(tmp_path / "p.zip", PACKAGE, "TestContenuCDA-3-0-main/").read_bytes()
    paquet = pull(scene.url, home, limits=FAST)
    (entry,) = read_lock(home)
    assert (paquet.nom, paquet.origine, entry.url) == ("cda", "paquet.zip", scene.url)
    assert entry.archive == hashlib.sha256(scene.content).hexdigest()
    assert pull(scene.url, home, limits=FAST) == paquet
    assert sorted(path.name for path in home.iterdir()) == [paquet.dossier.name, "duicheck-paquets.lock"]

    before = (home / "duicheck-paquets.lock").read_bytes()
    scene.content = zipped(tmp_path / "q.zip", {**PACKAGE, "schematrons/profils/AUTRE.sch": "<x/>"}).read_bytes()
    with pytest.raises(PackError, match=r"empreinte attendue.*donnez la nouvelle empreinte : --sha256"):
        pull(scene.url, home, limits=FAST)
    assert (home / "duicheck-paquets.lock").read_bytes() == before
    again = pull(scene.url, home, limits=FAST, sha256=hashlib.sha256(scene.content).hexdigest())
    assert again.source != paquet.source


def test_a_web_page_is_no_pack(scene: mal.Server, home: Path) -> None:
    scene.content = b"<!doctype html><title>Connexion</title>"
    with pytest.raises(PackError, match=r"paquet\.zip : ce n'est pas une archive zip lisible"):
        pull(scene.url, home, limits=FAST)
    with pytest.raises(PackError, match="une page web, pas une liste"):
        pull(scene.url, home, limits=FAST, solutions=True)
    assert read_lock(home) == []


def test_the_list_of_solutions_may_change(scene: mal.Server, home: Path) -> None:
    scene.content = SOLUTIONS.encode()
    first = pull(scene.url, home, limits=FAST, solutions=True)
    scene.content += b"Autre;Autre;1.0;PH\n"
    second = pull(scene.url, home, limits=FAST, solutions=True)
    assert first.nom == second.nom == "solutions"
    assert first.source != second.source
    assert [each.paquet.nom for each in read_lock(home)] == ["solutions"]


def test_a_digest_that_is_none(home: Path) -> None:
    with pytest.raises(PackError, match="64 chiffres"):
        pull("https://exemple.fr/p.zip", home, sha256="abc")
