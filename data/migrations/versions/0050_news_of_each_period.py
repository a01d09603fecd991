"""What changed of published periods is noted one by one, as each is read whole or not at all."""

import sqlalchemy as sa
from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

_KEY = ("pce_id", "sort", "first_day", "last_day")


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("pk_reading_news", "reading_news")
        op.create_primary_key("pk_reading_news", "reading_news", _KEY)
        return
    op.create_table(
        "reading_news_new",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_reading_news_pce_id")),
        sa.PrimaryKeyConstraint(*_KEY, name=op.f("pk_reading_news")),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO reading_news_new (pce_id, sort, first_day, last_day)"
        " SELECT pce_id, sort, first_day, last_day FROM reading_news"
    )
    op.drop_table("reading_news")
    op.rename_table("reading_news_new", "reading_news")
