"""What tokens may be for: a scope is a resource and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping

from bellrock.core import N_

SCOPES: Mapping[str, str] = {
    "conversations:read": N_("Read conversations: state, team, assignee, topic"),
    "conversations:write": N_("Open and change conversations"),
    "messages:read": N_("Read what was written in conversations"),
    "messages:write": N_("Answer customers"),
    "messages:receive": N_("Bring in messages on behalf of customers"),
    "notes:read": N_("Read private notes"),
    "notes:write": N_("Leave private notes"),
    "files:read": N_("Read files of conversations"),
    "files:write": N_("Add files to what it writes"),
    "customers:read": N_("Read customers, without personal data"),
    "customers:personal": N_("Read names, e-mails and own ids of customers; every look is recorded"),
    "customers:write": N_("Describe and block customers"),
    "organisations:read": N_("Read organisations"),
    "organisations:write": N_("Change organisations and who belongs to them"),
    "agents:read": N_("Read agents, without e-mail"),
    "teams:read": N_("Read teams"),
    "articles:read": N_("Read articles, drafts too"),
    "articles:write": N_("Write drafts"),
    "articles:publish": N_("Publish and withdraw articles"),
    "incidents:read": N_("Read incidents"),
    "incidents:write": N_("Open and change incidents"),
    "labels:read": N_("Read labels"),
    "labels:write": N_("Make and change labels"),
    "events:read": N_("Read events; of each kind only what the other scopes allow"),
    "webhooks:read": N_("Read webhooks that reach no further than the token"),
    "webhooks:write": N_("Make and change webhooks that reach no further than the token"),
}
