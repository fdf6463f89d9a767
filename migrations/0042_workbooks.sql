-- Files for spreadsheets, and what a file should be under a name: a workspace's own presets.

ALTER TABLE exports DROP CONSTRAINT exports_format_check,
    ADD CONSTRAINT exports_formats CHECK (format IN ('csv', 'jsonl', 'xlsx')) NOT VALID;

-- `columns` is a list of [key, header]; how the file is made is kept as the request has it, and read again when it is used.
CREATE TABLE export_presets (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    user_id       uuid NOT NULL REFERENCES users,
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    format        text NOT NULL CHECK (format IN ('csv', 'jsonl', 'xlsx')),
    mode          text NOT NULL CHECK (mode IN ('excel', 'exact')),
    columns       jsonb NOT NULL,
    provenance    boolean NOT NULL DEFAULT false,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX export_presets_name ON export_presets (workspace_id, lower(name));
CALL guard_tenant_table('export_presets');
CALL guard_writers('export_presets');
GRANT SELECT, INSERT, DELETE ON export_presets TO reachly_app;
GRANT UPDATE (name, format, mode, columns, provenance, updated_at) ON export_presets TO reachly_app;
