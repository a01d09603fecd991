"""Dated components of what gas costs an organisation."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "price_components",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("pce_id", sa.Integer(), nullable=True),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisations.id"],
            name=op.f("fk_price_components_organisation_id"),
        ),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_price_components_pce_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_components")),
    )
    op.create_index(
        op.f("ix_price_components_organisation_id_pce_id"),
        "price_components",
        ["organisation_id", "pce_id"],
    )
    op.create_index(op.f("ix_price_components_pce_id"), "price_components", ["pce_id"])
