-- People, workspaces, sessions, plans and prices.
--
-- The scope of a transaction is two settings, set with set_config(name, value, true) and gone at its end. After a
-- transaction the setting reads as the empty string and not as NULL, hence nullif.

ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO reachly_app;

CREATE FUNCTION scope_workspace() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('reachly.workspace', true), '')::uuid $$;

CREATE FUNCTION scope_user() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
AS $$ SELECT nullif(current_setting('reachly.user', true), '')::uuid $$;

GRANT EXECUTE ON FUNCTION scope_workspace, scope_user TO reachly_app;

CREATE TABLE plans (
    id            text PRIMARY KEY,
    name          text NOT NULL,
    credits       bigint NOT NULL CHECK (credits >= 0),
    period        text NOT NULL DEFAULT 'month' CHECK (period IN ('once', 'month')),
    description   text NOT NULL DEFAULT '',
    position      integer NOT NULL DEFAULT 0
);

CREATE TABLE prices (
    action        text PRIMARY KEY CHECK (action ~ '^[a-z_]{2,40}$'),
    credits       bigint NOT NULL CHECK (credits >= 0),
    label         text NOT NULL
);

CREATE TABLE users (
    id                uuid PRIMARY KEY DEFAULT uuidv7(),
    email             citext NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 254),
    name              text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    password_hash     text NOT NULL,
    role              text NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'admin')),
    active            boolean NOT NULL DEFAULT true,
    email_verified_at timestamptz,
    terms_version     text NOT NULL,
    terms_accepted_at timestamptz NOT NULL DEFAULT now(),
    preferences       jsonb NOT NULL DEFAULT '{}',
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE workspaces (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    plan_id       text NOT NULL REFERENCES plans,
    personal_of   uuid UNIQUE REFERENCES users,
    demo          boolean NOT NULL DEFAULT false,
    jobs_numbered bigint NOT NULL DEFAULT 0,
    period_start  timestamptz NOT NULL DEFAULT now(),
    period_end    timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE memberships (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    user_id       uuid NOT NULL REFERENCES users,
    role          text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member', 'viewer')),
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, user_id)
);
CREATE INDEX memberships_user ON memberships (user_id);

-- A session is a browser's cookie or an access token; only its hash is kept, so a stolen table opens nothing.
CREATE TABLE sessions (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    token_hash    bytea NOT NULL UNIQUE,
    kind          text NOT NULL CHECK (kind IN ('browser', 'token')),
    user_id       uuid NOT NULL REFERENCES users,
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    agent         text NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL DEFAULT now(),
    used_at       timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    ended_at      timestamptz
);
CREATE INDEX sessions_user ON sessions (user_id) WHERE ended_at IS NULL;

CREATE TABLE api_keys (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    user_id       uuid NOT NULL REFERENCES users,
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 80),
    prefix        text NOT NULL,
    key_hash      bytea NOT NULL UNIQUE,
    scopes        text[] NOT NULL DEFAULT '{read,write}' CHECK (scopes <@ ARRAY['read', 'write']),
    created_at    timestamptz NOT NULL DEFAULT now(),
    used_at       timestamptz,
    revoked_at    timestamptz
);
CREATE INDEX api_keys_workspace ON api_keys (workspace_id);

-- A workspace's own key at a provider, encrypted by the application before it comes here.
CREATE TABLE provider_keys (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    provider      text NOT NULL CHECK (provider ~ '^[a-z_]{2,30}$'),
    secret        bytea NOT NULL,
    hint          text NOT NULL DEFAULT '',
    options       jsonb NOT NULL DEFAULT '{}',
    user_id       uuid NOT NULL REFERENCES users,
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, provider)
);

ALTER TABLE users ENABLE ROW LEVEL SECURITY;
ALTER TABLE users FORCE ROW LEVEL SECURITY;
CREATE POLICY house ON users TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY tenant ON users TO reachly_app
    USING (id = scope_user() OR EXISTS (
        SELECT FROM memberships m WHERE m.user_id = users.id AND m.workspace_id = scope_workspace()))
    WITH CHECK (id = scope_user());

ALTER TABLE workspaces ENABLE ROW LEVEL SECURITY;
ALTER TABLE workspaces FORCE ROW LEVEL SECURITY;
CREATE POLICY house ON workspaces TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY tenant ON workspaces TO reachly_app USING (id = scope_workspace()) WITH CHECK (id = scope_workspace());

-- Every other tenant table names its workspace in a column: one policy, one function that sets it up.
CREATE PROCEDURE guard_tenant_table(name regclass) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', name);
    EXECUTE format('CREATE POLICY house ON %s TO CURRENT_USER USING (true) WITH CHECK (true)', name);
    EXECUTE format('CREATE POLICY tenant ON %s TO reachly_app USING (workspace_id = scope_workspace())'
                   ' WITH CHECK (workspace_id = scope_workspace())', name);
END $$;

CALL guard_tenant_table('memberships');
CALL guard_tenant_table('sessions');
CALL guard_tenant_table('api_keys');
CALL guard_tenant_table('provider_keys');

GRANT SELECT ON plans, prices TO reachly_app;
GRANT SELECT (id, email, name, role, active, email_verified_at, terms_version, terms_accepted_at, preferences, created_at,
              updated_at) ON users TO reachly_app;
GRANT UPDATE (name, preferences, updated_at) ON users TO reachly_app;
GRANT SELECT ON workspaces, memberships TO reachly_app;
GRANT UPDATE (name) ON workspaces TO reachly_app;
GRANT SELECT, INSERT ON api_keys TO reachly_app;
GRANT UPDATE (revoked_at, name) ON api_keys TO reachly_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON provider_keys TO reachly_app;
