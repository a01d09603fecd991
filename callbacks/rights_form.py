"""Callbacks of the declaration form: check each field, summarise, send."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup
from callbacks.outputs import LOCATION, TOASTS
from components.kit import toast
from components.rights import Ids
from components.rights.form import form_classes, note, problem_text
from components.rights.form_values import (
    ERRORS,
    FIELDS,
    declaration_form_of,
    end_after,
    problems_by_place,
    role_typed,
)
from components.rights.summary import sent_text, summary
from core.access import Permission
from core.i18n import _
from data.exchange.mirror.queries.outgoing import get_outgoing
from data.exchange.mirror.types import Leaving
from data.request import Request
from data.rights import actions
from data.rights.rules.declarations import read_declaration
from data.rights.types import Declaration, DeclarationOutcome, DeclarationProblem

on = CallbackGroup()
Told = Mapping[str, str | list[str] | None]  # by field, untrusted
VALUES = {name: (id_, "value") for name, id_ in FIELDS.items()}
# Outputs of a whole form: a message per field, and all at its foot.
JUDGED: Mapping[str, Output] = {
    **{
        place.name: Output(error, "children", allow_duplicate=True)
        for place, error in ERRORS.items()
    },
    "checked": Output(Ids.CHECKED, "data", allow_duplicate=True),
    "note": Output(Ids.NOTE, "children", allow_duplicate=True),
}
on.client("rights", "showAnswer", Input(Ids.NOTE, "children"), Input(Ids.SUMMARY, "children"))


@on(
    output={
        **{place.name: Output(error, "children") for place, error in ERRORS.items()},
        "look": Output(Ids.FORM, "className"),
        "checked": Output(Ids.CHECKED, "data"),
        "note": Output(Ids.NOTE, "children"),
    },
    inputs={"told": {name: Input(*where) for name, where in VALUES.items()}},
    state={"checked": State(Ids.CHECKED, "data")},
    permission=Permission.RIGHTS_DECLARE,
)
def check_fields(*, told: Told, checked: list[str] | None, request: Request) -> dict[str, Any]:
    """Return the errors of visited fields; of all fields once the form was checked."""
    visited = {*(checked or []), str(ctx.triggered_id)}
    _declared, problems = tried(request, told)
    field_problems = {
        place: problem
        for place, problem in problems_by_place(problems).items()
        if place.value in visited
    }
    return {
        **in_words(field_problems),
        "look": form_classes(role_typed(told)),
        "checked": sorted(visited),
        "note": note(field_problems) if len(visited) > len(FIELDS) else [],
    }


def tried(
    request: Request, told: Told
) -> tuple[Declaration | None, tuple[DeclarationProblem, ...]]:
    """Return the declaration, or its formal errors.

    Comparison with the distributor's data is limited to the whole form, whose checks are counted,
    so that nobody can guess a PCE, postal code or name field by field.
    """
    return read_declaration(declaration_form_of(told), request.viewer.today, request.delays)


@on(
    Output(Ids.ENDS, "value"),
    Output(Ids.LAST, "value"),
    Input(Ids.LASTS, "value"),
    State(Ids.STARTS, "value"),
    permission=Permission.RIGHTS_DECLARE,
)
def propose_end(years: str | None, starts: str | None, *, request: Request) -> tuple[str, str]:
    if years not in {"1", "2", "3"}:
        raise PreventUpdate
    end = end_after(day_or(starts, request.viewer.today), int(years), request.delays)
    return str(end), str(end)


def day_or(text: str | None, usual: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return usual


@on.click(
    Ids.CHECK,
    output={
        **JUDGED,
        "summary": Output(Ids.SUMMARY, "children"),
        "unseen": Output(Ids.SUMMARY, "hidden"),
        "form": Output(Ids.FORM, "hidden"),
    },
    state={"told": {name: State(*where) for name, where in VALUES.items()}},
    permission=Permission.RIGHTS_DECLARE,
    writes=True,
)
def read_again(*, told: Told, request: Request) -> dict[str, Any]:
    """Return all errors, with the distributor's data compared, or the summary."""
    declared, outcome = foreseen(request, told)
    good = None if outcome.problems else declared
    return {
        **judged(outcome.problems),
        "summary": summed(good, outcome, request) if good else [],
        **visible_parts(form=good is None),
    }


def summed(good: Declaration, outcome: DeclarationOutcome, request: Request) -> list[Component]:
    db, viewer = request.db, request.viewer
    return summary(good, request.now, viewer, outcome, get_outgoing(db, viewer))


def foreseen(request: Request, told: Told) -> tuple[Declaration | None, DeclarationOutcome]:
    """Return the declaration and its expected outcome."""
    db, viewer = request.db, request.viewer
    declared, problems = tried(request, told)
    if declared is None:
        return None, DeclarationOutcome(problems)
    return declared, actions.check(
        db, viewer, declaration_form_of(told), delays=request.delays, now=request.now
    )


def visible_parts(*, form: bool) -> dict[str, bool]:
    """Return which of form and summary is hidden."""
    return {"form": not form, "unseen": form}


def judged(problems: Sequence[DeclarationProblem], title: str = "") -> dict[str, Any]:
    """Return all errors, at their fields and at the foot of the form."""
    field_problems = problems_by_place(problems)
    return {
        **in_words(field_problems),
        "checked": [*FIELDS.values(), "all"],
        "note": note(field_problems, title),
    }


def in_words(problems: Mapping[Ids, DeclarationProblem]) -> dict[str, str]:
    """Return the message of each field, "" without error."""
    return {
        place.name: problem_text(problems[place]) if place in problems else "" for place in ERRORS
    }


@on.click(
    Ids.BACK,
    Output(Ids.FORM, "hidden", allow_duplicate=True),
    Output(Ids.SUMMARY, "hidden", allow_duplicate=True),
    permission=Permission.RIGHTS_DECLARE,
)
def go_back() -> tuple[bool, bool]:
    return False, True


@on.click(
    Ids.SEND,
    output={
        **JUDGED,
        "address": LOCATION,
        "toast": TOASTS,
        "unseen": Output(Ids.SUMMARY, "hidden", allow_duplicate=True),
        "form": Output(Ids.FORM, "hidden", allow_duplicate=True),
    },
    state={"told": {name: State(*where) for name, where in VALUES.items()}},
    permission=Permission.RIGHTS_DECLARE,
    writes=True,
)
def send(*, told: Told, request: Request) -> dict[str, Any]:
    """Declare; repeating has no effect and leads to the existing right.

    Errors that appeared since the check are shown in the form.
    """
    db, viewer = request.db, request.viewer
    outcome = actions.declare(
        db, viewer, declaration_form_of(told), delays=request.delays, now=request.now
    )
    refused = bool(outcome.problems)
    return {
        **judged(outcome.problems, _("Non envoyé")),
        **visible_parts(form=refused),
        **led(outcome, get_outgoing(db, viewer)),
    }


def led(outcome: DeclarationOutcome, leaving: Leaving) -> dict[str, Any]:
    """Return the address of the right, once declared."""
    if outcome.problems:
        return {"address": no_update, "toast": no_update}
    return {"address": f"/droits?open={outcome.uid}", "toast": sent_toast(outcome, leaving)}


def sent_toast(outcome: DeclarationOutcome, leaving: Leaving) -> Any:  # noqa: ANN401
    title = _("Déjà déclaré") if outcome.is_duplicate else _("Demande enregistrée")
    return toast(title, sent_text(outcome, leaving), tone="info" if outcome.is_duplicate else "ok")
