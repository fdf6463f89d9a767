-- Jobs: one row is the whole truth about one request. A queue message only says "look at this row".

CREATE TABLE jobs (
    id                  uuid NOT NULL DEFAULT uuidv7(),
    workspace_id        uuid NOT NULL REFERENCES workspaces,
    number              bigint NOT NULL,
    user_id             uuid NOT NULL REFERENCES users,
    kind                text NOT NULL CHECK (kind IN ('generate_leads', 'export_leads', 'import_leads', 'enrich_leads',
                                                      'find_emails', 'validate_emails', 'sync_source')),
    queue               text NOT NULL CHECK (queue IN ('interactive', 'bulk')),
    name                text NOT NULL DEFAULT '',
    params              jsonb NOT NULL,
    params_version      integer NOT NULL DEFAULT 1,
    prices              jsonb NOT NULL DEFAULT '{}',
    status              text NOT NULL DEFAULT 'queued' CHECK (status IN
                            ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled')),
    attempt             integer NOT NULL DEFAULT 0,
    crashes             integer NOT NULL DEFAULT 0,
    waits               integer NOT NULL DEFAULT 0,
    worker              text,
    lease_until         timestamptz,
    wake_at             timestamptz,
    wait_reason         text,
    dispatched_at       timestamptz,
    checkpoint          jsonb NOT NULL DEFAULT '{}',
    progress_done       bigint NOT NULL DEFAULT 0,
    progress_total      bigint NOT NULL DEFAULT 0,
    credits_held        bigint NOT NULL DEFAULT 0 CHECK (credits_held >= 0),
    credits_spent       bigint NOT NULL DEFAULT 0 CHECK (credits_spent >= 0),
    credits_released    bigint NOT NULL DEFAULT 0 CHECK (credits_released >= 0),
    result              jsonb,
    error_code          text,
    error_message       text,
    cancel_requested_at timestamptz,
    retry_of            uuid,
    idempotency_key     text,
    request_digest      bytea,
    event_seq           bigint NOT NULL DEFAULT 0,
    created_at          timestamptz NOT NULL DEFAULT now(),
    started_at          timestamptz,
    finished_at         timestamptz,
    updated_at          timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (id),
    UNIQUE (workspace_id, id),
    UNIQUE (workspace_id, number),
    UNIQUE (workspace_id, idempotency_key),
    FOREIGN KEY (workspace_id, retry_of) REFERENCES jobs (workspace_id, id),
    CHECK (credits_spent + credits_released <= credits_held),
    CHECK (status <> 'running' OR lease_until IS NOT NULL),
    CHECK (status <> 'waiting' OR wake_at IS NOT NULL),
    CHECK ((finished_at IS NOT NULL) = (status IN ('succeeded', 'failed', 'cancelled')))
) WITH (fillfactor = 80);
CREATE INDEX jobs_open ON jobs (coalesce(lease_until, wake_at, created_at)) WHERE finished_at IS NULL;
CREATE INDEX jobs_recent ON jobs (workspace_id, number DESC);

ALTER TABLE transactions ADD FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id);

CREATE TABLE job_events (
    workspace_id  uuid NOT NULL,
    job_id        uuid NOT NULL,
    seq           bigint NOT NULL,
    kind          text NOT NULL CHECK (kind IN ('log', 'progress', 'leads', 'done')),
    data          jsonb NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, job_id, seq),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id)
);

-- Each outside call: the intent before it, the answer after it. An intent that got no answer is "unknown".
CREATE TABLE provider_calls (
    id            uuid NOT NULL DEFAULT uuidv7(),
    workspace_id  uuid NOT NULL,
    job_id        uuid,
    attempt       integer NOT NULL DEFAULT 0,
    step          text NOT NULL,
    provider      text NOT NULL,
    operation     text NOT NULL,
    own_key       boolean NOT NULL DEFAULT false,
    repeat        text NOT NULL CHECK (repeat IN ('free', 'charged', 'never')),
    request       jsonb NOT NULL DEFAULT '{}',
    status        text NOT NULL DEFAULT 'intent' CHECK (status IN ('intent', 'answered', 'failed', 'unknown')),
    http_status   integer,
    headers       jsonb,
    body          bytea,
    credits       bigint,
    error         text,
    duration_ms   integer,
    requested_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    answered_at   timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id)
);
CREATE INDEX provider_calls_step ON provider_calls (workspace_id, job_id, step, requested_at DESC);
CREATE INDEX provider_calls_recent ON provider_calls (provider, requested_at);

-- What came in from outside for a job that waits (a table's callback), kept until a step takes it.
CREATE TABLE callbacks (
    workspace_id  uuid NOT NULL,
    job_id        uuid NOT NULL,
    run           text NOT NULL,
    item          text NOT NULL,
    page          integer NOT NULL DEFAULT 0,
    body          jsonb NOT NULL,
    taken         boolean NOT NULL DEFAULT false,
    received_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, job_id, run, item, page),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id)
);

CALL guard_tenant_table('jobs');
CALL guard_tenant_table('job_events');
CALL guard_tenant_table('provider_calls');
CALL guard_tenant_table('callbacks');

GRANT SELECT ON jobs, job_events, provider_calls, callbacks TO reachly_app;
-- Money, identity and number of a job change only inside the functions below.
GRANT UPDATE (status, attempt, crashes, waits, worker, lease_until, wake_at, wait_reason, dispatched_at, checkpoint, progress_done,
              progress_total, cancel_requested_at, event_seq, started_at, updated_at, name, idempotency_key) ON jobs TO reachly_app;
GRANT INSERT ON job_events, provider_calls, callbacks TO reachly_app;
GRANT UPDATE (taken) ON callbacks TO reachly_app;
GRANT UPDATE (status, http_status, headers, body, credits, error, duration_ms, answered_at) ON provider_calls TO reachly_app;

-- Appends one event under the job's row lock, so that events are numbered without a gap; returns its number.
CREATE FUNCTION job_tell(p_job uuid, p_kind text, p_data jsonb) RETURNS bigint LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_seq bigint;
    v_workspace uuid;
BEGIN
    UPDATE jobs SET event_seq = event_seq + 1, updated_at = clock_timestamp() WHERE id = p_job
        RETURNING event_seq, workspace_id INTO v_seq, v_workspace;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no job %', p_job USING ERRCODE = 'no_data_found';
    END IF;
    INSERT INTO job_events (workspace_id, job_id, seq, kind, data) VALUES (v_workspace, p_job, v_seq, p_kind, p_data);
    RETURN v_seq;
END $$;
GRANT EXECUTE ON FUNCTION job_tell TO reachly_app;

-- Writes a job, its hold, its sources and the first lines of its story in the caller's transaction. The idempotency key is looked up before the balance.
--
-- Returns the job's id and whether it is a replay. Raises RL422 when the key was used for another request, RL402 when
-- the credits do not suffice.
CREATE FUNCTION job_request(
    p_kind text, p_queue text, p_name text, p_params jsonb, p_prices jsonb, p_total bigint, p_hold bigint, p_checkpoint jsonb,
    p_key text, p_digest bytea, p_retry_of uuid, p_sources jsonb, p_opening text
) RETURNS TABLE (job_id uuid, replayed boolean) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
    v_user uuid := scope_user();
    v_number bigint;
    v_id uuid;
    v_digest bytea;
BEGIN
    IF v_workspace IS NULL OR v_user IS NULL THEN
        RAISE EXCEPTION 'no workspace in scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- The workspace's row is the gate: equal requests queue up here and find the first one's job.
    UPDATE workspaces SET jobs_numbered = jobs_numbered + 1 WHERE id = v_workspace RETURNING jobs_numbered INTO v_number;
    IF p_key IS NOT NULL THEN
        SELECT j.id, j.request_digest INTO v_id, v_digest FROM jobs j
         WHERE j.workspace_id = v_workspace AND j.idempotency_key = p_key;
        IF FOUND THEN
            IF v_digest IS DISTINCT FROM p_digest THEN
                RAISE EXCEPTION 'this idempotency key was used for another request' USING ERRCODE = 'RL422';
            END IF;
            UPDATE workspaces SET jobs_numbered = jobs_numbered - 1 WHERE id = v_workspace;
            RETURN QUERY SELECT v_id, true;
            RETURN;
        END IF;
    END IF;
    INSERT INTO jobs (workspace_id, number, user_id, kind, queue, name, params, prices, progress_total, credits_held,
                      checkpoint, idempotency_key, request_digest, retry_of)
    VALUES (v_workspace, v_number, v_user, p_kind, p_queue, p_name, p_params, p_prices, p_total, p_hold,
            p_checkpoint, p_key, p_digest, p_retry_of)
    RETURNING id INTO v_id;
    IF p_hold > 0 THEN
        PERFORM ledger_move(v_workspace, 'hold', 'available', 'held', p_hold, 'hold:' || v_id, v_user, p_name, v_id);
    END IF;
    INSERT INTO job_sources (workspace_id, job_id, source, position, own_key)
    SELECT v_workspace, v_id, source ->> 0, place, (source ->> 1)::boolean
      FROM jsonb_array_elements(p_sources) WITH ORDINALITY chosen(source, place);
    PERFORM job_tell(v_id, 'log', jsonb_build_object('text', p_opening, 'tone', 'plain'));
    IF p_hold > 0 THEN
        PERFORM job_tell(v_id, 'log', jsonb_build_object('text', to_char(p_hold, 'FM999,999,999,999') || ' credits held',
                                                         'tone', 'active'));
    END IF;
    RETURN QUERY SELECT v_id, false;
END $$;
GRANT EXECUTE ON FUNCTION job_request TO reachly_app;

-- Ends a job: status, result, release of what is still held and the last event, in one go.
--
-- With an attempt the caller must be the one who holds the job; without one (a cancelled job that nobody runs) it must
-- not be running. Returns whether it ended here.
CREATE FUNCTION job_end(p_job uuid, p_attempt integer, p_status text, p_result jsonb, p_code text, p_message text)
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
GRANT EXECUTE ON FUNCTION job_end TO reachly_app;

-- Maintenance across workspaces: few functions, each doing one thing.

-- The workspace and person of a job, so that a worker that was given an id can set its scope.
CREATE FUNCTION job_scope(p_job uuid) RETURNS TABLE (workspace_id uuid, user_id uuid, kind text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT j.workspace_id, j.user_id, j.kind FROM jobs j WHERE j.id = p_job
$$;
GRANT EXECUTE ON FUNCTION job_scope TO reachly_app;

-- The outbox: open jobs that ought to be on their way and seem not to be, stamped as sent. Many sweeps may run at once.
CREATE FUNCTION jobs_to_send(p_first interval, p_again interval, p_most integer)
RETURNS TABLE (id uuid, queue text) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH due AS (
        SELECT j.id FROM jobs j
         WHERE j.finished_at IS NULL
           AND (   (j.status = 'queued' AND coalesce(j.dispatched_at + p_again, j.updated_at + p_first) <= clock_timestamp())
                OR (j.status = 'waiting' AND j.wake_at <= clock_timestamp()
                    AND (j.dispatched_at IS NULL OR j.dispatched_at < j.wake_at OR j.dispatched_at + p_again <= clock_timestamp()))
                OR (j.status = 'running' AND j.lease_until <= clock_timestamp()
                    AND (j.dispatched_at IS NULL OR j.dispatched_at < j.lease_until
                         OR j.dispatched_at + p_again <= clock_timestamp())))
         ORDER BY coalesce(j.lease_until, j.wake_at, j.created_at)
         LIMIT p_most
           FOR UPDATE SKIP LOCKED)
    UPDATE jobs j SET dispatched_at = clock_timestamp() FROM due WHERE j.id = due.id RETURNING j.id, j.queue
$$;
GRANT EXECUTE ON FUNCTION jobs_to_send TO reachly_app;
