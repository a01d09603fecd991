"""Whom the dossier of a contract names is invited once."""

import sqlalchemy as sa
from alembic import op

import core.database

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # None: the clock invites those whom the contracts in force had promised to.
    op.add_column("contracts", sa.Column("invited_at", core.database.Instant(timezone=True)))
