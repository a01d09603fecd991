"""What happens in the dossier of a contract: each step kept by itself, errors at their field."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, Output, State, no_update
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.request import now, of_pattern
from components import frame
from components.contracts import Ids
from components.contracts.power import BY_LAW, BY_PIECE
from components.contracts.reading import (
    ERRORS,
    IDENTITY,
    INVITES,
    REPRESENTATIVE,
    identity_errors,
    identity_of,
    imports_error,
    imports_of,
    invites_errors,
    invites_of,
    representative_errors,
    representative_of,
)
from components.contracts.steps import next_step, step_address
from components.contracts.uses import use_box, use_months
from components.kit import toast
from data.access import Permission, Viewer
from data.contracts import actions, queries
from data.contracts.rules.packing import StepValue
from data.contracts.types import Consent, Power, Step, Use
from data.errors import Conflict, Invalid
from i18n import N_, _

on = Group()
Sent = dict[str, Any] | None
Told = dict[str, Any]
WRITES: Mapping[str, Any] = {
    "permission": Permission.CONTRACTS_WRITE,
    "writes": True,
    "prevent_initial_call": True,
}
GONE: Mapping[str, Output] = {
    "address": Output(frame.Ids.LOCATION, "href", allow_duplicate=True),
    "toast": Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
}
STEP_IDENTITY = {**IDENTITY, "kind": Ids.KIND}
_CHOOSE = N_("Dites d’où vient le pouvoir de signer.")
_NO_PIECE = N_("Choisissez la pièce, puis « Enregistrer la pièce ».")


def errors_of(ids: Mapping[str, Ids]) -> dict[str, Output]:
    """The message below each field."""
    return {name: Output(ERRORS[id_], "children") for name, id_ in ids.items()}


def fields_of(ids: Mapping[str, Ids]) -> dict[str, State]:
    return {name: State(id_, "value") for name, id_ in ids.items()}


def keep(
    db: Session, viewer: Viewer, step: Step, value: StepValue, *, version: int | None
) -> dict[str, Any]:
    """The step is kept, and the contract begun with the first: on to the next."""
    actions.keep_step(db, viewer, step, value, version=version or 0, now=now())
    if queries.find_current(db, viewer) is None:
        actions.begin(db, viewer, now=now())
    done = toast(_("Étape enregistrée"), _("Vous pouvez quitter et reprendre plus tard."))
    return {"address": step_address(next_step(step)), "toast": done}


def stay(names: Sequence[str], said: Mapping[str, str]) -> dict[str, Any]:
    """Nothing is kept, nothing is lost: what is wrong, at its field."""
    told = {name: said.get(name, "") for name in names}
    return {**told, "address": no_update, "toast": no_update}


@on(
    output={**errors_of(IDENTITY), **GONE},
    inputs={"clicks": Input(Ids.KEEP_IDENTITY, "n_clicks")},
    state={"told": fields_of(STEP_IDENTITY), "version": State(Ids.VERSION, "data")},
    **WRITES,
)
def keep_identity(
    *, clicks: int | None, told: Told, version: int | None, db: Session, viewer: Viewer
) -> dict[str, Any]:
    del clicks
    one = identity_of(told)
    said = identity_errors(one)
    went = {} if said else keep(db, viewer, Step.IDENTITY, one, version=version)
    return {**stay(list(IDENTITY), said), **went}


@on(
    output={**errors_of(REPRESENTATIVE), **GONE},
    inputs={"clicks": Input(Ids.KEEP_REPRESENTATIVE, "n_clicks")},
    state={"told": fields_of(REPRESENTATIVE), "version": State(Ids.VERSION, "data")},
    **WRITES,
)
def keep_representative(
    *, clicks: int | None, told: Told, version: int | None, db: Session, viewer: Viewer
) -> dict[str, Any]:
    del clicks
    one = representative_of(told)
    said = representative_errors(one)
    went = {} if said else keep(db, viewer, Step.REPRESENTATIVE, one, version=version)
    return {**stay(list(REPRESENTATIVE), said), **went}


@on(
    output=dict(GONE),
    inputs={"clicks": Input(Ids.KEEP_POWER, "n_clicks")},
    state={"way": State(Ids.HIMSELF, "value"), "version": State(Ids.VERSION, "data")},
    **WRITES,
)
def keep_power(
    *, clicks: int | None, way: str | None, version: int | None, db: Session, viewer: Viewer
) -> dict[str, Any]:
    """A representative by law gives none; a piece was kept when it came."""
    del clicks
    if way == BY_LAW:
        return keep(db, viewer, Step.POWER, Power(himself=True), version=version)
    if way != BY_PIECE:
        raise Invalid(_CHOOSE)
    power = queries.dossier_of(db, viewer).power
    if power is None or not power.storage_key:
        raise Conflict(_NO_PIECE)
    return {"address": step_address(next_step(Step.POWER)), "toast": no_update}


@on(
    Output(frame.Ids.LOCATION, "href", allow_duplicate=True),
    Input(Ids.POWER_SENT, "data"),
    permission=Permission.CONTRACTS_WRITE,
    prevent_initial_call=True,
)
def show_power(sent: Sent, *, db: Session, viewer: Viewer) -> str:
    """The piece has come: the step shows it."""
    del db, viewer
    if not sent:
        raise PreventUpdate
    return step_address(f"{Step.POWER}&n={sent.get('version')}")


@on(
    output={"uses": Output(Ids.USES_ERROR, "children"), **GONE},
    inputs={"clicks": Input(Ids.KEEP_USES, "n_clicks")},
    state={
        "ids": State(use_box(ALL), "id"),
        "ticks": State(use_box(ALL), "value"),
        "months": State(use_months(ALL), "value"),
        "version": State(Ids.VERSION, "data"),
    },
    **WRITES,
)
def keep_uses(  # noqa: PLR0913 (one a state of the page)
    *,
    clicks: int | None,
    ids: list[Any],
    ticks: list[Any],
    months: list[Any],
    version: int | None,
    db: Session,
    viewer: Viewer,
) -> dict[str, Any]:
    del clicks
    given = consents_of(of_pattern(ids, list(zip(ticks, months, strict=False)), "use"))
    if not given:
        return stay(["uses"], {"uses": _("Cochez au moins un usage : sans lui, pas de contrat.")})
    return {**stay(["uses"], {}), **keep(db, viewer, Step.USES, given, version=version)}


def consents_of(pairs: Sequence[tuple[Any, Any]]) -> tuple[Consent, ...]:
    """What is ticked, for how many months; what no list of ours offers is refused by the rules."""
    return tuple(
        Consent(Use(use), int(months) if str(months).isascii() and str(months).isdigit() else 0)
        for use, (ticked, months) in pairs
        if ticked is True and use in set(Use)
    )


@on(
    output={**errors_of(INVITES), **GONE},
    inputs={"clicks": Input(Ids.KEEP_INVITES, "n_clicks")},
    state={"told": fields_of(INVITES), "version": State(Ids.VERSION, "data")},
    **WRITES,
)
def keep_invites(
    *, clicks: int | None, told: Told, version: int | None, db: Session, viewer: Viewer
) -> dict[str, Any]:
    del clicks
    said = invites_errors(told)
    went = {} if said else keep(db, viewer, Step.INVITES, invites_of(told), version=version)
    return {**stay(list(INVITES), said), **went}


@on(
    output={"expected": Output(Ids.EXPECTED_ERROR, "children"), **GONE},
    inputs={"clicks": Input(Ids.KEEP_IMPORTS, "n_clicks")},
    state={
        "told": {"wanted": State(Ids.IMPORTS, "value"), "expected": State(Ids.EXPECTED, "value")},
        "version": State(Ids.VERSION, "data"),
    },
    **WRITES,
)
def keep_imports(
    *, clicks: int | None, told: Told, version: int | None, db: Session, viewer: Viewer
) -> dict[str, Any]:
    del clicks
    said = imports_error(told)
    went = {} if said else keep(db, viewer, Step.IMPORTS, imports_of(told), version=version)
    return {**stay(["expected"], {"expected": said}), **went}
