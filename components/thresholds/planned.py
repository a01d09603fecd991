"""One threshold a PCE, each with its own values: what that would do, before it is done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from components.kit import alert, aria, button, card, html, table
from components.thresholds.form import asked_form, numbers_in
from components.thresholds.group import group_note, tried
from components.thresholds.ids import Ids
from components.thresholds.winter import refused_list
from components.thresholds.words import LIKES, choice_of, draft_for, kwh, per
from data.thresholds.rules.proposing import own_draft
from data.thresholds.types import Draft, Plan, Planned, PlannedPce, Scope, ThresholdKind
from i18n import _, number, plural

EACH = ("month", "day", "year", "weather")  # whose values the history of a PCE proposes
SHOWN = 8  # PCE whose values are written


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was ticked, as the page keeps it between the preview and the confirmation."""

    kind: str
    pces: tuple[str, ...] = ()
    tag: str = ""
    again: bool = False

    @property
    def scope(self) -> Scope:
        return Scope(self.pces, self.tag)

    def draft(self, user_id: int) -> Draft:
        kind = self.kind if self.kind in EACH else EACH[0]
        return asked_form({"kind": kind}, "", user_id).draft

    def kept(self) -> dict[str, Any]:
        return {"kind": self.kind, "pces": list(self.pces), "tag": self.tag, "again": self.again}


def wanted_of(kept: Mapping[str, Any] | None, *, again: bool) -> Wanted:
    found = kept or {}
    pces = found.get("pces")
    several = numbers_in(" ".join(map(str, pces))) if isinstance(pces, list) else ()
    return Wanted(str(found.get("kind") or ""), several, str(found.get("tag") or ""), again)


def drafts_of(plan: Plan, draft: Draft) -> list[Draft]:
    return [draft_for(own_draft(draft, row), row.number, row.alias) for row in plan.rows]


@dataclass(frozen=True, slots=True)
class Previewed:
    """A plan, and what it would have done."""

    wanted: Wanted
    planned: Planned


def preview_box(found: Previewed | None) -> Component:
    return html.Div(
        preview(found) if found else [],
        id=Ids.MANY_PREVIEW,
        className="thresholds-planned",
        role="region",
        **aria(label=_("Avant d’enregistrer")),
    )


def preview(found: Previewed) -> list[Component]:
    """How many, from which value to which, who is told, what it would have done; then the press."""
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
                dcc.Store(id=Ids.MANY_PLANNED, data=found.wanted.kept()),
            ],
            title=title,
            hint=_("rien n’est enregistré avant votre confirmation"),
        )
    ]


def lines(found: Planned) -> list[str]:
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


def _proposed(rows: Sequence[PlannedPce], draft: Draft) -> str:
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


def left_out(found: Previewed) -> list[Component]:
    """Those that have one already, who may be asked for all the same; those without a history."""
    plan, draft, said = found.planned.plan, found.planned.draft, list[Component]()
    short = plan.short - len(plan.refused)
    said += refused_list(plan.refused)
    if short > 0:
        words = plural(
            "{count} PCE n’a pas assez d’historique : il est laissé de côté.",
            "{count} PCE n’ont pas assez d’historique : ils sont laissés de côté.",
            short,
        )
        said.append(alert(words, None, "info"))
    what = _(LIKES[choice_of(draft.kind, draft.period)])
    if plan.alike:
        words = plural(
            "{count} PCE est laissé de côté : {what} y existe déjà.",
            "{count} PCE sont laissés de côté : {what} y existe déjà.",
            plan.alike,
            what=what[:1].lower() + what[1:],
        )
        said.append(alert(words, None, "info"))
    hidden = not plan.alike and not found.wanted.again
    said.append(
        html.Div(
            dbc.Checkbox(
                id=Ids.MANY_AGAIN,
                label=_("En poser aussi là où il en existe déjà un"),
                value=found.wanted.again,
            ),
            hidden=hidden,
        )
    )
    return said


def rows_table(rows: Sequence[PlannedPce], draft: Draft) -> Component:
    """The first of them, each under the name that it will have."""
    shown = [
        [draft_for(draft, row.number, row.alias).name, row.number, _span(row)]
        for row in rows[:SHOWN]
    ]
    more = len(rows) - SHOWN
    caption = _("Les seuils à poser")
    made = table([_("Seuil"), _("PCE"), _("Valeurs")], shown, caption=caption)
    if more <= 0:
        return made
    words = plural("et {count} autre", "et {count} autres", more)
    return html.Div([made, html.P(words, className="thresholds-trial-note")])


def _span(row: PlannedPce) -> str:
    if not row.values_wh:
        return _("{value} %", value=number(row.percent))
    least, most = min(row.values_wh), max(row.values_wh)
    if least == most:
        return kwh(most)
    return _("{least} à {most}", least=number(least / 1000), most=kwh(most))
