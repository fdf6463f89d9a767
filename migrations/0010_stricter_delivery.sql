-- The database trusts the application's role less: it cannot give credits back, price its own jobs, or name a source free.

-- Nothing in the application gives a capture back: that is an operator's act.
REVOKE EXECUTE ON FUNCTION ledger_refund FROM reachly_app;
-- Whether a source costs the workspace nothing is written by job_request alone.
REVOKE INSERT ON job_sources FROM reachly_app;

-- A job that finds leads has the prices of the list, or those of the job that it goes on with.
CREATE FUNCTION jobs_priced() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM jsonb_each_text(NEW.prices) told(field, credits)
         WHERE NOT coalesce(
             told.credits::bigint = (SELECT p.credits FROM prices p WHERE p.action = 'lead_' || told.field)
             OR told.credits = (SELECT before.prices ->> told.field FROM jobs before
                                 WHERE before.workspace_id = NEW.workspace_id AND before.id = NEW.retry_of), false)) THEN
        RAISE EXCEPTION 'the prices are not those of the list' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER jobs_priced BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION jobs_priced();

-- Whether the workspace pays this source itself: it did when the job started, or it does now.
CREATE FUNCTION source_is_own(p_workspace uuid, p_job uuid, p_source text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM job_sources s
                    WHERE s.workspace_id = p_workspace AND s.job_id = p_job AND s.source = p_source AND s.own_key)
        OR EXISTS (SELECT FROM provider_keys k WHERE k.workspace_id = p_workspace AND k.provider = p_source)
$$;
