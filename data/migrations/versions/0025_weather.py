"""Weather stations, their days, and which station a delivery point uses."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "weather_stations",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weather_stations")),
        sa.UniqueConstraint("code", name=op.f("uq_weather_stations_code")),
    )
    op.create_table(
        "weather_days",
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("mean_c100", sa.SmallInteger(), nullable=False),
        sa.Column("min_c100", sa.SmallInteger(), nullable=True),
        sa.Column("max_c100", sa.SmallInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["station_id"], ["weather_stations.id"], name=op.f("fk_weather_days_station_id")
        ),
        sa.PrimaryKeyConstraint("station_id", "day", name=op.f("pk_weather_days")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "weather_areas",
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["station_id"], ["weather_stations.id"], name=op.f("fk_weather_areas_station_id")
        ),
        sa.PrimaryKeyConstraint("prefix", name=op.f("pk_weather_areas")),
    )
    op.create_table(
        "weather_choices",
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("station_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"], name=op.f("fk_weather_choices_pce_id")),
        sa.ForeignKeyConstraint(
            ["station_id"], ["weather_stations.id"], name=op.f("fk_weather_choices_station_id")
        ),
        sa.PrimaryKeyConstraint("pce_id", name=op.f("pk_weather_choices")),
    )
