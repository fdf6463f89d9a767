-- Two leads of a workspace that are one person: one stands for both, nothing of either is lost, and it can be taken back.

-- `before` is what the one that stays was like, and what it was given. The one that goes keeps its row, its unlocks and its
-- story, and is hidden: a provider that finds that person again finds somebody whom the workspace has.
CREATE TABLE lead_merges (
    workspace_id    uuid NOT NULL REFERENCES workspaces,
    id              uuid NOT NULL DEFAULT uuidv7(),
    kept_id         uuid NOT NULL,
    gone_id         uuid NOT NULL,
    gone_contact_id uuid NOT NULL REFERENCES contacts,
    before          jsonb NOT NULL,
    user_id         uuid REFERENCES users,
    merged_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    undone_at       timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, kept_id) REFERENCES leads (workspace_id, id),
    FOREIGN KEY (workspace_id, gone_id) REFERENCES leads (workspace_id, id),
    CHECK (kept_id <> gone_id)
);
CREATE UNIQUE INDEX lead_merges_gone ON lead_merges (workspace_id, gone_contact_id) WHERE undone_at IS NULL;
CREATE INDEX lead_merges_kept ON lead_merges (workspace_id, kept_id);
CALL guard_tenant_table('lead_merges');
CALL guard_writers('lead_merges');
GRANT SELECT ON lead_merges TO reachly_app;

-- Whoever stands behind another lead is as good as hidden, whatever is hidden or shown beside that. The one before is asked by
-- triggers on leads, which are written to before there are merges.
CREATE OR REPLACE FUNCTION lead_hidden(p_workspace uuid, p_contact uuid, p_organization uuid, p_domain text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp SET enable_seqscan = off AS $$
    SELECT EXISTS (SELECT FROM hidden_contacts h WHERE h.workspace_id = p_workspace AND h.contact_id = p_contact)
        OR EXISTS (SELECT FROM lead_merges m
                    WHERE m.workspace_id = p_workspace AND m.gone_contact_id = p_contact AND m.undone_at IS NULL)
        OR company_hidden(p_workspace, p_organization, p_domain,
                          CASE WHEN p_domain IS NULL THEN (SELECT o.name_key FROM organizations o WHERE o.id = p_organization) END)
$$;

-- What merging two leads comes to, for whoever may: see lead_merge. The gate and the leads' rows are the caller's.
CREATE FUNCTION leads_join(p_workspace uuid, p_user uuid, p_kept uuid, p_gone uuid) RETURNS uuid
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := p_workspace;
    v_kept leads;
    v_gone leads;
    v_fields text[];
    v_lists uuid[];
    v_tags uuid[];
    v_notes uuid[];
    v_id uuid;
BEGIN
    SELECT * INTO v_kept FROM leads l WHERE l.workspace_id = v_workspace AND l.id = p_kept;
    SELECT * INTO v_gone FROM leads l WHERE l.workspace_id = v_workspace AND l.id = p_gone;
    WITH given AS (
        INSERT INTO unlocks (workspace_id, contact_id, field, credits)
        SELECT v_workspace, v_kept.contact_id, u.field, 0 FROM unlocks u
         WHERE u.workspace_id = v_workspace AND u.contact_id = v_gone.contact_id
           AND CASE u.field WHEN 'email' THEN v_gone.email WHEN 'phone' THEN v_gone.phone END IS NOT NULL
           AND CASE u.field WHEN 'email' THEN v_kept.email WHEN 'phone' THEN v_kept.phone END IS NULL
        ON CONFLICT DO NOTHING RETURNING field)
    SELECT coalesce(array_agg(field), '{}') INTO v_fields FROM given;
    WITH given AS (
        INSERT INTO list_contacts (workspace_id, list_id, contact_id, position, note, tags, added_by, added_at)
        SELECT v_workspace, g.list_id, v_kept.contact_id, g.position, g.note, g.tags, g.added_by, g.added_at
          FROM list_contacts g WHERE g.workspace_id = v_workspace AND g.contact_id = v_gone.contact_id
        ON CONFLICT DO NOTHING RETURNING list_id)
    SELECT coalesce(array_agg(list_id), '{}') INTO v_lists FROM given;
    WITH given AS (
        INSERT INTO lead_tags (workspace_id, contact_id, tag_id, added_by, added_at)
        SELECT v_workspace, v_kept.contact_id, g.tag_id, g.added_by, g.added_at
          FROM lead_tags g WHERE g.workspace_id = v_workspace AND g.contact_id = v_gone.contact_id
        ON CONFLICT DO NOTHING RETURNING tag_id)
    SELECT coalesce(array_agg(tag_id), '{}') INTO v_tags FROM given;
    WITH moved AS (
        UPDATE lead_notes n SET contact_id = v_kept.contact_id
         WHERE n.workspace_id = v_workspace AND n.contact_id = v_gone.contact_id RETURNING n.id)
    SELECT coalesce(array_agg(id), '{}') INTO v_notes FROM moved;

    INSERT INTO lead_merges (workspace_id, kept_id, gone_id, gone_contact_id, user_id, before)
    VALUES (v_workspace, p_kept, p_gone, v_gone.contact_id, p_user, jsonb_build_object(
        'fields', v_fields, 'lists', v_lists, 'tags', v_tags, 'notes', v_notes, 'provenance', v_kept.provenance, 'email_status', v_kept.email_status,
        'has_email', v_kept.has_email, 'has_phone', v_kept.has_phone,
        -- What the one that stays lacked, with what it was given for it.
        'given', jsonb_strip_nulls(jsonb_build_object(
            'first_name', CASE WHEN v_kept.first_name IS NULL THEN v_gone.first_name END,
            'last_name', CASE WHEN v_kept.last_name IS NULL THEN v_gone.last_name END,
            'title', CASE WHEN v_kept.title IS NULL THEN v_gone.title END,
            'seniority', CASE WHEN v_kept.seniority IS NULL THEN v_gone.seniority END,
            'department', CASE WHEN v_kept.department IS NULL THEN v_gone.department END,
            'linkedin_url', CASE WHEN v_kept.linkedin_url IS NULL THEN v_gone.linkedin_url END,
            'industry', CASE WHEN v_kept.industry IS NULL THEN v_gone.industry END,
            'company_size', CASE WHEN v_kept.company_size IS NULL THEN v_gone.company_size END,
            'city', CASE WHEN v_kept.city IS NULL THEN v_gone.city END,
            'state', CASE WHEN v_kept.state IS NULL THEN v_gone.state END,
            'country', CASE WHEN v_kept.country IS NULL THEN v_gone.country END,
            'email', CASE WHEN 'email' = ANY (v_fields) THEN v_gone.email END,
            'phone', CASE WHEN 'phone' = ANY (v_fields) THEN v_gone.phone END))))
    RETURNING id INTO v_id;

    UPDATE leads l SET
        first_name = coalesce(l.first_name, v_gone.first_name), last_name = coalesce(l.last_name, v_gone.last_name),
        title = coalesce(l.title, v_gone.title), seniority = coalesce(l.seniority, v_gone.seniority),
        department = coalesce(l.department, v_gone.department), linkedin_url = coalesce(l.linkedin_url, v_gone.linkedin_url),
        industry = coalesce(l.industry, v_gone.industry), company_size = coalesce(l.company_size, v_gone.company_size),
        city = coalesce(l.city, v_gone.city), state = coalesce(l.state, v_gone.state), country = coalesce(l.country, v_gone.country),
        email = CASE WHEN 'email' = ANY (v_fields) THEN v_gone.email ELSE l.email END,
        email_status = CASE WHEN 'email' = ANY (v_fields) THEN v_gone.email_status ELSE l.email_status END,
        phone = CASE WHEN 'phone' = ANY (v_fields) THEN v_gone.phone ELSE l.phone END,
        has_email = l.has_email OR v_gone.has_email, has_phone = l.has_phone OR v_gone.has_phone,
        provenance = v_gone.provenance || l.provenance, updated_at = now()
     WHERE l.workspace_id = v_workspace AND l.id = p_kept;
    UPDATE leads l SET hidden = true, updated_at = now() WHERE l.workspace_id = v_workspace AND l.id = p_gone;
    RETURN v_id;
END $$;

-- Lets one lead of the workspace in scope stand for another as well; returns the merge's id. Raises no_data_found where one of
-- them is not there (any more), which is also what becomes of the second of two who merge the same.
--
-- The one that stays takes what it lacks. An e-mail or phone that was paid for with the other is unlocked for it too, at no
-- cost; lists, tags and notes follow; where both have one, its own stays in sight and the other's in its row.
CREATE FUNCTION lead_merge(p_kept uuid, p_gone uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
    v_kept leads;
    v_gone leads;
BEGIN
    IF NOT scope_writes() THEN
        RAISE EXCEPTION 'only who may write merges leads' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- People before the gate, as a page of results locks them.
    PERFORM FROM contacts c
     WHERE c.id IN (SELECT l.contact_id FROM leads l WHERE l.workspace_id = v_workspace AND l.id IN (p_kept, p_gone))
     ORDER BY c.id FOR KEY SHARE;
    PERFORM hiding_gate(v_workspace, true);
    PERFORM FROM leads l WHERE l.workspace_id = v_workspace AND l.id IN (p_kept, p_gone) ORDER BY l.id FOR UPDATE;
    SELECT * INTO v_kept FROM leads l
     WHERE l.workspace_id = v_workspace AND l.id = p_kept AND l.deleted_at IS NULL AND NOT l.hidden;
    SELECT * INTO v_gone FROM leads l
     WHERE l.workspace_id = v_workspace AND l.id = p_gone AND l.deleted_at IS NULL AND NOT l.hidden;
    IF v_kept.id IS NULL OR v_gone.id IS NULL OR p_kept = p_gone THEN
        RAISE EXCEPTION 'no two such leads' USING ERRCODE = 'no_data_found';
    END IF;
    RETURN leads_join(v_workspace, scope_user(), p_kept, p_gone);
END $$;

-- What taking a merge back comes to, for whoever may: see lead_split. The gate is the caller's.
CREATE FUNCTION leads_part(p_workspace uuid, p_merge uuid) RETURNS boolean
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := p_workspace;
    v lead_merges;
    v_contact uuid;
    v_gone leads;
BEGIN
    IF EXISTS (SELECT FROM lead_merges m JOIN lead_merges later ON later.workspace_id = m.workspace_id
                                                               AND later.gone_id = m.kept_id AND later.undone_at IS NULL
                WHERE m.workspace_id = v_workspace AND m.id = p_merge AND m.undone_at IS NULL) THEN
        RETURN NULL;
    END IF;
    UPDATE lead_merges m SET undone_at = clock_timestamp()
     WHERE m.workspace_id = v_workspace AND m.id = p_merge AND m.undone_at IS NULL RETURNING m.* INTO v;
    IF NOT FOUND THEN
        RETURN false;
    END IF;
    PERFORM FROM leads l WHERE l.workspace_id = v_workspace AND l.id IN (v.kept_id, v.gone_id) ORDER BY l.id FOR UPDATE;
    SELECT l.contact_id INTO v_contact FROM leads l WHERE l.workspace_id = v_workspace AND l.id = v.kept_id;
    SELECT * INTO v_gone FROM leads l WHERE l.workspace_id = v_workspace AND l.id = v.gone_id;
    DELETE FROM unlocks u
     WHERE u.workspace_id = v_workspace AND u.contact_id = v_contact AND u.credits = 0 AND u.job_id IS NULL
       AND u.field IN (SELECT jsonb_array_elements_text(v.before -> 'fields'));
    DELETE FROM list_contacts c
     WHERE c.workspace_id = v_workspace AND c.contact_id = v_contact
       AND c.list_id IN (SELECT jsonb_array_elements_text(v.before -> 'lists')::uuid);
    DELETE FROM lead_tags t
     WHERE t.workspace_id = v_workspace AND t.contact_id = v_contact
       AND t.tag_id IN (SELECT jsonb_array_elements_text(v.before -> 'tags')::uuid);
    UPDATE lead_notes n SET contact_id = v.gone_contact_id
     WHERE n.workspace_id = v_workspace AND n.contact_id = v_contact
       AND n.id IN (SELECT jsonb_array_elements_text(v.before -> 'notes')::uuid);
    UPDATE leads l SET
        first_name = nullif(l.first_name, v.before #>> '{given,first_name}'),
        last_name = nullif(l.last_name, v.before #>> '{given,last_name}'),
        title = nullif(l.title, v.before #>> '{given,title}'), seniority = nullif(l.seniority, v.before #>> '{given,seniority}'),
        department = nullif(l.department, v.before #>> '{given,department}'),
        linkedin_url = nullif(l.linkedin_url, v.before #>> '{given,linkedin_url}'),
        industry = nullif(l.industry, v.before #>> '{given,industry}'),
        company_size = nullif(l.company_size, v.before #>> '{given,company_size}'),
        city = nullif(l.city, v.before #>> '{given,city}'), state = nullif(l.state, v.before #>> '{given,state}'),
        country = nullif(l.country, v.before #>> '{given,country}'),
        email = nullif(l.email, v.before #>> '{given,email}'), phone = nullif(l.phone, v.before #>> '{given,phone}'),
        email_status = CASE WHEN l.email = v.before #>> '{given,email}' THEN v.before ->> 'email_status' ELSE l.email_status END,
        -- That there is one is still so where it was so before, where another than the one that goes said it, or where it is there.
        has_email = l.has_email AND ((v.before ->> 'has_email')::boolean OR NOT v_gone.has_email
                                       OR nullif(l.email, v.before #>> '{given,email}') IS NOT NULL),
        has_phone = l.has_phone AND ((v.before ->> 'has_phone')::boolean OR NOT v_gone.has_phone
                                       OR nullif(l.phone, v.before #>> '{given,phone}') IS NOT NULL),
        -- Where a value is from goes with it, also where something was noted about it since.
        provenance = l.provenance - ARRAY(
            SELECT p.key FROM jsonb_each(l.provenance) p
             WHERE NOT v.before -> 'provenance' ? p.key
               AND (p.value = v_gone.provenance -> p.key
                    OR p.key = 'email' AND l.email = v.before #>> '{given,email}'
                    OR p.key = 'phone' AND l.phone = v.before #>> '{given,phone}')), updated_at = now()
     WHERE l.workspace_id = v_workspace AND l.id = v.kept_id;
    UPDATE leads l SET hidden = lead_hidden(v_workspace, l.contact_id, l.organization_id, l.company_domain), updated_at = now()
     WHERE l.workspace_id = v_workspace AND l.id = v.gone_id;
    RETURN true;
END $$;

-- Takes a merge back: both leads are there again, each with what is its own. What was changed since by other hands stays.
-- Whether it could be: not twice, and not where the one that stayed is gone for good. Null, and nothing changed, while the one
-- that stayed stands behind another lead itself: what it was given is there now, so that merge is to be taken back first.
CREATE FUNCTION lead_split(p_merge uuid) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT scope_writes() THEN
        RAISE EXCEPTION 'only who may write splits leads' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM hiding_gate(scope_workspace(), true);
    RETURN leads_part(scope_workspace(), p_merge);
END $$;
REVOKE EXECUTE ON FUNCTION lead_merge, lead_split, leads_join, leads_part FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lead_merge, lead_split TO reachly_app;
