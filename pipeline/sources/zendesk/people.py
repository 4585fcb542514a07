"""Users and organizations: files and pages of their own, side-loaded beside tickets and comments, or streamed.

Field names: Zendesk's support API reference ("Users", "Organizations"); singer-io/tap-zendesk `schemas/users.json`,
`organizations.json`. `role` is of today: who left the company is an end-user there (dbt_zendesk #82), so that the vault
keeps who was staff once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.sources.source import Kind
from pipeline.sources.zendesk import comment
from pipeline.sources.zendesk.layout import NO_ID, Layout

_ROLES = {"end-user", "agent", "admin"}
_ORGANIZATION = '{"id":"VARCHAR","name":"VARCHAR","external_id":"VARCHAR","domain_names":["VARCHAR"]}'


def _has_role(record: Mapping[str, Any]) -> bool:
    """Zendesk knows three roles; other helpdesks call theirs otherwise, or give their people a type."""
    return isinstance(record["role"], str) and record["role"].lower() in _ROLES


PEOPLE = Layout(
    kinds=(
        Kind(
            "users",
            "people",
            needs=frozenset({"id", "role"}),
            any_of=frozenset({"email", "name"}),
            without=frozenset({"firstName", "first_name", "type"}),
            lists=("users",),
            test=_has_role,
        ),
        Kind("organizations", "people", needs=frozenset({"id", "domain_names"}), lists=("organizations",)),
    ),
    shapes={"users": comment.PERSON, "organizations": _ORGANIZATION},
    problems={"users": NO_ID, "organizations": NO_ID},
    queries={
        "people": f"SELECT id AS user_id, name, email, {comment.role('role')} AS role, organization_id FROM users",
        "organizations": """
            SELECT id AS organization_id, present(external_id) AS external_id, name,
                coalesce(domain_names, []) AS domains
            FROM organizations
        """,
    },
)
