-- What a workspace spent this month is summed over the jobs asked for in it, and the few credits given back.
CREATE INDEX CONCURRENTLY IF NOT EXISTS jobs_month ON jobs (workspace_id, created_at);
CREATE INDEX CONCURRENTLY IF NOT EXISTS transactions_refunds ON transactions (workspace_id, created_at) WHERE kind = 'refund';
