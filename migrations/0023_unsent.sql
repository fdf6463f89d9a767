-- What was stamped as sent and could not be sent is due again at once: nobody comes for it, and its place is not taken.
--
-- Waits for nobody: a row that is locked is just being worked on.
CREATE FUNCTION jobs_unsent(p_ids uuid[]) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH stood AS (
        SELECT j.id FROM jobs j WHERE j.id = ANY (p_ids) AND j.finished_at IS NULL FOR NO KEY UPDATE SKIP LOCKED),
    freed AS (
        UPDATE jobs j SET dispatched_at = NULL FROM stood WHERE j.id = stood.id RETURNING 1)
    SELECT count(*) FROM freed
$$;
REVOKE EXECUTE ON FUNCTION jobs_unsent FROM PUBLIC;
GRANT EXECUTE ON FUNCTION jobs_unsent TO reachly_app;
