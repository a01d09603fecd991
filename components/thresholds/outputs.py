"""Render the parts of the editor that follow the draft, by output."""

from typing import Any

from dash import Patch, no_update

from components.thresholds import chart, editor
from components.thresholds.editor_context import DraftTrial
from components.thresholds.figure import figure
from components.thresholds.form import SEVERAL
from components.thresholds.settings import margin_words
from components.thresholds.values import values_card
from components.thresholds.week import closed_hint, weekend_hint
from components.thresholds.winter import excess_of, winter_words
from core.access import Viewer
from data.thresholds.types import WeekLimits


def parts(tried: DraftTrial, viewer: Viewer, *, fresh: str = "") -> dict[str, Any]:
    """Return all parts after a change; `fresh` is set if the server sets the values."""
    return _words(tried) | _chart(tried, viewer, fresh) | _values(tried, viewer, fresh)


def _scopes(tried: DraftTrial) -> Patch:
    """Return a patch of the first option, which names the PCE of the trial."""
    patch = Patch()
    patch[0]["label"] = editor.alone(tried)
    return patch


def _words(tried: DraftTrial) -> dict[str, Any]:
    return {
        "title": editor.title(tried),
        "lead": chart.chart_text(tried),
        "trial": editor.trial_body(tried),
        "problems": editor.notices(tried),
        "chart_title": chart.chart_title(tried.form.draft),
        "keys": chart.keys(tried.form.draft),
        "look": editor.look(tried),
        "wrong": editor.marks(tried),
        "winter": winter_words(tried),
        "margin": margin_words(tried.margin),
        **_week_hints(tried),
        "scopes": _scopes(tried),
        "several": tried.form.scope != SEVERAL,
    }


def _week_hints(tried: DraftTrial) -> dict[str, Any]:
    week = tried.proposal.week if tried.proposal else WeekLimits()
    return {"weekend_hint": weekend_hint(week), "closed_hint": closed_hint(week)}


def _chart(tried: DraftTrial, viewer: Viewer, fresh: str) -> dict[str, Any]:
    if tried.test is None:
        return dict.fromkeys(("figure", "label", "drawn"), no_update)
    return {
        "figure": figure(tried.test, tried.form.draft, viewer.theme),
        "label": chart.chart_label(tried),
        "drawn": chart.chart_overlay(tried, viewer, fresh=fresh),
    }


def _values(tried: DraftTrial, viewer: Viewer, fresh: str) -> dict[str, Any]:
    """Return the fields only if the server sets their values, as they are being typed."""
    if not fresh:
        return dict.fromkeys(("values_card", "values", "edited", "excess", "hysteresis"), no_update)
    return {
        "excess": excess_of(tried),
        "hysteresis": str(tried.form.draft.hysteresis),
        "values_card": values_card(tried, viewer.today),
        "values": editor.kwh_of(tried.form.draft),
        "edited": editor.saved_notice(tried),
    }


def moved_pce(tried: DraftTrial, before: str) -> dict[str, Any]:
    """Return the PCE of the trial, if the group changed it."""
    if tried.form.pce == before:
        return {"pce": no_update, "choice": no_update}
    return {"pce": editor.pce_text(tried), "choice": tried.form.pce}
