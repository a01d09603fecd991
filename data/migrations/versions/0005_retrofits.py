"""Keep the works of which savings are measured."""

import sqlalchemy as sa
from alembic import op

revision = "0005_retrofits"
down_revision = "0004_month_ratios"
branch_labels = None
depends_on = None
KINDS = ("boiler", "controls", "insulation", "windows", "ventilation", "hot_water", "other")


def upgrade() -> None:
    op.create_table(
        "retrofits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Enum(*KINDS, native_enum=False, length=20), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    columns = ["pce_id", "organisation_id", "finished_on"]
    op.create_index("ix_retrofits_pce_id_organisation_id_finished_on", "retrofits", columns)
    op.create_index("ix_retrofits_organisation_id", "retrofits", ["organisation_id"])
