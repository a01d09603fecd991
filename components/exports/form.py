"""Render the form of an export, with an estimate of its contents."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components import kit
from components.exports.ids import Ids
from components.exports.labels import (
    CONTENTS,
    FILE_USES,
    FILES,
    months_words,
    pces_words,
    rows_words,
)
from components.kit import html
from core.i18n import N_, _, number, plural, size
from data.exports.rules import LAST_DAY, MONTHS, USUAL_DAY, restored
from data.exports.types import ExportEstimate, ExportForm, ExportFormError, ExportSpec
from data.metering.pces.rules import month_of

PERIODS: Mapping[str, tuple[str, int]] = {"12m": (N_("12 mois"), 12), "3y": (N_("3 ans"), 36)}
FREE = "free"
ONE, EACH = "one", "each"
SHOWN_UNKNOWN = 3
_NOTES: Mapping[str, str] = {
    "daily": N_("Un relevé par PCE et journée gazière : index, volume, énergie, qualité."),
    "monthly": N_("La somme des jours de chaque mois, avec ce qui y manque."),
    "published": N_("Les périodes de facturation qui finissent dans ces dates."),
    "contractual": N_("Tarif, fournisseur, profil, CAR et CJA, tels qu’ils sont aujourd’hui."),
    "technical": N_("Adresse, compteur, calibre, pression, PITD, tels qu’ils sont aujourd’hui."),
}
Fields = Mapping[str, Any]


def asked_of(fields: Fields, today: date, picked: tuple[str, ...] = ()) -> ExportForm:
    """Return the form from untrusted fields; a named period becomes its dates.

    `picked` are the PCEs of the selection that it names.
    """
    values = {name: str(value or "") for name, value in fields.items()}
    first, last = values["first"], values["last"]
    if values["period"] in PERIODS:
        months = PERIODS[values["period"]][1]
        first, last = month_of(today, -months).isoformat(), today.isoformat()
    return ExportForm(
        content=values["content"],
        file=values["file"],
        file_per_pce=values["apart"] == EACH,
        which=values["which"],
        tag=values["tag"],
        text=values["text"],
        numbers=values["numbers"],
        picked=picked,
        first=first,
        last=last,
    )


def form(
    asked: ExportForm, tags: Sequence[tuple[str, int]], total: int, today: date
) -> list[Component]:
    """Return the fields, with initial values from the address."""
    kinds = [
        (kind.value, _(word)) for kind, (word, _long) in CONTENTS.items() if not kind.is_report
    ]
    return [
        _labelled(_("Données"), kit.segments(Ids.CONTENT, _("Données"), kinds, asked.content)),
        *_which(asked, tags, total),
        *_period(today),
        _labelled(
            _("Format"),
            kit.segments(
                Ids.FILE,
                _("Format"),
                [(kind.value, _(FILES[kind])) for kind in FILE_USES],
                asked.file,
            ),
        ),
        _uses(),
        _labelled(
            _("Fichiers"),
            kit.segments(
                Ids.APART,
                _("Fichiers"),
                [(ONE, _("Un seul")), (EACH, _("Un par PCE, dans un ZIP"))],
                EACH if asked.file_per_pce else ONE,
            ),
        ),
        kit.switch(Ids.TELL, _("Me prévenir par courriel quand il est prêt"), False),  # noqa: FBT003
    ]


def _uses() -> Component:
    """Return the use of each format, collapsed."""
    definitions = [
        part
        for kind, words in FILE_USES.items()
        for part in (html.Dt(_(FILES[kind])), html.Dd(_(words)))
    ]
    return html.Details(
        [html.Summary(_("Quel format choisir ?")), html.Dl(definitions)], className="exports-uses"
    )


def _labelled(words: str, control: Component) -> Component:
    """Return a control with a visible name; its own legend is for screen readers."""
    label = html.Span(words, className="field-label", **kit.aria(hidden="true"))
    return html.Div([label, control], className="exports-choice")


def _which(export_form: ExportForm, tags: Sequence[tuple[str, int]], total: int) -> list[Component]:
    ticked = plural("{count} PCE choisi", "{count} PCE choisis", len(export_form.picked))
    options = [
        *([("picked", ticked)] if export_form.which == "picked" else []),
        ("all", _("tous ({count})", count=number(total))),
        *([("tag", _("ceux d’une étiquette"))] if tags else []),
        ("text", _("ceux d’une recherche")),
        ("numbers", _("une liste de numéros")),
    ]
    return [
        html.Div(
            [
                kit.select_field(Ids.WHICH, _("PCE"), options, export_form.which),
                _box(Ids.TAG_BOX, export_form.which == "tag", _tag(export_form, tags)),
                _box(Ids.TEXT_BOX, export_form.which == "text", _text(export_form)),
            ],
            className="exports-pair",
        ),
        _box(Ids.NUMBERS_BOX, export_form.which == "numbers", _numbers(export_form)),
    ]


def _tag(export_form: ExportForm, tags: Sequence[tuple[str, int]]) -> Component:
    labels = [(tag, f"{tag} ({number(count)})") for tag, count in tags]
    first = labels[0][0] if labels else ""
    return kit.select_field(Ids.TAG, _("Étiquette"), labels, export_form.tag or first)


def _text(export_form: ExportForm) -> Component:
    return kit.text_field(
        Ids.TEXT,
        _("Recherche"),
        value=export_form.text,
        placeholder=_("Site, adresse, étiquette, PCE"),
        settles=400,
    )


def _numbers(export_form: ExportForm) -> Component:
    words = html.Label(_("Numéros de PCE"), htmlFor=Ids.NUMBERS, className="field-label")
    hint = html.P(
        _("Un par ligne, ou séparés par des espaces, virgules ou points-virgules."),
        className="field-hint",
        id=f"{Ids.NUMBERS}-hint",
    )
    entry = dbc.Textarea(id=Ids.NUMBERS, value=export_form.numbers, rows=4, debounce=True)
    return html.Div([words, entry, hint], className="field", **kit.data(kit="field"))


def _box(id_: Ids, is_visible: bool, child: Component) -> Component:  # noqa: FBT001
    return html.Div(child, id=id_, hidden=not is_visible)


def _period(today: date) -> list[Component]:
    words = [(key, _(word)) for key, (word, _months) in PERIODS.items()]
    return [
        html.Div(
            [
                _labelled(
                    _("Période"),
                    kit.segments(Ids.PERIOD, _("Période"), [*words, (FREE, _("Dates"))], "12m"),
                ),
                _box(
                    Ids.DATES_BOX,
                    False,  # noqa: FBT003
                    html.Div(
                        [
                            kit.date_field(Ids.FIRST, _("Du"), month_of(today, -1), last=today),
                            kit.date_field(Ids.LAST, _("Au"), today),
                        ],
                        className="exports-pair",
                    ),
                ),
            ],
            id=Ids.PERIOD_BOX,
        )
    ]


def ask_card(estimate_parts: Sequence[Component]) -> Component:
    """Return the estimate and the button that requests the export."""
    return kit.card(
        [
            html.Div(estimate_parts, id=Ids.ESTIMATE, role="status"),
            html.Div(
                kit.button(_("Préparer le fichier"), id=Ids.ASK, icon="download", kind="primary"),
                className="form-actions",
            ),
        ],
        title=_("Ce fichier"),
        hint=_("avant la demande"),
    )


def estimate_shown(
    export_form: ExportForm, estimate: ExportEstimate | None, problems: Sequence[ExportFormError]
) -> list[Component]:
    """Return the estimated contents, or what is missing in the request."""
    about = _NOTES.get(export_form.content, "")
    note: list[Component] = [html.P(_(about), className="exports-note")] if about else []
    note += _restored(export_form)
    if estimate is None:
        paragraphs = [html.P(_(problem.sentence, **problem.params)) for problem in problems]
        return [*note, kit.alert(_("Il manque quelque chose"), paragraphs, "warn")]
    if not estimate.rows:
        return [
            *note,
            *_unknown(estimate),
            kit.alert(_("Rien à exporter"), _nothing(estimate), "warn"),
        ]
    return [
        *note,
        kit.definition_list(
            [
                (_("PCE choisis"), number(estimate.pces)),
                (_("Lignes"), _("environ {count}", count=number(estimate.rows))),
                (_("Taille"), _("environ {size}", size=size(estimate.octets))),
            ]
        ),
        *_unknown(estimate),
    ]


def _restored(export_form: ExportForm) -> list[Component]:
    """Return a notice about the numbers whose lost leading zero was restored."""
    restored_numbers = restored(export_form.numbers) if export_form.which == "numbers" else ()
    if not restored_numbers:
        return []
    title = plural(
        "{count} numéro lu avec le zéro initial qu’un tableur avait supprimé",
        "{count} numéros lus avec le zéro initial qu’un tableur avait supprimé",
        len(restored_numbers),
    )
    more = "…" if len(restored_numbers) > SHOWN_UNKNOWN else ""
    return [kit.alert(title, ", ".join(restored_numbers[:SHOWN_UNKNOWN]) + more, "info")]


def _nothing(estimate: ExportEstimate) -> str:
    if not estimate.pces:
        return _("Aucun PCE visible pour vous ne correspond à ce choix.")
    of = pces_words(estimate.pces)
    return _("{pces} choisis, {rows} lisible pour vous.", pces=of, rows=rows_words(0))


def _unknown(estimate: ExportEstimate) -> list[Component]:
    if not estimate.unknown:
        return []
    count = len(estimate.unknown)
    sentence = plural(
        "{count} numéro n’est pas un PCE visible pour vous, il sera ignoré",
        "{count} numéros ne sont pas des PCE visibles pour vous, ils seront ignorés",
        count,
    )
    more = "…" if count > SHOWN_UNKNOWN else ""
    return [kit.alert(sentence, ", ".join(estimate.unknown[:SHOWN_UNKNOWN]) + more, "warn")]


def schedule_form(export_request: ExportSpec | None = None) -> Component:
    """Return the fields of a monthly export, of the full months before that day."""
    months = (export_request.months if export_request else None) or 1
    return html.Div(
        [
            kit.select_field(
                Ids.DAY,
                _("Jour du mois"),
                [(str(day), str(day)) for day in range(1, LAST_DAY + 1)],
                str(USUAL_DAY),
            ),
            kit.select_field(
                Ids.MONTHS,
                _("Données"),
                [(str(month_count), months_words(month_count)) for month_count in MONTHS],
                str(months),
            ),
            kit.button(
                _("Programmer"), id=Ids.SCHEDULE, icon="calendar-check", **kit.data(once="")
            ),
        ],
        className="exports-monthly",
    )
