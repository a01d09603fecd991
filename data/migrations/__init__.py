"""The schema and its history (Alembic)."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from data.db import Database


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the schema forward to *revision*, keeping its data."""
    config = _config()
    with database.engine.connect().execution_options(portal_writes=True) as connection:
        config.attributes["connection"] = connection
        with connection.begin():
            command.upgrade(config, revision)


def is_current(database: Database) -> bool:
    """Whether the schema is the newest this code knows."""
    with database.engine.connect() as connection:
        here = MigrationContext.configure(connection).get_current_revision()
    return here == ScriptDirectory.from_config(_config()).get_current_head()
