"""A workspace's own presets: which columns under which names, in which order and format."""

from __future__ import annotations

from uuid import UUID

from reachly import plain
from reachly.database import as_json, execute, one, rows, scope
from reachly.export.columns import COLUMNS
from reachly.export.presets import PRESETS, Preset
from reachly.export.wish import ExportWish

MOST = 100
LONGEST = 80
_COLUMNS = "id, name, format, mode, columns, provenance"


class NotSaved(Exception):
    """The preset cannot be kept; ``field`` and ``words`` say why."""

    def __init__(self, field: str, words: str) -> None:
        super().__init__(words)
        self.field = field
        self.words = words


class NoSuchPreset(Exception):
    """There is no such preset in this workspace."""


def presets(workspace_id: UUID | str, user_id: UUID | str) -> list[Preset]:
    """The workspace's own presets by name, then those that everybody has."""
    with scope(workspace_id, user_id):
        found = rows(f"SELECT {_COLUMNS} FROM export_presets ORDER BY lower(name), id LIMIT {MOST}")
    return [*(_preset(row) for row in found), *PRESETS.values()]


def preset(workspace_id: UUID | str, user_id: UUID | str, key: str) -> Preset:
    """The preset with this key or id; raises :class:`NoSuchPreset`."""
    if key in PRESETS:
        return PRESETS[key]
    with scope(workspace_id, user_id):
        row = one(f"SELECT {_COLUMNS} FROM export_presets WHERE id = %s", (_id(key),))
    if row is None:
        raise NoSuchPreset(key)
    return _preset(row)


def save(workspace_id: UUID | str, user_id: UUID | str, name: str, wish: ExportWish) -> Preset:
    """Keep how the wish's file is made under this name, in place of what had the name before; raises :class:`NotSaved`.

    Raises the database's refusal where the person may only look.
    """
    name = plain.line(name)
    if not 1 <= len(name) <= LONGEST:
        raise NotSaved("name", f"Give it a name of 1 to {LONGEST} characters.")
    if name.lower() in {each.name.lower() for each in PRESETS.values()}:
        raise NotSaved("name", "There is a preset of that name for everybody. Choose another.")
    with scope(workspace_id, user_id):
        held = one("SELECT count(*) FILTER (WHERE lower(name) <> lower(%s)) AS others FROM export_presets", (name,))
        if held and held["others"] >= MOST:
            raise NotSaved("name", f"There are {MOST} presets already: delete one that is not used.")
        row = one(
            "INSERT INTO export_presets (workspace_id, user_id, name, format, mode, columns, provenance)"
            " VALUES (%s, %s, %s, %s, %s, %s::jsonb, %s) ON CONFLICT (workspace_id, lower(name)) DO UPDATE SET"
            " name = excluded.name, format = excluded.format, mode = excluded.mode, columns = excluded.columns,"
            f" provenance = excluded.provenance, updated_at = now() RETURNING {_COLUMNS}",
            (
                str(workspace_id),
                str(user_id),
                name,
                wish.format,
                wish.mode,
                as_json([[picked.key, picked.header] for picked in wish.columns]),
                wish.provenance,
            ),
        )
    assert row is not None
    return _preset(row)


def forget(workspace_id: UUID | str, user_id: UUID | str, preset_id: UUID | str) -> None:
    """Delete a preset of the workspace; raises :class:`NoSuchPreset`."""
    with scope(workspace_id, user_id):
        if not execute("DELETE FROM export_presets WHERE id = %s", (_id(str(preset_id)),)).rowcount:
            raise NoSuchPreset(str(preset_id))


def _id(key: str) -> str:
    try:
        return str(UUID(key))
    except ValueError:
        raise NoSuchPreset(key) from None


def _preset(row: dict[str, object]) -> Preset:
    columns = row["columns"]
    assert isinstance(columns, list)
    return Preset(
        key=str(row["id"]),
        name=str(row["name"]),
        note="Saved in this workspace",
        columns=tuple((key, header) for key, header in columns if key in COLUMNS),
        format=str(row["format"]),
        mode=str(row["mode"]),
        provenance=bool(row["provenance"]),
        own=True,
    )
