-- The catalogue is for whoever has a workspace: without a scope it has no rows either.

-- Whoever stands behind another is seen as that one alone.
ALTER POLICY seen ON contacts USING (scope_workspace() IS NOT NULL AND (private_to IS NULL OR private_to = scope_workspace()) AND merged_into IS NULL);

ALTER TABLE organizations ENABLE ROW LEVEL SECURITY;
ALTER TABLE organizations FORCE ROW LEVEL SECURITY;
CREATE POLICY house ON organizations TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY seen ON organizations FOR SELECT TO reachly_app USING (scope_workspace() IS NOT NULL AND merged_into IS NULL);

-- Where somebody worked is seen by whoever sees the person.
ALTER TABLE employment_history ENABLE ROW LEVEL SECURITY;
ALTER TABLE employment_history FORCE ROW LEVEL SECURITY;
CREATE POLICY house ON employment_history TO CURRENT_USER USING (true) WITH CHECK (true);
CREATE POLICY seen ON employment_history FOR SELECT TO reachly_app
    USING (EXISTS (SELECT FROM contacts c WHERE c.id = employment_history.contact_id));

-- Nobody but the functions that look people up; no grant, and now no row either.
ALTER TABLE contact_keys ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_keys FORCE ROW LEVEL SECURITY;
CREATE POLICY house ON contact_keys TO CURRENT_USER USING (true) WITH CHECK (true);

-- Whoever only looks looks at imports too.
CALL guard_writers('import_runs');
CALL guard_writers('import_refusals');
