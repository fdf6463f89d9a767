-- What is no breach and yet worth knowing.

-- rule: calls whose answer never came
-- says: Job {number}: {calls} {operation} calls to {provider} have no answer; they may have cost something there
SELECT c.workspace_id, j.number, c.provider, c.operation, count(*) AS calls
  FROM provider_calls c
  LEFT JOIN jobs j ON j.workspace_id = c.workspace_id AND j.id = c.job_id
 WHERE c.status = 'unknown'
    OR (c.status = 'intent' AND (j.finished_at IS NOT NULL OR c.requested_at < now() - interval '10 minutes'))
 GROUP BY c.workspace_id, j.number, c.provider, c.operation;
