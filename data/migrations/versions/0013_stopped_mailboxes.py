"""A holder who wants no letter any more gets none: mailboxes that are left alone."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stopped_mailboxes",
        sa.Column("mailbox", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("mailbox", name=op.f("pk_stopped_mailboxes")),
    )
    op.add_column(
        "right_letters", sa.Column("mailbox", sa.String(), nullable=False, server_default="")
    )
    _say_mailboxes()
    with op.batch_alter_table("right_letters") as batch:
        batch.alter_column("mailbox", server_default=None)
    op.create_index(op.f("ix_right_letters_mailbox"), "right_letters", ["mailbox"])


def _say_mailboxes() -> None:
    """Of an address, the part before a `+`, and what follows the last `@`; in lower case."""
    db = op.get_bind()
    letters = sa.table("right_letters", sa.column("email"), sa.column("mailbox"))
    emails = db.scalars(sa.select(letters.c.email).distinct()).all()
    for email in emails:
        name, _at, domain = email.lower().rpartition("@")
        mailbox = f"{name.partition('+')[0]}@{domain}"
        mine = letters.c.email == email
        db.execute(sa.update(letters).where(mine).values(mailbox=mailbox))
