"""Make the rows of a fleet in a second process, while the first one writes them."""

import os
import pickle
import subprocess
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from jobs.demo.fleet import site
from jobs.demo.plan import DemoPlan
from jobs.demo.site_rows import SiteRows, rows_of
from jobs.demo.sites import DemoSite
from jobs.demo.world import World

BATCH = 100
ALONE = 200  # sites: for fewer, a second process would start longer than it works
_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Preparation:
    """What rows to make: those of the sites of `plan` that are not `present` yet."""

    plan: DemoPlan
    present: Collection[str]  # numbers
    now: datetime
    sqlite: bool
    batch: int

    def list_starts(self) -> range:
        """Return the index of the first site of each batch."""
        return range(self.plan.first, self.plan.first + self.plan.pces, self.batch)

    def list_batches(self) -> Iterator[list[DemoSite]]:
        """Yield the sites by batches, in their order."""
        plan = self.plan
        for start in self.list_starts():
            stop = min(start + self.batch, plan.first + plan.pces)
            yield [site(plan.seed, index, plan.today) for index in range(start, stop)]

    def list_missing(self, batch: Sequence[DemoSite]) -> list[DemoSite]:
        """Return the sites of `batch` that are not present."""
        return [demo_site for demo_site in batch if demo_site.number not in self.present]

    def make_rows(self) -> Iterator[list[SiteRows]]:
        """Yield the rows of the missing sites of each batch."""
        world = World(self.plan)
        clock = world.clock(self.now, sqlite=self.sqlite)
        for batch in self.list_batches():
            yield [rows_of(world, missing, clock) for missing in self.list_missing(batch)]


@contextmanager
def rows_ahead(preparation: Preparation) -> Iterator[Iterator[list[SiteRows]]]:
    """Provide the rows of each batch, made ahead by a second process for a large fleet.

    The process holds no database and ends with this one: it then has nobody to send rows to.
    """
    if preparation.plan.pces <= ALONE:
        yield preparation.make_rows()
        return
    command = [sys.executable, "-c", "from jobs.demo.preparation import main; main()"]
    with subprocess.Popen(  # noqa: S603 (our own program)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=_ROOT
    ) as process:
        assert process.stdin and process.stdout  # noqa: S101, PT018 (pipes, as asked above)
        plan = replace(preparation.plan, password="")
        process.stdin.write(pickle.dumps(replace(preparation, plan=plan)))
        process.stdin.close()
        try:
            yield (pickle.load(process.stdout) for _ in preparation.list_starts())  # noqa: S301 (our own rows)
        finally:
            process.kill()


def main() -> None:
    """Send the rows of the preparation that the standard input holds."""
    preparation = pickle.load(sys.stdin.buffer)  # noqa: S301 (of our parent)
    try:
        for rows in preparation.make_rows():
            pickle.dump(rows, sys.stdout.buffer, pickle.HIGHEST_PROTOCOL)
            sys.stdout.buffer.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python flushes again
