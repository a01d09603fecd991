"""Render the threshold editor: values over three years, trial and recipients."""

from typing import Any

import dash_bootstrap_components as dbc
from dash import dcc
from dash.development.base_component import Component

from components.consumption.filters import pce_options
from components.kit import (
    alert,
    aria,
    button,
    card,
    html,
    lead,
    page,
    picker,
    segments,
    select_field,
    unsaved,
)
from components.thresholds.chart import chart_card, chart_overlay, chart_text
from components.thresholds.editor_context import DraftTrial, EditorContext
from components.thresholds.field_errors import wrong_values
from components.thresholds.form import (
    COMMON,
    ONE,
    OWN,
    SAME,
    SEVERAL,
    TAG,
    EditorForm,
    recipient_entries,
)
from components.thresholds.group import alike_notice, group_lines, sizes_notice
from components.thresholds.history import history_list
from components.thresholds.ids import Ids
from components.thresholds.labels import CHOICE_WORDS, title_of
from components.thresholds.recipients import tell_card
from components.thresholds.settings import settings_card
from components.thresholds.trial import before_saving, trial
from components.thresholds.values import others, take_button, values_card
from components.thresholds.week import week_fields
from components.thresholds.winter import standing_card, winter_fields
from core.access import Viewer
from core.i18n import _, number, plural
from data.thresholds.types import ThresholdDraft, ThresholdKind

MISSING = ThresholdKind.MISSING.value


def editor_page(viewer: Viewer, tried: DraftTrial, around: EditorContext) -> Component:
    form = tried.form
    built_page: Any = page(
        html.Span(title(tried), id=Ids.TITLE),
        None,
        crumbs=((_("Alertes"), "/notifications"), (_("Seuils"), "/seuils"), (crumb(tried), None)),
        actions=(
            button(_("Annuler"), href=around.back),
            button(_("Enregistrer le seuil"), id=Ids.SAVE, kind="primary"),
        ),
        lead=lead(chart_text(tried), id=Ids.LEAD),
        children=[
            html.Div(notices(tried), id=Ids.PROBLEMS),
            bar(tried, around),
            html.Div(
                [
                    html.Div(
                        [chart_card(viewer, tried), values_block(viewer, tried)], className="stack"
                    ),
                    html.Div([trial_card(tried), people_card(tried, around)], className="stack"),
                ],
                className="columns thresholds-columns",
            ),
            settings_card(form.draft, tried.margin),
            *standing_card(around.standing),
            *([history_card(around)] if around.history else []),
            dcc.Store(id=Ids.EDITED, data=saved_notice(tried)),
            dcc.Store(id=Ids.VALUES, data=kwh_of(form.draft)),
            dcc.Store(id=Ids.WRONG, data=marks(tried)),
            dcc.Store(id=Ids.DRAWN, data=chart_overlay(tried, viewer, fresh="first")),
        ],
        id=Ids.FORM,
    )
    built_page.className = look(tried)
    for name, words in unsaved().items():
        setattr(built_page, name, words)
    editor_component: Component = built_page
    return editor_component


def saved_notice(tried: DraftTrial) -> dict[str, Any]:
    form = tried.form
    return {"id": form.id, "version": form.version, "pce": form.pce}


def marks(tried: DraftTrial) -> dict[str, str]:
    return {str(slot): problem for slot, problem in wrong_values(tried.form.draft).items()}


def kwh_of(draft: ThresholdDraft) -> list[float | None]:
    """Return the values in kWh; None where empty or invalid."""
    return [value / 1000 if value >= 0 else None for value in draft.values_wh]


def title(tried: DraftTrial) -> str:
    form = tried.form
    where = form.scope.removeprefix(TAG) if form.scope.startswith(TAG) else tried.site
    if form.scope == SEVERAL:
        where = plural("{count} PCE", "{count} PCE", tried.watched)
    return title_of(form.choice, where)


def crumb(tried: DraftTrial) -> str:
    return _("PCE {number}", number=tried.form.pce) if tried.form.pce else _("Nouveau seuil")


def problems(tried: DraftTrial) -> list[Component]:
    """Return the errors that prevent saving; those of values are below their fields."""
    wrong = wrong_values(tried.form.draft)
    sentences = [problem for where, problem in tried.problems if not (wrong and where == "values")]
    if not sentences:
        return []
    lines = html.Ul([html.Li(sentence) for sentence in sentences])
    return [alert(_("À corriger avant d’enregistrer"), lines, "warn")]


def notices(tried: DraftTrial) -> list[Component]:
    """Return errors and warnings."""
    return [*problems(tried), *alike_notice(tried), *sizes_notice(tried)]


def bar(tried: DraftTrial, around: EditorContext) -> Component:
    """Return the kind of threshold and the PCEs it applies to."""
    form = tried.form
    return html.Div(
        [
            segments(
                Ids.KIND,
                _("Type de seuil"),
                kinds(form),
                form.choice,
                className="thresholds-kinds",
            ),
            *kind_kept(form),
            picker(
                Ids.PCE,
                _("PCE de l’essai"),
                pce_text(tried),
                _("Nom, PCE ou commune"),
                rows=pce_options(around.pces),
                hidden_label=False,
            ),
            select_field(Ids.SCOPE, _("Appliquer à"), scopes(tried, around), form.scope),
            several(tried),
        ],
        className="thresholds-bar",
    )


def pce_text(tried: DraftTrial) -> str:
    site, pce = tried.site, tried.form.pce
    return f"{site} {pce}" if site != pce else pce


def kinds(form: EditorForm) -> list[tuple[str, str]]:
    """Return the kinds available: a saved threshold cannot change to or from missing data.

    The episodes of missing data have no value, unlike the others.
    """
    free = form.id is None
    words = [word for word in CHOICE_WORDS if free or (word == MISSING) == (form.choice == MISSING)]
    return [(word, _(CHOICE_WORDS[word])) for word in words]


def kind_kept(form: EditorForm) -> list[Component]:
    """Return why the other kinds are not available."""
    if form.id is None:
        return []
    if form.choice == MISSING:
        hint = _("Pour surveiller une consommation, posez un autre seuil.")
    else:
        hint = _("Pour surveiller l’absence de données, posez un autre seuil.")
    return [html.P(hint, className="field-hint thresholds-kept")]


def scopes(tried: DraftTrial, around: EditorContext) -> list[tuple[str, str]]:
    counts_by_tag = dict(around.tags)
    scope = tried.form.scope
    if scope.startswith(TAG):
        counts_by_tag.setdefault(scope.removeprefix(TAG), tried.watched)
    return [
        (ONE, alone(tried)),
        (SEVERAL, _("plusieurs PCE…")),
        *(
            (TAG + tag, _("étiquette {tag} ({count})", tag=tag, count=number(count)))
            for tag, count in counts_by_tag.items()
        ),
    ]


def alone(tried: DraftTrial) -> str:
    return _("{site} seul", site=tried.site) if tried.site else _("ce PCE seul")


def several(tried: DraftTrial) -> Component:
    form = tried.form
    ways = [
        (COMMON, _("un seuil commun à tous")),
        (SAME, _("un seuil par PCE, les mêmes valeurs")),
        (OWN, _("un seuil par PCE, chacun ses valeurs proposées")),
    ]
    return html.Div(
        [
            html.Div(
                [
                    html.Label(
                        _("PCE, un par ligne"), htmlFor=Ids.SEVERAL, className="field-label"
                    ),
                    _lines("\n".join(form.draft.scope.pces) if form.scope == SEVERAL else ""),
                    html.P(
                        _(
                            "Collez une colonne de tableur ; pour des valeurs à vous,"
                            " importez une feuille."
                        ),
                        className="field-hint",
                    ),
                ],
                className="field",
            ),
            select_field(Ids.EACH, _("Faire"), ways if form.id is None else ways[:1], COMMON),
        ],
        id=Ids.SEVERAL_BOX,
        className="thresholds-several-box",
        hidden=form.scope != SEVERAL,
    )


def _lines(value: str) -> Component:
    entry: Component = dbc.Textarea(id=Ids.SEVERAL, value=value, rows=5, debounce=True)
    return entry


def values_block(viewer: Viewer, tried: DraftTrial) -> Component:
    return card(
        [
            html.Div(values_card(tried, viewer.today), id=Ids.VALUES_CARD),
            html.Div(
                id=Ids.VALUES_ERRORS, className="thresholds-values-errors", **aria(live="polite")
            ),
            week_fields(tried.form.draft, tried.proposal),
            *others(tried),
            winter_fields(tried),
        ],
        title=_("Valeurs du seuil"),
        hint=html.Span(
            _("en kWh"),
            className="thresholds-only-fixed",
        ),
        actions=html.Span(take_button(), className="thresholds-only-fixed"),
    )


def trial_card(tried: DraftTrial, *, saved: bool = False) -> Component:
    return card(
        html.Div(trial_body(tried), id=Ids.TRIAL, className="thresholds-trial", role="status"),
        title=_("Essai sur 3 ans"),
        actions=() if saved else before_saving(),
    )


def trial_body(tried: DraftTrial) -> list[Component]:
    if tried.test is None:
        return [html.P(_("Pas d’essai tant que des champs sont à corriger."))]
    trial_parts = trial(tried.test, tried.form.draft, tried.proposed)
    if tried.group is None:
        return trial_parts
    here = html.P(_("Pour {site}", site=tried.site), className="thresholds-trial-site")
    return [*group_lines(tried.group, tried.test), here, *trial_parts]


def people_card(tried: DraftTrial, around: EditorContext) -> Component:
    return card(
        tell_card(recipient_entries(tried.form.draft.recipients), around.people, sms=around.sms),
        title=_("Qui est prévenu"),
    )


def history_card(around: EditorContext) -> Component:
    return card(history_list(around.history), title=_("Historique des changements"))


def look(tried: DraftTrial) -> str:
    """Return the classes of the page, by which CSS shows the fields of the kind."""
    daily = " thresholds-daily" if tried.form.draft.period.value == "day" else ""
    return f"page thresholds-is-{tried.form.choice}{daily}"
