-- What a role may write, in every table that people write and behind every function that writes for them.

CALL guard_writers('leads');
CALL guard_writers('lead_deletions');
CALL guard_writers('exports');
CALL guard_writers('downloads');
CALL guard_writers('jobs');
CALL guard_writers('job_events');
CALL guard_writers('job_sources');
CALL guard_writers('job_attempts');
CALL guard_writers('provider_calls');
CALL guard_writers('callbacks');
CALL guard_writers('answers');
CALL guard_writers('actions');
CALL guard_writers('action_items');
CALL guard_writers('mails');

-- Policies do not hold for the functions that go around them, so what those write for a person asks once more. Statement by
-- statement: it costs no more for many rows, and refuses where no row would have been found.
CREATE FUNCTION only_writers() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF scope_user() IS NOT NULL AND NOT scope_writes() THEN
        RAISE EXCEPTION 'this role may look and not change' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER jobs_only_writers BEFORE INSERT OR UPDATE ON jobs FOR EACH STATEMENT EXECUTE FUNCTION only_writers();
CREATE TRIGGER leads_only_writers BEFORE INSERT OR UPDATE OR DELETE ON leads FOR EACH STATEMENT EXECUTE FUNCTION only_writers();
CREATE TRIGGER unlocks_only_writers BEFORE INSERT ON unlocks FOR EACH STATEMENT EXECUTE FUNCTION only_writers();
CREATE TRIGGER transactions_only_writers BEFORE INSERT ON transactions FOR EACH STATEMENT EXECUTE FUNCTION only_writers();

-- Keys of providers and the workspace itself belong to those who run it.
CREATE POLICY running_insert ON provider_keys AS RESTRICTIVE FOR INSERT TO reachly_app WITH CHECK ((SELECT scope_runs()));
CREATE POLICY running_update ON provider_keys AS RESTRICTIVE FOR UPDATE TO reachly_app USING (true) WITH CHECK ((SELECT scope_runs()));
CREATE POLICY running_delete ON provider_keys AS RESTRICTIVE FOR DELETE TO reachly_app USING ((SELECT scope_runs()));
-- Its row is also the lock that jobs queue up at, which takes no more than reading it.
CREATE POLICY running_update ON workspaces AS RESTRICTIVE FOR UPDATE TO reachly_app USING (true) WITH CHECK ((SELECT scope_runs()));

-- What is one's own: keys for programs, columns, warnings that were put away. Who runs the workspace sees and revokes all keys.
CREATE POLICY own ON api_keys AS RESTRICTIVE TO reachly_app
    USING (scope_user() IS NULL OR user_id = scope_user() OR (SELECT scope_runs()))
    WITH CHECK (user_id = scope_user() OR (SELECT scope_runs()));
CREATE POLICY made_by_oneself ON api_keys AS RESTRICTIVE FOR INSERT TO reachly_app WITH CHECK (user_id = scope_user());
CREATE POLICY own ON saved_columns AS RESTRICTIVE TO reachly_app
    USING (scope_user() IS NULL OR user_id = scope_user()) WITH CHECK (user_id = scope_user());
CREATE POLICY own ON spend_warnings_read AS RESTRICTIVE FOR INSERT TO reachly_app WITH CHECK (user_id = scope_user());
CREATE POLICY writers_insert ON notifications AS RESTRICTIVE FOR INSERT TO reachly_app WITH CHECK ((SELECT scope_writes()));

-- Whoever runs the server acts on jobs of any workspace, as the house, whatever their role in their own.
CREATE OR REPLACE FUNCTION operations_retry(p_job uuid, p_attempt integer, p_reason text)
RETURNS SETOF desk_outcome LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_admin uuid := operations_admin();
BEGIN
    PERFORM set_config('reachly.user', '', true);
    RETURN QUERY SELECT * FROM desk_retry(v_admin, p_job, p_attempt, p_reason);
    PERFORM set_config('reachly.user', v_admin::text, true);
END $$;
CREATE OR REPLACE FUNCTION operations_release(p_job uuid, p_attempt integer, p_reason text)
RETURNS SETOF desk_outcome LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_admin uuid := operations_admin();
BEGIN
    PERFORM set_config('reachly.user', '', true);
    RETURN QUERY SELECT * FROM desk_release(v_admin, p_job, p_attempt, p_reason);
    PERFORM set_config('reachly.user', v_admin::text, true);
END $$;

-- The workspaces of the person in scope, their own first.
CREATE FUNCTION my_workspaces() RETURNS TABLE (id uuid, name text, role text, personal boolean, people bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.id, w.name, m.role, w.personal_of IS NOT DISTINCT FROM m.user_id,
           (SELECT count(*) FROM memberships all_of WHERE all_of.workspace_id = w.id)
      FROM memberships m JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = scope_user()
     ORDER BY w.personal_of IS NOT DISTINCT FROM m.user_id DESC, lower(w.name), w.id
$$;
REVOKE EXECUTE ON FUNCTION my_workspaces FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_workspaces TO reachly_app;

-- Why a session ended, where that was not its person's wish: they were put out of its workspace.
ALTER TABLE sessions ADD COLUMN ended_why text;

-- Has a session of the person in scope work in another of their workspaces, and remembers it for their next sign-in.
CREATE FUNCTION session_move(p_hash bytea, p_workspace uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE sessions s SET workspace_id = p_workspace
     WHERE s.token_hash = p_hash AND s.user_id = scope_user() AND s.ended_at IS NULL
       AND EXISTS (SELECT FROM memberships m WHERE m.workspace_id = p_workspace AND m.user_id = s.user_id);
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    UPDATE users u SET preferences = u.preferences || jsonb_build_object('workspace', p_workspace) WHERE u.id = scope_user();
    RETURN true;
END $$;

-- The workspace whose people a session's person does not belong to any more, told to the session's own browser for a day.
CREATE FUNCTION session_put_out(p_hash bytea) RETURNS TABLE (workspace text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.name FROM sessions s JOIN workspaces w ON w.id = s.workspace_id
     WHERE s.token_hash = p_hash AND s.ended_why = 'removed' AND s.ended_at > now() - interval '1 day'
$$;
REVOKE EXECUTE ON FUNCTION session_move, session_put_out FROM PUBLIC;
GRANT EXECUTE ON FUNCTION session_move, session_put_out TO reachly_app;
