"""The indicators by brute force: plain Python over lists of dicts, an independent reading of the contract.

No SQL, nothing of the code under test, and other ways to the same end wherever there is a choice: an instant belongs
to a window when its civil date does, months are walked one by one, every question is a loop over everything.
Slow on purpose. An event is a dict with the columns of the log (`horodatage` an aware datetime, dates as date,
None where empty); a stay is a dict with the columns of the register.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Evenement = dict[str, Any]
Sejour = dict[str, Any]

_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "98": "Indian/Mayotte",
}
_TERRITOIRES = {"9701": "971", "9702": "972", "9703": "973", "9704": "974"}
_UN_JOUR = timedelta(days=1)
DEFAUTS = {
    "denominateur": "presence_fenetre",
    "mise_a_jour": "ecriture",
    "projet": "etat_fin",
    "agenda": "date_dans_fenetre",
    "messages": "envoyes",
    "dmp": "succes",
    "fenetre": "texte",
    "fuseau": "local",
}


def zone(finess: str, fuseau: str) -> ZoneInfo:
    """The time zone in which the days of an establishment are counted."""
    if fuseau == "utc":
        return ZoneInfo("UTC")
    if fuseau == "territoire":
        finess = _TERRITOIRES.get(finess[:4], "00" if finess[:3] in _TERRITOIRES.values() else finess)
    if fuseau in ("local", "territoire"):
        for longueur in (3, 2):
            if finess[:longueur] in _ZONES:
                return ZoneInfo(_ZONES[finess[:longueur]])
    return ZoneInfo("Europe/Paris")


def _un_mois_avant(annee: int, mois: int) -> tuple[int, int]:
    return (annee - 1, 12) if mois == 1 else (annee, mois - 1)


def reculer(jour: date, mois: int) -> date:
    """Calendar months back; the last day of the month where the day does not exist."""
    annee, rang = jour.year, jour.month
    for _ in range(mois):
        annee, rang = _un_mois_avant(annee, rang)
    quantieme = jour.day
    while True:
        try:
            return date(annee, rang, quantieme)
        except ValueError:
            quantieme -= 1


def _fenetre_du_texte(texte: str, mesure: date, *, premiere: bool, phase: str | None) -> tuple[date, date]:
    if texte in ("2023-13", "2024-15"):
        fin = mesure
        while (fin + _UN_JOUR).month == mesure.month:
            fin += _UN_JOUR
        debut = fin.replace(day=1)
        return (reculer(debut, 2) if premiere else debut), fin
    if texte == "2021-amorcage" and phase == "maintenance":
        return reculer(mesure, 1), mesure - _UN_JOUR
    return reculer(mesure, 3), mesure - _UN_JOUR


def fenetre(
    texte: str, mesure: date, *, premiere: bool = False, phase: str | None = None, variante: str = "texte"
) -> tuple[date, date]:
    """First and last day that count."""
    if variante.startswith("texte:"):
        return _fenetre_du_texte(variante[6:], mesure, premiere=premiere, phase=phase)
    debut, fin = _fenetre_du_texte(texte, mesure, premiere=premiere, phase=phase)
    lendemain = fin + _UN_JOUR
    match variante:
        case "un_mois":
            return reculer(lendemain, 1), fin
        case "trois_mois":
            return reculer(lendemain, 3), fin
        case "mois_precedent":
            return reculer(debut, 1), reculer(lendemain, 1) - _UN_JOUR
        case "debut_moins_1j":
            return debut - _UN_JOUR, fin
        case "debut_plus_1j":
            return debut + _UN_JOUR, fin
        case "fin_moins_1j":
            return debut, fin - _UN_JOUR
        case "fin_plus_1j":
            return debut, lendemain
    assert variante == "texte"
    return debut, fin


def sans_repetition(evenements: list[Evenement]) -> list[Evenement]:
    """One event per id: the earliest, then the least by its other columns, an empty one first."""
    retenus: dict[str, Evenement] = {}

    def ordre(evenement: Evenement) -> tuple[Any, ...]:
        colonnes = ("finess_et", "id_dossier", "type", "etat", "id_objet", "date_evenement", "canal")
        return evenement["horodatage"], *((evenement[c] is not None, str(evenement[c] or "")) for c in colonnes)

    for evenement in evenements:
        deja = retenus.get(evenement["id_evenement"])
        if deja is None or ordre(evenement) < ordre(deja):
            retenus[evenement["id_evenement"]] = evenement
    return list(retenus.values())


def compter(  # noqa: PLR0912, PLR0915 -- the whole definition in one breath, to be read beside the contract
    evenements: list[Evenement],
    sejours: list[Sejour],
    finess: str,
    *,
    texte: str,
    mesure: date,
    premiere: bool = False,
    phase: str | None = None,
    hypotheses: dict[str, str],
) -> dict[str, tuple[int, int | None]]:
    """The seven indicators of one establishment: code -> (numerator, denominator)."""
    h = {**DEFAUTS, **hypotheses}
    debut, fin = fenetre(texte, mesure, premiere=premiere, phase=phase, variante=h["fenetre"])
    fuseau = zone(finess, h["fuseau"])
    siens = [e for e in sans_repetition(evenements) if e["finess_et"] == finess]
    registre = [s for s in sejours if s["finess_et"] == finess]

    def jour(evenement: Evenement) -> date:
        instant: datetime = evenement["horodatage"]
        return instant.astimezone(fuseau).date()

    def dedans(evenement: Evenement) -> bool:
        return debut <= jour(evenement) <= fin

    def compte(sejour: Sejour) -> bool:
        du = sejour["date_entree"]
        au = sejour["date_sortie"] or date.max
        if h["denominateur"] == "presence_fenetre":
            return bool(du <= fin and au >= debut)
        if h["denominateur"] == "presence_fin":
            return bool(du <= fin <= au)
        return bool(du <= fin and au >= date(fin.year, 1, 1))

    accompagnees = {s["id_personne"] for s in registre if compte(s)}
    possibles = {s["id_personne"] for s in registre if compte(s) and s["projet_possible"]}

    # Dossiers actifs.
    actifs = set()
    for dossier in {s["id_dossier"] for s in registre if compte(s) and s["id_dossier"] is not None}:
        for e in siens:
            if e["id_dossier"] != dossier or not dedans(e):
                continue
            ecriture = e["type"] in ("mise_a_jour_dossier", "projet_personnalise", "evenement_agenda")
            explicite = e["type"] == "mise_a_jour_dossier"
            if {"ecriture": ecriture, "explicite": explicite, "tout": True}[h["mise_a_jour"]]:
                actifs.add(dossier)

    # Objects: their events before the window's end, in the order of their life.
    vies: dict[tuple[Any, ...], list[Evenement]] = {}
    for e in sorted(siens, key=lambda e: (e["horodatage"], e["id_evenement"])):
        if e["type"] in ("projet_personnalise", "evenement_agenda", "alimentation_dmp") and jour(e) <= fin:
            seul = ("seul", e["id_evenement"]) if e["id_objet"] is None else ("objet", e["id_objet"])
            vies.setdefault((e["id_dossier"], e["type"], *seul), []).append(e)

    def objets(nature: str) -> list[tuple[str, list[Evenement]]]:
        return [(cle[0], vie) for cle, vie in vies.items() if cle[1] == nature]

    ouverts = ("en_preparation", "actif")
    avec_projet = set()
    for dossier, vie in objets("projet_personnalise"):
        if h["projet"] == "etat_fin" and vie[-1]["etat"] in ouverts:
            avec_projet.add(dossier)
        if h["projet"] == "dans_fenetre" and any(dedans(e) and e["etat"] in ouverts for e in vie):
            avec_projet.add(dossier)

    avec_agenda = set()
    if h["agenda"] == "tout_evenement":
        avec_agenda = {e["id_dossier"] for e in siens if dedans(e)}
    for dossier, vie in objets("evenement_agenda"):
        date_dedans = debut <= vie[-1]["date_evenement"] <= fin
        vivant = vie[-1]["etat"] != "annule"
        saisi = any(dedans(e) for e in vie)
        choix = {
            "date_dans_fenetre": date_dedans and vivant,
            "saisi_dans_fenetre": saisi and vivant,
            "avec_annules": date_dedans,
            "existe": vivant,
            "tout_evenement": False,
        }
        if choix[h["agenda"]]:
            avec_agenda.add(dossier)

    messages = 0
    for e in siens:
        if e["type"] == "message_mssante" and dedans(e):
            messages += {
                "envoyes": e["etat"] == "envoye",
                "avec_echecs": e["etat"] in ("envoye", "echec"),
                "avec_recus": e["etat"] in ("envoye", "recu"),
                "professionnels": e["etat"] == "envoye" and e["canal"] == "professionnelle",
            }[h["messages"]]

    fait_en_2021 = texte == "2021-amorcage"
    alimentes = [(d, vie) for d, vie in objets("alimentation_dmp") if any(dedans(e) for e in vie)]
    dossiers_possibles = {s["id_dossier"] for s in registre if s["id_personne"] in possibles}
    if h["dmp"] == "documents":
        dmp = sum(
            vie[-1]["etat"] == "succes" and (fait_en_2021 or dossier in dossiers_possibles)
            for dossier, vie in alimentes
        )
    else:
        servis = {d for d, vie in alimentes if h["dmp"] == "tentatives" or vie[-1]["etat"] == "succes"}
        dmp = sum(
            any(s["id_personne"] == personne and s["id_dossier"] in servis for s in registre) for personne in possibles
        )

    return {
        "dossiers_actifs": (len(actifs), len(accompagnees)),
        "projet_personnalise": (len(actifs & avec_projet), len(actifs)),
        "evenement_agenda": (len(actifs & avec_agenda), len(actifs)),
        "mssante": (messages, None if fait_en_2021 else len(possibles)),
        "dmp": (dmp, None if fait_en_2021 else len(possibles)),
        "eprescription": (sum(e["type"] == "import_eprescription" and dedans(e) for e in siens), None),
        "eparcours": (sum(e["type"] == "echange_eparcours" and dedans(e) for e in siens), None),
    }
