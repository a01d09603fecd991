"""Write the mails about accounts."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.i18n import N_, _, clock, using_language
from data.identity.settings.types import Passage
from data.notifications.messages import contracts, controls, exports, rights, subjects
from data.notifications.messages.sender import MessageSender, begun, signed
from data.notifications.messages.sentences import Sentences
from data.notifications.rules import sign_link
from data.notifications.types import (
    ClaimedNotification,
    LinkVerb,
    Mail,
    NotificationKind,
    SignedLink,
)

CONFIRMING = timedelta(days=7)  # time to confirm an extra address
REFUSING = timedelta(days=3650)  # a mail found years later must still end it
_PASSAGES: Mapping[NotificationKind, Passage] = {
    NotificationKind.INVITED: Passage.INVITATION,
    NotificationKind.PROOF_ASKED: Passage.PROOF_ASKED,
    NotificationKind.PROOF_DUE: Passage.PROOF_DUE,
    NotificationKind.PROOF_DECIDED: Passage.PROOF_DECIDED,
    NotificationKind.CONTRACT_SENT: Passage.CONTRACT_SENT,
    NotificationKind.CONTRACT_ENDING: Passage.CONTRACT_ENDING,
}
_FORGOTTEN = "{address}/mot-de-passe-oublie"
_KINDS: Mapping[NotificationKind, Sentences] = {
    **rights.KINDS,
    **controls.KINDS,
    **contracts.KINDS,
    **exports.KINDS,
    **subjects.KINDS,
    NotificationKind.PASSWORD_RESET: (
        N_("choisir un nouveau mot de passe"),
        (
            N_(
                "Vous, ou quelqu’un d’autre, avez demandé un nouveau mot de passe. Pour le choisir,"
                " ouvrez ce lien dans l’heure ; il ne sert qu’une fois :"
            ),
            "{address}/mot-de-passe/{token}",
            N_("Si ce n’est pas vous, ne faites rien : votre mot de passe reste le même."),
        ),
    ),
    NotificationKind.PASSWORD_CHANGED: (
        N_("votre mot de passe a changé"),
        (
            N_(
                "Le mot de passe de votre compte vient d’être changé, et vos autres sessions sont "
                "fermées."
            ),
            N_("Si ce n’est pas vous, choisissez-en tout de suite un autre :"),
            _FORGOTTEN,
        ),
    ),
    NotificationKind.SECOND_FACTOR_ON: (
        N_("la double authentification est active"),
        (
            N_(
                "Un code de votre application est demandé à chaque connexion, après le mot de "
                "passe. Vos autres sessions sont fermées."
            ),
            N_("Si ce n’est pas vous, prévenez votre administrateur et changez de mot de passe :"),
            _FORGOTTEN,
        ),
    ),
    NotificationKind.SECOND_FACTOR_OFF: (
        N_("la double authentification n’est plus active"),
        (
            N_("Le mot de passe suffit de nouveau pour ouvrir votre compte."),
            N_("Si ce n’est pas vous, prévenez votre administrateur et changez de mot de passe :"),
            _FORGOTTEN,
        ),
    ),
    NotificationKind.SECOND_FACTOR_RESET: (
        N_("votre double authentification est remise à zéro"),
        (
            N_(
                "{author} a remis à zéro la double authentification de votre compte, dont vos "
                "sessions sont fermées. Activez-la de nouveau à votre prochaine connexion."
            ),
            N_("Si vous ne l’avez pas demandé, prévenez-le et changez de mot de passe :"),
            _FORGOTTEN,
        ),
    ),
    NotificationKind.PASSKEY_ADDED: (
        N_("une clé d’accès est ajoutée à votre compte"),
        (
            N_(
                "La clé d’accès « {key} » ouvre désormais votre compte. Vos autres sessions sont "
                "fermées."
            ),
            N_("Si ce n’est pas vous, retirez-la sur cette page :"),
            "{address}/compte/cles-acces",
            N_("et choisissez tout de suite un autre mot de passe :"),
            _FORGOTTEN,
        ),
    ),
    NotificationKind.PASSKEY_REMOVED: (
        N_("une clé d’accès est retirée de votre compte"),
        (
            N_(
                "La clé d’accès « {key} » n’ouvre plus votre compte. Vos autres sessions sont "
                "fermées."
            ),
            N_("Si ce n’est pas vous, prévenez votre administrateur et changez de mot de passe :"),
            _FORGOTTEN,
        ),
    ),
    NotificationKind.NEW_BROWSER: (
        N_("connexion d’un nouvel appareil"),
        (
            N_(
                "Votre compte vient d’être ouvert depuis un navigateur que nous ne connaissions "
                "pas : {device}, adresse {place}, le {instant}."
            ),
            N_("Si c’est vous, ne faites rien. Sinon, fermez cette session sur cette page :"),
            "{address}/compte",
            N_("et choisissez tout de suite un autre mot de passe :"),
            _FORGOTTEN,
        ),
    ),
    NotificationKind.PROVIDER_LINKED: (
        N_("votre compte est relié à la connexion unique"),
        (
            N_(
                "Vous pouvez désormais ouvrir votre compte par la connexion unique de votre "
                "organisation."
            ),
            N_("Si ce n’est pas vous, prévenez votre administrateur et changez de mot de passe :"),
            _FORGOTTEN,
        ),
    ),
    NotificationKind.CODES_GUESSED: (
        N_("des codes incorrects ont été essayés"),
        (
            N_(
                "Quelqu’un a donné votre mot de passe, puis plusieurs codes incorrects : aucun n’a "
                "été accepté."
            ),
            N_("Si c’est vous, il vous reste vos codes de secours."),
            N_(
                "Si ce n’est pas vous, quelqu’un connaît votre mot de passe : choisissez-en tout "
                "de suite un autre, ce qui ferme aussi toutes les sessions :"
            ),
            _FORGOTTEN,
        ),
    ),
    NotificationKind.INVITED: (
        N_("{organisation} vous invite"),
        (
            N_(
                "{who} vous ouvre un accès à l’espace client de {operator}, pour {organisation}."
                " Pour choisir votre mot de passe, ouvrez ce lien avant le {until} ; il ne sert"
                " qu’une fois :"
            ),
            "{address}/invitation/{token}",
            N_("Vous n’attendiez pas cette invitation ? Ne faites rien : aucun compte n’est créé."),
        ),
    ),
    NotificationKind.INVITED_KNOWN: (
        N_("{organisation} vous invite"),
        (
            N_(
                "{who} vous ouvre un accès à l’espace client de {operator}, pour {organisation}."
                " Cette adresse y a déjà un compte, et un compte n’a qu’une organisation."
            ),
            N_(
                "Donnez-leur une autre adresse, ou demandez à l’administrateur de votre compte"
                " actuel ou à votre chargé de compte. L’organisation qui vous invite n’est pas"
                " informée."
            ),
            N_("Pour vous connecter au compte que vous avez :"),
            "{address}/connexion",
        ),
    ),
    NotificationKind.ADDRESS_CONFIRM: (
        N_("confirmer cette adresse"),
        (
            N_(
                "{organisation} souhaite vous envoyer ses alertes de consommation de gaz à cette "
                "adresse. Pour l’accepter, ouvrez ce lien dans les sept jours :"
            ),
            "{address}/avis/{token}",
            N_(
                "Ce n’est pas vous, ou vous ne voulez plus recevoir ces messages ? Ouvrez ce lien :"
            ),
            "{address}/avis/{refusal}",
        ),
    ),
}


def write(notification: ClaimedNotification, desk: MessageSender) -> Mail:
    """Return the mail, in its reader's language."""
    with using_language(notification.language):
        blanks = {"address": desk.address, "operator": desk.operator, **_blanks(notification, desk)}
        subject, body = _KINDS[notification.kind]
        paragraphs = [text for part in body if (text := _(part, **blanks))]
        hello = _("Bonjour {name},", name=notification.name) if notification.name else _("Bonjour,")
        text = "\n\n".join(
            [hello, *begun(desk, _PASSAGES.get(notification.kind)), *paragraphs, signed(desk)]
        )
        subject = f"{desk.operator} – {_(subject, **blanks)}"
        return Mail(notification.email, subject, text + "\n", notification.message_id)


def _blanks(notification: ClaimedNotification, desk: MessageSender) -> Mapping[str, object]:
    """Return the parameters of this mail's sentences."""
    for feature in (rights, controls, subjects):
        if notification.kind in feature.KINDS:
            blanks: Mapping[str, object] = feature.blanks_of(notification.params)
            return blanks
    for source in (contracts, exports):
        if notification.kind in source.KINDS:
            values: Mapping[str, object] = source.blanks_of(notification.kind, notification.params)
            return values
    if notification.kind is NotificationKind.INVITED:
        until = datetime.fromisoformat(str(notification.params["until"]))
        return {**notification.params, "until": clock(until)}
    if notification.kind is NotificationKind.ADDRESS_CONFIRM:
        token = _about_address(notification, desk, LinkVerb.CONFIRM, CONFIRMING)
        refusal = _about_address(notification, desk, LinkVerb.REFUSE, REFUSING)
        return {**notification.params, "token": token, "refusal": refusal}
    if notification.kind is NotificationKind.NEW_BROWSER:
        device = notification.params.get("device") or _("appareil inconnu")
        return {**notification.params, "device": device, "instant": clock(notification.created_at)}
    return notification.params


def _about_address(
    notification: ClaimedNotification, desk: MessageSender, verb: LinkVerb, lasts: timedelta
) -> str:
    number = notification.params["address_id"]
    assert isinstance(number, int)  # noqa: S101 (tells mypy what the outbox holds)
    link = SignedLink(verb, number, notification.created_at + lasts)
    return sign_link(link, desk.secret)
