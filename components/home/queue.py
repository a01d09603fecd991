"""Describe what waits for the viewer, one task a kind: a count, the age of the oldest, one act."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum

from components.consumption.first_steps import CLAIM
from components.contracts.labels import WAY, address, ends_soon
from components.kit import Child
from components.notifications.episodes import chart_address, open_texts, task_title
from components.rights.pending import distributor_silence
from components.rights.readers_query import PATH as READERS
from components.upstream_message import quoted_sentence
from core.access import Viewer
from core.i18n import PARIS, _, number, plural, short_day
from data.contracts.types import ContractRow
from data.controls.rules.address_filters import TO_DO
from data.controls.types import ControlRow
from data.exchange.mirror.types import ConnectionState
from data.metering.pces.rules import days_late
from data.metering.pces.types import PceRow
from data.rights.types import RightRow
from data.runs.types import RunRow
from data.thresholds.types import HomeEpisodes
from data.upstream_message import UpstreamMessage

CONNECTION = "/admin?part=connections"


class TaskKind(IntEnum):
    """Kind of task; its number is stored with what a viewer set aside, so it never changes."""

    ALERTS = 1
    CONTRACT = 2
    CONTRACTS = 3
    CONTRACTS_ENDING = 4
    CREDENTIALS = 5
    HELD_ENDS = 6
    CONTROLS = 7
    REQUESTS = 8
    IDENTITIES = 9
    RIGHTS_ENDING = 10
    HOLDERS = 11
    UNSENT = 12
    RELAYED = 13
    UNHELD = 14
    LATE = 15
    FILES = 16
    CLAIMS = 17
    UNFINISHED_FILES = 18


@dataclass(frozen=True, slots=True)
class Task:
    """What waits, of one kind; `count` is that of its list at `href`."""

    kind: TaskKind
    look: tuple[str, str]  # icon and tone
    title: str
    note: str | Sequence[Child]
    act: str
    href: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class RightsToDo:
    """The rights that wait, by kind: their numbers, and the first of each."""

    to_check: Sequence[RightRow] = ()
    to_check_count: int = 0
    ending: Sequence[RightRow] = ()
    ending_count: int = 0
    waiting: int = 0  # for their holders
    waiting_since: datetime | None = None
    relayed: int = 0  # for the organisation's distributor
    unleft: int = 0  # of them, not sent yet
    connection: ConnectionState | None = None  # to that distributor
    request_count: int = 0  # of the viewer, who decides for a holder
    requested_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """The first rows of a list, and their number."""

    rows: Sequence[ControlRow] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class ContractsDue:
    """First pending contracts, first contracts ending soon, and whether there is none."""

    waiting: Sequence[ContractRow] = ()
    waiting_count: int = 0
    ending: Sequence[ContractRow] = ()
    ending_count: int = 0
    lacks: bool = False  # no contract, none in preparation


@dataclass(frozen=True, slots=True)
class ToDo:
    """All that may wait for a viewer."""

    episodes: HomeEpisodes
    rights: RightsToDo = RightsToDo()
    controls: Due = Due()
    contracts: ContractsDue = ContractsDue()
    refused: UpstreamMessage | None = None  # credentials, with the right to repair the connection
    on_hold_count: int = 0  # rights that the distributor would end, to confirm
    claims: int = 0  # delivery points that organisations ask for, for the distributor
    claimed_at: datetime | None = None  # the oldest
    unheld: int = 0  # PCEs of nobody, with the right to assign them
    late: Sequence[PceRow] = ()  # the latest first
    late_count: int = 0
    files: Sequence[RunRow] = ()  # refused or unfinished
    set_aside: Mapping[int, datetime] = field(default_factory=dict)  # until when, by kind


def list_tasks(viewer: Viewer, to_do: ToDo) -> list[Task]:
    """Return what waits, the most urgent kind first, what was set aside included."""
    return [
        *_alerts(viewer, to_do.episodes),
        *_connection(to_do),
        *_contracts(viewer, to_do.contracts),
        *_controls(viewer, to_do.controls),
        *_rights(viewer, to_do.rights),
        *_points(viewer, to_do),
        *_files(viewer, to_do.files),
    ]


def _age(since: date | datetime | None, today: date, count: int) -> str:
    """Return `depuis 18 j`, of the oldest of `count`; empty when unknown."""
    if since is None:
        return ""
    day = since.astimezone(PARIS).date() if isinstance(since, datetime) else since
    days = (today - day).days
    if days <= 0:
        return _("depuis aujourd’hui")
    age = number(days)
    return plural("depuis {days} j", "depuis {days} j pour le plus ancien", count, days=age)


def _in_days(days: int, count: int) -> str:
    return plural("dans {days} j", "le premier dans {days} j", count, days=number(days))


def _before(day: date, count: int) -> str:
    words = short_day(day)
    return plural("avant le {day}", "dont un avant le {day}", count, day=words)


def _alerts(viewer: Viewer, episodes: HomeEpisodes) -> Iterator[Task]:
    to_do, seen_count = episodes.to_do, sum(episodes.seen)
    if count := sum(to_do):
        title = ", ".join(open_texts(to_do))
        where = "/seuils?open=1"
        look = "exclamation-octagon", "bad"
        if count == to_do.warned:
            look = "graph-up", "warn"
        if count == 1 and episodes.rows:
            title = task_title(episodes.rows[0], viewer.today)
            where = chart_address(episodes.rows[0])
        are_all_listed = len(episodes.rows) == count
        oldest = min(row.first for row in episodes.rows) if are_all_listed else None
        notes = [_age(oldest, viewer.today, count)]
        if seen_count:
            notes.append(plural("et {count} déjà vue", "et {count} déjà vues", seen_count))
        note = ", ".join(filter(None, notes))
        yield Task(TaskKind.ALERTS, look, title, note, _("Voir"), where, count)


def _connection(to_do: ToDo) -> Iterator[Task]:
    look = "plug", "bad"
    if to_do.refused is not None:
        title = _("Le distributeur refuse vos identifiants")
        quoted = [*quoted_sentence(to_do.refused), " "] if to_do.refused.quote else []
        rest = _("Rien ne lui est demandé ni envoyé tant qu’ils ne sont pas corrigés.")
        yield Task(TaskKind.CREDENTIALS, look, title, [*quoted, rest], _("Corriger"), CONNECTION)
    if to_do.on_hold_count:
        title = _("Des droits seraient clos en grand nombre")
        note = plural(
            "{count} droit que le distributeur clôturerait attend votre décision.",
            "{count} droits que le distributeur clôturerait attendent votre décision.",
            to_do.on_hold_count,
        )
        yield Task(TaskKind.HELD_ENDS, ("plug", "warn"), title, note, _("Décider"), CONNECTION)


def _contracts(viewer: Viewer, due: ContractsDue) -> Iterator[Task]:
    look = "file-earmark-text", "warn"
    if due.lacks:
        title = _("Aucun contrat pour votre organisation")
        note = _("Sans contrat, aucun droit ne peut être déclaré et rien ne peut être exporté.")
        yield Task(TaskKind.CONTRACT, look, title, note, _("Commencer"), WAY)
    if due.waiting_count:
        count = due.waiting_count
        if viewer.staff:
            title = plural(
                "{count} contrat à contresigner", "{count} contrats à contresigner", count
            )
        else:
            title = plural("{count} contrat à suivre", "{count} contrats à suivre", count)
        act = _("Contresigner") if viewer.staff else _("Ouvrir")
        where = f"{WAY}?waits=1" if viewer.staff else WAY
        where = address(due.waiting[0].uid) if count == 1 else where
        oldest = min((row.changed_at for row in due.waiting), default=None)
        note = _age(oldest, viewer.today, count)
        yield Task(TaskKind.CONTRACTS, look, title, note, act, where, count)
    if due.ending_count:
        count, first = due.ending_count, due.ending[0]
        title = plural("{count} contrat finit", "{count} contrats finissent", count)
        note = _in_days(first.days_left or 0, count)
        act = _("Voir") if viewer.staff else _("Renouveler")
        where = f"{WAY}?ending=1" if viewer.staff else WAY
        look = "file-earmark-text", "warn" if ends_soon(first) else "info"
        yield Task(TaskKind.CONTRACTS_ENDING, look, title, note, act, where, count)


def _controls(viewer: Viewer, due: Due) -> Iterator[Task]:
    if not due.count:
        return
    if viewer.staff:
        title = plural("{count} preuve à vérifier", "{count} preuves à vérifier", due.count)
        act, where = _("Vérifier"), f"/controles?owner={TO_DO}"
    else:
        title = plural("{count} preuve à envoyer", "{count} preuves à envoyer", due.count)
        act, where = _("Envoyer"), "/controles"
    note = _before(due.rows[0].due_on, due.count) if due.rows else ""
    where = f"/controles?controle={due.rows[0].uid}" if due.count == 1 else where
    look = "patch-question", "warn"
    yield Task(TaskKind.CONTROLS, look, title, note, act, where, due.count)


def _rights(viewer: Viewer, rights: RightsToDo) -> Iterator[Task]:
    today = viewer.today
    if count := rights.request_count:
        title = plural(
            "{count} demande de lire vos données", "{count} demandes de lire vos données", count
        )
        look = "person-check", "info"
        note = _age(rights.requested_at, today, count)
        yield Task(TaskKind.REQUESTS, look, title, note, _("Répondre"), READERS, count)
    if count := rights.to_check_count:
        title = plural("{count} titulaire à vérifier", "{count} titulaires à vérifier", count)
        due = rights.to_check[0].answer_due if rights.to_check else None
        note = _before(due, count) if due else ""
        look, where = ("person-exclamation", "warn"), "/droits?state=recheck"
        yield Task(TaskKind.IDENTITIES, look, title, note, _("Vérifier"), where, count)
    if count := rights.ending_count:
        title = plural("{count} droit d’accès finit", "{count} droits d’accès finissent", count)
        ends_on = rights.ending[0].ends_on if rights.ending else None
        note = _in_days((ends_on - today).days, count) if ends_on else ""
        act, where = _("Renouveler"), "/droits?ending=soon"
        yield Task(TaskKind.RIGHTS_ENDING, ("calendar-x", "warn"), title, note, act, where, count)
    yield from _answers(today, rights)


def _answers(today: date, rights: RightsToDo) -> Iterator[Task]:
    """Yield the declarations that wait for holders or for the distributor."""
    mute, sent = distributor_silence(rights.connection), rights.relayed - rights.unleft
    tone, where = "warn" if mute else "info", "/droits?state=pending"
    if count := rights.waiting:
        title = plural(
            "{count} titulaire n’a pas encore répondu",
            "{count} titulaires n’ont pas encore répondu",
            count,
        )
        look, act = ("hourglass-split", "warn"), _("Relancer")
        note = _age(rights.waiting_since, today, count)
        yield Task(TaskKind.HOLDERS, look, title, note, act, where, count)
    if count := rights.unleft:
        title = plural(
            "{count} déclaration n’est pas encore partie au distributeur",
            "{count} déclarations ne sont pas encore parties au distributeur",
            count,
        )
        note = mute or _("Les demandes en attente partiront automatiquement dès qu’il répondra.")
        yield Task(TaskKind.UNSENT, ("send", tone), title, note, _("Suivre"), where, count)
    if sent > 0:
        title = plural(
            "{count} droit attend la réponse du distributeur",
            "{count} droits attendent la réponse du distributeur",
            sent,
        )
        note = mute or _("Il sollicite lui-même les titulaires.")
        look = "hourglass-split", tone
        yield Task(TaskKind.RELAYED, look, title, note, _("Suivre"), where, sent)


def _points(viewer: Viewer, to_do: ToDo) -> Iterator[Task]:
    if count := to_do.claims:
        title = plural("{count} point demandé", "{count} points demandés", count)
        note, look = _age(to_do.claimed_at, viewer.today, count), ("plus-square", "warn")
        yield Task(TaskKind.CLAIMS, look, title, note, _("Répondre"), CLAIM, count)
    if count := to_do.unheld:
        title = plural(
            "{count} PCE n’a pas de titulaire", "{count} PCE n’ont pas de titulaire", count
        )
        note = _("Vous seul les voyez : attribuez-les à une organisation.")
        look, where = ("building-exclamation", "warn"), "/pces?holder=none"
        yield Task(TaskKind.UNHELD, look, title, note, _("Attribuer"), where, count)
    if to_do.late_count > to_do.episodes.late:
        title = plural(
            "{count} PCE en retard de plus de 7 jours",
            "{count} PCE en retard de plus de 7 jours",
            to_do.late_count,
        )
        notes = [_late_words(viewer, to_do.late), _alerted_words(to_do.episodes.late)]
        note, where = ", ".join(filter(None, notes)), "/pces?fresh=stale"
        look = "clock-history", "bad"
        yield Task(TaskKind.LATE, look, title, note, _("Voir"), where, to_do.late_count)


def _late_words(viewer: Viewer, late: Sequence[PceRow]) -> str:
    days = [
        days_late(row.data_until, row.frequency, viewer.today) for row in late if row.data_until
    ]
    return _("jusqu’à {count} j de retard", count=number(max(days))) if days else ""


def _alerted_words(count: int) -> str:
    if not count:
        return ""
    return plural(
        "dont {count} signalé par une alerte", "dont {count} signalés par une alerte", count
    )


def _files(viewer: Viewer, runs: Sequence[RunRow]) -> Iterator[Task]:
    refused = [run for run in runs if run.is_refused]
    unfinished = [run for run in runs if run.is_unfinished]
    if count := len(refused):
        title = plural("{count} fichier refusé", "{count} fichiers refusés", count)
        look, act = ("file-earmark-x", "bad"), _("Corriger")
        age, where = _files_age(refused, viewer.today), _files_way(refused)
        yield Task(TaskKind.FILES, look, title, age, act, where, count)
    if count := len(unfinished):
        title = plural("{count} dépôt à terminer", "{count} dépôts à terminer", count)
        look, act = ("upload", "warn"), _("Terminer")
        age, where = _files_age(unfinished, viewer.today), _files_way(unfinished)
        yield Task(TaskKind.UNFINISHED_FILES, look, title, age, act, where, count)


def _files_age(runs: Sequence[RunRow], today: date) -> str:
    return _age(min(run.created_at for run in runs), today, len(runs))


def _files_way(runs: Sequence[RunRow]) -> str:
    return f"/operations?run={runs[0].id}" if len(runs) == 1 else "/operations"
