"""`/admin?part=data`: requests to answer within a month, and what each night erased."""

from collections.abc import Sequence

from dash.development.base_component import Component

from components import kit
from components.admin.organisations import parts
from components.kit import html
from components.subjects.page import archive_link, cancel_form
from components.subjects.words import CHECKS, KINDS, state_chip
from data.access import Viewer
from data.subjects.rules.classes import rule_of
from data.subjects.rules.spans import span_words
from data.subjects.types import Periods, Report, Request, RequestKind, RequestState, Verdict
from i18n import N_, PARIS, _, clock, number, short_day

DONE = {
    "demande": N_("La demande est enregistrée"),
    "annulation": N_("L’effacement est annulé"),
}


def data_page(
    viewer: Viewer,
    requests: Sequence[Request],
    report: Report | None,
    periods: Periods,
    *,
    done: str = "",
) -> Component:
    told = DONE.get(done)
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
            *([kit.alert(_(told), "", "ok")] if told else []),
            requests_card(requests, viewer),
            report_card(report, periods),
        ],
    )


def requests_card(requests: Sequence[Request], viewer: Viewer) -> Component:
    none = kit.empty(
        "inbox", _("Aucune demande"), _("Les demandes des personnes apparaissent ici.")
    )
    head = [_("Demande"), _("État"), _("Action"), _("De qui"), _("Identité"), _("Demandée le")]
    rows = [_request_line(one, viewer) for one in requests]
    return kit.card(
        kit.table(head, rows, caption=_("Demandes")) if requests else none,
        title=_("Demandes des personnes"),
        hint=_("La loi donne un mois pour répondre."),
        flush=bool(requests),
    )


def _request_line(one: Request, viewer: Viewer) -> list[kit.Children]:
    ours = one.user_id is None  # else it is the person's own
    fetched = archive_link(one) if one.asked_by == viewer.user_id else "–"
    waits = one.kind is RequestKind.ERASURE and one.state is RequestState.WAITING
    act = cancel_form(one, _("Annuler"), back="admin") if waits else fetched
    checked = _(CHECKS[one.check]) if one.check else _("par son compte")
    state = [state_chip(one), *([html.P(_(one.problem))] if waits and one.problem else [])]
    who = one.email or "–"
    return [_(KINDS[one.kind]), state, act if ours else "–", who, checked, clock(one.created_at)]


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
    rows = [_verdict_line(one, periods) for one in report.verdicts]
    return kit.card(
        kit.table(head, rows, caption=_("Durées de conservation")),
        title=_("Durées de conservation"),
        hint=_("Nuit du {instant}", instant=clock(report.at)),
        flush=True,
    )


def _verdict_line(one: Verdict, periods: Periods) -> list[kit.Children]:
    failed = kit.chip(_("Échec"), icon="exclamation-triangle", tone="bad")
    what = _(rule_of(one.key).what)
    oldest = short_day(one.oldest.astimezone(PARIS).date()) if one.oldest else "–"
    return [
        [what, " ", failed] if one.problem else what,
        span_words(rule_of(one.key), periods),
        number(one.erased),
        number(one.left),
        number(one.held),
        oldest,
    ]
