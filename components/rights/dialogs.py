"""Render the confirmation before rights end or are renewed: consequences, then one button."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from dash.development.base_component import Component

from components.kit import alert, button, data, date_field, drawer_body, drawer_head, html, only_if
from components.rights.labels import REACH, count_text
from components.rights.upstream_effects import ASKED, HERE, REVOKED_THERE, TAKEN_BACK
from core.i18n import N_, _, number, plural
from data.exchange.mirror.types import Leaving
from data.rights.types import ActSplit, DeclarationOutcome, Loss, Recall, RightDetail, RightRow

RENEW_ID = "rights-renew-until"  # read by assets/rights.js on click
NOT_ACCEPTED = N_("Le titulaire ne pourra plus accepter depuis le courriel déjà reçu.")


def about_text(count: int, right: RightRow | None) -> str:
    """Return one right by its site and PCE, several by their count."""
    if right is None:
        return count_text(count)
    if not right.site:
        return _("PCE {number}", number=right.number)
    return _("{site}, PCE {number}", site=right.site, number=right.number)


def ask_revoke(
    loss: Loss, uids: Sequence[str], about: str, *, staff: bool, leaving: Leaving = HERE
) -> list[Component]:
    """Return the confirmation of a revocation, with what is lost permanently."""
    idle = len(uids) - loss.rights
    stay = _("Seuls des droits actifs peuvent être révoqués : les autres restent inchangés.")
    effects = [
        plural(
            "{count} droit actif prend fin dès maintenant, définitivement.",
            "{count} droits actifs prennent fin dès maintenant, définitivement.",
            loss.rights,
        ),
        plural(
            "{count} PCE n’est plus lisible du tout : courbes, alertes et exports s’arrêtent.",
            "{count} PCE ne sont plus lisibles du tout : courbes, alertes et exports s’arrêtent.",
            loss.pces,
        )
        if loss.pces
        else _("Un autre droit actif laisse lire chacun de ces PCE."),
    ]
    if staff:
        effects.append(
            _("À la demande du titulaire : il faudra son accord pour tout nouveau droit.")
        )
    else:
        effects.append(_("Pour relire ces données, il faudra un nouvel accord du titulaire."))
    if leaving in REVOKED_THERE:
        effects.append(_(REVOKED_THERE[leaving]))
    return question(
        _("Révoquer"),
        about,
        [alert(_("Ce qui sera perdu"), lines_list(effects), "warn"), *_days_left_text(idle, stay)],
        button(
            plural("Révoquer {count} droit", "Révoquer {count} droits", loss.rights),
            kind="danger",
            disabled=not loss.rights,
            **_confirm("revoke", loss.uids),
        ),
    )


def ask_cancel(split: ActSplit, about: str, *, leaving: Leaving = HERE) -> list[Component]:
    """Return the confirmation that cancels unanswered declarations."""
    uids, relayed = [right.uid for right in split.fit], split.relayed
    effects = [
        *([_(NOT_ACCEPTED)] if relayed < len(uids) else []),
        *([_(TAKEN_BACK[leaving])] if relayed else []),
        _("Rien n’était lisible, rien n’est perdu : la même déclaration peut être refaite."),
    ]
    return question(
        _("Annuler la déclaration"),
        about,
        [alert(_("Ce qui se passe"), lines_list(effects), "info"), *left_reasons(split.reasons)],
        button(
            plural("Annuler {count} déclaration", "Annuler {count} déclarations", len(uids)),
            kind="danger",
            disabled=not uids,
            **_confirm("cancel", uids),
        ),
    )


def lost_text(loss: Loss) -> str:
    """Return how many PCEs the organisation can no longer read."""
    if not loss.pces:
        return _("Un autre droit actif laisse lire chacun de ces PCE.")
    return plural(
        "{count} PCE n’est plus lisible du tout : courbes, alertes et exports s’arrêtent.",
        "{count} PCE ne sont plus lisibles du tout : courbes, alertes et exports s’arrêtent.",
        loss.pces,
    )


def left_reasons(reasons: Mapping[str, int]) -> list[Component]:
    """Return how many rights an operation does not apply to, by reason."""
    if not reasons:
        return []
    title = plural(
        "{count} droit reste tel quel", "{count} droits restent tels quels", sum(reasons.values())
    )
    lines = [
        _("{name} : {figure}", name=number(count), figure=_(reason))
        for reason, count in reasons.items()
    ]
    return [alert(title, lines_list(lines), "info")]


def renew_field(
    until: date | None, first: date, last: date | None, error: str | None = None
) -> Component:
    """Return the field of the new end date, with its error."""
    return date_field(RENEW_ID, _("Nouvelle fin du droit"), until, first, last, error=error)


def ask_settle(detail: RightDetail) -> list[Component]:
    """Return the confirmation that an organisation is the holder despite different names."""
    asker, holder = detail.row.third_party, detail.expected_holder or _("inconnu")
    effects = [
        _("Demande : {who}.", who=asker),
        _("Titulaire du contrat : {holder}.", holder=holder),
        _("Toutes les données du titulaire s’ouvrent à {who}, sans autre accord.", who=asker),
        _("Les comptes du titulaire du contrat en sont prévenus."),
    ]
    return question(
        _("Deux noms différents"),
        detail.row.number,
        [alert(_("Ce qui se passe"), lines_list(effects), "warn")],
        button(
            _("Oui, {who} est {holder}", who=asker, holder=holder),
            kind="danger",
            **_confirm("sure", [detail.row.uid]),
        ),
    )


def ask_renew(  # noqa: PLR0913 (each by its name)
    uids: Sequence[str],
    about: str,
    until: date | None,
    first: date,
    last: date | None,
    *,
    error: str | None = None,
    leaving: Leaving = HERE,
) -> list[Component]:
    """Return the confirmation of a renewal; `error` concerns the typed date."""
    effects = [
        _(ASKED[leaving]),
        _("Le droit actuel reste ouvert jusqu’à sa fin, avec les mêmes périmètres."),
    ]
    return question(
        _("Renouveler"),
        about,
        [
            alert(_("Ce qui se passe"), lines_list(effects), "info"),
            renew_field(until, first, last, error),
        ],
        button(
            plural("Renouveler {count} droit", "Renouveler {count} droits", len(uids)),
            kind="primary",
            **_confirm("renew", uids),
        ),
    )


def ask_remind(recall: Recall, about: str) -> list[Component]:
    """Return the confirmation of reminders: recipients, and exclusions with reasons."""
    effects = [
        _("Chaque titulaire reçoit un rappel dans le quart d’heure, un pour tous ses PCE."),
        _("La date d’expiration de la demande ne change pas."),
        _("Un rappel est possible une fois tous les 7 jours pour un même droit."),
    ]
    count = len(recall.due)
    return question(
        _("Relancer les titulaires"),
        about,
        [
            *([alert(_("Ce qui se passe"), lines_list(effects), "info")] if count else []),
            *_unasked(recall),
        ],
        button(
            plural("Relancer pour {count} droit", "Relancer pour {count} droits", count)
            if count
            else _("Aucun titulaire à relancer"),
            kind="primary",
            disabled=not count,
            **_confirm("remind", recall.due),
        ),
    )


def _unasked(recall: Recall) -> list[Component]:
    """Return why some of the selected rights get no reminder."""
    lines = []
    if recall.recent_count:
        lines.append(
            plural(
                "{count} droit dont le titulaire a été sollicité il y a moins de 7 jours",
                "{count} droits dont le titulaire a été sollicité il y a moins de 7 jours",
                recall.recent_count,
            )
        )
    if recall.relayed:
        lines.append(
            plural(
                "{count} droit dont le distributeur sollicite lui-même le titulaire",
                "{count} droits dont le distributeur sollicite lui-même les titulaires",
                recall.relayed,
            )
        )
    if recall.idle:
        lines.append(
            plural(
                "{count} droit qui n’attend pas la réponse du titulaire",
                "{count} droits qui n’attendent pas la réponse du titulaire",
                recall.idle,
            )
        )
    exclusion_alerts = [alert(_("Laissés de côté"), lines_list(lines), "info")] if lines else []
    return [*exclusion_alerts, *unreached_alerts(recall.stopped)]


def over_limit_alerts(count: int) -> list[Component]:
    """Return the reminders not sent because a mailbox reached its daily limit."""
    if not count:
        return []
    title = plural("{count} droit non relancé", "{count} droits non relancés", count)
    text = _("Ces titulaires ont reçu assez de courriels aujourd’hui : relancez-les demain.")
    return [
        drawer_head(_("Relancer les titulaires"), [html.Span(count_text(count))]),
        drawer_body([alert(title, text, "warn")]),
    ]


def renewal_results(outcomes: Sequence[DeclarationOutcome]) -> list[Component]:
    """Return the results of a renewal, with refusals grouped by reason."""
    renewals = [
        outcome for outcome in outcomes if not outcome.problems and not outcome.is_duplicate
    ]
    unwritten = sum(outcome.unwritten for outcome in renewals)
    good = len(renewals) - unwritten
    counts: dict[str, int] = {}
    for outcome in outcomes:
        for problem in outcome.problems[:1]:
            sentence = _(problem.sentence, **problem.params)
            counts[sentence] = counts.get(sentence, 0) + 1
        if outcome.is_duplicate and not outcome.problems:
            sentence = _("Cette demande est déjà faite.")
            counts[sentence] = counts.get(sentence, 0) + 1
    renewal_label = plural(
        "{count} titulaire est sollicité de nouveau",
        "{count} titulaires sont sollicités de nouveau",
        good,
    )
    if any(outcome.relayed for outcome in renewals):
        renewal_label = plural(
            "{count} demande pour le distributeur", "{count} demandes pour le distributeur", good
        )
    lines = [f"{sentence} ({count})" for sentence, count in counts.items()]
    return [
        drawer_head(_("Renouvellement"), [html.Span(count_text(len(outcomes)))]),
        html.Div(
            [
                *([alert(renewal_label, None, "ok")] if good else []),
                *unreached_alerts(unwritten),
                *([alert(_("Non renouvelés"), lines_list(lines), "warn")] if lines else []),
            ],
            className="drawer-body",
            tabIndex="0",
        ),
    ]


def unreached_alerts(count: int) -> list[Component]:
    """Return a notice about holders who refuse mail and must be contacted otherwise."""
    title = plural(
        "{count} titulaire ne veut plus de courriel",
        "{count} titulaires ne veulent plus de courriel",
        count,
    )
    return only_if(count, alert(title, _(REACH), "warn"))


def question(title: str, under: str, body: Sequence[Component], act: Component) -> list[Component]:
    """Return a confirmation in the drawer, with its one button."""
    return [
        drawer_head(title, [html.Span(under)]),
        drawer_body(body),
        html.Footer(
            [act, button(_("Ne rien changer"), **data(drawer="close"))], className="drawer-foot"
        ),
    ]


def _confirm(act: str, uids: Sequence[str]) -> dict[str, Any]:
    return data(rights="confirm", act=act, uids=" ".join(uids))


def _days_left_text(idle: int, sentence: str) -> list[Component]:
    if not idle:
        return []
    title = plural(
        "{count} droit choisi n’est pas actif", "{count} droits choisis ne sont pas actifs", idle
    )
    return [alert(title, sentence, "info")]


def lines_list(lines: Sequence[str]) -> Component:
    """Return a list of short sentences."""
    return html.Ul([html.Li(line) for line in lines], className="rights-lines")
