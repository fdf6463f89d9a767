-- What is no breach and yet worth knowing.

-- rule: calls whose answer never came
-- says: Job {number} ({job_id}), step {step}: {operation} call {id} to {provider} of {at} has no answer; it may have cost something there
SELECT c.workspace_id, coalesce(j.number::text, 'none') AS number, c.job_id, c.step, c.operation, c.id, c.provider,
       to_char(c.requested_at, 'YYYY-MM-DD HH24:MI:SS') AS at
  FROM provider_calls c
  LEFT JOIN jobs j ON j.workspace_id = c.workspace_id AND j.id = c.job_id
 WHERE c.status = 'unknown'
    OR (c.status = 'intent' AND (j.finished_at IS NOT NULL OR c.requested_at < now() - interval '10 minutes'))
 ORDER BY c.requested_at DESC;

-- rule: answers that were bought twice
-- says: Job {job_id}, step {step}: {calls} calls to {provider} were answered
SELECT workspace_id, job_id, step, provider, count(*) AS calls
  FROM provider_calls WHERE status = 'answered' AND job_id IS NOT NULL GROUP BY 1, 2, 3, 4 HAVING count(*) > 1;

-- rule: jobs that are stuck
-- says: Job {number} ({id}) has been {status} and due since {due}, and nobody works on it; it was sent {sent}
SELECT workspace_id, id, number, status, to_char(due, 'YYYY-MM-DD HH24:MI:SS') AS due,
       coalesce(to_char(dispatched_at, '"at "YYYY-MM-DD HH24:MI:SS'), 'never') AS sent
  FROM (SELECT *, CASE status WHEN 'queued' THEN updated_at WHEN 'waiting' THEN wake_at ELSE lease_until END AS due
          FROM jobs WHERE finished_at IS NULL) open
 WHERE due < now() - interval '10 minutes'
 ORDER BY due;
