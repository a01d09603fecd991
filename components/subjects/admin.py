"""Render `/admin?part=data`: requests due within a month, and nightly deletions."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components import kit
from components.admin.organisations import parts
from components.kit import html
from components.subjects.labels import CHECKS, KINDS, state_chip
from components.subjects.page import archive_link, cancel_form
from core.access import Viewer
from core.i18n import N_, PARIS, _, clock, number, short_day
from data.administration.subjects.rules.classes import rule_of
from data.administration.subjects.rules.spans import span_words
from data.administration.subjects.types import (
    Periods,
    Report,
    RequestKind,
    RequestState,
    RetentionVerdict,
    SubjectRequestRow,
)

DONE = {
    "demande": N_("La demande est enregistrée"),
    "annulation": N_("L’effacement est annulé"),
}


def data_page(
    viewer: Viewer,
    requests: Sequence[SubjectRequestRow],
    report: Report | None,
    periods: Periods,
    *,
    done: str = "",
) -> Component:
    done_label = DONE.get(done)
    return kit.page(
        _("Données personnelles"),
        _("Répondre aux personnes, et vérifier que rien n’est gardé trop longtemps."),
        actions=[
            kit.button(
                _("Demande d’une personne sans compte"),
                href="/admin/donnees",
                download=True,
                icon="person-lock",
                kind="primary",
            )
        ],
        children=[
            parts("data"),
            *([kit.alert(_(done_label), "", "ok")] if done_label else []),
            requests_card(requests, viewer),
            report_card(report, periods),
        ],
    )


def requests_card(requests: Sequence[SubjectRequestRow], viewer: Viewer) -> Component:
    none = kit.empty(
        "inbox", _("Aucune demande"), _("Les demandes des personnes apparaissent ici.")
    )
    head = [_("Demande"), _("État"), _("Action"), _("De qui"), _("Identité"), _("Demandée le")]
    rows = [_request_line(subject_request, viewer) for subject_request in requests]
    return kit.card(
        kit.table(head, rows, caption=_("Demandes")) if requests else none,
        title=_("Demandes des personnes"),
        hint=_("La loi donne un mois pour répondre."),
        flush=bool(requests),
    )


def _request_line(subject_request: SubjectRequestRow, viewer: Viewer) -> list[kit.Children]:
    is_external = subject_request.user_id is None  # else by the person
    fetched = archive_link(subject_request) if subject_request.asked_by == viewer.user_id else "–"
    waits = (
        subject_request.kind is RequestKind.ERASURE
        and subject_request.state is RequestState.WAITING
    )
    act = cancel_form(subject_request, _("Annuler"), back="admin") if waits else fetched
    checked = _(CHECKS[subject_request.check]) if subject_request.check else _("par son compte")
    state = [
        state_chip(subject_request),
        *([html.P(_(subject_request.problem))] if waits and subject_request.problem else []),
    ]
    who = subject_request.email or "–"
    return [
        _(KINDS[subject_request.kind]),
        state,
        act if is_external else "–",
        who,
        checked,
        clock(subject_request.created_at),
    ]


def report_card(report: Report | None, periods: Periods) -> Component:
    if report is None:
        body: Component = kit.empty(
            "moon", _("Pas encore de nuit"), _("Le compte rendu apparaît après la première.")
        )
        return kit.card(body, title=_("Durées de conservation"))
    head = [
        _("Données"),
        _("Conservé"),
        _("Effacées"),
        _("Gardées"),
        _("Échues, encore liées"),
        _("Plus ancienne"),
    ]
    rows = [_verdict_line(verdict, periods) for verdict in report.verdicts]
    return kit.card(
        kit.table(head, rows, caption=_("Durées de conservation")),
        title=_("Durées de conservation"),
        hint=_("Nuit du {instant}", instant=clock(report.at)),
        flush=True,
    )


def _verdict_line(verdict: RetentionVerdict, periods: Periods) -> list[kit.Children]:
    failed = kit.chip(_("Échec"), icon="exclamation-triangle", tone="bad")
    what = _(rule_of(verdict.key).what)
    oldest = short_day(verdict.oldest.astimezone(PARIS).date()) if verdict.oldest else "–"
    return [
        [what, " ", failed] if verdict.problem else what,
        span_words(rule_of(verdict.key), periods),
        number(verdict.erased),
        number(verdict.remaining_count),
        number(verdict.overdue_count),
        oldest,
    ]
