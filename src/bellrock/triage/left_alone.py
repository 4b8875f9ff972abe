"""Messages that nobody dealt with, whatever became of their jobs."""

from __future__ import annotations

from datetime import datetime

from bellrock.core import Transaction
from bellrock.triage.acting import CustomerWrote

RESCUED_MAX = 50
_LEFT_ALONE = """
SELECT c.id, c.last_customer_message_id AS message_id, coalesce(j.data -> 'masked', '[]') AS masked FROM conversations c
 JOIN journal j ON j.id = c.last_customer_message_id AND j.conversation_id = c.id AND j.log = 'records'
 JOIN cursors r ON r.name = 'triage' AND r.number >= j.number
 LEFT JOIN triage_cases t ON t.conversation_id = c.id
 WHERE c.holder = 'first_line' AND c.status = 'open' AND c.waiting_since < %(until)s
  AND c.last_customer_message_id IS NOT NULL AND t.last_message_id IS DISTINCT FROM c.last_customer_message_id
  AND NOT EXISTS (SELECT FROM procrastinate_jobs p WHERE p.task_name = %(job)s AND p.attempts = 0
   AND p.status IN ('todo', 'doing') AND p.args ->> 'message_id' = c.last_customer_message_id::text)
 ORDER BY c.waiting_since LIMIT %(limit)s
"""


async def left_alone(tx: Transaction, *, job: str, until: datetime) -> list[CustomerWrote]:
    """Return what the first line has left waiting since before `until`, without a job named `job` to be or being tried."""
    cursor = await tx.execute(_LEFT_ALONE, {"until": until, "job": job, "limit": RESCUED_MAX})
    return [CustomerWrote(row["id"], row["message_id"], tuple(row["masked"])) for row in await cursor.fetchall()]
