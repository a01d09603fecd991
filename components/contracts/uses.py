"""Render the purposes of data use: one consent each, none preselected, with a duration."""

from collections.abc import Sequence
from typing import Any

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.contracts.ids import Ids
from components.kit import html, select_field
from core.i18n import _, plural
from data.contracts.rules.dossier import LONGEST_USE
from data.contracts.rules.labels import USES
from data.contracts.types import Consent, DataUse

_MONTHS = (3, 6, 12, 24, LONGEST_USE)
_USUAL = 12


def use_box(use: object) -> dict[str, Any]:
    """Return the id of the checkbox of a purpose; `use` may be `ALL`."""
    return {"type": "contracts-use", "use": use}


def use_months(use: object) -> dict[str, Any]:
    return {"type": "contracts-months", "use": use}


def uses_form(consents: Sequence[Consent]) -> list[Component]:
    months = {consent.use: consent.months for consent in consents}
    return [
        html.Ul([_line(use, months.get(use)) for use in DataUse], className="contracts-uses"),
        html.P(id=Ids.USES_ERROR, className="field-error", role="alert"),
    ]


def _line(use: DataUse, months: int | None) -> Component:
    options = sorted({*_MONTHS, *([months] if months else [])})
    lasts = select_field(
        use_months(use.value),
        _("Durée : {use}", use=_(USES[use])),
        [(str(count), plural("{count} mois", "{count} mois", count)) for count in options],
        str(months or _USUAL),
        hidden_label=True,
    )
    box = dbc.Checkbox(id=use_box(use.value), label=_(USES[use]), value=months is not None)
    return html.Li([box, lasts])
