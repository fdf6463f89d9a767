-- What audits found. A nightly one is claimed by its row: the night it is due for is there once, however many schedulers run.
--
-- The owner's alone, since an audit reads every workspace; the application learns what it may show through the functions below.

CREATE TABLE audits (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    due_at        timestamptz UNIQUE,
    attempt       integer NOT NULL DEFAULT 1,
    started_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at   timestamptz,
    breaches      bigint,
    notes         bigint,
    text          text NOT NULL DEFAULT '',
    failed        text,
    CHECK ((finished_at IS NOT NULL) = ((breaches IS NULL) <> (failed IS NULL)))
);
CREATE INDEX audits_finished ON audits (finished_at DESC) WHERE finished_at IS NOT NULL;
ALTER TABLE audits ENABLE ROW LEVEL SECURITY;
ALTER TABLE audits FORCE ROW LEVEL SECURITY;
CREATE POLICY house ON audits TO CURRENT_USER USING (true) WITH CHECK (true);

-- How the last audit ended, and when the last one ended that found nothing: figures, and nobody's data.
CREATE FUNCTION audit_state() RETURNS TABLE (finished_at timestamptz, breaches bigint, notes bigint, failed boolean, right_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT a.finished_at, a.breaches, a.notes, a.failed IS NOT NULL,
           (SELECT max(r.finished_at) FROM audits r WHERE r.breaches = 0)
      FROM audits a WHERE a.finished_at IS NOT NULL ORDER BY a.finished_at DESC LIMIT 1
$$;

-- The last audit with its words, which name workspaces and jobs: for administrators.
CREATE FUNCTION audit_last() RETURNS SETOF audits
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT * FROM audits a
     WHERE a.finished_at IS NOT NULL
       AND EXISTS (SELECT FROM users u WHERE u.id = scope_user() AND u.role = 'admin' AND u.active)
     ORDER BY a.finished_at DESC LIMIT 1
$$;
GRANT EXECUTE ON FUNCTION audit_state, audit_last TO reachly_app;
