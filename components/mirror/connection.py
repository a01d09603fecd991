"""Render the connection: state, credentials, mirrored data and removal."""

from collections.abc import Sequence
from datetime import datetime

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.mirror.choices import cost_text
from components.mirror.ids import PARTS, Ids
from components.mirror.labels import CONNECTIONS, HINTS, when
from components.mirror.labels import PARTS as PART_WORDS
from components.mirror.rounds import round_progress
from components.mirror.stop_dialog import sends_dialog
from components.upstream_message import quoted_sentence
from core.i18n import _, number, plural
from data.exchange.mirror.types import (
    ConnectionRow,
    ConnectionState,
    MirrorChoice,
    MirrorPart,
    RoundRow,
    TasksSummary,
    Unleft,
)

TRY = "/admin/connexions/essai"


def status(row: ConnectionRow, tasks: TasksSummary, rounds: Sequence[RoundRow]) -> list[Component]:
    """Return the state of the connection, redrawn while a round runs."""
    problem = [html.P(quoted_sentence(row.problem), className="mirror-said")] if row.problem else []
    pairs: list[tuple[kit.Children, kit.Children]] = [
        *([(_("Identifiants de"), _whose(row))] if row.third_party else []),
        (_("Dernier essai"), when(row.tried_at)),
        (_("Dernière réponse"), when(row.worked_at)),
        (_("Appels aujourd’hui"), _calls(row)),
    ]
    if tasks.pces:
        done = _("{done} sur {pces}", done=number(tasks.done), pces=number(tasks.pces))
        pairs.append((_("PCE à jour"), done))
    goes = html.Div(round_progress(rounds), className="mirror-going")
    return [kit.label_chip(CONNECTIONS[row.state]), *problem, goes, kit.definition_list(pairs)]


def _whose(row: ConnectionRow) -> kit.Children:
    """Name the owner of the credentials, with a warning if the name differs from the local one."""
    if not row.organisation:
        return row.third_party
    other = _(
        "Ce n’est pas le nom de votre organisation ici, {name} : vérifiez que ce sont bien les"
        " vôtres.",
        name=row.organisation,
    )
    return [row.third_party, html.Div(other, className="item-note")]


def _calls(row: ConnectionRow) -> str:
    calls = number(row.calls)
    return _("{calls} sur {most}", calls=calls, most=number(row.most)) if row.most else calls


def status_card(inside: list[Component], row: ConnectionRow) -> Component:
    words = _("Tester") if row.state is ConnectionState.UNTRIED else _("Tester à nouveau")
    form = html.Form(
        [
            dbc.Input(type="hidden", name="csrf_token", value=""),
            dbc.Input(type="hidden", name="next", value="/admin"),
            kit.button(words, icon="plug", type="submit", small=True),
        ],
        action=TRY,
        method="POST",
        className="frame-form",
    )
    return kit.card(html.Div(inside, id=Ids.STATUS), title=_("Votre connexion"), actions=form)


def credentials_card(row: ConnectionRow | None) -> Component:
    """Return the form of credentials, without the stored secret."""
    has_credentials = row is not None
    hint = _("Gardé chiffré, jamais affiché.")
    if has_credentials:
        hint = _(
            "Gardé chiffré, jamais affiché. Laissez vide pour garder celui qui est enregistré."
        )
    fields = [
        kit.text_field(
            Ids.CLIENT,
            _("Identifiant client"),
            value=row.client_id if row else "",
            autocomplete="off",
        ),
        kit.text_field(
            Ids.SECRET,
            _("Secret"),
            type="password",
            hint=hint,
            autocomplete="new-password",
        ),
    ]
    save = kit.button(
        _("Enregistrer"),
        id=Ids.KEEP,
        kind="secondary" if has_credentials else "primary",
        icon="check-lg",
    )
    return kit.card(
        [
            html.P(
                _("Ceux de votre contrat ADICT : le distributeur les envoie à part."),
                className="mirror-opening",
            ),
            html.Div(fields, className="admin-form mirror-credentials"),
            html.Div(save, className="form-actions"),
        ],
        title=_("Identifiants"),
    )


def choices_card(row: ConnectionRow) -> Component:
    parts = [_part(part, id_, row.choice) for part, id_ in PARTS.items()]
    always = _(
        "Vos droits sont comparés à chaque synchronisation : ils déterminent ce qui peut être lu."
    )
    hint_text = _(
        "Ce que vous déclarez, révoquez ou prouvez ici est envoyé au distributeur. C’est alors"
        " lui qui écrit aux titulaires, et non plus ce portail ; vos droits attendent sa réponse."
    )
    unasked = _(
        "À chaque synchronisation, vos droits sont alignés sur ceux du distributeur. Ceux qu’il"
        " ne connaît pas, ou qu’il clôturerait en grand nombre, attendent toujours votre"
        " décision."
    )
    sends, repairs = row.choice.sends, row.choice.repairs
    return kit.card(
        [
            html.P(always, className="mirror-opening"),
            html.Div(parts, className="mirror-switches"),
            _choice(Ids.SENDS, _("Envoyer mes déclarations au distributeur"), sends, hint_text),
            _choice(Ids.REPAIRS, _("Réparer les écarts sans me le demander"), repairs, unasked),
            html.Div(
                kit.button(_("Enregistrer ces choix"), id=Ids.CHOOSE, icon="check-lg"),
                className="form-actions",
            ),
        ],
        title=_("Ce qui est synchronisé"),
    )


def _part(part: MirrorPart, id_: str, choice: MirrorChoice) -> Component:
    words, on = _(PART_WORDS[part]), part in choice.parts
    return _choice(id_, words, on, _(HINTS[part])) if part in HINTS else kit.switch(id_, words, on)


def ask_sends(*, refused: bool) -> Component:
    """Return the confirmation before declarations are sent to the distributor."""
    soon = _("une fois vos identifiants acceptés") if refused else _("dans la minute")
    consequences = [
        _(
            "Ce que vous déclarez, révoquez ou prouvez ici est envoyé au distributeur {when},"
            " comme la fin de ce qui est clos ici et court encore chez lui.",
            when=soon,
        ),
        _("C’est lui qui écrit aux titulaires : ce portail ne leur écrit plus."),
        _("Si vous l’arrêtez ensuite, les envois non partis sont annulés."),
    ]
    acts = [
        kit.button(_("Envoyer désormais"), icon="send", kind="primary", **kit.data(mirror="sends")),
        kit.button(_("Annuler"), **kit.data(mirror="keeps")),
    ]
    return sends_dialog(_("Envoyer vos déclarations au distributeur ?"), consequences, acts)


def _choice(id_: str, words: str, on: bool, hint: str) -> Component:  # noqa: FBT001 (of a switch)
    return html.Div(
        [kit.switch(id_, words, on), html.P(hint, className="field-hint")],
        className="mirror-choice",
    )


def forget_card(unleft: Unleft) -> Component:
    explanation: list[kit.Child] = [
        _(
            "Identifiants, écarts, synchronisations et envois non partis sont effacés. Vos droits"
            " et vos relevés restent ; les réponses encore attendues du distributeur ne seront"
            " plus lues."
        ),
        html.B(cost_text(unleft), id=Ids.COST),
    ]
    act = kit.button(_("Oublier définitivement"), id=Ids.FORGET, kind="danger", icon="trash3")
    return kit.card(
        html.Div(
            kit.asks_first(_("Oublier cette connexion"), explanation, act),
            className="mirror-forget",
        )
    )


def refusal_alerts(row: ConnectionRow) -> list[Component]:
    """Return what to do about refused credentials."""
    if row.state is ConnectionState.REFUSED:
        return [
            kit.alert(
                _("Rien n’est demandé tant que vos identifiants sont refusés"),
                _(
                    "Corrigez-les ci-dessous et enregistrez-les, ou faites corriger chez le"
                    " distributeur ce qu’ils permettent, puis testez-les."
                ),
                tone="bad",
            )
        ]
    return []


def drifts_lead(count: int) -> str:
    if not count:
        return _("Aucun écart avec le distributeur.")
    return plural(
        "{count} écart avec le distributeur.", "{count} écarts avec le distributeur.", count
    )


def comparison_text(count: int, at: datetime) -> str:
    """Return the number of differences at the last comparison."""
    if not count:
        return _("Vos droits ont été comparés le {when} : aucun écart.", when=when(at))
    drifts = plural("{count} écart", "{count} écarts", count)
    return _("Vos droits ont été comparés le {when} : {drifts}.", when=when(at), drifts=drifts)
