"""Serve the holder's page: requests, answers, withdrawals and the access log.

The holder has no account: the link of a letter is the only proof, and opens its own rights only.
Mail scanners open every link, so opening it changes nothing; its buttons post an ordinary form with
its token. A withdrawal, which is irreversible, is confirmed, and so is an answer for more points
than a page names.
"""

from collections.abc import Collection, Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from api.consent_many import (
    answer_scope,
    open_letter,
    read_scope_filter,
    render_letter,
    render_scope,
)
from api.consent_words import letter_words, page_words, right_words
from api.context import now, portal
from api.locale import speak_to_reader
from core.errors import Conflict, Invalid
from core.i18n import N_, PARIS, _, plural
from data.rights.actions import answer_by_link
from data.rights.actions.answers import NOTHING_LEFT
from data.rights.messages import TEXT_VERSION
from data.rights.queries import count_last_answer, count_letter_rights, find_ticked, get_passport
from data.rights.types import LETTER_LINES, ConsentEvidence, RightState, RightTrigger

routes = Blueprint("consent", __name__)
_ANSWERS: Mapping[str, RightTrigger] = {
    "accept": RightTrigger.ACCEPTED,
    "refuse": RightTrigger.REFUSED,
    "withdraw": RightTrigger.WITHDRAWN,
}
_DONE: Mapping[str, str] = {
    "accept": N_("Votre accord est enregistré."),
    "refuse": N_("Votre refus est enregistré : rien n’est transmis."),
    "withdraw": N_("Votre accord est retiré : les données ne sont plus lisibles."),
}
_RECEIPT = N_("Un reçu part à votre adresse.")
_NO_RECEIPT = N_("Cette page est votre reçu : vous ne voulez plus de courriel.")
_LEADS: Mapping[str, RightState] = {
    "accept": RightState.ACTIVE,
    "refuse": RightState.REFUSED,
    "withdraw": RightState.REVOKED,
}
_PLACE = ("commune", "q", "page")  # what of a large letter is listed; the part may be empty now
# fields that describe the rights to answer
_ASKED = ("scope", "partie", "commune", "q", "mark", "right")


@routes.get("/consentement/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show the current state of the link's rights, or a question before an answer."""
    reply = request.args.get("confirmer")
    return _question(token, reply) if reply else _page(token, done=request.args.get("recu", ""))


@routes.post("/consentement/<token>")
def answer(token: str) -> ResponseReturnValue:
    """Accept, refuse or withdraw, or ask first; then redirect, so that a reload sends nothing."""
    reply, scoped = request.form.get("answer", ""), "scope" in request.form
    sure = request.form.get("sure") == "yes"
    speak_to_reader("fr")
    try:
        trigger = _trigger(reply)
        uids = [] if scoped else _ticked(request.form)
        if not sure and (scoped or trigger is RightTrigger.WITHDRAWN):
            fields: dict[str, Any] = {name: request.form.getlist(name) for name in _ASKED}
            return redirect(url_for("consent.show", token=token, confirmer=reply, **fields), 303)
        evidence = ConsentEvidence(request.remote_addr or "", TEXT_VERSION)
        if scoped:
            mark = request.form.get("mark", "")
            answer_scope(token, trigger, read_scope_filter(request.form), mark, evidence)
        else:
            with portal().database.transaction() as db:
                answer_by_link(db, token, trigger, evidence=evidence, now=now(), uids=uids)
    except (Conflict, Invalid) as error:
        return _page(token, problem=_(error.message, **error.params)), error.status
    kept = () if scoped else _PLACE
    place: dict[str, Any] = {name: request.args.get(name) or None for name in kept}
    return redirect(url_for("consent.show", token=token, recu=reply, **place), 303)


def _question(token: str, said: str) -> ResponseReturnValue:
    """Show which rights an answer would change; nothing has changed yet."""
    speak_to_reader("fr")
    try:
        trigger = _trigger(said)
        if "scope" in request.args:
            wanted, mark = read_scope_filter(request.args), request.args.get("mark", "")
            return _hidden(render_scope(token, said, wanted, mark))
        if trigger is RightTrigger.WITHDRAWN:
            return _are_you_sure(token, _ticked(request.args))
    except (Conflict, Invalid) as error:
        return _page(token, problem=_(error.message, **error.params)), error.status
    return _page(token)


def _are_you_sure(token: str, uids: Collection[str]) -> Response:
    """Show which rights a withdrawal would end for good."""
    with portal().database.reading() as db:
        letter = open_letter(db, token)
        rights_by_uid = {right.uid: right for right in find_ticked(db, token, uids)}
    if any(right.state is not RightState.ACTIVE for right in rights_by_uid.values()):
        raise Conflict(NOTHING_LEFT)
    closing = [right_words(right) for right in rights_by_uid.values()]
    who = next(iter(rights_by_uid.values())).third_party
    words = {"who": who, "closing": closing, **letter_words(letter)}
    return _hidden(render_template("withdraw.html", **words))


def _hidden(text: str) -> Response:
    """Return a page that search engines do not list."""
    page = make_response(text)
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page


def _ticked(fields: MultiDict[str, str]) -> list[str]:
    uids = fields.getlist("right")
    if not uids:
        raise Invalid(N_("Cochez au moins un point de livraison."))
    if len(uids) > LETTER_LINES:
        message = N_("Cochez au plus {most} points de livraison à la fois.")
        raise Invalid(message, most=LETTER_LINES)
    return uids


def _trigger(reply: str) -> RightTrigger:
    if reply not in _ANSWERS:
        raise Invalid(N_("Choisissez d’accepter, de refuser ou de retirer votre accord."))
    return _ANSWERS[reply]


def _page(token: str, *, done: str = "", problem: str = "") -> Response:
    """Return the page of the link: one page, or a page of a large letter."""
    with portal().database.reading() as db:
        letter = open_letter(db, token)
        stopped = letter is not None and letter.stopped
        words: dict[str, Any] = {
            "done": _done(db, token, done, stopped=stopped),
            "problem": problem,
        }
        if count_letter_rights(db, token) > LETTER_LINES:
            return _hidden(render_letter(db, token, words))
        passport_letter = get_passport(db, token)
    words |= page_words(passport_letter, now().astimezone(PARIS).date())
    # every waiting right is ticked, as requested
    every = request.args.get("tout") == "oui"
    return _hidden(render_template("consent.html", every=every, **words))


def _done(db: Session, token: str, done: str, *, stopped: bool) -> str:
    """Return what was done, for how many points, and where the receipt is.

    Return "" if it is not the case: anybody may type this address.
    """
    state = _LEADS.get(done)
    count = count_last_answer(db, token, state) if state else 0
    if not count:
        return ""
    points = plural("{count} point de livraison.", "{count} points de livraison.", count)
    return " ".join([_(_DONE[done]), points, _(_NO_RECEIPT if stopped else _RECEIPT)])
