"""What a text gives for an establishment: by its situation, and by its rank where the aid decreases."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from duicheck.rulebook import Rulebook
from duicheck_grappe.aide.contexte import ACQUISITION, MONTEE, Contexte
from duicheck_grappe.aide.montants import CENT, Clause

__all__ = ["Bareme", "Prix", "bareme"]

_INSTRUCTION_DE_2023 = "2023-13"
"""The text that the hypotheses on 2024 refer to."""


class Prix(Struct, frozen=True):
    """An amount per establishment, in euro cents, with its clause."""

    centimes: int
    clause: Clause


class Bareme(Struct, frozen=True):
    """What a text gives, by situation: for the usage and for the software, up to `dernier_rang`, then beyond it.

    `dernier_rang` None: the aid does not decrease. `essms_maximum` None: all establishments are funded. A situation
    without an entry in `equipement` has no aid for its software, and `sans_equipement` is the clause that says so;
    the same for `usage`.
    """

    usage: Mapping[str, Prix]
    equipement: Mapping[str, Prix]
    usage_au_dela: Prix | None
    equipement_au_dela: Prix | None
    dernier_rang: int | None
    clause_rang: Clause | None  # of another text, where the hypotheses take the ranks from there
    essms_maximum: int | None
    clause_maximum: Clause | None
    sans_usage: Clause
    sans_equipement: Clause

    def prix(self, quoi: str, situation: str, *, plein: bool) -> Prix | None:
        """The amount of `usage` or `equipement`; None where the text gives none in that situation."""
        tarifs = self.usage if quoi == "usage" else self.equipement
        if situation not in tarifs:
            return None
        au_dela = self.usage_au_dela if quoi == "usage" else self.equipement_au_dela
        return tarifs[situation] if plein or au_dela is None else au_dela

    @property
    def un_forfait(self) -> bool:
        """Whether a situation gives one part or the other, never both: an establishment then has a single forfait."""
        return not self.usage.keys() & self.equipement.keys()

    def gain(self, situation: str) -> int:
        """What a full rate is worth more than the other one, in cents."""
        total = 0
        for quoi in ("usage", "equipement"):
            plein, reduit = (self.prix(quoi, situation, plein=rang) for rang in (True, False))
            total += (plein.centimes if plein else 0) - (reduit.centimes if reduit else 0)
        return total


def bareme(contexte: Contexte) -> Bareme:
    """The amounts of a text; what it leaves open follows the hypotheses.

    Raises:
        ParameterNotSet: the text gives no amount that is known here.
    """
    texte = contexte.texte
    if "aide_forfait_acquisition" in texte.parameters:
        return _forfaits(texte)
    acquisition = _prix(texte, "aide_usage_acquisition")
    usage = {ACQUISITION: acquisition, MONTEE: _prix(texte, "aide_usage_montee_de_version")}
    if "aide_equipement_maximum" in texte.parameters:
        return _maximum(contexte, usage)
    equipement = _prix(texte, "aide_equipement_acquisition")
    return Bareme(
        usage=usage,
        equipement={ACQUISITION: equipement},
        usage_au_dela=_prix(texte, "aide_usage_au_dela"),
        equipement_au_dela=_prix(texte, "aide_equipement_au_dela"),
        dernier_rang=texte["aide_dernier_rang_plein_tarif"],
        clause_rang=None,
        essms_maximum=None,
        clause_maximum=None,
        sans_usage=acquisition.clause,
        sans_equipement=equipement.clause,
    )


def _prix(texte: Rulebook, parametre: str) -> Prix:
    return Prix(texte[parametre] * CENT, Clause.de(texte, parametre))


def _forfaits(texte: Rulebook) -> Bareme:
    """One forfait per establishment: for a new solution, or for the conformity and the usage of the present one."""
    acquisition = _prix(texte, "aide_forfait_acquisition")
    conformite = _prix(texte, "aide_forfait_conformite")
    return Bareme(
        usage={MONTEE: conformite},
        equipement={ACQUISITION: acquisition},
        usage_au_dela=None,
        equipement_au_dela=None,
        dernier_rang=None,
        clause_rang=None,
        essms_maximum=texte["essms_maximum_finances"],
        clause_maximum=Clause.de(texte, "essms_maximum_finances"),
        sans_usage=acquisition.clause,
        sans_equipement=conformite.clause,
    )


def _maximum(contexte: Contexte, usage: Mapping[str, Prix]) -> Bareme:
    """A text that only bounds the software: the hypotheses say what is computed, and whether the aid decreases."""
    texte, hypotheses = contexte.texte, contexte.hypotheses
    plafond = _prix(texte, "aide_equipement_maximum")
    ancien = contexte.textes.get(_INSTRUCTION_DE_2023)
    equipement, au_dela, usage_au_dela, rang = plafond, None, None, None
    if ancien is not None and hypotheses.get("equipement_2024") == "forfait_2023":
        forfait = _prix(ancien, "aide_equipement_acquisition")
        equipement = min(forfait, plafond, key=lambda un: un.centimes)
    degressif = ancien is not None and hypotheses.get("degressivite_2024") == "comme_2023"
    if ancien is not None and degressif:
        rang = ancien["aide_dernier_rang_plein_tarif"]
        usage_au_dela, au_dela = _prix(ancien, "aide_usage_au_dela"), _prix(ancien, "aide_equipement_au_dela")
    return Bareme(
        usage=usage,
        equipement={ACQUISITION: equipement},
        usage_au_dela=usage_au_dela,
        equipement_au_dela=au_dela,
        dernier_rang=rang,
        clause_rang=Clause.de(ancien, "aide_dernier_rang_plein_tarif") if ancien is not None and degressif else None,
        essms_maximum=None,
        clause_maximum=None,
        sans_usage=usage[ACQUISITION].clause,
        sans_equipement=plafond.clause,
    )
