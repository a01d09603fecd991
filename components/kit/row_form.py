"""Draw the form of one row of a small table, and read what is typed in it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from dash import dcc
from dash.development.base_component import Component

from components.kit import html
from components.kit.base import Child, Id
from components.kit.button import button
from components.kit.field import date_field, select_field, text_field, unsaved
from components.kit.page import card
from core.errors import Invalid
from core.i18n import N_, _

T = TypeVar("T")
Typed = Mapping[str, str]  # what the fields hold, by their names
Errors = Mapping[str, str]  # what is wrong with each, by the same names


@dataclass(frozen=True, slots=True)
class FormEntries:
    """Build the fields of a form, full of what was typed, each with what is wrong with it."""

    fields: Mapping[str, Id]
    typed: Typed
    errors: Errors

    def text(self, name: str, label: str, **options: Any) -> Component:  # noqa: ANN401
        value, error = self.typed.get(name, ""), self.errors.get(name)
        return text_field(self.fields[name], label, value=value, error=error, **options)

    def day(self, name: str, label: str, **options: Any) -> Component:  # noqa: ANN401
        day, error = _day(self.typed.get(name, "")), self.errors.get(name)
        return date_field(self.fields[name], label, day, error=error, **options)

    def select(
        self, name: str, label: str, options: Sequence[tuple[str, str]], usual: str = ""
    ) -> Component:
        value, error = self.typed.get(name, usual), self.errors.get(name)
        return select_field(self.fields[name], label, options, value, error=error)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Read the fields one by one; `errors` says what is wrong with each."""

    typed: Typed
    errors: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, parse: Callable[[str], T]) -> T | None:
        """What *parse* makes of a field, or None: its error is told of the field that it names."""
        try:
            return parse(self.typed.get(name, ""))
        except Invalid as error:
            field_name = str(error.params.get("field", name))
            self.errors[field_name] = _(error.message, **error.params)
            return None


@dataclass(frozen=True, slots=True)
class RowForm:
    """Where the parts of a form are; callbacks/row_form.py saves what is typed in it."""

    place: Id  # its fields, drawn again by each answer
    seen: Id  # the store of the row on screen
    save: Id
    fields: Mapping[str, Id]
    verb: str = N_("Enregistrer")

    def entries(self, typed: Typed, errors: Errors) -> FormEntries:
        return FormEntries(self.fields, typed, errors)

    def draw(
        self,
        drawn: Child | Sequence[Component],
        seen: str | int | Sequence[int] | None,
        *,
        above: Sequence[Component] = (),
        beside: Sequence[Component] = (),
        below: Sequence[Component] = (),
        **options: Any,  # noqa: ANN401 (of kit.card)
    ) -> Component:
        """The fields as *drawn*, the button, what stands *above* it, *beside* it and *below*."""
        act = button(_(self.verb), id=self.save, icon="check-lg", kind="primary")
        return card(
            [
                html.Div(drawn, id=self.place, **unsaved()),
                *above,
                html.Div([act, *beside], className="form-actions"),
                *below,
                dcc.Store(id=self.seen, data=seen),
            ],
            **options,
        )
