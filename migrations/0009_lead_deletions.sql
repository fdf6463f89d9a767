-- Deleting leads can be undone for a while: each deletion is a batch that remembers how many it took and when.

CREATE TABLE lead_deletions (
    id            uuid NOT NULL DEFAULT uuidv7(),
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    user_id       uuid NOT NULL REFERENCES users,
    leads         bigint NOT NULL DEFAULT 0 CHECK (leads >= 0),
    created_at    timestamptz NOT NULL DEFAULT now(),
    restored_at   timestamptz,
    PRIMARY KEY (workspace_id, id)
);
CALL guard_tenant_table('lead_deletions');
GRANT SELECT, INSERT ON lead_deletions TO reachly_app;
GRANT UPDATE (leads, restored_at) ON lead_deletions TO reachly_app;

-- Which batch took the lead; a lead that a later job brings back keeps the number and is alive all the same.
ALTER TABLE leads ADD COLUMN deletion_id uuid,
    ADD FOREIGN KEY (workspace_id, deletion_id) REFERENCES lead_deletions (workspace_id, id);
CREATE INDEX leads_deletion ON leads (workspace_id, deletion_id) WHERE deletion_id IS NOT NULL;
GRANT UPDATE (deletion_id) ON leads TO reachly_app;
