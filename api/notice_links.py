"""Handle the links in notification mails, which act without signing in or showing data.

Mail scanners open every link: opening one only shows a button, and the button acts. A provider's
one-click unsubscription (RFC 8058) posts at once. The signed token is the only proof, so no form
token is required: a bearer of the link can do what it says, and nothing else.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

from flask import Blueprint, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.context import now, portal
from api.session import field
from core.errors import Invalid, NotFound
from core.i18n import LANGUAGES, N_, PARIS, _, long_day, plural, set_language
from data.notifications import actions, queries
from data.notifications.rules import read_link
from data.notifications.rules.words import kind_name
from data.notifications.types import Linked, LinkVerb, NotificationKind, SignedLink
from data.thresholds.actions import acknowledge_by_link, snooze_by_link

routes = Blueprint("notices", __name__)
_GONE = N_("Ce lien n’est plus valable.")
_PERIODS: Mapping[str, timedelta | None] = {
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "always": None,
}


@routes.get("/avis/<token>")
def show_link(token: str) -> ResponseReturnValue:
    """Show one page with a button; opening the link changes nothing."""
    link = _link(token)
    with portal().database.reading() as db:
        linked = _linked(db, link)
    return _page(linked, verb=link.verb, kinds=[(kind, kind_name(kind)) for kind in linked.kinds])


@routes.post("/avis/<token>")
def follow_link(token: str) -> ResponseReturnValue:
    """Do what the link says; repeating it changes nothing."""
    link = _link(token)
    with portal().database.transaction() as db:
        linked = _linked(db, link)
        done = _VERBS[link.verb](db, link, linked)
    return _page(linked, verb=link.verb, done=done)


def _link(token: str) -> SignedLink:
    link = read_link(token, str(current_app.secret_key), now())
    if link is None:
        raise NotFound(_GONE)
    return link


def _linked(db: Session, link: SignedLink) -> Linked:
    """Return the target of a link, and use the reader's language from here on."""
    linked = queries.get_linked(db, link)
    if linked is None:
        raise NotFound(_GONE)
    if g.viewer is None and request.cookies.get("language", "") not in LANGUAGES:
        g.language = linked.language
        set_language(linked.language)
    return linked


def _page(linked: Linked, **words: object) -> ResponseReturnValue:
    spoken = {"lang": g.language} if "language" in g else {}
    return render_template("notice_link.html", count=linked.count, **spoken, **words)


def _see(db: Session, link: SignedLink, linked: Linked) -> str:
    actions.see_by_link(db, link.id, now())
    acknowledge_by_link(db, _episodes(linked.subjects), linked.reader.user_id, now())
    return plural(
        "C’est noté : vous avez vu cette alerte.",
        "C’est noté : vous avez vu ces alertes.",
        linked.count,
    )


def _put_off(db: Session, link: SignedLink, linked: Linked) -> str:
    """Snooze the reader's own messages; for a person, also the episode."""
    until, fresh = actions.snooze_by_link(db, link.id, linked, now())
    if not fresh:
        return _("Ce report était déjà noté : rien n’a changé.")
    if linked.reader.user_id is not None:
        snooze_by_link(db, _episodes(fresh), until, linked.reader.user_id, now())
    day = long_day(until.astimezone(PARIS).date())
    return _("C’est noté : vous n’en entendrez plus parler avant le {day}.", day=day)


def _episodes(subjects: Iterable[tuple[str, int]]) -> list[int]:
    """Return the ids of episodes; a disabled channel cannot be acknowledged."""
    return [number for kind, number in subjects if kind == "episode"]


def _stop(db: Session, _link: SignedLink, linked: Linked) -> str:
    """Stop the ticked kinds of messages; all of them from a mail client's own button."""
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    period = "always" if one_click else field("period")
    if period not in _PERIODS:
        raise Invalid(N_("Choisissez une période de la liste."))
    ticked = set(request.form.getlist("kind"))
    kinds: list[NotificationKind] = [kind for kind in linked.kinds if one_click or kind in ticked]
    if not kinds:
        raise Invalid(N_("Choisissez au moins un type de message."))
    length = _PERIODS[period]
    until = None if length is None else (now() + length).astimezone(PARIS).date()
    actions.mute_by_link(db, linked, kinds, reason=field("reason"), until=until, now=now())
    if until is None:
        return _("C’est noté : vous ne recevrez plus ce type de message.")
    return _("C’est noté : vous ne recevrez plus ce type de message jusqu’au {day}.",
             day=long_day(until))  # fmt: skip


def _confirm(db: Session, link: SignedLink, _linked: Linked) -> str:
    if not actions.confirm_address(db, link.id, now()):
        raise NotFound(_GONE)
    return _("C’est noté : les alertes vous seront envoyées à cette adresse.")


def _refuse(db: Session, link: SignedLink, _linked: Linked) -> str:
    if not actions.refuse_address(db, link.id, now()):
        raise NotFound(_GONE)
    return _("C’est noté : plus personne ne pourra vous demander de confirmer cette adresse.")


_VERBS: Mapping[LinkVerb, Callable[[Session, SignedLink, Linked], str]] = {
    LinkVerb.SEEN: _see,
    LinkVerb.SNOOZE: _put_off,
    LinkVerb.STOP: _stop,
    LinkVerb.CONFIRM: _confirm,
    LinkVerb.REFUSE: _refuse,
}
