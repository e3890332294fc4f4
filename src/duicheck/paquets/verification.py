"""Whether the files of a pack are still those that the lock file pins."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from duicheck.model import FichierPaquet, Paquet
from duicheck.paquets.digests import digest, digest_of_set

__all__ = ["differences"]


def differences(paquet: Paquet) -> list[str]:
    """Each difference as a French sentence without its full stop; empty: none."""
    return list(_differences(paquet))


def _differences(paquet: Paquet) -> Iterator[str]:
    if not paquet.dossier.is_dir():
        yield f"son dossier {paquet.dossier} n'est plus là"
        return
    pinned = {}
    for contenu in paquet.contenus:
        if digest_of_set((each.chemin, each.sha256) for each in contenu.fichiers) != contenu.sha256:
            yield f"{contenu.contenu} : le verrou se contredit, les empreintes de ses fichiers ne donnent pas la sienne"
        pinned.update({each.chemin: each for each in contenu.fichiers})
    try:
        there = set(_walk(paquet.dossier))
    except OSError as error:
        yield f"son dossier ne peut pas être lu ({error.strerror})"
        return
    for chemin, each in sorted(pinned.items()):
        what = _changed(paquet.dossier / chemin, each) if chemin in there else "absent"
        if what is not None:
            yield f"{chemin} : {what}"
    for chemin in sorted(there - pinned.keys()):
        yield f"{chemin} : ajouté"


def _changed(path: Path, pinned: FichierPaquet) -> str | None:
    """What became of one file; None: nothing."""
    try:
        if path.is_symlink():
            return "remplacé par un lien"
        same = path.stat().st_size == pinned.octets and digest(path) == pinned.sha256
    except OSError as error:
        return f"illisible ({error.strerror})"
    return None if same else "modifié"


def _walk(folder: Path) -> Iterator[str]:
    def stop(error: OSError) -> None:
        raise error

    for root, _, names in os.walk(folder, onerror=stop):
        for name in names:
            yield Path(root, name).relative_to(folder).as_posix()
