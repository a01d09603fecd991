"""Sample contents of the mail previews: fictitious, with inactive links."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.i18n import N_, PARIS, _, using_language
from data.identity.settings.types import Passage
from data.notifications.messages import MessageSender
from data.notifications.messages import write as write_mail
from data.notifications.types import ClaimedNotification, Mail, NotificationKind
from data.rights.messages import write as write_letter
from data.rights.types import LetterKind, PassportRight, RightDataKind, RightLetter, RightState

_TO = "personne@exemple.example"
_NUMBER = "09999999910001"
_LETTERS: Mapping[Passage, tuple[LetterKind, RightState]] = {
    Passage.SIGNATURE: (LetterKind.CONSENT, RightState.PENDING),
    Passage.CONSENT: (LetterKind.CONSENT, RightState.PENDING),
    Passage.REMINDER: (LetterKind.REMINDER, RightState.PENDING),
    Passage.INFORMED: (LetterKind.INFORMED, RightState.ACTIVE),
    Passage.RECEIPT: (LetterKind.RECEIPT, RightState.ACTIVE),
    Passage.ENDED: (LetterKind.ENDED, RightState.OBSOLETE),
}
_KINDS: Mapping[Passage, NotificationKind] = {
    Passage.INVITATION: NotificationKind.INVITED,
    Passage.PROOF_ASKED: NotificationKind.PROOF_ASKED,
    Passage.PROOF_DUE: NotificationKind.PROOF_DUE,
    Passage.PROOF_DECIDED: NotificationKind.PROOF_DECIDED,
    Passage.CONTRACT_SENT: NotificationKind.CONTRACT_SENT,
    Passage.CONTRACT_ENDING: NotificationKind.CONTRACT_ENDING,
}


def sample(
    passage: Passage, language: str, desk: MessageSender, now: datetime, answer_days: int
) -> Mail:
    """Return the mail that contains `passage`, sent by `desk`, with fictitious people."""
    with using_language(language):
        if passage in _LETTERS:
            return write_letter(_letter(passage, language, now, answer_days), desk)
        params = _sample_params(now)
    kind = _KINDS[passage]
    name = "" if kind is NotificationKind.INVITED else "Camille Verdier"
    return write_mail(
        ClaimedNotification(1, kind, params, "<1@example>", 1, _TO, name, language, now), desk
    )


def _letter(passage: Passage, language: str, now: datetime, answer_days: int) -> RightLetter:
    kind, state = _LETTERS[passage]
    today = now.astimezone(PARIS).date()
    right = PassportRight(
        uid="1",
        number=_NUMBER,
        site="",
        third_party=_("Bureau Énergie"),
        state=state,
        kinds=frozenset({RightDataKind.INFORMATIVE, RightDataKind.PUBLISHED}),
        starts_on=today,
        ends_on=today + timedelta(days=365),
        first=today - timedelta(days=365),
        last=today + timedelta(days=365),
        injection=False,
        created_at=now,
        closed_at=now,
        answer_due=today + timedelta(days=answer_days) if state.waiting else None,
        purpose=_("Suivre les consommations du bâtiment"),
        place="3 rue des Tilleuls",
    )
    return RightLetter(1, kind, _TO, language, "…", "<1@example>", 1, (right,))


def _sample_params(now: datetime) -> Mapping[str, object]:
    """Return the parameters that account mails use."""
    later = now + timedelta(days=30)
    return {
        "who": "Irène Castel",
        "organisation": _("Bureau Énergie"),
        "until": (now + timedelta(days=7)).isoformat(),
        "token": "…",
        "pces": [_NUMBER],
        "more": 0,
        "due": later.astimezone(PARIS).date().isoformat(),
        "day": later.astimezone(PARIS).date().isoformat(),
        "sentence": N_("La preuve du consentement est validée : rien d’autre n’est attendu."),
        "motive": "",
        "text": "",
        "number": "C-2026-000123",
        "uid": "…",
    }
