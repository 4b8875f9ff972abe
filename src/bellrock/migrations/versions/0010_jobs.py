"""Create the tables of the job queue, as procrastinate ships them."""

from alembic import op
from procrastinate.schema import SchemaManager

revision = "0010_jobs"
down_revision = "0009_triage"


def upgrade() -> None:
    # The driver must not read the percent signs of the functions as placeholders.
    connection = op.get_bind().connection.driver_connection
    assert connection is not None
    connection.execute(SchemaManager.get_schema())
