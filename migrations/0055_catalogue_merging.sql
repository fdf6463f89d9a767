-- Duplicates in the catalogue: two rows that are one person, or one company, become one, and two again where that was wrong.
--
-- The catalogue is everybody's, so whoever runs this server merges, on record, and no workspace does. The row that goes stays
-- and points to the one that stands for both (merged_into, 0037); by what it was recognised, who has it, what was paid for it
-- and where it worked follow. What followed is written down row by row, so that it finds its way back.

CREATE TABLE catalogue_merges (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    kind          text NOT NULL CHECK (kind IN ('contact', 'organization')),
    kept_id       uuid NOT NULL,
    gone_id       uuid NOT NULL,
    given         jsonb NOT NULL DEFAULT '{}',
    before        jsonb NOT NULL DEFAULT '{}',
    user_id       uuid REFERENCES users,
    reason        text NOT NULL CHECK (length(reason) <= 500),
    merged_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    undone_at     timestamptz,
    CHECK (kept_id <> gone_id)
);
COMMENT ON COLUMN catalogue_merges.given IS 'What the row that stays was given, and in `before` what it had there.';
CREATE UNIQUE INDEX catalogue_merges_gone ON catalogue_merges (gone_id) WHERE undone_at IS NULL;
CREATE INDEX catalogue_merges_kept ON catalogue_merges (kept_id);
CREATE INDEX catalogue_merges_ever ON catalogue_merges (gone_id);
CREATE TABLE catalogue_moves (
    merge_id      uuid NOT NULL REFERENCES catalogue_merges,
    what          text NOT NULL,
    workspace_id  uuid,
    row_id        uuid,
    key           text
);
CREATE INDEX catalogue_moves_merge ON catalogue_moves (merge_id, what);
ALTER TABLE catalogue_merges ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue_merges FORCE ROW LEVEL SECURITY;
CREATE POLICY house ON catalogue_merges TO CURRENT_USER USING (true) WITH CHECK (true);
ALTER TABLE catalogue_moves ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue_moves FORCE ROW LEVEL SECURITY;
CREATE POLICY house ON catalogue_moves TO CURRENT_USER USING (true) WITH CHECK (true);

-- Who is who stays as it is while anybody makes leads of people or sells something of them: they come in beside each other,
-- whoever merges comes in alone. Asked for before any person's or lead's row.
CREATE FUNCTION merging_gate(p_alone boolean) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF p_alone THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('catalogue merging', 0));
    ELSE
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('catalogue merging', 0));
    END IF;
END $$;

-- So many rows one merge may move: nobody makes leads while it does.
CREATE FUNCTION merge_most() RETURNS integer LANGUAGE sql IMMUTABLE RETURN 5000;

-- All that stands behind one, be it behind another first.
CREATE FUNCTION merged_behind(p_id uuid) RETURNS SETOF uuid LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE behind AS (
        SELECT m.gone_id AS id FROM catalogue_merges m WHERE m.kept_id = p_id AND m.undone_at IS NULL
        UNION
        SELECT m.gone_id FROM behind b JOIN catalogue_merges m ON m.kept_id = b.id AND m.undone_at IS NULL)
    SELECT b.id FROM behind b
$$;

-- Whether two rows stood for one at any time. What was paid for one may since then be known by the other.
CREATE FUNCTION ever_merged(p_one uuid, p_other uuid) RETURNS boolean LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    WITH RECURSIVE near AS (
        SELECT p_one AS id
        UNION
        SELECT other.id FROM near n CROSS JOIN LATERAL (
            SELECT m.gone_id AS id FROM catalogue_merges m WHERE m.kept_id = n.id
            UNION ALL SELECT m.kept_id FROM catalogue_merges m WHERE m.gone_id = n.id) other)
    SELECT EXISTS (SELECT FROM near n WHERE n.id = p_other)
$$;

-- The lead of a workspace that stands for this one: itself, or the last of those it stands behind.
CREATE FUNCTION lead_above(p_workspace uuid, p_lead uuid) RETURNS uuid LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    v_lead uuid := p_lead;
    v_next uuid;
BEGIN
    LOOP
        SELECT m.kept_id INTO v_next FROM lead_merges m WHERE m.workspace_id = p_workspace AND m.gone_id = v_lead AND m.undone_at IS NULL;
        EXIT WHEN NOT FOUND;
        v_lead := v_next;
    END LOOP;
    RETURN v_lead;
END $$;

-- Two people become one. See desk_merge.
CREATE FUNCTION catalogue_merge_contacts(p_merge uuid, p_kept uuid, p_gone uuid) RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_kept contacts;
    v_gone contacts;
    v_spaces uuid[];
    v_name text;
    v_given jsonb := '{}';
    v_new contacts;
    v record;
    v_lead uuid;
    v_join uuid;
    v_action uuid;
BEGIN
    PERFORM FROM contacts c WHERE c.id IN (p_kept, p_gone) ORDER BY c.id FOR NO KEY UPDATE;
    SELECT * INTO v_kept FROM contacts c WHERE c.id = p_kept AND c.private_to IS NULL;
    SELECT * INTO v_gone FROM contacts c WHERE c.id = p_gone AND c.private_to IS NULL;
    IF v_kept.id IS NULL OR v_gone.id IS NULL OR p_kept = p_gone THEN
        RETURN 'gone';
    ELSIF v_kept.merged_into IS NOT NULL OR v_gone.merged_into IS NOT NULL THEN
        RETURN 'merged';
    END IF;
    -- A job that is looking one of them up knows them by what they are now.
    IF EXISTS (SELECT FROM job_contacts t JOIN jobs j ON j.workspace_id = t.workspace_id AND j.finished_at IS NULL
                                                     AND t.job_id = coalesce((j.params ->> 'of')::uuid, j.id)
                WHERE t.contact_id IN (p_kept, p_gone)) THEN
        RETURN 'busy';
    END IF;
    v_spaces := ARRAY(SELECT l.workspace_id FROM leads l WHERE l.contact_id = p_gone
                      UNION SELECT u.workspace_id FROM unlocks u WHERE u.contact_id = p_gone
                      UNION SELECT h.workspace_id FROM hidden_contacts h WHERE h.contact_id = p_gone
                      UNION SELECT b.workspace_id FROM bounces b WHERE b.contact_id = p_gone
                      UNION SELECT k.workspace_id FROM imported_keys k WHERE k.contact_id = p_gone
                      UNION SELECT i.workspace_id FROM action_items i WHERE i.contact_id = p_gone ORDER BY 1);
    IF cardinality(v_spaces) > merge_most() THEN
        RETURN 'large';
    END IF;
    PERFORM hiding_gate(s.id, true) FROM unnest(v_spaces) s(id);
    PERFORM FROM accounts a WHERE a.workspace_id = ANY (v_spaces) AND a.name = 'available' ORDER BY a.workspace_id FOR UPDATE;
    PERFORM FROM leads l WHERE l.workspace_id = ANY (v_spaces) AND l.contact_id IN (p_kept, p_gone) ORDER BY l.id FOR UPDATE;
    -- Where a workspace let the one that stays stand behind the one that goes, or the one that goes behind somebody else, no lead
    -- could stand for both.
    IF EXISTS (SELECT FROM leads g JOIN leads k ON k.workspace_id = g.workspace_id AND k.contact_id = p_kept
                CROSS JOIN LATERAL (SELECT lead_above(g.workspace_id, g.id) AS gone, lead_above(k.workspace_id, k.id) AS kept) above
                WHERE g.contact_id = p_gone AND (above.kept = g.id OR above.gone <> g.id AND above.gone <> above.kept)) THEN
        RETURN 'turned';
    END IF;

    -- By what the one that goes is recognised, where it worked, and who stood behind it.
    WITH moved AS (UPDATE contact_keys k SET contact_id = p_kept WHERE k.contact_id = p_gone RETURNING k.key)
    INSERT INTO catalogue_moves (merge_id, what, key) SELECT p_merge, 'key', m.key FROM moved m;
    WITH moved AS (
        UPDATE employment_history e SET contact_id = p_kept
         WHERE e.contact_id = p_gone AND NOT EXISTS (
               SELECT FROM employment_history k WHERE k.contact_id = p_kept AND k.company_name = e.company_name
                  AND k.company_domain = e.company_domain AND k.title = e.title)
        RETURNING e.id)
    INSERT INTO catalogue_moves (merge_id, what, row_id) SELECT p_merge, 'employment', m.id FROM moved m;
    WITH moved AS (UPDATE contacts c SET merged_into = p_kept WHERE c.id IN (SELECT merged_behind(p_gone)) RETURNING c.id)
    INSERT INTO catalogue_moves (merge_id, what, row_id) SELECT p_merge, 'behind', m.id FROM moved m;

    -- What the one that stays had by itself, where more may come to it until a split.
    INSERT INTO catalogue_moves (merge_id, what, workspace_id, key)
    SELECT p_merge, 'shut', h.workspace_id, extract(epoch FROM h.created_at)::text FROM hidden_contacts h
     WHERE h.workspace_id = ANY (v_spaces) AND h.contact_id = p_kept
    UNION ALL
    SELECT p_merge, 'known', k.workspace_id, k.key FROM imported_keys k WHERE k.workspace_id = ANY (v_spaces) AND k.contact_id = p_kept;
    -- What is somebody's, and stands in nobody's way there. Whoever is hidden stays hidden.
    WITH moved AS (
        UPDATE hidden_contacts h SET contact_id = p_kept
         WHERE h.contact_id = p_gone AND NOT EXISTS (SELECT FROM hidden_contacts k WHERE k.workspace_id = h.workspace_id
                                                        AND k.contact_id = p_kept) RETURNING h.workspace_id)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id) SELECT p_merge, 'hidden', m.workspace_id FROM moved m;
    WITH moved AS (UPDATE imported_keys k SET contact_id = p_kept WHERE k.contact_id = p_gone RETURNING k.workspace_id, k.key)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id, key) SELECT p_merge, 'imported', m.workspace_id, m.key FROM moved m;
    -- A job that ended and is tried again asks for the one that stays.
    WITH moved AS (
        UPDATE job_contacts t SET contact_id = p_kept
         WHERE t.workspace_id = ANY (v_spaces) AND t.contact_id = p_gone
           AND NOT EXISTS (SELECT FROM job_contacts k WHERE k.workspace_id = t.workspace_id AND k.job_id = t.job_id AND k.contact_id = p_kept)
        RETURNING t.workspace_id, t.job_id)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id, row_id) SELECT p_merge, 'asked', m.workspace_id, m.job_id FROM moved m;
    -- Who has only the one that goes has the one that stays: lists, tags and notes follow the lead by their keys.
    WITH moved AS (
        UPDATE lead_merges m SET gone_contact_id = p_kept
         WHERE m.gone_contact_id = p_gone
           AND NOT EXISTS (SELECT FROM leads l WHERE l.workspace_id = m.workspace_id AND l.contact_id = p_kept)
        RETURNING m.workspace_id, m.id)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id, row_id) SELECT p_merge, 'stood', m.workspace_id, m.id FROM moved m;
    WITH moved AS (
        UPDATE leads l SET contact_id = p_kept, updated_at = now()
         WHERE l.contact_id = p_gone
           AND NOT EXISTS (SELECT FROM leads k WHERE k.workspace_id = l.workspace_id AND k.contact_id = p_kept)
        RETURNING l.workspace_id, l.id)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id, row_id) SELECT p_merge, 'lead', m.workspace_id, m.id FROM moved m;
    WITH moved AS (
        UPDATE unlocks u SET contact_id = p_kept
         WHERE u.contact_id = p_gone
           AND NOT EXISTS (SELECT FROM leads l WHERE l.workspace_id = u.workspace_id AND l.contact_id = p_gone)
           AND NOT EXISTS (SELECT FROM unlocks k WHERE k.workspace_id = u.workspace_id AND k.contact_id = p_kept AND k.field = u.field)
        RETURNING u.workspace_id, u.field)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id, key) SELECT p_merge, 'unlock', m.workspace_id, m.field FROM moved m;
    WITH moved AS (
        UPDATE bounces b SET contact_id = p_kept
         WHERE b.contact_id = p_gone
           AND NOT EXISTS (SELECT FROM leads l WHERE l.workspace_id = b.workspace_id AND l.contact_id = p_gone)
           AND NOT EXISTS (SELECT FROM bounces k WHERE k.workspace_id = b.workspace_id AND k.contact_id = p_kept)
        RETURNING b.workspace_id)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id) SELECT p_merge, 'bounce', m.workspace_id FROM moved m;
    WITH moved AS (
        UPDATE action_items i SET contact_id = p_kept
         WHERE i.contact_id = p_gone
           AND NOT EXISTS (SELECT FROM leads l WHERE l.workspace_id = i.workspace_id AND l.contact_id = p_gone)
           AND NOT EXISTS (SELECT FROM action_items k WHERE k.workspace_id = i.workspace_id AND k.action_id = i.action_id
                              AND k.contact_id = p_kept)
        RETURNING i.workspace_id, i.action_id)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id, row_id) SELECT p_merge, 'act', m.workspace_id, m.action_id FROM moved m;

    -- Who has both has two leads that are one: one stands for both, as when its own people merge them, who may take it back.
    FOR v IN SELECT g.workspace_id, g.id AS gone, g.deleted_at AS gone_deleted, k.id AS kept
               FROM leads g JOIN leads k ON k.workspace_id = g.workspace_id AND k.contact_id = p_kept
              WHERE g.contact_id = p_gone ORDER BY 1 LOOP
        v_lead := lead_above(v.workspace_id, v.kept);
        CONTINUE WHEN lead_above(v.workspace_id, v.gone) = v_lead;
        INSERT INTO catalogue_moves (merge_id, what, workspace_id, key)
        SELECT p_merge, 'shut', h.workspace_id, extract(epoch FROM h.created_at)::text FROM hidden_contacts h JOIN leads l USING (workspace_id, contact_id)
         WHERE l.workspace_id = v.workspace_id AND l.id = v_lead AND v_lead <> v.kept;
        IF v.gone_deleted IS NULL THEN
            -- One that was put away comes back with what it had: the other, which stays in sight, is behind it from now on.
            WITH back AS (
                UPDATE leads l SET deleted_at = NULL, updated_at = now()
                 WHERE l.workspace_id = v.workspace_id AND l.id = v_lead AND l.deleted_at IS NOT NULL RETURNING old.deleted_at AS at)
            INSERT INTO catalogue_moves (merge_id, what, workspace_id, row_id, key)
            SELECT p_merge, 'restored', v.workspace_id, v_lead, b.at::text FROM back b;
        END IF;
        v_join := leads_join(v.workspace_id, NULL, v_lead, v.gone);
        SELECT concat_ws(' ', l.first_name, l.last_name) INTO v_name FROM leads l WHERE l.workspace_id = v.workspace_id AND l.id = v_lead;
        INSERT INTO actions (workspace_id, kind, count, subject_id, data, undoable_until)
        VALUES (v.workspace_id, 'leads.merge', 2, v_lead, jsonb_build_object('name', v_name, 'merge_id', v_join),
                clock_timestamp() + interval '365 days') RETURNING id INTO v_action;
        INSERT INTO action_items (workspace_id, action_id, contact_id)
        SELECT v.workspace_id, v_action, l.contact_id FROM leads l WHERE l.workspace_id = v.workspace_id AND l.id IN (v_lead, v.gone);
        INSERT INTO catalogue_moves (merge_id, what, workspace_id, row_id, key)
        VALUES (p_merge, 'joined', v.workspace_id, v_join, v_action::text);
    END LOOP;
    -- What was paid for the one that goes is paid for the one that stays. A lead that stands behind another is never paid for.
    WITH given AS (
        INSERT INTO unlocks (workspace_id, contact_id, field, credits)
        SELECT u.workspace_id, p_kept, u.field, 0 FROM unlocks u
         WHERE u.contact_id = p_gone
           AND NOT EXISTS (SELECT FROM lead_merges m WHERE m.workspace_id = u.workspace_id AND m.gone_contact_id = p_kept AND m.undone_at IS NULL)
        ON CONFLICT DO NOTHING RETURNING workspace_id, field)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id, key) SELECT p_merge, 'given', g.workspace_id, g.field FROM given g;
    UPDATE leads l SET hidden = lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain)
     WHERE l.workspace_id = ANY (v_spaces) AND l.contact_id = p_kept
       AND l.hidden <> lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain);

    -- The one that stays takes what it lacks, and the better address.
    SELECT coalesce(jsonb_object_agg(g.key, g.value), '{}') INTO v_given
      FROM jsonb_each(to_jsonb(v_gone)) g
     WHERE g.key = ANY ('{organization_id,first_name,last_name,title,seniority,department,linkedin_url,city,state,country,phone}')
       AND g.value <> 'null' AND to_jsonb(v_kept) -> g.key = 'null';
    IF v_gone.email IS NOT NULL AND (v_kept.email IS NULL OR v_gone.email_status = 'valid' AND v_kept.email_status IS DISTINCT FROM 'valid') THEN
        v_given := v_given || jsonb_build_object('email', v_gone.email, 'email_status', v_gone.email_status);
    END IF;
    IF v_gone.suppressed AND NOT v_kept.suppressed THEN
        v_given := v_given || '{"suppressed": true}';
    END IF;
    v_given := v_given || jsonb_build_object('provenance', v_gone.provenance || v_kept.provenance || CASE
        WHEN v_given ? 'email' AND v_gone.provenance ? 'email' THEN jsonb_build_object('email', v_gone.provenance -> 'email') ELSE '{}' END);
    UPDATE catalogue_merges m SET given = v_given,
           before = (SELECT jsonb_object_agg(k.key, k.value) FROM jsonb_each(to_jsonb(v_kept)) k WHERE v_given ? k.key)
     WHERE m.id = p_merge;
    v_new := jsonb_populate_record(v_kept, v_given);
    UPDATE contacts c SET merged_into = p_kept, updated_at = now() WHERE c.id = p_gone;
    PERFORM contact_write(v_new);
    RETURN 'done';
END $$;

-- Writes what may change of somebody by merging.
CREATE FUNCTION contact_write(p contacts) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    UPDATE contacts c SET organization_id = p.organization_id, first_name = p.first_name, last_name = p.last_name, title = p.title,
           seniority = p.seniority, department = p.department, linkedin_url = p.linkedin_url, city = p.city, state = p.state,
           country = p.country, email = p.email, email_status = p.email_status, phone = p.phone, suppressed = p.suppressed,
           provenance = p.provenance, updated_at = now()
     WHERE c.id = p.id
$$;

-- Two companies become one. See desk_merge. What has no domain never stands for what has one: it could not be found by it.
CREATE FUNCTION catalogue_merge_organizations(p_merge uuid, p_kept uuid, p_gone uuid) RETURNS text
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_kept organizations;
    v_gone organizations;
    v_spaces uuid[];
    v_hide uuid[];
    v_given jsonb;
BEGIN
    PERFORM FROM organizations o WHERE o.id IN (p_kept, p_gone) ORDER BY o.id FOR NO KEY UPDATE;
    SELECT * INTO v_kept FROM organizations o WHERE o.id = p_kept;
    SELECT * INTO v_gone FROM organizations o WHERE o.id = p_gone;
    IF v_kept.id IS NULL OR v_gone.id IS NULL OR p_kept = p_gone THEN
        RETURN 'gone';
    ELSIF v_kept.merged_into IS NOT NULL OR v_gone.merged_into IS NOT NULL THEN
        RETURN 'merged';
    ELSIF v_kept.domain IS NULL AND v_gone.domain IS NOT NULL THEN
        RETURN 'domain';
    END IF;
    v_hide := ARRAY(SELECT DISTINCT h.workspace_id FROM hidden_companies h
                     WHERE h.organization_id = p_gone OR h.domain = ANY (domain_and_above(v_gone.domain))
                        OR v_gone.domain IS NULL AND h.name_key = v_gone.name_key);
    IF (SELECT count(*) FROM (SELECT FROM leads l WHERE l.organization_id = p_gone LIMIT merge_most() + 1) x)
       + (SELECT count(*) FROM (SELECT FROM contacts c WHERE c.organization_id = p_gone LIMIT merge_most() + 1) x)
       + (SELECT count(*) FROM (SELECT FROM leads l WHERE l.workspace_id = ANY (v_hide) AND l.organization_id = p_kept
                                 LIMIT merge_most() + 1) x) > merge_most() THEN
        RETURN 'large';
    END IF;
    v_spaces := ARRAY(SELECT l.workspace_id FROM leads l WHERE l.organization_id = p_gone
                      UNION SELECT h.id FROM unnest(v_hide) h(id) ORDER BY 1);
    PERFORM hiding_gate(s.id, true) FROM unnest(v_spaces) s(id);

    WITH moved AS (UPDATE organizations o SET merged_into = p_kept WHERE o.id IN (SELECT merged_behind(p_gone)) RETURNING o.id)
    INSERT INTO catalogue_moves (merge_id, what, row_id) SELECT p_merge, 'behind', m.id FROM moved m;
    -- Whoever hides the one that goes hides the company, under whatever name or domain it hid it.
    WITH moved AS (
        UPDATE hidden_companies h SET organization_id = p_kept
         WHERE h.id IN (SELECT DISTINCT ON (x.workspace_id) x.id FROM hidden_companies x
                         WHERE (x.organization_id = p_gone OR x.organization_id IS NULL
                                AND (x.domain = ANY (domain_and_above(v_gone.domain)) OR v_gone.domain IS NULL AND x.name_key = v_gone.name_key))
                           AND NOT EXISTS (SELECT FROM hidden_companies k WHERE k.workspace_id = x.workspace_id
                                              AND k.organization_id = p_kept)
                         ORDER BY x.workspace_id, x.organization_id NULLS LAST, x.id)
        RETURNING h.workspace_id, h.id, old.organization_id AS was)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id, row_id, key)
    SELECT p_merge, 'hidden', m.workspace_id, m.id, m.was::text FROM moved m;
    WITH moved AS (
        UPDATE leads l SET organization_id = p_kept, updated_at = now() WHERE l.organization_id = p_gone RETURNING l.workspace_id, l.id)
    INSERT INTO catalogue_moves (merge_id, what, workspace_id, row_id) SELECT p_merge, 'lead', m.workspace_id, m.id FROM moved m;
    WITH moved AS (
        UPDATE contacts c SET organization_id = p_kept, updated_at = now() WHERE c.organization_id = p_gone RETURNING c.id)
    INSERT INTO catalogue_moves (merge_id, what, row_id) SELECT p_merge, 'person', m.id FROM moved m;
    UPDATE leads l SET hidden = true
     WHERE l.workspace_id = ANY (v_spaces) AND l.organization_id = p_kept AND NOT l.hidden
       AND (l.workspace_id = ANY (v_hide)
            OR l.id IN (SELECT t.row_id FROM catalogue_moves t WHERE t.merge_id = p_merge AND t.what = 'lead'))
       AND lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain);

    SELECT coalesce(jsonb_object_agg(g.key, g.value), '{}') INTO v_given
      FROM jsonb_each(to_jsonb(v_gone)) g
     WHERE g.key = ANY ('{name,website,industry,size,headcount,country,linkedin_url}')
       AND g.value NOT IN ('null', '""') AND to_jsonb(v_kept) -> g.key IN ('null', '""');
    v_given := v_given || jsonb_build_object('provenance', v_gone.provenance || v_kept.provenance);
    UPDATE catalogue_merges m SET given = v_given,
           before = (SELECT jsonb_object_agg(k.key, k.value) FROM jsonb_each(to_jsonb(v_kept)) k WHERE v_given ? k.key)
     WHERE m.id = p_merge;
    UPDATE organizations o SET merged_into = p_kept, updated_at = now() WHERE o.id = p_gone;
    PERFORM organization_write(jsonb_populate_record(v_kept, v_given));
    RETURN 'done';
END $$;

-- Writes what may change of a company by merging.
CREATE FUNCTION organization_write(p organizations) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    UPDATE organizations o SET name = p.name, website = p.website, industry = p.industry, size = p.size, headcount = p.headcount,
           country = p.country, linkedin_url = p.linkedin_url, provenance = p.provenance, updated_at = now()
     WHERE o.id = p.id
$$;

-- What the row that stayed had where it was given something, as far as nobody changed it since. An address goes back as a
-- whole: with its verdict and where it is from, whatever was heard about it since. That somebody is not to be sold stays.
CREATE FUNCTION merge_returned(p_now jsonb, p_given jsonb, p_before jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp AS $$
    WITH back AS (
        SELECT coalesce(jsonb_object_agg(g.key, p_before -> g.key), '{}') AS plain
          FROM jsonb_each(p_given) g
         WHERE g.key NOT IN ('provenance', 'suppressed')
           AND p_now -> CASE g.key WHEN 'email_status' THEN 'email' ELSE g.key END
               = p_given -> CASE g.key WHEN 'email_status' THEN 'email' ELSE g.key END)
    SELECT b.plain || jsonb_build_object('provenance', coalesce((
               SELECT jsonb_object_agg(n.key, coalesce(w.was, n.value))
                 FROM jsonb_each(p_now -> 'provenance') n
                CROSS JOIN LATERAL (SELECT n.value = p_given -> 'provenance' -> n.key OR b.plain ? n.key AS ours,
                                           p_before -> 'provenance' -> n.key AS had) t
                CROSS JOIN LATERAL (SELECT CASE WHEN t.ours THEN t.had END AS was) w
                WHERE NOT (coalesce(t.ours, false) AND t.had IS NULL)), '{}'))
      FROM back b
$$;

-- Takes a merge back: everything that followed is where it was, with what was added to it since. What came to the one that
-- stayed since, remains its own. See desk_split.
CREATE FUNCTION catalogue_split(p_merge uuid) RETURNS text LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v catalogue_merges;
    v_spaces uuid[];
    v_now jsonb;
    v_back jsonb;
BEGIN
    SELECT * INTO v FROM catalogue_merges m WHERE m.id = p_merge FOR UPDATE;
    IF v.id IS NULL OR v.undone_at IS NOT NULL THEN
        RETURN 'gone';
    END IF;
    v_spaces := ARRAY(SELECT DISTINCT t.workspace_id FROM catalogue_moves t WHERE t.merge_id = p_merge AND t.workspace_id IS NOT NULL ORDER BY 1);
    IF v.kind = 'contact' THEN
        PERFORM FROM contacts c WHERE c.id IN (v.kept_id, v.gone_id) ORDER BY c.id FOR NO KEY UPDATE;
        SELECT to_jsonb(c) INTO v_now FROM contacts c WHERE c.id = v.kept_id;
    ELSE
        PERFORM FROM organizations o WHERE o.id IN (v.kept_id, v.gone_id) ORDER BY o.id FOR NO KEY UPDATE;
        SELECT to_jsonb(o) INTO v_now FROM organizations o WHERE o.id = v.kept_id;
    END IF;
    IF v_now -> 'merged_into' <> 'null' THEN
        RETURN 'later';
    END IF;
    PERFORM hiding_gate(s.id, true) FROM unnest(v_spaces) s(id);
    IF v.kind = 'contact' AND EXISTS (
        SELECT FROM job_contacts t JOIN jobs j ON j.workspace_id = t.workspace_id AND j.finished_at IS NULL
                                              AND t.job_id = coalesce((j.params ->> 'of')::uuid, j.id)
         WHERE t.workspace_id = ANY (v_spaces) AND t.contact_id = v.kept_id) THEN
        RETURN 'busy';
    ELSIF EXISTS (SELECT FROM catalogue_moves t
                    JOIN lead_merges m ON m.workspace_id = t.workspace_id AND m.id = t.row_id AND m.undone_at IS NULL
                    JOIN lead_merges later ON later.workspace_id = m.workspace_id AND later.gone_id = m.kept_id AND later.undone_at IS NULL
                   WHERE t.merge_id = p_merge AND t.what = 'joined') THEN
        RETURN 'theirs';
    END IF;
    v_back := merge_returned(v_now, v.given, v.before);
    UPDATE catalogue_merges m SET undone_at = clock_timestamp() WHERE m.id = p_merge;

    IF v.kind = 'organization' THEN
        UPDATE hidden_companies h SET organization_id = t.key::uuid FROM catalogue_moves t
         WHERE t.merge_id = p_merge AND t.what = 'hidden' AND h.workspace_id = t.workspace_id AND h.id = t.row_id AND h.organization_id = v.kept_id;
        UPDATE leads l SET organization_id = v.gone_id, updated_at = now() FROM catalogue_moves t
         WHERE t.merge_id = p_merge AND t.what = 'lead' AND l.workspace_id = t.workspace_id AND l.id = t.row_id AND l.organization_id = v.kept_id;
        UPDATE contacts c SET organization_id = v.gone_id, updated_at = now() FROM catalogue_moves t
         WHERE t.merge_id = p_merge AND t.what = 'person' AND c.id = t.row_id AND c.organization_id = v.kept_id;
        UPDATE organizations o SET merged_into = v.gone_id FROM catalogue_moves t
         WHERE t.merge_id = p_merge AND t.what = 'behind' AND o.id = t.row_id AND o.merged_into = v.kept_id;
        UPDATE organizations o SET merged_into = NULL, updated_at = now() WHERE o.id = v.gone_id;
        PERFORM organization_write(jsonb_populate_record(o, v_back)) FROM organizations o WHERE o.id = v.kept_id;
        UPDATE leads l SET hidden = lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain)
         WHERE l.workspace_id = ANY (v_spaces)
           AND (l.organization_id = v.gone_id
                OR l.organization_id = v.kept_id AND l.workspace_id IN (SELECT t.workspace_id FROM catalogue_moves t
                                                                         WHERE t.merge_id = p_merge AND t.what = 'hidden'))
           AND l.hidden <> lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain);
        RETURN 'done';
    END IF;

    PERFORM FROM accounts a WHERE a.workspace_id = ANY (v_spaces) AND a.name = 'available' ORDER BY a.workspace_id FOR UPDATE;
    DELETE FROM unlocks u USING catalogue_moves t
     WHERE t.merge_id = p_merge AND t.what = 'given' AND u.workspace_id = t.workspace_id AND u.contact_id = v.kept_id
       AND u.field = t.key AND u.credits = 0 AND u.job_id IS NULL;
    UPDATE hidden_contacts h SET contact_id = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND t.what = 'hidden' AND h.workspace_id = t.workspace_id AND h.contact_id = v.kept_id;
    -- Whom a workspace hid meanwhile it hid as both.
    INSERT INTO hidden_contacts (workspace_id, contact_id, user_id, reason, action_id, created_at, import_id)
    SELECT h.workspace_id, v.gone_id, h.user_id, h.reason, h.action_id, h.created_at, h.import_id
      FROM (SELECT t.workspace_id, v.kept_id AS contact_id FROM catalogue_moves t WHERE t.merge_id = p_merge AND t.what = 'lead'
            UNION ALL
            SELECT t.workspace_id, l.contact_id FROM catalogue_moves t
              JOIN lead_merges m ON m.workspace_id = t.workspace_id AND m.id = t.row_id AND m.undone_at IS NULL
              JOIN leads l ON l.workspace_id = m.workspace_id AND l.id = m.kept_id
             WHERE t.merge_id = p_merge AND t.what = 'joined') one
      JOIN hidden_contacts h ON h.workspace_id = one.workspace_id AND h.contact_id = one.contact_id
     WHERE NOT EXISTS (SELECT FROM catalogue_moves t WHERE t.merge_id = p_merge AND t.what = 'shut' AND t.workspace_id = h.workspace_id
                          AND t.key = extract(epoch FROM h.created_at)::text)
    ON CONFLICT DO NOTHING;
    UPDATE actions a SET undone_at = clock_timestamp() FROM catalogue_moves t
      JOIN lead_merges m ON m.workspace_id = t.workspace_id AND m.id = t.row_id AND m.undone_at IS NULL
     WHERE t.merge_id = p_merge AND t.what = 'joined' AND a.workspace_id = t.workspace_id AND a.id = t.key::uuid AND a.undone_at IS NULL;
    PERFORM leads_part(t.workspace_id, t.row_id) FROM catalogue_moves t WHERE t.merge_id = p_merge AND t.what = 'joined';
    UPDATE leads l SET deleted_at = t.key::timestamptz, updated_at = now() FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND t.what = 'restored' AND l.workspace_id = t.workspace_id AND l.id = t.row_id AND l.deleted_at IS NULL;
    UPDATE imported_keys k SET contact_id = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND t.what = 'imported' AND k.workspace_id = t.workspace_id AND k.key = t.key AND k.contact_id = v.kept_id;
    -- What was imported since is whose lead goes.
    UPDATE imported_keys k SET contact_id = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND t.what = 'lead' AND k.workspace_id = t.workspace_id AND k.contact_id = v.kept_id
       AND NOT EXISTS (SELECT FROM catalogue_moves w WHERE w.merge_id = p_merge AND w.what = 'known' AND w.workspace_id = k.workspace_id
                          AND w.key = k.key);
    UPDATE job_contacts j SET contact_id = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND (t.what = 'lead' OR t.what = 'asked' AND t.row_id = j.job_id)
       AND j.workspace_id = t.workspace_id AND j.contact_id = v.kept_id
       AND NOT EXISTS (SELECT FROM job_contacts k WHERE k.workspace_id = j.workspace_id AND k.job_id = j.job_id AND k.contact_id = v.gone_id);
    -- A lead that a workspace let stand behind another of its own stands there as who it was.
    UPDATE lead_merges m SET gone_contact_id = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND m.workspace_id = t.workspace_id AND m.gone_contact_id = v.kept_id
       AND (t.what = 'stood' AND m.id = t.row_id OR t.what = 'lead' AND m.gone_id = t.row_id);
    -- A lead goes back with all that was bought for it, be it since.
    UPDATE unlocks u SET contact_id = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND (t.what = 'lead' OR t.what = 'unlock' AND t.key = u.field)
       AND u.workspace_id = t.workspace_id AND u.contact_id = v.kept_id
       AND NOT EXISTS (SELECT FROM unlocks k WHERE k.workspace_id = u.workspace_id AND k.contact_id = v.gone_id AND k.field = u.field);
    UPDATE bounces b SET contact_id = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND t.what IN ('lead', 'bounce') AND b.workspace_id = t.workspace_id AND b.contact_id = v.kept_id
       AND NOT EXISTS (SELECT FROM bounces k WHERE k.workspace_id = b.workspace_id AND k.contact_id = v.gone_id);
    UPDATE action_items i SET contact_id = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND (t.what = 'lead' OR t.what = 'act' AND t.row_id = i.action_id)
       AND i.workspace_id = t.workspace_id AND i.contact_id = v.kept_id
       AND NOT EXISTS (SELECT FROM action_items k WHERE k.workspace_id = i.workspace_id AND k.action_id = i.action_id
                          AND k.contact_id = v.gone_id);
    UPDATE leads l SET contact_id = v.gone_id, updated_at = now() FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND t.what = 'lead' AND l.workspace_id = t.workspace_id AND l.id = t.row_id AND l.contact_id = v.kept_id;
    UPDATE contact_keys k SET contact_id = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND t.what = 'key' AND k.key = t.key AND k.contact_id = v.kept_id;
    UPDATE employment_history e SET contact_id = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND t.what = 'employment' AND e.id = t.row_id AND e.contact_id = v.kept_id;
    UPDATE contacts c SET merged_into = v.gone_id FROM catalogue_moves t
     WHERE t.merge_id = p_merge AND t.what = 'behind' AND c.id = t.row_id AND c.merged_into = v.kept_id;
    PERFORM contact_write(jsonb_populate_record(c, v_back)) FROM contacts c WHERE c.id = v.kept_id;
    -- Whoever asked not to be sold was either of them.
    UPDATE contacts c SET suppressed = true, updated_at = now()
     WHERE c.id = v.kept_id AND NOT c.suppressed AND EXISTS (SELECT FROM contacts g WHERE g.id = v.gone_id AND g.suppressed);
    -- An address that bounced meanwhile is the other one's.
    UPDATE contacts c SET merged_into = NULL, updated_at = now(),
           suppressed = c.suppressed OR EXISTS (SELECT FROM contacts k WHERE k.id = v.kept_id AND k.suppressed),
           email_status = CASE WHEN v_back ? 'email' AND v_now ->> 'email_status' = 'invalid' AND lower(c.email) = lower(v_now ->> 'email')
                               THEN 'invalid' ELSE c.email_status END
     WHERE c.id = v.gone_id;
    UPDATE leads l SET hidden = lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain)
     WHERE l.workspace_id = ANY (v_spaces) AND l.contact_id IN (v.kept_id, v.gone_id)
       AND l.hidden <> lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain);
    RETURN 'done';
END $$;

-- The record of operators' acts takes these in too; they are about no workspace.
ALTER TABLE operator_acts ALTER COLUMN workspace_id DROP NOT NULL, DROP CONSTRAINT operator_acts_act_check,
    ADD CONSTRAINT operator_acts_act_check CHECK (act IN ('retry', 'release', 'look', 'merge', 'split')),
    ADD CHECK (workspace_id IS NOT NULL OR act IN ('merge', 'split'));
CREATE OR REPLACE FUNCTION desk_acts(p_before uuid, p_most integer) RETURNS SETOF desk_act LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    SELECT a.id, a.at, u.email::text, a.act, w.name, j.number, a.reason, a.outcome
      FROM operator_acts a LEFT JOIN workspaces w ON w.id = a.workspace_id
      LEFT JOIN users u ON u.id = a.user_id
      LEFT JOIN provider_calls c ON c.workspace_id = a.workspace_id AND c.id = a.call_id
      LEFT JOIN jobs j ON j.workspace_id = a.workspace_id AND j.id = coalesce(a.job_id, c.job_id)
     WHERE p_before IS NULL OR a.id < p_before ORDER BY a.id DESC LIMIT p_most
$$;

CREATE TYPE desk_pair AS (kind text, why text, kept_id uuid, kept text, kept_about text, gone_id uuid, gone text, gone_about text);
CREATE TYPE desk_merge AS (id uuid, at timestamptz, who text, kind text, kept text, gone text, reason text);
CREATE TYPE desk_merged AS (outcome text, id uuid, leads bigint, workspaces bigint);

-- How somebody or a company is told from others, without anything that is for sale.
CREATE FUNCTION contact_told(p_id uuid, OUT name text, OUT about text) LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT concat_ws(' ', c.first_name, c.last_name),
           concat_ws(', ', nullif(c.title, ''), nullif(coalesce(nullif(o.name, ''), o.domain), ''), nullif(concat_ws(' ', c.city, c.country), ''),
                     c.linkedin_url)
      FROM contacts c LEFT JOIN organizations o ON o.id = c.organization_id WHERE c.id = p_id
$$;
CREATE FUNCTION organization_told(p_id uuid, OUT name text, OUT about text) LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT coalesce(nullif(o.name, ''), o.domain, o.name_key),
           concat_ws(', ', o.domain, o.industry, o.country, (SELECT count(*) || CASE count(*) WHEN 1 THEN ' person' ELSE ' people' END FROM contacts c WHERE c.organization_id = o.id))
      FROM organizations o WHERE o.id = p_id
$$;

-- Rows of the catalogue that look like one, strongest reason first; the one that was there first, or has a domain, stays.
-- Two people whose profiles are known and differ are two, but where they share an address.
CREATE FUNCTION desk_pairs(p_kind text, p_most integer) RETURNS SETOF desk_pair LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    WITH marks AS MATERIALIZED (
        SELECT c.id, m.rank, m.why, hashtextextended(m.mark, 0) AS mark, false AS weak,
               CASE WHEN m.rank > 2 THEN hashtextextended(lower(c.linkedin_url), 0) END AS profile FROM contacts c, LATERAL (VALUES
                   (1, 'the same e-mail', lower(c.email)),
                   (2, 'the same profile', nullif(split_part(lower(rtrim(c.linkedin_url, '/')), 'linkedin.com', 2), '')),
                   (3, 'the same name at the same company',
                    search_fold(nullif(concat_ws(' ', c.first_name, c.last_name), '')) || '|' || c.organization_id),
                   (4, 'the same name and title in the same country',
                    lower(nullif(concat_ws(' ', c.first_name, c.last_name), '') || '|' || c.title || '|' || c.country))
               ) m(rank, why, mark)
         WHERE p_kind = 'contact' AND c.merged_into IS NULL AND c.private_to IS NULL AND m.mark IS NOT NULL
        UNION ALL
        SELECT o.id, m.rank, m.why, hashtextextended(m.mark, 0), o.domain IS NULL, NULL FROM organizations o, LATERAL (VALUES
                   (1, 'the same profile', nullif(split_part(lower(rtrim(o.linkedin_url, '/')), 'linkedin.com', 2), '')),
                   (2, 'the same domain', regexp_replace(coalesce(o.domain, lower(substring(o.website FROM '^(?:https?://)?([^/:?#]+)'))),
                                                         '^(www|web|m|en|de|fr|es|us|uk)\.(?=.*\.)', '')),
                   (3, 'the same name in the same country',
                    btrim(regexp_replace(search_fold(nullif(o.name, '')),
                                         '\m(inc|incorporated|ltd|limited|llc|llp|gmbh|ag|kg|sa|sas|srl|spa|bv|nv|ab|oy|as|co|corp|corporation|company|plc|pty)\M',
                                         '', 'g'), ' .,&-') || '|' || coalesce(lower(o.country), ''))
               ) m(rank, why, mark)
         WHERE p_kind = 'organization' AND o.merged_into IS NULL AND m.mark IS NOT NULL AND m.mark NOT LIKE '|%'),
    -- Each of them brings a pair, and no pair is of more than four.
    twice AS MATERIALIZED (SELECT m.rank, m.mark FROM marks m GROUP BY 1, 2
                           HAVING count(*) > 1 AND (bool_or(m.profile IS NULL) OR min(m.profile) = max(m.profile))
                            ORDER BY 1 LIMIT 4 * p_most),
    placed AS (
        SELECT m.*, first_value(m.id) OVER each AS first, row_number() OVER each AS place
          FROM marks m JOIN twice t ON t.rank = m.rank AND t.mark = m.mark
        WINDOW each AS (PARTITION BY m.rank, m.mark ORDER BY m.weak, m.id)),
    pairs AS (
        SELECT DISTINCT ON (least(p.first, p.id), greatest(p.first, p.id)) p.first AS kept, p.id AS gone, p.rank, p.why
          FROM placed p LEFT JOIN contacts a ON a.id = p.first LEFT JOIN contacts b ON b.id = p.id
         WHERE p.place > 1
           AND (p.why = 'the same e-mail' OR a.linkedin_url IS NULL OR b.linkedin_url IS NULL OR p.why = 'the same profile'
                OR lower(a.linkedin_url) = lower(b.linkedin_url))
         ORDER BY least(p.first, p.id), greatest(p.first, p.id), p.rank)
    SELECT p_kind, p.why, p.kept, k.name, k.about, p.gone, g.name, g.about
      FROM (SELECT * FROM pairs ORDER BY rank, gone DESC LIMIT p_most) p
     CROSS JOIN LATERAL (SELECT * FROM contact_told(p.kept) WHERE p_kind = 'contact'
                         UNION ALL SELECT * FROM organization_told(p.kept) WHERE p_kind = 'organization') k
     CROSS JOIN LATERAL (SELECT * FROM contact_told(p.gone) WHERE p_kind = 'contact'
                         UNION ALL SELECT * FROM organization_told(p.gone) WHERE p_kind = 'organization') g
     ORDER BY p.rank, p.gone DESC
$$;

-- Merges that stand, newest first.
CREATE FUNCTION desk_merges(p_before uuid, p_most integer) RETURNS SETOF desk_merge LANGUAGE sql STABLE SET search_path = public, pg_temp
AS $$
    SELECT m.id, m.merged_at, u.email::text, m.kind, k.name, g.name, m.reason
      FROM catalogue_merges m LEFT JOIN users u ON u.id = m.user_id
     CROSS JOIN LATERAL (SELECT * FROM contact_told(m.kept_id) WHERE m.kind = 'contact'
                         UNION ALL SELECT * FROM organization_told(m.kept_id) WHERE m.kind = 'organization') k
     CROSS JOIN LATERAL (SELECT * FROM contact_told(m.gone_id) WHERE m.kind = 'contact'
                         UNION ALL SELECT * FROM organization_told(m.gone_id) WHERE m.kind = 'organization') g
     WHERE m.undone_at IS NULL AND (p_before IS NULL OR m.id < p_before) ORDER BY m.id DESC LIMIT p_most
$$;

-- Lets one person or company of the catalogue stand for another. The outcome is `done`, or why nothing was done: `gone` (one is
-- not there, or somebody's own), `merged` (one stands behind another already), `busy` (a job is looking one up, or somebody is at
-- their rows), `turned` (a workspace merged one of them another way), `large` (more than merge_most()), `domain`.
--
-- Whoever makes leads waits behind the gate, so it is not waited for long, nor is anything behind it.
CREATE FUNCTION desk_merge(p_user uuid, p_kind text, p_kept uuid, p_gone uuid, p_reason text) RETURNS SETOF desk_merged
LANGUAGE plpgsql SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
    v_id uuid := uuidv7();
    v_outcome text;
    v_leads bigint := 0;
    v_spaces bigint := 0;
BEGIN
    BEGIN
        PERFORM merging_gate(true);
        IF p_kept = p_gone OR EXISTS (SELECT FROM catalogue_merges m WHERE m.gone_id = p_gone AND m.undone_at IS NULL) THEN
            v_outcome := CASE WHEN p_kept = p_gone THEN 'gone' ELSE 'merged' END;
        ELSE
            INSERT INTO catalogue_merges (id, kind, kept_id, gone_id, user_id, reason) VALUES (v_id, p_kind, p_kept, p_gone, p_user, p_reason);
            v_outcome := CASE p_kind WHEN 'contact' THEN catalogue_merge_contacts(v_id, p_kept, p_gone)
                                     ELSE catalogue_merge_organizations(v_id, p_kept, p_gone) END;
        END IF;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        v_outcome := 'busy';
    END;
    IF v_outcome = 'done' THEN
        SELECT count(*) FILTER (WHERE t.what IN ('lead', 'joined')), count(DISTINCT t.workspace_id) INTO v_leads, v_spaces
          FROM catalogue_moves t WHERE t.merge_id = v_id;
        INSERT INTO operator_acts (user_id, act, reason, outcome)
        VALUES (p_user, 'merge', p_reason, jsonb_build_object('merge', v_id, 'kind', p_kind, 'kept', p_kept, 'gone', p_gone,
                                                              'leads', v_leads, 'workspaces', v_spaces));
    ELSE
        DELETE FROM catalogue_merges m WHERE m.id = v_id;
        v_id := NULL;
    END IF;
    RETURN NEXT (v_outcome, v_id, v_leads, v_spaces)::desk_merged;
END $$;

-- Takes a merge back. The outcome is `done`, or why nothing was done: `gone` (there is none, or it was taken back), `later` (the
-- one that stayed was merged itself since: that is to be taken back first), `theirs` (a workspace let the lead that stands for
-- both stand behind another since: it is to take that back first), `busy` (as of desk_merge).
CREATE FUNCTION desk_split(p_user uuid, p_merge uuid, p_reason text) RETURNS SETOF desk_merged
LANGUAGE plpgsql SET search_path = public, pg_temp SET lock_timeout = '500ms' AS $$
DECLARE
    v_outcome text;
    v_leads bigint := 0;
    v_spaces bigint := 0;
BEGIN
    BEGIN
        PERFORM merging_gate(true);
        v_outcome := catalogue_split(p_merge);
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
        v_outcome := 'busy';
    END;
    IF v_outcome = 'done' THEN
        SELECT count(*) FILTER (WHERE t.what IN ('lead', 'joined')), count(DISTINCT t.workspace_id) INTO v_leads, v_spaces
          FROM catalogue_moves t WHERE t.merge_id = p_merge;
        INSERT INTO operator_acts (user_id, act, reason, outcome)
        SELECT p_user, 'split', p_reason, jsonb_build_object('merge', m.id, 'kind', m.kind, 'kept', m.kept_id, 'gone', m.gone_id,
                                                             'leads', v_leads, 'workspaces', v_spaces)
          FROM catalogue_merges m WHERE m.id = p_merge;
    END IF;
    RETURN NEXT (v_outcome, p_merge, v_leads, v_spaces)::desk_merged;
END $$;

CREATE FUNCTION operations_pairs(p_kind text, p_most integer)
RETURNS SETOF desk_pair LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM operations_admin();
    RETURN QUERY SELECT * FROM desk_pairs(p_kind, p_most);
END $$;

CREATE FUNCTION operations_merges(p_before uuid, p_most integer)
RETURNS SETOF desk_merge LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM operations_admin();
    RETURN QUERY SELECT * FROM desk_merges(p_before, p_most);
END $$;

CREATE FUNCTION operations_merge(p_kind text, p_kept uuid, p_gone uuid, p_reason text)
RETURNS SETOF desk_merged LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM desk_merge(operations_admin(), p_kind, p_kept, p_gone, p_reason);
END $$;

CREATE FUNCTION operations_split(p_merge uuid, p_reason text)
RETURNS SETOF desk_merged LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY SELECT * FROM desk_split(operations_admin(), p_merge, p_reason);
END $$;

GRANT EXECUTE ON FUNCTION operations_pairs, operations_merges, operations_merge, operations_split TO reachly_app;
