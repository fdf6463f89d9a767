-- Who belongs to a workspace and as what: changed by few functions, one after the other, under the lock of its row. Always exactly one owner.

CREATE UNIQUE INDEX memberships_owner ON memberships (workspace_id) WHERE role = 'owner';

-- Whatever is done in a scope leaves an owner; who sets up rows by hand answers for them.
CREATE FUNCTION memberships_have_owner() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF scope_workspace() IS NOT NULL AND EXISTS (SELECT FROM memberships m WHERE m.workspace_id = OLD.workspace_id)
       AND NOT EXISTS (SELECT FROM memberships m WHERE m.workspace_id = OLD.workspace_id AND m.role = 'owner') THEN
        RAISE EXCEPTION 'workspace % would have no owner', OLD.workspace_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
REVOKE EXECUTE ON FUNCTION memberships_have_owner FROM PUBLIC;
CREATE CONSTRAINT TRIGGER memberships_have_owner AFTER UPDATE OR DELETE ON memberships
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION memberships_have_owner();

-- Handing a workspace over takes two: its owner offers it, and one of its people takes it.
CREATE TABLE ownership_offers (
    workspace_id  uuid PRIMARY KEY REFERENCES workspaces,
    to_user       uuid NOT NULL REFERENCES users,
    by_user       uuid NOT NULL REFERENCES users,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL
);
CALL guard_tenant_table('ownership_offers');
GRANT SELECT ON ownership_offers TO reachly_app;

-- The people of the workspace in scope with when they were last seen in it, for those who belong to it.
CREATE FUNCTION team_people()
RETURNS TABLE (user_id uuid, name text, email text, role text, since timestamptz, seen_at timestamptz, active boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT u.id, u.name, u.email::text, m.role, m.created_at,
           greatest((SELECT max(s.used_at) FROM sessions s WHERE s.user_id = u.id AND s.workspace_id = m.workspace_id),
                    (SELECT max(k.used_at) FROM api_keys k WHERE k.user_id = u.id AND k.workspace_id = m.workspace_id)), u.active
      FROM memberships m JOIN users u ON u.id = m.user_id
     WHERE m.workspace_id = scope_workspace() AND (scope_user() IS NULL OR scope_role() IS NOT NULL)
     ORDER BY array_position(ARRAY['owner', 'admin', 'member', 'viewer'], m.role), lower(u.name), u.id
$$;

-- The lock of the workspace in scope, and what the person in scope is there once it is theirs.
CREATE FUNCTION team_lock() RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM FROM workspaces w WHERE w.id = scope_workspace() FOR NO KEY UPDATE;
    RETURN scope_role();
END $$;

CREATE FUNCTION team_tell(p_user uuid, p_kind text, p_words text, p_link text) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO notifications (workspace_id, user_id, kind, words, link)
    VALUES (scope_workspace(), p_user, p_kind, left(p_words, 500), p_link)
$$;

CREATE FUNCTION team_note(p_kind text, p_about uuid, p_data jsonb) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO actions (workspace_id, user_id, kind, subject_id, data)
    SELECT scope_workspace(), scope_user(), p_kind, p_about,
           p_data || coalesce((SELECT jsonb_build_object('name', u.name) FROM users u WHERE u.id = p_about), '{}')
$$;

-- Gives one of the people another role: `changed`, `same`, `gone` (nobody of this workspace), or `owner`, whose role is only handed over.
--
-- A link lets in only while whoever sent it may still invite: open invitations into the workspace end when an admin becomes less,
-- those to lists too when somebody may only look. Who came by them stays, and so do the guests of lists.
CREATE FUNCTION member_set_role(p_user uuid, p_role text) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_mine text := team_lock();
    v_was text;
BEGIN
    IF v_mine IS NULL OR v_mine NOT IN ('owner', 'admin') OR p_role IS NULL OR p_role NOT IN ('admin', 'member', 'viewer') THEN
        RAISE EXCEPTION 'only who runs the workspace gives roles' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT m.role INTO v_was FROM memberships m WHERE m.workspace_id = scope_workspace() AND m.user_id = p_user;
    IF v_was IS NULL THEN
        RETURN 'gone';
    ELSIF v_was = 'owner' THEN
        RETURN 'owner';
    ELSIF v_was = p_role THEN
        RETURN 'same';
    END IF;
    UPDATE memberships m SET role = p_role WHERE m.workspace_id = scope_workspace() AND m.user_id = p_user;
    UPDATE invitations i SET revoked_at = clock_timestamp()
     WHERE i.workspace_id = scope_workspace() AND i.invited_by = p_user AND i.accepted_at IS NULL AND i.revoked_at IS NULL
       AND (p_role = 'viewer' OR p_role <> 'admin' AND i.list_id IS NULL);
    PERFORM team_note('members.role', p_user, jsonb_build_object('role', p_role, 'before', v_was));
    RETURN 'changed';
END $$;

-- Offers the workspace to one of its people, instead of to anybody it was offered to before: `offered`, or `gone`.
CREATE FUNCTION ownership_offer(p_to uuid, p_days double precision) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_mine text := team_lock();
BEGIN
    IF v_mine IS DISTINCT FROM 'owner' OR EXISTS (SELECT FROM workspaces w WHERE w.id = scope_workspace() AND w.demo) THEN
        RAISE EXCEPTION 'only its owner hands a workspace over' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF p_to = scope_user() OR NOT EXISTS (SELECT FROM memberships m WHERE m.workspace_id = scope_workspace() AND m.user_id = p_to) THEN
        RETURN 'gone';
    END IF;
    INSERT INTO ownership_offers AS o (workspace_id, to_user, by_user, expires_at)
    VALUES (scope_workspace(), p_to, scope_user(), clock_timestamp() + make_interval(secs => p_days * 86400))
    ON CONFLICT (workspace_id) DO UPDATE SET to_user = excluded.to_user, by_user = excluded.by_user,
        created_at = clock_timestamp(), expires_at = excluded.expires_at;
    PERFORM team_note('ownership.offer', p_to, '{}');
    RETURN 'offered';
END $$;

-- Takes the offer back, or turns it down; whether there was one.
CREATE FUNCTION ownership_withdraw() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM team_lock();
    DELETE FROM ownership_offers o
     WHERE o.workspace_id = scope_workspace() AND scope_user() IN (o.to_user, o.by_user) AND scope_role() IS NOT NULL;
    RETURN FOUND;
END $$;

-- Makes the person in scope the owner, where it was offered to them: `taken`, or `gone`.
--
-- The one before stays as an admin. Everybody has a workspace of their own: where it was theirs, they get another, without credits.
CREATE FUNCTION ownership_take() RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_mine text := team_lock();
    v_workspace uuid := scope_workspace();
    v_before uuid;
    v_new uuid;
    v_name text;
BEGIN
    DELETE FROM ownership_offers o
     WHERE o.workspace_id = v_workspace AND o.to_user = scope_user() AND o.expires_at > clock_timestamp()
       AND EXISTS (SELECT FROM memberships m WHERE m.workspace_id = v_workspace AND m.user_id = o.by_user AND m.role = 'owner')
    RETURNING o.by_user INTO v_before;
    IF v_before IS NULL OR v_mine IS NULL THEN
        RETURN 'gone';
    END IF;
    UPDATE memberships m SET role = 'admin' WHERE m.workspace_id = v_workspace AND m.user_id = v_before;
    UPDATE memberships m SET role = 'owner' WHERE m.workspace_id = v_workspace AND m.user_id = scope_user();
    UPDATE workspaces w SET personal_of = NULL WHERE w.id = v_workspace AND w.personal_of = v_before;
    IF FOUND THEN
        SELECT u.name INTO v_name FROM users u WHERE u.id = v_before;
        INSERT INTO workspaces (name, plan_id, personal_of, period_end)
        SELECT v_name, p.id, v_before, CASE p.period WHEN 'month' THEN now() + interval '1 month' END FROM plans p WHERE p.id = 'trial'
        RETURNING id INTO STRICT v_new;
        INSERT INTO memberships (workspace_id, user_id, role) VALUES (v_new, v_before, 'owner');
        INSERT INTO accounts (workspace_id, name)
        SELECT v_new, unnest(ARRAY['available', 'held', 'spent', 'granted', 'sold', 'adjusted', 'expired']);
    END IF;
    PERFORM team_note('ownership.take', scope_user(), '{}');
    PERFORM team_tell(v_before, 'ownership.taken', u.name || ' is the owner of ' || w.name || ' now. You are an admin.', '/team')
       FROM users u, workspaces w WHERE u.id = scope_user() AND w.id = v_workspace;
    RETURN 'taken';
END $$;

-- Who can do something about it is told when a limit comes close: the person it is for, and who runs the workspace.
CREATE FUNCTION spend_warnings_told() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_words text;
BEGIN
    SELECT NEW.percent || ' % of ' || CASE WHEN NEW.user_id IS NULL THEN 'the limit of ' || w.name
               ELSE 'the limit of ' || (SELECT u.name FROM users u WHERE u.id = NEW.user_id) || ' in ' || w.name END
           || ', ' || to_char(spend_cap(w.id, NEW.user_id), 'FM999,999,999,999') || ' credits a month, are spent or held.'
      INTO v_words FROM workspaces w WHERE w.id = NEW.workspace_id;
    IF v_words IS NULL THEN
        RETURN NULL;
    END IF;
    INSERT INTO notifications (workspace_id, user_id, kind, words, link)
    SELECT NEW.workspace_id, m.user_id, 'credits.limit', v_words, '/credits' FROM memberships m
     WHERE m.workspace_id = NEW.workspace_id AND (m.role IN ('owner', 'admin') OR m.user_id = NEW.user_id);
    INSERT INTO mails (workspace_id, user_id, recipient, kind, subject, text, once_key)
    SELECT NEW.workspace_id, u.id, u.email::text, 'credits.limit', 'A limit of credits is nearly used up',
           v_words || E'\n\nJobs that would pass it do not start. The owner sets limits under Credits.\n', 'limit:' || NEW.id || ':' || u.id
      FROM memberships m JOIN users u ON u.id = m.user_id
     WHERE m.workspace_id = NEW.workspace_id AND (m.role = 'owner' OR m.user_id = NEW.user_id)
        ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER spend_warnings_told AFTER INSERT ON spend_warnings FOR EACH ROW EXECUTE FUNCTION spend_warnings_told();

-- A key for programs is for a workspace that its person belongs to.
CREATE POLICY of_the_team ON api_keys AS RESTRICTIVE FOR INSERT TO reachly_app WITH CHECK ((SELECT scope_role()) IS NOT NULL);

-- The workspace that is somebody's own.
CREATE FUNCTION account_home(p_user uuid) RETURNS uuid LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT w.id FROM workspaces w WHERE w.personal_of = p_user
$$;
REVOKE EXECUTE ON FUNCTION account_home FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_home TO reachly_app;

REVOKE EXECUTE ON FUNCTION team_people, member_set_role, ownership_offer, ownership_withdraw, ownership_take,
    spend_warnings_told FROM PUBLIC;
GRANT EXECUTE ON FUNCTION team_people, member_set_role, ownership_offer, ownership_withdraw, ownership_take TO reachly_app;
