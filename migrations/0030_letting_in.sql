-- Letting somebody in by a link, and telling people things wherever they work at the moment.

ALTER TABLE invitations ADD COLUMN name text NOT NULL DEFAULT '' CHECK (length(name) <= 120);
COMMENT ON COLUMN invitations.name IS 'What it lets in to, as it was called then: the workspace or the list.';

-- Into the workspace invites who runs it; to a list, who may write.
CREATE POLICY running_insert ON invitations AS RESTRICTIVE FOR INSERT TO reachly_app
    WITH CHECK (list_id IS NOT NULL OR (SELECT scope_runs()));
CREATE POLICY running_update ON invitations AS RESTRICTIVE FOR UPDATE TO reachly_app
    USING (true) WITH CHECK (list_id IS NOT NULL OR (SELECT scope_runs()));

-- People read their own notices, those of other workspaces too, and those of one that they had to leave.
CREATE POLICY own ON notifications FOR SELECT TO reachly_app USING (user_id = scope_user());
CREATE POLICY own_read ON notifications FOR UPDATE TO reachly_app USING (user_id = scope_user()) WITH CHECK (user_id = scope_user());
CREATE POLICY mine_read ON notifications AS RESTRICTIVE FOR UPDATE TO reachly_app
    USING (scope_user() IS NULL OR user_id = scope_user());
CREATE INDEX notifications_own ON notifications (user_id, created_at DESC, id DESC);
CREATE INDEX notifications_unread ON notifications (user_id) WHERE read_at IS NULL;

-- What an invitation is, for whoever has its link; nothing for an unknown one.
CREATE FUNCTION invitation_find(p_hash bytea)
RETURNS TABLE (id uuid, workspace_id uuid, list_id uuid, email text, role text, name text, invited_by text, state text,
               expires_at timestamptz, known boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT i.id, i.workspace_id, i.list_id, i.email::text, i.role, i.name, u.name,
           CASE WHEN i.accepted_at IS NOT NULL THEN 'accepted' WHEN i.revoked_at IS NOT NULL THEN 'revoked'
                WHEN i.expires_at <= now() THEN 'expired' ELSE 'open' END,
           i.expires_at, EXISTS (SELECT FROM users k WHERE k.email = i.email)
      FROM invitations i JOIN users u ON u.id = i.invited_by WHERE i.token_hash = p_hash
$$;

-- Lets the person in scope in, once: `outcome` is accepted, missing, revoked, expired, used, or stranger, where the
-- invitation is for another address. Whoever is in already keeps the role they have.
CREATE FUNCTION invitation_accept(p_hash bytea)
RETURNS TABLE (outcome text, id uuid, workspace_id uuid, list_id uuid, role text, joined boolean, mailed boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v invitations;
    v_joined boolean := false;
    v_role text;
BEGIN
    SELECT * INTO v FROM invitations i WHERE i.token_hash = p_hash;
    -- Who belongs to a workspace changes under the lock of its row, one after the other.
    PERFORM FROM workspaces w WHERE w.id = v.workspace_id FOR NO KEY UPDATE;
    SELECT * INTO v FROM invitations i WHERE i.token_hash = p_hash FOR UPDATE;
    IF v.id IS NULL OR scope_user() IS NULL THEN
        outcome := 'missing';
    ELSIF v.accepted_at IS NOT NULL THEN
        outcome := 'used';
    ELSIF v.revoked_at IS NOT NULL THEN
        outcome := 'revoked';
    ELSIF v.expires_at <= clock_timestamp() THEN
        outcome := 'expired';
    ELSIF NOT EXISTS (SELECT FROM users u WHERE u.id = scope_user() AND u.active AND u.email = v.email) THEN
        outcome := 'stranger';
    ELSE
        outcome := 'accepted';
        UPDATE invitations i SET accepted_at = clock_timestamp(), accepted_by = scope_user()
         WHERE i.workspace_id = v.workspace_id AND i.id = v.id;
        IF v.list_id IS NULL THEN
            INSERT INTO memberships AS m (workspace_id, user_id, role) VALUES (v.workspace_id, scope_user(), v.role)
            ON CONFLICT (workspace_id, user_id) DO NOTHING;
            v_joined := FOUND;
            SELECT m.role INTO v_role FROM memberships m WHERE m.workspace_id = v.workspace_id AND m.user_id = scope_user();
        ELSE
            INSERT INTO list_members AS m (workspace_id, list_id, user_id, role, invited_by, expires_at)
            VALUES (v.workspace_id, v.list_id, scope_user(), v.role, v.invited_by, v.access_until)
            ON CONFLICT (workspace_id, list_id, user_id)
            DO UPDATE SET role = excluded.role, invited_by = excluded.invited_by, revoked_at = NULL,
                          expires_at = excluded.expires_at;
            v_joined := true;
            v_role := v.role;
        END IF;
        INSERT INTO actions (workspace_id, user_id, kind, subject_id, data)
        VALUES (v.workspace_id, scope_user(), 'invitations.accept', coalesce(v.list_id, v.id),
                jsonb_build_object('role', v_role, 'name', CASE WHEN EXISTS (SELECT FROM lists l
                    WHERE l.id = v.list_id AND l.visibility = 'personal') THEN '' ELSE v.name END));
    END IF;
    RETURN QUERY SELECT outcome, v.id, v.workspace_id, v.list_id, coalesce(v_role, v.role), v_joined, v.mailed;
END $$;

-- Tells whoever has an account with this address, in the name of the workspace in scope; whether there is one is not said.
-- `p_confirmed`: only where they have shown that the address is theirs, for anybody may register with any.
CREATE FUNCTION notice_to_address(p_email text, p_kind text, p_words text, p_link text, p_confirmed boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT scope_writes() THEN
        RAISE EXCEPTION 'who only looks tells nobody' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO notifications (workspace_id, user_id, kind, words, link)
    SELECT scope_workspace(), u.id, p_kind, p_words, p_link FROM users u WHERE u.email = p_email::citext AND u.active
       AND (NOT p_confirmed OR u.email_verified_at IS NOT NULL);
END $$;
REVOKE EXECUTE ON FUNCTION invitation_find, invitation_accept, notice_to_address FROM PUBLIC;
GRANT EXECUTE ON FUNCTION invitation_find, invitation_accept, notice_to_address TO reachly_app;
