"""What can be wrong with a change to a conversation."""

from bellrock.core import N_, Conflict, Invalid, NotFound


class ConversationUnknown(NotFound):
    """It does not exist, or this person must not know that it does."""

    code = "conversation_unknown"
    text = N_("We could not find this conversation.")


class AnsweredMeanwhile(Conflict):
    """A colleague replied after the text was begun; the author looks first and may then send anyway."""

    code = "answered_meanwhile"
    text = N_("A colleague has just replied. Look at it first, then send again if yours is still needed.")


class AlreadyResolved(Conflict):
    """The conversation is closed; reopen it first."""

    code = "already_resolved"
    text = N_("This conversation is resolved. Reopen it first.")


class FirstLineTooLate(Conflict):
    """The first line wanted to speak although a person holds the conversation, or a newer message came."""

    code = "first_line_too_late"
    text = N_("A person has taken over this conversation.")


class SnoozeInPast(Invalid):
    """The time to come back has already passed."""

    code = "snooze_in_past"
    text = N_("Choose a time that is still to come.")


class MessageMissing(Invalid):
    """Neither words nor files."""

    code = "message_empty"
    text = N_("Write something first.")


class LabelUnknown(NotFound):
    """There is no such label, or it is retired."""

    code = "label_unknown"
    text = N_("There is no such label any more.")


class LabelTaken(Conflict):
    """Another label has this name."""

    code = "label_taken"
    text = N_("There is a label of this name already.")


class LabelsTooMany(Conflict):
    """A conversation carries as many labels as it can."""

    code = "labels_too_many"
    text = N_("This conversation has as many labels as it can carry. Take one off first.")


class HeldGone(Conflict):
    """The held reply went out already, or was taken back."""

    code = "held_gone"
    text = N_("This reply has already gone out, or was taken back.")
