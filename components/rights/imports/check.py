"""The third step: what would be done of each line, and what one press mends."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    Children,
    alert,
    aria,
    badge,
    button,
    card,
    chip,
    columns,
    data,
    definition_list,
    empty,
    html,
    lead,
    link,
    table,
    text_field,
)
from components.rights.ids import Ids
from components.rights.imports.mapping import recognised
from components.rights.imports.steps import (
    REJECTS,
    Frame,
    Step,
    download_button,
    import_page,
    unchecked,
)
from data.rights.rules.plans import REPAIRS
from data.rights.types import Counts, Group, LineProblem, Preview, Repair
from i18n import _, clock, number, plural, size

EDITED = 20  # lines of a group that may be written again here


def check_page(found: Preview) -> Component:
    notes = {
        Step.FILE: found.file_name,
        Step.COLUMNS: recognised(found),
        Step.CHECK: _("{count} lignes", count=number(found.counts.lines)),
    }
    return import_page(
        Frame(Step.CHECK, found.run_id, notes, back=True),
        [html.Div(check_body(found), id=Ids.CHECK_BODY), dcc.Store(id=Ids.MENDED)],
    )


def check_body(found: Preview) -> list[Component]:
    """All that a repair changes, drawn again after each."""
    mended = [group for group in found.groups if group.repair]
    wrong = [group for group in found.groups if not group.repair]
    blocks = [
        *unchecked(found),
        *_twice(found),
        *_accepted(found),
        *(
            [_groups(_("Réparables"), _("proposées, jamais silencieuses"), mended)]
            if mended
            else []
        ),
        *([_groups(_("À corriger"), _("groupées par réparation"), wrong)] if wrong else []),
    ]
    if not mended and not wrong:
        title = _("Aucune ligne à reprendre")
        blocks.append(card(empty("check2-circle", title, _ready(found))))
    return [
        lead(opening(found.counts)),
        columns(blocks, [_read(found.counts), _rejected(found), _file(found)], kind="3-1"),
        _actions(found),
    ]


def opening(counts: Counts) -> Children:
    """How many lines are ready, how many one press mends, how many are to be corrected."""
    ready = plural("{count} ligne", "{count} lignes", counts.accepted)
    parts = [
        *([plural("{count} se répare d’un clic", "{count} se réparent d’un clic", counts.waiting)]
          if counts.waiting else []),
        *([plural("{count} est à corriger", "{count} sont à corriger", counts.rejected)]
          if counts.rejected else []),
        *([plural("{count} est déjà connue", "{count} sont déjà connues", counts.known)]
          if counts.known else []),
    ]  # fmt: skip
    total = number(counts.lines)
    if not parts:
        return [html.B(ready), _(" sur {total} prêtes. Rien n’est encore créé.", total=total)]
    rest = ", ".join(parts)
    return [
        html.B(ready),
        _(" sur {total} prêtes ; {rest}. Rien n’est encore créé.", total=total, rest=rest),
    ]


def _ready(found: Preview) -> str:
    if found.counts.known and not found.counts.accepted:
        return _("Tout ce fichier est déjà connu : le confirmer ne changera rien.")
    return _("Vous pouvez passer à la confirmation.")


def _twice(found: Preview) -> list[Component]:
    if found.before is None:
        return []
    receipt = link(_("Voir son reçu"), f"/droits/import?run={found.before}")
    text = _("Ce qui est déjà là ne sera pas changé.")
    return [alert(_("Ce même fichier a déjà été importé"), text, "info", actions=receipt)]


def _accepted(found: Preview) -> list[Component]:
    """What was accepted, each to be taken back."""
    chosen = [repair for repair in Repair if repair in found.plan.repairs]
    if not chosen:
        return []
    items = [
        html.Li(
            [
                chip(_(REPAIRS[repair]), icon="check-lg", tone="ok"),
                button(
                    _("Ne plus réparer"),
                    small=True,
                    **data(rights="mend", repair=repair.value, on=""),
                    **aria(label=_("Ne plus faire : {repair}", repair=_(REPAIRS[repair]))),
                ),
            ]
        )
        for repair in chosen
    ]
    return [card(html.Ul(items, className="rights-accepted"), title=_("Réparations acceptées"))]


def _groups(title: str, hint: str, groups: Sequence[Group]) -> Component:
    count = sum(group.count for group in groups)
    return card(
        [_group(group) for group in groups],
        title=[title, " ", badge(count)],
        hint=hint,
        flush=True,
    )


def _group(group: Group) -> Component:
    said = _(group.sentence, **group.params)
    note = _("Le fichier reste tel quel ; rien n’est changé sans votre accord.")
    if not group.repair:
        note = _("Code {code} ; à corriger ici ou dans le fichier.", code=group.code)
    return html.Div(
        [
            html.Div(
                [
                    html.B(number(group.count), className="rights-count"),
                    html.Div([html.H3(said), html.P(note)]),
                    *([_accept(group)] if group.repair else []),
                ],
                className="rights-group-head",
            ),
            html.Details(
                [
                    html.Summary(
                        plural("Voir {count} ligne", "Voir {count} lignes", len(group.lines))
                    ),
                    _lines(group, said),
                ]
            ),
        ],
        className="rights-group" if group.repair else "rights-group rights-group-wrong",
    )


def _accept(group: Group) -> Component:
    return button(
        plural("Accepter la réparation", "Accepter les {count}", group.count),
        small=True,
        **data(rights="mend", repair=str(group.repair.value if group.repair else ""), on="1"),
    )


def _lines(group: Group, said: str) -> Component:
    head = [_("Ligne"), _("Colonne"), _("Trouvé"), _("Attendu"), _("Que faire")]
    rows = [_line(line, place < EDITED) for place, line in enumerate(group.lines)]
    return table(head, rows, caption=said, numbers=[0])


def _line(line: LineProblem, editable: bool) -> list[Children]:  # noqa: FBT001 (of this module)
    code = html.Code(line.found) if line.found else "–"
    expected: Children = html.Code(line.expected, className="rights-expected")
    if not line.expected:
        expected = "–"
    what: Children = _("Accepter la réparation")
    if not line.repair:
        what = _edit(line) if editable and line.field else _(line.sentence, **line.params)
    return [number(line.line), line.column or "–", code, expected, what]


def _edit(line: LineProblem) -> Component:
    """One cell written again here, rather than in the file."""
    label = _("Nouvelle valeur, ligne {line}, {column}", line=line.line, column=line.column or "–")
    return html.Span(
        [
            text_field(
                {"type": "rights-edit", "line": line.line, "field": line.field},
                label,
                value=line.found,
                hidden_label=True,
            ),
            button(
                _("Corriger"),
                small=True,
                **data(rights="edit", line=str(line.line), field=line.field),
            ),
        ],
        className="rights-edit",
    )


def _read(counts: Counts) -> Component:
    parts = [
        ("ready", _("Prêtes"), counts.accepted),
        ("mend", _("Réparables, à confirmer"), counts.waiting),
        ("wrong", _("À corriger"), counts.rejected),
        ("known", _("Déjà connues"), counts.known),
    ]
    bar = [
        html.Span(className=f"rights-bar-{look}", style={"flexGrow": count})
        for look, _word, count in parts
        if count
    ]
    lines = [
        html.Li(
            [
                html.Span(className=f"rights-key rights-bar-{look}"),
                html.Span(word),
                html.B(number(count)),
            ]
        )
        for look, word, count in parts
    ]
    title = plural("{count} ligne lue", "{count} lignes lues", counts.lines)
    return card(
        [
            html.Div(bar, className="rights-bar", **aria(hidden="true")),
            html.Ul(lines, className="rights-legend"),
        ],
        title=title,
    )


def _rejected(found: Preview) -> Component:
    text = _("Même format que votre fichier, avec une colonne « Motif » : corrigez, redéposez.")
    lines = plural("{count} ligne", "{count} lignes", found.counts.rejected)
    take = [
        download_button(
            f"{ending.upper()} · {lines}", f"{REJECTS}?run={found.run_id}&format={ending}"
        )
        for ending in ("xlsx", "csv")
        if found.counts.rejected
    ]
    return card(
        [html.P(text, className="card-text"), html.Div(take, className="rights-downloads")],
        title=_("Lignes rejetées"),
    )


def _file(found: Preview) -> Component:
    return card(
        definition_list(
            [
                (_("Nom"), found.file_name),
                (_("Taille"), size(found.file_size)),
                (_("Déposé"), clock(found.deposited_at)),
            ]
        ),
        title=_("Fichier"),
    )


def _actions(found: Preview) -> Component:
    count = found.counts.accepted
    go = plural("Continuer avec {count} ligne", "Continuer avec {count} lignes", count)
    return html.Div(
        [
            button(
                _("Retour aux colonnes"), href=f"/droits/import?run={found.run_id}&step=columns"
            ),
            button(go, href=f"/droits/import?run={found.run_id}&step=confirm", kind="primary"),
        ],
        className="form-actions rights-form-actions",
    )
