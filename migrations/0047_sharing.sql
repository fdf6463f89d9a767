-- Sharing lists with people of other workspaces: what they see goes through these functions and through nothing else.

-- An invitation to a list is for who may change that list, and known to who sees it.
CREATE POLICY lists_select ON invitations AS RESTRICTIVE FOR SELECT TO reachly_app
    USING (list_id IS NULL OR list_id IN (SELECT l.id FROM lists l WHERE l.workspace_id = scope_workspace()));
CREATE POLICY lists_insert ON invitations AS RESTRICTIVE FOR INSERT TO reachly_app
    WITH CHECK (list_id IS NULL OR list_id IN (SELECT scope_edited()));
CREATE POLICY lists_update ON invitations AS RESTRICTIVE FOR UPDATE TO reachly_app
    USING (true) WITH CHECK (list_id IS NULL OR list_id IN (SELECT scope_edited()));

-- Whether whom a list is shared with may know that somebody is on it: not of whom its workspace hides or has deleted.
CREATE FUNCTION shared_shown(p_workspace uuid, p_contact uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT scope_workspace() IS NOT NULL
       AND EXISTS (SELECT FROM list_members m WHERE m.user_id = scope_user() AND m.workspace_id = p_workspace AND m.revoked_at IS NULL)
       AND EXISTS (SELECT FROM leads d WHERE d.workspace_id = p_workspace AND d.contact_id = p_contact AND d.deleted_at IS NULL
                      AND NOT d.hidden)
$$;
REVOKE EXECUTE ON FUNCTION shared_shown FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shared_shown TO reachly_app;
ALTER POLICY shared ON list_contacts USING (list_id IN (SELECT scope_shared()) AND shared_shown(workspace_id, contact_id));
ALTER POLICY shared_editing ON list_contacts
    USING (list_id IN (SELECT scope_shared('editor')) AND shared_shown(workspace_id, contact_id));

-- The lists that were shared with the person in scope, by whom, and how many leads of each they see, counted to `p_most`.
CREATE FUNCTION shared_lists(p_list uuid, p_most integer)
RETURNS TABLE (id uuid, name text, description text, role text, by text, workspace text, leads bigint, expires_at timestamptz,
               updated_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT l.id, l.name, l.description, m.role, u.name, w.name,
           (SELECT count(*) FROM (SELECT FROM list_contacts c JOIN leads d
                ON d.workspace_id = c.workspace_id AND d.contact_id = c.contact_id AND d.deleted_at IS NULL AND NOT d.hidden
             WHERE c.workspace_id = l.workspace_id AND c.list_id = l.id LIMIT p_most) seen),
           m.expires_at, l.updated_at
      FROM scope_shared() s(id) JOIN lists l ON l.id = s.id
      JOIN list_members m ON m.workspace_id = l.workspace_id AND m.list_id = l.id AND m.user_id = scope_user()
      JOIN users u ON u.id = m.invited_by JOIN workspaces w ON w.id = l.workspace_id
     WHERE p_list IS NULL OR l.id = p_list
     ORDER BY l.updated_at DESC, l.id DESC LIMIT 500
$$;

-- The leads of one shared list in its order, from behind (or before) a place: their plain facts, and of e-mail and phone
-- what the list's workspace has unlocked. Nothing for whom it is not shared with, or no more.
CREATE FUNCTION shared_leads(p_list uuid, p_position double precision, p_contact uuid, p_back boolean, p_most integer)
RETURNS TABLE (contact_id uuid, place double precision, note text, tags text[], first_name text, last_name text, title text,
               company text, company_domain text, industry text, city text, country text, linkedin_url text, email text,
               email_status text, phone text, sample boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_workspace uuid;
BEGIN
    SELECT l.workspace_id INTO v_workspace FROM scope_shared() s(id) JOIN lists l ON l.id = s.id WHERE s.id = p_list;
    IF v_workspace IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT c.contact_id, c.position, c.note, c.tags, d.first_name, d.last_name, d.title, d.company, d.company_domain,'
        ' d.industry, d.city, d.country, d.linkedin_url, d.email, CASE WHEN d.email IS NOT NULL THEN d.email_status END,'
        ' d.phone, d.sample FROM list_contacts c JOIN leads d ON d.workspace_id = c.workspace_id'
        ' AND d.contact_id = c.contact_id AND d.deleted_at IS NULL AND NOT d.hidden'
        ' WHERE c.workspace_id = $1 AND c.list_id = $2 AND ($4 IS NULL OR (c.position, c.contact_id) %1$s ($3, $4))'
        ' ORDER BY c.position %2$s, c.contact_id %2$s LIMIT $5',
        CASE WHEN p_back THEN '<' ELSE '>' END, CASE WHEN p_back THEN 'DESC' ELSE 'ASC' END)
        USING v_workspace, p_list, p_position, p_contact, p_most;
END $$;

-- Writes down in the feed of a list's workspace what a guest, who may, did there; nothing for anybody else. Moves, of which
-- one does many, are told once in ten minutes. What is done on a personal list is told to its owner alone.
CREATE FUNCTION shared_note(p_list uuid, p_contact uuid, p_kind text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_list lists;
    v_action uuid;
BEGIN
    SELECT l.* INTO v_list FROM scope_shared('editor') s(id) JOIN lists l ON l.id = s.id WHERE s.id = p_list;
    IF v_list.id IS NULL OR p_kind NOT IN ('list.annotate', 'list.order')
       OR NOT EXISTS (SELECT FROM list_contacts c WHERE c.workspace_id = v_list.workspace_id AND c.list_id = p_list
                         AND c.contact_id = p_contact)
       OR p_kind = 'list.order' AND EXISTS (
           SELECT FROM actions a WHERE a.workspace_id = v_list.workspace_id AND a.subject_id = p_list AND a.kind = p_kind
              AND a.user_id = scope_user() AND a.created_at > clock_timestamp() - interval '10 minutes') THEN
        RETURN;
    END IF;
    INSERT INTO actions (workspace_id, user_id, kind, subject_id, data)
    SELECT v_list.workspace_id, u.id, p_kind, p_list,
           jsonb_build_object('name', v_list.name, 'guest', u.name)
           || CASE v_list.visibility WHEN 'personal' THEN jsonb_build_object('personal', true, 'owner', v_list.owner_id) ELSE '{}' END
      FROM users u WHERE u.id = scope_user() RETURNING id INTO v_action;
    INSERT INTO action_items (workspace_id, action_id, contact_id) VALUES (v_list.workspace_id, v_action, p_contact);
END $$;

-- A guest gives a list back.
CREATE FUNCTION shared_leave(p_list uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE list_members m SET revoked_at = clock_timestamp()
     WHERE m.list_id = p_list AND m.user_id = scope_user() AND m.list_id IN (SELECT scope_shared());
    RETURN FOUND;
END $$;
REVOKE EXECUTE ON FUNCTION shared_lists, shared_leads, shared_note, shared_leave FROM PUBLIC;
GRANT EXECUTE ON FUNCTION shared_lists, shared_leads, shared_note, shared_leave TO reachly_app;
