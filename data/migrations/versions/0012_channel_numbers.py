"""Keep a keyed hash of the mobile number of each channel, to count the codes it was sent."""

import sqlalchemy as sa
from alembic import op

revision = "0012_channel_numbers"
down_revision = "0011_shared_annotations"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("number_mark", sa.String(), server_default="", nullable=False)
    op.add_column("notice_channels", column)
    op.create_index("ix_notice_channels_number_mark", "notice_channels", ["number_mark"])
