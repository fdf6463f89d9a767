-- Turns: so many jobs of one workspace run at a time, the rest stand in line, and no workspace's line keeps another's waiting.

-- `turn_at`: since when it stands in line (asked for, or put back at the end). `parked_at`: a worker came for it while its
-- workspace had no place free.
ALTER TABLE jobs ADD COLUMN turn_at timestamptz NOT NULL DEFAULT now(), ADD COLUMN parked_at timestamptz;
GRANT UPDATE (turn_at, parked_at) ON jobs TO reachly_app;

-- Why a job of this queue cannot start now, in words; NULL when there is a place. Exact only under the lock of the
-- workspace's row.
CREATE FUNCTION places_taken(p_workspace uuid, p_queue text, p_all integer, p_interactive integer, p_bulk integer) RETURNS text
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN here >= most THEN format('waits for a free place (%s of %s running)', here, most)
                WHEN everywhere >= p_all THEN format('waits for a free place (%s of %s running)', everywhere, p_all) END
      FROM (SELECT count(*) AS everywhere, count(*) FILTER (WHERE j.queue = p_queue) AS here,
                   CASE p_queue WHEN 'bulk' THEN p_bulk ELSE p_interactive END AS most
              FROM jobs j WHERE j.workspace_id = p_workspace AND j.status = 'running' AND j.finished_at IS NULL) standing
$$;
GRANT EXECUTE ON FUNCTION places_taken TO reachly_app;

-- The gate before a claim, in the claim's own transaction: whether there is a place for this job of the workspace in scope.
--
-- Leaves the status in which it may be claimed in the setting `reachly.place`; the claim takes it in no other. The
-- workspace's row is locked, as it is for requests, so that claims of one workspace count its running jobs one after the
-- other. Where no place is free the setting is empty, and the job stays in line and says why. A job whose lease ran out has
-- its place already.
CREATE FUNCTION job_gate(p_job uuid, p_all integer, p_interactive integer, p_bulk integer) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v jobs;
    v_full text;
BEGIN
    SELECT * INTO v FROM jobs j WHERE j.id = p_job AND j.finished_at IS NULL;
    IF v.status IN ('queued', 'waiting') THEN
        PERFORM FROM workspaces w WHERE w.id = v.workspace_id FOR NO KEY UPDATE;
        v_full := places_taken(v.workspace_id, v.queue, p_all, p_interactive, p_bulk);
    END IF;
    PERFORM set_config('reachly.place', CASE WHEN v_full IS NULL THEN coalesce(v.status, '') ELSE '' END, true);
    IF v_full IS NOT NULL THEN
        UPDATE jobs j SET parked_at = coalesce(j.parked_at, clock_timestamp()), dispatched_at = NULL, wait_reason = v_full,
                          updated_at = clock_timestamp()
         WHERE j.id = p_job AND j.status = v.status AND j.attempt = v.attempt
           AND (j.status = 'queued' OR j.wake_at <= clock_timestamp())
           AND (j.parked_at IS NULL OR j.dispatched_at IS NOT NULL);
    END IF;
END $$;
GRANT EXECUTE ON FUNCTION job_gate TO reachly_app;

-- Picks the jobs that may go on their way, stamps them as sent and returns them in the order in which they go: what lost
-- its worker first, then interactive before bulk, and of each workspace one before the next one's second.
--
-- No more of a workspace than it has places free; what was sent and not yet taken counts as if it ran. Many may pick at
-- once, and each job is picked by one of them.
CREATE FUNCTION jobs_pick(p_workspace uuid, p_first interval, p_again interval, p_most integer, p_all integer,
                          p_interactive integer, p_bulk integer)
RETURNS TABLE (id uuid, queue text) LANGUAGE sql SET search_path = public, pg_temp AS $$
    WITH open AS MATERIALIZED (
        SELECT j.id, j.workspace_id, j.queue, j.number, j.dispatched_at, j.status = 'running' AS running,
               greatest(j.turn_at, j.wake_at) AS since,
               CASE j.status WHEN 'running' THEN j.lease_until WHEN 'waiting' THEN j.wake_at END AS due_at,
               coalesce(j.dispatched_at > clock_timestamp() - p_again
                        AND j.dispatched_at >= coalesce(j.lease_until, j.wake_at, j.dispatched_at), false) AS under_way,
               j.dispatched_at IS NULL AND j.parked_at IS NULL AND j.status = 'queued'
                   AND j.updated_at > clock_timestamp() - p_first AS young
          FROM jobs j
         WHERE j.finished_at IS NULL AND (p_workspace IS NULL OR j.workspace_id = p_workspace)
           AND (j.status <> 'waiting' OR j.wake_at <= clock_timestamp())),
    places AS (
        SELECT o.workspace_id, p_all - count(*) AS free, p_interactive - count(*) FILTER (WHERE o.queue <> 'bulk') AS interactive,
               p_bulk - count(*) FILTER (WHERE o.queue = 'bulk') AS bulk
          FROM open o WHERE o.running OR o.under_way GROUP BY 1),
    line AS (
        SELECT o.*, row_number() OVER (PARTITION BY o.workspace_id, o.queue ORDER BY o.since, o.number) AS nth
          FROM open o WHERE NOT o.running AND NOT o.under_way AND NOT o.young),
    next AS (
        SELECT l.*, row_number() OVER (PARTITION BY l.workspace_id ORDER BY l.queue = 'bulk', l.nth) AS round,
               coalesce(p.free, p_all) AS free
          FROM line l LEFT JOIN places p USING (workspace_id)
         WHERE l.nth <= CASE l.queue WHEN 'bulk' THEN coalesce(p.bulk, p_bulk) ELSE coalesce(p.interactive, p_interactive) END),
    chosen AS (
        SELECT c.*, row_number() OVER (ORDER BY c.rescue DESC, c.queue = 'bulk', c.round, c.since) AS place
          FROM (SELECT n.id, n.queue, n.dispatched_at, n.since, n.round, false AS rescue FROM next n WHERE n.round <= n.free
                UNION ALL
                SELECT o.id, o.queue, o.dispatched_at, o.since, 0, true FROM open o
                 WHERE o.running AND o.due_at <= clock_timestamp() AND NOT o.under_way) c
         ORDER BY place LIMIT p_most),
    due AS (
        SELECT j.id, c.place FROM chosen c JOIN jobs j ON j.id = c.id
         WHERE j.finished_at IS NULL AND j.dispatched_at IS NOT DISTINCT FROM c.dispatched_at
           FOR NO KEY UPDATE OF j SKIP LOCKED),
    sent AS (
        UPDATE jobs j SET dispatched_at = clock_timestamp() FROM due WHERE j.id = due.id RETURNING j.id, j.queue, due.place)
    SELECT s.id, s.queue FROM sent s ORDER BY s.place
$$;

-- The outbox: open jobs of all workspaces that ought to be on their way and seem not to be, in turn.
CREATE FUNCTION jobs_in_turn(p_first interval, p_again interval, p_most integer, p_all integer, p_interactive integer,
                             p_bulk integer)
RETURNS TABLE (id uuid, queue text) LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM jobs_pick(NULL, p_first, p_again, p_most, p_all, p_interactive, p_bulk)
$$;

-- What may start because this job gave its place free. Under the workspace's lock, so that a claim that is just being
-- refused for want of that place is seen.
CREATE FUNCTION jobs_after(p_job uuid, p_again interval, p_all integer, p_interactive integer, p_bulk integer)
RETURNS TABLE (id uuid, queue text) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid;
BEGIN
    SELECT j.workspace_id INTO v_workspace FROM jobs j WHERE j.id = p_job;
    PERFORM FROM workspaces w WHERE w.id = v_workspace FOR NO KEY UPDATE;
    RETURN QUERY SELECT p.id, p.queue FROM jobs_pick(v_workspace, '0', p_again, p_all, p_all, p_interactive, p_bulk) p;
END $$;

-- Whether somebody waits for what this job uses: a thread of its queue (interactive jobs may have a bulk job's), or, where
-- it is of the same workspace and queue, its place. Who came within the last second is not waited for yet.
CREATE FUNCTION jobs_wait_behind(p_job uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT FROM jobs mine JOIN jobs j ON j.finished_at IS NULL AND j.id <> mine.id
         WHERE mine.id = p_job AND j.status IN ('queued', 'waiting')
           AND greatest(j.turn_at, j.wake_at) < clock_timestamp() - interval '1 second'
           AND (j.queue = mine.queue OR (j.queue = 'interactive' AND j.parked_at IS NULL))
           AND (j.parked_at IS NULL OR j.workspace_id = mine.workspace_id))
$$;
GRANT EXECUTE ON FUNCTION jobs_in_turn, jobs_after, jobs_wait_behind TO reachly_app;

-- A workspace has only so many jobs open. Asked under the lock of its row, which job_request holds from its first line on
-- and after it looked for the idempotency key: the most comes with the request, as the scope does.
CREATE FUNCTION jobs_open_most() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_most integer := nullif(current_setting('reachly.open_jobs', true), '')::integer;
    v_open integer;
BEGIN
    IF v_most IS NULL THEN
        RETURN NEW;
    END IF;
    SELECT count(*) INTO v_open FROM (
        SELECT FROM jobs j WHERE j.workspace_id = NEW.workspace_id AND j.finished_at IS NULL LIMIT v_most) seen;
    IF v_open >= v_most THEN
        RAISE EXCEPTION '% jobs are open, and % may be', v_open, v_most
            USING ERRCODE = 'RL429', DETAIL = json_build_object('open', v_open, 'most', v_most)::text;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER jobs_open_most BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION jobs_open_most();
