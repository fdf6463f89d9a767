-- A job that stands in line for one of its workspace's places is not stuck, and is not to be hurried: it goes when its turn comes.

CREATE OR REPLACE FUNCTION desk_why(j jobs, p_late interval, p_slow interval) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT array_remove(ARRAY[
        CASE WHEN j.status = 'running' AND j.lease_until < clock_timestamp() - p_late THEN 'lease' END,
        CASE WHEN j.status = 'waiting' AND j.wake_at < clock_timestamp() - p_late AND j.parked_at IS NULL THEN 'wake' END,
        CASE WHEN j.status = 'queued' AND j.updated_at < clock_timestamp() - p_slow AND j.parked_at IS NULL THEN 'queued' END,
        CASE WHEN j.cancel_requested_at < clock_timestamp() - p_slow THEN 'cancel' END,
        CASE WHEN j.crashes >= 2 THEN 'crashes' END], NULL)
$$;

CREATE OR REPLACE FUNCTION desk_overview(p_late interval, p_slow interval) RETURNS jsonb LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    WITH opened AS MATERIALIZED (SELECT j.*, desk_why(j, p_late, p_slow) AS why FROM jobs j WHERE j.finished_at IS NULL),
    due AS (
        SELECT CASE status WHEN 'running' THEN lease_until WHEN 'waiting' THEN wake_at ELSE updated_at END AS at, dispatched_at
          FROM opened WHERE parked_at IS NULL)
    SELECT jsonb_build_object(
        'queues', (SELECT coalesce(jsonb_agg(q ORDER BY q.queue DESC), '[]') FROM (
                     SELECT queue, count(*) FILTER (WHERE status = 'queued') AS queued,
                            count(*) FILTER (WHERE parked_at IS NOT NULL) AS parked,
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

-- As before, and `in_line`: it waits for a place.
CREATE OR REPLACE FUNCTION desk_retry(p_user uuid, p_job uuid, p_attempt integer, p_reason text)
RETURNS SETOF desk_outcome LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v jobs;
    v_outcome text;
BEGIN
    SELECT * INTO v FROM jobs WHERE id = p_job FOR UPDATE;
    v_outcome := CASE WHEN v.id IS NULL THEN 'gone' WHEN v.finished_at IS NOT NULL THEN 'ended' WHEN v.attempt <> p_attempt THEN 'moved'
                      WHEN v.status = 'running' AND v.lease_until > clock_timestamp() THEN 'working'
                      WHEN v.parked_at IS NOT NULL THEN 'in_line'
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
