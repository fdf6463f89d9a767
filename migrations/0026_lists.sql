-- Leads kept together: personal or the team's, in an order, with notes and tags; and who was let in.

CREATE TABLE lists (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    owner_id      uuid NOT NULL REFERENCES users,
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    description   text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
    visibility    text NOT NULL DEFAULT 'team' CHECK (visibility IN ('personal', 'team')),
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    deleted_at    timestamptz,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (id)
);
CREATE INDEX lists_recent ON lists (workspace_id, updated_at DESC) WHERE deleted_at IS NULL;

-- Everyone on a list is a lead of its workspace: somebody from the catalogue becomes one, with locked fields, when added.
CREATE TABLE list_contacts (
    workspace_id  uuid NOT NULL,
    list_id       uuid NOT NULL,
    contact_id    uuid NOT NULL,
    position      double precision NOT NULL,
    note          text NOT NULL DEFAULT '' CHECK (length(note) <= 4000),
    tags          text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 20),
    added_by      uuid REFERENCES users,
    added_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, list_id, contact_id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES lists (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES leads (workspace_id, contact_id)
);
CREATE INDEX list_contacts_order ON list_contacts (workspace_id, list_id, position, contact_id);
CREATE INDEX list_contacts_contact ON list_contacts (workspace_id, contact_id);

-- Who may see or edit a list beyond the people of its workspace: guests have workspaces of their own.
CREATE TABLE list_members (
    workspace_id  uuid NOT NULL,
    list_id       uuid NOT NULL,
    user_id       uuid NOT NULL REFERENCES users,
    role          text NOT NULL CHECK (role IN ('viewer', 'editor')),
    invited_by    uuid NOT NULL REFERENCES users,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz,
    revoked_at    timestamptz,
    PRIMARY KEY (workspace_id, list_id, user_id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES lists (workspace_id, id)
);
CREATE INDEX list_members_user ON list_members (user_id) WHERE revoked_at IS NULL;

CALL guard_tenant_table('lists');
CALL guard_tenant_table('list_contacts');
CALL guard_tenant_table('list_members');
CALL guard_writers('lists');
CALL guard_writers('list_contacts');
CALL guard_writers('list_members');
GRANT SELECT, INSERT ON lists, list_contacts, list_members TO reachly_app;
GRANT UPDATE (name, description, visibility, owner_id, updated_at, deleted_at) ON lists TO reachly_app;
GRANT UPDATE (position, note, tags), DELETE ON list_contacts TO reachly_app;
GRANT UPDATE (role, expires_at, revoked_at) ON list_members TO reachly_app;
