"""Whether a pack is signed, whether the signature holds, and whether whoever verifies knows the signer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from duicheck.langue import _
from duicheck.preuve.cms import Signature, verify_cms
from duicheck.preuve.extras import there
from duicheck.preuve.names import SIGNATURE, SOMMES
from duicheck.preuve.outcome import Etape, Etat, Verification
from duicheck.preuve.pointers import differences
from duicheck.preuve.reading import Refused, shown
from duicheck.preuve.signing import certificates, describe
from duicheck.preuve.trust import refuse_unfit, refuse_untrusted

if TYPE_CHECKING:
    from duicheck.preuve.pack import Against, Pack

__all__ = ["verify_signature"]


def verify_signature(pack: Pack, against: Against, found: Verification) -> None:
    """Add what the signature says to the verification.

    Raises:
        UsageError: the certificates of `against` cannot be read.
    """
    announced = pack.record.signature
    asked = against.autorite is not None or against.certificat is not None
    with found.refusing(Etape.SIGNATURE):
        if announced is None and SIGNATURE in pack.files:
            raise Refused(_("« {name} » a été ajouté : la preuve ne se dit pas signée").format(name=SIGNATURE))
        if announced is None and asked:
            raise Refused(_("document non signé, alors que vous attendez une signature"))
        if announced is None:
            found.say(Etape.SIGNATURE, Etat.NON_DEMANDE, _("document non signé : rien ne dit qui a fait cette preuve"))
            return
        if SIGNATURE not in pack.files:
            raise Refused(_("la signature a été retirée : MANIFESTE.json l'annonce"))
        if not there("signature"):
            found.say(
                Etape.SIGNATURE,
                Etat.NON_VERIFIE,
                _('vérifier une signature demande la bibliothèque cryptography : pip install "duicheck[signature]"'),
                _("LISEZMOI.txt dit comment la vérifier avec openssl"),
            )
            return
        signature = verify_cms(
            pack.files[SIGNATURE],
            pack.files[SOMMES],
            announced["certificat_sha256"],
            announced["chaine_sha256"],
        )
        told = describe(signature.certificate, signature.others)
        for pointer, said, so in differences(announced, told, "/signature"):
            raise Refused(
                _("{pointer} : MANIFESTE.json dit {said}, le certificat dit {so}").format(
                    pointer=pointer, said=said, so=so
                )
            )
        refuse_unfit(signature)
        found.say(
            Etape.SIGNATURE,
            Etat.VERIFIE,
            _("signée par {subject}, le {moment} (UTC) d'après son horloge").format(
                subject=shown(announced["sujet"]), moment=f"{signature.moment:%d/%m/%Y %H:%M}"
            ),
            _("certificat délivré par {issuer}, valable du {du} au {au}").format(
                issuer=shown(announced["emetteur"]),
                du=f"{signature.certificate.not_valid_before_utc:%d/%m/%Y}",
                au=f"{signature.certificate.not_valid_after_utc:%d/%m/%Y}",
            ),
        )
        _verify_signer(signature, against, found)


def _verify_signer(signature: Signature, against: Against, found: Verification) -> None:
    """Judge the signer by what whoever verifies trusts; nothing is trusted that comes with the pack."""
    said: list[str] = []
    with found.refusing(Etape.SIGNATAIRE):
        if against.certificat is not None:
            if signature.certificate not in certificates(against.certificat, "--certificat"):
                raise Refused(_("la preuve n'est pas signée par le certificat que vous donnez"))
            said.append(_("le certificat du signataire est celui que vous donnez"))
        if against.autorite is not None:
            refuse_untrusted(signature, certificates(against.autorite, "--autorite"))
            said.append(_("son certificat vient d'une autorité que vous donnez ; sa révocation n'a pas été cherchée"))
        if said:
            found.say(Etape.SIGNATAIRE, Etat.VERIFIE, *said)
            return
        sentence = _(
            "rien ne dit que le signataire est bien celui-là : donnez --autorite ou --certificat pour le savoir"
        )
        found.say(Etape.SIGNATAIRE, Etat.NON_DEMANDE, sentence)
