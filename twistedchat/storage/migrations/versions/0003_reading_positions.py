"""Reading positions that follow what is released; private messages that wait for somebody."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_FOLLOWS = sa.text("follows")


def upgrade() -> None:
    """Let positions follow, and let all private messages so far have been handed over."""
    op.add_column(
        "reads", sa.Column("follows", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.create_index(
        "reads_that_follow",
        "reads",
        ["follows"],
        sqlite_where=_FOLLOWS,
        postgresql_where=_FOLLOWS,
    )
    op.execute(
        "INSERT INTO reads (account, device, place, id, follows) "
        "SELECT accounts.id, '', '@', newest.id, false FROM accounts, "
        "(SELECT max(id) AS id FROM messages) AS newest WHERE newest.id IS NOT NULL"
    )
