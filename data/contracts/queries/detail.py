"""Query one contract: terms, texts, signatures, possible actions and history."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import PARIS
from core.records import copy_fields
from data.contracts.models import Contract, ContractEvent, ContractSignature, ContractText
from data.contracts.queries.visible import (
    HIDDEN,
    get_actor,
    get_contract_columns,
    get_contract_organisation,
    get_joined_query,
    is_last_actor,
    read_contract_row,
    visible,
)
from data.contracts.rules.dates import renewable_on
from data.contracts.rules.serializer import unpacked_amendment, unpacked_invites, unpacked_paper
from data.contracts.rules.states import LIVE, RENEWABLE, UNDER_WAY, advance
from data.contracts.types import (
    RESERVED,
    ContractActions,
    ContractActor,
    ContractDetail,
    ContractState,
    ContractTrigger,
    SignatureRow,
    TextRow,
    TextState,
    TimelineEntry,
)
from data.identity.accounts.models import User

_DOWNLOADS = (ContractTrigger.TEXT_DOWNLOADED, ContractTrigger.PROOF_DOWNLOADED)


def find_contract(db: Session, viewer: Viewer, uid: str) -> ContractDetail:
    """Return all of a contract; raise NotFound when it is not visible."""
    query = (
        get_joined_query(visible(viewer))
        .with_only_columns(*get_contract_columns())
        .where(Contract.uid == uid)
    )
    row = db.execute(query).one_or_none()
    if row is None:
        raise NotFound(HIDDEN)
    contract: Contract = row.Contract
    texts = list_texts(db, viewer, uid)
    verbs = _verbs(db, viewer, contract, texts)
    first = None if verbs.renew else renewable_on(contract.state, contract.ends_on)
    return ContractDetail(
        row=read_contract_row(row, viewer),
        reason=contract.reason,
        sent_at=contract.sent_at,
        ended_on=contract.ended_on,
        texts=texts,
        signer=contract.signer,
        verbs=verbs,
        renewable_on=first if first and first > viewer.today else None,
    )


def find_current(db: Session, viewer: Viewer, organisation_id: int | None = None) -> str | None:
    """Return the contract to show first: active, else in preparation, else the last."""
    return _first_of(db, viewer, organisation_id, ((ContractState.ACTIVE,), LIVE))


def find_under_way(db: Session, viewer: Viewer, organisation_id: int | None = None) -> str | None:
    """Return the contract in preparation, else that of `find_current`."""
    return _first_of(db, viewer, organisation_id, (UNDER_WAY, LIVE))


def _first_of(
    db: Session,
    viewer: Viewer,
    organisation_id: int | None,
    ranks: Sequence[tuple[ContractState, ...]],
) -> str | None:
    home = get_contract_organisation(db, viewer, organisation_id)
    query = visible(viewer).where(Contract.organisation_id == home)
    rows = db.execute(
        query.with_only_columns(Contract.uid, Contract.state).order_by(Contract.id.desc())
    ).all()
    for states in ranks:
        for row in rows:
            if row.state in states:
                return str(row.uid)
    over = (row.uid for row in rows if row.state is not ContractState.ABANDONED)
    return next(over, None)


def list_texts(db: Session, viewer: Viewer, uid: str) -> tuple[TextRow, ...]:
    """Return the texts of a contract with their signatures, latest first."""
    mine = visible(viewer).where(Contract.uid == uid).with_only_columns(Contract.id)
    query = select(ContractText).where(ContractText.contract_id.in_(mine))
    texts = list(db.scalars(query.order_by(ContractText.id.desc())))
    return _text_rows(db, texts)


def find_text(db: Session, viewer: Viewer, text_uid: str) -> TextRow:
    """Return one text of a visible contract."""
    mine = visible(viewer).with_only_columns(Contract.id)
    query = select(ContractText).where(
        ContractText.uid == text_uid, ContractText.contract_id.in_(mine)
    )
    rows = _text_rows(db, list(db.scalars(query)))
    if not rows:
        raise NotFound(HIDDEN)
    return rows[0]


def _text_rows(db: Session, texts: Sequence[ContractText]) -> tuple[TextRow, ...]:
    signed: dict[int, list[SignatureRow]] = {}
    ids = [version.id for version in texts]
    numbers = {version.id: version.number for version in texts}
    query = select(ContractSignature).where(ContractSignature.version_id.in_(ids))
    for row in db.scalars(query.order_by(ContractSignature.id)):
        signed.setdefault(row.version_id, []).append(
            copy_fields(SignatureRow, row, number=numbers[row.version_id])
        )
    return tuple(
        copy_fields(
            TextRow,
            version,
            paper=unpacked_paper(version.paper),
            amendment=unpacked_amendment(version.amendment),
            signatures=tuple(signed.get(version.id, ())),
            invites=unpacked_invites(version.dossier),
        )
        for version in texts
    )


def _verbs(
    db: Session, viewer: Viewer, contract: Contract, texts: Sequence[TextRow]
) -> ContractActions:
    actor, text = get_actor(viewer), next((text for text in texts if text.state.open), None)
    writes, staff = viewer.may(Permission.CONTRACTS_WRITE), actor is ContractActor.OPERATOR
    offered = text is not None and text.state is TextState.OFFERED
    signed = text is not None and text.state is TextState.CLIENT_SIGNED
    signs = offered and _is_signer(db, viewer, contract)
    counters = signed and staff and viewer.may(Permission.CONTRACTS_COUNTERSIGN)
    ends = viewer.may(Permission.CONTRACTS_COUNTERSIGN if staff else Permission.CONTRACTS_SIGN)
    ending = (
        ContractTrigger.TERMINATED_BY_OPERATOR if staff else ContractTrigger.TERMINATED_BY_CLIENT
    )
    done = [text.number for text in texts if text.state is TextState.COUNTERSIGNED]
    return ContractActions(
        send=writes and advance(contract.state, ContractTrigger.SENT, actor) is not None,
        take_back=writes and offered and is_last_actor(db, viewer, contract, ContractTrigger.SENT),
        refuse=signs,
        sign=signs,
        countersign=counters,
        refuse_signature=counters,
        terminate=ends and advance(contract.state, ending, actor) is not None,
        renew=writes
        and contract.state in RENEWABLE
        and (renewable_on(contract.state, contract.ends_on) or viewer.today) <= viewer.today
        and not _is_followed(db, contract),
        abandon=writes and can_abandon(db, viewer, contract),
        amend=staff
        and writes
        and contract.state is ContractState.ACTIVE
        and text is None
        and max(done, default=0) < RESERVED,
    )


def can_abandon(db: Session, viewer: Viewer, contract: Contract) -> bool:
    """Return whether a draft renewal can be abandoned, by the side that started it."""
    if (
        contract.renews_id is None
        or advance(contract.state, ContractTrigger.ABANDONED, get_actor(viewer)) is None
    ):
        return False
    return is_last_actor(db, viewer, contract, ContractTrigger.DRAFTED)


def _is_signer(db: Session, viewer: Viewer, contract: Contract) -> bool:
    if (
        not viewer.may(Permission.CONTRACTS_SIGN)
        or viewer.organisation_id != contract.organisation_id
    ):
        return False
    return db.scalar(select(User.email).where(User.id == viewer.user_id)) == contract.signer


def _is_followed(db: Session, contract: Contract) -> bool:
    """Return whether another contract of the organisation is in preparation or in force."""
    query = select(Contract.id).where(
        Contract.organisation_id == contract.organisation_id,
        Contract.id != contract.id,
        Contract.state.in_(LIVE),
    )
    return db.scalar(query.limit(1)) is not None


def list_contract_events(db: Session, viewer: Viewer, uid: str) -> tuple[TimelineEntry, ...]:
    """Return the events of a contract, latest first, with current names of people.

    Repeated downloads by a person appear once a day; the journal has them all.
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
    rows = db.execute(query.order_by(ContractEvent.id.desc())).all()
    return tuple(
        TimelineEntry(
            at=event.at,
            trigger=event.trigger,
            actor=event.actor,
            who=name or "",
            number=int(event.detail.get("number", 0)),
            reason=str(event.detail.get("reason", "")),
        )
        for event, name in _once_a_day(rows)
    )


def _given_up(viewer: Viewer, contract_id: int) -> ColumnElement[bool]:
    """Return the condition for its abandoned renewals."""
    renewals = visible(viewer).where(Contract.renews_id == contract_id)
    return and_(
        ContractEvent.trigger == ContractTrigger.ABANDONED,
        ContractEvent.contract_id.in_(renewals.with_only_columns(Contract.id)),
    )


def _once_a_day(rows: Sequence[Any]) -> Iterator[tuple[ContractEvent, str | None]]:
    seen_keys = set()
    for event, name in rows:
        day = event.at.astimezone(PARIS).date()
        key = (event.trigger, event.user_id, event.detail.get("number", 0), day)
        if event.trigger not in _DOWNLOADS or key not in seen_keys:
            yield event, name
        seen_keys.add(key)
