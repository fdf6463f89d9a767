-- What a job needed while it worked is not kept for ever: providers' answers hold people's data, keys hold nobody's.

ALTER TABLE jobs ADD COLUMN forgotten_at timestamptz;
CREATE INDEX jobs_to_forget ON jobs (finished_at) WHERE finished_at IS NOT NULL AND forgotten_at IS NULL;

-- The key of a retry is ours and says for ever which job was made of which; the others come from outside.
CREATE INDEX jobs_keyed ON jobs (created_at) WHERE idempotency_key IS NOT NULL AND idempotency_key NOT LIKE 'retry:%';

-- Empties the calls and drops the callbacks of jobs that ended so long ago; returns how many jobs those were.
--
-- That there was a call, when, what it cost and how it ended stays, since the provenance of leads names it.
CREATE FUNCTION jobs_forget(p_after interval, p_most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_jobs uuid[];
BEGIN
    SELECT array_agg(due.id) INTO v_jobs FROM (
        SELECT j.id FROM jobs j
         WHERE j.finished_at IS NOT NULL AND j.forgotten_at IS NULL AND j.finished_at < clock_timestamp() - p_after
         ORDER BY j.finished_at LIMIT p_most FOR UPDATE SKIP LOCKED) due;
    UPDATE provider_calls c SET body = NULL, request = '{}' FROM jobs j
     WHERE j.id = ANY (v_jobs) AND c.workspace_id = j.workspace_id AND c.job_id = j.id;
    DELETE FROM callbacks c USING jobs j
     WHERE j.id = ANY (v_jobs) AND c.workspace_id = j.workspace_id AND c.job_id = j.id;
    UPDATE jobs SET forgotten_at = clock_timestamp() WHERE id = ANY (v_jobs);
    RETURN coalesce(cardinality(v_jobs), 0);
END $$;

-- Frees idempotency keys older than they are kept; returns how many.
CREATE FUNCTION jobs_free_keys(p_after interval, p_most integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH due AS (
        SELECT j.id FROM jobs j
         WHERE j.idempotency_key IS NOT NULL AND j.idempotency_key NOT LIKE 'retry:%'
           AND j.created_at < clock_timestamp() - p_after
         ORDER BY j.created_at LIMIT p_most FOR UPDATE SKIP LOCKED),
    freed AS (
        UPDATE jobs j SET idempotency_key = NULL FROM due WHERE j.id = due.id RETURNING 1)
    SELECT count(*) FROM freed
$$;
GRANT EXECUTE ON FUNCTION jobs_forget, jobs_free_keys TO reachly_app;
REVOKE UPDATE (idempotency_key) ON jobs FROM reachly_app;

-- Wakes the job that waits for this run of Clay's, and with it the source that rested, so that it asks at once.
--
-- Gives the job that was woken; none where nobody waits for the run, or not any more.
CREATE FUNCTION jobs_wake_for_run(p_run text) RETURNS TABLE (workspace_id uuid, id uuid, queue text)
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE jobs j SET wake_at = clock_timestamp(),
                      checkpoint = jsonb_set(j.checkpoint, '{sources,clay,resumes_at}', 'null')
     WHERE j.finished_at IS NULL AND j.status = 'waiting'
       AND j.checkpoint #> '{sources,clay,pending,token,runs}' @> jsonb_build_array(jsonb_build_object('run_id', p_run))
    RETURNING j.workspace_id, j.id, j.queue
$$;
GRANT EXECUTE ON FUNCTION jobs_wake_for_run TO reachly_app;

-- Told less than the functions that took their place, and nobody asks them any more.
DROP FUNCTION session_find(bytea), api_key_find(bytea);
