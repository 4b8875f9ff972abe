"""What can go wrong with incidents."""

from bellrock.core import N_, Invalid, NotFound


class IncidentNotFound(NotFound):
    """There is no such incident."""

    code = "incident_not_found"
    text = N_("We could not find this incident.")


class BadIncident(Invalid):
    """A text is missing or too long."""

    code = "bad_incident"
    text = N_("Please enter a title and a text, and keep them short.")
