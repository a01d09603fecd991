"""Each line of an import on its receipt: taken or not, why, and what was changed in it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dash.development.base_component import Component

from components.kit import Children, aria, card, chip, html, link, pager, table
from components.rights.imports.steps import download_button
from data.rights.rules.expecting import column_words, expected_words
from data.rights.rules.outcomes import fate_of
from data.rights.types import LINES_SHOWN, ImportedLine, LineProblem, Lines, LineState, Receipt
from data.signs import with_unseen
from i18n import N_, _, number, plural

FILE = "/droits/import/lignes"
_LOOKS: Mapping[LineState, tuple[str, str]] = {
    LineState.ACCEPTED: ("check-circle-fill", "ok"),
    LineState.KNOWN: ("check2-circle", "mute"),
    LineState.REJECTED: ("x-circle-fill", "bad"),
    LineState.WAITING: ("hourglass-split", "info"),
}
_WHICH: Mapping[Lines, str] = {
    Lines.ALL: N_("Toutes"),
    Lines.ACCEPTED: N_("Déclarées"),
    Lines.CHANGED: N_("Réparées ou corrigées"),
    Lines.KNOWN: N_("Déjà connues"),
    Lines.REJECTED: N_("Rejetées"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A page of the lines of an import, and which were asked for."""

    lines: Sequence[ImportedLine] = ()
    which: Lines = Lines.ALL
    page: int = 1


def lines_card(found: Receipt, shown: Shown) -> list[Component]:
    if not shown.lines and shown.which is Lines.ALL and shown.page == 1:  # nothing is known yet
        return []
    lines = plural("{count} ligne", "{count} lignes", _stored(found))
    ways = [
        download_button(f"{ending.upper()} · {lines}", f"{FILE}?run={found.run_id}&format={ending}")
        for ending in ("xlsx", "csv")
    ]
    return [
        card(
            [_choice(found, shown), _table(shown), *_pages(found, shown)],
            title=_("Chaque ligne du fichier"),
            actions=ways,
            flush=True,
            className="rights-imported",
        )
    ]


def _stored(found: Receipt) -> int:
    return found.counts.lines - found.counts.waiting


def _count(found: Receipt, which: Lines) -> int:
    counts = found.counts
    return {
        Lines.ALL: _stored(found),
        Lines.ACCEPTED: counts.accepted,
        Lines.CHANGED: found.changed,
        Lines.KNOWN: counts.known,
        Lines.REJECTED: counts.rejected,
    }[which]


def _address(found: Receipt, which: Lines, page: int = 1) -> str:
    said = "" if which is Lines.ALL else f"&lines={which.value}"
    return f"/droits/import?run={found.run_id}{said}" + (f"&page={page}" if page > 1 else "")


def _choice(found: Receipt, shown: Shown) -> Component:
    counts = ((which, _count(found, which)) for which in Lines)
    links = [
        html.Li(
            link(f"{_(_WHICH[which])} ({number(count)})", _address(found, which)),
            **(aria(current="true") if which is shown.which else {}),
        )
        for which, count in counts
        if count or which in {Lines.ALL, shown.which}
    ]
    return html.Nav(html.Ul(links), className="rights-which", **aria(label=_("Lignes à voir")))


def _table(shown: Shown) -> Component:
    head = [_("Ligne"), "PCE", _("Issue au dépôt"), _("Colonne"), _("Trouvé"),
            _("Attendu, ou retenu"), _("Motif"), _("Code"), _("Identifiant du droit")]  # fmt: skip
    rows = [row for line in shown.lines for row in _rows(line)]
    return table(head, rows, caption=_("Lignes du fichier et leur issue"), numbers=[0])


def _rows(line: ImportedLine) -> Iterator[list[Children]]:
    glyph, tone = _LOOKS[line.state]
    fate = fate_of(line)
    seen = chip(_(fate.word), icon=glyph, tone=tone)  # type: ignore[arg-type]
    head: list[Children] = [number(line.line), line.number or "–", seen]
    if not line.told:
        said = _(fate.sentence) if fate.sentence else "–"
        yield [*head, "–", "–", "–", said, fate.code or "–", _right(line)]
    for one in line.told:
        yield [*head, *_told(one, fate.code), _right(line)]


def _right(line: ImportedLine) -> Children:
    """The identifier of its right, which leads to it as long as it is there."""
    if not line.began:
        return line.uid or "–"
    return link(line.uid, f"/droits?open={line.uid}")


def _told(one: LineProblem, code: str) -> list[Children]:
    found = html.Code(with_unseen(one.found)) if one.found else "–"
    expected = expected_words(one)
    shown = html.Code(expected, className="rights-expected") if one.expected else expected
    said = _(one.sentence, **one.params)
    return [column_words(one) or "–", found, shown or "–", said, one.code or code or "–"]


def _pages(found: Receipt, shown: Shown) -> list[Component]:
    last = max(1, -(-_count(found, shown.which) // LINES_SHOWN))
    steps = []
    if shown.page > 1:
        before = _address(found, shown.which, shown.page - 1)
        steps.append((_("Lignes précédentes"), "chevron-left", before))
    if shown.page < last:
        after = _address(found, shown.which, shown.page + 1)
        steps.append((_("Lignes suivantes"), "chevron-right", after))
    where = _("page {page} sur {all}", page=number(shown.page), all=number(last))
    return [pager(_("Pages des lignes du fichier"), where, steps)] if steps else []
