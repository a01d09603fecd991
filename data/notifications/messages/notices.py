"""Write a message of notices: one in detail, or many grouped by site."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from core.i18n import N_, _, number, plural, using_language
from data.notifications.messages import html
from data.notifications.messages.days import days_html
from data.notifications.messages.sender import MessageSender, signed
from data.notifications.rules import message_id, sign_link
from data.notifications.rules.sms import LASTS, sms_text
from data.notifications.rules.words import (
    contract_act,
    facts_of,
    headline_of,
    label_of,
    over_mark,
    proof_act,
    quoted_note,
    reason_of,
    severity_name,
    story_of,
    tag_of,
    title_of,
)
from data.notifications.types import (
    CONTRACT_KINDS,
    OPEN_KINDS,
    POINT_KINDS,
    PROOF_KINDS,
    ChannelMessage,
    ClaimedNotification,
    Digest,
    LinkVerb,
    Mail,
    NoticeLine,
    NotificationKind,
    SignedLink,
    SiteLines,
)


@dataclass(frozen=True, slots=True)
class SmsTarget:
    """Where an SMS goes: the gateway's address with the number, and a code to confirm it."""

    address: str = field(repr=False)
    code: str = field(default="", repr=False)


VALID = timedelta(days=30)  # of the links in a mail
_VERBS = (
    (LinkVerb.SEEN, N_("J’ai vu")),
    (LinkVerb.SNOOZE, N_("Reporter 7 j")),
    (LinkVerb.STOP, N_("Ne plus recevoir ce type")),
)


def write_notices(notification: ClaimedNotification, digest: Digest, desk: MessageSender) -> Mail:
    """Return the mail, plain and HTML, with links that act without signing in."""
    with using_language(notification.language):
        stop = _address(notification, LinkVerb.STOP, desk)
        headers = {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
        if digest.count == 1:
            headers["References"] = _thread(digest.sites[0].lines[0], notification)
        return Mail(
            notification.email,
            subject_of(digest),
            _text(notification, digest, desk),
            notification.message_id,
            _html(notification, digest, desk),
            headers,
        )


def write_parcel(
    notification: ClaimedNotification, digest: Digest, desk: MessageSender, target: tuple[str, str]
) -> ChannelMessage:
    """Return the message for a webhook or a service; `target` is its address and its secret."""
    with using_language(notification.language):
        notices = [_as_data(line, desk) for site in digest.sites for line in site.lines]
        data = {
            "type": "notices",
            "id": notification.message_id.strip("<>"),
            "created_at": notification.created_at.isoformat(),
            "count": digest.count,
            "sites": digest.sites_count,
            "notices": notices,
            "more": digest.count - len(notices),
            "url": f"{desk.address}/notifications",
        }
        text = _text(notification, digest, desk)
        return ChannelMessage(
            *target, notification.message_id.strip("<>"), subject_of(digest), text, data
        )


def write_sms(
    notification: ClaimedNotification, digest: Digest | None, desk: MessageSender, sms: SmsTarget
) -> ChannelMessage:
    """Return an SMS of 160 signs at most: a code, or the first notice and how many others."""
    with using_language(notification.language):
        if digest is not None:
            text = sms_text(subject_of(digest), f"{desk.address}/notifications")
        else:
            minutes = int(LASTS.total_seconds() // 60)
            words = _(
                "{operator} : votre code est {code}. Il est valable {minutes} min.",
                operator=desk.operator,
                code=sms.code,
                minutes=minutes,
            )
            text = sms_text(words)
    return ChannelMessage(sms.address, "", notification.message_id.strip("<>"), "", text, {})


def write_test(
    notification: ClaimedNotification, desk: MessageSender, target: tuple[str, str]
) -> ChannelMessage:
    """Return the test message of a channel."""
    with using_language(notification.language):
        title = _("Message d’essai")
        text = _("Les alertes de {operator} arriveront ici.", operator=desk.operator)
        number_of = notification.message_id.strip("<>")
        data = {"type": "test", "id": number_of, "created_at": notification.created_at.isoformat()}
        return ChannelMessage(*target, number_of, title, text, data)


def subject_of(digest: Digest) -> str:
    """Return the subject: `[Dépassement] Gymnase Nord : 14 820 kWh au 21/11, seuil 14 000`.

    For several notices, the first with its share and the number of others: `… (+5,9 %) et 3
    autres`.
    """
    first = digest.sites[0].lines[0]
    if digest.count == 1:
        return f"[{_tag(first)}] {title_of(first)}"
    tag = tag_of(first.kind) if len(digest.kinds) == 1 else _("Alertes")
    share = over_mark(first)
    headline = f"{title_of(first)} ({share})" if share else title_of(first)
    more = plural(N_("{count} autre"), N_("{count} autres"), digest.count - 1)
    return f"[{tag}] " + _("{told} et {more}", told=headline, more=more)


def _tag(line: NoticeLine) -> str:
    tag = label_of(line)
    if line.params.get("unanswered_hours"):
        return _("Sans réponse : {tag}", tag=tag)
    return _("Rappel : {tag}", tag=tag) if line.params.get("recall") else tag


def _thread(line: NoticeLine, notification: ClaimedNotification) -> str:
    """Return the thread id of an episode, so that its end is shown below its beginning."""
    return message_id([line.subject, notification.email], notification.email.rpartition("@")[2])


def _address(notification: ClaimedNotification, verb: LinkVerb, desk: MessageSender) -> str:
    link = SignedLink(verb, notification.batch_id or 0, notification.created_at + VALID)
    return f"{desk.address}/avis/{sign_link(link, desk.secret)}"


def _links(
    notification: ClaimedNotification, digest: Digest, desk: MessageSender
) -> list[tuple[str, str]]:
    """Return the links to act on these notices; those that are over cannot be snoozed."""
    some_open = any(kind in OPEN_KINDS for kind in digest.kinds)
    verbs = [pair for pair in _VERBS if some_open or pair[0] is not LinkVerb.SNOOZE]
    return [(_(words), _address(notification, verb, desk)) for verb, words in verbs]


def _count(digest: Digest) -> str:
    """Return `12 notifications sur 3 sites`."""
    count = plural(N_("{count} notification"), N_("{count} notifications"), digest.count)
    if digest.sites_count == 1:
        return _("{site} : {count}", site=digest.sites[0].site, count=count)
    sites = plural(N_("{count} site"), N_("{count} sites"), digest.sites_count)
    return _("{count} sur {sites}", count=count, sites=sites)


def _lead(digest: Digest) -> str:
    worst = severity_name(digest.worst).lower()
    kinds = ", ".join(f"{tag_of(kind)} {number(count)}" for kind, count in digest.kinds.items())
    return _("{kinds}. Le plus grave : {severity}.", kinds=kinds, severity=worst)


def _foot(digest: Digest) -> list[str]:
    lines = [line for site in digest.sites for line in site.lines]
    foot = []
    if any(line.params.get("provisional") for line in lines):
        foot.append(
            _("Valeurs provisoires : elles peuvent être corrigées à la publication du mois.")
        )
    foot.append(
        _(
            "Énergie en kWh PCS. Un seul message par dépassement, puis un rappel à 7 jours s’il "
            "reste ouvert."
        )
    )
    return foot


def _more(digest: Digest) -> str:
    """Return how many notices are not shown, as text; "" when all are."""
    hidden = digest.count - sum(len(site.lines) for site in digest.sites)
    if not hidden:
        return ""
    return plural(
        N_("{count} autre notification est dans votre espace."),
        N_("{count} autres notifications sont dans votre espace."),
        hidden,
    )


def _text(notification: ClaimedNotification, digest: Digest, desk: MessageSender) -> str:
    if digest.count == 1:
        parts = _story_text(digest.sites[0].lines[0], desk)
    else:
        parts = [_lead(digest), *(_site_text(site, desk) for site in digest.sites), _more(digest)]
        parts.append(_("Tout voir : {address}", address=f"{desk.address}/notifications"))
    acts = "\n".join(
        f"{words} : {address}" for words, address in _links(notification, digest, desk)
    )
    return "\n\n".join(filter(None, [*parts, acts, *_foot(digest), signed(desk)])) + "\n"


def _story_text(line: NoticeLine, desk: MessageSender) -> list[str]:
    figures = "\n".join(f"{name} : {value}" for name, value in facts_of(line))
    see = f"{_see(line)} : {desk.address}{line.path}"
    return [f"{reason_of(line)} {story_of(line)}".strip(), headline_of(line) + ".", figures, see]


def _site_text(site: SiteLines, desk: MessageSender) -> str:
    lines = [f"- {_tag(line)} – {title_of(line)}" for line in site.lines]
    return "\n".join([_site_name(site), *lines, f"  {desk.address}{site.lines[0].path}"])


def _site_name(site: SiteLines) -> str:
    label = site.site if site.pce_number in {"", site.site} else f"{site.site} ({site.pce_number})"
    return f"{label} – {number(site.count)}" if site.count > len(site.lines) else label


def _see(line: NoticeLine) -> str:
    if line.kind in PROOF_KINDS:
        return proof_act(line)
    if line.kind in CONTRACT_KINDS:
        return contract_act(line.kind)
    if line.kind in POINT_KINDS or line.kind is NotificationKind.HELP_ASKED:
        return _("Ouvrir la page")
    if line.kind is NotificationKind.MIRROR_HELD:
        return _("Voir ces écarts")
    if line.kind is NotificationKind.MIRROR_REFUSED:
        return _("Ouvrir les connexions")
    return (
        _("Ouvrir vos préférences")
        if line.kind is NotificationKind.CHANNEL_OFF
        else _("Voir la courbe")
    )


def _html(notification: ClaimedNotification, digest: Digest, desk: MessageSender) -> str:
    body: Iterable[str]
    if digest.count == 1:
        body = _story_html(digest.sites[0].lines[0], desk)
    else:
        body = _digest_html(digest, desk)
    acts = html.links(_links(notification, digest, desk))
    foot = [*_foot(digest), *signed(desk).splitlines()]
    return html.page(notification.language, desk.operator, [*body, acts], foot)


def _story_html(line: NoticeLine, desk: MessageSender) -> list[str]:
    figures = facts_of(line)
    over = 2 if line.kind is NotificationKind.THRESHOLD_EXCEEDED else -1
    return [
        html.heading(headline_of(line)),
        html.paragraph(quoted_note(line, f"{reason_of(line)} {story_of(line)}".strip())),
        html.facts(figures, worse=over) if figures else "",
        days_html(line),
        html.button(_see(line), f"{desk.address}{line.path}"),
    ]


def _digest_html(digest: Digest, desk: MessageSender) -> Sequence[str]:
    parts = [html.heading(_count(digest)), html.paragraph(_lead(digest))]
    for site in digest.sites:
        rows = [(_tag(x), title_of(x), f"{desk.address}{x.path}") for x in site.lines]
        parts += [html.section(_site_name(site)), html.entries(rows)]
    more = _more(digest)
    parts.append(html.button(_("Tout voir"), f"{desk.address}/notifications"))
    if more:
        parts.insert(-1, html.paragraph(more))
    return parts


def _as_data(line: NoticeLine, desk: MessageSender) -> dict[str, object]:
    return {
        "key": line.key,
        "kind": str(line.kind),
        "severity": line.severity.name.lower(),
        "pce": line.pce_number,
        "site": line.site,
        "gas_day": line.gas_day.isoformat(),
        "title": title_of(line),
        "params": dict(line.params),
        "url": f"{desk.address}{line.path}",
    }
