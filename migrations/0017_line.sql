-- A workspace's open jobs by state and in their order: how many run, and who is next.
CREATE INDEX CONCURRENTLY IF NOT EXISTS jobs_line ON jobs (workspace_id, status, turn_at) WHERE finished_at IS NULL;
