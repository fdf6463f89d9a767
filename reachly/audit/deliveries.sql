-- What must hold between the ledger, the jobs, and what was delivered.

-- rule: every capture has what it paid for
-- says: Capture {id} of {credits} credits for the {field} of contact {contact_id}: {wrong}
SELECT t.workspace_id, t.id, t.credits, t.field, t.contact_id,
       coalesce('the unlock is of the ' || u.field || ' of contact ' || u.contact_id || ' for ' || u.credits,
                'nothing was unlocked') AS wrong
  FROM transactions t
  LEFT JOIN unlocks u ON u.workspace_id = t.workspace_id AND u.transaction_id = t.id
 WHERE t.kind = 'capture'
   AND (u.contact_id IS NULL OR u.contact_id <> t.contact_id OR u.field <> t.field OR u.credits <> t.credits);

-- rule: every unlock was paid once
-- says: Unlock of the {field} of contact {contact_id} for {credits} credits: {captures} captures name it
SELECT u.workspace_id, u.field, u.contact_id, u.credits, count(t.id) AS captures
  FROM unlocks u
  LEFT JOIN transactions t ON t.workspace_id = u.workspace_id AND t.kind = 'capture'
                          AND t.contact_id = u.contact_id AND t.field = u.field
 GROUP BY u.workspace_id, u.contact_id, u.field, u.credits
HAVING count(t.id) <> CASE WHEN u.credits > 0 THEN 1 ELSE 0 END;

-- rule: every unlock has its lead
-- says: Unlock of the {field} of contact {contact_id}: the workspace has no such lead, not even a deleted one
SELECT u.workspace_id, u.field, u.contact_id
  FROM unlocks u
  LEFT JOIN leads l ON l.workspace_id = u.workspace_id AND l.contact_id = u.contact_id
 WHERE l.id IS NULL;

-- rule: no lead is doubled
-- says: Contact {contact_id} is {leads} leads
SELECT workspace_id, contact_id, count(*) AS leads FROM leads GROUP BY 1, 2 HAVING count(*) > 1;

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

-- rule: every finished export has the rows it shows
-- says: Job {number} ({id}) has succeeded and shows {shown} rows; {wrong}
SELECT j.workspace_id, j.id, j.number, j.progress_done AS shown,
       coalesce('the export has ' || e.rows, 'there is no export') AS wrong
  FROM jobs j
  LEFT JOIN exports e ON e.workspace_id = j.workspace_id AND e.job_id = j.id
 WHERE j.kind = 'export_leads' AND j.status = 'succeeded' AND (e.id IS NULL OR e.rows <> j.progress_done);
