"""What others wait for: behind long files, beside a greedy reader, under requests sent by halves.

`python -m bench fairness` starts a portal of its own, as `make run` does.
"""

import http.client
import http.cookiejar
import itertools
import socket
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from statistics import median

from sqlalchemy import func, select

from bench.report import Line, bound, ratio
from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from data.identity.accounts.models import Organisation, User
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.runs.actions import open_run
from data.runs.files import Incoming, folder_of
from data.runs.models import Run
from data.runs.queries import count_waiting
from data.runs.types import DepositLimits, RunState
from tests.factories import make_confirmed
from tests.journeys.portal import Portal

GREEDY, OTHER = "camille@tilleuls.example", "sofia@armoise.example"
CONNECTIONS, SECONDS = 16, 8.0
TOGETHER = 240  # PCE on the page of the greedy reader
HALVES = 64
FILES, LINES, SITES = 4, 499_500, 500
LONGEST = 900.0  # seconds that the long files are waited for


def measure(portal: Portal) -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for each kind of load."""
    yield "Beside a greedy reader", greedy_reader(portal)
    yield "Under requests sent by halves", half_requests(portal)
    yield "Behind long files", long_files(portal)


def signed_in(portal: Portal, email: str) -> str:
    """The cookies of *email*, as a header."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    opener.open(f"{portal.url}/connexion").read()
    token = next(cookie.value for cookie in jar if cookie.name == "_csrf_token")
    typed = {"csrf_token": token, "email": email, "password": portal.password}
    opener.open(f"{portal.url}/connexion", urllib.parse.urlencode(typed).encode()).read()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def asked(portal: Portal, path: str, cookies: str, timeout: float = 60) -> tuple[int, float]:
    """The status of a page, and how long its answer took in milliseconds."""
    place = urllib.parse.urlsplit(portal.url)
    began = time.perf_counter()
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=timeout)
    try:
        connection.request("GET", path, headers={"Cookie": cookies})
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    return answer.status, 1000 * (time.perf_counter() - began)


def times_of(portal: Portal, path: str, cookies: str, seconds: float) -> list[float]:
    found, until = [], time.monotonic() + seconds
    while time.monotonic() < until:
        status, took = asked(portal, path, cookies)
        assert status == 200, status
        found.append(took)
    return sorted(found)


def greedy_reader(portal: Portal) -> list[Line]:
    """`/pces` of one person while another has sixteen connections on costly addresses."""
    mine, theirs = signed_in(portal, OTHER), signed_in(portal, GREEDY)
    numbers = portal.held_by(GREEDY)[:TOGETHER]
    costly = [
        "/consommations?" + urllib.parse.urlencode({"pce": ",".join(numbers), "step": "day"}),
        "/export/ensemble?"
        + urllib.parse.urlencode({"pce": ",".join(numbers), "step": "day", "format": "xlsx"}),
    ]
    times_of(portal, "/pces", mine, 2)
    idle = times_of(portal, "/pces", mine, 4)
    alone = [asked(portal, path, theirs) for path in costly]
    statuses: list[int] = []
    with beside([lambda path=path: statuses.append(asked(portal, path, theirs)[0])
                 for path in itertools.islice(itertools.cycle(costly), CONNECTIONS)]):  # fmt: skip
        time.sleep(1)
        held = times_of(portal, "/pces", mine, SECONDS)
    said = ", ".join(f"{status} in {took:.0f} ms" for status, took in alone)
    answered = {status: statuses.count(status) for status in sorted(set(statuses))}
    return [
        Line(f"{len(numbers)} PCE; /export, alone", said, "", "", "", None),
        ratio(
            f"/pces beside {CONNECTIONS} connections, median",
            (median(held), "ms"),
            ("idle", median(idle)),
            3,
            most=True,
        ),
        Line("p95", f"{p95(held):,.1f} ms", f"idle {p95(idle):,.1f} ms", "", "", None),
        Line("the greedy reader was answered", str(answered), "", "", "", None),
    ]


def p95(times: Sequence[float]) -> float:
    return sorted(times)[int(len(times) * 0.95)]


@contextmanager
def beside(loops: Sequence[Callable[[], object]]) -> Iterator[None]:
    """Each of *loops* again and again in a thread of its own, while the block runs."""
    stop = threading.Event()

    def run(work: Callable[[], object]) -> None:
        while not stop.is_set():
            try:
                work()
            except OSError:
                time.sleep(0.05)

    threads = [threading.Thread(target=run, args=(work,)) for work in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def half_requests(portal: Portal) -> list[Line]:
    """Five probes under so many halves of heads, then of bodies."""
    place = urllib.parse.urlsplit(portal.url)
    lines = []
    for what, content in (
        ("heads", b"GET / HTTP/1.1\r\nHost: x\r\n"),
        ("bodies", b"POST /connexion HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\na"),
    ):
        with ExitStack() as stack:
            for _half in range(HALVES):
                address = (place.hostname or "", place.port or 0)
                stack.enter_context(socket.create_connection(address)).sendall(content)
            good = 0
            for _probe in range(5):
                try:
                    good += asked(portal, "/connexion", "", timeout=1)[0] == 200
                except OSError:
                    continue
        probes = f"{good} of 5 probes"
        lines.append(Line(f"{HALVES} half {what}", probes, "", "", "5", good == 5))
    return lines


def long_files(portal: Portal) -> list[Line]:
    """A one-line file of one organisation behind long files of others; people's own writes."""
    database, cookies = portal.database, signed_in(portal, OTHER)
    depositors = [depositor(database, at) for at in range(FILES + 1)]
    idle = [write(portal, cookies) for _time in range(30)]
    for user in depositors[1:]:
        deposit(portal, user, sheet(user, LINES // SITES))
    until_begun(database)
    began, writes, waits = time.monotonic(), list[float](), list[float]()
    with beside([lambda: (writes.append(write(portal, cookies)), time.sleep(0.05))]):
        for _file in range(5):
            waits.append(until_done(database, deposit(portal, depositors[0], sheet(depositors[0]))))
            time.sleep(1)
        still = left(database)
        while left(database) and time.monotonic() - began < LONGEST:
            time.sleep(0.5)
    took = time.monotonic() - began
    usual = f"idle median {median(idle):,.0f} ms, p95 {p95(idle):,.0f} ms"
    words = f"{median(writes):,.0f} ms, {max(writes):,.0f} ms"
    return [
        bound(f"one line behind {FILES} files of {LINES:,}, longest of 5", max(waits), "s", 3),
        Line("files still being stored by then", f"{still} of {FILES}", "", "", "", None),
        bound(f"{len(writes)} other writes meanwhile, p95", p95(writes), "ms", 300),
        Line("their median and longest", words, usual, "", "", None),
        Line(f"all {FILES} files", f"{took:,.0f} s", f"{left(database)} left", "", "", None),
    ]


def depositor(database: Database, at: int) -> Viewer:
    """An organisation of its own, its sites, and the person who deposits for it."""
    now, stamp = datetime.now(UTC), time.time_ns() // 1000 % 10**8
    with database.transaction() as db:
        owner = Organisation(name=f"Dépôts {stamp}", kind=OrganisationKind.COMPANY, created_at=now)
        db.add(owner)
        db.flush()
        person = User(
            organisation_id=owner.id,
            email=f"depots{stamp}@bench.example",
            name="Dépôts",
            role=Role.FACILITY_MANAGER,
            password_hash="!",
            password_changed_at=now,
            created_at=now,
        )
        sites = 1 if at == 0 else SITES
        db.add(person)
        db.add_all(
            Pce(
                number=f"09{stamp:08d}{site:04d}",
                frequency=Frequency.DAILY,
                holder_id=owner.id,
                search="",
            )
            for site in range(sites)
        )
        db.flush()
        return Viewer(person.id, owner.id, owner.kind, person.role, now.date())


def sheet(viewer: Viewer, days: int = 1) -> Callable[[Database], bytes]:
    """Our own CSV of so many *days* of each site of *viewer*."""

    def written(database: Database) -> bytes:
        with database.reading() as db:
            mine = select(Pce.number).where(Pce.holder_id == viewer.organisation_id)
            numbers = list(db.scalars(mine))
        last = viewer.today - timedelta(days=5)
        dates = [(last - timedelta(days=back)).isoformat() for back in range(days)]
        lines = [f"{number};{day};1;11" for number in numbers for day in dates]
        return "\n".join(["PCE;Journée gazière;Volume (m3);Energie (kWh PCS)", *lines]).encode()

    return written


def deposit(portal: Portal, viewer: Viewer, content: Callable[[Database], bytes]) -> int:
    file = Incoming(folder_of(portal.var), DepositLimits().file_octets)
    file.write(content(portal.database))
    kept = file.keep("relevés.csv")
    with portal.database.transaction() as db:
        return make_confirmed(db, open_run(db, viewer, kept, now=datetime.now(UTC)))


def until_done(database: Database, run_id: int) -> float:
    began = time.monotonic()
    while True:
        with database.reading() as db:
            state = db.scalar(select(Run.state).where(Run.id == run_id))
        if state is RunState.DONE:
            return time.monotonic() - began
        if state not in {RunState.RECEIVED, RunState.WORKING}:
            raise RuntimeError(f"run {run_id} is {state}")
        time.sleep(0.02)


def until_begun(database: Database) -> None:
    """Wait until a long file is being stored: the first turns only read."""
    begun = select(func.max(Run.done)).where(Run.state == RunState.WORKING)
    while left(database):
        with database.reading() as db:
            if db.scalar(begun):
                return
        time.sleep(0.05)
    raise RuntimeError("the long files were refused")


def left(database: Database) -> int:
    with database.reading() as db:
        return count_waiting(db)


def write(portal: Portal, cookies: str) -> float:
    """How long a person waits for a preference to be kept, in milliseconds."""
    place = urllib.parse.urlsplit(portal.url)
    token = cookies.split("_csrf_token=")[1].split(";", maxsplit=1)[0]
    theme = ("dark", "light")[time.monotonic_ns() % 2]
    body = urllib.parse.urlencode({"csrf_token": token, "theme": theme})
    began = time.perf_counter()
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
    headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", "/preferences", body, headers)
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    assert answer.status < HTTPStatus.BAD_REQUEST, answer.status
    return 1000 * (time.perf_counter() - began)
