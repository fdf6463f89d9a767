-- The workspaces of the person in scope with the plan of each, their own first.
CREATE FUNCTION my_workplaces() RETURNS TABLE (id uuid, name text, role text, personal boolean, people bigint, plan text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.id, w.name, m.role, w.personal_of IS NOT DISTINCT FROM m.user_id,
           (SELECT count(*) FROM memberships all_of WHERE all_of.workspace_id = w.id), w.plan_id
      FROM memberships m JOIN workspaces w ON w.id = m.workspace_id WHERE m.user_id = scope_user()
     ORDER BY w.personal_of IS NOT DISTINCT FROM m.user_id DESC, lower(w.name), w.id
$$;
REVOKE EXECUTE ON FUNCTION my_workplaces FROM PUBLIC;
GRANT EXECUTE ON FUNCTION my_workplaces TO reachly_app;

-- What became of the mails of the last days, for whoever runs the server: nothing of what they say, and of whom they are
-- for only the domain.
CREATE FUNCTION operations_mails(p_most integer)
RETURNS TABLE (at timestamptz, kind text, domain text, status text, attempts integer, due_at timestamptz, error text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM operations_admin();
    RETURN QUERY
    SELECT m.created_at, m.kind, split_part(m.recipient, '@', 2), m.status, m.attempts, m.due_at,
           replace(m.error, m.recipient, '…@' || split_part(m.recipient, '@', 2))
      FROM mails m WHERE m.status <> 'sent' ORDER BY m.created_at DESC LIMIT p_most;
END $$;
REVOKE EXECUTE ON FUNCTION operations_mails FROM PUBLIC;
GRANT EXECUTE ON FUNCTION operations_mails TO reachly_app;
