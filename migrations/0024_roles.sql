-- What a person may do in the workspace in scope, asked by policies and by the functions that go around them.

-- The role of the person in scope; NULL for nobody, and for somebody who does not belong to the workspace (any more).
CREATE FUNCTION scope_role() RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.role FROM memberships m WHERE m.workspace_id = scope_workspace() AND m.user_id = scope_user()
$$;

-- Whether whoever is in scope may change what the workspace has: its people but viewers, and the house itself, which
-- works without a person (the schedule, and a job whose person has left).
CREATE FUNCTION scope_writes() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT scope_workspace() IS NOT NULL
       AND (scope_user() IS NULL OR coalesce(scope_role() IN ('owner', 'admin', 'member'), false))
$$;

-- Whether the person in scope runs the workspace: its people, its limits, its keys.
CREATE FUNCTION scope_runs() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(scope_role() IN ('owner', 'admin'), false)
$$;

REVOKE EXECUTE ON FUNCTION scope_role FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scope_role, scope_writes, scope_runs TO reachly_app;

-- Forbids writes of a guarded table to whoever only looks. Asked once per statement and not once per row. A row that may not
-- be changed is refused and not passed over: an update that finds nothing says the wrong thing.
CREATE PROCEDURE guard_writers(name regclass) LANGUAGE plpgsql AS $$
DECLARE
    v_verb text;
BEGIN
    FOREACH v_verb IN ARRAY ARRAY['INSERT', 'UPDATE', 'DELETE'] LOOP
        EXECUTE format('CREATE POLICY writers_%s ON %s AS RESTRICTIVE FOR %s TO reachly_app %s', lower(v_verb), name, v_verb,
                       CASE v_verb WHEN 'INSERT' THEN 'WITH CHECK ((SELECT scope_writes()))'
                                   WHEN 'UPDATE' THEN 'USING (true) WITH CHECK ((SELECT scope_writes()))'
                                   ELSE 'USING ((SELECT scope_writes()))' END);
    END LOOP;
END $$;
