"""Give every command its settings and, on demand, a migrated database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import click
from structlog import get_logger
from tqdm import tqdm

from core.database import Database
from data.identity.settings.queries import read_values
from data.identity.settings.types import OperatorSettings
from data.migrations import is_current, upgrade
from data.migrations.completeness import complete_schema

if TYPE_CHECKING:
    from core.settings import Settings


@dataclass
class CommandPortal:
    """Settings and database of a command; `demo_password` creates the password when called."""

    settings: Settings
    demo_password: Callable[[], str]
    _opened: list[Database] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """Return the database, migrated if it was empty, outdated or incomplete."""
        if not self._opened:
            database = Database(self.settings.database)
            self._opened.append(database)
            if not is_current(database):
                upgrade(database)
            added = complete_schema(database)
            if added:
                get_logger().warning("database.completed", added=added)
        return self._opened[0]

    @property
    def values(self) -> OperatorSettings:
        """Return the operator's settings in force now: they may change while the scheduler runs."""
        with self.database.reading() as db:
            return read_values(db, OperatorSettings.of_environment(self.settings))

    def close(self) -> None:
        while self._opened:
            self._opened.pop().close()


pass_portal = click.make_pass_decorator(CommandPortal)

bar = partial[Any](tqdm, ascii=" ━", dynamic_ncols=True, disable=None)  # silent without a terminal
