"""Give surfaces a table of their own, with dates; OPERAT sites stop holding theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0009_surfaces"
down_revision = "0008_pce_claims"
branch_labels = None
depends_on = None
USES = (
    "teaching", "childcare", "offices", "sports", "pool", "culture", "health", "retail", "hotel",
    "housing", "industry",
)  # fmt: skip
# Parts of words of a category of activity, without letters that have accents.
WORDS = {
    "piscine": "pool", "petite enfance": "childcare", "enseignement": "teaching",
    "bureau": "offices", "sport": "sports", "culture": "culture", "sant": "health",
    "commerce": "retail",
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "surfaces",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pce_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("area_dm2", sa.BigInteger(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("use", sa.Enum(*USES, native_enum=False, length=20), nullable=True),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"]),
        sa.ForeignKeyConstraint(["pce_id"], ["pces.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    columns = ["organisation_id", "pce_id"]
    op.create_index("ix_surfaces_organisation_id_pce_id", "surfaces", columns)
    category = sa.func.lower(sa.column("category"))
    use = sa.case(*((category.like(f"%{word}%"), value) for word, value in WORDS.items()))
    sites = sa.table("operat_sites", *map(sa.column, ("pce_id", "organisation_id", "surface_dm2",
                                                      "changed_at", "category")))  # fmt: skip
    names = ("pce_id", "organisation_id", "area_dm2", "use", "source", "version", "changed_at")
    surfaces = sa.table("surfaces", *map(sa.column, names))
    stated = sa.select(
        sites.c.pce_id, sites.c.organisation_id, sites.c.surface_dm2, use,
        sa.literal("OPERAT"), sa.literal(1), sites.c.changed_at,
    ).where(sites.c.surface_dm2 > 0)  # fmt: skip
    op.execute(surfaces.insert().from_select(names, stated))
    op.drop_column("operat_sites", "surface_dm2")
