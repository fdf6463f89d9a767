-- Who is behind a session, with what every page says about them, in one round trip.
--
-- Notes the use of the session at most every five minutes, so that a page that polls does not write.
CREATE FUNCTION session_visitor(p_hash bytea)
RETURNS TABLE (session_id uuid, kind text, user_id uuid, workspace_id uuid, workspace_role text, email text, name text, role text,
               workspace text, plan text, demo boolean, email_verified boolean, created_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    UPDATE sessions s SET used_at = now()
     WHERE s.token_hash = p_hash AND s.ended_at IS NULL AND s.used_at < now() - interval '5 minutes';
    RETURN QUERY
    SELECT s.id, s.kind, s.user_id, s.workspace_id, m.role, u.email::text, u.name, u.role, w.name, w.plan_id, w.demo,
           u.email_verified_at IS NOT NULL, u.created_at
      FROM sessions s JOIN users u ON u.id = s.user_id AND u.active
      JOIN memberships m ON m.workspace_id = s.workspace_id AND m.user_id = s.user_id
      JOIN workspaces w ON w.id = s.workspace_id
     WHERE s.token_hash = p_hash AND s.ended_at IS NULL AND s.expires_at > now();
END $$;

-- The same for a program's key, whose use is noted at most once a minute.
CREATE FUNCTION api_key_visitor(p_hash bytea)
RETURNS TABLE (key_id uuid, scopes text[], user_id uuid, workspace_id uuid, workspace_role text, email text, name text, role text,
               workspace text, plan text, demo boolean, email_verified boolean, created_at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    UPDATE api_keys k SET used_at = now()
     WHERE k.key_hash = p_hash AND k.revoked_at IS NULL AND coalesce(k.used_at < now() - interval '1 minute', true);
    RETURN QUERY
    SELECT k.id, k.scopes, k.user_id, k.workspace_id, m.role, u.email::text, u.name, u.role, w.name, w.plan_id, w.demo,
           u.email_verified_at IS NOT NULL, u.created_at
      FROM api_keys k JOIN users u ON u.id = k.user_id AND u.active
      JOIN memberships m ON m.workspace_id = k.workspace_id AND m.user_id = k.user_id
      JOIN workspaces w ON w.id = k.workspace_id
     WHERE k.key_hash = p_hash AND k.revoked_at IS NULL;
END $$;
GRANT EXECUTE ON FUNCTION session_visitor, api_key_visitor TO reachly_app;
