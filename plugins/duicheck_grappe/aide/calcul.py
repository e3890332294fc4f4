"""The aid of a project under one text: each establishment, the assistance, the instalments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from duicheck.langue import N_
from duicheck.model.grappe import Etablissement, Grappe
from duicheck_grappe.aide.amoa import amoa
from duicheck_grappe.aide.contexte import ACQUISITION, MONTEE, Contexte
from duicheck_grappe.aide.criteres import Criteres, criteres
from duicheck_grappe.aide.exclusions import Exclusion, Reserve, exclusions, hors_compte
from duicheck_grappe.aide.heures import Prorata, nombre, prorata
from duicheck_grappe.aide.materiel import materiels
from duicheck_grappe.aide.montants import Clause, Montant, arrondi, euros, repartir, rien, somme_bornes
from duicheck_grappe.aide.rangs import Candidat, Rang, rangs
from duicheck_grappe.aide.tarif import Bareme, bareme
from duicheck_grappe.heures import repartition_saad
from duicheck_grappe.textes import etablissements, lignes_illisibles

__all__ = ["PARTS", "Aide", "Ligne", "Versement", "calculer"]

PARTS = ("usage", "equipement", "materiel")
"""The parts of an establishment's aid, in the order of the texts."""


class Ligne(Struct, frozen=True):
    """One establishment. `rang`: its rank where ranks count. `exclusion`: why it has nothing at all."""

    etablissement: Etablissement
    rang: Rang | None
    parts: Mapping[str, Montant]
    prorata: Prorata | None
    exclusion: Exclusion | None

    @property
    def bornes(self) -> tuple[int, int | None]:
        """The bounds of its aid, in cents; alike where it could be computed."""
        return somme_bornes(self.parts.values())

    @property
    def clauses(self) -> list[Clause]:
        """Every clause that its amounts rest on, once."""
        siennes = [clause for part in self.parts.values() for clause in part.clauses]
        return list(dict.fromkeys(siennes))


class Versement(Struct, frozen=True):
    """One instalment, of the least that is certain; its share in per cent. `criteres`: what its amount depends on."""

    code: str
    libelle: str
    part: int
    montant: int
    clause: Clause
    criteres: Criteres | None = None


class Aide(Struct, frozen=True):
    """The aid. Amounts in euro cents. `minimum` is what is certain, `maximum` None where nothing bounds the rest.

    `versements` share `minimum`. `reserves` are what was not settled.
    """

    contexte: Contexte
    grappe: Grappe
    lignes: Sequence[Ligne]
    amoa: Montant
    versements: Sequence[Versement]
    minimum: int
    maximum: int | None
    exclusion: Exclusion | None
    reserves: Sequence[Reserve]

    @property
    def complete(self) -> bool:
        """Whether every amount could be computed, and every row read."""
        return self.minimum == self.maximum


def calculer(contexte: Contexte) -> Aide:
    """The aid of the project under the text of the context.

    Raises:
        ParameterNotSet: the text gives no amount.
    """
    grappe = contexte.grappe
    tarif = bareme(contexte)
    exclus = exclusions(contexte, grappe)
    finances = [un for un in grappe.etablissements if exclus.de(un.finess_et) is None]
    proratas = {un.finess_et: prorata(contexte, un) for un in finances}
    candidats = [Candidat(un.finess_et, un.situation, _part(proratas[un.finess_et])) for un in finances]
    ordre = rangs(candidats, tarif, contexte.hypotheses.get("partage_des_49"))
    materiel = materiels(contexte, grappe, finances)
    lignes = []
    for un in grappe.etablissements:
        if (exclusion := exclus.de(un.finess_et)) is not None:
            parts = dict.fromkeys(PARTS, rien(exclusion.cause, exclusion.clause))
            lignes.append(Ligne(un, None, parts, None, exclusion))
            continue
        rang, heures = ordre[un.finess_et], proratas[un.finess_et]
        seul = exclus.usage_seul.get(un.finess_et)
        parts = {quoi: _forfait(quoi, un, tarif, rang, seul) for quoi in ("usage", "equipement")}
        parts["materiel"] = _hors_limite(contexte, tarif, rang, materiel[un.finess_et])
        lignes.append(Ligne(un, rang, _moduler(contexte, parts, heures), heures, None))
    lignes.sort(key=lambda ligne: ligne.etablissement.finess_et)
    assistance = amoa(contexte, grappe) if exclus.projet is None else rien(exclus.projet.cause, exclus.projet.clause)
    minimum, maximum = somme_bornes([*(part for ligne in lignes for part in ligne.parts.values()), assistance])
    reserves = [*exclus.reserves, *_heures_douteuses(contexte, grappe, proratas)]
    if grappe.illisibles:
        maximum = None
        phrase = f"structures : {lignes_illisibles(grappe.illisibles)}, et l'aide n'en compte rien"
        reserves.append(Reserve(phrase, "livraison/format-non-conforme"))
    versements = _versements(contexte, minimum)
    return Aide(contexte, grappe, lignes, assistance, versements, minimum, maximum, exclus.projet, reserves)


def _heures_douteuses(contexte: Contexte, grappe: Grappe, proratas: Mapping[str, Prorata | None]) -> Iterator[Reserve]:
    """Hours that are wrong, or that the text says nothing of, beside those that are missing."""
    muets = [un for un in grappe.etablissements if un.heures.prorata is not None and un.heures.prorata < 1]
    if muets and not contexte.texte.get("aide_prorata_heures"):
        phrase = (
            f"{etablissements(len(muets))} avec des heures non éligibles : le texte lu ne dit pas si l'aide les suit"
        )
        yield Reserve(phrase, contexte.texte.id)
    for finess, cause in hors_compte(contexte, grappe):
        heures = proratas.get(finess)
        if heures is not None and heures.raison is None:
            yield Reserve(f"{finess} : {cause}", repartition_saad.id)


def _part(heures: Prorata | None) -> Fraction:
    return Fraction(1) if heures is None else heures.part


def _forfait(quoi: str, un: Etablissement, tarif: Bareme, rang: Rang, seul: Exclusion | None) -> Montant:
    """The usage or the software of one establishment, before any share of hours."""
    if not rang.plein and tarif.essms_maximum is not None and tarif.clause_maximum is not None:
        return rien(f"au-delà du {tarif.essms_maximum}e ESSMS, rien n'est financé", tarif.clause_maximum)
    if seul is not None and quoi == "equipement":
        return rien(seul.cause, seul.clause)
    if seul is not None:
        raison = "le texte ne dit pas à quel tarif l'usage seul est alors financé"
        return _entre((quoi,), tarif, rang, raison, seul.clause)
    if un.situation is None:
        return _sans_situation(quoi, tarif, rang)
    prix = tarif.prix(quoi, un.situation, plein=rang.plein)
    if prix is None:
        vers = "les acquisitions" if quoi == "equipement" else "les montées de version"
        return rien(f"pour {vers} seulement", tarif.sans_equipement if quoi == "equipement" else tarif.sans_usage)
    clauses = [prix.clause]
    if tarif.dernier_rang is not None and tarif.clause_rang is not None:
        clauses.append(tarif.clause_rang)
    formule = _formule(un.situation, tarif.dernier_rang, euros(prix.centimes), plein=rang.plein)
    return Montant(prix.centimes, prix.centimes, formule, tuple(clauses))


def _sans_situation(quoi: str, tarif: Bareme, rang: Rang) -> Montant:
    """The same where nobody says the situation. A single forfait is bounded once: it is one part or the other."""
    if tarif.un_forfait and quoi == "equipement":
        return rien("compté avec l'usage : la situation n'est pas dite", tarif.sans_usage)
    parts = PARTS[:2] if tarif.un_forfait else (quoi,)
    return _entre(parts, tarif, rang, "la situation (acquisition ou montée de version) n'est pas dite")


def _formule(situation: str, rang: int | None, prix: str, *, plein: bool) -> str:
    """What an establishment is paid for, in words; each sentence whole, for another language to say it."""
    if situation == ACQUISITION:
        if rang is None:
            return f"acquisition : {prix}"
        return f"acquisition, jusqu'au {rang}e ESSMS : {prix}" if plein else f"acquisition, au-delà du {rang}e : {prix}"
    if rang is None:
        return f"montée de version : {prix}"
    if plein:
        return f"montée de version, jusqu'au {rang}e ESSMS : {prix}"
    return f"montée de version, au-delà du {rang}e : {prix}"


def _entre(parts: Sequence[str], tarif: Bareme, rang: Rang, raison: str, *clauses: Clause) -> Montant:
    """Between what the two situations would give for these parts together."""
    centimes, dites = [], [*clauses]
    for situation in (ACQUISITION, MONTEE):
        prix = [un for quoi in parts if (un := tarif.prix(quoi, situation, plein=rang.plein)) is not None]
        centimes.append(sum(un.centimes for un in prix))
        dites += [un.clause for un in prix]
    minimum, maximum = min(centimes), max(centimes)
    formule = f"entre {euros(minimum)} et {euros(maximum)}, selon la situation"
    return Montant(minimum, maximum, formule, tuple(dites), None if minimum == maximum else raison)


def _hors_limite(contexte: Contexte, tarif: Bareme, rang: Rang, montant: Montant) -> Montant:
    """The hardware of an establishment beyond those that the text funds, as the hypothesis has it."""
    clause = tarif.clause_maximum
    if rang.plein or tarif.essms_maximum is None or clause is None or not montant.maximum:
        return montant
    if contexte.hypotheses.get("materiel_au_dela") == "finance":
        return montant
    return rien(f"au-delà du {tarif.essms_maximum}e ESSMS, rien n'est financé", clause)


def _moduler(contexte: Contexte, parts: Mapping[str, Montant], heures: Prorata | None) -> dict[str, Montant]:
    """The parts reduced to the share of eligible hours, those that the hypothesis says."""
    if heures is None:
        return dict(parts)
    reduites = PARTS if contexte.hypotheses.get("saad_prorata") != "forfaits" else PARTS[:2]
    return {quoi: _reduit(contexte, part, heures) if quoi in reduites else part for quoi, part in parts.items()}


def _reduit(contexte: Contexte, montant: Montant, heures: Prorata) -> Montant:
    if montant.maximum == 0:
        return montant
    clauses = (*montant.clauses, heures.clause)
    if heures.raison is not None:
        formule = f"{montant.formule} ; au prorata des heures éligibles"
        raison = heures.raison if montant.raison is None else f"{montant.raison} ; {heures.raison}"
        return Montant(0, montant.maximum, formule, clauses, raison)
    regle = contexte.hypotheses.get("arrondi_aide", "")
    minimum = arrondi(montant.minimum * heures.part, regle)
    maximum = None if montant.maximum is None else arrondi(montant.maximum * heures.part, regle)
    raison_gardee = None if minimum == maximum else montant.raison
    formule = montant.formule
    if heures.heures is not None and heures.sur is not None:
        faits = {"heures": nombre(heures.heures), "sur": nombre(heures.sur)}
        formule = N_("{formule} × {heures} / {sur} heures").format(formule=formule, **faits)
    return Montant(minimum, maximum, formule, clauses, raison_gardee)


def _versements(contexte: Contexte, total: int) -> list[Versement]:
    """The instalments of an amount; they add up to it."""
    clause = contexte.clause("versements")
    prevus = contexte.texte["versements"]
    montants = repartir(total, [un["part"] for un in prevus], contexte.hypotheses.get("arrondi_aide", ""))
    trouves = [
        Versement(un["code"], un["libelle"], un["part"], montant, clause)
        for un, montant in zip(prevus, montants, strict=True)
    ]
    dernier = trouves[-1]
    selon = criteres(contexte, dernier.montant)
    trouves[-1] = Versement(dernier.code, dernier.libelle, dernier.part, dernier.montant, clause, selon)
    return trouves
