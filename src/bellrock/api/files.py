"""Files of conversations: added for what a token writes, described, and read, by the rules of the console."""

from __future__ import annotations

from bellrock import access, channels, conversations
from bellrock.api import shapes
from bellrock.api.operations import Answer, Call, operation
from bellrock.core import new_id

_BYTES_MAX = 60_000_000
_ONE = "/files/{file_id:uuid}"


@operation(
    "POST",
    "/conversations/{conversation_id:uuid}/files",
    scope="files:write",
    gives=shapes.File,
    query=shapes.FileQuery,
    takes=bytes,
    status=201,
    cost="file",
    bytes_max=_BYTES_MAX,
)
async def add_file(call: Call) -> Answer:
    """Add a file for a message

    The body is the file itself. It is looked at and sealed like any other, and goes out with the message that names it in
    `file_ids`; what no message takes is deleted after a day.
    """
    query: shapes.FileQuery = call.query
    data: bytes = call.body
    megabytes = call.house.settings.upload_mb_max
    if len(data) > megabytes * 1_000_000:
        raise channels.FileTooLarge(megabytes=megabytes)
    found = await conversations.get(call.tx, viewer=call.who, conversation_id=call.id("conversation_id"))
    kept = await channels.attach_file(
        call.tx,
        call.house.vault,
        call.house.files,
        by=call.who,
        customer_id=found.customer_id,
        client_key=str(new_id()),
        name=query.name,
        data=data,
        now=call.now,
    )
    return Answer(_file(kept), about=found.customer_id)


@operation("GET", _ONE, scope="files:read", gives=shapes.File)
async def get_file(call: Call) -> Answer:
    """Read what a file is

    Its name may say something of the customer, so reading it is recorded as a look at them.
    """
    kept = await channels.attachment(call.tx, call.house.vault, viewer=call.who, file_id=call.id("file_id"))
    await _look(call, kept)
    return Answer(_file(kept), about=kept.customer_id)


@operation("GET", _ONE + "/content", scope="files:read", gives=bytes, cost="file")
async def read_file(call: Call) -> Answer:
    """Read a file

    Always as a download of unnamed kind; what kind it is, the file itself says. Reading is recorded as a look at the customer.
    """
    kept, content = await channels.open_attachment(
        call.tx, call.house.vault, call.house.files, viewer=call.who, file_id=call.id("file_id")
    )
    await _look(call, kept)
    return Answer(content, about=kept.customer_id, name=kept.name)


async def _look(call: Call, kept: channels.Attachment) -> None:
    await access.look(
        call.tx,
        call.house.vault,
        agent=call.who,
        what=access.Looked.FILE,
        customer_id=kept.customer_id,
        conversation_id=kept.conversation_id,
        reason="api",
        now=call.now,
    )


def _file(kept: channels.Attachment) -> shapes.File:
    return shapes.File(
        id=kept.id,
        conversation_id=kept.conversation_id,
        name=kept.name,
        media_type=kept.media_type,
        bytes=kept.bytes,
        created_at=kept.created_at,
        redacted=kept.is_redacted,
    )
