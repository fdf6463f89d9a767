"""Making lists, changing what they are called and who sees them, deleting them and taking that back."""

from __future__ import annotations

from uuid import UUID

from reachly import actions
from reachly.actions import Action
from reachly.database import execute, one, scope
from reachly.lists.row import EDITINGS, VISIBILITIES, List, MayNotEdit, chosen, described, edited, found, named


def create(
    workspace_id: UUID | str,
    user_id: UUID | str,
    name: str,
    description: str = "",
    visibility: str = "team",
    editing: str = "team",
) -> List:
    """A new, empty list of this person's; raises ``Invalid``."""
    with scope(workspace_id, user_id):
        made = new(name, description, visibility, editing)
        actions.note("list.create", subject_id=made.id, data=made.told)
    return made


def new(name: str, description: str, visibility: str, editing: str = "team") -> List:
    """A list, inside a scope, of which no act is noted yet; raises ``Invalid``."""
    row = one(
        "INSERT INTO lists (workspace_id, owner_id, name, description, visibility, editing)"
        " VALUES (scope_workspace(), scope_user(), %s, %s, %s, %s) RETURNING id",
        (
            named(name),
            described(description),
            chosen("visibility", visibility, VISIBILITIES),
            chosen("editing", editing, EDITINGS),
        ),
    )
    assert row is not None
    return found(row["id"])


def change(
    workspace_id: UUID | str,
    user_id: UUID | str,
    list_id: UUID | str,
    name: str | None = None,
    description: str | None = None,
    visibility: str | None = None,
    editing: str | None = None,
) -> List:
    """The list with what is given instead of what it had; raises ``Invalid``, ``NoSuchList`` and ``MayNotEdit``.

    Its owner alone keeps it to themselves; its owner or who runs the workspace says who edits it.
    """
    with scope(workspace_id, user_id):
        before = edited(list_id)
        wanted = {
            "name": before.name if name is None else named(name),
            "description": before.description if description is None else described(description),
            "visibility": before.visibility if visibility is None else chosen("visibility", visibility, VISIBILITIES),
            "editing": before.editing if editing is None else chosen("editing", editing, EDITINGS),
        }
        changed = {field: value for field, value in wanted.items() if value != getattr(before, field)}
        if not changed:
            return before
        if not before.mine and ("visibility" in changed or ("editing" in changed and not _runs())):
            raise MayNotEdit(before.name)
        execute(
            f"UPDATE lists SET {', '.join(f'{field} = %s' for field in changed)}, updated_at = now()"
            " WHERE workspace_id = scope_workspace() AND id = %s",
            [*changed.values(), str(list_id)],
        )
        after = found(list_id)
        told = after.told | {"was": before.name} if "name" in changed else after.told
        actions.note("list.change", subject_id=list_id, data=told | {"fields": sorted(changed)})
    return after


def _runs() -> bool:
    row = one("SELECT scope_runs() AS runs")
    return bool(row and row["runs"])


def delete(workspace_id: UUID | str, user_id: UUID | str, list_id: UUID | str) -> tuple[List, UUID]:
    """Delete a list and give it with the act that brings it back; its leads stay, its guests see it no more.

    Raises ``NoSuchList`` and ``MayNotEdit``.
    """
    with scope(workspace_id, user_id):
        gone = edited(list_id)
        execute(
            "UPDATE lists SET deleted_at = now() WHERE workspace_id = scope_workspace() AND id = %s"
            " AND deleted_at IS NULL",
            (str(list_id),),
        )
        act = actions.note("list.delete", subject_id=list_id, data=gone.told, undoable=True)
    return gone, act


@actions.undoes("list.delete")
def _undelete(action: Action) -> int:
    return execute(
        "UPDATE lists SET deleted_at = NULL, updated_at = now()"
        " WHERE workspace_id = scope_workspace() AND id = %s AND deleted_at IS NOT NULL",
        (str(action.subject_id),),
    ).rowcount
