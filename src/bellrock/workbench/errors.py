"""What can be wrong at the workbench."""

from bellrock.core import N_, Conflict, Invalid, NotFound


class CannedUnknown(NotFound):
    """No canned reply that this agent may use."""

    code = "canned_unknown"
    text = N_("We could not find this canned reply.")


class BadCanned(Invalid):
    """A canned reply needs a short name and at least one text, neither too long."""

    code = "canned_wrong"
    text = N_(
        "Give it a short name of small letters, digits and hyphens, and a title and a text in at least one language."
    )


class ShortcutTaken(Conflict):
    """Another canned reply has this name."""

    code = "shortcut_taken"
    text = N_("Another canned reply already has this short name.")


class MacroUnknown(NotFound):
    """No macro that this agent may run."""

    code = "macro_unknown"
    text = N_("We could not find this macro.")


class BadMacro(Invalid):
    """A macro needs a name and steps that can be carried out."""

    code = "macro_wrong"
    text = N_("Give it a name and at least one step, and choose a value for every step.")


class VariablesMissing(Invalid):
    """A text still holds variables that nobody filled in."""

    code = "variables_missing"
    text = N_("Fill in what is marked red before you send.")


class WordsNotUnderstood(Invalid):
    """The time in words could not be read."""

    code = "time_not_understood"
    text = N_("We could not read this as a time. Try “tomorrow 9:00”, “in 3 hours” or “Monday”.")


class ZoneUnknown(Invalid):
    """A time in the customer's zone was asked for, and nobody knows the zone."""

    code = "zone_unknown"
    text = N_("We do not know the customer's time zone. Give the time in your own.")


class ColleagueCannotSee(Invalid):
    """A mentioned colleague may not see the conversation."""

    code = "colleague_cannot_see"
    text = N_("%(name)s may not see this conversation and cannot be mentioned here.")


class KeyTaken(Conflict):
    """Two actions on one key, or a key that cannot be used."""

    code = "key_taken"
    text = N_("This key already does something else, or cannot be used. Choose another one.")


class ViewUnknown(NotFound):
    """No saved view that this agent has."""

    code = "view_unknown"
    text = N_("We could not find this view. It may have been removed.")


class BadViewName(Invalid):
    """A view needs a name."""

    code = "view_name_wrong"
    text = N_("Give the view a name of up to 60 letters.")


class TooManyViews(Conflict):
    """An agent keeps only so many views."""

    code = "too_many_views"
    text = N_("You keep as many views as there is room for. Remove one first.")


class TooManyAtOnce(Invalid):
    """A bulk action takes only so many conversations."""

    code = "too_many_at_once"
    text = N_("Choose at most %(count)s conversations at once.")


class BulkUnknown(NotFound):
    """It was undone before, its time is over, or it was somebody else's."""

    code = "bulk_unknown"
    text = N_("This can no longer be undone.")


class NothingToDraftFrom(Conflict):
    """No article fits the case, and nothing was collected: whatever a model wrote would be made up."""

    code = "nothing_to_draft_from"
    text = N_("No article fits this case, so there is nothing to draft a reply from.")
