"""The events of one person: first those that make good what was decided for it, then as many more as asked.

An event is (day, second of the day, the rest of its row); days are ordinals. Every decided event and every further one
keeps the decisions true: a dossier that must not count as updated is not written to in the window, and so on.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from duicheck_echantillon.hasard import Hasard
    from duicheck_echantillon.numeros import Pseudonymes
    from duicheck_echantillon.periode import Periode
    from duicheck_echantillon.personnes import Groupe, Personne

__all__ = ["PAR_PERSONNE", "Evenement", "Vie"]

Evenement = tuple[int, int, str]

PAR_PERSONNE = 8
"""No person needs more events than that for its decisions to hold."""

_AUTEURS = 24
_MATIN, _SOIR = 4 * 3600, 24 * 3600  # clocks change before 4: no event then


class Vie(Struct):
    """Writes the events of the persons of one establishment, and counts what depends on their number alone."""

    groupe: Groupe
    periode: Periode
    hasard: Hasard
    objets: Pseudonymes

    def evenements(self, personne: Personne, nombre: int) -> list[Evenement]:
        """`nombre` events for one person, or the few that its decisions need if these are more."""
        faits: list[Evenement] = []
        self._decides(personne, faits)
        return faits + self.suite(personne, nombre - len(faits))

    def suite(self, personne: Personne, nombre: int) -> list[Evenement]:
        """As many further events for a person whose decisions are already written."""
        return [self._de_plus(personne) for _ in range(nombre)]

    def _decides(self, personne: Personne, faits: list[Evenement]) -> None:
        periode = self.periode
        dedans = personne.presence(periode.debut, periode.fin)
        avant_la_fin = personne.presence(periode.journal_debut, periode.fin)
        if dedans is None or avant_la_fin is None:
            return
        if personne.message:
            self._message(personne, dedans, faits)
        dossier = personne.id_dossier
        if dossier is None:
            return
        if personne.actif:
            faits.append(self._a(self._moment(*dedans), dossier, "mise_a_jour_dossier"))
            self._projet(personne, avant_la_fin, faits)
            self._agenda(personne, dedans, avant_la_fin, faits)
        self._dmp(personne, dedans, faits)

    def _message(self, personne: Personne, dedans: tuple[int, int], faits: list[Evenement]) -> None:
        sans_dossier = personne.id_dossier is None or self.hasard.entier(10) == 0
        canal = "citoyenne" if self.hasard.entier(3) == 0 else "professionnelle"
        dossier = "" if sans_dossier else personne.id_dossier
        faits.append(self._a(self._moment(*dedans), dossier or "", "message_mssante", "envoye", canal=canal))
        self.groupe.comptes["mssante"] += 1

    def _projet(self, personne: Personne, jours: tuple[int, int], faits: list[Evenement]) -> None:
        """A project that lives at the window's end, or none, or one that is closed by then."""
        if not personne.projet and self.hasard.entier(3):
            return
        etats = ("en_preparation", "actif") if personne.projet else ("actif", "clos")
        objet = self.objets.suivant()
        for moment, etat in zip(self._deux_moments(*jours), etats, strict=True):
            faits.append(self._a(moment, personne.id_dossier or "", "projet_personnalise", etat, objet))

    def _agenda(
        self, personne: Personne, dedans: tuple[int, int], jours: tuple[int, int], faits: list[Evenement]
    ) -> None:
        """An entry in the window, kept or done; or none, or one that is cancelled by the window's end."""
        if not personne.agenda and self.hasard.entier(2):
            return
        objet, jour = self.objets.suivant(), self.hasard.entre(*dedans)
        pris, suite = self._deux_moments(*jours)
        etats = ("planifie", "realise" if personne.agenda else "annule")
        for moment, etat in zip((pris, suite), etats, strict=True):
            if etat != "realise" or moment[0] >= jour:
                ecrit = date.fromordinal(jour).isoformat()
                faits.append(self._a(moment, personne.id_dossier or "", "evenement_agenda", etat, objet, ecrit))

    def _dmp(self, personne: Personne, dedans: tuple[int, int], faits: list[Evenement]) -> None:
        """A document that is there at the window's end, sometimes at the second try; or none, or one withdrawn."""
        if not personne.dmp and self.hasard.entier(6):
            return
        objet = self.objets.suivant()
        premier, second = self._deux_moments(*dedans)
        if not personne.dmp:
            suite = [(premier, "succes"), (second, "supprime")]
        elif self.hasard.entier(8) == 0:
            suite = [(premier, "echec"), (second, "succes")]
        else:
            suite = [(premier, "succes")]
        for moment, etat in suite:
            faits.append(self._a(moment, personne.id_dossier or "", "alimentation_dmp", etat, objet))

    def _de_plus(self, personne: Personne) -> Evenement:
        """One more event, of a kind that leaves every decision true."""
        hasard, periode, dossier = self.hasard, self.periode, personne.id_dossier
        jours = self._jours_libres(personne)
        if jours is None or dossier is None:
            return self._recu()
        moment = self._moment(*jours)
        tirage = hasard.entier(100)
        dans_la_fenetre = periode.debut <= moment[0] <= periode.fin
        if tirage < 72 or (tirage < 86 and not personne.agenda):  # noqa: PLR2004 -- shares of an ordinary log
            return self._a(moment, dossier, "mise_a_jour_dossier")
        if tirage < 86:  # noqa: PLR2004
            jour = date.fromordinal(moment[0] + hasard.entier(45)).isoformat()
            return self._a(moment, dossier, "evenement_agenda", "planifie", self.objets.suivant(), jour)
        if tirage < 94:  # noqa: PLR2004
            etat = hasard.choix(("envoye", "envoye", "recu", "recu", "recu", "echec"))
            self.groupe.comptes["mssante"] += dans_la_fenetre and etat == "envoye"
            return self._a(moment, dossier, "message_mssante", etat, canal="professionnelle")
        code, nature = hasard.choix((("eprescription", "import_eprescription"), ("eparcours", "echange_eparcours")))
        self.groupe.comptes[code] += dans_la_fenetre
        return self._a(moment, dossier, nature)

    def _jours_libres(self, personne: Personne) -> tuple[int, int] | None:
        """The days on which anything may be written about a person: not in the window if it must not count there."""
        periode = self.periode
        ecarte = personne.accompagnee and not personne.actif
        return personne.presence(periode.journal_debut, periode.debut - 1 if ecarte else periode.journal_fin)

    def _recu(self) -> Evenement:
        """A message that came in, about nobody: it counts for nothing, and needs nobody's presence."""
        moment = self._moment(self.periode.journal_debut, self.periode.journal_fin)
        return self._a(moment, "", "message_mssante", "recu", canal="professionnelle")

    def _moment(self, premier: int, dernier: int) -> tuple[int, int]:
        """A day between two, and a second of it."""
        fraction = self.hasard.fraction
        return premier + int(fraction() * (dernier - premier + 1)), _MATIN + int(fraction() * (_SOIR - _MATIN))

    def _deux_moments(self, premier: int, dernier: int) -> tuple[tuple[int, int], tuple[int, int]]:
        """Two different moments, in order."""
        un, autre = self._moment(premier, dernier), self._moment(premier, dernier)
        while un == autre:
            autre = self._moment(premier, dernier)
        return (un, autre) if un < autre else (autre, un)

    def _a(  # noqa: PLR0913 -- the columns of a row
        self,
        moment: tuple[int, int],
        dossier: str,
        nature: str,
        etat: str = "",
        objet: str = "",
        jour: str = "",
        canal: str = "",
    ) -> Evenement:
        auteur = int(self.hasard.fraction() * _AUTEURS)
        suite = f"{self.groupe.finess},{dossier},{nature},{etat},{objet},{jour},{canal},A{auteur:02}"
        return moment[0], moment[1], suite
