"""Keep the reference year of the sites declared to OPERAT."""

import sqlalchemy as sa
from alembic import op

revision = "0006_operat_references"
down_revision = "0005_retrofits"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operat_references",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("energy_wh", sa.BigInteger(), nullable=True),
        sa.Column("degree_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"]),
        sa.PrimaryKeyConstraint("pce_id", "organisation_id"),
    )
