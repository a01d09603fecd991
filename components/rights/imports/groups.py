"""Render groups of lines with the same repair, and each of their lines."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.kit import Children, badge, button, card, data, html, table, text_field
from core.i18n import _, number, plural
from core.unicode_safety import with_unseen
from data.rights.rules.columns import LABELS
from data.rights.rules.expected_values import (
    TWICE,
    UNKNOWN,
    column_words,
    expected_words,
    reason_of,
)
from data.rights.types import LineGroup, LineProblem, Repair

# Another digit than the leading one may be missing, so proposals can be edited.
_GUESSED = frozenset({None, Repair.PCE_ZERO, Repair.POSTAL_ZERO})
NAMED = 3  # columns named in the title of a group
EDITED = 20  # editable lines of a group


def groups_card(
    title: str, hint: str, groups: Sequence[LineGroup], count: int, acts: Sequence[Component] = ()
) -> Component:
    """Return the groups; `count` counts a line in two groups once."""
    return card(
        [_group(group) for group in groups],
        title=[title, " ", badge(count)],
        hint=hint,
        actions=acts,
        flush=True,
    )


def accept_all(groups: Sequence[LineGroup]) -> list[Component]:
    """Return a button that accepts all repairs, if there are several kinds."""
    if len(groups) < 2:  # noqa: PLR2004
        return []
    count = sum(group.count for group in groups)
    words = plural("Accepter la réparation", "Accepter les {count} réparations", count)
    repairs = ",".join(str(group.repair) for group in groups)
    return [button(words, small=True, **data(rights="mend", repair=repairs, on="1"))]


def _group(group: LineGroup) -> Component:
    sentence, line_count = (
        _(group.sentence, **group.params),
        len({line.line for line in group.lines}),
    )
    note = _("Le fichier reste tel quel ; rien n’est changé sans votre accord.")
    if not group.repair:
        note = _("Code {code} ; à corriger ici ou dans le fichier.", code=group.code)
    return html.Div(
        [
            html.Div(
                [
                    html.B(number(group.count), className="rights-count"),
                    html.Div([html.H3([*_where(group), sentence]), html.P(note)]),
                    _accept(group) if group.repair else _leave(group),
                ],
                className="rights-group-head",
            ),
            html.Details(
                [
                    html.Summary(plural("Voir {count} ligne", "Voir {count} lignes", line_count)),
                    _lines(group, sentence),
                ]
            ),
        ],
        className="rights-group" if group.repair else "rights-group rights-group-wrong",
    )


def _where(group: LineGroup) -> list[Component | str]:
    """Return the columns of the group, which distinguish groups with the same sentence."""
    column_labels = list(dict.fromkeys(filter(None, map(column_words, group.lines))))
    if not column_labels:
        return []
    named = plural("{count} colonne", "{count} colonnes", len(column_labels))
    words = " ; ".join(column_labels) if len(column_labels) <= NAMED else named
    return [html.Span(words, className="rights-group-where"), " – "]


def _accept(group: LineGroup) -> Component:
    return button(
        plural("Accepter la réparation", "Accepter les {count}", group.count),
        small=True,
        **data(rights="mend", repair=str(group.repair.value if group.repair else ""), on="1"),
    )


def _leave(group: LineGroup) -> Component:
    """Return the button that excludes a group; a PCE present twice keeps its first line."""
    words = plural("Écarter cette ligne", "Écarter les {count}", group.count)
    if group.code == TWICE:
        words = plural("Garder la première", "Garder les premières", group.count)
    return button(words, small=True, **data(rights="leave", reason=reason_of(group.lines[0])))


def _lines(group: LineGroup, caption: str) -> Component:
    head = [_("Ligne"), _("Colonne"), _("Trouvé"), _("Attendu"), _("Que faire")]
    rows = [_line(line, group, place < EDITED) for place, line in enumerate(group.lines)]
    return table(head, rows, caption=caption, numbers=[0])


def _line(line: LineProblem, group: LineGroup, editable: bool) -> list[Children]:  # noqa: FBT001 (of this module)
    code = html.Code(with_unseen(line.cell_text)) if line.cell_text else "–"
    words = expected_words(line)
    expected = html.Code(words, className="rights-expected") if line.expected else words or "–"
    return [
        number(line.line),
        column_words(line) or "–",
        code,
        expected,
        _what(line, group, editable),
    ]


def _what(line: LineProblem, group: LineGroup, editable: bool) -> Children:  # noqa: FBT001
    """Return the repair to accept, the cells to edit, or what to do elsewhere."""
    explanation = html.Span(_(line.sentence, **line.params), className="rights-what")
    if line.repair:
        accept = _("Accepter la réparation")
        if editable and line.repair in _GUESSED:
            accept = _("Accepter la réparation, ou écrire autre chose")
        explanation = html.Span(accept, className="rights-what")
    if not (editable and line.field) or line.repair not in _GUESSED:
        return explanation
    cells = [_edit(line, line.field, line.expected or line.cell_text)]
    if line.code == UNKNOWN:
        cells.append(_edit(line, "code_postal", str(line.params.get("postal", ""))))
    has_known_cause = line.sentence == group.sentence or "found" in line.params
    return cells if has_known_cause and not line.repair else [explanation, *cells]


def _edit(line: LineProblem, field: str, text: str) -> Component:
    """Return a field to edit one cell here instead of in the file."""
    where = column_words(line) if field == line.field else _(LABELS[field])
    label = _("Nouvelle valeur, ligne {line}, {column}", line=line.line, column=where)
    return html.Span(
        [
            text_field(
                {"type": "rights-edit", "line": line.line, "field": field},
                label,
                value=text,
                hidden_label=True,
                placeholder=_(LABELS[field]),
            ),
            button(
                _("Corriger"),
                small=True,
                **data(rights="edit", line=str(line.line), field=field),
            ),
        ],
        className="rights-edit",
    )
