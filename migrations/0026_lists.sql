-- Leads kept together: personal or the team's, in an order, with notes and tags; and who was let in.

-- `editing`: whether everybody of the team who may write changes the list, or its owner and those who run the workspace.

CREATE TABLE lists (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    owner_id      uuid NOT NULL REFERENCES users,
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    description   text NOT NULL DEFAULT '' CHECK (length(description) <= 2000),
    visibility    text NOT NULL DEFAULT 'team' CHECK (visibility IN ('personal', 'team')),
    editing       text NOT NULL DEFAULT 'team' CHECK (editing IN ('team', 'owner')),
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    deleted_at    timestamptz,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (id)
);
CREATE INDEX lists_recent ON lists (workspace_id, updated_at DESC) WHERE deleted_at IS NULL;

-- Whether these are texts one after the other: no lists in the list, and nothing missing. To PostgreSQL a text[] may be a cube.
CREATE FUNCTION flat_texts(p_texts text[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE coalesce(array_ndims(p_texts), 0) WHEN 0 THEN true
                WHEN 1 THEN array_lower(p_texts, 1) = 1 AND array_position(p_texts, NULL) IS NULL ELSE false END
$$;
GRANT EXECUTE ON FUNCTION flat_texts TO reachly_app;

-- Everyone on a list is a lead of its workspace: somebody from the catalogue becomes one, with locked fields, when added.
CREATE TABLE list_contacts (
    workspace_id  uuid NOT NULL,
    list_id       uuid NOT NULL,
    contact_id    uuid NOT NULL,
    -- Neither endless nor no number; one more than the most is the most, so that there is always a place behind the last.
    position      double precision NOT NULL CONSTRAINT list_contacts_position_finite CHECK (position BETWEEN -1e300 AND 1e300),
    note          text NOT NULL DEFAULT '' CHECK (length(note) <= 4000),
    tags          text[] NOT NULL DEFAULT '{}' CHECK (cardinality(tags) <= 20)
                  CONSTRAINT list_contacts_tags_flat CHECK (flat_texts(tags)),
    added_by      uuid REFERENCES users,
    added_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, list_id, contact_id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES lists (workspace_id, id),
    FOREIGN KEY (workspace_id, contact_id) REFERENCES leads (workspace_id, contact_id) ON UPDATE CASCADE
);
CREATE INDEX list_contacts_order ON list_contacts (workspace_id, list_id, position, contact_id);
CREATE INDEX list_contacts_contact ON list_contacts (workspace_id, contact_id);

-- Who may see or edit a list beyond the people of its workspace: guests have workspaces of their own.
CREATE TABLE list_members (
    workspace_id  uuid NOT NULL,
    list_id       uuid NOT NULL,
    user_id       uuid NOT NULL REFERENCES users,
    role          text NOT NULL CHECK (role IN ('viewer', 'editor')),
    invited_by    uuid NOT NULL REFERENCES users,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz,
    revoked_at    timestamptz,
    PRIMARY KEY (workspace_id, list_id, user_id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES lists (workspace_id, id)
);
CREATE INDEX list_members_user ON list_members (user_id) WHERE revoked_at IS NULL;

-- The lists of any workspace that somebody shared with the person in scope: those with this role, or with any.
--
-- Access ends the moment it is taken back or over, and with the list.
CREATE FUNCTION scope_shared(p_role text DEFAULT NULL) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT m.list_id FROM list_members m JOIN lists l ON l.workspace_id = m.workspace_id AND l.id = m.list_id
     WHERE scope_workspace() IS NOT NULL AND m.user_id = scope_user() AND (p_role IS NULL OR m.role = p_role)
       AND m.revoked_at IS NULL AND (m.expires_at IS NULL OR m.expires_at > now()) AND l.deleted_at IS NULL
$$;
REVOKE EXECUTE ON FUNCTION scope_shared FROM PUBLIC;
GRANT EXECUTE ON FUNCTION scope_shared TO reachly_app;

CALL guard_tenant_table('lists');
CALL guard_tenant_table('list_contacts');
CALL guard_tenant_table('list_members');

-- A personal list is there for its owner alone; the house, which works without a person, fills it for them.
ALTER POLICY tenant ON lists
    USING (workspace_id = scope_workspace() AND (visibility = 'team' OR owner_id = scope_user() OR scope_user() IS NULL))
    WITH CHECK (workspace_id = scope_workspace() AND (visibility = 'team' OR owner_id = scope_user() OR scope_user() IS NULL));
CREATE POLICY shared ON lists FOR SELECT TO reachly_app USING (id IN (SELECT scope_shared()));
CALL guard_writers('lists');
CREATE POLICY editors ON lists AS RESTRICTIVE FOR UPDATE TO reachly_app
    USING (editing = 'team' OR owner_id = scope_user() OR scope_user() IS NULL OR (SELECT scope_runs()));

-- The lists of the workspace in scope that whoever is in scope may change. Read under the policies above.
CREATE FUNCTION scope_edited() RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT l.id FROM lists l
     WHERE l.workspace_id = scope_workspace() AND scope_writes()
       AND (l.editing = 'team' OR l.owner_id = scope_user() OR scope_user() IS NULL OR scope_runs())
$$;
GRANT EXECUTE ON FUNCTION scope_edited TO reachly_app;

-- Who sees a list sees who is on it. Beyond those who may change the list, a guest who edits changes notes, tags and order.
ALTER POLICY tenant ON list_contacts
    USING (workspace_id = scope_workspace() AND list_id IN (SELECT l.id FROM lists l WHERE l.workspace_id = scope_workspace()))
    WITH CHECK (workspace_id = scope_workspace() AND list_id IN (SELECT l.id FROM lists l WHERE l.workspace_id = scope_workspace()));
CREATE POLICY shared ON list_contacts FOR SELECT TO reachly_app USING (list_id IN (SELECT scope_shared()));
CREATE POLICY shared_editing ON list_contacts FOR UPDATE TO reachly_app USING (list_id IN (SELECT scope_shared('editor')));
CREATE POLICY writers_insert ON list_contacts AS RESTRICTIVE FOR INSERT TO reachly_app
    WITH CHECK (list_id IN (SELECT scope_edited()));
CREATE POLICY writers_update ON list_contacts AS RESTRICTIVE FOR UPDATE TO reachly_app
    USING (list_id IN (SELECT scope_edited()) OR list_id IN (SELECT scope_shared('editor')));
CREATE POLICY writers_delete ON list_contacts AS RESTRICTIVE FOR DELETE TO reachly_app
    USING (list_id IN (SELECT scope_edited()));

-- Whom a list is shared with is known to who sees the list in its workspace; a guest knows of nobody but themselves.
ALTER POLICY tenant ON list_members
    USING (workspace_id = scope_workspace() AND list_id IN (SELECT l.id FROM lists l WHERE l.workspace_id = scope_workspace()))
    WITH CHECK (workspace_id = scope_workspace() AND list_id IN (SELECT scope_edited()));
CREATE POLICY shared ON list_members FOR SELECT TO reachly_app
    USING (user_id = scope_user() AND list_id IN (SELECT scope_shared()));
CALL guard_writers('list_members');

-- What somebody does with a list of their own is nobody else's to read either.
CREATE POLICY personal ON actions AS RESTRICTIVE FOR SELECT TO reachly_app
    USING (data->>'personal' IS NULL OR user_id = scope_user() OR data->>'owner' = scope_user()::text OR scope_user() IS NULL);

-- A list has changed when anything on it has, by whomever: guests may not write into lists themselves.
CREATE FUNCTION list_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE lists l SET updated_at = now() FROM (SELECT DISTINCT c.workspace_id, c.list_id FROM changed c) c
     WHERE l.workspace_id = c.workspace_id AND l.id = c.list_id;
    RETURN NULL;
END $$;
CREATE TRIGGER list_changed_insert AFTER INSERT ON list_contacts REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION list_changed();
CREATE TRIGGER list_changed_update AFTER UPDATE ON list_contacts REFERENCING NEW TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION list_changed();
CREATE TRIGGER list_changed_delete AFTER DELETE ON list_contacts REFERENCING OLD TABLE AS changed
    FOR EACH STATEMENT EXECUTE FUNCTION list_changed();

GRANT SELECT, INSERT ON lists, list_contacts, list_members TO reachly_app;
GRANT UPDATE (name, description, visibility, editing, owner_id, updated_at, deleted_at) ON lists TO reachly_app;
GRANT UPDATE (position, note, tags), DELETE ON list_contacts TO reachly_app;
GRANT UPDATE (role, expires_at, revoked_at) ON list_members TO reachly_app;
