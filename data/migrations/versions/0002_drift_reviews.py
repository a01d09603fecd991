"""Keep the drifts that an organisation looked at."""

import sqlalchemy as sa
from alembic import op

revision = "0002_drift_reviews"
down_revision = "0001_initial"
branch_labels = None
depends_on = None


def upgrade() -> None:
    reasons = ("EXPLAINED", "PLANNED", "EXPECTED", "WRONG")
    op.create_table(
        "drift_reviews",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Enum(*reasons, native_enum=False, length=20), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=False),
        sa.Column("equal", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"]),
        sa.PrimaryKeyConstraint("pce_id", "organisation_id"),
    )
