"""Send by a personal channel in a subprocess with time and memory limits.

A user chooses the server, which can answer one byte a minute, or endlessly. No socket timeout
limits that, and a thread cannot be stopped; a process can be killed.
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

from data.notifications.channels.errors import ChannelRefused, Unanswered, outcome_of
from data.notifications.channels.public_addresses import Allow
from data.notifications.channels.services import by_apprise, by_sms
from data.notifications.channels.webhook import by_webhook
from data.notifications.rules import is_public
from data.notifications.types import ChannelKind, ChannelMessage, SendOutcome

Delivering = Callable[[ChannelMessage, datetime], None]
SECONDS = 20  # maximum duration of one delivery
_ALONE = 5  # more seconds, after which an orphaned process ends itself
_MEMORY = 256 * 1024 * 1024  # bytes; Apprise needs a third of them
_ROOT = Path(__file__).parents[3]
_PROGRAM = (sys.executable, "-m", __package__)
_WAYS = {
    ChannelKind.WEBHOOK: by_webhook,
    ChannelKind.APPRISE: by_apprise,
    ChannelKind.SMS: by_sms,
}


def send_with_deadline(
    way: ChannelKind, *, seconds: float = SECONDS, program: Sequence[str] = _PROGRAM
) -> Delivering:
    """Return a function that sends by `way` within `seconds`, like `by_webhook` or `by_apprise`."""

    def deliver(parcel: ChannelMessage, at: datetime) -> None:
        job = {"way": way, "at": at.isoformat(), "seconds": seconds, "parcel": asdict(parcel)}
        try:
            done = subprocess.run(  # noqa: S603 (our own program, and nothing of it is a user's)
                program,
                input=json.dumps(job).encode(),  # not an argument: everybody can see those
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


def _surroundings(environment: Mapping[str, str]) -> dict[str, str]:
    """Return our environment without the portal's keys."""
    return {name: value for name, value in environment.items() if not name.startswith("PORTAL_")}


def _judge(output: bytes) -> None:
    try:
        outcome, problem = json.loads(output)
    except ValueError:
        raise Unanswered("broken off") from None  # noqa: TRY003 (a code of the journal)
    if outcome == SendOutcome.SENT:
        return
    if outcome == SendOutcome.LATER:
        raise Unanswered(problem)
    raise ChannelRefused(problem, gone=outcome == SendOutcome.GONE)


def serve(allow: Allow = is_public) -> None:
    """Deliver the message on standard input, in the subprocess, and print the outcome."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # its memory contains secrets
    job = json.load(sys.stdin)
    signal.setitimer(signal.ITIMER_REAL, job["seconds"] + _ALONE)  # if no parent is left to kill it
    way = _WAYS[ChannelKind(job["way"])]
    result: tuple[SendOutcome, str] = (SendOutcome.SENT, "")
    try:
        way(ChannelMessage(**job["parcel"]), datetime.fromisoformat(job["at"]), allow=allow)
    except Exception as error:  # noqa: BLE001 (whatever a library lets through)
        result = outcome_of(error)
    sys.stdout.write(json.dumps(result))
