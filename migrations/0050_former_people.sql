-- Who belonged to a workspace is still known by name there, in what they did.
CREATE TABLE former_members (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    user_id       uuid NOT NULL REFERENCES users,
    left_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, user_id)
);
CALL guard_tenant_table('former_members');
GRANT SELECT ON former_members TO reachly_app;
CREATE POLICY former ON users FOR SELECT TO reachly_app
    USING (EXISTS (SELECT FROM former_members f WHERE f.user_id = users.id AND f.workspace_id = scope_workspace()));

-- Puts somebody out, or lets them go where it is the person in scope: `removed`, `left`, `gone`, or `owner`, who has to hand over first.
--
-- Their sessions and keys here end, their jobs go on, and nobody waits for them to take over. Their lists and what they kept under
-- a schedule pass to the owner, the latter paused. Whom they let in: guests of a list of the team stay with the list, whoever
-- invited them, because the team goes on with it; guests of their personal lists go, because nobody else here knew of those;
-- and no link that they sent, or that was sent to them, lets anybody in any more.
CREATE FUNCTION member_remove(p_user uuid) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_mine text := team_lock();
    v_workspace uuid := scope_workspace();
    v_role text;
    v_owner uuid;
    v_personal uuid[];
    v_ran bigint;
    v_self boolean := coalesce(p_user = scope_user(), false);
BEGIN
    IF v_mine IS NULL OR NOT (v_self OR v_mine IN ('owner', 'admin')) THEN
        RAISE EXCEPTION 'only who runs the workspace puts people out' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT m.role INTO v_role FROM memberships m WHERE m.workspace_id = v_workspace AND m.user_id = p_user;
    IF v_role IS NULL THEN
        RETURN 'gone';
    ELSIF v_role = 'owner' THEN
        RETURN 'owner';
    END IF;
    SELECT m.user_id INTO STRICT v_owner FROM memberships m WHERE m.workspace_id = v_workspace AND m.role = 'owner';
    PERFORM team_note(CASE WHEN v_self THEN 'members.leave' ELSE 'members.remove' END, p_user, jsonb_build_object('role', v_role));
    DELETE FROM memberships m WHERE m.workspace_id = v_workspace AND m.user_id = p_user;
    INSERT INTO former_members (workspace_id, user_id) VALUES (v_workspace, p_user)
    ON CONFLICT (workspace_id, user_id) DO UPDATE SET left_at = clock_timestamp();
    UPDATE sessions s SET ended_at = clock_timestamp(), ended_why = CASE WHEN NOT v_self THEN 'removed' END
     WHERE s.user_id = p_user AND s.workspace_id = v_workspace AND s.ended_at IS NULL;
    UPDATE api_keys k SET revoked_at = clock_timestamp()
     WHERE k.workspace_id = v_workspace AND k.user_id = p_user AND k.revoked_at IS NULL;
    v_personal := ARRAY(SELECT l.id FROM lists l
                         WHERE l.workspace_id = v_workspace AND l.owner_id = p_user AND l.visibility = 'personal');
    UPDATE lists l SET owner_id = v_owner WHERE l.workspace_id = v_workspace AND l.owner_id = p_user;
    UPDATE list_members m SET revoked_at = clock_timestamp()
     WHERE m.workspace_id = v_workspace AND (m.user_id = p_user OR m.list_id = ANY (v_personal)) AND m.revoked_at IS NULL;
    UPDATE invitations i SET revoked_at = clock_timestamp() FROM users u
     WHERE u.id = p_user AND i.workspace_id = v_workspace AND i.accepted_at IS NULL AND i.revoked_at IS NULL
       AND (i.email = u.email OR i.invited_by = p_user OR i.list_id = ANY (v_personal));
    WITH passed AS (
        UPDATE icp_profiles p SET owner_id = v_owner, paused = p.paused OR p.schedule <> 'off', next_run_at = NULL, updated_at = now()
         WHERE p.workspace_id = v_workspace AND p.owner_id = p_user
        RETURNING old.schedule <> 'off' AND NOT old.paused AND old.deleted_at IS NULL AS ran)
    SELECT count(*) FILTER (WHERE p.ran) INTO v_ran FROM passed p;
    IF v_ran > 0 THEN
        PERFORM team_tell(v_owner, 'profile.paused', u.name || ' belongs to the workspace no more. '
                          || CASE v_ran WHEN 1 THEN 'A search that ran by itself is' ELSE v_ran || ' searches that ran by themselves are' END
                          || ' yours now, and paused.', '/profiles') FROM users u WHERE u.id = p_user;
    END IF;
    DELETE FROM ownership_offers o WHERE o.workspace_id = v_workspace AND o.to_user = p_user;
    IF v_self THEN
        PERFORM team_tell(m.user_id, 'members.left', (SELECT u.name FROM users u WHERE u.id = p_user) || ' left ' || w.name || '.', '/team')
           FROM memberships m JOIN workspaces w ON w.id = m.workspace_id
          WHERE m.workspace_id = v_workspace AND m.role IN ('owner', 'admin');
    ELSE
        PERFORM team_tell(p_user, 'members.removed', 'You were removed from ' || w.name || '.', '') FROM workspaces w WHERE w.id = v_workspace;
    END IF;
    RETURN CASE WHEN v_self THEN 'left' ELSE 'removed' END;
END $$;
REVOKE EXECUTE ON FUNCTION member_remove FROM PUBLIC;
GRANT EXECUTE ON FUNCTION member_remove TO reachly_app;
