"""In and out of every channel: verified, parsed, accepted once; files; delivery, and a notice when nobody looks."""

from bellrock.channels.attachments import (
    FILES_PER_MESSAGE_MAX,
    Attachment,
    attach_file,
    attachment,
    attachments,
    drop_contents,
    drop_unsent,
    files_of,
    forget_files,
    forget_sent_files,
    open_attachment,
    open_name,
    send_files,
)
from bellrock.channels.away import AWAY_NOTICE, NOTICE_AFTER, due_notice, jobs, note_sent, notice_text, send_notice
from bellrock.channels.builtin import BUILTIN, WebChannel, WidgetChannel
from bellrock.channels.delivery import deliver, deliver_answers, delivered, undelivered
from bellrock.channels.errors import (
    ChannelUnknown,
    FilesUnknown,
    FileTooLarge,
    MessageUnreadable,
    NotOurs,
    TextTooLong,
)
from bellrock.channels.forms import form_sent, note_form
from bellrock.channels.intake import Accepted, accept, accept_first, accept_running, accept_ticket
from bellrock.channels.links import LINK_LIFETIME, case_link, customer_of_link
from bellrock.channels.models import TEXT_MAX, Ability, Envelope, Incoming, Outgoing
from bellrock.channels.redaction import replace_picture
from bellrock.channels.replay import compare_rows

__all__ = [
    "AWAY_NOTICE",
    "BUILTIN",
    "FILES_PER_MESSAGE_MAX",
    "LINK_LIFETIME",
    "NOTICE_AFTER",
    "TEXT_MAX",
    "Ability",
    "Accepted",
    "Attachment",
    "ChannelUnknown",
    "Envelope",
    "FileTooLarge",
    "FilesUnknown",
    "Incoming",
    "MessageUnreadable",
    "NotOurs",
    "Outgoing",
    "TextTooLong",
    "WebChannel",
    "WidgetChannel",
    "accept",
    "accept_first",
    "accept_running",
    "accept_ticket",
    "attach_file",
    "attachment",
    "attachments",
    "case_link",
    "compare_rows",
    "customer_of_link",
    "deliver",
    "deliver_answers",
    "delivered",
    "drop_contents",
    "drop_unsent",
    "due_notice",
    "files_of",
    "forget_files",
    "forget_sent_files",
    "form_sent",
    "jobs",
    "note_form",
    "note_sent",
    "notice_text",
    "open_attachment",
    "open_name",
    "replace_picture",
    "send_files",
    "send_notice",
    "undelivered",
]
