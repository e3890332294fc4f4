"""The comment: verdict and targets first, then what was not checked, the figures, the findings, each folded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from duicheck.langue import _, n_, phrase
from duicheck.render.figures import judged
from duicheck.render.findings import OUTCOMES, WORDS, by_rule, place
from duicheck.render.french import day, integer, percent, ratio, sentence, typography
from duicheck.render.headline import TARGETS, targets_why, verdict_why
from duicheck.render.labels import indicator
from duicheck.render.markdown.escape import code, plain, summary, table
from duicheck.render.marks import agreement, marked, reached, targets_mark, verdict_mark
from duicheck.render.undone import undone
from duicheck.render.waivers import STATES, became, granted, scope, waived_by_rule
from duicheck.render.waivers import summary as waivers_summary
from duicheck.render.work import not_right, title, works

if TYPE_CHECKING:
    from duicheck.rules import Rule

__all__ = ["LIMIT", "LISTED", "render_comment"]

Json = Mapping[str, Any]

LIMIT: Final = 65_536
"""Bytes of a comment. GitHub refuses longer ones (in characters); GitLab takes a million."""

LISTED: Final = 20
"""How many findings of one rule are written out; the others are counted."""

OPEN: Final = 3
"""Up to this many establishments, their tables are not folded."""


class _Part(Struct):
    """A heading and its blocks, as far as there was room; `left` counts the blocks that there was none for."""

    heading: str
    blocks: list[str] = field(default_factory=list)
    left: int = 0

    def text(self) -> str:
        return "\n\n".join([f"### {self.heading}", *self.blocks]) if self.blocks else ""


class _Room:
    """How many bytes are left."""

    def __init__(self, size: int) -> None:
        self.size = size

    def fill(self, part: _Part, blocks: Iterable[str], share: float = 1.0) -> _Part:
        """Add blocks in their order while they fit in a share of what is left; count those that do not."""
        room = int(self.size * share)
        for block in blocks:
            cost = _bytes(block) + 2 + (0 if part.blocks else _bytes(part.heading) + 6)
            if part.left or cost > room:
                part.left += 1
                continue
            room -= cost
            self.size -= cost
            part.blocks.append(block)
        return part


def render_comment(report: Json, rules: Mapping[str, Rule]) -> str:
    """The whole comment, at most LIMIT bytes of UTF-8; what does not fit is counted in it.

    Args:
        report: the value of rapport.json.
        rules: the loaded rules by id, for their titles and remedies.
    """
    head, foot = "\n\n".join(_head(report)), _foot(report)
    room = _Room(LIMIT - _bytes(head) - _bytes(foot) - _bytes(_cut(10**9, 10**9, 10**9, 10**9)) - 8)
    # What keeps a verdict open comes first, and figures leave half of the rest to the findings.
    unchecked = room.fill(_Part(_("Ce qui n'a pas été contrôlé")), _unchecked(report))
    waivers = room.fill(_Part(_("Dérogations")), _waivers(report), 0.5)
    work = room.fill(_Part(title(report)), _work(report, rules), 0.25)
    figures = room.fill(_Part(_("Indicateurs")), _figures(report), 0.5)
    findings = room.fill(_Part(_("Constats")), _findings(report, rules))
    hypotheses = room.fill(_Part(_("Hypothèses de calcul")), _hypotheses(report))
    cut = _cut(unchecked.left, waivers.left, figures.left, findings.left)
    parts = [head, *(part.text() for part in (work, figures, findings, waivers, unchecked, hypotheses)), cut, foot]
    return "\n\n".join(filter(None, parts)) + "\n"


def _bytes(text: str) -> int:
    return len(text.encode("utf-8"))


def _cut(unchecked: int, waivers: int, figures: int, findings: int) -> str:
    """What the comment had no room for."""
    said = [
        n_("{n} tableau d'indicateurs", "{n} tableaux d'indicateurs", figures).format(n=integer(figures))
        if figures
        else "",
        n_("{n} règle enfreinte", "{n} règles enfreintes", findings).format(n=integer(findings)) if findings else "",
        n_("{n} dérogation", "{n} dérogations", waivers).format(n=integer(waivers)) if waivers else "",
        n_("{n} raison de non-contrôle", "{n} raisons de non-contrôle", unchecked).format(n=integer(unchecked))
        if unchecked
        else "",
    ]
    left = ", ".join(filter(None, said))
    if not left:
        return ""
    text = _("Commentaire coupé, faute de place : il y manque {reste}. Tout est dans rapport.json.").format(reste=left)
    return f"**{plain(typography(text))}**"


def _head(report: Json) -> Iterator[str]:
    yield f"## {plain(verdict_mark(report))}"
    yield plain(sentence(verdict_why(report)))
    yield f"**{plain(targets_mark(report))}** — {plain(targets_why(report))}"
    if waivers := waivers_summary(report):
        count = len(report["derogations"])
        words = n_("{n} dérogation", "{n} dérogations", count).format(n=integer(count))
        yield f"**{plain(words)}** — {plain(waivers)}"
    window = report["fenetre"]
    measured = _("Mesure au {jour}").format(jour=day(report["date_mesure"]))
    days = (
        _("fenêtre indéterminée")
        if window is None
        else _("jours du {debut} au {fin} inclus").format(debut=day(window["debut"]), fin=day(window["fin"]))
    )
    texte = report["texte"]
    title = plain(typography(phrase(texte["titre"])))
    yield f"{plain(measured)}, {plain(days)}. {plain(_('Texte'))} {code(texte['id'])} – {title}."
    yield f"{plain(_('Règles'))} – {', '.join(_account(report))}."


def _account(report: Json) -> Iterator[str]:
    """How many rules had each outcome; the five are never merged."""
    for outcome, forms in OUTCOMES.items():
        count = sum(rule["resultat"] == outcome for rule in report["regles"])
        if count:
            yield f"{integer(count)}\u00a0{plain(n_(*forms, count))}"


def _foot(report: Json) -> str:
    """What this comment was made from."""
    made = _("duicheck {version}, livraison SHA-256").format(version=report["duicheck"]["version"])
    unsigned = typography(_("Document non signé : rapport.json fait foi."))
    return f"---\n\n{plain(made)} {code(report['livraison']['sha256'])}. {plain(unsigned)}"


def _work(report: Json, rules: Mapping[str, Rule]) -> Iterator[str]:
    """Who must put right what, then which establishments are not right."""
    for work in works(report, rules):
        counts = f" — {plain(work.counts)}" if work.counts else ""
        yield f"- **{plain(work.label)}**{counts}. {plain(' '.join(map(sentence, work.sentences)))}"
    for text in not_right(report, rules):
        yield f"- {plain(text)}"


def _figures(report: Json) -> Iterator[str]:
    ones = report["etablissements"]
    if len(ones) > 1 and report["projet"]["indicateurs"]:
        yield f"**{plain(_('Ensemble du projet'))}**\n\n{_table(report['projet']['indicateurs'])}"
    for one in ones:
        title = f"{one['finess_et']} — {verdict_mark(one)}"
        if one["cibles"] != "sans_objet":
            title = f"{title}, {_(TARGETS[one['cibles']][1]).lower()}"
        yield _folded(title, _table(one["indicateurs"]), unfolded=len(ones) <= OPEN)


def _table(rows: Iterable[Json]) -> str:
    headings = [
        _("Indicateur"),
        _("Exporté"),
        _("Recalculé"),
        _("Accord"),
        _("Taux"),
        _("Cible"),
        _("Résultat"),
        _("Manque"),
        _("Marge"),
    ]
    return table(headings, frozenset({1, 2, 4, 5, 7, 8}), [_cells(row) for row in rows])


def _cells(row: Json) -> list[str]:
    counts = judged(row)
    return [
        plain(indicator(row["code"])),
        _counts(row["exporte"]),
        _counts(row["recalcule"]),
        plain(agreement(row)),
        "–" if counts is None else ratio(counts["numerateur"], counts["denominateur"]),
        "–" if row["cible"] is None else percent(row["cible"]),
        plain(reached(row)),
        "–" if row["manquants"] is None else integer(row["manquants"]),
        "–" if row["marge"] is None else integer(row["marge"]),
    ]


def _counts(counts: Json | None) -> str:
    if counts is None:
        return "–"
    if counts["denominateur"] is None:
        return integer(counts["numerateur"])
    return f"{integer(counts['numerateur'])}\u00a0/\u00a0{integer(counts['denominateur'])}"


def _findings(report: Json, rules: Mapping[str, Rule]) -> Iterator[str]:
    counts = {rule["id"]: rule["constats"] for rule in report["regles"]}
    waived = waived_by_rule(report)
    for rule, found in by_rule(report).items():
        style, word = WORDS[found[0]["gravite"]]
        count = counts.get(rule, len(found))
        covered = waived[rule] == count
        title = phrase(rules[rule].title) if rule in rules else rule
        signed = marked("alerte" if covered else style, word)
        total = n_("{n} constat", "{n} constats", count).format(n=integer(count))
        spared = (
            n_(", dont {n} couvert par dérogation", ", dont {n} couverts par dérogation", waived[rule]).format(
                n=integer(waived[rule])
            )
            if waived[rule]
            else ""
        )
        body = [code(rule), "\n".join(_items(found, count))]
        if rule in rules:
            body.append(f"{plain(typography(_('Que faire :')))} {plain(sentence(phrase(rules[rule].remedy)))}")
        yield _folded(f"{signed} — {typography(title)} ({total}{spared})", "\n\n".join(body))


def _items(found: list[Json], count: int) -> Iterator[str]:
    for finding in found[:LISTED]:
        where = place(finding["lieu"])
        shown = f"{code(where)} – " if where else ""
        number = finding.get("derogation")
        waiver = "" if number is None else f" – {plain(_('dérogation'))}\u00a0{number + 1}"
        yield f"- {shown}{plain(typography(phrase(finding['message'])))}{waiver}"
    left = count - min(len(found), LISTED)
    if left > 0:
        yield f"- {plain(n_('… et {n} autre.', '… et {n} autres.', left).format(n=integer(left)))}"


def _waivers(report: Json) -> Iterator[str]:
    for number, waiver in enumerate(report["derogations"], 1):
        state = marked(*STATES[waiver["etat"]])
        yield (
            f"{number}. {plain(state)} – {code(waiver['regle'])}, {plain(typography(scope(waiver)))}. "
            f"{plain(became(waiver, report))} {plain(typography(_('Motif :')))} {plain(sentence(waiver['motif']))} "
            f"{plain(granted(waiver))}"
        )


def _unchecked(report: Json) -> Iterator[str]:
    crashed = [rule for rule in report["regles"] if rule["resultat"] == "en_erreur"]
    for rule in crashed:
        words = _("arrêté par une erreur du programme, qui n'est pas un défaut de la livraison")
        yield f"- {code(rule['id'])} – {plain(words)}. {plain(sentence(phrase(rule['raison'] or '')))}"
    if missing := report["livraison"].get("roles_manquants"):
        yield f"- {plain(_('il manque à la livraison'))} {', '.join(map(code, missing))}"
    for group in undone(report):
        why = group.said or phrase(group.reason or "")
        listed = n_("{n} règle", "{n} règles", len(group.rules)).format(n=integer(len(group.rules)))
        named = f" – {', '.join(map(code, group.rules))}" if group.awaited else ""
        yield f"- {plain(sentence(why))} {plain(listed)}{named}."


def _hypotheses(report: Json) -> Iterator[str]:
    chosen = report["hypotheses"]
    if not chosen:
        return
    lines = []
    for name, one in chosen.items():
        kind = _("règle par défaut") if one["par_defaut"] else _("choix de cette livraison")
        choice = f"{name} = {one['valeur']}"
        lines.append(f"- {code(choice)} ({plain(kind)}) {plain(typography(phrase(one['phrase'])))}")
    count = n_("{n} question que le texte laisse ouverte", "{n} questions que le texte laisse ouvertes", len(chosen))
    yield _folded(count.format(n=integer(len(chosen))), "\n".join(lines))


def _folded(title: str, body: str, *, unfolded: bool = False) -> str:
    state = " open" if unfolded else ""
    return f"<details{state}><summary>{summary(title)}</summary>\n\n{body}\n\n</details>"
