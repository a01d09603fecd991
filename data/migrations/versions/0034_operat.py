"""The sites that an organisation declares to OPERAT, by PCE."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operat_sites",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("efa", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("siren", sa.String(), nullable=False),
        sa.Column("siret", sa.String(), nullable=False),
        sa.Column("surface_dm2", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_operat_sites_organisation_id")
        ),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_operat_sites_pce_id")),
        sa.PrimaryKeyConstraint("pce_id", "organisation_id", name=op.f("pk_operat_sites")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_operat_sites_organisation_id"), "operat_sites", ["organisation_id"])
