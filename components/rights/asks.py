"""What is asked before rights end or go on: the consequences first, then one button."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dash.development.base_component import Component

from components.kit import alert, button, data, date_field, html
from components.rights.drawer import head
from components.rights.words import REACH, count_text
from data.rights.types import Loss, Outcome, RightDetail
from i18n import _, plural

RENEW_ID = "rights-renew-until"  # read by assets/rights.js when the button is pressed


def ask_revoke(loss: Loss, uids: Sequence[str], *, staff: bool) -> list[Component]:
    """Revoking: what would be lost, and that it is for good."""
    idle = len(uids) - loss.rights
    said = [
        plural(
            "{count} droit actif prend fin dès maintenant, pour de bon.",
            "{count} droits actifs prennent fin dès maintenant, pour de bon.",
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
        said.append(_("À la demande du titulaire : il faudra son accord pour tout nouveau droit."))
    else:
        said.append(_("Pour relire ces données, il faudra un nouvel accord du titulaire."))
    blocked = _blocked(idle, _("Seuls des droits actifs se révoquent : décochez les autres."))
    return _asked(
        _("Révoquer"),
        count_text(len(uids)),
        [alert(_("Ce qui sera perdu"), _list(said), "warn"), *blocked],
        button(
            plural("Révoquer {count} droit", "Révoquer {count} droits", len(uids)),
            kind="danger",
            disabled=bool(idle) or not loss.rights,
            **_confirm("revoke", uids),
        ),
    )


def ask_cancel(uids: Sequence[str]) -> list[Component]:
    """Cancelling what nobody answered yet."""
    said = [
        _("Le titulaire ne pourra plus accepter depuis le courriel déjà reçu."),
        _("Rien n’était lisible, rien n’est perdu : la même déclaration peut être refaite."),
    ]
    return _asked(
        _("Annuler la déclaration"),
        count_text(len(uids)),
        [alert(_("Ce qui se passe"), _list(said), "info")],
        button(
            plural("Annuler {count} déclaration", "Annuler {count} déclarations", len(uids)),
            kind="danger",
            **_confirm("cancel", uids),
        ),
    )


def ask_settle(detail: RightDetail) -> list[Component]:
    """Taking an organisation for the holder of a contract that bears another name."""
    asker, holder = detail.row.third_party, detail.expected_holder or _("inconnu")
    said = [
        _("Demande : {who}.", who=asker),
        _("Titulaire du contrat : {holder}.", holder=holder),
        _("Toutes les données du titulaire s’ouvrent à {who}, sans autre accord.", who=asker),
        _("Les comptes du titulaire du contrat en sont prévenus."),
    ]
    return _asked(
        _("Deux noms différents"),
        detail.row.number,
        [alert(_("Ce qui se passe"), _list(said), "warn")],
        button(
            _("Oui, {who} est {holder}", who=asker, holder=holder),
            kind="danger",
            **_confirm("sure", [detail.row.uid]),
        ),
    )


def ask_renew(
    uids: Sequence[str],
    until: date | None,
    first: date,
    last: date | None,
    *,
    error: str | None = None,
) -> list[Component]:
    """Renewing: until when, and that the holder is asked again; *error* is of the day typed."""
    said = [
        _("Chaque titulaire reçoit un courriel au prochain quart d’heure et doit accepter."),
        _("Le droit actuel reste ouvert jusqu’à sa fin, avec les mêmes périmètres."),
    ]
    return _asked(
        _("Renouveler"),
        count_text(len(uids)),
        [
            alert(_("Ce qui se passe"), _list(said), "info"),
            date_field(
                RENEW_ID,
                _("Nouvelle fin du droit"),
                until,
                first,
                last,
                error=error,
                debounce=False,
            ),
        ],
        button(
            plural("Renouveler {count} droit", "Renouveler {count} droits", len(uids)),
            kind="primary",
            **_confirm("renew", uids),
        ),
    )


def renewed(outcomes: Sequence[Outcome]) -> list[Component]:
    """What became of each, the refusals grouped by their sentence."""
    made = [outcome for outcome in outcomes if not outcome.problems and not outcome.known]
    unwritten = sum(outcome.unwritten for outcome in made)
    good = len(made) - unwritten
    counts: dict[str, int] = {}
    for outcome in outcomes:
        for problem in outcome.problems[:1]:
            sentence = _(problem.sentence, **problem.params)
            counts[sentence] = counts.get(sentence, 0) + 1
        if outcome.known and not outcome.problems:
            sentence = _("Cette demande est déjà faite.")
            counts[sentence] = counts.get(sentence, 0) + 1
    asked = plural(
        "{count} titulaire est sollicité de nouveau",
        "{count} titulaires sont sollicités de nouveau",
        good,
    )
    lines = [f"{sentence} ({count})" for sentence, count in counts.items()]
    return [
        head(_("Renouvellement"), [html.Span(count_text(len(outcomes)))]),
        html.Div(
            [
                *([alert(asked, None, "ok")] if good else []),
                *unreached(unwritten),
                *([alert(_("Non renouvelés"), _list(lines), "warn")] if lines else []),
            ],
            className="drawer-body",
            tabIndex="0",
        ),
    ]


def unreached(count: int) -> list[Component]:
    """Holders who want no letter: somebody has to reach them."""
    if not count:
        return []
    title = plural(
        "{count} titulaire ne veut plus de courriel",
        "{count} titulaires ne veulent plus de courriel",
        count,
    )
    return [alert(title, _(REACH), "warn")]


def _asked(title: str, under: str, body: Sequence[Component], act: Component) -> list[Component]:
    return [
        head(title, [html.Span(under)]),
        html.Div(list(body), className="drawer-body", tabIndex="0"),
        html.Footer(
            [act, button(_("Ne rien changer"), **data(drawer="close"))], className="drawer-foot"
        ),
    ]


def _confirm(act: str, uids: Sequence[str]) -> dict[str, Any]:
    return data(rights="confirm", act=act, uids=" ".join(uids))


def _blocked(idle: int, sentence: str) -> list[Component]:
    if not idle:
        return []
    title = plural(
        "{count} droit choisi n’est pas actif", "{count} droits choisis ne sont pas actifs", idle
    )
    return [alert(title, sentence, "bad")]


def _list(lines: Sequence[str]) -> Component:
    return html.Ul([html.Li(line) for line in lines], className="rights-lines")
