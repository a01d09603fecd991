"""Choose which tests `make test` leaves to `make proofs`, to stay short."""

import os
from collections import defaultdict
from pathlib import Path
from zlib import crc32

EVERY_WAY = bool(os.environ.get("PORTAL_EVERY_WAY"))  # all of it, as `make proofs` asks for
PURE = bool(os.environ.get("PORTAL_PURE"))  # only what needs no database, as `make check` asks for
STORES = {"bare", "database", "postgresql_url", "sqlite_template"}  # all databases come from these
EVERY = 4  # one in so many of the tests that say nothing of the database is run on PostgreSQL
EVERY_ALIKE = 8  # and one in so many of the cases that differ by a value
EVERY_SAMPLED = 4  # one in so many of costly cases that go the same way, on SQLite too


def examples(usual: int) -> int:
    """Return how many examples to try a property with: a quarter of the *usual*, all in proofs."""
    return usual if EVERY_WAY else usual // 4


def size(variable: str, usual: int) -> int:
    """Return the size of a proof: the environment *variable* if set, else the *usual* in proofs.

    `make test` takes a sixth of the usual, which shows that the property holds at all.
    """
    asked = os.environ.get(variable)
    if asked:
        return int(asked)
    return usual if EVERY_WAY else -(-usual // 6)


def leave_out(config, items, spared, asked_by=".py") -> None:
    """Remove from *items* what *spared* returns, except files (or `::` tests) given by name."""
    if EVERY_WAY:
        return
    asked = {Path(arg.partition("::")[0]).resolve() for arg in config.args if asked_by in arg}
    others = [item for item in spared(items) if item.path not in asked]
    config.hook.pytest_deselected(items=others)
    gone = set(others)
    items[:] = [item for item in items if item not in gone]


def spared_stores(items):
    """Return the tests that take a database, if only the others are wanted (`PORTAL_PURE`)."""
    return [item for item in items if STORES & set(item.fixturenames)] if PURE else []


def spared_proofs(items):
    """Return long proofs, most `sampled` cases, and most PostgreSQL tests that also run on SQLite.

    Tests marked `dialect` all stay: locks, bulk writes, sorting, migrations. Of the others, those
    marked `slow` run on SQLite alone, and the checksum of the name chooses among the rest, so that
    the next run finds the same failure.
    """
    names = {item.nodeid for item in items}
    groups = defaultdict(list)
    spared = []
    for item in sorted(items, key=lambda item: item.nodeid):
        has = item.get_closest_marker
        if has("proof"):
            spared.append(item)
        elif has("sampled") or (has("postgresql") and has("alike")):
            every = EVERY_ALIKE if has("alike") and has("postgresql") else EVERY_SAMPLED
            groups[item.location[0], item.originalname, bool(has("postgresql")), every].append(item)
        elif has("postgresql") and not has("dialect"):
            twin = item.nodeid.replace("postgresql", "sqlite")
            left = has("slow") or crc32(item.nodeid.encode()) % EVERY
            if left and twin != item.nodeid and twin in names:
                spared.append(item)
    for (*_test, every), group in groups.items():
        spared += [item for turn, item in enumerate(group) if turn % every]
    return spared
