-- What the people who run this server see and do across workspaces: few functions, and a record of every act.
--
-- A function of the name desk_… does it for whoever owns the schema, which is the command line. A function of the name
-- operations_… does the same for the application, once the database itself has seen that the person in scope is an
-- administrator. None of them tells anything about leads: no name of a job (people write into it whom they look for),
-- no request and no answer of a provider.

CREATE TABLE operator_acts (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    user_id       uuid REFERENCES users,
    act           text NOT NULL CHECK (act IN ('retry', 'release', 'look')),
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    job_id        uuid,
    call_id       uuid,
    reason        text NOT NULL CHECK (length(reason) <= 500),
    outcome       jsonb NOT NULL DEFAULT '{}',
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id),
    FOREIGN KEY (workspace_id, call_id) REFERENCES provider_calls (workspace_id, id)
);
COMMENT ON COLUMN operator_acts.user_id IS 'Who; nobody where it came from the command line.';
ALTER TABLE operator_acts ENABLE ROW LEVEL SECURITY;
ALTER TABLE operator_acts FORCE ROW LEVEL SECURITY;
CREATE POLICY house ON operator_acts TO CURRENT_USER USING (true) WITH CHECK (true);

CREATE FUNCTION operator_acts_stay() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what an operator did is written down for good' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON operator_acts
    FOR EACH STATEMENT EXECUTE FUNCTION operator_acts_stay();

ALTER TABLE provider_calls ADD COLUMN looked_at timestamptz, ADD COLUMN look_note text;

CREATE TYPE desk_job AS (
    job_id uuid, workspace_id uuid, workspace text, number bigint, kind text, queue text, status text, attempt integer,
    crashes integer, waits integer, worker text, lease_until timestamptz, wake_at timestamptz, wait_reason text,
    cancel_requested_at timestamptz, created_at timestamptz, updated_at timestamptz, progress_done bigint, progress_total bigint,
    credits_spent bigint, credits_left bigint, why text[], last_event text, last_event_at timestamptz
);
CREATE TYPE desk_call AS (
    call_id uuid, workspace_id uuid, workspace text, job_id uuid, number bigint, job_status text, provider text, operation text,
    own_key boolean, repeat text, attempt integer, requested_at timestamptz, error text, may_have_cost bigint,
    looked_at timestamptz, look_note text
);
CREATE TYPE desk_act AS (
    id uuid, at timestamptz, who text, act text, workspace text, number bigint, reason text, outcome jsonb
);
CREATE TYPE desk_outcome AS (outcome text, workspace_id uuid, job_id uuid, number bigint, queue text, credits bigint);

-- Why an open job wants to be looked at: its lease ran out, it ought to have woken, nobody took it up, nobody stopped it, it
-- stopped workers. Empty where all is as it should be.
-- Without a search path of its own, so that it is taken into the query of whoever asks, which has one.
CREATE FUNCTION desk_why(j jobs, p_late interval, p_slow interval) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_remove(ARRAY[
        CASE WHEN j.status = 'running' AND j.lease_until < clock_timestamp() - p_late THEN 'lease' END,
        CASE WHEN j.status = 'waiting' AND j.wake_at < clock_timestamp() - p_late THEN 'wake' END,
        CASE WHEN j.status = 'queued' AND j.updated_at < clock_timestamp() - p_slow THEN 'queued' END,
        CASE WHEN j.cancel_requested_at < clock_timestamp() - p_slow THEN 'cancel' END,
        CASE WHEN j.crashes >= 2 THEN 'crashes' END], NULL)
$$;

-- Open jobs, oldest first: all, those that wait, or those that want to be looked at; after the one named, or these alone.
CREATE FUNCTION desk_jobs(p_list text, p_late interval, p_slow interval, p_after uuid, p_most integer, p_ids uuid[] DEFAULT NULL)
RETURNS SETOF desk_job LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT j.id, j.workspace_id, w.name, j.number, j.kind, j.queue, j.status, j.attempt, j.crashes, j.waits, j.worker, j.lease_until,
           j.wake_at, j.wait_reason, j.cancel_requested_at, j.created_at, j.updated_at, j.progress_done, j.progress_total,
           j.credits_spent, j.credits_held - j.credits_spent, y.why, e.text, e.created_at
      FROM jobs j
      JOIN workspaces w ON w.id = j.workspace_id
      CROSS JOIN LATERAL (SELECT desk_why(j, p_late, p_slow)) y(why)
      LEFT JOIN LATERAL (SELECT e.data ->> 'text' AS text, e.created_at FROM job_events e
                          WHERE e.workspace_id = j.workspace_id AND e.job_id = j.id AND e.kind = 'log' AND e.seq > 1
                          ORDER BY e.seq DESC LIMIT 1) e ON true
     WHERE j.finished_at IS NULL AND (p_after IS NULL OR j.id > p_after) AND (p_ids IS NULL OR j.id = ANY (p_ids))
       AND CASE p_list WHEN 'stuck' THEN cardinality(y.why) > 0 WHEN 'waiting' THEN j.status = 'waiting' ELSE true END
     ORDER BY j.id LIMIT p_most
$$;

-- Calls that got no answer, newest first: those nobody looked at yet, or those somebody did. One that may still be out is
-- not among them. What one may have cost our account is the most that an answered call of its sort cost lately.
CREATE FUNCTION desk_unknown(p_looked boolean, p_slow interval, p_before uuid, p_most integer)
RETURNS SETOF desk_call LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH found AS (
        SELECT c.* FROM provider_calls c
         WHERE c.status IN ('intent', 'unknown') AND (c.looked_at IS NOT NULL) = p_looked
           AND (c.status = 'unknown' OR c.requested_at < clock_timestamp() - p_slow) AND (p_before IS NULL OR c.id < p_before)
         ORDER BY c.id DESC LIMIT p_most),
    priced AS (
        SELECT sort.provider, sort.operation, max(lately.credits) AS credits
          FROM (SELECT DISTINCT f.provider, f.operation FROM found f) sort
          CROSS JOIN LATERAL (SELECT c.operation, c.credits FROM provider_calls c WHERE c.provider = sort.provider
                               ORDER BY c.requested_at DESC LIMIT 500) lately
         WHERE lately.operation = sort.operation GROUP BY 1, 2)
    SELECT f.id, f.workspace_id, w.name, f.job_id, j.number, j.status, f.provider, f.operation, f.own_key, f.repeat, f.attempt,
           f.requested_at, left(f.error, 200), p.credits, f.looked_at, f.look_note
      FROM found f JOIN workspaces w ON w.id = f.workspace_id
      LEFT JOIN jobs j ON j.workspace_id = f.workspace_id AND j.id = f.job_id
      LEFT JOIN priced p ON p.provider = f.provider AND p.operation = f.operation
     ORDER BY f.id DESC
$$;

-- How it goes: open jobs by queue and state, how late the sweep is, who works, what ended in the last hour, how providers answer.
CREATE FUNCTION desk_overview(p_late interval, p_slow interval) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    WITH opened AS MATERIALIZED (SELECT j.*, desk_why(j, p_late, p_slow) AS why FROM jobs j WHERE j.finished_at IS NULL),
    due AS (
        SELECT CASE status WHEN 'running' THEN lease_until WHEN 'waiting' THEN wake_at ELSE updated_at END AS at, dispatched_at
          FROM opened)
    SELECT jsonb_build_object(
        'queues', (SELECT coalesce(jsonb_agg(q ORDER BY q.queue DESC), '[]') FROM (
                     SELECT queue, count(*) FILTER (WHERE status = 'queued') AS queued,
                            count(*) FILTER (WHERE status = 'running') AS running,
                            count(*) FILTER (WHERE status = 'waiting') AS waiting,
                            min(created_at) FILTER (WHERE status = 'queued') AS oldest FROM opened GROUP BY queue) q),
        'open', (SELECT count(*) FROM opened),
        'stuck', (SELECT count(*) FROM opened WHERE cardinality(why) > 0),
        'waiting', (SELECT count(*) FROM opened WHERE status = 'waiting'),
        'held', (SELECT coalesce(sum(credits_held - credits_spent), 0) FROM opened),
        'unknown', (SELECT count(*) FROM provider_calls WHERE looked_at IS NULL AND (status = 'unknown'
                       OR status = 'intent' AND requested_at < clock_timestamp() - p_slow)),
        'oldest_due_at', (SELECT min(at) FROM due WHERE at <= clock_timestamp()),
        'sweep_late_s', (SELECT coalesce(extract(epoch FROM clock_timestamp() - min(at)), 0)::float8 FROM due
                          WHERE at <= clock_timestamp() AND (dispatched_at IS NULL OR dispatched_at < at)),
        'workers', (SELECT coalesce(jsonb_agg(x ORDER BY x.worker), '[]') FROM (
                      SELECT worker, count(*) AS jobs, max(lease_until) AS lease_until FROM opened
                       WHERE status = 'running' AND lease_until > clock_timestamp() GROUP BY worker) x),
        'ended', (SELECT coalesce(jsonb_object_agg(x.status, x.many), '{}') FROM (
                    SELECT status, count(*) AS many FROM jobs
                     WHERE finished_at > clock_timestamp() - interval '1 hour' AND forgotten_at IS NULL GROUP BY status) x),
        'providers', (SELECT coalesce(jsonb_agg(x ORDER BY x.provider), '[]') FROM (
                        SELECT provider, count(*) AS calls, count(*) FILTER (WHERE status = 'failed') AS failed,
                               count(*) FILTER (WHERE status = 'unknown') AS unknown,
                               round(percentile_cont(0.5) WITHIN GROUP (ORDER BY duration_ms))::int AS median_ms
                          FROM provider_calls WHERE requested_at > clock_timestamp() - interval '15 minutes' GROUP BY provider) x))
$$;

-- What operators did, newest first.
CREATE FUNCTION desk_acts(p_before uuid, p_most integer) RETURNS SETOF desk_act LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    SELECT a.id, a.at, u.email::text, a.act, w.name, j.number, a.reason, a.outcome
      FROM operator_acts a JOIN workspaces w ON w.id = a.workspace_id
      LEFT JOIN users u ON u.id = a.user_id
      LEFT JOIN provider_calls c ON c.workspace_id = a.workspace_id AND c.id = a.call_id
      LEFT JOIN jobs j ON j.workspace_id = a.workspace_id AND j.id = coalesce(a.job_id, c.job_id)
     WHERE p_before IS NULL OR a.id < p_before ORDER BY a.id DESC LIMIT p_most
$$;

-- Sends a job on its way now, and cuts short what it waits for. The caller sends the message after the commit.
--
-- The outcome is `sent`, or why nothing was done: `moved` (another attempt than the one that was seen), `working` (a worker has it),
-- `under_way` (sent a moment ago), `ended`, `gone`.
CREATE FUNCTION desk_retry(p_user uuid, p_job uuid, p_attempt integer, p_reason text)
RETURNS SETOF desk_outcome LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v jobs;
    v_outcome text;
BEGIN
    SELECT * INTO v FROM jobs WHERE id = p_job FOR UPDATE;
    v_outcome := CASE WHEN v.id IS NULL THEN 'gone' WHEN v.finished_at IS NOT NULL THEN 'ended' WHEN v.attempt <> p_attempt THEN 'moved'
                      WHEN v.status = 'running' AND v.lease_until > clock_timestamp() THEN 'working'
                      WHEN v.dispatched_at > clock_timestamp() - interval '2 seconds'
                           AND (v.status <> 'waiting' OR v.wake_at <= clock_timestamp()) THEN 'under_way'
                      ELSE 'sent' END;
    IF v_outcome = 'sent' THEN
        UPDATE jobs j SET dispatched_at = clock_timestamp(),
               wake_at = CASE WHEN j.status = 'waiting' THEN least(j.wake_at, clock_timestamp()) END,
               checkpoint = CASE WHEN j.status = 'waiting' AND jsonb_typeof(j.checkpoint -> 'sources') = 'object'
                                 THEN jsonb_set(j.checkpoint, '{sources}', coalesce((
                                     SELECT jsonb_object_agg(s.key, CASE jsonb_typeof(s.value) WHEN 'object' THEN s.value - 'resumes_at'
                                                                         ELSE s.value END)
                                       FROM jsonb_each(j.checkpoint -> 'sources') s), '{}'))
                                 ELSE j.checkpoint END
         WHERE j.id = v.id;
        UPDATE job_sources s SET resumes_at = clock_timestamp()
         WHERE s.workspace_id = v.workspace_id AND s.job_id = v.id AND s.resumes_at > clock_timestamp();
        PERFORM job_tell(v.id, 'log', jsonb_build_object('text', 'An operator had it tried again at once', 'tone', 'plain',
                                                         'detail', p_reason));
        INSERT INTO operator_acts (user_id, act, workspace_id, job_id, reason, outcome)
        VALUES (p_user, 'retry', v.workspace_id, v.id, p_reason,
                jsonb_build_object('status', v.status, 'attempt', v.attempt, 'wake_at', v.wake_at));
    END IF;
    RETURN NEXT (v_outcome, v.workspace_id, v.id, v.number, v.queue, 0)::desk_outcome;
END $$;

-- Ends an open job as failed, keeps what it brought, and gives back what it held. Whoever works on it can change nothing from then on.
--
-- The outcome is `released`, or why nothing was done: `moved`, `ended`, `gone`. `credits` came back.
CREATE FUNCTION desk_release(p_user uuid, p_job uuid, p_attempt integer, p_reason text)
RETURNS SETOF desk_outcome LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v jobs;
    v_outcome text;
    v_scope text := current_setting('reachly.workspace', true);
BEGIN
    IF coalesce(btrim(p_reason), '') = '' THEN
        RAISE EXCEPTION 'giving a job up wants a reason' USING ERRCODE = 'check_violation';
    END IF;
    -- Waits for a page that is just being delivered: what its transaction brought is then kept and paid.
    SELECT * INTO v FROM jobs WHERE id = p_job FOR UPDATE;
    v_outcome := CASE WHEN v.id IS NULL THEN 'gone' WHEN v.finished_at IS NOT NULL THEN 'ended' WHEN v.attempt <> p_attempt THEN 'moved'
                      ELSE 'released' END;
    IF v_outcome = 'released' THEN
        PERFORM set_config('reachly.workspace', v.workspace_id::text, true);
        INSERT INTO job_attempts (workspace_id, job_id, attempt, worker, found, found_worker, found_due_at, found_reason, crashes)
        SELECT v.workspace_id, v.id, v.attempt + 1, 'operator', v.status, v.worker, coalesce(v.lease_until, v.wake_at), v.wait_reason,
               v.crashes WHERE v.attempt > 0;
        UPDATE jobs SET attempt = attempt + 1, status = 'running', lease_until = clock_timestamp(), wake_at = NULL WHERE id = v.id;
        PERFORM job_tell(v.id, 'log', jsonb_build_object('text', 'An operator gave the job up', 'tone', 'bad', 'detail', p_reason));
        IF NOT job_end(v.id, v.attempt + 1, 'failed', NULL, 'given_up',
                       'Whoever runs this server gave the job up: ' || btrim(p_reason, ' .') || '. What it brought is yours.') THEN
            RAISE EXCEPTION 'job % did not end', v.id;
        END IF;
        PERFORM set_config('reachly.workspace', coalesce(v_scope, ''), true);
        INSERT INTO operator_acts (user_id, act, workspace_id, job_id, reason, outcome)
        VALUES (p_user, 'release', v.workspace_id, v.id, p_reason,
                jsonb_build_object('status', v.status, 'attempt', v.attempt, 'worker', v.worker, 'delivered', v.progress_done,
                                   'credits', v.credits_held - v.credits_spent));
    END IF;
    RETURN NEXT (v_outcome, v.workspace_id, v.id, v.number, v.queue, v.credits_held - v.credits_spent)::desk_outcome;
END $$;

-- Notes that somebody looked into a call without an answer. The outcome is `noted`, or `looked` (done before), `answered`, `gone`.
CREATE FUNCTION desk_look(p_user uuid, p_call uuid, p_note text) RETURNS SETOF desk_outcome
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v provider_calls;
    v_outcome text;
BEGIN
    SELECT * INTO v FROM provider_calls WHERE id = p_call FOR UPDATE;
    v_outcome := CASE WHEN v.id IS NULL THEN 'gone' WHEN v.status NOT IN ('intent', 'unknown') THEN 'answered'
                      WHEN v.looked_at IS NOT NULL THEN 'looked' ELSE 'noted' END;
    IF v_outcome = 'noted' THEN
        UPDATE provider_calls SET looked_at = clock_timestamp(), look_note = p_note WHERE workspace_id = v.workspace_id AND id = v.id;
        INSERT INTO operator_acts (user_id, act, workspace_id, call_id, reason, outcome)
        VALUES (p_user, 'look', v.workspace_id, v.id, p_note, jsonb_build_object('provider', v.provider, 'operation', v.operation));
    END IF;
    RETURN NEXT (v_outcome, v.workspace_id, v.job_id, NULL, NULL, NULL)::desk_outcome;
END $$;

-- The application's way to all this. Raises insufficient_privilege for whoever is no administrator.
CREATE FUNCTION operations_admin() RETURNS uuid LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    v_id uuid := (SELECT u.id FROM users u WHERE u.id = scope_user() AND u.role = 'admin' AND u.active);
BEGIN
    IF v_id IS NULL THEN
        RAISE EXCEPTION 'only an administrator may do that' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN v_id;
END $$;

CREATE FUNCTION operations_jobs(p_list text, p_late interval, p_slow interval, p_after uuid, p_most integer, p_ids uuid[] DEFAULT NULL)
RETURNS SETOF desk_job LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM operations_admin();
    RETURN QUERY SELECT * FROM desk_jobs(p_list, p_late, p_slow, p_after, p_most, p_ids);
END $$;

CREATE FUNCTION operations_unknown(p_looked boolean, p_slow interval, p_before uuid, p_most integer)
RETURNS SETOF desk_call LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM operations_admin();
    RETURN QUERY SELECT * FROM desk_unknown(p_looked, p_slow, p_before, p_most);
END $$;

CREATE FUNCTION operations_overview(p_late interval, p_slow interval)
RETURNS jsonb LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM operations_admin();
    RETURN desk_overview(p_late, p_slow);
END $$;

CREATE FUNCTION operations_acts(p_before uuid, p_most integer)
RETURNS SETOF desk_act LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM operations_admin();
    RETURN QUERY SELECT * FROM desk_acts(p_before, p_most);
END $$;

CREATE FUNCTION operations_retry(p_job uuid, p_attempt integer, p_reason text)
RETURNS SETOF desk_outcome LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM desk_retry(operations_admin(), p_job, p_attempt, p_reason);
END $$;

CREATE FUNCTION operations_release(p_job uuid, p_attempt integer, p_reason text)
RETURNS SETOF desk_outcome LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM desk_release(operations_admin(), p_job, p_attempt, p_reason);
END $$;

CREATE FUNCTION operations_look(p_call uuid, p_note text)
RETURNS SETOF desk_outcome LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM desk_look(operations_admin(), p_call, p_note);
END $$;

GRANT EXECUTE ON FUNCTION operations_jobs, operations_unknown, operations_overview, operations_acts, operations_retry,
    operations_release, operations_look TO reachly_app;
