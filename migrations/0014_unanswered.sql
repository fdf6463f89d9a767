-- Calls that got no answer are few and asked for often.
CREATE INDEX CONCURRENTLY IF NOT EXISTS provider_calls_unanswered
    ON provider_calls (workspace_id, job_id, requested_at) WHERE status IN ('intent', 'unknown');
