"""Make the register of advice requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "advice_request",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("region", sa.String(40), nullable=False),
        sa.Column("municipality", sa.String(60)),
        sa.Column("sector", sa.String(20), nullable=False),
        sa.Column("topic", sa.String(20), nullable=False),
        sa.Column("step", sa.String(10), nullable=False),
        sa.Column("form_of_violence", sa.String(20), nullable=False),
        sa.Column("age_group", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(20), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
    )


def downgrade() -> None:
    """Remove the table with all that is in it."""
    op.drop_table("advice_request")
