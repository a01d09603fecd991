"""Preview thresholds created for each PCE with its own values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from components.kit import alert, aria, button, card, html, table
from components.thresholds.form import form_of_query, numbers_in
from components.thresholds.group import group_note, tried
from components.thresholds.ids import Ids
from components.thresholds.labels import LIKES, choice_of, draft_for, kwh, per
from components.thresholds.winter import refused_list
from core.i18n import _, number, plural
from data.thresholds.rules.proposals import own_draft
from data.thresholds.types import (
    PlannedPce,
    PlannedTest,
    ThresholdDraft,
    ThresholdKind,
    ThresholdPlan,
    ThresholdScope,
)

EACH = ("month", "day", "year", "weather")  # kinds with values proposed from history
SHOWN = 8  # PCEs whose values are listed


@dataclass(frozen=True, slots=True)
class PlannedSelection:
    """Selection stored in the page between preview and confirmation."""

    kind: str
    pces: tuple[str, ...] = ()
    tag: str = ""
    include_existing: bool = False

    @property
    def scope(self) -> ThresholdScope:
        return ThresholdScope(self.pces, self.tag)

    def draft(self, user_id: int) -> ThresholdDraft:
        kind = self.kind if self.kind in EACH else EACH[0]
        return form_of_query({"kind": kind}, "", user_id).draft

    def saved_selection(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "pces": list(self.pces),
            "tag": self.tag,
            "again": self.include_existing,
        }


def wanted_of(kept: Mapping[str, Any] | None, *, again: bool) -> PlannedSelection:
    plan_fields = kept or {}
    pces = plan_fields.get("pces")
    several = numbers_in(" ".join(map(str, pces))) if isinstance(pces, list) else ()
    return PlannedSelection(
        str(plan_fields.get("kind") or ""), several, str(plan_fields.get("tag") or ""), again
    )


def drafts_of(plan: ThresholdPlan, draft: ThresholdDraft) -> list[ThresholdDraft]:
    return [draft_for(own_draft(draft, row), row.number, row.alias) for row in plan.rows]


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """A plan, and the trial of it."""

    plan_request: PlannedSelection
    planned: PlannedTest


def preview_box(plan_preview: PlanPreview | None) -> Component:
    return html.Div(
        preview(plan_preview) if plan_preview else [],
        id=Ids.MANY_PREVIEW,
        className="thresholds-planned",
        role="region",
        **aria(label=_("Avant d’enregistrer")),
    )


def preview(found: PlanPreview) -> list[Component]:
    """Return the plan: number, range of values, recipients, trial and confirmation."""
    rows = found.planned.plan.rows
    count = len(rows)
    title = plural("{count} seuil à poser", "{count} seuils à poser", count)
    return [
        card(
            [
                html.Ul(
                    [html.Li(line) for line in lines(found.planned)],
                    className="thresholds-planned-facts",
                ),
                *left_out(found),
                *([rows_table(rows, found.planned.draft)] if count else []),
                html.Div(
                    [
                        button(_("Annuler"), id=Ids.MANY_CANCEL),
                        button(
                            plural("Poser {count} seuil", "Poser {count} seuils", count),
                            id=Ids.MANY_CONFIRM,
                            kind="primary",
                            disabled=not count,
                        ),
                    ],
                    className="form-actions",
                ),
                dcc.Store(id=Ids.MANY_PLANNED, data=found.plan_request.saved_selection()),
            ],
            title=title,
            hint=_("rien n’est enregistré avant votre confirmation"),
        )
    ]


def lines(found: PlannedTest) -> list[str]:
    rows, test = found.plan.rows, found.test
    if not rows:
        return [_("Aucun de ces PCE n’en recevrait.")]
    alerts = plural("{count} alerte", "{count} alertes", test.exceeded)
    return [
        _proposed(rows, found.draft),
        _(
            "Prévenu : vous seul, dans le portail et par courriel, à chaque dépassement. Chaque"
            " seuil peut ensuite être modifié."
        ),
        _(
            "Essai sur 3 ans : {alerts} sur {count} PCE ; {note}.",
            alerts=alerts,
            count=tried(test),
            note=group_note(test),
        ),
    ]


def _proposed(rows: Sequence[PlannedPce], draft: ThresholdDraft) -> str:
    if draft.kind is ThresholdKind.WEATHER:
        return _(
            "Écart de {least} à {most} % à l’attendu : trois fois l’écart habituel de chacun à"
            " sa propre signature.",
            least=number(min(row.percent for row in rows)),
            most=number(max(row.percent for row in rows)),
        )
    values = [value for row in rows for value in row.values_wh]
    return _(
        "Valeurs de {least} à {most}, {per} : celles que l’historique de chacun propose.",
        least=kwh(min(values)),
        most=kwh(max(values)),
        per=per(draft.period),
    )


def left_out(plan_preview: PlanPreview) -> list[Component]:
    """List the PCEs left out: those with a threshold, which can be included, or no history."""
    plan, draft, notices = plan_preview.planned.plan, plan_preview.planned.draft, list[Component]()
    short = plan.short - len(plan.refused)
    notices += refused_list(plan.refused)
    if short > 0:
        words = plural(
            "{count} PCE n’a pas assez d’historique : il est laissé de côté.",
            "{count} PCE n’ont pas assez d’historique : ils sont laissés de côté.",
            short,
        )
        notices.append(alert(words, None, "info"))
    what = _(LIKES[choice_of(draft.kind, draft.period)])
    if plan.existing_count:
        words = plural(
            "{count} PCE est laissé de côté : {what} y existe déjà.",
            "{count} PCE sont laissés de côté : {what} y existe déjà.",
            plan.existing_count,
            what=what[:1].lower() + what[1:],
        )
        notices.append(alert(words, None, "info"))
    hidden = not plan.existing_count and not plan_preview.plan_request.include_existing
    notices.append(
        html.Div(
            dbc.Checkbox(
                id=Ids.MANY_AGAIN,
                label=_("En poser aussi là où il en existe déjà un"),
                value=plan_preview.plan_request.include_existing,
            ),
            hidden=hidden,
        )
    )
    return notices


def rows_table(rows: Sequence[PlannedPce], draft: ThresholdDraft) -> Component:
    """Return the first planned thresholds, with their future names."""
    table_rows = [
        [draft_for(draft, row.number, row.alias).name, row.number, _span(row)]
        for row in rows[:SHOWN]
    ]
    more = len(rows) - SHOWN
    caption = _("Les seuils à poser")
    rows_part = table([_("Seuil"), _("PCE"), _("Valeurs")], table_rows, caption=caption)
    if more <= 0:
        return rows_part
    words = plural("et {count} autre", "et {count} autres", more)
    return html.Div([rows_part, html.P(words, className="thresholds-trial-note")])


def _span(row: PlannedPce) -> str:
    if not row.values_wh:
        return _("{value} %", value=number(row.percent))
    least, most = min(row.values_wh), max(row.values_wh)
    if least == most:
        return kwh(most)
    return _("{least} à {most}", least=number(least / 1000), most=kwh(most))
