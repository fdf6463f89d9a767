-- One undo for all: deletions of leads are acts like any other. `leads.deletion_id` names the act that took the lead last.

-- The release before still writes its deletions into lead_deletions and names those.
ALTER TABLE leads DROP CONSTRAINT leads_workspace_id_deletion_id_fkey;

-- What can still be taken back stays so.
INSERT INTO actions (workspace_id, id, user_id, kind, count, undoable_until, created_at)
SELECT workspace_id, id, user_id, 'leads.delete', leads, created_at + interval '10 minutes', created_at FROM lead_deletions
 WHERE restored_at IS NULL AND leads > 0 AND created_at > now() - interval '10 minutes';

CREATE INDEX actions_person ON actions (workspace_id, user_id, created_at DESC, id DESC);
