-- What has to happen before there is a scope: signing up and signing in. Few functions, each returning as little as it can.

-- Creates a person, their personal workspace, its accounts and the trial's credits. Raises unique_violation on a known e-mail.
CREATE FUNCTION account_register(p_email text, p_name text, p_password_hash text, p_terms text, p_demo boolean)
RETURNS TABLE (user_id uuid, workspace_id uuid) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_user uuid;
    v_workspace uuid;
    v_plan plans;
BEGIN
    SELECT * INTO STRICT v_plan FROM plans WHERE id = CASE WHEN p_demo THEN 'demo' ELSE 'trial' END;
    INSERT INTO users (email, name, password_hash, terms_version) VALUES (p_email, p_name, p_password_hash, p_terms)
        RETURNING id INTO v_user;
    INSERT INTO workspaces (name, plan_id, personal_of, demo, period_end)
    VALUES (p_name, v_plan.id, v_user, p_demo, CASE v_plan.period WHEN 'month' THEN now() + interval '1 month' END)
        RETURNING id INTO v_workspace;
    INSERT INTO memberships (workspace_id, user_id, role) VALUES (v_workspace, v_user, 'owner');
    INSERT INTO accounts (workspace_id, name)
    SELECT v_workspace, unnest(ARRAY['available', 'held', 'spent', 'granted', 'sold', 'adjusted', 'expired']);
    IF v_plan.credits > 0 THEN
        PERFORM ledger_move(v_workspace, 'grant', 'granted', 'available', v_plan.credits, 'plan:' || v_plan.id, NULL,
                            v_plan.name || ' plan');
    END IF;
    RETURN QUERY SELECT v_user, v_workspace;
END $$;

CREATE FUNCTION account_by_email(p_email text) RETURNS TABLE (user_id uuid, workspace_id uuid, password_hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, w.id, u.password_hash FROM users u JOIN workspaces w ON w.personal_of = u.id
     WHERE u.email = p_email::citext AND u.active
$$;

CREATE FUNCTION account_password(p_user uuid) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT password_hash FROM users WHERE id = p_user AND id = scope_user()
$$;

-- Changes the sign-in of the person in scope; NULL leaves a field as it is.
CREATE FUNCTION account_change(p_email text, p_password_hash text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE users SET email = coalesce(p_email::citext, email), password_hash = coalesce(p_password_hash, password_hash),
                     email_verified_at = CASE WHEN p_email IS NULL OR p_email::citext = email THEN email_verified_at END,
                     updated_at = now()
     WHERE id = scope_user()
$$;

CREATE FUNCTION session_start(p_hash bytea, p_kind text, p_user uuid, p_workspace uuid, p_agent text, p_seconds integer)
RETURNS uuid LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO sessions (token_hash, kind, user_id, workspace_id, agent, expires_at)
    SELECT p_hash, p_kind, m.user_id, m.workspace_id, left(p_agent, 300), now() + make_interval(secs => p_seconds)
      FROM memberships m WHERE m.user_id = p_user AND m.workspace_id = p_workspace
    RETURNING id
$$;

-- Who a session's token belongs to: nothing when it ended, expired, or its person was switched off.
CREATE FUNCTION session_find(p_hash bytea)
RETURNS TABLE (session_id uuid, kind text, user_id uuid, workspace_id uuid, workspace_role text, expires_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, s.kind, s.user_id, s.workspace_id, m.role, s.expires_at
      FROM sessions s JOIN users u ON u.id = s.user_id AND u.active
      JOIN memberships m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id
     WHERE s.token_hash = p_hash AND s.ended_at IS NULL AND s.expires_at > now()
$$;

CREATE FUNCTION session_end(p_hash bytea) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE sessions SET ended_at = now() WHERE token_hash = p_hash AND ended_at IS NULL
$$;

-- Ends every session and token of the person in scope but the one whose hash is kept; returns how many ended.
CREATE FUNCTION sessions_end(p_keep bytea) RETURNS bigint LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH ended AS (
        UPDATE sessions SET ended_at = now()
         WHERE user_id = scope_user() AND ended_at IS NULL AND token_hash IS DISTINCT FROM p_keep RETURNING 1)
    SELECT count(*) FROM ended
$$;

CREATE FUNCTION sessions_open() RETURNS TABLE (id uuid, kind text, agent text, created_at timestamptz, used_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT s.id, s.kind, s.agent, s.created_at, s.used_at FROM sessions s
     WHERE s.user_id = scope_user() AND s.ended_at IS NULL AND s.expires_at > now() ORDER BY s.used_at DESC LIMIT 50
$$;

CREATE FUNCTION api_key_find(p_hash bytea)
RETURNS TABLE (key_id uuid, user_id uuid, workspace_id uuid, workspace_role text, scopes text[])
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    UPDATE api_keys k SET used_at = now() FROM users u, memberships m
     WHERE k.key_hash = p_hash AND k.revoked_at IS NULL AND u.id = k.user_id AND u.active
       AND m.workspace_id = k.workspace_id AND m.user_id = k.user_id
    RETURNING k.id, k.user_id, k.workspace_id, m.role, k.scopes
$$;

GRANT EXECUTE ON FUNCTION account_register, account_by_email, account_password, account_change, session_start, session_find,
    session_end, sessions_end, sessions_open, api_key_find TO reachly_app;
