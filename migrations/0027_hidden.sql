-- Whom a workspace does not want to see, find or buy: people, and companies with all who work there.

CREATE TABLE hidden_contacts (
    workspace_id    uuid NOT NULL REFERENCES workspaces,
    contact_id      uuid NOT NULL REFERENCES contacts,
    user_id         uuid REFERENCES users,
    reason          text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, contact_id)
);

-- A company is known by its domain, by its row in the catalogue, or by both; an exclusion list may name one that is not in the catalogue.
CREATE TABLE hidden_companies (
    workspace_id    uuid NOT NULL REFERENCES workspaces,
    id              uuid NOT NULL DEFAULT uuidv7(),
    organization_id uuid REFERENCES organizations,
    domain          text,
    name            text NOT NULL DEFAULT '',
    user_id         uuid REFERENCES users,
    reason          text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, organization_id),
    UNIQUE (workspace_id, domain),
    CHECK (organization_id IS NOT NULL OR domain IS NOT NULL)
);

CALL guard_tenant_table('hidden_contacts');
CALL guard_tenant_table('hidden_companies');
CALL guard_writers('hidden_contacts');
CALL guard_writers('hidden_companies');
GRANT SELECT, INSERT, DELETE ON hidden_contacts, hidden_companies TO reachly_app;
GRANT UPDATE (reason) ON hidden_contacts, hidden_companies TO reachly_app;
