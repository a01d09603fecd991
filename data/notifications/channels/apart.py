"""A user's own channel is spoken to from a process of its own, with little time and memory.

Whoever answers is chosen by a user: it may answer an octet a minute, or without end. No timeout of
a socket bounds that, and a thread cannot be stopped; a process is killed with all it had in hand.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

from data.notifications.channels.errors import Refused, Unanswered, outcome_of
from data.notifications.channels.reach import Allow
from data.notifications.channels.services import by_apprise
from data.notifications.channels.webhook import by_webhook
from data.notifications.rules import is_public
from data.notifications.types import ChannelKind, Outcome, Parcel

Delivering = Callable[[Parcel, datetime], None]
SECONDS = 20  # that one delivery may take, whatever it says meanwhile
_ALONE = 5  # seconds more, after which an orphan ends by itself
_MEMORY = 256 * 1024 * 1024  # octets; Apprise needs a third of them
_ROOT = Path(__file__).parents[3]
_PROGRAM = (sys.executable, "-m", __package__)
_WAYS = {ChannelKind.WEBHOOK: by_webhook, ChannelKind.APPRISE: by_apprise}


def apart(
    way: ChannelKind, *, seconds: float = SECONDS, program: Sequence[str] = _PROGRAM
) -> Delivering:
    """How a parcel leaves by *way*: as `by_webhook` and `by_apprise`, but it ends in *seconds*."""

    def deliver(parcel: Parcel, at: datetime) -> None:
        said = {"way": way, "at": at.isoformat(), "seconds": seconds, "parcel": asdict(parcel)}
        try:
            done = subprocess.run(  # noqa: S603 (our own program, and nothing of it is a user's)
                program,
                input=json.dumps(said).encode(),  # not an argument: those are seen by all
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=_ROOT,
                env=_surroundings(os.environ),
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unanswered("too long") from None  # noqa: TRY003 (a code of the journal)
        _judge(done.stdout)

    return deliver


def _surroundings(ours: Mapping[str, str]) -> dict[str, str]:
    """Our own environment, without the portal's keys."""
    return {name: value for name, value in ours.items() if not name.startswith("PORTAL_")}


def _judge(said: bytes) -> None:
    try:
        outcome, problem = json.loads(said)
    except ValueError:
        raise Unanswered("broken off") from None  # noqa: TRY003 (a code of the journal)
    if outcome == Outcome.SENT:
        return
    if outcome == Outcome.LATER:
        raise Unanswered(problem)
    raise Refused(problem, gone=outcome == Outcome.GONE)


def serve(allow: Allow = is_public) -> None:
    """The other side: deliver the one parcel that standard input holds, and print how it went."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what it holds is secret
    said = json.load(sys.stdin)
    signal.setitimer(signal.ITIMER_REAL, said["seconds"] + _ALONE)  # if nobody is left to kill it
    way = _WAYS[ChannelKind(said["way"])]
    found: tuple[Outcome, str] = (Outcome.SENT, "")
    try:
        way(Parcel(**said["parcel"]), datetime.fromisoformat(said["at"]), allow=allow)
    except Exception as error:  # noqa: BLE001 (whatever a library lets through)
        found = outcome_of(error)
    sys.stdout.write(json.dumps(found))
