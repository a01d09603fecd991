"""Keep the absolute values of the decree, by category of activity, as the operator enters them."""

import sqlalchemy as sa
from alembic import op

revision = "0010_absolute_values"
down_revision = "0009_surfaces"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "operat_absolute_values",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("category_key", sa.String(), nullable=False),
        sa.Column("target_year", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("wh_per_m2", sa.BigInteger(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("category_key", "target_year", "first_day"),
    )
