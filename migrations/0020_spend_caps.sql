-- The most that a workspace, or one person in it, may spend in a calendar month (UTC), set by the workspace's owner.

-- Each change is a row, and the newest of a person (or of nobody: the workspace's) counts; NULL credits: no cap.
-- `after` is the last movement before the change, so that every hold can be held against the cap of its time.
CREATE TABLE spend_caps (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            bigint GENERATED ALWAYS AS IDENTITY,
    user_id       uuid REFERENCES users,
    credits       bigint CHECK (credits >= 0),
    after         bigint NOT NULL,
    set_by        uuid NOT NULL REFERENCES users,
    set_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX spend_caps_newest ON spend_caps (workspace_id, user_id, id DESC);

-- That most of a month's cap is spent or held, once a month and cap: a hold raised it.
CREATE TABLE spend_warnings (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    month         date NOT NULL,
    user_id       uuid REFERENCES users,
    percent       integer NOT NULL,
    raised_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, id),
    UNIQUE NULLS NOT DISTINCT (workspace_id, month, user_id, percent)
);

-- Who has read which warning and need not see it again.
CREATE TABLE spend_warnings_read (
    workspace_id  uuid NOT NULL,
    warning_id    uuid NOT NULL,
    user_id       uuid NOT NULL REFERENCES users,
    read_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, warning_id, user_id),
    FOREIGN KEY (workspace_id, warning_id) REFERENCES spend_warnings (workspace_id, id)
);
CALL guard_tenant_table('spend_caps');
CALL guard_tenant_table('spend_warnings');
CALL guard_tenant_table('spend_warnings_read');
GRANT SELECT ON spend_caps, spend_warnings, spend_warnings_read TO reachly_app;
GRANT INSERT ON spend_warnings_read TO reachly_app;

-- The cap that counts now; NULL when there is none.
CREATE FUNCTION spend_cap(p_workspace uuid, p_user uuid) RETURNS bigint
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT c.credits FROM spend_caps c WHERE c.workspace_id = p_workspace AND c.user_id IS NOT DISTINCT FROM p_user
     ORDER BY c.id DESC LIMIT 1
$$;

-- What was spent this month, and what open jobs still hold: of the workspace, or of the jobs that one person asked for.
--
-- One statement, so that a capture that moves credits from one to the other meanwhile is seen on one side. A job of an
-- earlier month counts with what it captured in this one; what was given back counts for the month in which it was.
CREATE FUNCTION month_spending(p_workspace uuid, p_user uuid) RETURNS TABLE (spent bigint, held bigint)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH month AS (SELECT date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS start),
    mine AS (
        SELECT j.credits_spent AS spent, 0 AS held
          FROM month, jobs j WHERE j.workspace_id = p_workspace AND j.created_at >= month.start
           AND (p_user IS NULL OR j.user_id = p_user)
        UNION ALL
        SELECT 0, j.credits_held - j.credits_spent - j.credits_released
          FROM jobs j WHERE j.workspace_id = p_workspace AND j.finished_at IS NULL AND (p_user IS NULL OR j.user_id = p_user)
        UNION ALL
        SELECT t.credits, 0
          FROM month, jobs j, transactions t
         WHERE j.workspace_id = p_workspace AND j.created_at < month.start AND j.credits_spent > 0
           AND (j.finished_at IS NULL OR j.finished_at >= month.start) AND (p_user IS NULL OR j.user_id = p_user)
           AND j.created_at >= month.start - interval '1 month'
           AND t.workspace_id = j.workspace_id AND t.job_id = j.id AND t.kind = 'capture' AND t.created_at >= month.start
        UNION ALL
        SELECT -t.credits, 0
          FROM month, transactions t JOIN jobs j ON j.workspace_id = t.workspace_id AND j.id = t.job_id
         WHERE t.workspace_id = p_workspace AND t.kind = 'refund' AND t.created_at >= month.start
           AND (p_user IS NULL OR j.user_id = p_user))
    SELECT coalesce(sum(m.spent), 0)::bigint, coalesce(sum(m.held), 0)::bigint FROM mine m
$$;
GRANT EXECUTE ON FUNCTION spend_cap, month_spending TO reachly_app;

-- Sets or, with NULL, takes away the cap of the workspace in scope (`p_user` NULL) or of one of its people. The owner may.
CREATE FUNCTION spend_cap_set(p_user uuid, p_credits bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
BEGIN
    IF NOT EXISTS (SELECT FROM memberships m
                    WHERE m.workspace_id = v_workspace AND m.user_id = scope_user() AND m.role = 'owner') THEN
        RAISE EXCEPTION 'only the owner sets what may be spent' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF p_user IS NOT NULL AND NOT EXISTS (SELECT FROM memberships m
                                           WHERE m.workspace_id = v_workspace AND m.user_id = p_user) THEN
        RAISE EXCEPTION 'nobody of this workspace' USING ERRCODE = 'no_data_found';
    END IF;
    -- Holds are made under this lock: each of them is before or after the change.
    PERFORM FROM workspaces w WHERE w.id = v_workspace FOR NO KEY UPDATE;
    IF spend_cap(v_workspace, p_user) IS NOT DISTINCT FROM p_credits THEN
        RETURN false;
    END IF;
    INSERT INTO spend_caps (workspace_id, user_id, credits, after, set_by)
    SELECT v_workspace, p_user, p_credits, coalesce(max(t.position), 0), scope_user()
      FROM transactions t WHERE t.workspace_id = v_workspace;
    RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION spend_cap_set FROM PUBLIC;
GRANT EXECUTE ON FUNCTION spend_cap_set TO reachly_app;

-- What a new job holds must fit under both caps together with what was spent this month and what is held already. Asked
-- under the lock of the workspace's row, which job_request has, so that of two that pass together one goes.
CREATE FUNCTION jobs_within_caps() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_of uuid;
    v_cap bigint;
    v_spent bigint;
    v_held bigint;
BEGIN
    IF NEW.credits_held = 0 THEN
        RETURN NEW;
    END IF;
    FOREACH v_of IN ARRAY ARRAY[NULL, NEW.user_id] LOOP
        v_cap := spend_cap(NEW.workspace_id, v_of);
        CONTINUE WHEN v_cap IS NULL;
        SELECT m.spent, m.held INTO v_spent, v_held FROM month_spending(NEW.workspace_id, v_of) m;
        IF v_spent + v_held + NEW.credits_held > v_cap THEN
            RAISE EXCEPTION 'the cap of % credits a month is passed', v_cap
                USING ERRCODE = 'RL403', DETAIL = json_build_object(
                    'of', CASE WHEN v_of IS NULL THEN 'workspace' ELSE 'person' END, 'cap', v_cap, 'spent', v_spent,
                    'held', v_held, 'required', NEW.credits_held)::text;
        END IF;
        IF (v_spent + v_held + NEW.credits_held) * 100 >= v_cap * 80 THEN
            INSERT INTO spend_warnings (workspace_id, month, user_id, percent)
            VALUES (NEW.workspace_id, date_trunc('month', now() AT TIME ZONE 'UTC')::date, v_of, 80) ON CONFLICT DO NOTHING;
        END IF;
    END LOOP;
    RETURN NEW;
END $$;
CREATE TRIGGER jobs_within_caps BEFORE INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION jobs_within_caps();
