"""The form of an export, and what it would give: said before the click."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components.exports.ids import Ids
from components.exports.words import (
    CONTENTS,
    FILE_USES,
    FILES,
    months_words,
    pces_words,
    rows_words,
)
from components.kit import (
    alert,
    aria,
    button,
    card,
    data,
    date_field,
    definition_list,
    html,
    segments,
    select_field,
    switch,
    text_field,
)
from data.exports.rules import LAST_DAY, MONTHS, USUAL_DAY, restored
from data.exports.types import Asked, Estimate, Problem, Wanted
from data.pces.rules import month_of
from i18n import N_, _, number, plural, size

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


def asked_of(fields: Fields, today: date, picked: tuple[str, ...] = ()) -> Asked:
    """What the form says, whatever a browser sends; a period in words becomes its days.

    *picked* are the PCE of the selection that it names.
    """
    said = {name: str(value or "") for name, value in fields.items()}
    first, last = said["first"], said["last"]
    if said["period"] in PERIODS:
        months = PERIODS[said["period"]][1]
        first, last = month_of(today, -months).isoformat(), today.isoformat()
    return Asked(
        content=said["content"],
        file=said["file"],
        apart=said["apart"] == EACH,
        which=said["which"],
        tag=said["tag"],
        text=said["text"],
        numbers=said["numbers"],
        picked=picked,
        first=first,
        last=last,
    )


def form(asked: Asked, tags: Sequence[tuple[str, int]], total: int, today: date) -> list[Component]:
    """The fields, opened on what the address asked for."""
    kinds = [(one.value, _(word)) for one, (word, _long) in CONTENTS.items()]
    return [
        _labelled(_("Données"), segments(Ids.CONTENT, _("Données"), kinds, asked.content)),
        *_which(asked, tags, total),
        *_period(today),
        _labelled(
            _("Format"),
            segments(
                Ids.FILE,
                _("Format"),
                [(kind.value, _(word)) for kind, word in FILES.items()],
                asked.file,
            ),
        ),
        _uses(),
        _labelled(
            _("Fichiers"),
            segments(
                Ids.APART,
                _("Fichiers"),
                [(ONE, _("Un seul")), (EACH, _("Un par PCE, dans un ZIP"))],
                EACH if asked.apart else ONE,
            ),
        ),
        switch(Ids.TELL, _("Me prévenir par courriel quand il est prêt"), False),  # noqa: FBT003
    ]


def _uses() -> Component:
    """What each format is for, behind a summary that opens."""
    told = [
        part
        for kind, words in FILE_USES.items()
        for part in (html.Dt(_(FILES[kind])), html.Dd(_(words)))
    ]
    return html.Details(
        [html.Summary(_("Quel format choisir ?")), html.Dl(told)], className="exports-uses"
    )


def _labelled(words: str, control: Component) -> Component:
    """The name of a control whose own legend is only read aloud."""
    label = html.Span(words, className="field-label", **aria(hidden="true"))
    return html.Div([label, control], className="exports-choice")


def _which(asked: Asked, tags: Sequence[tuple[str, int]], total: int) -> list[Component]:
    ticked = plural("{count} PCE choisi", "{count} PCE choisis", len(asked.picked))
    options = [
        *([("picked", ticked)] if asked.which == "picked" else []),
        ("all", _("tous ({count})", count=number(total))),
        *([("tag", _("ceux d’une étiquette"))] if tags else []),
        ("text", _("ceux d’une recherche")),
        ("numbers", _("une liste de numéros")),
    ]
    return [
        html.Div(
            [
                select_field(Ids.WHICH, _("PCE"), options, asked.which),
                _box(Ids.TAG_BOX, asked.which == "tag", _tag(asked, tags)),
                _box(Ids.TEXT_BOX, asked.which == "text", _text(asked)),
            ],
            className="exports-pair",
        ),
        _box(Ids.NUMBERS_BOX, asked.which == "numbers", _numbers(asked)),
    ]


def _tag(asked: Asked, tags: Sequence[tuple[str, int]]) -> Component:
    labels = [(tag, f"{tag} ({number(count)})") for tag, count in tags]
    first = labels[0][0] if labels else ""
    return select_field(Ids.TAG, _("Étiquette"), labels, asked.tag or first)


def _text(asked: Asked) -> Component:
    return text_field(
        Ids.TEXT,
        _("Recherche"),
        value=asked.text,
        placeholder=_("PCE, site, commune, titulaire"),
        settles=400,
    )


def _numbers(asked: Asked) -> Component:
    words = html.Label(_("Numéros de PCE"), htmlFor=Ids.NUMBERS, className="field-label")
    hint = html.P(
        _("Un par ligne, ou séparés par des espaces, virgules ou points-virgules."),
        className="field-hint",
        id=f"{Ids.NUMBERS}-hint",
    )
    entry = dbc.Textarea(id=Ids.NUMBERS, value=asked.numbers, rows=4, debounce=True)
    return html.Div([words, entry, hint], className="field", **data(kit="field"))


def _box(id_: Ids, shown: bool, child: Component) -> Component:  # noqa: FBT001
    return html.Div(child, id=id_, hidden=not shown)


def _period(today: date) -> list[Component]:
    words = [(key, _(word)) for key, (word, _months) in PERIODS.items()]
    return [
        html.Div(
            [
                _labelled(
                    _("Période"),
                    segments(Ids.PERIOD, _("Période"), [*words, (FREE, _("Dates"))], "12m"),
                ),
                _box(
                    Ids.DATES_BOX,
                    False,  # noqa: FBT003
                    html.Div(
                        [
                            date_field(Ids.FIRST, _("Du"), month_of(today, -1), last=today),
                            date_field(Ids.LAST, _("Au"), today),
                        ],
                        className="exports-pair",
                    ),
                ),
            ],
            id=Ids.PERIOD_BOX,
        )
    ]


def ask_card(shown: Sequence[Component]) -> Component:
    """What it would give, and the way to have it."""
    return card(
        [
            html.Div(shown, id=Ids.ESTIMATE, role="status"),
            html.Div(
                button(_("Préparer le fichier"), id=Ids.ASK, icon="download", kind="primary"),
                className="form-actions",
            ),
        ],
        title=_("Ce fichier"),
        hint=_("avant la demande"),
    )


def estimate_shown(
    asked: Asked, found: Estimate | None, problems: Sequence[Problem]
) -> list[Component]:
    """About what it would hold, or what is wrong with what was asked."""
    about = _NOTES.get(asked.content, "")
    note: list[Component] = [html.P(_(about), className="exports-note")] if about else []
    note += _restored(asked)
    if found is None:
        said = [html.P(_(one.sentence, **one.params)) for one in problems]
        return [*note, alert(_("Il manque quelque chose"), said, "warn")]
    if not found.rows:
        return [*note, *_unknown(found), alert(_("Rien à exporter"), _nothing(found), "warn")]
    return [
        *note,
        definition_list(
            [
                (_("PCE choisis"), number(found.pces)),
                (_("Lignes"), _("environ {count}", count=number(found.rows))),
                (_("Taille"), _("environ {size}", size=size(found.octets))),
            ]
        ),
        *_unknown(found),
    ]


def _restored(asked: Asked) -> list[Component]:
    """Nothing is mended in silence."""
    found = restored(asked.numbers) if asked.which == "numbers" else ()
    if not found:
        return []
    title = plural(
        "{count} numéro lu avec le zéro initial qu’un tableur avait supprimé",
        "{count} numéros lus avec le zéro initial qu’un tableur avait supprimé",
        len(found),
    )
    more = "…" if len(found) > SHOWN_UNKNOWN else ""
    return [alert(title, ", ".join(found[:SHOWN_UNKNOWN]) + more, "info")]


def _nothing(found: Estimate) -> str:
    if not found.pces:
        return _("Aucun PCE visible pour vous ne correspond à ce choix.")
    of = pces_words(found.pces)
    return _("{pces} choisis, {rows} lisible pour vous.", pces=of, rows=rows_words(0))


def _unknown(found: Estimate) -> list[Component]:
    if not found.unknown:
        return []
    count = len(found.unknown)
    said = plural(
        "{count} numéro n’est pas un PCE visible pour vous, il sera ignoré",
        "{count} numéros ne sont pas des PCE visibles pour vous, ils seront ignorés",
        count,
    )
    more = "…" if count > SHOWN_UNKNOWN else ""
    return [alert(said, ", ".join(found.unknown[:SHOWN_UNKNOWN]) + more, "warn")]


def schedule_form(wanted: Wanted | None = None) -> Component:
    """The same, made again each month: of the whole months before that day."""
    months = (wanted.months if wanted else None) or 1
    return html.Div(
        [
            select_field(
                Ids.DAY,
                _("Jour du mois"),
                [(str(day), str(day)) for day in range(1, LAST_DAY + 1)],
                str(USUAL_DAY),
            ),
            select_field(
                Ids.MONTHS,
                _("Données"),
                [(str(one), months_words(one)) for one in MONTHS],
                str(months),
            ),
            button(_("Programmer"), id=Ids.SCHEDULE, icon="calendar-check", **data(once="")),
        ],
        className="exports-monthly",
    )
