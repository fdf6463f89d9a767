-- Who took a job up again, and why. A job that one worker takes from beginning to end leaves no row here: its own row says all.

CREATE TABLE job_attempts (
    workspace_id  uuid NOT NULL,
    job_id        uuid NOT NULL,
    attempt       integer NOT NULL CHECK (attempt > 1),
    worker        text NOT NULL,
    taken_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- What the job was just before: its state, who had it last, when its lease ran out or its wait was over, what it waited for.
    found         text NOT NULL CHECK (found IN ('queued', 'waiting', 'running')),
    found_worker  text,
    found_due_at  timestamptz,
    found_reason  text,
    crashes       integer NOT NULL,
    PRIMARY KEY (workspace_id, job_id, attempt),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id)
);
CALL guard_tenant_table('job_attempts');
GRANT SELECT, INSERT ON job_attempts TO reachly_app;
