-- What must hold of jobs: their credits, their story, their state.

-- rule: a job's credits are its movements
-- says: Job {number} ({id}): held, spent and released are {says}, in the ledger {moved}
WITH moved AS (
    SELECT workspace_id, job_id,
           coalesce(sum(credits) FILTER (WHERE kind = 'hold'), 0) AS held,
           coalesce(sum(credits) FILTER (WHERE kind = 'capture'), 0) AS spent,
           coalesce(sum(credits) FILTER (WHERE kind = 'release'), 0) AS released
      FROM transactions WHERE job_id IS NOT NULL GROUP BY 1, 2)
SELECT j.workspace_id, j.id, j.number,
       concat_ws(', ', j.credits_held, j.credits_spent, j.credits_released) AS says,
       concat_ws(', ', coalesce(m.held, 0), coalesce(m.spent, 0), coalesce(m.released, 0)) AS moved
  FROM jobs j
  LEFT JOIN moved m ON m.workspace_id = j.workspace_id AND m.job_id = j.id
 WHERE j.credits_held <> coalesce(m.held, 0) OR j.credits_spent <> coalesce(m.spent, 0)
    OR j.credits_released <> coalesce(m.released, 0);

-- rule: no job cost more than was said
-- says: Job {number} ({id}): {spent} spent and {released} released of {held} held
SELECT workspace_id, id, number, credits_spent AS spent, credits_released AS released, credits_held AS held
  FROM jobs WHERE credits_spent + credits_released > credits_held;

-- rule: no hold outlives its job
-- says: Job {number} ({id}) has {status}: of {held} held, {spent} were spent and {released} released
SELECT workspace_id, id, number, status, credits_held AS held, credits_spent AS spent, credits_released AS released
  FROM jobs WHERE finished_at IS NOT NULL AND credits_held <> credits_spent + credits_released;

-- rule: a job's events are numbered without a gap
-- says: Job {number} ({id}): it counts {event_seq} events; there are {events}, from {first} to {last}
SELECT j.workspace_id, j.id, j.number, j.event_seq, coalesce(e.events, 0) AS events, e.first, e.last
  FROM jobs j
  LEFT JOIN (SELECT workspace_id, job_id, count(*) AS events, min(seq) AS first, max(seq) AS last
               FROM job_events GROUP BY 1, 2) e ON e.workspace_id = j.workspace_id AND e.job_id = j.id
 WHERE j.event_seq <> coalesce(e.events, 0) OR j.event_seq <> coalesce(e.last, 0);

-- rule: jobs are numbered without a gap
-- says: {counted} jobs are counted; there are {jobs}, up to number {last}
SELECT w.id AS workspace_id, w.jobs_numbered AS counted, count(j.id) AS jobs, coalesce(max(j.number), 0) AS last
  FROM workspaces w
  LEFT JOIN jobs j ON j.workspace_id = w.id
 GROUP BY w.id
HAVING w.jobs_numbered <> count(j.id) OR w.jobs_numbered <> coalesce(max(j.number), 0);

-- rule: a job ends once and says so
-- says: Job {number} ({id}) has {status}, and its story tells {endings} ends
SELECT j.workspace_id, j.id, j.number, j.status, coalesce(e.endings, 0) AS endings
  FROM jobs j
  LEFT JOIN (SELECT workspace_id, job_id, count(*) AS endings FROM job_events WHERE kind = 'done' GROUP BY 1, 2) e
       ON e.workspace_id = j.workspace_id AND e.job_id = j.id
 WHERE coalesce(e.endings, 0) <> (j.finished_at IS NOT NULL)::int;

-- rule: a job's state is whole
-- says: Job {number} ({id}) has {status}, {wrong}
SELECT workspace_id, id, number, status,
       concat_ws(', ', 'held by ' || worker, 'leased until ' || lease_until, 'to be woken at ' || wake_at,
                 'finished at ' || finished_at) AS wrong
  FROM jobs
 WHERE (status IN ('succeeded', 'failed', 'cancelled')) <> (finished_at IS NOT NULL)
    OR (status = 'running') <> (lease_until IS NOT NULL) OR (status <> 'running' AND worker IS NOT NULL)
    OR (status = 'waiting') <> (wake_at IS NOT NULL);

-- rule: a job's progress is what it delivered
-- says: Job {number} ({id}) shows {shown} leads; its sources brought {found}, its story tells of {told}, {leads} name it
SELECT j.workspace_id, j.id, j.number, j.progress_done AS shown, coalesce(s.found, 0) AS found, coalesce(e.told, 0) AS told,
       coalesce(l.leads, 0) AS leads
  FROM jobs j
  LEFT JOIN (SELECT workspace_id, job_id, sum(found) AS found FROM job_sources GROUP BY 1, 2) s
       ON s.workspace_id = j.workspace_id AND s.job_id = j.id
  LEFT JOIN (SELECT workspace_id, job_id, sum((data ->> 'delivered')::bigint) AS told FROM job_events WHERE kind = 'leads'
              GROUP BY 1, 2) e ON e.workspace_id = j.workspace_id AND e.job_id = j.id
  LEFT JOIN (SELECT workspace_id, job_id, count(*) AS leads FROM leads GROUP BY 1, 2) l
       ON l.workspace_id = j.workspace_id AND l.job_id = j.id
 WHERE j.kind = 'generate_leads'
   AND (j.progress_done <> coalesce(s.found, 0) OR j.progress_done <> coalesce(e.told, 0)
        OR coalesce(l.leads, 0) > j.progress_done);

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
