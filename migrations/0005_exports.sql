-- Finished exports and who fetched them.

CREATE TABLE exports (
    id            uuid NOT NULL DEFAULT uuidv7(),
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    job_id        uuid NOT NULL,
    user_id       uuid NOT NULL REFERENCES users,
    format        text NOT NULL CHECK (format IN ('csv', 'jsonl')),
    mode          text NOT NULL CHECK (mode IN ('excel', 'exact')),
    filename      text NOT NULL,
    path          text NOT NULL,
    rows          bigint NOT NULL CHECK (rows >= 0),
    bytes         bigint NOT NULL CHECK (bytes >= 0),
    sha256        text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    manifest      jsonb NOT NULL,
    snapshot_at   timestamptz NOT NULL,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    deleted_at    timestamptz,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, job_id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id)
);
CREATE INDEX exports_recent ON exports (workspace_id, created_at DESC);
CREATE INDEX exports_expiring ON exports (expires_at) WHERE deleted_at IS NULL;

CREATE TABLE downloads (
    id            uuid NOT NULL DEFAULT uuidv7(),
    workspace_id  uuid NOT NULL,
    export_id     uuid NOT NULL,
    user_id       uuid NOT NULL REFERENCES users,
    first_byte    bigint NOT NULL DEFAULT 0,
    bytes         bigint NOT NULL,
    address       text NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, export_id) REFERENCES exports (workspace_id, id)
);
CREATE INDEX downloads_export ON downloads (workspace_id, export_id, created_at DESC);

CALL guard_tenant_table('exports');
CALL guard_tenant_table('downloads');
GRANT SELECT, INSERT ON exports, downloads TO reachly_app;
GRANT UPDATE (deleted_at) ON exports TO reachly_app;

-- Files whose time has come, for the sweep: which workspace, which file.
CREATE FUNCTION exports_expired(p_most integer) RETURNS TABLE (workspace_id uuid, id uuid, path text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT e.workspace_id, e.id, e.path FROM exports e
     WHERE e.deleted_at IS NULL AND e.expires_at <= clock_timestamp() ORDER BY e.expires_at LIMIT p_most
$$;
GRANT EXECUTE ON FUNCTION exports_expired TO reachly_app;
