"""The aid as text: what a porteur reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from duicheck.langue import _, habits, n_, phrase
from duicheck_grappe.aide.calcul import PARTS, Aide, Ligne, Versement
from duicheck_grappe.aide.criteres import Critere, Criteres
from duicheck_grappe.aide.mise_en_page import bornes, compte, montant, paragraphe, point, tableau, typographie
from duicheck_grappe.aide.montants import Clause, Montant, euros
from duicheck_grappe.aide.sortie_json import AVERTISSEMENT
from duicheck_grappe.aide.variantes import EnJeu, SousTexte, Variante, a_verser

__all__ = ["LIGNES", "en_texte"]

LIGNES = 200
"""How many establishments are written out; --format json has them all."""
NOMMES = 10
"""How many are named where one thing is said of many."""


def en_texte(aide: Aide, enjeux: Sequence[EnJeu], textes: Sequence[SousTexte], largeur: int) -> str:
    """The computation for a reader, lines of `largeur` columns at most where words allow it."""
    lignes = [_("AIDE ESTIMÉE — CE N'EST PAS UNE DÉCISION"), *paragraphe(phrase(AVERTISSEMENT), largeur), ""]
    lignes += _total(aide, largeur)
    for titre, bloc in (
        (_("Par établissement, en euros"), _etablissements(aide, largeur)),
        (_("D'où viennent les montants"), _formules(aide, largeur)),
        (_("Ce qui ne se calcule pas"), _manques(aide, largeur)),
        (_("Ce qui n'est pas financé"), _exclus(aide, largeur)),
        (_("Versements"), _versements(aide, largeur)),
        (_("Ce que le texte laisse ouvert"), _enjeux(enjeux, largeur)),
        (_("Ce que l'ARS apprécie"), _citations(aide, largeur)),
        (_("Ce qui n'a pas pu être vérifié"), _reserves(aide, largeur)),
        (_("Le même projet sous chaque texte"), _textes(aide, textes, largeur)),
    ):
        corps = list(bloc)
        if corps:
            lignes += ["", titre, *corps]
    return "".join(f"{typographie(ligne)}\n" for ligne in lignes)


def _total(aide: Aide, largeur: int) -> Iterator[str]:
    texte = aide.contexte.texte
    yield from paragraphe(
        _("Sous le texte {texte} : {titre}").format(texte=texte.id, titre=phrase(texte.title)), largeur
    )
    if texte.secondary and texte.note:
        yield from paragraphe(phrase(texte.note), largeur)
    finances = sum(ligne.exclusion is None for ligne in aide.lignes)
    combien = n_("{nombre} établissement financé", "{nombre} établissements financés", finances)
    dit = _("Aide : {total}, pour {etablissements} sur {sur}")
    yield from paragraphe(
        dit.format(
            total=bornes(aide.minimum, aide.maximum),
            etablissements=combien.format(nombre=compte(finances)),
            sur=compte(len(aide.lignes)),
        ),
        largeur,
    )
    if aide.exclusion is not None:
        dit = _("Le projet n'est pas finançable en l'état : {cause} ({regle} ; {clause})")
        exclusion = aide.exclusion
        faits = {"cause": phrase(exclusion.cause), "regle": exclusion.regle, "clause": _clause(exclusion.clause)}
        yield from paragraphe(dit.format(**faits), largeur)
    incertains = sum(part.montant is None for part in _parts(aide))
    if incertains:
        dit = n_(
            "{nombre} montant ne se calcule pas : le total est encadré.",
            "{nombre} montants ne se calculent pas : le total est encadré.",
            incertains,
        )
        yield from paragraphe(dit.format(nombre=compte(incertains)), largeur)


def _parts(aide: Aide) -> list[Montant]:
    return [*(part for ligne in aide.lignes for part in ligne.parts.values()), aide.amoa]


def _etablissements(aide: Aide, largeur: int) -> Iterator[str]:
    """A table: one row per establishment, then the assistance and the total."""
    tete = [_("FINESS"), _("Situation"), _("Usage"), _("Équipement"), _("Matériel"), _("Total")]
    corps = [_ligne(ligne) for ligne in aide.lignes[:LIGNES]]
    sommes = [_("Total"), "", *(_somme(aide, quoi) for quoi in PARTS), bornes(aide.minimum, aide.maximum, nu=True)]
    assistance = [_("AMOA"), "", "", "", "", montant(aide.amoa)]
    yield from tableau([tete, *corps, assistance, sommes], a_droite=frozenset({2, 3, 4, 5}))
    reste = len(aide.lignes) - LIGNES
    if reste > 0:
        dit = n_(
            "… et {nombre} autre établissement : voir --format json.",
            "… et {nombre} autres établissements : voir --format json.",
            reste,
        )
        yield from point(dit.format(nombre=compte(reste)), largeur)
    if any(part.montant is None for part in _parts(aide)):
        yield from point(_("n. c. : ne se calcule pas ; la raison est plus bas"), largeur)


def _ligne(ligne: Ligne) -> list[str]:
    un = ligne.etablissement
    situation = {None: "?", "acquisition": _("acquisition"), "montee_de_version": _("montée de version")}[un.situation]
    if ligne.exclusion is not None:
        situation = _("non financé")
    return [
        un.finess_et,
        situation,
        *(montant(ligne.parts[quoi]) for quoi in PARTS),
        bornes(*ligne.bornes, nu=True),
    ]


def _somme(aide: Aide, quoi: str) -> str:
    parts = [ligne.parts[quoi] for ligne in aide.lignes]
    if any(part.montant is None for part in parts):
        return _("n. c.")
    return bornes(sum(part.minimum for part in parts), sum(part.minimum for part in parts), nu=True)


def _formules(aide: Aide, largeur: int) -> Iterator[str]:
    """Each way in which an amount comes about, once, with how many establishments and the clauses."""
    titres = {"usage": _("Usage"), "equipement": _("Équipement"), "materiel": _("Matériel")}
    for quoi in PARTS:
        groupes: dict[tuple[str, tuple[Clause, ...]], int] = {}
        for ligne in aide.lignes:
            part = ligne.parts[quoi]
            if ligne.exclusion is None and part.maximum != 0:
                cle = part.formule, part.clauses
                groupes[cle] = groupes.get(cle, 0) + 1
        for (formule, clauses), nombre in groupes.items():
            dit = n_(
                "{quoi}, {nombre} établissement : {formule}", "{quoi}, {nombre} établissements : {formule}", nombre
            )
            yield from point(dit.format(quoi=titres[quoi], nombre=compte(nombre), formule=phrase(formule)), largeur)
            yield from _sources(clauses, largeur)
    yield from point(_("AMOA, une fois par projet : {formule}").format(formule=phrase(aide.amoa.formule)), largeur)
    yield from _sources(aide.amoa.clauses, largeur)


def _sources(clauses: Sequence[Clause], largeur: int) -> Iterator[str]:
    for clause in clauses:
        yield from point(_clause(clause), largeur, marque="    ")


def _clause(clause: Clause) -> str:
    return str(clause).replace(" > ", " › ")


def _manques(aide: Aide, largeur: int) -> Iterator[str]:
    """What is missing, once per reason, with whom it touches."""
    raisons: dict[str, list[str]] = {}
    for ligne in aide.lignes:
        for part in ligne.parts.values():
            if part.raison is not None:
                siens = raisons.setdefault(part.raison, [])
                if ligne.etablissement.finess_et not in siens:
                    siens.append(ligne.etablissement.finess_et)
    if aide.amoa.raison is not None:
        raisons.setdefault(aide.amoa.raison, []).append(_("AMOA"))
    for raison, siens in raisons.items():
        dit = _("{raison} : {qui}").format(raison=phrase(raison), qui=_liste(siens))
        yield from point(dit, largeur)


def _liste(numeros: Sequence[str]) -> str:
    """The first numbers, and how many more there are."""
    reste = len(numeros) - NOMMES
    if reste <= 0:
        return ", ".join(numeros)
    encore = n_("et {nombre} autre", "et {nombre} autres", reste).format(nombre=compte(reste))
    return f"{', '.join(numeros[:NOMMES])} {encore}"


def _exclus(aide: Aide, largeur: int) -> Iterator[str]:
    if aide.exclusion is not None:
        return
    for ligne in aide.lignes:
        if ligne.exclusion is not None:
            dit = _("{qui} : {cause} ({regle} ; {clause})")
            faits = {"cause": phrase(ligne.exclusion.cause), "clause": _clause(ligne.exclusion.clause)}
            qui, regle = ligne.etablissement.finess_et, ligne.exclusion.regle
            yield from point(dit.format(qui=qui, regle=regle, **faits), largeur)
    if aide.grappe.repetitions:
        doubles = sorted({suivant.finess_et for _premier, suivant in aide.grappe.repetitions})
        dit = _("plusieurs fois dans la liste, et compté une fois (grappe/finess-repete) : {qui}")
        yield from point(dit.format(qui=_liste(doubles)), largeur)


def _versements(aide: Aide, largeur: int) -> Iterator[str]:
    for versement in aide.versements:
        part = f"{versement.part}{habits().percent}"
        dit = _("{part}, {montant} : {libelle}")
        faits = {"montant": euros(versement.montant), "libelle": phrase(versement.libelle)}
        yield from point(dit.format(part=part, **faits), largeur)
        if versement.criteres is not None and versement.montant:
            yield from _criteres(versement, versement.criteres, largeur)
    yield from _sources([aide.versements[0].clause], largeur)
    if not aide.complete:
        yield from point(_("Ces versements partagent le montant acquis, et non ce qui ne se calcule pas."), largeur)


def _criteres(versement: Versement, selon: Criteres, largeur: int) -> Iterator[str]:
    """The instalment that results decide, criterion by criterion."""
    dit = _("D'après les critères d'utilisation : {bornes} sur {montant}")
    faits = {"bornes": bornes(selon.minimum, selon.maximum), "montant": euros(versement.montant)}
    yield from point(dit.format(**faits), largeur, marque="    ")
    for critere in selon.criteres:
        yield from point(_critere(critere), largeur, marque="      – ")
    yield from point(_clause(selon.clause), largeur, marque="    ")


def _critere(critere: Critere) -> str:
    nom = critere.code or _("critère socle")
    if critere.montant is None:
        faits = {"maximum": euros(critere.maximum), "raison": phrase(critere.raison or "")}
        return _("{nom}, {maximum} au plus : {raison}").format(nom=nom, **faits)
    resultat = critere.resultat
    lu = "" if resultat is None else compte(resultat.numerateur)
    if resultat is not None and resultat.denominateur is not None:
        lu = f"{lu} / {compte(resultat.denominateur)}"
    source = _("recalculé") if critere.recalcule else _("d'après l'export")
    faits = {"montant": euros(critere.montant), "maximum": euros(critere.maximum)}
    return _("{nom} : {montant} sur {maximum} ({resultat}, {source})").format(
        nom=nom, resultat=lu, source=source, **faits
    )


def _enjeux(enjeux: Sequence[EnJeu], largeur: int) -> Iterator[str]:
    """The hypotheses that change something here, with what each value gives; the others by name."""
    for enjeu in enjeux:
        if not enjeu.compte:
            continue
        yield from point(phrase(enjeu.retenu.phrase), largeur)
        for variante in enjeu.variantes:
            if variante.choix.code != enjeu.retenu.code:
                faits = {"libelle": phrase(variante.choix.libelle), "total": _variante(variante)}
                dit = _("avec {libelle} ({nom} = {code}) : {total}")
                dite = dit.format(nom=enjeu.hypothese.name, code=variante.choix.code, **faits)
                yield from point(dite, largeur, marque="      ")
    muettes = [enjeu.hypothese.name for enjeu in enjeux if not enjeu.compte]
    if muettes:
        yield from point(_("Sans effet ici : {noms}").format(noms=", ".join(muettes)), largeur)


def _variante(variante: Variante) -> str:
    aide = bornes(variante.minimum, variante.maximum)
    if variante.a_verser == (variante.minimum, variante.maximum):
        return aide
    return _("{aide}, dont à verser {verser}").format(aide=aide, verser=bornes(*variante.a_verser))


def _citations(aide: Aide, largeur: int) -> Iterator[str]:
    """What the text leaves to the ARS, in its own words."""
    texte = aide.contexte.texte
    ouvre, ferme = habits().quotes
    for une in texte.get("aide_citations", ()):
        ou = f"{texte.id}, {une['section']}".replace(" > ", " › ")
        yield from point(f"{ouvre}{une['citation']}{ferme} ({ou})", largeur)


def _reserves(aide: Aide, largeur: int) -> Iterator[str]:
    for reserve in aide.reserves:
        dit = _("{phrase} ({source})").format(phrase=phrase(reserve.phrase), source=reserve.source)
        yield from point(dit, largeur)


def _textes(aide: Aide, textes: Sequence[SousTexte], largeur: int) -> Iterator[str]:
    """One row per text; what is paid in the end stands apart where results decide it."""
    lignes = [[_("Texte"), _("Financés"), _("Aide, en euros"), _("À verser")]]
    for sous in textes:
        marque = "→ " if sous.texte == aide.contexte.texte.id else ""
        nom = f"{marque}{sous.texte}" + (f" ({_('source secondaire')})" if sous.secondaire else "")
        if sous.aide is None:
            lignes.append([nom, "–", _("non calculable"), "–"])
            continue
        finances = sum(ligne.exclusion is None for ligne in sous.aide.lignes)
        total = bornes(sous.aide.minimum, sous.aide.maximum, nu=True)
        verse = bornes(*a_verser(sous.aide), nu=True)
        lignes.append([nom, compte(finances), total, "=" if verse == total else verse])
    yield from tableau(lignes, a_droite=frozenset({1, 2, 3}))
    for sous in textes:
        raison = sous.raison
        if sous.aide is not None and sous.aide.exclusion is not None and sous.texte != aide.contexte.texte.id:
            raison = f"{sous.aide.exclusion.cause} ({sous.aide.exclusion.regle})"
        if raison is not None:
            yield from point(_("{texte} : {raison}").format(texte=sous.texte, raison=phrase(raison)), largeur)
