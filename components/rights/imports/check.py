"""Render the third step: the outcome of each line, and bulk repairs."""

from collections.abc import Sequence

from dash import dcc
from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.rights.ids import Ids
from components.rights.imports.groups import accept_all, groups_card
from components.rights.imports.mapping import recognised_text
from components.rights.imports.steps import (
    REJECTS,
    Frame,
    ImportStep,
    check_note,
    file_note,
    import_page,
    line_downloads,
    unchecked_alerts,
    unread_alerts,
)
from components.rights.labels import REACH
from core.i18n import _, clock, number, plural, size
from data.rights.rules.plans import DROPPED, REPAIRS
from data.rights.types import ImportCounts, ImportPreview, LineGroup, Repair


def check_page(preview: ImportPreview) -> Component:
    notes = {
        ImportStep.FILE: file_note(preview.file_name, preview.counts.lines),
        ImportStep.COLUMNS: recognised_text(preview),
        ImportStep.CHECK: check_note(preview.counts),
        ImportStep.CONFIRM: _("rien n’est encore créé"),
        ImportStep.FOLLOW: _("reçu et adresse permanente"),
    }
    return import_page(
        Frame(ImportStep.CHECK, preview.run_id, notes, back=True),
        [html.Div(check_body(preview), id=Ids.CHECK_BODY), dcc.Store(id=Ids.MENDED)],
        actions=html.Div(ways_on(preview), id=Ids.CHECK_WAYS, className="rights-ways-on"),
    )


def check_body(preview: ImportPreview) -> list[Component]:
    """Return the content that a repair changes, redrawn after each."""
    mended = [group for group in preview.groups if group.repair]
    wrong = [group for group in preview.groups if not group.repair and group.code != DROPPED]
    blocks = [
        *unchecked_alerts(preview),
        *_twice(preview),
        *unread_alerts(preview),
        *_unwritten(preview),
        *_accepted(preview),
        *_excluded_lines(preview),
        *_groups(preview, mended, wrong),
    ]
    if preview.checked and not mended and not wrong:
        title = _("Aucune ligne à reprendre")
        blocks.append(kit.card(kit.empty("check2-circle", title, _ready(preview))))
    return [
        kit.lead(
            opening(preview.counts, count_left_out(preview))
            if preview.checked
            else _("Rien n’est prêt.")
        ),
        kit.columns(
            blocks,
            [
                *([_read(preview.counts, count_left_out(preview))] if preview.checked else []),
                *_rejected(preview),
                _file(preview),
            ],
            kind="3-1",
        ),
        html.Div(ways_on(preview), className="form-actions rights-form-actions"),
    ]


def _groups(
    preview: ImportPreview, mended: Sequence[LineGroup], wrong: Sequence[LineGroup]
) -> list[Component]:
    counts, hint = preview.counts, _("proposées, jamais appliquées sans votre accord")
    rest = counts.rejected - count_left_out(preview)
    return [
        *(
            [groups_card(_("Réparables"), hint, mended, counts.waiting, accept_all(mended))]
            if mended
            else []
        ),
        *(
            [groups_card(_("À corriger"), _("groupées par réparation"), wrong, rest)]
            if wrong
            else []
        ),
    ]


def count_left_out(preview: ImportPreview) -> int:
    """Return how many of the rejected lines the user excluded."""
    return sum(group.count for group in preview.groups if group.code == DROPPED)


def opening(counts: ImportCounts, left_out_count: int = 0) -> kit.Children:
    """Return how many lines are ready, repairable or wrong."""
    ready = plural("{count} ligne prête", "{count} lignes prêtes", counts.accepted)
    parts = [
        *(
            [
                plural(
                    "{count} a une réparation proposée",
                    "{count} ont une réparation proposée",
                    counts.waiting,
                )
            ]
            if counts.waiting
            else []
        ),
        *(
            [
                plural(
                    "{count} est à corriger",
                    "{count} sont à corriger",
                    counts.rejected - left_out_count,
                )
            ]
            if counts.rejected > left_out_count
            else []
        ),
        *(
            [plural("{count} est écartée", "{count} sont écartées", left_out_count)]
            if left_out_count
            else []
        ),
        *(
            [plural("{count} est déjà connue", "{count} sont déjà connues", counts.known)]
            if counts.known
            else []
        ),
    ]
    total = number(counts.lines)
    if not parts:
        return [html.B(ready), _(" sur {total}. Rien n’est encore créé.", total=total)]
    rest = ", ".join(parts)
    return [
        html.B(ready),
        _(" sur {total} ; {rest}. Rien n’est encore créé.", total=total, rest=rest),
    ]


def _ready(preview: ImportPreview) -> str:
    if preview.counts.known and not preview.counts.accepted:
        return _("Tout ce fichier est déjà connu : il n’y a rien à déclarer.")
    return _("Vous pouvez passer à la confirmation.")


def _twice(preview: ImportPreview) -> list[Component]:
    if preview.before is None:
        return []
    receipt = kit.link(_("Voir son reçu"), f"/droits/import?run={preview.before.run_id}")
    if preview.before.undone_at:
        title = _(
            "Ce même fichier a été importé, puis annulé le {at}", at=clock(preview.before.undone_at)
        )
        text = _("Rien n’en est resté : le confirmer le déclare de nouveau.")
        return [kit.alert(title, text, "info", actions=receipt)]
    text = _("Ce qui est déjà là ne sera pas changé.")
    return [kit.alert(_("Ce même fichier a déjà été importé"), text, "info", actions=receipt)]


def _unwritten(preview: ImportPreview) -> list[Component]:
    """Return a notice about holders who refuse mail and must be contacted otherwise."""
    title = plural(
        "{count} ligne dont le titulaire ne veut plus de courriel",
        "{count} lignes dont le titulaire ne veut plus de courriel",
        preview.unwritten,
    )
    return kit.only_if(preview.unwritten, kit.alert(title, _(REACH), "warn"))


def _accepted(preview: ImportPreview) -> list[Component]:
    """Return the accepted repairs, each with a button to revert it."""
    chosen = [repair for repair in Repair if repair in preview.plan.repairs]
    if not chosen:
        return []
    items = [
        html.Li(
            [
                kit.chip(_(REPAIRS[repair]), icon="check-lg", tone="ok"),
                kit.button(
                    _("Ne plus réparer"),
                    small=True,
                    **kit.data(rights="mend", repair=repair.value, on=""),
                    **kit.aria(label=_("Ne plus faire : {repair}", repair=_(REPAIRS[repair]))),
                ),
            ]
        )
        for repair in chosen
    ]
    return [kit.card(html.Ul(items, className="rights-accepted"), title=_("Réparations acceptées"))]


def _excluded_lines(found: ImportPreview) -> list[Component]:
    """Return the excluded lines, with a button to include them."""
    left_out_count = count_left_out(found)
    if not left_out_count:
        return []
    sentence = plural(
        "{count} ligne ne sera pas déclarée.",
        "{count} lignes ne seront pas déclarées.",
        left_out_count,
    )
    back = kit.button(_("Les corriger"), small=True, **kit.data(rights="leave", reason=""))
    return [kit.card(html.P([sentence, " ", back], className="card-text"), title=_("Écartées"))]


def _read(counts: ImportCounts, left_out_count: int) -> Component:
    parts = [
        ("ready", _("Prêtes"), counts.accepted),
        ("mend", _("Réparables, à confirmer"), counts.waiting),
        ("wrong", _("À corriger"), counts.rejected - left_out_count),
        *([("left", _("Écartées"), left_out_count)] if left_out_count else []),
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
    return kit.card(
        [
            html.Div(bar, className="rights-bar", **kit.aria(hidden="true")),
            html.Ul(lines, className="rights-legend"),
        ],
        title=title,
    )


def _rejected(preview: ImportPreview) -> list[Component]:
    if not preview.counts.rejected:
        return []
    text = _(
        "Même format que votre fichier, avec une colonne « Motif » : corrigez, puis redéposez."
    )
    take = line_downloads(preview.counts.rejected, f"{REJECTS}?run={preview.run_id}")
    return [
        kit.card(
            [html.P(text, className="card-text"), html.Div(take, className="rights-downloads")],
            title=_("Lignes rejetées"),
        )
    ]


def _file(preview: ImportPreview) -> Component:
    return kit.card(
        kit.definition_list(
            [
                (_("Nom"), preview.file_name),
                (_("Taille"), size(preview.file_size)),
                (_("Déposé"), clock(preview.deposited_at)),
            ]
        ),
        title=_("Fichier"),
    )


def ways_on(preview: ImportPreview) -> list[Component]:
    """Return the links back and on, shown above and below the groups."""
    count = preview.counts.accepted
    back = kit.button(
        _("Retour aux colonnes"), href=f"/droits/import?run={preview.run_id}&step=columns"
    )
    if not (preview.checked and count):  # nothing to declare
        return [back]
    go = plural("Continuer avec {count} ligne", "Continuer avec {count} lignes", count)
    return [
        back,
        kit.button(go, href=f"/droits/import?run={preview.run_id}&step=confirm", kind="primary"),
    ]
