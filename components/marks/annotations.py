"""Render annotations with their actions, and the annotation form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from dash import dcc
from dash.development.base_component import Component

from components.kit import (
    at_most,
    button,
    card,
    count_line,
    data,
    date_field,
    html,
    select_field,
    switch,
    textarea_field,
    unsaved,
)
from components.kit.base import aria
from components.marks.ids import Ids
from core.access import Permission, Viewer
from core.i18n import N_, _, short_day
from data.analysis.marks.types import AnnotationKind
from data.metering.consumption.types import ChartMark, DayDetail, Series

KINDS = {
    AnnotationKind.WORKS: N_("Travaux"),
    AnnotationKind.STOPPED: N_("Chauffage arrêté"),
    AnnotationKind.TENANTS: N_("Occupants"),
    AnnotationKind.OTHER: N_("Autre"),
}
MOST_AHEAD = 10
LONGEST = 300  # as in data/analysis/marks/rules/annotations.py


@dataclass(frozen=True, slots=True)
class AnnotationForm:
    """Typed values of the form."""

    first: str
    last: str = ""
    kind: str = AnnotationKind.WORKS.value
    words: str = ""
    id: int | None = None
    shared: bool = False


def may_annotate(series: Series, viewer: Viewer) -> bool:
    return viewer.may(Permission.MARKS_WRITE) and series.readable


def annotate_button(day: date | None = None) -> Component:
    """Return the button that opens the form, on `day` or on the last day shown."""
    words = _("Annoter") if day is None else _("Annoter cette journée")
    more = {"day": day.isoformat()} if day else {}
    return button(words, icon="pencil-square", small=True, **data(marks="new", **more))


def days_words(first: date, last: date) -> str:
    if first == last:
        return short_day(first)
    return _("du {first} au {last}", first=short_day(first), last=short_day(last))


def acts_on(mark: ChartMark) -> list[Component]:
    """Return the buttons that change or remove an annotation; empty if the viewer cannot."""
    if mark.annotation is None or not mark.yours:
        return []
    about = {"days": days_words(mark.day, mark.last or mark.day), "words": mark.after or ""}
    names = (
        ("edit", "pencil", _("Modifier"), _("Modifier l’annotation {days} : {words}", **about)),
        ("remove", "x-lg", _("Retirer"), _("Retirer l’annotation {days} : {words}", **about)),
    )
    return [
        button(
            word,
            icon=glyph,
            kind="ghost",
            small=True,
            **data(marks=act, id=str(mark.annotation)),
            **aria(label=name),
        )
        for act, glyph, word, name in names
    ]


def about_day(
    marks: Sequence[ChartMark], detail: DayDetail | None, viewer: Viewer
) -> list[Component]:
    """Return the annotations of the open day, with the button to add one."""
    if detail is None:
        return []
    return [html.Div(day_marks(marks, detail.gas_day, viewer), id=Ids.DAY)]


def day_marks(marks: Sequence[ChartMark], day: date, viewer: Viewer) -> list[Component]:
    """Return the content of `about_day`."""
    writes = viewer.may(Permission.MARKS_WRITE)
    items = [
        html.Li(
            [
                html.Span(_(KINDS[AnnotationKind(mark.kind)]), className="marks-kind"),
                html.Span(f"{mark.after} "),
                html.Span(by_words(mark), className="item-note"),
                *acts_on(mark),
            ]
        )
        for mark in marks
        if mark.annotation and mark.day <= day <= (mark.last or mark.day)
    ]
    if not (items or writes):
        return []
    return [
        html.H3(_("Annotations"), className="consumption-day-title"),
        *([html.Ul(items, className="marks-list")] if items else []),
        *([annotate_button(day)] if writes else []),
    ]


def upcoming_annotations(series: Series) -> list[Component]:
    """Return the annotations after the days shown, soonest first, with their actions."""
    if not series.ahead:
        return []
    items = [
        html.Li(
            [
                html.Span(_(KINDS[AnnotationKind(mark.kind)]), className="marks-kind"),
                html.Span(f"{mark.after} "),
                html.Span(by_words(mark), className="item-note"),
                *acts_on(mark),
            ]
        )
        for mark in series.ahead[:MOST_AHEAD]
    ]
    label = _("Annotations à venir, hors de la période affichée")
    return [html.P(label, className="consumption-axis"), html.Ul(items, className="marks-list")]


def by_words(mark: ChartMark) -> str:
    days = days_words(mark.day, mark.last or mark.day)
    said = _("{days}, par {author}", days=days, author=mark.author) if mark.author else days
    return shared_words(mark, said)


def shared_words(mark: ChartMark, said: str) -> str:
    """Return `said` of an annotation of the viewer's, and whether it is shared."""
    return _("{said} (partagée)", said=said) if mark.shared and mark.yours else said


def undo_button(annotation_id: int) -> Component:
    """Return the button that restores a deleted annotation, for its toast."""
    return button(
        _("Annuler la suppression"), small=True, **data(marks="restore", id=str(annotation_id))
    )


def place() -> list[Component]:
    """Return the empty place of the form, and the stores of its callbacks."""
    return [
        html.Div([], id=Ids.FORM, className="marks-place"),
        dcc.Store(id=Ids.ASKED),
        dcc.Store(id=Ids.DONE),
        dcc.Store(id=Ids.CHANGED),
    ]


def form(
    entry: AnnotationForm, viewer: Viewer, problems: Mapping[str, str] | None = None
) -> list[Component]:
    """Return the form with its values, and the errors below its fields."""
    wrong = {name: _(problem) for name, problem in (problems or {}).items()}
    acts = [
        button(_("Enregistrer"), id=Ids.SAVE, icon="check2", kind="primary"),
        button(_("Fermer"), icon="x-lg", **data(marks="close")),
    ]
    inside = [
        html.Div(_days_and_kind(entry, wrong), className="marks-fields"),
        html.Div([_words(entry, wrong), count_line()], **at_most(LONGEST)),
        html.Div(
            switch(Ids.WITH_STAFF, _("Partager avec le distributeur"), entry.shared),
            hidden=viewer.staff,
        ),
        html.Div(acts, className="marks-acts"),
        dcc.Store(id=Ids.EDITED, data=entry.id),
    ]
    title = _("Modifier l’annotation") if entry.id else _("Annoter le graphique")
    asks = unsaved(refused=bool(wrong))
    return [html.Div(card(inside, title=title), role="group", **aria(label=title), **asks)]


def _days_and_kind(entry: AnnotationForm, wrong: Mapping[str, str]) -> list[Component]:
    kinds = [(kind.value, _(words)) for kind, words in KINDS.items()]
    first, last = wrong.get("first"), wrong.get("last")
    until = _("Au, si plusieurs jours")
    return [
        date_field(Ids.FIRST, _("Du"), _day(entry.first), error=first),
        date_field(Ids.LAST, until, _day(entry.last), error=last),
        select_field(
            Ids.KIND, _("De quoi s’agit-il ?"), kinds, entry.kind, error=wrong.get("kind")
        ),
    ]


def _words(entry: AnnotationForm, wrong: Mapping[str, str]) -> Component:
    return textarea_field(
        Ids.WORDS,
        _("Ce qui s’est passé"),
        value=entry.words,
        rows=2,
        hint=_("Lue par votre organisation, sur ce point de livraison."),
        error=wrong.get("words"),
        settles=300,
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
