"""Render the drawer of a right, over the grid."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components import kit
from components.controls.labels import deadline_chips, state_chip
from components.kit import html
from components.mirror.right_sendings import sendings_part
from components.rights.coverage import coverage_parts
from components.rights.ids import Ids
from components.rights.labels import (
    ORIGINS,
    PROOFS,
    REACH,
    ROLES,
    STATES,
    kinds_text,
    meaning,
    purpose_text,
    span_text,
    step_sentence,
)
from components.rights.pending import distributor_silence
from components.rights.timeline import answers, timeline
from components.rights.upstream_effects import to_connections
from components.rights.verification import verification_parts
from core.access import Permission, Viewer
from core.i18n import _, clock, number, short_day
from data.controls.types import ControlRow
from data.exchange.mirror.types import OpenedRight
from data.rights.types import Act, RightDetail, RightRow, RightState

DRAWER = kit.Drawer(Ids.DRAWER, Ids.OPENED, Ids.GRID, "open")


def right_drawer(viewer: Viewer, opened: OpenedRight) -> list[Component]:
    """Return the content of the drawer of a right.

    Requested months come after the history, as they are not readable.
    """
    detail, events = opened.detail, opened.events
    months = coverage_parts(detail, opened.months, viewer.today)
    return [
        kit.drawer_head(
            detail.row.site or detail.row.number,
            [*_number(detail.row), *_chips(detail)],
            (_("Droit précédent"), _("Droit suivant")),
        ),
        kit.drawer_body(
            [
                _what_next(viewer, opened),
                *verification_parts(viewer, detail),
                *(months if detail.readable else []),
                *controls_of(opened.controls),
                *sendings_part(opened.sent),
                kit.drawer_part(_("États"), timeline(detail, events, viewer.today)),
                *answers(detail, events),
                *([] if detail.readable else months),
                kit.drawer_part(_("Détail"), kit.definition_list(facts(viewer, detail))),
            ]
        ),
        *foot(viewer, detail),
    ]


def _number(row: RightRow) -> list[Component]:
    """Return the PCE beside the site name; empty if the PCE is the name."""
    return [html.Span(row.number, className="tabular")] if row.site else []


def _chips(detail: RightDetail) -> list[Component]:
    proof = detail.row.proof_state
    return [
        kit.label_chip(STATES[detail.row.state]),
        *([kit.chip(_(PROOFS[proof]), icon="hourglass-split", tone="warn")] if proof else []),
    ]


def _what_next(viewer: Viewer, opened: OpenedRight) -> Component:
    """Return the meaning of the state, the next actor, the deadline and the place to act."""
    detail, mute = opened.detail, distributor_silence(opened.sent.connection)
    step = detail.step
    awaited = step.actor and step.act is not Act.JUDGE and not detail.row.state.final
    tone: Any = "warn" if awaited else "info"
    explanation = meaning(detail.row.state, opened.events)
    if detail.step.act is Act.REACH:
        explanation = _(REACH)
    next_step, mends = step_sentence(detail.step, staff=viewer.staff), []
    if mute and detail.step.act is Act.RELAY and not viewer.staff:
        next_step, mends = mute, to_connections(viewer)
    if viewer.staff or detail.row.state is not RightState.PENDING or not awaited:
        ways = [_to_control(row) for row in opened.controls if row.open]
        return kit.alert(next_step, explanation, tone, actions=[*mends, *ways])
    days_left = (detail.row.answer_due - viewer.today).days if detail.row.answer_due else None
    after = _("Sans réponse, la déclaration devient obsolète.") if days_left is not None else ""
    return kit.alert(
        next_step, " ".join(part for part in (explanation, after) if part), tone, actions=mends
    )


def _to_control(row: ControlRow) -> Component:
    return kit.button(_("Ouvrir le contrôle"), href=_control_address(row), small=True)


def _control_address(row: ControlRow) -> str:
    return f"/controles?right={row.right}&controle={row.uid}"


def controls_of(rows: Sequence[ControlRow]) -> list[Component]:
    """Return the proof controls of the right, with links."""
    if not rows:
        return []
    lines = [
        html.Li(
            [
                state_chip(row),
                *deadline_chips(row),
                html.Span(_("demandée le {day}", day=clock(row.opened_at)[:10])),
                kit.link(_("Ouvrir le contrôle"), _control_address(row)),
            ],
            className="drawer-under",
        )
        for row in rows
    ]
    return [kit.drawer_part(_("Contrôle de la preuve"), html.Ul(lines))]


def facts(viewer: Viewer, detail: RightDetail) -> list[tuple[str, kit.Child]]:
    row = detail.row
    open_ = row.state is RightState.ACTIVE
    data_span = (
        span_text(row.injection_first, row.injection_last)
        if row.role.injection
        else span_text(row.supply_first, row.supply_last)
    )
    return [
        *([(_("Demandeur"), row.third_party)] if viewer.staff else []),
        (_("Titulaire"), row.holder or "–"),
        (_("Courriel"), row.email or "–"),
        (_("Mobile"), row.phone or "–"),
        (_("Code postal"), row.postal_code),
        (_("Rôle"), _(ROLES[row.role])),
        (_("Durée du droit"), span_text(row.starts_on, row.ends_on)),
        (_("Données lisibles") if open_ else _("Données demandées"), data_span),
        (_("Périmètres"), kinds_text(row.kinds)),
        *([(_("Finalité"), purpose_text(row.purpose))] if row.role.authorised else []),
        (_("Parcours"), _whence(detail)),
        *([(_("Consentement du"), short_day(row.consented_on))] if row.consented_on else []),
        *([(_("Preuve jusqu’au (inclus)"), short_day(row.proof_due))] if row.proof_due else []),
        (_("Identifiant du droit"), row.uid),
    ]


def _whence(detail: RightDetail) -> kit.Child:
    """Return the origin of a right; if imported, its file and line with the receipt."""
    import_line = detail.brought
    if import_line is None:
        return _(ORIGINS[detail.row.origin])
    words = _(
        "Fichier {file}, ligne {line}", file=import_line.file_name, line=number(import_line.line)
    )
    return kit.link(words, f"/droits/import?run={import_line.run_id}")


def foot(viewer: Viewer, detail: RightDetail) -> list[Component]:
    """Return the actions: one primary, and apart from it what ends the right."""
    row = detail.row
    writes = viewer.may(Permission.RIGHTS_WRITE)
    acts: list[Component] = []
    if row.state is RightState.ACTIVE:
        acts.append(
            kit.button(
                _("Consommations"), href=f"/consommations?pce={row.number}", icon="bar-chart"
            )
        )
    if viewer.may(Permission.RIGHTS_RENEW):
        acts += _own_acts(viewer, detail)
    if writes and viewer.staff and row.state is RightState.ACTIVE:
        acts.append(_danger("revoke", _("Révoquer…"), row.uid))
    return [html.Footer(acts, className="drawer-foot")] if acts else []


def _own_acts(viewer: Viewer, detail: RightDetail) -> list[Component]:
    row = detail.row
    if row.state.waiting:
        return [*_reminds(detail), _danger("cancel", _("Annuler la déclaration…"), row.uid)]
    if row.state.final:
        if detail.step.act is not Act.DECLARE or not viewer.may(Permission.RIGHTS_DECLARE):
            return []  # a declaration would be refused
        redeclare_button = kit.button(
            _("Déclarer à nouveau"),
            href=f"/droits?new=1&again={row.uid}",
            icon="plus-lg",
            kind="primary",
        )
        return [redeclare_button]
    if not row.role.authorised:
        return []
    renew = kit.button(
        _("Renouveler…"),
        icon="arrow-repeat",
        kind="primary",
        disabled=bool(detail.renewed_by),
        **kit.data(rights="ask", act="renew", uid=row.uid),
    )
    if not viewer.may(Permission.RIGHTS_WRITE):
        return [renew]
    return [renew, _danger("revoke", _("Révoquer…"), row.uid)]


def _reminds(detail: RightDetail) -> list[Component]:
    """Return the reminder button if the holder can be reminded."""
    if detail.step.act is not Act.ANSWER:
        return []
    ask = kit.data(rights="ask", act="remind", uid=detail.row.uid)
    return [kit.button(_("Relancer le titulaire…"), icon="envelope", **ask)]


def _danger(act: str, label: str, uid: str) -> Component:
    return kit.button(
        label, kind="danger", className="push", **kit.data(rights="ask", act=act, uid=uid)
    )
