"""Send signing codes: one valid at a time, for one text, with counted attempts.

Signing takes three steps, so that nothing slow blocks the database: `prove` in its own transaction,
committed in all cases; the seal, outside any transaction; then `sign` or `countersign`.
"""

import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import Conflict, Invalid
from core.i18n import N_, _, using_language
from data.contracts.actions.signers import require_party
from data.contracts.actions.transitions import CHANGED, NO_TEXT, chosen, waiting_text
from data.contracts.models import Contract, ContractSignature, ContractText, SigningCode
from data.contracts.rules.codes import (
    DIGITS,
    LASTS,
    TRIES,
    check_asked,
    code_of,
    hidden,
    is_code,
    mark_of,
    party_words,
    typed_code,
)
from data.contracts.rules.labels import EIDAS
from data.contracts.rules.serializer import unpacked_amendment, unpacked_paper
from data.contracts.types import (
    Attempt,
    CodeSent,
    OfferedText,
    Party,
    Signing,
    SigningMethod,
    TextState,
    Typed,
)
from data.identity.accounts.actions import count_code, spend_code
from data.identity.accounts.models import Organisation, User
from data.identity.accounts.queries import has_second_factor
from data.identity.accounts.types import SessionLimits, SignInPlace, TypedCode
from data.notifications.actions import queue
from data.notifications.types import NotificationKind

Said = tuple[str, dict[str, object]]  # a marked sentence and its params
WAITS_FOR: Mapping[Party, TextState] = {
    Party.CLIENT: TextState.OFFERED,
    Party.OPERATOR: TextState.CLIENT_SIGNED,
}
_NONE = N_("Aucun code n’est en cours pour ce texte, ou il a expiré : demandez-en un autre.")
_WRONG = N_(
    "Ce code n’est pas le bon : vérifiez le dernier courriel reçu. Essais restants : {left}."
)
_SLIP: Said = (
    N_("Tapez les {digits} chiffres du code reçu par courriel."),
    {"digits": DIGITS},
)
_OUT = N_("Ce code a été essayé {most} fois : il n’est plus valable, demandez-en un autre.")
APP_NEEDED = N_("Donnez aussi le code de votre application d’authentification.")
_FUNCTION = N_("Chargé de compte")


def ask_code(  # noqa: PLR0913 (passed by name)
    db: Session, viewer: Viewer, uid: str, *, party: Party, seen: str, key: bytes, now: datetime
) -> CodeSent:
    """Send a new code to the signer, which invalidates the previous one.

    `seen` is the SHA-256 of the displayed text. Raise Conflict if the text changed since, TooMany
    if codes were requested too often.
    """
    contract = chosen(db, viewer, uid)
    user = require_party(db, viewer, contract, party)
    text = _text_for(db, contract, party)
    if text.sha256 != seen:
        raise Conflict(CHANGED)
    _make_room(db, user, text, now)
    code = code_of(secrets.randbelow(10**DIGITS))
    marked = mark_of(key, code, user_id=user.id, text=text.uid, sha256=text.sha256)
    db.add(
        SigningCode(
            user_id=user.id,
            version_id=text.id,
            party=party,
            code_hash=marked,
            sha256=text.sha256,
            created_at=now,
            expires_at=now + LASTS,
        )
    )
    organisation = db.get_one(Organisation, contract.organisation_id).name
    params = {"code": code, "number": contract.number or "", "amendment": text.number}
    queue(
        db,
        user.id,
        NotificationKind.SIGNING_CODE,
        now,
        params={**params, "organisation": organisation},
    )
    return CodeSent(hidden(user.email), now + LASTS, has_second_factor(db, user.id))


def _make_room(db: Session, user: User, text: ContractText, now: datetime) -> None:
    """Raise TooMany after too many codes, else void the earlier ones; requests are serialised."""
    db.execute(select(User.id).where(User.id == user.id).with_for_update())
    mine = SigningCode.user_id == user.id
    since = now - timedelta(days=1)
    recent_query = select(SigningCode.version_id, SigningCode.created_at).where(
        mine, SigningCode.created_at > since
    )
    recent_codes = db.execute(recent_query).all()
    of_text = [row.created_at for row in recent_codes if row.version_id == text.id]
    check_asked(of_text, len(recent_codes), now)
    live = (mine, SigningCode.voided_at.is_(None), SigningCode.used_at.is_(None))
    db.execute(update(SigningCode).where(*live).values(voided_at=now))


def _text_for(db: Session, contract: Contract, party: Party) -> ContractText:
    text = waiting_text(db, contract)
    if text is None or text.state is not WAITS_FOR[party]:
        raise Conflict(NO_TEXT)
    return text


def prove(  # noqa: PLR0913 (passed by name)
    db: Session,
    viewer: Viewer,
    uid: str,
    typed: Typed,
    *,
    party: Party,
    limits: SessionLimits,
    key: bytes,
    now: datetime,
) -> Attempt:
    """Check a code; return what to seal, or the problem. The caller commits in both cases.

    The code stays valid until its signature is stored, so that a double click or a crash needs no
    new one. Input that is no code does not count as an attempt.
    """
    contract = chosen(db, viewer, uid)
    user = require_party(db, viewer, contract, party)
    done = _done(db, contract, user, party, typed.seen_digest)
    if done is not None:
        return Attempt(text=done, can_retry=True)
    text = _text_for(db, contract, party)
    row = _live(db, user, text, party, now)
    if row is None or text.sha256 != typed.seen_digest:
        return Attempt(
            problem=(CHANGED if text.sha256 != typed.seen_digest else _NONE, {}), dead=True
        )
    code, sha256 = typed_code(typed.code), text.sha256
    marked = mark_of(key, code, user_id=user.id, text=text.uid, sha256=sha256)
    problem = _wrong(db, row, marked) if is_code(code) else _SLIP
    if problem is not None:
        return Attempt(problem=problem, dead=problem[0] == _OUT)
    second = has_second_factor(db, user.id)
    if second and row.proved_at is None:
        refused = _app_code(db, user, typed, limits=limits, key=key, now=now)
        if refused is not None:
            return refused
    row.method = SigningMethod.CODE_TOTP if second else SigningMethod.CODE
    row.proved_at = row.proved_at or now
    db.flush()
    signing = _signing(user, row, typed, text)
    return Attempt(text=offered(contract, text), signing=signing, code_id=row.id)


def _done(
    db: Session, contract: Contract, user: User, party: Party, seen_sha256: str
) -> OfferedText | None:
    """Return the text that this person already signed for that side from `seen_sha256`."""
    query = (
        select(ContractText)
        .join(ContractSignature, ContractSignature.version_id == ContractText.id)
        .where(
            ContractText.contract_id == contract.id,
            ContractSignature.party == party,
            ContractSignature.user_id == user.id,
            ContractSignature.shown_sha256 == seen_sha256,
        )
    )
    text = db.scalars(query.order_by(ContractText.id.desc()).limit(1)).one_or_none()
    return offered(contract, text) if text is not None else None


def _live(
    db: Session, user: User, text: ContractText, party: Party, now: datetime
) -> SigningCode | None:
    query = select(SigningCode).where(
        SigningCode.user_id == user.id,
        SigningCode.version_id == text.id,
        SigningCode.party == party,
        SigningCode.sha256 == text.sha256,
        SigningCode.voided_at.is_(None),
        SigningCode.used_at.is_(None),
        SigningCode.expires_at > now,
    )
    return db.scalars(query.with_for_update().order_by(SigningCode.id.desc()).limit(1)).first()


def _wrong(db: Session, row: SigningCode, marked: str) -> Said | None:
    """Return the problem of a code; the attempt is counted first, by an UPDATE with a limit."""
    counted = db.execute(
        update(SigningCode)
        .where(SigningCode.id == row.id, SigningCode.tries < TRIES)
        .values(tries=SigningCode.tries + 1)
        .returning(SigningCode.tries)
    ).scalar_one_or_none()
    if counted is None:
        return _OUT, {"most": TRIES}
    if hmac.compare_digest(row.code_hash, marked):
        db.execute(
            update(SigningCode).where(SigningCode.id == row.id).values(tries=SigningCode.tries - 1)
        )
        db.refresh(row)
        return None
    if counted >= TRIES:
        return _OUT, {"most": TRIES}
    return _WRONG, {"left": TRIES - counted}


def _app_code(
    db: Session, user: User, typed: Typed, *, limits: SessionLimits, key: bytes, now: datetime
) -> Attempt | None:
    """Return the problem of the signer's authenticator code, counted as at sign-in."""
    if not typed.app_code.strip():
        return Attempt(problem=(APP_NEEDED, {}))
    code = TypedCode(user.id, SignInPlace.ACCOUNT, typed.app_code)
    count_code(db, code, now, limits)
    try:
        spend_code(db, code, now, key)
    except Invalid as error:
        return Attempt(problem=(error.message, dict(error.params)), alarm=True)
    return None


def _signing(user: User, row: SigningCode, typed: Typed, text: ContractText) -> Signing:
    """Return what is signed, in French like the text, with the legal value of the signature."""
    paper = unpacked_paper(text.paper)
    client = row.party is Party.CLIENT
    with using_language("fr"):
        agreed = _(party_words(row.party), organisation=paper.organisation, operator=paper.operator)
        consent = f"{agreed} {_(EIDAS)}"
        function = paper.function if client else _(_FUNCTION)
    return Signing(
        party=row.party,
        name=paper.representative if client else user.name,
        function=function,
        email=user.email,
        at=row.proved_at or row.created_at,
        address=typed.address,
        method=row.method or SigningMethod.CODE,
        consent=consent,
        number=text.number,
    )


def offered(contract: Contract, text: ContractText) -> OfferedText:
    return OfferedText(
        uid=text.uid,
        contract=contract.uid,
        number=text.number,
        paper=unpacked_paper(text.paper),
        amendment=unpacked_amendment(text.amendment),
        storage_key=text.storage_key,
        sha256=text.sha256,
    )
