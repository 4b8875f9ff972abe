"""What can be wrong with something that comes in, or with its files."""

from bellrock.core import N_, Invalid, NotFound, NotSignedIn, TooLarge


class ChannelUnknown(NotFound):
    """There is no such channel."""

    code = "channel_unknown"


class NotOurs(NotSignedIn):
    """What came in does not prove where it comes from."""

    code = "not_ours"
    text = N_("It could not be confirmed who sent this.")


class MessageUnreadable(Invalid):
    """The message does not have the form of its channel."""

    code = "message_unreadable"
    text = N_("This message could not be read.")


class TextTooLong(Invalid):
    """More words than one message holds."""

    code = "text_too_long"
    text = N_("This message is too long: up to %(length_max)s characters. You can send it in parts or as a file.")


class FilesUnknown(Invalid):
    """A file that does not exist, is another's, or went with another message."""

    code = "files_unknown"
    text = N_("A file is missing. Please add it again.")


class FileTooLarge(TooLarge):
    """The file passes the limit of this installation."""

    code = "file_too_large"
    text = N_("This file is larger than %(megabytes)s MB.")
