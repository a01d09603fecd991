"""The holder's page: who asks to read what until when; yes, no, or no longer; who read what.

The holder has no account: the link of a letter is the whole proof, and opens its own rights and
nothing else. Mail scanners open every link, so that opening it changes nothing; its buttons post
an ordinary form, with its token. What cannot be taken back, a withdrawal, is asked twice.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from api.portal import now, portal
from api.speaking import speak_to_reader
from data.errors import Conflict, Invalid, NotFound
from data.rights.actions import answer_by_link
from data.rights.actions.answering import NO_LONGER, NOTHING_LEFT
from data.rights.messages import (
    TEXT_VERSION,
    days_said,
    kinds_said,
    perimeters,
    purpose_said,
)
from data.rights.queries import passport
from data.rights.queries.passport import NO_LINK
from data.rights.rules.links import sign_stop
from data.rights.rules.reads import did
from data.rights.types import (
    Evidence,
    Passport,
    PassportLetter,
    PassportRight,
    Reader,
    RightState,
    Trigger,
)
from i18n import N_, PARIS, _, clock, long_day

routes = Blueprint("consent", __name__)
_ANSWERS: Mapping[str, Trigger] = {
    "accept": Trigger.ACCEPTED,
    "refuse": Trigger.REFUSED,
    "withdraw": Trigger.WITHDRAWN,
}
_DONE: Mapping[str, str] = {
    "accept": N_("Votre accord est enregistré."),
    "refuse": N_("Votre refus est enregistré : rien n’est transmis."),
    "withdraw": N_("Votre accord est retiré : plus rien n’est lisible."),
}
_RECEIPT = N_("Un reçu part à votre adresse.")
_NO_RECEIPT = N_("Cette page est votre reçu : vous ne voulez plus de courriel.")
_LEADS: Mapping[str, RightState] = {
    "accept": RightState.ACTIVE,
    "refuse": RightState.REFUSED,
    "withdraw": RightState.REVOKED,
}
_STATES: Mapping[RightState, tuple[str, str]] = {
    RightState.PENDING: (N_("Attend votre réponse"), "info"),
    RightState.ACTIVE: (N_("Ouvert"), "ok"),
    RightState.RECHECK: (N_("Vérification en cours"), "warn"),
    RightState.REFUSED: (N_("Vous avez refusé"), "mute"),
    RightState.REVOKED: (N_("Accord retiré"), "mute"),
    RightState.OBSOLETE: (N_("Terminé"), "mute"),
}
_MOST_UIDS = 5000


@routes.get("/consentement/<token>")
def show(token: str) -> ResponseReturnValue:
    """What the link is about, as it stands now."""
    every = request.args.get("tout") == "oui"
    return _page(token, done=request.args.get("recu", ""), every=every)


@routes.post("/consentement/<token>")
def answer(token: str) -> ResponseReturnValue:
    """Accept, refuse or withdraw; then the same page, which a reload does not send again."""
    said = request.form.get("answer", "")
    speak_to_reader("fr")
    try:
        trigger = _trigger(said)
        uids = _ticked()
        if trigger is Trigger.WITHDRAWN and request.form.get("sure") != "yes":
            return _are_you_sure(token, uids)
        with portal().database.transaction() as db:
            evidence = Evidence(request.remote_addr or "", TEXT_VERSION)
            answer_by_link(db, token, trigger, evidence=evidence, now=now(), uids=uids)
    except (Conflict, Invalid) as error:
        return _page(token, problem=_(error.message, **error.params)), error.status
    return redirect(url_for("consent.show", token=token, recu=said), 303)


def _passport(db: Session, token: str) -> Passport:
    """What the link opens; from here on, the language of its reader is spoken."""
    speak_to_reader("fr")  # of a link that is none, too
    found = passport(db, token)
    if found.letter is not None:
        speak_to_reader(found.letter.language)
    return found


def _are_you_sure(token: str, uids: Collection[str]) -> Response:
    """What withdrawing would close, and that it is for good: nothing has changed yet."""
    with portal().database.reading() as db:
        found = _passport(db, token)
    chosen = [right for right in found.rights if right.uid in uids]
    if len(chosen) < len(set(uids)):
        raise NotFound(NO_LINK)
    if any(right.state is not RightState.ACTIVE for right in chosen):
        raise Conflict(NOTHING_LEFT)
    closing = [_line(right) for right in chosen]
    who = found.rights[0].third_party
    page = make_response(render_template("withdraw.html", who=who, closing=closing))
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page


def _ticked() -> list[str]:
    uids = request.form.getlist("right")[:_MOST_UIDS]
    if not uids:
        raise Invalid(N_("Cochez au moins un point de livraison."))
    return uids


def _trigger(said: str) -> Trigger:
    if said not in _ANSWERS:
        raise Invalid(N_("Choisissez d’accepter, de refuser ou de retirer votre accord."))
    return _ANSWERS[said]


def _page(token: str, *, done: str = "", problem: str = "", every: bool = False) -> Response:
    """What the link is about; *every* right that waits is ticked, as its reader asked."""
    with portal().database.reading() as db:
        found = _passport(db, token)
    said = _said(found, done) if _is_done(found, done) else ""
    words = _words(found, now().astimezone(PARIS).date())
    told = {"done": said, "problem": problem, "every": every}
    page = make_response(render_template("consent.html", **told, **words))
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page


def _said(found: Passport, done: str) -> str:
    """What is done, and where its receipt is."""
    stopped = found.letter is not None and found.letter.stopped
    return f"{_(_DONE[done])} {_(_NO_RECEIPT if stopped else _RECEIPT)}"


def _is_done(found: Passport, done: str) -> bool:
    """Whether what the address says was done is so: anybody may write one."""
    state = _LEADS.get(done)
    return any(right.state is state and right.answered_at for right in found.rights)


def _words(found: Passport, today: date) -> dict[str, Any]:
    here = [right for right in found.rights if right.uid not in found.silent]
    waiting = [right for right in here if _may_answer(right, today)]
    active = [right for right in here if right.state is RightState.ACTIVE]
    rest = [right for right in found.rights if right not in waiting and right not in active]
    elsewhere = [right for right in rest if right not in here and not right.state.final]
    return {
        "who": found.rights[0].third_party,
        "asked": _kinds(waiting),
        "purposes": list(dict.fromkeys(said for one in waiting for said in purpose_said(one))),
        "alone": len(found.rights) == 1,  # one of several is ticked by who means it
        "waiting": _group(waiting),
        "active": _group(active),
        "elsewhere": _group(elsewhere),
        "no_longer": _(NO_LONGER),
        "over": _group([right for right in rest if right not in elsewhere]),
        "due": _earliest([right.answer_due for right in waiting]),
        "readers": [_read(reader) for reader in found.readers],
        "version": TEXT_VERSION,
        **_letters(found.letter),
    }


def _kinds(rights: Sequence[PassportRight]) -> list[str]:
    """The kinds of data of all these rights, each once."""
    return list(dict.fromkeys(words for right in rights for words in kinds_said(right)))


def _letters(letter: PassportLetter | None) -> dict[str, Any]:
    """Whether its reader wants others, and where they say so."""
    if letter is None:
        return {"stop": "", "stopped": False}
    token = sign_stop(letter.id, str(current_app.secret_key))
    return {"stop": url_for("letters.show", token=token), "stopped": letter.stopped}


def _may_answer(right: PassportRight, today: date) -> bool:
    """Not once it is late, even before the nightly job says so."""
    late = right.answer_due is not None and right.answer_due < today
    over = right.ends_on is not None and right.ends_on < today
    return right.state is RightState.PENDING and not (late or over)


def _earliest(days: Sequence[date | None]) -> str:
    known = [day for day in days if day is not None]
    return long_day(min(known)) if known else ""


def _group(rights: Sequence[PassportRight]) -> dict[str, Any]:
    """Rights said together, by the kinds of data that each opens and what for."""
    return {
        "count": len(rights),
        "perimeters": [
            {
                "kinds": kinds_said(alike[0]),
                "purpose": " ".join(purpose_said(alike[0])),
                "rights": [_line(right) for right in alike],
            }
            for alike in perimeters(rights, _terms)
        ],
    }


def _terms(right: PassportRight) -> tuple[tuple[str, ...], ...]:
    return kinds_said(right), purpose_said(right)


def _line(right: PassportRight) -> dict[str, str]:
    state, tone = _STATES[right.state]
    at = right.closed_at or right.answered_at
    site = " ".join(right.site.split()) if right.site != right.place else ""
    return {
        "uid": right.uid,
        "number": right.number,
        "place": right.place,
        "site": _("nommé par le demandeur : {site}", site=site) if site else "",
        "state": _(state),
        "tone": tone,
        "days": days_said(right),
        "until": _("jusqu’au {day}", day=long_day(right.ends_on)) if right.ends_on else "",
        "at": _("le {at}", at=clock(at)) if at else "",
    }


def _read(reader: Reader) -> dict[str, str]:
    return {
        "at": clock(reader.at),
        "who": reader.organisation,
        "what": did(reader.action),
        "number": reader.number,
    }
