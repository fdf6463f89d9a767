-- Jobs tell how many were left out because they are hidden, and whoever is asked for is looked up before anybody is paid.

-- As before, with the hidden in the result of a search.
CREATE OR REPLACE FUNCTION job_end(p_job uuid, p_attempt integer, p_status text, p_result jsonb, p_code text, p_message text)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v jobs;
    v_left bigint;
BEGIN
    SELECT * INTO v FROM jobs
     WHERE workspace_id = scope_workspace() AND id = p_job AND finished_at IS NULL
       AND CASE WHEN p_attempt IS NULL THEN status IN ('queued', 'waiting') ELSE status = 'running' AND attempt = p_attempt END
       FOR UPDATE;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    v_left := v.credits_held - v.credits_spent;
    IF p_result IS NULL AND v.kind = 'generate_leads' THEN
        SELECT jsonb_build_object('delivered', v.progress_done, 'duplicates', coalesce(sum(s.owned), 0),
                                  'misses', coalesce(sum(s.misses), 0), 'suppressed', coalesce(sum(s.suppressed), 0),
                                  'hidden', coalesce(sum(s.hidden), 0),
                                  'exhausted_sources', coalesce(jsonb_agg(s.source ORDER BY s.position)
                                                                FILTER (WHERE s.state = 'finished'), '[]'),
                                  'failed_sources', coalesce(jsonb_agg(s.source ORDER BY s.position)
                                                             FILTER (WHERE s.state = 'failed'), '[]'))
          INTO p_result FROM job_sources s WHERE s.workspace_id = v.workspace_id AND s.job_id = v.id;
        UPDATE job_sources s SET state = CASE p_status WHEN 'succeeded' THEN 'finished' ELSE 'stopped' END, resumes_at = NULL
         WHERE s.workspace_id = v.workspace_id AND s.job_id = v.id AND s.state IN ('running', 'waiting');
    END IF;
    UPDATE jobs SET status = p_status, result = p_result, error_code = p_code, error_message = p_message, lease_until = NULL,
                    wake_at = NULL, wait_reason = NULL, worker = NULL, credits_released = v_left, finished_at = clock_timestamp()
     WHERE id = v.id;
    IF v_left > 0 THEN
        PERFORM ledger_move(v.workspace_id, 'release', 'held', 'available', v_left, 'release:' || v.id, NULL,
                            CASE p_status WHEN 'succeeded' THEN 'Finished' WHEN 'cancelled' THEN 'Cancelled' ELSE 'Failed' END
                            || ', ' || v_left || ' not needed', v.id);
    END IF;
    PERFORM job_tell(v.id, 'done', jsonb_build_object('status', p_status, 'released', v_left, 'spent', v.credits_spent,
                                                      'code', p_code, 'message', p_message));
    RETURN true;
END $$;

-- Which of these people (`n`, identity `keys`, `linkedin_url`, company `domain` and `name_key`) the workspace in scope hides.
CREATE FUNCTION people_hidden(p_people jsonb) RETURNS SETOF integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.n FROM jsonb_to_recordset(p_people) p(n integer, keys text[], linkedin_url text, domain text, name_key text)
     WHERE company_hidden(scope_workspace(), NULL, p.domain, p.name_key)
        OR EXISTS (SELECT FROM contact_keys k JOIN contacts c ON c.id = k.contact_id
                     JOIN hidden_contacts h ON h.workspace_id = scope_workspace() AND h.contact_id = c.id
                    WHERE k.key = ANY (p.keys)
                      AND (left(k.key, 1) <> 'n' OR c.linkedin_url IS NULL OR p.linkedin_url IS NULL
                           OR c.linkedin_url = p.linkedin_url))
        OR EXISTS (SELECT FROM imported_keys k JOIN hidden_contacts h ON h.workspace_id = k.workspace_id AND h.contact_id = k.contact_id
                    WHERE k.workspace_id = scope_workspace() AND k.key = ANY (p.keys))
$$;
REVOKE EXECUTE ON FUNCTION people_hidden FROM PUBLIC;
GRANT EXECUTE ON FUNCTION people_hidden TO reachly_app;
