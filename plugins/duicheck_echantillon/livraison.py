"""Writing a sample: a correct delivery of any size, as a stream, the same bytes for the same seed everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

from duicheck.errors import UsageError
from duicheck.rulebook import Rulebook, load_rulebook, shipped_rulebooks
from duicheck_echantillon.defauts import DEFAUTS, planter
from duicheck_echantillon.hasard import Hasard
from duicheck_echantillon.numeros import Pseudonymes, finess, siren
from duicheck_echantillon.periode import Periode, decalages, mesure_par_defaut
from duicheck_echantillon.personnes import Groupe, Personne, Reglages, composer
from duicheck_echantillon.vies import PAR_PERSONNE, Evenement, Vie

__all__ = ["Progres", "generate"]

Progres = Callable[[int, int], None]
"""Called with how many events are written, and how many will be."""

_PAR_DEFAUT = 12  # events per person
_PAQUET = 20_000  # events put in the order of time together, so that memory stays bounded
_MORCEAU = 1_000  # events of one person made at a time
_MAXIMUM = 10**8
_INDICATEURS = "finess_et,indicateur,periode_debut,periode_fin,numerateur,denominateur,taux,date_extraction"
_JOURNAL = "id_evenement,horodatage,finess_et,id_dossier,type,etat,id_objet,date_evenement,canal,auteur"
_REGISTRE = "id_personne,id_dossier,finess_et,date_entree,date_sortie,projet_possible"
_FICHIERS = ("indicateurs", "journal", "registre")


def generate(  # noqa: PLR0913 -- the options of `duicheck sample`
    folder: Path,
    *,
    seed: int,
    esms: int,
    personnes: int,
    evenements: int | None = None,
    texte: str = "2025-40",
    date_mesure: date | None = None,
    defaut: str | None = None,
    progres: Progres | None = None,
) -> None:
    """Write an invented delivery that is right, or right but for one named defect.

    Args:
        folder: where to write; created, or empty.
        seed: the same seed and arguments give the same bytes.
        esms: how many establishments.
        personnes: how many persons in all; at least one per establishment.
        evenements: how many events in all, at most 10⁸; 12 per person where unsaid, at least 8.
        texte: the text that governs the project.
        date_mesure: the day of the measure; one that suits the text where unsaid.
        defaut: the rule whose defect is planted.
        progres: told how far the log is.

    Raises:
        UsageError: an argument that cannot be, an unknown text or defect, a folder that holds something.
    """
    livre = _texte(texte)
    mesure = date_mesure or mesure_par_defaut(livre)
    if defaut is not None and defaut not in DEFAUTS:
        message = f"défaut « {defaut} » inconnu ; défauts connus : {', '.join(sorted(DEFAUTS))}"
        raise UsageError(message)
    voulus = personnes * _PAR_DEFAUT if evenements is None else evenements
    _verifier(esms, personnes, voulus)
    try:
        periode = Periode.du_texte(livre, mesure)
        date.fromordinal(periode.journal_debut - 4000)
    except (ValueError, OverflowError) as error:
        message = f"la date de mesure {mesure} est hors de tout calendrier"
        raise UsageError(message) from error
    reglages = DEFAUTS[defaut].reglages if defaut else Reglages()
    with _dossier(folder) as provisoire:
        ecrire = _Echantillon(livre, mesure, periode, Hasard(seed), reglages, progres)
        ecrire.tout(provisoire, esms, personnes, voulus)
        if defaut:
            planter(defaut, provisoire, livre, mesure)


def _texte(nom: str) -> Rulebook:
    livres = {livre.id: livre for livre in map(load_rulebook, shipped_rulebooks())}
    if nom not in livres:
        message = f"texte « {nom} » inconnu ; textes connus : {', '.join(sorted(livres))}"
        raise UsageError(message)
    return livres[nom]


def _verifier(esms: int, personnes: int, evenements: int) -> None:
    if esms < 1:
        message = "il faut au moins un établissement"
    elif personnes < esms:
        message = f"il faut au moins une personne par établissement : {personnes} pour {esms}"
    elif evenements < personnes * PAR_PERSONNE:
        message = f"il faut au moins {PAR_PERSONNE} événements par personne : {evenements} pour {personnes}"
    elif evenements > _MAXIMUM:
        message = f"il faut au plus {_MAXIMUM} événements"
    else:
        return
    raise UsageError(message)


@contextmanager
def _dossier(folder: Path) -> Iterator[Path]:
    """A folder beside the one asked for, which takes its place when all is written and goes away otherwise."""
    import shutil  # noqa: PLC0415
    import tempfile  # noqa: PLC0415

    try:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            message = f"« {folder} » existe et n'est pas un dossier vide : choisissez-en un autre"
            raise UsageError(message)
        folder.mkdir(parents=True, exist_ok=True)
        provisoire = Path(tempfile.mkdtemp(prefix=".echantillon-", dir=folder))
    except OSError as error:
        message = f"« {folder} » ne peut pas être écrit : {error.strerror}"
        raise UsageError(message) from error
    try:
        yield provisoire
        for fichier in sorted(provisoire.iterdir()):
            fichier.replace(folder / fichier.name)
    except OSError as error:
        message = f"l'échantillon ne peut pas être écrit dans « {folder} » : {error.strerror}"
        raise UsageError(message) from error
    finally:
        shutil.rmtree(provisoire, ignore_errors=True)


@dataclass(slots=True)
class _Echantillon:
    """One sample being written."""

    livre: Rulebook
    mesure: date
    periode: Periode
    hasard: Hasard
    reglages: Reglages
    progres: Progres | None
    noms: dict[str, Pseudonymes] = field(init=False)

    def __post_init__(self) -> None:
        self.noms = {initiale: Pseudonymes(initiale, self.hasard) for initiale in "PDEO"}

    def tout(self, dossier: Path, esms: int, personnes: int, evenements: int) -> None:
        """The manifest, then the three tables, establishment by establishment."""
        _ecrire(dossier / "livraison.toml", self._manifeste())
        numeros = finess(self.hasard)
        faits = 0
        with (
            _ouvrir(dossier / "indicateurs.csv", _INDICATEURS) as export,
            _ouvrir(dossier / "journal.csv", _JOURNAL) as journal,
            _ouvrir(dossier / "registre.csv", _REGISTRE) as registre,
        ):
            for rang in range(esms):
                nombre = personnes * (rang + 1) // esms - personnes * rang // esms
                groupe = self._groupe(next(numeros), nombre)
                registre.writelines(self._sejours(groupe))
                total = evenements * (rang + 1) // esms - faits
                self._journal(groupe, total, journal, (faits, evenements))
                faits += total
                export.writelines(self._export(groupe))

    def _groupe(self, numero: str, nombre: int) -> Groupe:
        cibles = {code: self.livre.get(f"cible_{code}") for code in self.livre["indicateurs"]}
        noms = (self.noms["P"], self.noms["D"])
        groupe = composer(numero, nombre, cibles, self.periode, self.hasard, noms, self.reglages)
        groupe.comptes = dict.fromkeys(("mssante", "eprescription", "eparcours"), 0)
        return groupe

    def _journal(self, groupe: Groupe, total: int, journal: IO[str], avancee: tuple[int, int]) -> None:
        """The events of an establishment, in the order of time within each packet."""
        vie = Vie(groupe, self.periode, self.hasard, self.noms["O"])
        heures = decalages(groupe.finess, self.livre["fuseaux"], self.periode)
        paquet: list[Evenement] = []
        reste, ecrits = total, 0
        for rang, personne in enumerate(groupe.personnes):
            part = reste // (len(groupe.personnes) - rang)
            reste -= part
            for morceau in self._morceaux(vie, personne, part):
                paquet += morceau
                if len(paquet) >= _PAQUET:
                    ecrits += self._vider(paquet, heures, journal)
                    if self.progres:
                        self.progres(avancee[0] + ecrits, avancee[1])
        ecrits += self._vider(paquet, heures, journal)
        if self.progres:
            self.progres(avancee[0] + ecrits, avancee[1])

    @staticmethod
    def _morceaux(vie: Vie, personne: Personne, part: int) -> Iterator[list[Evenement]]:
        """The events of one person, in lists of bounded length; the decisions are in the first one."""
        yield vie.evenements(personne, min(part, _MORCEAU))
        for fait in range(_MORCEAU, part, _MORCEAU):
            yield vie.suite(personne, min(part - fait, _MORCEAU))

    def _vider(self, paquet: list[Evenement], heures: dict[int, str], journal: IO[str]) -> int:
        paquet.sort()
        suivant = self.noms["E"].suivant
        journal.writelines(
            f"{suivant()},{heures[jour].format(_HEURES[seconde // 60] + _SECONDES[seconde % 60])},{suite}\n"
            for jour, seconde, suite in paquet
        )
        ecrits = len(paquet)
        paquet.clear()
        return ecrits

    def _sejours(self, groupe: Groupe) -> Iterator[str]:
        for personne in groupe.personnes:
            for entree, sortie in personne.sejours:
                jours = (date.fromordinal(entree).isoformat(), date.fromordinal(sortie).isoformat() if sortie else "")
                possible = "true" if personne.projet_possible else "false"
                dossier = personne.id_dossier or ""
                yield f"{personne.id_personne},{dossier},{groupe.finess},{','.join(jours)},{possible}\n"

    def _export(self, groupe: Groupe) -> Iterator[str]:
        """The rows of an establishment: its decisions counted, and the counters of its events."""
        actifs = groupe.nombre(lambda personne: personne.actif)
        possibles = groupe.nombre(lambda personne: personne.accompagnee and personne.projet_possible)
        tout = self.livre.hypotheses["agenda"].default == "tout_evenement"
        comptes: dict[str, tuple[int, int | None]] = {
            "dossiers_actifs": (actifs, groupe.nombre(lambda personne: personne.accompagnee)),
            "projet_personnalise": (groupe.nombre(lambda personne: personne.projet), actifs),
            "evenement_agenda": (actifs if tout else groupe.nombre(lambda personne: personne.agenda), actifs),
            "mssante": (groupe.comptes["mssante"], possibles),
            "dmp": (groupe.nombre(lambda personne: personne.dmp), possibles),
            "eprescription": (groupe.comptes["eprescription"], None),
            "eparcours": (groupe.comptes["eparcours"], None),
        }
        jours = f"{date.fromordinal(self.periode.debut)},{date.fromordinal(self.periode.fin)}"
        for code in self.livre["indicateurs"]:
            numerateur, denominateur = comptes[code]
            if code in self.livre.get("indicateurs_simples_comptes", ()) or denominateur is None:
                chiffres = f"{numerateur},,"
            else:
                chiffres = f"{numerateur},{denominateur},{_taux(numerateur, denominateur)}"
            yield f"{groupe.finess},{code},{jours},{chiffres},{self.periode.extraction}\n"

    def _manifeste(self) -> str:
        fichiers = "".join(f'\n[[fichiers]]\nrole = "{role}"\nchemin = "{role}.csv"\n' for role in _FICHIERS)
        phase = 'phase = "projet"\n' if self.livre.get("phases") else ""
        return (
            f'format = 1\ntexte = "{self.livre.id}"\ndate_mesure = {self.mesure}\npremiere_mesure = false\n{phase}'
            f'\n[editeur]\nnom = "Éditeur inventé"\nsiren = "{siren(self.hasard)}"\n'
            f'\n[solution]\nnom = "DUI inventé"\nversion = "1.0"\n{fichiers}'
        )


_HEURES = tuple(f"{minute // 60:02}:{minute % 60:02}:" for minute in range(24 * 60))
_SECONDES = tuple(f"{seconde:02}" for seconde in range(60))


def _taux(numerateur: int, denominateur: int) -> str:
    """The rate in percent, two decimals, halves up; exact integers."""
    if not denominateur:
        return ""
    centiemes = (20_000 * numerateur + denominateur) // (2 * denominateur)
    return f"{centiemes // 100}.{centiemes % 100:02}"


@contextmanager
def _ouvrir(chemin: Path, titres: str) -> Iterator[IO[str]]:
    """A CSV file with its headings; one kind of line end on every system."""
    with chemin.open("w", encoding="utf-8", newline="\n") as fichier:
        fichier.write(titres + "\n")
        yield fichier


def _ecrire(chemin: Path, texte: str) -> None:
    chemin.write_text(texte, encoding="utf-8", newline="\n")
