"""Bills, held against readings."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None


def upgrade() -> None:
    nature = sa.Enum("measured", "estimated", name="nature", native_enum=False, length=20)
    op.create_table(
        "bills",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("nature", nature, nullable=False),
        sa.Column("start_dm3", sa.BigInteger(), nullable=True),
        sa.Column("end_dm3", sa.BigInteger(), nullable=True),
        sa.Column("coefficient_e4", sa.Integer(), nullable=True),
        sa.Column("energy_wh", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_bills_organisation_id")
        ),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_bills_pce_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bills")),
    )
    op.create_index(
        op.f("ix_bills_pce_id_organisation_id_first_day"),
        "bills",
        ["pce_id", "organisation_id", "first_day"],
    )
    op.create_index(op.f("ix_bills_organisation_id"), "bills", ["organisation_id"])
