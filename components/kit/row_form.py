"""Render the form of one row of a small table, and parse its fields."""

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
from components.kit.notice import alert
from components.kit.page import card, page
from components.kit.picker import picker_field
from core.errors import Invalid
from core.i18n import N_, _

T = TypeVar("T")
Typed = Mapping[str, str]  # values of the fields, by name
Errors = Mapping[str, str]  # error messages of the fields, by name


@dataclass(frozen=True, slots=True)
class FormEntries:
    """Build the fields of a form with their typed values and error messages."""

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

    def picked(self, name: str, label: str, placeholder: str) -> Component:
        """Return a picker; the server lists its options and parses the text chosen."""
        value, error = self.typed.get(name, ""), self.errors.get(name)
        return picker_field(str(self.fields[name]), label, value, placeholder, error)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class FieldReader:
    """Read fields one by one; `errors` collects their messages."""

    typed: Typed
    errors: dict[str, str] = field(default_factory=dict)

    def read(self, name: str, parse: Callable[[str], T]) -> T | None:
        """Return the parsed value of a field, None if invalid; the error may name another field."""
        try:
            return parse(self.typed.get(name, ""))
        except Invalid as error:
            field_name = str(error.params.get("field", name))
            self.errors[field_name] = _(error.message, **error.params)
            return None


@dataclass(frozen=True, slots=True)
class RowForm:
    """Ids of the parts of a form; callbacks/row_form.py saves its values."""

    place: Id  # the fields, redrawn by each response
    seen: Id  # the store of the row on screen
    save: Id
    fields: Mapping[str, Id]
    verb: str = N_("Enregistrer")

    def entries(self, typed: Typed, errors: Errors) -> FormEntries:
        return FormEntries(self.fields, typed, errors)

    def draw(
        self,
        drawn: Child | Sequence[Component],
        seen: str | int | Sequence[int | None] | None,
        *,
        above: Sequence[Component] = (),
        beside: Sequence[Component] = (),
        below: Sequence[Component] = (),
        **options: Any,  # noqa: ANN401 (of kit.card)
    ) -> Component:
        """Return the form: fields, button, and content `above`, `beside` and `below` the button."""
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

    def page(
        self,
        title: str,
        purpose: str,
        drawn: Child | Sequence[Component],
        seen: str | int | Sequence[int | None] | None,
        *,
        home: tuple[str, str],
        legend: str,
        **options: Any,  # noqa: ANN401 (of `draw`)
    ) -> Component:
        """Return the page of the form alone, below `home`: the label and address of its list."""
        children = [self.draw(drawn, seen, title=legend, **options)]
        return page(title, purpose, crumbs=(home, (title, None)), children=children)


@dataclass(frozen=True, slots=True)
class RestoreNotice:
    """What a list says of a row just removed, with the ids of its button and of the row's key."""

    restore: Id
    removed: Id
    title: str
    hint: str
    verb: str

    def draw(self, row_id: int) -> list[Component]:
        """Return the notice with its button, nothing for row 0."""
        if not row_id:
            return []
        back = button(_(self.verb), id=self.restore, icon="arrow-counterclockwise")
        return [
            alert(_(self.title), _(self.hint), "info", actions=back),
            dcc.Store(id=self.removed, data=row_id),
        ]
