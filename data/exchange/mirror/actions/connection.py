"""Save, test and remove an organisation's upstream credentials."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice

from sqlalchemy import and_, delete, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import Database
from core.errors import Invalid, NotFound, PortalError
from core.i18n import N_
from data.exchange.mirror.actions.cancellation import cancel_unsent, hold_home
from data.exchange.mirror.actions.sendings import look_again
from data.exchange.mirror.channels import Upstream
from data.exchange.mirror.channels.administrator_notices import calm
from data.exchange.mirror.channels.credentials_seal import sealed
from data.exchange.mirror.channels.http_call import A_TRY
from data.exchange.mirror.channels.rate_limit import NO_CONNECTION
from data.exchange.mirror.models import (
    MirrorConnection,
    MirrorDrift,
    MirrorFault,
    MirrorRight,
    MirrorRound,
    MirrorSending,
    MirrorSpent,
    MirrorTask,
)
from data.exchange.mirror.types import (
    MOVING,
    Address,
    ConnectionState,
    Credentials,
    LineFault,
    MirrorChoice,
    MirrorPart,
    NotTaken,
    SendingState,
    SendingVerb,
    Spent,
    UpstreamDown,
)
from data.identity.accounts.models import Organisation
from data.identity.audit.actions import note
from data.notifications.types import NotificationKind
from data.rights.actions.transitions import RightAuthor
from data.rights.types import RightActor, RightTrigger

LONGEST = 200  # characters of a client id or a secret
MOST_READ = 5000  # rights read by a test; beyond, "+" is shown
SEES = N_(
    "Le distributeur vous a reconnu. Droits d’accès qu’il vous liste : {rights}. Seule cette"
    " liste est testée : les autres opérations, comme déclarer ou lire des données, ne se"
    " vérifient qu’à l’usage."
)
SEES_SOME = N_(
    "Le distributeur vous a reconnu. Droits d’accès qu’il vous liste : {rights}. Lignes"
    " illisibles, ignorées : {faults}. Seule cette liste est testée : les autres opérations,"
    " comme déclarer ou lire des données, ne se vérifient qu’à l’usage."
)
_NO_CLIENT = N_("Saisissez l’identifiant client que le distributeur vous a envoyé par courriel.")
_NO_SECRET = N_("Saisissez le secret que le distributeur vous a envoyé avec cet identifiant.")
_LONG = N_("Collez-le tel que le distributeur l’a envoyé : {most} signes au plus.")
_ODD = N_(
    "Collez-le tel que le distributeur l’a envoyé : sans espace, accent, émoticône ni signe"
    " invisible."
)

_NOT_THERE = (*MOVING, SendingState.UNSURE, SendingState.DROPPED)


def connect(
    db: Session, viewer: Viewer, credentials: Credentials, *, key: bytes, now: datetime
) -> None:
    """Save credentials, with the secret sealed by `key` and never shown again.

    Without a secret, the stored one stays if the client id is unchanged. At first everything is
    mirrored and nothing is sent. Raise Invalid, with the first wrong `field` and all in `wrong`;
    ContractNeeded.
    """
    _require(viewer)
    client_id, secret = credentials.client_id.strip(), credentials.secret.strip()
    connection = _lock_connection(db, viewer)
    needs_secret = connection is None or secret or connection.client_id != client_id
    wrong = {"secret": _problem(secret, _NO_SECRET)} if needs_secret else {}
    _refuse({"client_id": _problem(client_id, _NO_CLIENT)} | wrong)
    if connection is None:
        everything = sorted(part.value for part in MirrorPart)
        spent = db.get(MirrorSpent, viewer.organisation_id)
        connection = MirrorConnection(
            organisation_id=viewer.organisation_id,
            parts=everything,
            sends=False,
            created_at=now,
            day=spent and spent.day,
            calls=spent.calls if spent else 0,
        )
        db.add(connection)
    connection.client_id = client_id
    connection.sealed_secret = sealed(secret, key) if secret else connection.sealed_secret
    connection.state, connection.problem, connection.tried_at = ConnectionState.UNTRIED, [], None
    connection.sealed_token, connection.token_until = "", None
    connection.third_party = "" if needs_secret else connection.third_party
    _note(db, viewer, "mirror.connected", now, client_id=client_id)


def try_out(
    database: Database,
    viewer: Viewer,
    address: Address,
    *,
    key: bytes,
    clock: Callable[[], datetime],
) -> ConnectionState:
    """Test the stored credentials by reading the list of rights; store the result.

    It opens its own transactions. Raise NotFound without a connection.
    """
    _require(viewer)
    upstream = Upstream(database, address, key, viewer.organisation_id, clock=clock)
    upstream.within(A_TRY)
    problem: PortalError | None = None
    message: tuple[str, dict[str, object]] = (SEES, {})
    try:
        fault_flags = [isinstance(line, LineFault) for line in islice(upstream.rights(), MOST_READ)]
        faults = sum(fault_flags)
        more = "+" if len(fault_flags) == MOST_READ else ""
        filled: dict[str, object] = {"rights": f"{len(fault_flags) - faults}{more}"}
        message = (SEES_SOME, filled | {"faults": str(faults)}) if faults else (SEES, filled)
    except (UpstreamDown, NotTaken, Spent) as error:
        problem = error
    with database.transaction() as db:
        state = note_outcome(db, viewer.organisation_id, problem, now=clock(), message=message)
        if problem is None:
            note_third_party(db, viewer.organisation_id, upstream.third_party)
        _note(db, viewer, "mirror.tried", clock(), outcome=state.value)
    return state


def note_outcome(
    db: Session,
    organisation_id: int,
    error: PortalError | None,
    *,
    now: datetime,
    message: tuple[str, dict[str, object]] = ("", {}),
) -> ConnectionState:
    """Store how the other side last answered a test or a round; `error` None means well.

    A reached call limit means that the connection works.
    """
    state = ConnectionState.WORKING
    if isinstance(error, NotTaken):
        state = ConnectionState.REFUSED
    elif error is not None and not isinstance(error, Spent):
        state = ConnectionState.DOWN
    sentence, filled = message if error is None else (error.message, dict(error.params))
    answered = isinstance(error, NotTaken) and error.reached
    worked = {"worked_at": now} if error is None or answered else {}
    db.execute(
        update(MirrorConnection)
        .where(MirrorConnection.organisation_id == organisation_id)
        .values(state=state, problem=[sentence, filled] if sentence else [], tried_at=now, **worked)
    )
    if state is ConnectionState.WORKING:
        calm(db, organisation_id, NotificationKind.MIRROR_REFUSED, now)
    return state


def note_third_party(db: Session, organisation_id: int, name: str) -> None:
    """Store the third party's name from a list; do nothing when it is empty."""
    mine = MirrorConnection.organisation_id == organisation_id
    if name:
        db.execute(update(MirrorConnection).where(mine).values(third_party=name))


def choose(db: Session, viewer: Viewer, choice: MirrorChoice, now: datetime) -> int:
    """Store what is mirrored, and whether declarations are sent; return how many are cancelled.

    Once sending starts, the distributor writes to holders instead of this portal, and unsure
    messages are searched for. Once it stops, unsent declarations are cancelled. Raise NotFound
    without a connection; ContractNeeded to request more than before.
    """
    viewer.require(Permission.MIRROR)
    connection = _get_connection(db, viewer)
    # Reducing is always allowed
    more = choice.sends > connection.sends or choice.repairs > connection.repairs
    if more or not choice.parts <= {MirrorPart(part) for part in connection.parts}:
        viewer.require_contract()
    connection.parts = sorted(part.value for part in choice.parts)
    changed, connection.sends = connection.sends != choice.sends, choice.sends
    connection.repairs = choice.repairs
    _note(db, viewer, "mirror.chosen", now, parts=connection.parts, repairs=connection.repairs)
    if changed:
        _send_from_now_on(db, viewer, sends=choice.sends)
        what = "mirror.sends" if choice.sends else "mirror.sends_no_more"
        _note(db, viewer, what, now)
    if not choice.sends:
        why = RightTrigger.SENDING_STOPPED
        return cancel_unsent(db, viewer.organisation_id, why, _by(viewer, now))
    if changed:
        look_again(db, viewer.organisation_id, lambda _number: False)
    return 0


def forget(db: Session, viewer: Viewer, now: datetime) -> int:
    """Remove the connection, what was read through it, and what was not sent.

    Rights, readings, sent messages and the day's call count stay. Return how many unsent
    declarations are cancelled. Raise NotFound without a connection.
    """
    viewer.require(Permission.MIRROR)
    connection = _get_connection(db, viewer)
    _send_from_now_on(db, viewer, sends=False)
    why = RightTrigger.CONNECTION_FORGOTTEN
    cancelled = cancel_unsent(db, viewer.organisation_id, why, _by(viewer, now))
    for table in (MirrorDrift, MirrorTask, MirrorFault, MirrorRight, MirrorRound):
        db.execute(delete(table).where(table.organisation_id == viewer.organisation_id))
    # Ends that are not known upstream are found again after a new connection.
    ends = and_(MirrorSending.verb == SendingVerb.REVOKE, MirrorSending.state.in_(_NOT_THERE))
    mine = MirrorSending.organisation_id == viewer.organisation_id
    db.execute(delete(MirrorSending).where(mine, ends))
    if connection.day is not None:
        db.merge(
            MirrorSpent(
                organisation_id=connection.organisation_id,
                day=connection.day,
                calls=connection.calls,
            )
        )
    db.delete(connection)
    calm(db, viewer.organisation_id, NotificationKind.MIRROR_REFUSED, now)
    _note(db, viewer, "mirror.forgotten", now)
    return cancelled


def _by(viewer: Viewer, now: datetime) -> RightAuthor:
    return RightAuthor(RightActor.THIRD_PARTY, now, viewer)


def _require(viewer: Viewer) -> None:
    viewer.require(Permission.MIRROR)
    viewer.require_contract()


def _refuse(wrong: Mapping[str, str | None]) -> None:
    """Raise Invalid for the first wrong field, with all of them in `wrong`."""
    problems = {field: words for field, words in wrong.items() if words}
    for field, words in problems.items():
        raise Invalid(words, field=field, wrong=problems, most=LONGEST)


def _problem(text: str, missing: str) -> str | None:
    if not text:
        return missing
    if len(text) > LONGEST:
        return _LONG
    return None if text.isascii() and text.isprintable() and " " not in text else _ODD


def _lock_connection(db: Session, viewer: Viewer) -> MirrorConnection | None:
    """Return the connection, locked with its organisation so that changes are serial."""
    hold_home(db, viewer.organisation_id)
    mine = MirrorConnection.organisation_id == viewer.organisation_id
    return db.scalars(select(MirrorConnection).where(mine).with_for_update()).one_or_none()


def _get_connection(db: Session, viewer: Viewer) -> MirrorConnection:
    connection = _lock_connection(db, viewer)
    if connection is None:
        raise NotFound(NO_CONNECTION)
    return connection


def _send_from_now_on(db: Session, viewer: Viewer, *, sends: bool) -> None:
    own_organisation = update(Organisation).where(Organisation.id == viewer.organisation_id)
    db.execute(own_organisation.values(sends_upstream=sends))


def _note(db: Session, viewer: Viewer, what: str, now: datetime, **detail: object) -> None:
    subject = "organisation", viewer.organisation_id
    note(db, now, what, subject, actor=viewer.actor, detail=detail)
