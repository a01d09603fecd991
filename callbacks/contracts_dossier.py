"""Callbacks of a contract's dossier: save each step, show errors at their field."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, Output, State, no_update
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, of_pattern, values_of
from callbacks.outputs import LOCATION, TOASTS
from components.contracts import Ids
from components.contracts.edit_conflict import find_conflicts
from components.contracts.form_parser import (
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
from components.contracts.proof_of_power import BY_LAW, BY_PIECE
from components.contracts.steps import next_address, next_step, step_address
from components.contracts.uses import use_box, use_months
from components.kit import to_review, toast
from core.access import Permission
from core.i18n import N_, _
from data.contracts import actions, queries
from data.contracts.rules.serializer import StepValue
from data.contracts.types import Consent, DataUse, DossierStep, Imports, Power, Representative
from data.request import Request

on = CallbackGroup()
Told = dict[str, Any]
Said = Mapping[str, str]  # messages, by field
Typed = tuple[DossierStep, StepValue]
WRITES: Mapping[str, Any] = {
    "permission": Permission.CONTRACTS_WRITE,
    "writes": True,
}
GONE: Mapping[str, Output] = {
    "address": LOCATION,
    "toast": TOASTS,
    "said": Output(Ids.SAID, "children", allow_duplicate=True),
    "seen": Output(Ids.VERSION, "data", allow_duplicate=True),
}
STEP_IDENTITY = {**IDENTITY, "kind": Ids.KIND}
FIELDS: Mapping[DossierStep, tuple[str, ...]] = {
    DossierStep.IDENTITY: tuple(STEP_IDENTITY),
    DossierStep.REPRESENTATIVE: tuple(REPRESENTATIVE),
    DossierStep.POWER: ("way", "piece"),
    DossierStep.USES: ("uses",),
    DossierStep.INVITES: tuple(INVITES),
    DossierStep.IMPORTS: ("expected",),
}
_CHOOSE = N_("Dites d’où vient le pouvoir de signer.")
_NO_PIECE = N_("Choisissez la pièce, puis « Enregistrer la pièce ».")
_NO_USE = N_("Cochez au moins un usage : sans lui, pas de contrat.")


def errors_of(ids: Mapping[str, Ids]) -> dict[str, Output]:
    """Return the error outputs of the fields."""
    return {name: Output(ERRORS[id_], "children") for name, id_ in ids.items()}


def settle(request: Request, typed: Typed, wrong: Said, version: int | None) -> Told:
    """Store a step, unless fields are invalid or it changed concurrently."""
    step, value = typed
    if wrong:
        return stay(step, wrong)
    dossier = queries.get_dossier(request.db, request.viewer)
    stands = find_conflicts(step, value, dossier) if dossier.version != version else {}
    if stands:
        return {**stay(step, stands), "seen": dossier.version}
    return keep(request, step, value, version=dossier.version)


def keep(request: Request, step: DossierStep, value: StepValue, *, version: int) -> dict[str, Any]:
    """Store a step, creating the contract with the first; lead to the next step."""
    db, viewer = request.db, request.viewer
    actions.keep_step(db, viewer, step, value, version=version, now=request.now)
    if queries.find_current(db, viewer) is None:
        actions.begin(db, viewer, now=request.now)
    line = next(
        step_row for step_row in queries.list_dossier_steps(db, viewer) if step_row.step is step
    )
    outputs = {**stay(step, {}), "address": next_address(line)}
    if line.lacks:  # the next page says what is missing
        return outputs
    success_toast = toast(_("Étape enregistrée"), _("Vous pouvez quitter et reprendre plus tard."))
    return {**outputs, "toast": success_toast}


def stay(step: DossierStep, wrong: Mapping[str, str]) -> dict[str, Any]:
    """Return the errors at their fields and a summary, without changing anything else."""
    errors = {name: wrong.get(name, "") for name in FIELDS[step]}
    summary = to_review(len(wrong)) if wrong else ""
    return {**errors, "address": no_update, "toast": no_update, "said": summary, "seen": no_update}


@on.click(
    Ids.KEEP_IDENTITY,
    output={**errors_of(STEP_IDENTITY), **GONE},
    state={"told": values_of(State, STEP_IDENTITY), "version": State(Ids.VERSION, "data")},
    **WRITES,
)
def keep_identity(*, told: Told, version: int | None, request: Request) -> dict[str, Any]:
    identity = identity_of(told)
    return settle(request, (DossierStep.IDENTITY, identity), identity_errors(identity), version)


@on.click(
    Ids.KEEP_REPRESENTATIVE,
    output={**errors_of(REPRESENTATIVE), **GONE},
    state={"told": values_of(State, REPRESENTATIVE), "version": State(Ids.VERSION, "data")},
    **WRITES,
)
def keep_representative(*, told: Told, version: int | None, request: Request) -> dict[str, Any]:
    representative = representative_of(told)
    wrong = representative_errors(representative)
    return settle(request, (DossierStep.REPRESENTATIVE, representative), wrong, version)


@on.click(
    Ids.KEEP_POWER,
    output={
        "way": Output(Ids.HIMSELF_ERROR, "children"),
        "piece": Output(Ids.PIECE_ERROR, "children"),
        **GONE,
    },
    state={"way": State(Ids.HIMSELF, "value"), "version": State(Ids.VERSION, "data")},
    **WRITES,
)
def keep_power(*, way: str | None, version: int | None, request: Request) -> dict[str, Any]:
    """Store that a legal representative needs no proof; a piece was stored on upload."""
    if way == BY_LAW:
        typed = DossierStep.POWER, Power(himself=True)
        return settle(request, typed, {}, version)
    wrong = power_errors(way, queries.get_dossier(request.db, request.viewer).power)
    went = {} if wrong else {"address": step_address(next_step(DossierStep.POWER))}
    return {**stay(DossierStep.POWER, wrong), **went}


def power_errors(way: str | None, kept: Power | None) -> dict[str, str]:
    if way != BY_PIECE:
        return {"way": _(_CHOOSE)}
    return {} if kept and kept.storage_key else {"piece": _(_NO_PIECE)}


@on(LOCATION, Input(Ids.POWER_SENT, "data"), permission=Permission.CONTRACTS_WRITE)
def show_power(sent: Sent) -> str:
    """Return the address of the step, to show the uploaded piece."""
    if not sent:
        raise PreventUpdate
    return step_address(f"{DossierStep.POWER}&n={sent.get('version')}")


@on.click(
    Ids.KEEP_USES,
    output={"uses": Output(Ids.USES_ERROR, "children"), **GONE},
    state={
        "ids": State(use_box(ALL), "id"),
        "ticks": State(use_box(ALL), "value"),
        "months": State(use_months(ALL), "value"),
        "version": State(Ids.VERSION, "data"),
    },
    **WRITES,
)
def keep_uses(
    *, ids: list[Any], ticks: list[Any], months: list[Any], version: int | None, request: Request
) -> dict[str, Any]:
    consents = consents_of(of_pattern(ids, list(zip(ticks, months, strict=False)), "use"))
    wrong = {} if consents else {"uses": _(_NO_USE)}
    return settle(request, (DossierStep.USES, consents), wrong, version)


def consents_of(pairs: Sequence[tuple[Any, Any]]) -> tuple[Consent, ...]:
    """Return the selected uses and durations; rules reject unknown durations."""
    return tuple(
        Consent(DataUse(use), int(months) if str(months).isascii() and str(months).isdigit() else 0)
        for use, (ticked, months) in pairs
        if ticked is True and use in set(DataUse)
    )


@on.click(
    Ids.KEEP_INVITES,
    output={**errors_of(INVITES), **GONE},
    state={"told": values_of(State, INVITES), "version": State(Ids.VERSION, "data")},
    **WRITES,
)
def keep_invites(*, told: Told, version: int | None, request: Request) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    signer = queries.get_dossier(db, viewer).representative or Representative()
    wrong = invites_errors(told, signer.email, queries.list_member_emails(db, viewer))
    return settle(request, (DossierStep.INVITES, invites_of(told)), wrong, version)


@on.click(
    Ids.KEEP_IMPORTS,
    output={"expected": Output(Ids.EXPECTED_ERROR, "children"), **GONE},
    state={
        "told": {"wanted": State(Ids.IMPORTS, "value"), "expected": State(Ids.EXPECTED, "value")},
        "version": State(Ids.VERSION, "data"),
    },
    **WRITES,
)
def keep_imports(*, told: Told, version: int | None, request: Request) -> dict[str, Any]:
    error = imports_error(told)
    wrong, typed = {"expected": error} if error else {}, Imports() if error else imports_of(told)
    return settle(request, (DossierStep.IMPORTS, typed), wrong, version)


on.client("contracts", "focusWrong", Input(Ids.SAID, "children"))
