"""Models name what is there, and what the application may read."""

from __future__ import annotations

import pytest

from reachly import models
from reachly.database import execute, scope
from reachly.models.row import Row

MODELS = [getattr(models, name) for name in models.__all__]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_column_of_a_model_can_be_read(model: type[Row], team) -> None:
    with scope(team.workspace_id, team.user_id):
        execute(f"SELECT {', '.join(model._meta.columns)} FROM {model._meta.table_name} LIMIT 0")
