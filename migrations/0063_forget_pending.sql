-- What a job that was stopped in between still waited for at a provider is people's data too: it is forgotten with the answers.
CREATE OR REPLACE FUNCTION jobs_forget(p_after interval, p_most integer) RETURNS bigint
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
    UPDATE jobs SET forgotten_at = clock_timestamp(),
           checkpoint = CASE WHEN jsonb_typeof(checkpoint -> 'sources') = 'object'
                             THEN jsonb_set(checkpoint, '{sources}', coalesce((
                                      SELECT jsonb_object_agg(s.key, CASE WHEN jsonb_typeof(s.value) = 'object' THEN s.value - 'pending' ELSE s.value END)
                                        FROM jsonb_each(checkpoint -> 'sources') s), '{}'))
                             ELSE checkpoint END
     WHERE id = ANY (v_jobs);
    RETURN coalesce(cardinality(v_jobs), 0);
END $$;
