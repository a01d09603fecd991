"""Render notification channels: webhooks, Apprise services and extra addresses."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from dash.development.base_component import Component

from components import kit
from components.kit import html
from components.kit.display import Tone
from components.notifications.ids import (
    Ids,
    address_button,
    channel_button,
    code_field,
    confirm_button,
)
from core.i18n import LANGUAGES, PARIS, _, clock, short_day
from data.notifications.rules.words import channel_name, error_name
from data.notifications.types import (
    AddressRow,
    ChannelKind,
    ChannelRow,
    ChannelState,
    NewWebhook,
    SmsProof,
)

_STATES: Mapping[ChannelState, kit.StateLabel] = {
    ChannelState.UNCONFIRMED: kit.StateLabel("À confirmer", "hourglass-split", "warn"),
    ChannelState.TESTING: kit.StateLabel("Essai en cours", "hourglass-split", "info"),
    ChannelState.ON: kit.StateLabel("En marche", "check-circle-fill", "ok"),
    ChannelState.OFF: kit.StateLabel("Arrêté", "pause-circle", "bad"),
}

_FAILING = kit.StateLabel("N’arrive pas à destination", "exclamation-triangle-fill", "warn")


def channels(
    ways: Sequence[ChannelRow],
    addresses: Sequence[AddressRow],
    *,
    may_write: bool,
    limited: bool = False,
    sms: bool = False,
) -> list[Component]:
    """Return the existing channels and the forms that add some.

    A viewer restricted to tags cannot add addresses.
    """
    adds = may_write and not limited
    return [
        kit.columns(
            [
                kit.card(
                    html.Div(channel_list(ways), id=Ids.CHANNELS),
                    title=_("Mes canaux"),
                    hint=_("en plus du courriel et de cette boîte"),
                    flush=True,
                ),
                addresses_card(addresses, may_write=may_write),
            ],
            [adding_card(sms=sms), *([address_form()] if adds else [])],
        )
    ]


def channel_list(ways: Sequence[ChannelRow]) -> Component:
    if not ways:
        return html.P(
            _("Aucun canal : les alertes arrivent ici et par courriel."),
            className="notifications-none",
        )
    return html.Ul([channel_item(row) for row in ways], className="item-list")


def channel_item(row: ChannelRow) -> Component:
    state = kit.label_chip(_FAILING if _is_failing(row) else _STATES[row.state])
    notes = [
        html.Div(row.target, className="item-note notifications-target"),
        html.Div(_channel_story(row), className="item-note"),
    ]
    acts = html.Div(_channel_acts(row), className="notifications-acts")
    title = f"{row.name} · {channel_name(row.kind)}"
    return kit.plain_item(
        title,
        [],
        [state, acts],
        more=[*notes, *_code_field(row)],
    )


def _code_field(row: ChannelRow) -> list[Component]:
    """Return where the code that a mobile received is typed."""
    if row.state is not ChannelState.UNCONFIRMED:
        return []
    field = kit.text_field(
        code_field(row.id),
        _("Code reçu par SMS"),
        inputMode="numeric",
        autocomplete="one-time-code",
        maxLength=12,
    )
    confirm = kit.button(_("Confirmer"), id=confirm_button(row.id), kind="primary")
    return [html.Div([field, confirm], className="notifications-code")]


def _is_failing(row: ChannelRow) -> bool:
    return bool(row.error) and row.state is not ChannelState.OFF


def _channel_story(row: ChannelRow) -> str:
    """Return why a channel is off or fails, else its last use."""
    if row.state is ChannelState.OFF and row.off_reason:
        reason = error_name(row.off_reason)
        return _("Arrêté : {reason}. Corrigez-le, puis remettez-le en marche.", reason=reason)
    if _is_failing(row):
        failure_label = _(
            "Le dernier envoi n’est pas parti : {reason}.", reason=error_name(row.error)
        )
        if row.next_attempt_at is None:
            return failure_label
        return f"{failure_label} " + _("Nouvel essai le {when}.", when=clock(row.next_attempt_at))
    if row.last_sent_at is None:
        return _("Ajouté le {when}, rien n’est encore parti.", when=clock(row.created_at))
    return _("Dernier envoi le {when}.", when=clock(row.last_sent_at))


def _channel_acts(row: ChannelRow) -> list[Component]:
    verbs = [*_verbs(row), ("remove", _("Supprimer"))]
    return [
        kit.button(
            words,
            id=channel_button(verb, row.id),
            small=True,
            kind="danger" if verb == "remove" else "secondary",
            **kit.aria(label=f"{words}, {row.name}"),
        )
        for verb, words in verbs
    ]


def _verbs(row: ChannelRow) -> list[tuple[str, str]]:
    """Return what one does with a channel; a mobile is only turned on by a code."""
    if row.kind is ChannelKind.SMS:
        return [] if row.state is ChannelState.ON else [("code", _("Envoyer un autre code"))]
    off = [("on", _("Remettre en marche"))] if row.state is ChannelState.OFF else []
    return [*off, ("test", _("Essayer"))]


def adding_card(*, sms: bool) -> Component:
    """Return the form of a new channel; `sms` where the operator has a gateway."""
    kinds = [ChannelKind.WEBHOOK, ChannelKind.APPRISE]
    if sms:
        kinds.insert(0, ChannelKind.SMS)
    ways = [(kind.value, channel_name(kind)) for kind in kinds]
    mobile = _(" SMS : un numéro de mobile, qui reçoit un code.") if sms else ""
    return kit.card(
        [
            kit.segments(Ids.NEW_WAY, _("Sorte de canal"), ways, kinds[0].value),
            kit.text_field(Ids.NEW_NAME, _("Nom"), placeholder=_("Astreinte")),
            kit.text_field(
                Ids.NEW_URL,
                _("Adresse ou numéro") if sms else _("Adresse"),
                hint=_(
                    "Logiciel : son adresse https publique (webhook), chaque envoi est signé."
                    " Messagerie : l’adresse que donne Slack, Teams ou ntfy, au format d’Apprise,"
                    " comme ntfys://…"
                )
                + mobile,
                autocomplete="off",
            ),
            html.Div(
                kit.button(
                    _("Ajouter et essayer"), id=Ids.ADD_CHANNEL, icon="plus-lg", kind="primary"
                ),
                className="form-actions",
            ),
            html.Div(id=Ids.ADDED),
        ],
        title=_("Ajouter un canal"),
        className="notifications-form",
    )


def secret_shown(new_webhook: NewWebhook) -> Component:
    """Return the secret of a new webhook, shown once."""
    return kit.alert(
        _("Logiciel ajouté : gardez son secret"),
        [
            _("Il signe chaque envoi et ne sera plus jamais affiché :"),
            kit.copyable_text(new_webhook.secret, what=_("le secret")),
        ],
        "ok",
    )


def addresses_card(addresses: Sequence[AddressRow], *, may_write: bool) -> Component:
    return kit.card(
        html.Div(address_list(addresses, may_write=may_write), id=Ids.ADDRESSES),
        title=_("Adresses supplémentaires"),
        hint=_("de votre organisation, à choisir dans les seuils"),
        flush=True,
    )


def address_list(addresses: Sequence[AddressRow], *, may_write: bool) -> Component:
    if not addresses:
        return html.P(_("Aucune adresse supplémentaire."), className="notifications-none")
    items = [address_item(row, may_write=may_write) for row in addresses]
    return html.Ul(items, className="item-list")


def address_item(row: AddressRow, *, may_write: bool) -> Component:
    words, glyph, tone, story = _address_state(row)
    removes = kit.button(
        _("Retirer"),
        id=address_button(row.id),
        small=True,
        kind="danger",
        **kit.aria(label=_("Retirer {email}", email=row.email)),
    )
    note = f"{LANGUAGES.get(row.language, row.language)} · {story}"
    acts = kit.only_if(may_write and row.stopped_at is None, removes)
    return kit.plain_item(row.email, [note], [kit.chip(words, icon=glyph, tone=tone), *acts])


def _address_state(row: AddressRow) -> tuple[str, str, Tone, str]:
    """Return label, icon and tone of an address, and since when."""
    if row.stopped_at is not None:
        return _("Arrêtée"), "pause-circle", "bad", _stopped(row.stopped_at, row.stop_reason)
    if row.confirmed_at is not None:
        since = _("confirmée le {day}", day=_day(row.confirmed_at))
        return _("Confirmée"), "check-circle-fill", "ok", since
    since = _("un courriel de confirmation lui a été envoyé le {when}", when=clock(row.created_at))
    return _("À confirmer"), "hourglass-split", "warn", since


def _stopped(at: datetime, reason: str) -> str:
    stop_label = _("ne reçoit plus rien depuis le {day}", day=_day(at))
    return (
        _("{said} : {reason}", said=stop_label, reason=error_name(reason)) if reason else stop_label
    )


def _day(at: datetime) -> str:
    return short_day(at.astimezone(PARIS).date())


def address_form() -> Component:
    return kit.card(
        [
            kit.text_field(
                Ids.NEW_EMAIL,
                _("Adresse électronique"),
                type="email",
                autocomplete="off",
                hint=_("Elle ne reçoit rien tant que son titulaire ne l’a pas confirmée."),
            ),
            kit.select_field(Ids.NEW_LANGUAGE, _("Langue"), list(LANGUAGES.items()), "fr"),
            html.Div(
                kit.button(_("Ajouter l’adresse"), id=Ids.ADD_ADDRESS, icon="plus-lg"),
                className="form-actions",
            ),
        ],
        title=_("Ajouter une adresse"),
        className="notifications-form",
    )


def channel_done(verb: str, name: str) -> str:
    """Return the toast text after an action."""
    return {
        "on": _("{name} est remis en marche", name=name),
        "code": _("Un code part vers {name}", name=name),
        "test": _("Un message d’essai part vers {name}", name=name),
        "remove": _("{name} est supprimé", name=name),
    }[verb]


def proof_words(proof: SmsProof) -> str:
    """Return what a typed code proved."""
    return {
        SmsProof.CONFIRMED: _("Mobile confirmé : choisissez le SMS dans vos seuils."),
        SmsProof.WRONG: _("Ce code n’est pas le bon : relisez le SMS."),
        SmsProof.OVER: _("Ce code n’est plus valable : demandez-en un autre."),
    }[proof]


def address_added(existing_address: AddressRow | None) -> Component:
    """Return the toast of a new address; `existing_address` is an unconfirmed duplicate."""
    if existing_address is None:
        return kit.toast(_("Adresse ajoutée"), _("Elle reçoit un courriel pour confirmer."))
    return kit.toast(
        _("{email} est déjà dans la liste", email=existing_address.email),
        _(
            "À confirmer depuis le {when} : le courriel qui le demande est en route.",
            when=clock(existing_address.created_at),
        ),
        tone="info",
    )
