-- The first answer to each request that carried a key, kept so that the same request gives the same answer again.

-- No foreign key to the workspace: it would lock the row that equal requests queue up at, for each of them. Rows last a day.
CREATE TABLE answers (
    workspace_id  uuid NOT NULL,
    key           text NOT NULL CHECK (length(key) <= 240),
    digest        bytea NOT NULL,
    status        integer,
    headers       jsonb NOT NULL DEFAULT '{}',
    body          text NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, key)
);
CREATE INDEX answers_old ON answers (created_at);
CALL guard_tenant_table('answers');
GRANT SELECT ON answers TO reachly_app;
GRANT UPDATE (status, headers, body) ON answers TO reachly_app;

-- Takes the key for the caller's transaction, or gives the answer that was kept under it.
--
-- A row that another transaction has written and not yet committed is waited for, for two seconds, then 55P03: that is the equal request still
-- at work. A key older than it is kept is free, and so is that of its job, whether or not anybody has tidied up yet.
CREATE FUNCTION answer_begin(p_key text, p_digest bytea, p_keep interval)
RETURNS TABLE (fresh boolean, same boolean, status integer, headers jsonb, body text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    v_workspace uuid := scope_workspace();
BEGIN
    INSERT INTO answers AS a (workspace_id, key, digest) VALUES (v_workspace, p_key, p_digest)
        ON CONFLICT (workspace_id, key) DO UPDATE
           SET digest = p_digest, status = NULL, headers = '{}', body = '', created_at = clock_timestamp()
         WHERE a.created_at <= clock_timestamp() - p_keep;
    IF FOUND THEN
        UPDATE jobs j SET idempotency_key = NULL
         WHERE j.workspace_id = v_workspace AND j.idempotency_key = p_key AND j.created_at <= clock_timestamp() - p_keep;
        RETURN QUERY SELECT true, true, NULL::integer, NULL::jsonb, NULL::text;
    ELSE
        RETURN QUERY SELECT false, a.digest = p_digest, a.status, a.headers, a.body FROM answers a
                      WHERE a.workspace_id = v_workspace AND a.key = p_key;
    END IF;
END $$;

-- Forgets answers older than they are kept; returns how many.
CREATE FUNCTION answers_forget(p_after interval, p_most integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH due AS (
        SELECT a.workspace_id, a.key FROM answers a WHERE a.created_at <= clock_timestamp() - p_after
         ORDER BY a.created_at LIMIT p_most FOR UPDATE SKIP LOCKED),
    gone AS (
        DELETE FROM answers a USING due WHERE a.workspace_id = due.workspace_id AND a.key = due.key RETURNING 1)
    SELECT count(*) FROM gone
$$;
REVOKE EXECUTE ON FUNCTION answer_begin, answers_forget FROM PUBLIC;
GRANT EXECUTE ON FUNCTION answer_begin, answers_forget TO reachly_app;
