"""What an organisation means to burn or to spend in twelve months, and what each budget was."""

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("pce_id", sa.Integer(), nullable=True),
        sa.Column("tag", sa.String(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("first_month", sa.Date(), nullable=False),
        sa.Column("months", sa.JSON(), nullable=False),
        sa.Column("by_climate", sa.Integer(), nullable=False),
        sa.Column("by_past", sa.Integer(), nullable=False),
        sa.Column("by_days", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_budgets_organisation_id")
        ),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_budgets_pce_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
    )
    op.create_index(
        op.f("ix_budgets_organisation_id_pce_id"), "budgets", ["organisation_id", "pce_id"]
    )
    op.create_index(op.f("ix_budgets_pce_id"), "budgets", ["pce_id"])
    op.create_table(
        "budget_changes",
        sa.Column("budget_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["budget_id"], ["budgets.id"], name=op.f("fk_budget_changes_budget_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_budget_changes_user_id")),
        sa.PrimaryKeyConstraint("budget_id", "version", name=op.f("pk_budget_changes")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_budget_changes_user_id"), "budget_changes", ["user_id"])
