-- What must hold in the tables when all is quiet; each query finds where it does not.
-- Written without a look at the product's own audit: two that agree say more than one.

-- rule: every transaction adds up to zero
SELECT t.workspace_id, t.id AS transaction, t.kind, coalesce(sum(e.credits), 0) AS total, count(e.*) AS entries
  FROM transactions t LEFT JOIN entries e ON e.transaction_id = t.id GROUP BY 1, 2, 3
HAVING coalesce(sum(e.credits), 0) <> 0 OR count(e.*) = 0;

-- rule: the credits of a transaction are what it moved
SELECT t.workspace_id, t.id AS transaction, t.kind, t.credits, max(abs(e.credits)) AS moved
  FROM transactions t JOIN entries e ON e.transaction_id = t.id GROUP BY 1, 2, 3, 4
HAVING max(abs(e.credits)) <> t.credits OR min(abs(e.credits)) <> t.credits;

-- rule: kept balances are the sums of their entries
SELECT a.workspace_id, a.name AS account, a.balance,
       (SELECT coalesce(sum(e.credits), 0) FROM entries e WHERE e.workspace_id = a.workspace_id AND e.account = a.name) AS summed
  FROM accounts a
 WHERE a.balance <> (SELECT coalesce(sum(e.credits), 0) FROM entries e
                      WHERE e.workspace_id = a.workspace_id AND e.account = a.name);

-- rule: nobody has less than nothing
SELECT workspace_id, name AS account, balance FROM accounts WHERE name IN ('available', 'held', 'spent') AND balance < 0;

-- rule: nobody ever had less than nothing
SELECT workspace_id, id AS transaction, kind, available_after, held_after FROM transactions
 WHERE available_after < 0 OR held_after < 0;

-- rule: no hold without a live job
SELECT t.workspace_id, t.job_id AS job, j.status, sum(e.credits) AS held
  FROM transactions t JOIN entries e ON e.transaction_id = t.id AND e.account = 'held'
  LEFT JOIN jobs j ON j.id = t.job_id
 GROUP BY 1, 2, 3
HAVING sum(e.credits) <> 0 AND coalesce(bool_and(j.status IN ('succeeded', 'failed', 'cancelled')), true);

-- rule: what a job captured is the price of what it delivered
SELECT j.workspace_id, j.id AS job, coalesce(c.captured, 0) AS captured, coalesce(u.worth, 0) AS worth, j.credits_spent
  FROM jobs j
  LEFT JOIN (SELECT job_id, sum(credits) AS captured FROM transactions WHERE kind = 'capture' GROUP BY 1) c ON c.job_id = j.id
  LEFT JOIN (SELECT u.job_id, sum(CASE WHEN u.credits > 0 THEN (k.prices ->> u.field)::bigint ELSE 0 END) AS worth
               FROM unlocks u JOIN jobs k ON k.id = u.job_id GROUP BY 1) u ON u.job_id = j.id
 WHERE coalesce(c.captured, 0) <> coalesce(u.worth, 0) OR j.credits_spent <> coalesce(c.captured, 0);

-- rule: only an own key makes a field free
SELECT u.workspace_id, u.job_id AS job, u.contact_id AS contact, u.field FROM unlocks u
 WHERE u.credits = 0 AND NOT EXISTS (SELECT FROM job_sources s WHERE s.job_id = u.job_id AND s.own_key);

-- rule: every delivered field was captured, and every captured one delivered
SELECT coalesce(u.workspace_id, t.workspace_id) AS workspace_id, u.contact_id AS unlocked, t.contact_id AS captured,
       coalesce(u.field, t.field) AS field
  FROM (SELECT * FROM unlocks WHERE credits > 0) u
  FULL JOIN (SELECT * FROM transactions WHERE kind = 'capture') t
       ON t.workspace_id = u.workspace_id AND t.contact_id = u.contact_id AND t.field = u.field AND t.job_id = u.job_id
      AND t.credits = u.credits
 WHERE u.contact_id IS NULL OR t.contact_id IS NULL;

-- rule: no field is paid twice
SELECT workspace_id, contact_id AS contact, field, count(*) AS times FROM transactions t
 WHERE kind = 'capture' AND NOT EXISTS (SELECT FROM transactions r WHERE r.undoes = t.id)
 GROUP BY 1, 2, 3 HAVING count(*) > 1;

-- rule: no lead is there twice
SELECT workspace_id, contact_id::text AS whom, count(*) AS times FROM leads GROUP BY 1, 2 HAVING count(*) > 1
UNION ALL
SELECT workspace_id, linkedin_url, count(*) FROM leads WHERE linkedin_url IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1;

-- rule: no lead is delivered twice
WITH told AS (SELECT e.workspace_id, e.job_id, lead.id::uuid AS lead_id
                FROM job_events e, jsonb_array_elements_text(e.data -> 'lead_ids') lead(id) WHERE e.kind = 'leads')
SELECT t.workspace_id, t.job_id AS job, t.lead_id AS lead, count(*) AS times FROM told t
  LEFT JOIN leads l ON l.workspace_id = t.workspace_id AND l.id = t.lead_id
 GROUP BY 1, 2, 3, l.contact_id
-- Again in another job only where that one brought a field that was not there before.
HAVING count(*) > 1 OR NOT EXISTS (SELECT FROM unlocks u WHERE u.workspace_id = t.workspace_id AND u.job_id = t.job_id
                                      AND u.contact_id = l.contact_id);

-- rule: a job's progress is the leads it told of
SELECT j.workspace_id, j.id AS job, j.progress_done, coalesce(e.told, 0) AS told, coalesce(e.listed, 0) AS listed,
       (j.result ->> 'delivered')::bigint AS result
  FROM jobs j
  LEFT JOIN (SELECT job_id, sum((data ->> 'delivered')::bigint) AS told,
                    sum(jsonb_array_length(data -> 'lead_ids')) AS listed
               FROM job_events WHERE kind = 'leads' GROUP BY 1) e ON e.job_id = j.id
 WHERE j.kind = 'generate_leads'
   AND (j.progress_done <> coalesce(e.told, 0) OR j.progress_done <> coalesce(e.listed, 0)
        OR j.progress_done > j.progress_total OR coalesce((j.result ->> 'delivered')::bigint, 0) <> j.progress_done);

-- rule: every job has ended
SELECT workspace_id, id AS job, kind, status, attempt, crashes, wait_reason FROM jobs
 WHERE finished_at IS NULL OR status NOT IN ('succeeded', 'failed', 'cancelled');

-- rule: an ended job was settled to the last credit
SELECT j.workspace_id, j.id AS job, j.credits_held, j.credits_spent, j.credits_released FROM jobs j
  LEFT JOIN (SELECT job_id, sum(credits) FILTER (WHERE kind = 'hold') AS held,
                    sum(credits) FILTER (WHERE kind = 'release') AS released, count(*) FILTER (WHERE kind = 'hold') AS holds,
                    count(*) FILTER (WHERE kind = 'release') AS releases
               FROM transactions GROUP BY 1) t ON t.job_id = j.id
 WHERE j.finished_at IS NOT NULL
   AND (j.credits_held <> j.credits_spent + j.credits_released OR j.credits_held <> coalesce(t.held, 0)
        OR j.credits_released <> coalesce(t.released, 0) OR t.holds > 1 OR t.releases > 1);

-- rule: no job cost more than was held for it, and no more was held than it can cost
SELECT workspace_id, id AS job, credits_spent, credits_held FROM jobs
 WHERE credits_spent > credits_held
    OR (kind = 'generate_leads' AND credits_held > progress_total
        * (SELECT coalesce(sum(price.value::bigint), 0) FROM jsonb_each_text(prices) price));

-- rule: events are numbered without gaps, and the last one says how it ended
SELECT j.workspace_id, j.id AS job, j.event_seq, count(e.*) AS events, min(e.seq) AS first, max(e.seq) AS last
  FROM jobs j LEFT JOIN job_events e ON e.job_id = j.id GROUP BY j.workspace_id, j.id, j.event_seq, j.finished_at
HAVING j.event_seq <> count(e.*) OR min(e.seq) <> 1 OR max(e.seq) <> count(e.*)
    OR count(e.*) FILTER (WHERE e.kind = 'done') <> (j.finished_at IS NOT NULL)::int
    OR (j.finished_at IS NOT NULL AND max(e.seq) FILTER (WHERE e.kind = 'done') <> max(e.seq));

-- rule: jobs are numbered without gaps
SELECT w.id AS workspace_id, w.jobs_numbered, count(j.id) AS jobs, max(j.number) AS last FROM workspaces w
  LEFT JOIN jobs j ON j.workspace_id = w.id GROUP BY w.id
HAVING w.jobs_numbered <> count(j.id) OR coalesce(max(j.number), 0) <> count(j.id);

-- rule: one key makes one job
SELECT workspace_id, idempotency_key, count(*) AS jobs FROM jobs WHERE idempotency_key IS NOT NULL
 GROUP BY 1, 2 HAVING count(*) > 1;

-- rule: one job is retried once
SELECT workspace_id, retry_of, count(*) AS jobs FROM jobs WHERE retry_of IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1;

-- rule: every finished export has one file's row
SELECT j.workspace_id, j.id AS job, j.status, count(e.id) AS exports FROM jobs j LEFT JOIN exports e ON e.job_id = j.id
 WHERE j.kind = 'export_leads' GROUP BY j.workspace_id, j.id, j.status, j.result
HAVING j.status = 'succeeded' AND (count(e.id) <> 1 OR min(e.id::text) <> j.result ->> 'export_id');

-- rule: no row is in a workspace it does not belong to
SELECT x.workspace_id, x.what, x.job_id AS job FROM (
    SELECT 'lead' AS what, workspace_id, job_id FROM leads WHERE job_id IS NOT NULL
    UNION ALL SELECT 'transaction', workspace_id, job_id FROM transactions WHERE job_id IS NOT NULL
    UNION ALL SELECT 'unlock', workspace_id, job_id FROM unlocks WHERE job_id IS NOT NULL
    UNION ALL SELECT 'event', workspace_id, job_id FROM job_events
    UNION ALL SELECT 'source', workspace_id, job_id FROM job_sources
    UNION ALL SELECT 'call', workspace_id, job_id FROM provider_calls WHERE job_id IS NOT NULL
    UNION ALL SELECT 'callback', workspace_id, job_id FROM callbacks
    UNION ALL SELECT 'export', workspace_id, job_id FROM exports) x
  LEFT JOIN jobs j ON j.id = x.job_id
 WHERE j.workspace_id IS DISTINCT FROM x.workspace_id
UNION ALL
SELECT e.workspace_id, 'entry', e.transaction_id FROM entries e LEFT JOIN transactions t ON t.id = e.transaction_id
 WHERE t.workspace_id IS DISTINCT FROM e.workspace_id
UNION ALL
SELECT j.workspace_id, 'job of a stranger', j.id FROM jobs j
 WHERE NOT EXISTS (SELECT FROM memberships m WHERE m.workspace_id = j.workspace_id AND m.user_id = j.user_id)
UNION ALL
SELECT u.workspace_id, 'unlock without lead', u.job_id FROM unlocks u
 WHERE NOT EXISTS (SELECT FROM leads l WHERE l.workspace_id = u.workspace_id AND l.contact_id = u.contact_id);

-- rule: no answer is kept twice
SELECT workspace_id, job_id AS job, step, count(*) AS answers FROM provider_calls WHERE status = 'answered' AND job_id IS NOT NULL
 GROUP BY 1, 2, 3 HAVING count(*) > 1;

-- rule: a run that dies leaves at most one call without an answer
SELECT workspace_id, job_id AS job, attempt, count(*) AS calls FROM provider_calls
 WHERE job_id IS NOT NULL AND (status = 'intent' OR (status = 'unknown' AND answered_at IS NULL))
 GROUP BY 1, 2, 3 HAVING count(*) > 1;
