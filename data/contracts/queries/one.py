"""One contract: what it says, its texts, who signed them, what may be done of it, its life."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.accounts.models import User
from data.contracts.models import Contract, ContractEvent, ContractSignature, ContractText
from data.contracts.queries.visible import (
    HIDDEN,
    actor_of,
    columns,
    contract_row,
    did_last,
    joined,
    organisation_for,
    visible,
)
from data.contracts.rules.dates import renewable_on
from data.contracts.rules.packing import unpacked_amendment, unpacked_invites, unpacked_paper
from data.contracts.rules.states import LIVE, RENEWABLE, UNDER_WAY, advance
from data.contracts.types import (
    RESERVED,
    Actor,
    ContractDetail,
    ContractState,
    SignatureRow,
    TextRow,
    TextState,
    TimelineEntry,
    Trigger,
    Verbs,
)
from data.errors import NotFound
from i18n import PARIS

_DOWNLOADS = (Trigger.TEXT_DOWNLOADED, Trigger.PROOF_DOWNLOADED)


def find_contract(db: Session, viewer: Viewer, uid: str) -> ContractDetail:
    """All of one contract; NotFound when it is absent or hidden."""
    query = joined(visible(viewer)).with_only_columns(*columns()).where(Contract.uid == uid)
    row = db.execute(query).one_or_none()
    if row is None:
        raise NotFound(HIDDEN)
    one: Contract = row.Contract
    texts = list_texts(db, viewer, uid)
    verbs = _verbs(db, viewer, one, texts)
    first = None if verbs.renew else renewable_on(one.state, one.ends_on)
    return ContractDetail(
        row=contract_row(row, viewer),
        reason=one.reason,
        sent_at=one.sent_at,
        ended_on=one.ended_on,
        texts=texts,
        signer=one.signer,
        verbs=verbs,
        renewable_on=first if first and first > viewer.today else None,
    )


def find_current(db: Session, viewer: Viewer, organisation_id: int | None = None) -> str | None:
    """The contract of an organisation to look at first: active, else under way, else the last."""
    return _first_of(db, viewer, organisation_id, ((ContractState.ACTIVE,), LIVE))


def find_under_way(db: Session, viewer: Viewer, organisation_id: int | None = None) -> str | None:
    """The one that its dossier is for: under way, else as `find_current` says."""
    return _first_of(db, viewer, organisation_id, (UNDER_WAY, LIVE))


def _first_of(
    db: Session,
    viewer: Viewer,
    organisation_id: int | None,
    ranks: Sequence[tuple[ContractState, ...]],
) -> str | None:
    home = organisation_for(db, viewer, organisation_id)
    query = visible(viewer).where(Contract.organisation_id == home)
    found = db.execute(
        query.with_only_columns(Contract.uid, Contract.state).order_by(Contract.id.desc())
    ).all()
    for states in ranks:
        for row in found:
            if row.state in states:
                return str(row.uid)
    over = (row.uid for row in found if row.state is not ContractState.ABANDONED)
    return next(over, None)


def list_texts(db: Session, viewer: Viewer, uid: str) -> tuple[TextRow, ...]:
    """The texts of a contract, the latest first, each with its signatures."""
    mine = visible(viewer).where(Contract.uid == uid).with_only_columns(Contract.id)
    query = select(ContractText).where(ContractText.contract_id.in_(mine))
    texts = list(db.scalars(query.order_by(ContractText.id.desc())))
    return _text_rows(db, texts)


def find_text(db: Session, viewer: Viewer, text_uid: str) -> TextRow:
    """One text of a contract that the viewer may see: to read it, to download it for ever."""
    mine = visible(viewer).with_only_columns(Contract.id)
    query = select(ContractText).where(
        ContractText.uid == text_uid, ContractText.contract_id.in_(mine)
    )
    found = _text_rows(db, list(db.scalars(query)))
    if not found:
        raise NotFound(HIDDEN)
    return found[0]


def _text_rows(db: Session, texts: Sequence[ContractText]) -> tuple[TextRow, ...]:
    signed: dict[int, list[SignatureRow]] = {}
    ids = [one.id for one in texts]
    numbers = {one.id: one.number for one in texts}
    query = select(ContractSignature).where(ContractSignature.version_id.in_(ids))
    for row in db.scalars(query.order_by(ContractSignature.id)):
        signed.setdefault(row.version_id, []).append(_signature(row, numbers[row.version_id]))
    return tuple(
        TextRow(
            uid=one.uid,
            kind=one.kind,
            number=one.number,
            round=one.round,
            state=one.state,
            template=one.template,
            paper=unpacked_paper(one.paper),
            amendment=unpacked_amendment(one.amendment),
            created_at=one.created_at,
            shown_sha256=one.shown_sha256,
            sha256=one.sha256,
            storage_key=one.storage_key,
            signatures=tuple(signed.get(one.id, ())),
            invites=unpacked_invites(one.dossier),
        )
        for one in texts
    )


def _signature(row: ContractSignature, number: int) -> SignatureRow:
    return SignatureRow(
        party=row.party,
        number=number,
        name=row.name,
        function=row.function,
        email=row.email,
        at=row.at,
        address=row.address,
        method=row.method,
        consent=row.consent,
        level=row.level,
        shown_sha256=row.shown_sha256,
        sha256=row.sha256,
        storage_key=row.storage_key,
    )


def _verbs(db: Session, viewer: Viewer, one: Contract, texts: Sequence[TextRow]) -> Verbs:
    actor, text = actor_of(viewer), next((text for text in texts if text.state.open), None)
    writes, staff = viewer.may(Permission.CONTRACTS_WRITE), actor is Actor.OPERATOR
    offered = text is not None and text.state is TextState.OFFERED
    signed = text is not None and text.state is TextState.CLIENT_SIGNED
    signs = offered and _is_signer(db, viewer, one)
    counters = signed and staff and viewer.may(Permission.CONTRACTS_COUNTERSIGN)
    ends = viewer.may(Permission.CONTRACTS_COUNTERSIGN if staff else Permission.CONTRACTS_SIGN)
    ending = Trigger.TERMINATED_BY_OPERATOR if staff else Trigger.TERMINATED_BY_CLIENT
    done = [text.number for text in texts if text.state is TextState.COUNTERSIGNED]
    return Verbs(
        send=writes and advance(one.state, Trigger.SENT, actor) is not None,
        take_back=writes and offered and did_last(db, viewer, one, Trigger.SENT),
        refuse=signs,
        sign=signs,
        countersign=counters,
        refuse_signature=counters,
        terminate=ends and advance(one.state, ending, actor) is not None,
        renew=writes
        and one.state in RENEWABLE
        and (renewable_on(one.state, one.ends_on) or viewer.today) <= viewer.today
        and not _is_followed(db, one),
        abandon=writes and can_abandon(db, viewer, one),
        amend=staff
        and writes
        and one.state is ContractState.ACTIVE
        and text is None
        and max(done, default=0) < RESERVED,
    )


def can_abandon(db: Session, viewer: Viewer, one: Contract) -> bool:
    """A renewal that is a draft, by the side that began it: the contract before stays."""
    if one.renews_id is None or advance(one.state, Trigger.ABANDONED, actor_of(viewer)) is None:
        return False
    return did_last(db, viewer, one, Trigger.DRAFTED)


def _is_signer(db: Session, viewer: Viewer, one: Contract) -> bool:
    if not viewer.may(Permission.CONTRACTS_SIGN) or viewer.organisation_id != one.organisation_id:
        return False
    return db.scalar(select(User.email).where(User.id == viewer.user_id)) == one.signer


def _is_followed(db: Session, one: Contract) -> bool:
    """Another contract of the organisation is under way, or in force."""
    query = select(Contract.id).where(
        Contract.organisation_id == one.organisation_id,
        Contract.id != one.id,
        Contract.state.in_(LIVE),
    )
    return db.scalar(query.limit(1)) is not None


def timeline_of(db: Session, viewer: Viewer, uid: str) -> tuple[TimelineEntry, ...]:
    """What happened to a contract, the latest first; names of people as they are now.

    Of what a person downloads again and again, the last of each day: the journal has them all.
    """
    contract_id = db.scalar(
        visible(viewer).where(Contract.uid == uid).with_only_columns(Contract.id)
    )
    if contract_id is None:
        raise NotFound(HIDDEN)
    query = (
        select(ContractEvent, User.name)
        .outerjoin(User, User.id == ContractEvent.user_id)
        .where(or_(ContractEvent.contract_id == contract_id, _given_up(viewer, contract_id)))
    )
    found = db.execute(query.order_by(ContractEvent.id.desc())).all()
    return tuple(_entry(event, name) for event, name in _once_a_day(found))


def _given_up(viewer: Viewer, contract_id: int) -> ColumnElement[bool]:
    """The renewals of it that were begun and abandoned: its life says both."""
    renewals = visible(viewer).where(Contract.renews_id == contract_id)
    return and_(
        ContractEvent.trigger == Trigger.ABANDONED,
        ContractEvent.contract_id.in_(renewals.with_only_columns(Contract.id)),
    )


def _once_a_day(found: Sequence[Any]) -> Iterator[tuple[ContractEvent, str | None]]:
    seen = set()
    for event, name in found:
        day = event.at.astimezone(PARIS).date()
        key = (event.trigger, event.user_id, event.detail.get("number", 0), day)
        if event.trigger not in _DOWNLOADS or key not in seen:
            yield event, name
        seen.add(key)


def _entry(event: ContractEvent, name: str | None) -> TimelineEntry:
    return TimelineEntry(
        at=event.at,
        trigger=event.trigger,
        actor=event.actor,
        who=name or "",
        number=int(event.detail.get("number", 0)),
        reason=str(event.detail.get("reason", "")),
    )
