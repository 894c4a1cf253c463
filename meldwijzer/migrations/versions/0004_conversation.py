"""The state of conversations, one row each, in place of Rasa's table with a row for every event."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table; conversations of before are gone, which they would be within a day."""
    op.create_table(
        "conversation",
        sa.Column("sender", sa.String(32), primary_key=True),
        sa.Column("changed", sa.Integer, nullable=False, index=True),
        sa.Column("state", sa.Text, nullable=False),
    )
    if sa.inspect(op.get_bind()).has_table("events"):
        op.drop_table("events")


def downgrade() -> None:
    """Remove the table; Rasa makes its own."""
    op.drop_table("conversation")
