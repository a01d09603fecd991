"""Alembic's entry: given a connection by `upgrade`, else it opens the settings' database."""

from alembic import context

import data.accounts.models
import data.audit.models
import data.bills.models
import data.budgets.models
import data.consumption.models
import data.contracts.models
import data.controls.models
import data.exports.models
import data.marks.models
import data.mirror.models
import data.notifications.models
import data.operat.models
import data.pces.models
import data.people.models
import data.prices.models
import data.programs.models
import data.rights.models
import data.runs.models
import data.settings.models
import data.signatures.models
import data.subjects.models
import data.thresholds.models
import data.weather.models  # noqa: F401 (each fills the metadata)
from data.db import Base, Database
from settings import Settings


def run() -> None:
    connection = context.config.attributes.get("connection")
    if connection is not None:
        context.configure(connection, target_metadata=Base.metadata, render_as_batch=True)
        context.run_migrations()
        return
    database = Database(Settings().database)
    options = {"portal_writes": True}
    with database.engine.connect().execution_options(**options) as own, own.begin():
        context.configure(own, target_metadata=Base.metadata, render_as_batch=True)
        context.run_migrations()


run()
