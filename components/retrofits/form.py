"""Render the form of works, and parse its fields."""

from datetime import date

from dash.development.base_component import Component

from components.costs import picked_pce, site_field, site_text
from components.kit import Errors, FieldReader, RowForm, Typed, asks_first, button, html
from components.retrofits.ids import FIELDS, Ids
from components.retrofits.labels import PATH
from core.errors import Invalid
from core.i18n import N_, _
from data.money.bills.rules.checks import CENT, written
from data.money.retrofits.rules.checks import (
    check_work_days,
    cost_in,
    kind_in,
    name_in,
    work_day_in,
)
from data.money.retrofits.rules.words import KINDS
from data.money.retrofits.types import Retrofit, RetrofitDraft, RetrofitKind

FORM = RowForm(Ids.FORM, Ids.SEEN, Ids.SAVE, FIELDS, N_("Enregistrer et mesurer"))


def new_page(pce: str = "", alias: str = "") -> Component:
    drawn = form({"pce": site_text(pce, alias)}, {})
    return _page(_("Déclarer des travaux"), drawn, None, [])


def edit_page(retrofit: Retrofit) -> Component:
    act = button(_("Retirer ces travaux"), id=Ids.REMOVE, icon="trash", kind="danger")
    explanation = _("Leur économie ne sera plus mesurée. Vous pouvez les rétablir pendant un jour.")
    remove = asks_first(_("Retirer…"), explanation, act)
    drawn = form(typed_of(retrofit), {})
    return _page(retrofit.draft.name, drawn, [retrofit.id, retrofit.version], [remove])


def _page(
    title: str, drawn: list[Component], seen: list[int] | None, below: list[Component]
) -> Component:
    purpose = _("Leurs dates suffisent : l’économie est mesurée sur les relevés, à climat égal.")
    home = _("Travaux"), PATH
    legend = _("Ce qui a été fait")
    return FORM.page(title, purpose, drawn, seen, home=home, legend=legend, below=below)


def form(typed: Typed, errors: Errors) -> list[Component]:
    """Return the fields of works; values and errors are keyed as in `FIELDS`."""
    entries = FORM.entries(typed, errors)
    kinds = [(kind.value, _(word)) for kind, word in KINDS.items()]
    fields = [
        site_field(entries, _("Site")),
        entries.select("kind", _("Travaux"), kinds, RetrofitKind.BOILER.value),
        entries.text(
            "name",
            _("Ce qui a été fait"),
            required=True,
            hint=_("par exemple « Chaudière à condensation »"),
        ),
        entries.day("started", _("Premier jour du chantier")),
        entries.day("finished", _("Dernier jour du chantier"), hint=_("la réception")),
        entries.text(
            "cost",
            _("Coût (€), facultatif"),
            inputMode="decimal",
            hint=_("aides déduites ; il donne le temps de retour"),
        ),
    ]
    return [html.Div(fields, className="admin-form")]


def typed_of(retrofit: Retrofit) -> Typed:
    """Return the field values of works."""
    draft = retrofit.draft
    return {
        "pce": site_text(draft.pce, retrofit.alias),
        "kind": draft.kind.value,
        "name": draft.name,
        "started": draft.started_on.isoformat(),
        "finished": draft.finished_on.isoformat(),
        "cost": written(draft.cents, CENT),
    }


def draft_of(typed: Typed, today: date) -> tuple[RetrofitDraft | None, Errors]:
    """Return the works of the fields, or None with the errors by field."""
    reader = FieldReader(typed)
    pce, kind = reader.read("pce", picked_pce), reader.read("kind", kind_in)
    name, cents = reader.read("name", name_in), reader.read("cost", cost_in)
    started, finished = reader.read("started", work_day_in), reader.read("finished", work_day_in)
    if reader.errors or pce is None or kind is None or name is None:
        return None, reader.errors
    if started is None or finished is None:
        return None, reader.errors
    try:
        check_work_days(started, finished, today)
    except Invalid as error:
        return None, {str(error.params["field"]): _(error.message, **error.params)}
    return RetrofitDraft(pce, kind, name, started, finished, cents), {}
