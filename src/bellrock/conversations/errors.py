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


class MergeRefused(Conflict):
    """These two conversations cannot be one; `why` is a code: same, customer, spam, merged, parts, closed."""

    code = "merge_refused"
    text = N_("These two cannot be merged.")

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why
        self.text = _MERGE_TEXTS.get(why, self.text)


_MERGE_TEXTS = {
    "same": N_("This is the same conversation."),
    "customer": N_("These are two different customers. Join the customers first, if they are one person."),
    "spam": N_("One of them is spam. Say first that it is not."),
    "merged": N_("This one is not merged."),
    "parts": N_("Others were merged into it already. Merge the other way round."),
    "closed": N_("The one that stays is resolved. Reopen it first, or merge the other way round."),
}


class SplitRefused(Conflict):
    """These messages cannot be split off: none, all of them, or some that were not written in this conversation."""

    code = "split_refused"
    text = N_("Choose some of the messages that were written in this conversation, but not all of them.")


class RedactionRefused(Invalid):
    """The words to take out are not in the message as they are given."""

    code = "redaction_refused"
    text = N_("These words are not in the message. Choose words of one message, without what is masked already.")


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
