-- What makes a workbench of the leads: tags with colours, notes, saved views, and how dense somebody wants the table.

CREATE TABLE tags (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 40),
    colour        text NOT NULL DEFAULT 'neutral' CHECK (colour IN ('neutral', 'active', 'info', 'ok', 'warn', 'error')),
    created_at    timestamptz NOT NULL DEFAULT now(),
    deleted_at    timestamptz,
    PRIMARY KEY (workspace_id, id)
);
CREATE UNIQUE INDEX tags_name ON tags (workspace_id, lower(name)) WHERE deleted_at IS NULL;

-- A tag that was deleted keeps its leads, so that it can come back with them.
CREATE TABLE lead_tags (
    workspace_id  uuid NOT NULL,
    contact_id    uuid NOT NULL,
    tag_id        uuid NOT NULL,
    added_by      uuid REFERENCES users,
    added_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, contact_id, tag_id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES leads (workspace_id, contact_id) ON UPDATE CASCADE,
    FOREIGN KEY (workspace_id, tag_id) REFERENCES tags (workspace_id, id)
);
CREATE INDEX lead_tags_tag ON lead_tags (workspace_id, tag_id, contact_id);

-- What somebody wrote about a lead. It is theirs to change, and theirs or those to delete who run the workspace.
CREATE TABLE lead_notes (
    workspace_id  uuid NOT NULL,
    id            uuid NOT NULL DEFAULT uuidv7(),
    contact_id    uuid NOT NULL,
    user_id       uuid NOT NULL REFERENCES users,
    text          text NOT NULL CHECK (length(text) BETWEEN 1 AND 4000),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    updated_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    deleted_at    timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES leads (workspace_id, contact_id) ON UPDATE CASCADE
);
CREATE INDEX lead_notes_contact ON lead_notes (workspace_id, contact_id, created_at DESC) WHERE deleted_at IS NULL;

-- A way to look at leads, kept under a name: which, in which order, with which columns, how dense. NULL columns are the usual ones.
CREATE TABLE saved_views (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    owner_id      uuid NOT NULL REFERENCES users,
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    shared        boolean NOT NULL DEFAULT false,
    query         text NOT NULL CHECK (length(query) <= 8000),
    columns       text[] CHECK (cardinality(columns) <= 40),
    density       text NOT NULL DEFAULT 'comfortable' CHECK (density IN ('comfortable', 'compact')),
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    deleted_at    timestamptz,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX saved_views_kept ON saved_views (workspace_id, created_at) WHERE deleted_at IS NULL;

-- How one person has a page: how dense, and with which view it opens.
CREATE TABLE page_choices (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    user_id       uuid NOT NULL REFERENCES users,
    page          text NOT NULL CHECK (length(page) <= 80),
    density       text CHECK (density IN ('comfortable', 'compact')),
    view_id       uuid,
    PRIMARY KEY (workspace_id, user_id, page),
    FOREIGN KEY (workspace_id, view_id) REFERENCES saved_views (workspace_id, id)
);

CALL guard_tenant_table('tags');
CALL guard_tenant_table('lead_tags');
CALL guard_tenant_table('lead_notes');
CALL guard_tenant_table('saved_views');
CALL guard_tenant_table('page_choices');
CALL guard_writers('tags');
CALL guard_writers('lead_tags');
CALL guard_writers('lead_notes');

CREATE POLICY author_insert ON lead_notes AS RESTRICTIVE FOR INSERT TO reachly_app WITH CHECK (user_id = scope_user());
CREATE POLICY author_update ON lead_notes AS RESTRICTIVE FOR UPDATE TO reachly_app
    USING (user_id = scope_user() OR (SELECT scope_runs()));

-- A view that is not shared is there for its owner alone. Who only looks may keep views of their own, and share none.
ALTER POLICY tenant ON saved_views
    USING (workspace_id = scope_workspace() AND (shared OR owner_id = scope_user()))
    WITH CHECK (workspace_id = scope_workspace() AND (shared OR owner_id = scope_user()));
CREATE POLICY owner_insert ON saved_views AS RESTRICTIVE FOR INSERT TO reachly_app
    WITH CHECK (owner_id = scope_user() AND (NOT shared OR (SELECT scope_writes())));
CREATE POLICY owner_update ON saved_views AS RESTRICTIVE FOR UPDATE TO reachly_app
    USING (owner_id = scope_user() OR (SELECT scope_runs())) WITH CHECK (NOT shared OR (SELECT scope_writes()));
CREATE POLICY mine ON page_choices AS RESTRICTIVE FOR ALL TO reachly_app
    USING (user_id = scope_user()) WITH CHECK (user_id = scope_user());

GRANT SELECT, INSERT ON tags, lead_tags, lead_notes, saved_views TO reachly_app;
GRANT UPDATE (name, colour, deleted_at) ON tags TO reachly_app;
GRANT DELETE ON lead_tags TO reachly_app;
GRANT UPDATE (text, updated_at, deleted_at) ON lead_notes TO reachly_app;
GRANT UPDATE (name, shared, query, columns, density, updated_at, deleted_at) ON saved_views TO reachly_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON page_choices TO reachly_app;
