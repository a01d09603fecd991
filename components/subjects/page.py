"""Render `/compte/donnees`: the viewer's data, to download or erase."""

from collections.abc import Sequence

import dash_bootstrap_components as dbc
from dash.development.base_component import Component

from components import kit
from components.accounts_security import account_part
from components.kit import html
from components.subjects.labels import KINDS, state_chip
from core.access import Viewer
from core.i18n import N_, _, clock, plural, size
from data.administration.subjects.types import Periods, RequestState, SubjectRequestRow

ASK = "/compte/donnees/demande"
DONE = {
    "demande": (
        N_("Votre archive est demandée"),
        N_(
            "Un courriel vous prévient quand elle est prête, le plus souvent en moins d’une minute."
        ),
    ),
    "annulation": (N_("L’effacement est annulé"), N_("Votre compte reste ouvert.")),
}


def subject_page(
    viewer: Viewer,
    requests: Sequence[SubjectRequestRow],
    erasure: SubjectRequestRow | None,
    periods: Periods,
    *,
    done: str = "",
) -> Component:
    done_message = DONE.get(done)
    purpose = _("Recevoir tout ce que le portail garde sur vous, ou le faire effacer.")
    children = [
        *([kit.alert(_(done_message[0]), _(done_message[1]), "ok")] if done_message else []),
        *([waiting_card(erasure)] if erasure else []),
        kit.columns(
            [export_card(requests, periods)],
            [*([] if erasure else [erasure_card(periods)]), privacy_card()],
        ),
    ]
    return account_part(viewer, "/compte/donnees", _("Mes données"), purpose, children)


def waiting_card(erasure: SubjectRequestRow) -> Component:
    """Return a pending erasure: its date and the button to cancel it."""
    explanation = _(
        "Le {instant}, votre compte sera fermé et vos données effacées, définitivement.",
        instant=clock(erasure.due_at),
    )
    return kit.card(
        [
            html.P(explanation),
            *([html.P(_(erasure.problem))] if erasure.problem else []),
            cancel_form(erasure, _("Annuler et garder mon compte")),
        ],
        title=_("Votre compte va être effacé"),
    )


def cancel_form(erasure: SubjectRequestRow, words: str, *, back: str = "") -> Component:
    """Return a cancel form; `assets/frame.js` inserts the CSRF token."""
    hidden = [
        dbc.Input(type="hidden", name="csrf_token", value=""),
        dbc.Input(type="hidden", name="next", value="/compte/donnees"),
        dbc.Input(type="hidden", name="back", value=back),
    ]
    button = html.Button(words, type="submit", className="btn btn-sm btn-primary")
    action = f"/compte/donnees/{erasure.id}/annulation"
    return html.Form([*hidden, button], action=action, method="POST", className="frame-form")


def export_card(requests: Sequence[SubjectRequestRow], periods: Periods) -> Component:
    retention_label = plural("{count} jour", "{count} jours", periods.file_days)
    ask = html.A(
        _("Demander mes données"),
        href=ASK,
        className="btn btn-sm btn-primary",
    )
    none = kit.empty(
        "file-zip",
        _("Rien n’a été demandé"),
        _(
            "L’archive s’ouvre dans un navigateur ou un tableur, et se garde {days}.",
            days=retention_label,
        ),
    )
    return kit.card(
        _requests_table(requests) if requests else none,
        title=_("Mes demandes"),
        hint=_("Mot de passe redemandé ; l’archive n’est que pour vous."),
        actions=[ask],
        flush=bool(requests),
    )


def _requests_table(requests: Sequence[SubjectRequestRow]) -> Component:
    head = [_("Demande"), _("État"), _("Action"), _("Demandée le"), _("Gardée jusqu’au")]
    return kit.table(
        head, [_line(subject_request) for subject_request in requests], caption=_("Mes demandes")
    )


def _line(one: SubjectRequestRow) -> list[kit.Children]:
    until = clock(one.kept_until) if one.kept_until else "–"
    return [_(KINDS[one.kind]), state_chip(one), archive_link(one), clock(one.created_at), until]


def archive_link(subject_request: SubjectRequestRow) -> kit.Children:
    """Return the link to download a ready archive, or to request it again."""
    if subject_request.state is not RequestState.READY:
        return "–"
    if subject_request.outside:
        why = _("Faite avant que votre accès soit limité, elle nomme d’autres PCE.")
        return [kit.link(_("Demander à nouveau"), ASK), html.P(why, className="soft")]
    words = _("Télécharger ({size})", size=size(subject_request.file_size))
    return html.A(
        words, href=f"/compte/donnees/{subject_request.id}/archive", className="btn btn-sm"
    )


def erasure_card(periods: Periods) -> Component:
    delay = plural("{count} jour", "{count} jours", periods.erasure_days)
    return kit.card(
        html.P(
            _(
                "Nous vous indiquons d’abord ce que la loi ou un contrat oblige à garder. Vous"
                " avez {delay} pour changer d’avis.",
                delay=delay,
            )
        ),
        title=_("Fermer mon compte"),
        actions=[
            html.A(
                _("Fermer et effacer"), href="/compte/donnees/effacement", className="btn btn-sm"
            )
        ],
    )


def privacy_card() -> Component:
    return kit.card(
        html.P(
            [
                _("Ce qui est gardé, pourquoi, combien de temps et pour qui :"),
                " ",
                html.A(_("Données personnelles"), href="/confidentialite"),
            ]
        ),
        title=_("Comment nous les utilisons"),
    )
