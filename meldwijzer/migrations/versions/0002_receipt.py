"""Remember which drafts were recorded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "receipt",
        sa.Column("digest", sa.String(64), primary_key=True),
        sa.Column("day", sa.Date, nullable=False),
    )


def downgrade() -> None:
    """Remove the table; a request that is confirmed twice at this moment is recorded twice."""
    op.drop_table("receipt")
