"""Group sessions of trainers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "group_session",
        sa.Column("code", sa.String(6), primary_key=True),
        sa.Column("expires", sa.Integer, nullable=False),
        sa.Column("quiz", sa.String(30), nullable=False),
        sa.Column("case_id", sa.String(24)),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("revealed", sa.Boolean, nullable=False),
    )
    op.create_table(
        "group_participant",
        sa.Column("code", sa.String(6), primary_key=True),
        sa.Column("participant", sa.String(32), primary_key=True),
    )
    op.create_table(
        "group_answer",
        sa.Column("code", sa.String(6), primary_key=True),
        sa.Column("step", sa.Integer, primary_key=True),
        sa.Column("participant", sa.String(32), primary_key=True),
        sa.Column("choice", sa.String(24), nullable=False),
    )


def downgrade() -> None:
    """Remove the tables; sessions that go on are lost."""
    for table in ("group_answer", "group_participant", "group_session"):
        op.drop_table(table)
