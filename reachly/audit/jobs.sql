-- What must hold of jobs: their credits, their story, their state.

-- rule: a job's credits are its movements | a job holds once and gives back once
-- says: {told}
WITH moved AS (
    SELECT workspace_id, job_id,
           coalesce(sum(credits) FILTER (WHERE kind = 'hold'), 0) AS held, count(*) FILTER (WHERE kind = 'hold') AS holds,
           coalesce(sum(credits) FILTER (WHERE kind = 'capture'), 0) AS spent,
           coalesce(sum(credits) FILTER (WHERE kind = 'release'), 0) AS released, count(*) FILTER (WHERE kind = 'release') AS releases
      FROM transactions WHERE job_id IS NOT NULL GROUP BY 1, 2)
SELECT v.rule, j.workspace_id, v.told
  FROM jobs j
  LEFT JOIN moved m ON m.workspace_id = j.workspace_id AND m.job_id = j.id,
       LATERAL (VALUES
           ('a job''s credits are its movements', true,
            format('Job %s (%s): held, spent and released are %s, %s and %s, in the ledger %s, %s and %s', j.number, j.id, j.credits_held,
                   j.credits_spent, j.credits_released, coalesce(m.held, 0), coalesce(m.spent, 0), coalesce(m.released, 0))),
           ('a job holds once and gives back once', m.holds > 1 OR m.releases > 1,
            format('Job %s (%s) holds %s times and gives back %s times', j.number, j.id, m.holds, m.releases))
       ) v(rule, broken, told)
 WHERE (j.credits_held <> coalesce(m.held, 0) OR j.credits_spent <> coalesce(m.spent, 0) OR j.credits_released <> coalesce(m.released, 0)
        OR m.holds > 1 OR m.releases > 1) AND v.broken;

-- rule: no job cost more than was said
-- says: Job {number} ({id}): {spent} spent and {released} released of {held} held
SELECT workspace_id, id, number, credits_spent AS spent, credits_released AS released, credits_held AS held
  FROM jobs WHERE credits_spent + credits_released > credits_held;

-- rule: no hold outlives its job
-- says: Job {number} ({id}) has {status}: of {held} held, {spent} were spent and {released} released
SELECT workspace_id, id, number, status, credits_held AS held, credits_spent AS spent, credits_released AS released
  FROM jobs WHERE finished_at IS NOT NULL AND credits_held <> credits_spent + credits_released;

-- rule: jobs are numbered without a gap
-- says: {counted} jobs are counted; there are {jobs}, up to number {last}
SELECT w.id AS workspace_id, w.jobs_numbered AS counted, count(j.id) AS jobs, coalesce(max(j.number), 0) AS last
  FROM workspaces w
  LEFT JOIN jobs j ON j.workspace_id = w.id
 GROUP BY w.id
HAVING w.jobs_numbered <> count(j.id) OR w.jobs_numbered <> coalesce(max(j.number), 0);

-- rule: a job's state is whole
-- says: Job {number} ({id}) has {status}, {wrong}
SELECT workspace_id, id, number, status,
       concat_ws(', ', 'held by ' || worker, 'leased until ' || lease_until, 'to be woken at ' || wake_at,
                 'finished at ' || finished_at) AS wrong
  FROM jobs
 WHERE (status IN ('succeeded', 'failed', 'cancelled')) <> (finished_at IS NOT NULL)
    OR (status = 'running') <> (lease_until IS NOT NULL) OR ((finished_at IS NOT NULL OR attempt = 0) AND worker IS NOT NULL)
    OR (status = 'waiting') <> (wake_at IS NOT NULL);

-- One pass over the stories of jobs.
-- rule: a job's events are numbered without a gap | a job ends once and says so | a job's progress is what it delivered
-- says: {told}
SELECT v.rule, j.workspace_id, v.told
  FROM jobs j
  LEFT JOIN (SELECT workspace_id, job_id, count(*) AS events, min(seq) AS first, max(seq) AS last,
                    count(*) FILTER (WHERE kind = 'done') AS endings,
                    coalesce(sum(CASE WHEN kind = 'leads' THEN (data ->> 'delivered')::bigint END), 0) AS delivered
               FROM job_events GROUP BY 1, 2) e ON e.workspace_id = j.workspace_id AND e.job_id = j.id
  LEFT JOIN (SELECT workspace_id, job_id, sum(found) AS found FROM job_sources GROUP BY 1, 2) s
       ON s.workspace_id = j.workspace_id AND s.job_id = j.id
  LEFT JOIN (SELECT workspace_id, job_id, count(*) AS leads FROM leads GROUP BY 1, 2) l
       ON l.workspace_id = j.workspace_id AND l.job_id = j.id,
       LATERAL (VALUES
           ('a job''s events are numbered without a gap',
            j.event_seq <> coalesce(e.events, 0) OR j.event_seq <> coalesce(e.last, 0) OR e.first <> 1,
            format('Job %s (%s): it counts %s events; there are %s, from %s to %s', j.number, j.id, j.event_seq, coalesce(e.events, 0),
                   e.first, e.last)),
           ('a job ends once and says so', coalesce(e.endings, 0) <> (j.finished_at IS NOT NULL)::int,
            format('Job %s (%s) has %s, and its story tells %s ends', j.number, j.id, j.status, coalesce(e.endings, 0))),
           ('a job''s progress is what it delivered', j.kind = 'generate_leads'
            AND (j.progress_done <> coalesce(s.found, 0) OR j.progress_done <> coalesce(e.delivered, 0)
                 OR j.progress_done < coalesce(l.leads, 0)),
            format('Job %s (%s) shows %s leads; its sources brought %s, its story tells of %s, %s name it', j.number, j.id,
                   j.progress_done, coalesce(s.found, 0), coalesce(e.delivered, 0), coalesce(l.leads, 0)))
       ) v(rule, broken, told)
 WHERE v.broken;

-- rule: a source's credits are its captures
-- says: Job {number} ({job_id}): {source} shows {shown} credits, in the ledger {moved}
SELECT s.workspace_id, s.job_id, j.number, s.source, s.credits AS shown, coalesce(t.moved, 0) AS moved
  FROM job_sources s
  JOIN jobs j ON j.workspace_id = s.workspace_id AND j.id = s.job_id
  LEFT JOIN (SELECT workspace_id, job_id, source, sum(credits) AS moved FROM transactions WHERE kind = 'capture'
              GROUP BY 1, 2, 3) t ON t.workspace_id = s.workspace_id AND t.job_id = s.job_id AND t.source = s.source
 WHERE s.credits <> coalesce(t.moved, 0);

-- rule: a key makes one job
-- says: Idempotency key {key} made {jobs} jobs
SELECT workspace_id, idempotency_key AS key, count(*) AS jobs
  FROM jobs WHERE idempotency_key IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1;

-- rule: every finished export has the rows it shows
-- says: Job {number} ({id}) has succeeded and shows {shown} rows; {wrong}
SELECT j.workspace_id, j.id, j.number, j.progress_done AS shown,
       coalesce('the export has ' || e.rows, 'there is no export') AS wrong
  FROM jobs j
  LEFT JOIN exports e ON e.workspace_id = j.workspace_id AND e.job_id = j.id
 WHERE j.kind = 'export_leads' AND j.status = 'succeeded' AND (e.id IS NULL OR e.rows <> j.progress_done);

-- rule: an export is what its manifest says
-- says: Export {id}: {rows} rows, {bytes} bytes, sha256 {sha256}; its manifest says {told}
SELECT workspace_id, id, rows, bytes, sha256,
       concat_ws(', ', manifest ->> 'rows', manifest ->> 'bytes', manifest ->> 'sha256') AS told
  FROM exports
 WHERE (manifest ->> 'rows')::bigint IS DISTINCT FROM rows OR (manifest ->> 'bytes')::bigint IS DISTINCT FROM bytes
    OR manifest ->> 'sha256' IS DISTINCT FROM sha256;
