"""Callbacks of the price form."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import Input, Output, State, ctx, no_update
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED, row_seen, values_of
from callbacks.outputs import LOCATION, TOASTS
from callbacks.row_form import ReturningRows, RowKey, keep_row, read_row_key, read_typed, saves
from components.kit import toast
from components.prices import Ids
from components.prices import tariff as tariffs
from components.prices.form import FORM, form
from components.prices.ids import AMOUNT_ERRORS
from components.prices.labels import added_words, apply_suggestion, draft_of, in_unit, question
from components.prices.listing import PATH
from components.prices.tariff import FORM as TARIFF
from core.access import Permission
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, _
from core.query_string import query_string
from data.metering.consumption.queries import find_similar_prices, sum_fleet
from data.metering.consumption.types import FleetView
from data.metering.pces.queries import count_by_tag
from data.metering.prices import actions
from data.metering.prices.queries import PRICES, get_component, list_components
from data.metering.prices.rules.checks import additive_with
from data.metering.prices.rules.plausibility import PriceDoubt, doubt_of
from data.metering.prices.rules.tariffs import StoredTariff, in_force_before, stored_tariff
from data.metering.prices.types import Component as Price
from data.metering.prices.types import PriceDraft, PriceRange
from data.request import Request

on = CallbackGroup()
ROWS = ReturningRows(Ids, PATH, "edit", N_("Prix rétabli"))
SET = Permission.PRICES_WRITE
remove, restore = ROWS.register(on, actions, SET)


@saves(
    on,
    FORM,
    Output(Ids.ASKED, "hidden"),
    Output(Ids.MEANT, "children"),
    Output(Ids.MEANT, "hidden"),
    Output(Ids.DOUBTED, "data"),
    answers=(Ids.MEANT, Ids.KEEP),
    state={"doubted": State(Ids.DOUBTED, "data")},
    permission=SET,
)
def save(
    *, fields: Mapping[str, str | None], seen: list[Any] | None, doubted: list[str] | None,
    request: Request,
) -> list[Any]:  # fmt: skip
    db, viewer = request.db, request.viewer
    typed = answered(read_typed(fields))
    draft, errors = draft_of(typed)
    doubt = doubt_of(draft) if draft and not is_kept(typed, doubted) else None
    if draft is not None and doubt is None:
        errors = save_price(request, draft, read_row_key(seen))
    elif doubt is not None:
        errors = {"amount": question(doubt)}
    if draft is None or errors:
        return [
            no_update,
            no_update,
            form(typed, errors, count_by_tag(db, viewer)),
            *asking(typed, doubt),
        ]
    return [PATH, [said_of(draft, list_components(db, viewer))], *[no_update] * 5]


def answered(typed: Mapping[str, str]) -> Mapping[str, str]:
    """Return the typed values, or the suggested ones if accepted."""
    return apply_suggestion(typed) if ctx.triggered_id == Ids.MEANT else typed


def is_kept(typed: Mapping[str, str], doubted: list[str] | None) -> bool:
    """Return whether the unlikely amount was confirmed unchanged."""
    return ctx.triggered_id == Ids.KEEP and doubted == [typed["sort"], typed["amount"]]


def asking(typed: Mapping[str, str], doubt: PriceDoubt | None) -> list[Any]:
    """Return the question about an unlikely amount, with its answers; hidden without doubt."""
    if doubt is None:
        return [True, no_update, no_update, None]
    suggestion = (
        _("Oui, {meant}", meant=in_unit(*doubt.likely_amount)) if doubt.likely_amount else ""
    )
    return [False, suggestion, not suggestion, [typed["sort"], typed["amount"]]]


def said_of(draft: PriceDraft, known: Sequence[Price]) -> Component:
    """Return the toast; a price that adds to others stays until closed."""
    more = added_words(additive_with(draft, known))
    if more is None:
        return toast(_("Prix enregistré"), draft.name)
    return toast(_("Prix enregistré, en plus d’un autre"), more, tone="warn")


def save_price(request: Request, draft: PriceDraft, row: RowKey | None) -> dict[str, str]:
    """Store a price; return the errors by field, empty on success."""
    try:
        keep_row(request, actions, draft, row)
    except Invalid as error:
        return {"tag" if "tag" in error.params else "first": _(error.message, **error.params)}
    except NotFound as error:
        return {"pce" if draft.target.pce else "name": _(error.message, **error.params)}
    return {}


@saves(
    on,
    TARIFF,
    Output(Ids.SURE_ASKED, "hidden"),
    Output(Ids.DOUBTS, "data"),
    answers=(Ids.SURE,),
    state={"doubted": State(Ids.DOUBTS, "data"), "here": State(Ids.HERE, "data")},
    permission=SET,
)
def enter_tariff(
    *, fields: Mapping[str, str | None], seen: list[Any] | None, doubted: list[str] | None,
    here: str | None, request: Request,
) -> list[Any]:  # fmt: skip
    typed, stored = read_typed(fields), tariff_on_screen(request, seen)
    tariff, errors = tariffs.read_tariff(typed)
    if tariff is not None:
        parts = parts_of(request, tariff, stored)
        amounts = [typed[name] for name in tariffs.AMOUNT_FIELDS]
        errors = {} if was_sure(amounts, doubted) else doubts_of(parts, stored)
        if errors:
            drawn = tariff_form(request, typed, errors, stored)
            return [no_update, no_update, drawn, False, amounts]
        notice, errors = store_tariff(request, list(parts.values()), stored)
        if not errors:
            return [address_of(tariff, stored, here), notice, *[no_update] * 3]
    return [no_update, no_update, tariff_form(request, typed, errors, stored), True, None]


def tariff_on_screen(request: Request, seen: list[Any] | None) -> StoredTariff | None:
    """Return the tariff that the form changes, None for a new one.

    Raise Conflict when it is no longer the one on screen.
    """
    if seen is None:
        return None
    db, viewer = request.db, request.viewer
    keys = [row_seen(row) for row in zip(seen[::2], seen[1::2], strict=False)]
    if not keys:
        raise Invalid(MALFORMED)
    gas = get_component(db, viewer, keys[0][0])
    stored = stored_tariff(gas, list_components(db, viewer, gas.draft.target.pce))
    if stored is None or stored.row_keys != keys:
        raise Conflict(PRICES.late)
    return stored


def parts_of(
    request: Request, tariff: tariffs.TypedTariff, stored: StoredTariff | None
) -> dict[str, PriceDraft]:
    """Return the parts to store by field: those of a stored tariff keep their names."""
    before = stored.drafts if stored else prices_before(request, tariff)
    parts = dict(zip(tariff.amounts, tariff.parts(before), strict=True))
    shared = stored.shared if stored else {}
    return {field: part for field, part in parts.items() if field not in shared}


def was_sure(amounts: list[str], doubted: list[str] | None) -> bool:
    """Return whether the unlikely amounts were confirmed unchanged."""
    return ctx.triggered_id == Ids.SURE and doubted == amounts


def doubts_of(parts: Mapping[str, PriceDraft], stored: StoredTariff | None) -> dict[str, str]:
    """Return the question about each unlikely amount that is not stored yet, by its field."""
    own = stored.own if stored else {}
    changed = {
        field: part
        for field, part in parts.items()
        if field not in own
        or (own[field].draft.amount, own[field].draft.unit) != (part.amount, part.unit)
    }
    return {field: question(doubt) for field, part in changed.items() if (doubt := doubt_of(part))}


def tariff_form(
    request: Request,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    stored: StoredTariff | None,
) -> list[Component]:
    return tariffs.form(typed, errors, count_by_tag(request.db, request.viewer), stored)


def prices_before(request: Request, tariff: tariffs.TypedTariff) -> list[PriceDraft]:
    """Return the prices that a tariff follows."""
    components = list_components(request.db, request.viewer, tariff.target.pce)
    return in_force_before([price.draft for price in components], tariff.first, tariff.target)


def store_tariff(
    request: Request, parts: Sequence[PriceDraft], stored: StoredTariff | None
) -> tuple[list[Component], dict[str, str]]:
    """Store a tariff; return the toast, or the errors by field."""
    db, viewer, now = request.db, request.viewer, request.now
    stopped = 0
    try:
        with db.begin_nested():  # all parts or none
            if stored is None:
                stopped = actions.enter_tariff(db, viewer, parts, now=now)
            else:
                actions.change_tariff(db, viewer, stored.row_keys, parts, now=now)
    except Invalid as error:
        field = "tag" if "tag" in error.params else "first"
        return [], {field: _(error.message, **error.params)}
    except NotFound as error:
        return [], {"pce": _(error.message, **error.params)}
    return [tariff_notice(parts, list_components(db, viewer), stored, stopped)], {}


def tariff_notice(
    parts: Sequence[PriceDraft],
    known: Sequence[Price],
    stored: StoredTariff | None,
    stopped: int,
) -> Component:
    """Return the toast of a tariff just stored; one that adds to others stays until closed."""
    more = added_words(additive_with(parts[0], known))
    if more is not None:
        return toast(_("Tarif enregistré, en plus d’un autre"), more, tone="warn")
    if stored is not None:
        return toast(_("Tarif modifié"))
    ended = _("Le tarif d’avant s’arrête la veille.") if stopped else None
    return toast(_("Tarif enregistré"), ended)


def address_of(tariff: tariffs.TypedTariff, stored: StoredTariff | None, here: str | None) -> str:
    """Return the address of the list; that of a changed tariff leads back to its row."""
    if stored is None:
        return f"{PATH}{query_string({'pce': tariff.target.pce})}"
    pce = here if here and tariff.target.pce in {"", here} else ""
    return f"{PATH}{query_string({'pce': pce, 'changed': stored.gas.id})}"


@on(
    output=[
        Output(Ids.LIKELY, "children"),
        *(Output(error, "children") for _field, error in AMOUNT_ERRORS.values()),
        *(Output(field, "invalid") for field, _error in AMOUNT_ERRORS.values()),
    ],
    inputs={"fields": values_of(Input, TARIFF.fields)},
    permission=SET,
    prevent_initial_call=False,  # a stored tariff opens with its amounts
)
def show_likely(*, fields: Mapping[str, str | None], request: Request) -> list[Any]:
    """Show what the last twelve months cost with the tariff being typed, and what is unlikely."""
    typed = read_typed(fields)
    target = tariffs.target_of(typed)
    if target is None or not typed["energy"].strip():
        return likely_answer(None, tariffs.amount_errors(typed))
    year = sum_fleet(request.db, request.viewer, FleetView(text=target.pce, tag=target.tag))
    request.record_read(target.pce if target.pce and year.energy_wh else None)
    similar = similar_prices(request, target.pce, year.energy_wh)
    tariff, _errors = tariffs.read_tariff(typed)
    if tariff is None:
        return likely_answer(None, tariffs.amount_errors(typed, similar))
    before = prices_before(request, tariff)
    parts = tariff.parts(before)
    doubts = doubts_of(dict(zip(tariff.amounts, parts, strict=True)), None)
    drawn = tariffs.likely_card(tariffs.TariffTrial(parts, before, year, similar))
    return likely_answer(drawn, tariffs.with_range(doubts, similar))


def likely_answer(drawn: Component | None, wrong: Mapping[str, str]) -> list[Any]:
    """Return the card beside the form, one that waits by default, and the message of each field."""
    messages = [wrong.get(part) for part in AMOUNT_ERRORS]
    card = drawn or tariffs.waiting_card(wrong=bool(wrong))
    return [card, *messages, *(message is not None for message in messages)]


def similar_prices(request: Request, pce: str, energy_wh: int | None) -> PriceRange | None:
    """Return what sites of the size of a PCE pay; None for a tariff of several."""
    if not pce or not energy_wh:
        return None
    return find_similar_prices(request.db, request.viewer, energy_wh, pce)


@on.click(Ids.END, LOCATION, TOASTS, State(Ids.SEEN, "data"), permission=SET, writes=True)
def end_today(seen: list[Any] | None, *, request: Request) -> tuple[str, Any]:
    db, viewer = request.db, request.viewer
    actions.end(db, viewer, row_seen(seen), viewer.today, now=request.now)
    return PATH, [toast(_("Prix terminé"), _("Il vaut jusqu’à aujourd’hui compris."))]
