"""Render the preview of a draw before the campaign opens."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components.controls.campaign_parser import WrongLine
from components.controls.staff_ids import Ids
from components.kit import (
    Child,
    Children,
    alert,
    button,
    card,
    data,
    definition_list,
    html,
    icon_button,
    link,
    table,
)
from core.i18n import _, long_day, number, plural, short_day
from data.controls.types import DrawPreview, LeftOut

_SHOWN_LEFT = 20


def problem_part(wrong: Sequence[WrongLine]) -> list[Component]:
    """Return the message of a failed draw; fields and list lines have their own errors."""
    note = _("Corrigez ce qui est signalé, puis regardez l’aperçu de nouveau.")
    return [alert(_("Rien n’est tiré"), note, "bad"), *wrong_part(wrong)]


def wrong_part(wrong: Sequence[WrongLine]) -> list[Component]:
    """Return the invalid lines, with a button that restores lost zeros."""
    if not wrong:
        return []
    lines = [
        html.Li(
            [
                html.B(_("Ligne {line}", line=number(wrong_line.line))),
                "\u00a0: ",
                _(wrong_line.why.message, **wrong_line.why.params),
            ]
        )
        for wrong_line in wrong[:_SHOWN_LEFT]
    ]
    more = len(wrong) - len(lines)
    if more > 0:
        lines.append(html.Li(plural("et {count} autre", "et {count} autres", more)))
    title = plural("{count} ligne à corriger", "{count} lignes à corriger", len(wrong))
    line_list = html.Ul(lines, className="draw-left")
    return [alert(title, line_list, "warn", actions=_zeros(wrong))]


def _zeros(wrong: Sequence[WrongLine]) -> list[Component]:
    lost = sum(bool(wrong_line.proposed) for wrong_line in wrong)
    if not lost:
        return []
    words = plural("Remettre le zéro perdu", "Remettre les {count} zéros perdus", lost)
    return [button(words, id=Ids.ZEROS, icon="magic")]


def preview_part(preview: DrawPreview, wrong: Sequence[WrongLine] = ()) -> list[Component]:
    """Return the result of the draw, with the button that opens the campaign."""
    if not preview.drawn:
        return [
            *wrong_part(wrong),
            alert(_("Aucun droit retenu"), _("Élargissez le choix, ou vérifiez la liste."), "warn"),
            *_left_out(preview),
        ]
    return [
        *wrong_part(wrong),
        card(
            [
                definition_list(_facts(preview)),
                html.Div(
                    button(
                        plural(
                            "Demander {count} preuve", "Demander {count} preuves", preview.drawn
                        ),
                        id=Ids.OPEN,
                        icon="send",
                        kind="primary",
                        **data(desk="once"),
                    ),
                    className="form-actions",
                ),
            ],
            title=_("Aperçu"),
            hint=_("rien n’est encore demandé"),
        ),
        *_left_out(preview),
    ]


def _facts(preview: DrawPreview) -> list[tuple[str, str]]:
    facts = [
        (_("Droits possibles"), number(preview.eligible)),
        (_("Droits retenus"), number(preview.drawn)),
        (_("Preuves attendues jusqu’au (inclus)"), long_day(preview.due_on)),
    ]
    facts += [(name, number(count)) for name, count in preview.third_parties[:10]]
    others = preview.third_parties[10:]
    if others:
        words = plural("{count} autre demandeur", "{count} autres demandeurs", len(others))
        facts.append((words, number(sum(count for _name, count in others))))
    return facts


def _named(what: str) -> Component:
    """Return a typed number as a link to its rights."""
    number_ = "".join(what.split())
    return link(html.Code(what), f"/droits?q={number_}") if number_.isdigit() else html.Code(what)


def _left_out(preview: DrawPreview) -> list[Component]:
    if not preview.left_out:
        return []
    lines = [
        html.Li([_named(exclusion.what), " ", _(exclusion.sentence), *_in_the_way(exclusion)])
        for exclusion in preview.left_out[:_SHOWN_LEFT]
    ]
    more = len(preview.left_out) - len(lines)
    if more > 0:
        lines.append(html.Li(plural("et {count} autre", "et {count} autres", more)))
    title = plural("{count} laissé de côté", "{count} laissés de côté", len(preview.left_out))
    return [alert(title, html.Ul(lines, className="draw-left"), "warn")]


def _in_the_way(exclusion: LeftOut) -> list[Child]:
    if not exclusion.control:
        return []
    return [" ", link(_("Voir le contrôle"), f"/controles?controle={exclusion.control}")]


def drawn_part(preview: DrawPreview) -> list[Component]:
    """Return a page of the drawn rights, with links to the others."""
    if not preview.drawn:
        return []
    parted = len(preview.candidates) < preview.drawn
    return [
        card(
            _rows(preview),
            title=_("Droits retenus"),
            hint=_where(preview) if parted else number(preview.drawn),
            actions=_ways(preview) if parted else (),
            flush=True,
        )
    ]


def _where(preview: DrawPreview) -> str:
    return _(
        "{first} à {last} sur {count}",
        first=number(preview.before + 1),
        last=number(preview.before + len(preview.candidates)),
        count=number(preview.drawn),
    )


def _ways(preview: DrawPreview) -> list[Component]:
    ended = preview.before + len(preview.candidates) >= preview.drawn
    ways = (
        (_("Page précédente"), "chevron-left", Ids.EARLIER, not preview.before),
        (_("Page suivante"), "chevron-right", Ids.LATER, ended),
    )
    return [icon_button(words, look, id=id_, disabled=off) for words, look, id_, off in ways]


def _rows(preview: DrawPreview) -> Component:
    rows: list[list[Children]] = [
        [
            right.site or _("Sans libellé"),
            html.Span(right.number, className="nowrap"),
            right.holder,
            right.third_party,
            short_day(right.declared_on),
        ]
        for right in preview.candidates
    ]
    head = [_("Site"), _("PCE"), _("Titulaire"), _("Demandeur"), _("Déclaré le")]
    return table(head, rows, caption=_("Droits retenus"))
