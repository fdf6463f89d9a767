-- What people did, for the feed of the workspace and of each lead, and what of it can be taken back.

-- One row per act, however many it touched. `subject_id` is what the act was about (a list, a profile, an import); the kind says which.
CREATE TABLE actions (
    workspace_id   uuid NOT NULL REFERENCES workspaces,
    id             uuid NOT NULL DEFAULT uuidv7(),
    user_id        uuid REFERENCES users,
    kind           text NOT NULL CHECK (kind ~ '^[a-z_]+[.][a-z_]+$'),
    count          bigint NOT NULL DEFAULT 1 CHECK (count >= 0),
    subject_id     uuid,
    data           jsonb NOT NULL DEFAULT '{}',
    undoable_until timestamptz,
    undone_at      timestamptz,
    undone_by      uuid REFERENCES users,
    created_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX actions_recent ON actions (workspace_id, created_at DESC, id DESC);
CREATE INDEX actions_subject ON actions (workspace_id, subject_id, created_at DESC) WHERE subject_id IS NOT NULL;

-- Whom an act touched, and how that was before: for the lead's own feed, and for taking the act back.
CREATE TABLE action_items (
    workspace_id   uuid NOT NULL,
    action_id      uuid NOT NULL,
    contact_id     uuid NOT NULL REFERENCES contacts,
    before         jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (workspace_id, action_id, contact_id),
    FOREIGN KEY (workspace_id, action_id) REFERENCES actions (workspace_id, id)
);
CREATE INDEX action_items_contact ON action_items (workspace_id, contact_id, action_id DESC);

CALL guard_tenant_table('actions');
CALL guard_tenant_table('action_items');
GRANT SELECT, INSERT ON actions, action_items TO reachly_app;
GRANT UPDATE (count, data, undone_at, undone_by) ON actions TO reachly_app;
