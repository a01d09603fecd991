"""Alembic's entry: given a connection by `upgrade`, else it opens the settings' database."""

from alembic import context

from core.database import Base, Database
from core.settings import Settings
from data.migrations import is_modelled, tables


def run() -> None:
    tables()  # fill the metadata
    connection = context.config.attributes.get("connection")
    if connection is not None:
        context.configure(connection, target_metadata=Base.metadata, render_as_batch=True)
        context.run_migrations()
        return
    database = Database(Settings().database)
    options = {"portal_writes": True}
    with database.engine.connect().execution_options(**options) as own, own.begin():
        context.configure(
            own,
            target_metadata=Base.metadata,
            render_as_batch=True,
            include_name=is_modelled,
        )
        context.run_migrations()


run()
