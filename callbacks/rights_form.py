"""What happens in the form of one declaration: each field checked, then read again, then sent."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash import Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.request import now
from callbacks.rights import delays_now
from components import frame
from components.kit import alert, toast
from components.rights import Ids
from components.rights.asking import ERRORS, FIELDS, asked_of, end_after, placed, role_typed
from components.rights.form import look_of, note, problem_text
from components.rights.summary import sent_text, summary
from data.access import Permission, Viewer
from data.rights import actions
from data.rights.rules.declaring import read_declaration
from data.rights.types import Declaration, Outcome, Problem
from i18n import _

on = Group()
VALUES = {name: (id_, "value") for name, id_ in FIELDS.items()}


@on(
    output={
        **{place.name: Output(error, "children") for place, error in ERRORS.items()},
        "look": Output(Ids.FORM, "className"),
        "checked": Output(Ids.CHECKED, "data"),
        "note": Output(Ids.NOTE, "children"),
    },
    inputs={"told": {name: Input(*where) for name, where in VALUES.items()}},
    state={"checked": State(Ids.CHECKED, "data")},
    permission=Permission.RIGHTS_WRITE,
    prevent_initial_call=True,
)
def check_fields(
    *, told: Mapping[str, Any], checked: list[str] | None, db: Session, viewer: Viewer
) -> dict[str, Any]:
    """The problems of the fields that somebody has been in; of all, once all was asked."""
    del db
    visited = {*(checked or []), str(ctx.triggered_id)}
    _declared, problems = tried(viewer, told)
    found = {place: one for place, one in placed(problems).items() if place.value in visited}
    return {
        **in_words(found),
        "look": look_of(role_typed(told)),
        "checked": sorted(visited),
        "note": note(found) if len(visited) > len(FIELDS) else [],
    }


def tried(
    viewer: Viewer, told: Mapping[str, Any]
) -> tuple[Declaration | None, tuple[Problem, ...]]:
    """The declaration, or all that stops it as it is written.

    What the distributor knows is said of what is sent only: nobody guesses a PCE, a postal code
    or a name field by field.
    """
    asked, delays = asked_of(told), delays_now()
    return read_declaration(asked, viewer.today, delays)


@on(
    Output(Ids.ENDS, "value"),
    Output(Ids.LAST, "value"),
    Input(Ids.LASTS, "value"),
    State(Ids.STARTS, "value"),
    permission=Permission.RIGHTS_WRITE,
    prevent_initial_call=True,
)
def propose_end(
    years: str | None, starts: str | None, *, db: Session, viewer: Viewer
) -> tuple[str, str]:
    del db
    if years not in {"1", "2", "3"}:
        raise PreventUpdate
    end = end_after(day_or(starts, viewer.today), int(years), delays_now())
    return str(end), str(end)


def day_or(text: str | None, usual: date) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return usual


@on(
    output={
        **{place.name: Output(error, "children", allow_duplicate=True)
           for place, error in ERRORS.items()},
        "checked": Output(Ids.CHECKED, "data", allow_duplicate=True),
        "note": Output(Ids.NOTE, "children", allow_duplicate=True),
        "summary": Output(Ids.SUMMARY, "children"),
        "unseen": Output(Ids.SUMMARY, "hidden"),
        "form": Output(Ids.FORM, "hidden"),
    },
    inputs={"clicks": Input(Ids.CHECK, "n_clicks")},
    state={"told": {name: State(*where) for name, where in VALUES.items()}},
    permission=Permission.RIGHTS_WRITE,
    prevent_initial_call=True,
)  # fmt: skip
def read_again(
    *, clicks: int | None, told: Mapping[str, Any], db: Session, viewer: Viewer
) -> dict[str, Any]:
    """Every problem at its field, or what would be sent."""
    del clicks, db
    declared, problems = tried(viewer, told)
    good = None if problems else declared
    return {
        **in_words(placed(problems)),
        "checked": [*FIELDS.values(), "all"],
        "note": note(placed(problems)),
        "summary": summary(good, now(), viewer.today) if good else [],
        "unseen": good is None,
        "form": good is not None,
    }


def in_words(problems: Mapping[Ids, Problem]) -> dict[str, str]:
    """What is said at each field: nothing where there is no problem."""
    return {
        place.name: problem_text(problems[place]) if place in problems else "" for place in ERRORS
    }


@on(
    Output(Ids.FORM, "hidden", allow_duplicate=True),
    Output(Ids.SUMMARY, "hidden", allow_duplicate=True),
    Input(Ids.BACK, "n_clicks"),
    permission=Permission.RIGHTS_WRITE,
    prevent_initial_call=True,
)
def go_back(clicks: int | None, *, db: Session, viewer: Viewer) -> tuple[bool, bool]:
    del clicks, db, viewer
    return False, True


@on(
    Output(frame.Ids.LOCATION, "href", allow_duplicate=True),
    Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
    Output(Ids.NOTE, "children", allow_duplicate=True),
    Output(Ids.FORM, "hidden", allow_duplicate=True),
    Output(Ids.SUMMARY, "hidden", allow_duplicate=True),
    Input(Ids.SEND, "n_clicks"),
    *(State(*where) for where in VALUES.values()),
    permission=Permission.RIGHTS_WRITE,
    writes=True,
    prevent_initial_call=True,
)
def send(
    clicks: int | None,
    *fields: Any,  # noqa: ANN401 (whatever the browser sends: asking.py reads it)
    db: Session,
    viewer: Viewer,
) -> tuple[Any, Any, Any, bool, bool]:
    """Declare; the same again changes nothing and leads to the right that is there."""
    del clicks
    told = dict(zip(VALUES, fields, strict=True))
    outcome = actions.declare(db, viewer, asked_of(told), delays=delays_now(), now=now())
    if outcome.problems:
        return no_update, no_update, stopped(outcome.problems), False, True
    return f"/droits?open={outcome.uid}", sent_toast(outcome), [], True, False


def stopped(problems: Sequence[Problem]) -> list[Any]:
    """It changed between the reading and the press."""
    return [alert(_("Non envoyé"), " ".join(map(problem_text, problems)), "bad")]


def sent_toast(outcome: Outcome) -> Any:  # noqa: ANN401
    title = _("Déjà déclaré") if outcome.known else _("Demande enregistrée")
    return toast(title, sent_text(outcome), tone="info" if outcome.known else "ok")
