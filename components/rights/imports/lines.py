"""Render each line on the receipt of an import: outcome, reason and changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from dash.development.base_component import Component

from components.kit import Children, Pages, aria, card, chip, html, link, table
from components.rights.imports.steps import line_downloads
from core.i18n import N_, _, number
from core.unicode_safety import with_unseen
from data.rights.rules.expected_values import column_words, expected_words
from data.rights.rules.outcomes import fate_of
from data.rights.types import LINES_SHOWN, ImportedLine, LineProblem, Lines, LineState, Receipt

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
class LinePage:
    """A page of the lines of an import, and their filter."""

    lines: Sequence[ImportedLine] = ()
    which: Lines = Lines.ALL
    page: int = 1


def lines_card(receipt: Receipt, page_view: LinePage) -> list[Component]:
    if (
        not page_view.lines and page_view.which is Lines.ALL and page_view.page == 1
    ):  # not processed yet
        return []
    return [
        card(
            [_choice(receipt, page_view), _table(page_view), *_pages(receipt, page_view)],
            title=_("Chaque ligne du fichier"),
            actions=line_downloads(_stored(receipt), f"{FILE}?run={receipt.run_id}"),
            flush=True,
            className="rights-imported",
        )
    ]


def _stored(receipt: Receipt) -> int:
    return receipt.counts.lines - receipt.counts.waiting


def _count(receipt: Receipt, which: Lines) -> int:
    counts = receipt.counts
    return {
        Lines.ALL: _stored(receipt),
        Lines.ACCEPTED: counts.accepted,
        Lines.CHANGED: receipt.changed,
        Lines.KNOWN: counts.known,
        Lines.REJECTED: counts.rejected,
    }[which]


def _address(receipt: Receipt, which: Lines, page: int = 1) -> str:
    lines_query = "" if which is Lines.ALL else f"&lines={which.value}"
    return f"/droits/import?run={receipt.run_id}{lines_query}" + (
        f"&page={page}" if page > 1 else ""
    )


def _choice(receipt: Receipt, page_view: LinePage) -> Component:
    counts = ((which, _count(receipt, which)) for which in Lines)
    links = [
        html.Li(
            link(f"{_(_WHICH[which])} ({number(count)})", _address(receipt, which)),
            **(aria(current="true") if which is page_view.which else {}),
        )
        for which, count in counts
        if count or which in {Lines.ALL, page_view.which}
    ]
    return html.Nav(html.Ul(links), className="rights-which", **aria(label=_("Lignes à voir")))


def _table(page_view: LinePage) -> Component:
    head = [_("Ligne"), "PCE", _("Issue au dépôt"), _("Colonne"), _("Trouvé"),
            _("Attendu, ou retenu"), _("Motif"), _("Code"), _("Identifiant du droit")]  # fmt: skip
    rows = [row for line in page_view.lines for row in _rows(line)]
    return table(head, rows, caption=_("Lignes du fichier et leur issue"), numbers=[0])


def _rows(line: ImportedLine) -> Iterator[list[Children]]:
    glyph, tone = _LOOKS[line.state]
    fate = fate_of(line)
    fate_chip = chip(_(fate.word), icon=glyph, tone=tone)  # type: ignore[arg-type]
    head: list[Children] = [number(line.line), line.number or "–", fate_chip]
    if not line.problems:
        sentence = _(fate.sentence) if fate.sentence else "–"
        yield [*head, "–", "–", "–", sentence, fate.code or "–", _right(line)]
    for problem in line.problems:
        yield [*head, *_line_text(problem, fate.code), _right(line)]


def _right(line: ImportedLine) -> Children:
    """Return the right's identifier, with a link while the right exists."""
    if not line.began:
        return line.uid or "–"
    return link(line.uid, f"/droits?open={line.uid}")


def _line_text(problem: LineProblem, code: str) -> list[Children]:
    found_cell = html.Code(with_unseen(problem.cell_text)) if problem.cell_text else "–"
    expected = expected_words(problem)
    expected_cell = (
        html.Code(expected, className="rights-expected") if problem.expected else expected
    )
    sentence = _(problem.sentence, **problem.params)
    return [
        column_words(problem) or "–",
        found_cell,
        expected_cell or "–",
        sentence,
        problem.code or code or "–",
    ]


def _pages(receipt: Receipt, page_view: LinePage) -> list[Component]:
    pages = Pages(_count(receipt, page_view.which), LINES_SHOWN, page_view.page)
    return pages.links(
        _("Pages des lignes du fichier"),
        (_("Lignes précédentes"), _("Lignes suivantes")),
        partial(_address, receipt, page_view.which),
        _("page {page} sur {all}", page=number(pages.here), all=number(pages.last)),
    )
