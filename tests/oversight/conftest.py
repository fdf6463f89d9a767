"""An operator beside the teams."""

from __future__ import annotations

from uuid import UUID

import pytest

from reachly.oversight import Desk, as_admin
from tests.conftest import Team, new_team
from tests.oversight.alike import person
from tests.planted import as_owner


@pytest.fixture
def operator() -> Team:
    """Olga, who runs this server."""
    team = new_team()
    as_owner("UPDATE users SET role = 'admin' WHERE id = %s", (team.user_id,))
    return team


@pytest.fixture
def desk(operator: Team) -> Desk:
    """Olga's desk."""
    return as_admin(operator.workspace_id, operator.user_id)


@pytest.fixture
def twice() -> tuple[UUID, UUID]:
    """Anna, twice: once with a phone, once with an address."""
    return (
        person("acme", phone="+4915112345678"),
        person("acme-gmbh", email="anna@acme.example", email_status="valid", title="CEO"),
    )
