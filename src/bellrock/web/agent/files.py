"""Files in a conversation: listed with the message they came with, added to a reply, read by who may see the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get
from litestar.datastructures import UploadFile
from litestar.params import FromPath

from bellrock import access, channels, conversations, core, people
from bellrock.conversations import Entry
from bellrock.core import TooLarge
from bellrock.house import House
from bellrock.people import Permission
from bellrock.web.agent.desk_types import AgentHere, HouseHere
from bellrock.web.agent.reader import Reader

_UNITS = ((1_000_000, "MB"), (1_000, "kB"))
_PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})


@dataclass(frozen=True, slots=True)
class File:
    """A file of a message. `is_redacted`: a part of the picture was painted over."""

    id: UUID
    url: str
    name: str
    size: str
    is_picture: bool
    is_redacted: bool = False


@get("/desk/files/{file_id:uuid}", name="desk.file")
async def read_file(house: HouseHere, agent: AgentHere, file_id: FromPath[UUID]) -> Response[bytes]:
    """Return a file of a conversation that this agent may see, as a download that no browser runs."""
    if Permission.CONVERSATIONS_VIEW not in agent.permissions:
        raise core.Refused
    async with house.database.transaction() as tx:
        attachment, content = await channels.open_attachment(
            tx, house.vault, house.files, viewer=agent, file_id=file_id
        )
        await access.look(
            tx,
            house.vault,
            agent=agent,
            what=access.Looked.FILE,
            customer_id=attachment.customer_id,
            conversation_id=attachment.conversation_id,
            now=core.clock.now(),
        )
    return Response(
        content,
        media_type=attachment.media_type,
        headers={
            "Content-Disposition": f"attachment; filename*=UTF-8''{quote(attachment.name)}",
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "no-store",
        },
    )


async def files_of(tx: core.Transaction, house: House, reader: Reader, entries: Sequence[Entry]) -> dict[str, File]:
    """Return the files that entries name, by id; erased ones are absent."""
    ids = [UUID(id) for entry in entries for id in entry.data.get("files", ())]
    found = await channels.attachments(tx, house.vault, ids=ids)
    return {
        str(id): File(
            id=id,
            url=f"/desk/files/{id}?v={item.version}" if item.is_redacted else f"/desk/files/{id}",
            name=item.name,
            size=_size(item.bytes, reader),
            is_picture=item.media_type in _PICTURES,
            is_redacted=item.is_redacted,
        )
        for id, item in found.items()
    }


async def attach(
    tx: core.Transaction, house: House, agent: people.Agent, conversation_id: UUID, *, form: Any, client_key: str
) -> list[UUID]:
    """Keep the files of a reply's form and return their ids; they go out with the reply. Raises TooLarge, FilesUnknown."""
    chosen = [item for item in form.getall("files", []) if isinstance(item, UploadFile) and item.filename]
    if not chosen:
        return []
    if len(chosen) > channels.FILES_PER_MESSAGE_MAX:
        raise channels.FilesUnknown
    conversation = await conversations.get(tx, viewer=agent, conversation_id=conversation_id)
    now, bytes_max = core.clock.now(), house.settings.upload_mb_max * 1_000_000
    ids = []
    for place, upload in enumerate(chosen):
        data = await upload.read(bytes_max + 1)
        if len(data) > bytes_max:
            raise TooLarge
        kept = await channels.attach_file(
            tx,
            house.vault,
            house.files,
            by=agent,
            customer_id=conversation.customer_id,
            client_key=f"{client_key}:{place}",
            name=upload.filename,
            data=data,
            now=now,
        )
        ids.append(kept.id)
    return ids


def _size(length: int, reader: Reader) -> str:
    for unit, name in _UNITS:
        if length >= unit:
            return f"{reader.format['number'](round(length / unit, 1))} {name}"
    return f"{reader.format['number'](length)} B"


routes = [read_file]
