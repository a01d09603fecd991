"""Render a long list of entities: the first ones, and the others folded below."""

from collections.abc import Iterable, Sequence

from dash.development.base_component import Component

from components import kit
from components.kit import html
from core.i18n import plural

SHOWN = 6
MOST = 200  # of those folded; the files have all


def long_list(
    head: Sequence[kit.Children],
    rows: Sequence[Sequence[kit.Children]],
    caption: str,
    numbers: Iterable[int],
) -> list[Component]:
    """Return a table of the first rows, and one of the others in a fold."""
    columns = tuple(numbers)
    first = kit.table(head, rows[:SHOWN], caption=caption, numbers=columns, cards=True)
    others = rows[SHOWN : SHOWN + MOST]
    if not others:
        return [first]
    title = plural("{count} autre EFA", "{count} autres EFA", len(rows) - SHOWN)
    below = kit.table(head, others, caption=title, numbers=columns, cards=True)
    return [first, html.Div(kit.fold(title, below), className="folds")]
