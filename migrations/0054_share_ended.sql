-- What a guest is told of a list that was shared with them and is no more: what their invitation called it, and since when.
-- Nothing for whom it was never shared with, nor while it is.
CREATE FUNCTION shared_ended(p_list uuid) RETURNS TABLE (name text, at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.name, least(m.revoked_at, m.expires_at, l.deleted_at)
      FROM list_members m JOIN lists l ON l.workspace_id = m.workspace_id AND l.id = m.list_id
      JOIN invitations i ON i.workspace_id = m.workspace_id AND i.list_id = m.list_id AND i.accepted_by = m.user_id
     WHERE scope_workspace() IS NOT NULL AND m.list_id = p_list AND m.user_id = scope_user()
       AND m.list_id NOT IN (SELECT scope_shared())
     ORDER BY i.accepted_at DESC LIMIT 1
$$;
REVOKE EXECUTE ON FUNCTION shared_ended FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shared_ended TO reachly_app;
