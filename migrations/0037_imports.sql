-- Files of people's own: what was uploaded, what each reading of it came to, and what an import wrote.
--
-- What a workspace imports is its own. Its values stand on its leads alone, the keys by which its people are recognised
-- in a table of its own, and a person whom the catalogue does not know gets a contact without any value, for the sake of
-- an id: docs/decisions/0008-imported-people-stay-private.md.

-- Not granted to the application: whose it is would tell everybody how many others import.
ALTER TABLE contacts ADD COLUMN private_to uuid;
-- Whoever was found twice stands behind one (0055), straight behind the one that stands for all; so do companies.
ALTER TABLE contacts ADD COLUMN merged_into uuid;
ALTER TABLE organizations ADD COLUMN merged_into uuid;

-- Not forced: the functions of the catalogue read it as its owner, at full speed, and say themselves whom they leave out.
ALTER TABLE contacts ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen ON contacts FOR SELECT TO reachly_app USING (private_to IS NULL OR private_to = scope_workspace());

CREATE OR REPLACE VIEW contact_search_wanted WITH (security_invoker = true) AS
SELECT c.id AS contact_id, c.organization_id,
       search_doc(concat_ws(' ', c.first_name, c.last_name, c.title, o.name, o.domain,
                            nullif(split_part(c.email, '@', 2), coalesce(o.domain, '')))) AS doc,
       search_fold(coalesce(c.title, '')) AS title, search_fold(concat_ws(', ', c.city, c.state, c.country)) AS place,
       c.seniority, lower(c.department) AS department, lower(o.industry) AS industry, o.size AS company_size, o.domain AS company_domain,
       c.email_status, c.email IS NOT NULL AS has_email, c.phone IS NOT NULL AS has_phone
  FROM contacts c LEFT JOIN organizations o ON o.id = c.organization_id
 WHERE NOT c.suppressed AND c.private_to IS NULL AND c.merged_into IS NULL;

-- What the catalogue holds of these people and would sell: the value with its verdict, and where it came from. Never one
-- that is known to be wrong. What a provider found for a workspace's own contact is that workspace's.
CREATE FUNCTION catalogue_values(p_contacts uuid[], p_fields text[]) RETURNS SETOF found_field
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT c.id, f.field, v.value, CASE f.field WHEN 'email' THEN c.email_status END,
           coalesce(c.provenance -> f.field, '{}') - 'call' || '{"through": "catalogue"}'
      FROM unnest(p_contacts) WITH ORDINALITY asked(id, place) JOIN contacts c ON c.id = asked.id
     CROSS JOIN unnest(p_fields) WITH ORDINALITY f(field, place)
     CROSS JOIN LATERAL (SELECT CASE f.field WHEN 'email' THEN CASE WHEN c.email_status IS DISTINCT FROM 'invalid' THEN c.email END
                                             WHEN 'phone' THEN c.phone END) v(value)
     WHERE NOT c.suppressed AND v.value IS NOT NULL AND (c.private_to IS NULL OR c.private_to = scope_workspace())
     ORDER BY asked.place, f.place
$$;
REVOKE EXECUTE ON FUNCTION catalogue_values FROM PUBLIC;

-- A key of everybody's never leads to somebody's own contact: whom one workspace brought must not become whom others buy.
CREATE FUNCTION contact_keys_shared() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM contact_keys k USING now_there n JOIN contacts c ON c.id = n.contact_id AND c.private_to IS NOT NULL
     WHERE k.key = n.key;
    RETURN NULL;
END $$;
CREATE TRIGGER contact_keys_shared AFTER INSERT ON contact_keys REFERENCING NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION contact_keys_shared();

CREATE TABLE imported_keys (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    key           text NOT NULL CHECK (key ~ '^(e|l|n|o):.'),
    contact_id    uuid NOT NULL REFERENCES contacts,
    PRIMARY KEY (workspace_id, key)
);
CREATE INDEX imported_keys_contact ON imported_keys (workspace_id, contact_id);

CREATE TABLE imports (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    user_id       uuid NOT NULL REFERENCES users,
    filename      text NOT NULL CHECK (length(filename) BETWEEN 1 AND 200),
    path          text NOT NULL,
    bytes         bigint NOT NULL CHECK (bytes > 0),
    sha256        text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    use           text NOT NULL DEFAULT 'own' CHECK (use IN ('own', 'enrich', 'exclude')),
    shape         jsonb NOT NULL,
    mapping       jsonb NOT NULL DEFAULT '[]',
    overwrite     boolean NOT NULL DEFAULT false,
    list_id       uuid,
    rows          bigint NOT NULL CHECK (rows >= 0),
    action_id     uuid,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at    timestamptz NOT NULL,
    deleted_at    timestamptz,
    undone_at     timestamptz,
    undone        jsonb,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES lists (workspace_id, id),
    FOREIGN KEY (workspace_id, action_id) REFERENCES actions (workspace_id, id)
);
CREATE INDEX imports_recent ON imports (workspace_id, created_at DESC, id DESC);
CREATE INDEX imports_expiring ON imports (expires_at) WHERE deleted_at IS NULL;

-- One reading of a file, to see what it would come to (dry) or for real. Every row that was read came to exactly one thing.
CREATE TABLE import_runs (
    workspace_id  uuid NOT NULL,
    id            uuid NOT NULL DEFAULT uuidv7(),
    import_id     uuid NOT NULL,
    dry           boolean NOT NULL,
    job_id        uuid NOT NULL,
    mapping       jsonb NOT NULL,
    read          bigint NOT NULL DEFAULT 0,
    new           bigint NOT NULL DEFAULT 0,
    updated       bigint NOT NULL DEFAULT 0,
    same          bigint NOT NULL DEFAULT 0,
    refused       bigint NOT NULL DEFAULT 0,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, import_id) REFERENCES imports (workspace_id, id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id),
    CONSTRAINT nothing_dropped CHECK (read = new + updated + same + refused AND least(new, updated, same, refused) >= 0)
);
CREATE INDEX import_runs_import ON import_runs (workspace_id, import_id, dry, created_at DESC);
CREATE UNIQUE INDEX import_runs_real ON import_runs (workspace_id, import_id) WHERE NOT dry;

-- Rows that were not taken, in their own words, with the line they begin on.
CREATE TABLE import_refusals (
    workspace_id  uuid NOT NULL,
    run_id        uuid NOT NULL,
    line          bigint NOT NULL,
    reason        text NOT NULL CHECK (reason ~ '^[a-z_]+$'),
    words         text NOT NULL,
    cells         text[] NOT NULL,
    PRIMARY KEY (workspace_id, run_id, line),
    FOREIGN KEY (workspace_id, run_id) REFERENCES import_runs (workspace_id, id)
);

CREATE INDEX import_refusals_reason ON import_refusals (workspace_id, run_id, reason);

-- Whom a reading has met so far, on which line and with which values: for rows that come twice. Of use until it is through,
-- be it by another job after days; and logged, for after a crash the rest of a file is judged as if there had been none.
CREATE TABLE import_seen (
    workspace_id  uuid NOT NULL,
    run_id        uuid NOT NULL,
    key           text NOT NULL,
    line          bigint NOT NULL,
    digest        bigint NOT NULL,
    PRIMARY KEY (workspace_id, run_id, key)
);

CALL guard_tenant_table('imported_keys');
CALL guard_tenant_table('imports');
CALL guard_tenant_table('import_runs');
CALL guard_tenant_table('import_refusals');
CALL guard_tenant_table('import_seen');
CALL guard_writers('imports');
GRANT SELECT, INSERT ON imports, import_runs, import_refusals TO reachly_app;
GRANT UPDATE (use, shape, mapping, overwrite, list_id, action_id, path, rows) ON imports TO reachly_app;
GRANT UPDATE (job_id) ON import_runs TO reachly_app;

-- What an import hid is shown again with it.
ALTER TABLE hidden_contacts ADD COLUMN import_id uuid;
ALTER TABLE hidden_companies ADD COLUMN import_id uuid;
CREATE INDEX hidden_contacts_import ON hidden_contacts (workspace_id, import_id) WHERE import_id IS NOT NULL;
CREATE INDEX hidden_companies_import ON hidden_companies (workspace_id, import_id) WHERE import_id IS NOT NULL;

-- Which of these identity keys belong to people whose asked-for fields the workspace in scope already owns: it paid for
-- them, or brought them itself. Whoever is hidden, or stands behind another lead, is not to be bought either.
CREATE OR REPLACE FUNCTION leads_owned(p_keys text[], p_fields text[]) RETURNS SETOF text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT DISTINCT k.key
      FROM (SELECT s.key, s.contact_id FROM contact_keys s WHERE s.key = ANY (p_keys)
            UNION ALL
            SELECT i.key, i.contact_id FROM imported_keys i
             WHERE i.workspace_id = scope_workspace() AND i.key = ANY (p_keys)) k
      JOIN leads l ON l.workspace_id = scope_workspace() AND l.contact_id = k.contact_id
     WHERE l.hidden AND left(k.key, 1) <> 'n' OR l.deleted_at IS NULL AND NOT EXISTS (SELECT FROM unnest(p_fields) f(field)
                        WHERE NOT EXISTS (SELECT FROM unlocks u WHERE u.workspace_id = l.workspace_id
                                             AND u.contact_id = l.contact_id AND u.field = f.field)
                          AND CASE f.field WHEN 'email' THEN l.email ELSE l.phone END IS NULL)
$$;

-- Takes one page of a file's rows and says what became of each: {"new", "updated", "same", "refused": [[n, reason, line]]}.
--
-- `p_rows` are objects of `n`, `line`, `id` (of the contact, should it be new), `keys` (strongest first), `strong` (how many of
-- them tell by themselves who it is), `digest`, `domain` (of a company to be hidden, else null) and `values`. No two of a page
-- share what tells who they are. `p_same` and `p_refused` are what the caller judged itself. Raises RL409 when the job is no
-- longer held by this attempt. A dry run writes nothing but its own counts.
--
-- Who is who: by the workspace's own keys, by what the catalogue shows to everybody (profile address, name at company), and
-- by an e-mail address only where the workspace owns it already: whoever guesses addresses must not learn which is right.
CREATE FUNCTION import_page(p_job uuid, p_attempt integer, p_rows jsonb, p_same integer, p_refused integer) RETURNS jsonb
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
    v_user uuid;
    v_run import_runs;
    v_import imports;
    v_told jsonb;
BEGIN
    SELECT r.* INTO v_run FROM jobs j
      JOIN import_runs r ON r.workspace_id = j.workspace_id AND r.id = (j.params ->> 'run')::uuid AND r.job_id = j.id
     WHERE j.workspace_id = v_workspace AND j.id = p_job AND j.kind = 'import_leads' AND j.attempt = p_attempt
       AND j.status = 'running' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the job is held by another worker' USING ERRCODE = 'RL409';
    END IF;
    PERFORM merging_gate(false);
    -- Shared with the other pages, so that none is written beside or after an undo.
    SELECT * INTO v_import FROM imports i WHERE i.workspace_id = v_workspace AND i.id = v_run.import_id FOR SHARE;
    IF v_import.undone_at IS NOT NULL AND NOT v_run.dry THEN
        RAISE EXCEPTION 'the import was taken back' USING ERRCODE = 'RL409';
    END IF;
    SELECT j.user_id INTO v_user FROM jobs j WHERE j.id = p_job;
    -- Two imports of one workspace take turns page by page, so that neither misses whom the other just brought.
    PERFORM pg_advisory_xact_lock(hashtextextended('import:' || v_workspace, 0));

    DROP TABLE IF EXISTS pg_temp.import_now, pg_temp.import_now_keys;
    CREATE TEMP TABLE import_now (
        n integer PRIMARY KEY, line bigint, new_id uuid, keys text[], strong integer, digest bigint, domain text, vals jsonb,
        contact_id uuid, by_name boolean, verdict text, earlier bigint, brings jsonb, at_home boolean NOT NULL DEFAULT false
    ) ON COMMIT DROP;
    INSERT INTO import_now (n, line, new_id, keys, strong, digest, domain, vals)
    SELECT r.n, r.line, r.id, r.keys, r.strong, r.digest, r.domain, r.values
      FROM jsonb_to_recordset(p_rows) r(n integer, line bigint, id uuid, keys text[], strong integer, digest bigint,
                                        domain text, values jsonb);
    CREATE TEMP TABLE import_now_keys ON COMMIT DROP AS
    SELECT r.n, k.key, left(k.key, 1) AS kind, k.place <= greatest(r.strong, 1) AS tells
      FROM import_now r, unnest(r.keys) WITH ORDINALITY k(key, place);
    ANALYZE import_now;
    ANALYZE import_now_keys;

    -- Who came on an earlier page.
    UPDATE import_now r SET verdict = CASE WHEN s.digest = r.digest THEN 'same' ELSE 'repeat' END, earlier = s.line
      FROM (SELECT DISTINCT ON (k.n) k.n, s.line, s.digest FROM import_now_keys k
              JOIN import_seen s ON s.workspace_id = v_workspace AND s.run_id = v_run.id AND s.key = k.key
             WHERE k.tells ORDER BY k.n, s.line) s
     WHERE s.n = r.n;
    -- Who must not be contacted, whoever says so and by whichever key.
    IF v_import.use <> 'exclude' THEN
        UPDATE import_now r SET verdict = 'suppressed'
         WHERE r.verdict IS NULL AND EXISTS (
             SELECT FROM import_now_keys k JOIN contact_keys s ON s.key = k.key JOIN contacts c ON c.id = s.contact_id
              WHERE k.n = r.n AND c.suppressed);
    END IF;

    UPDATE import_now r SET contact_id = found.contact_id, by_name = found.by_name
      FROM (SELECT DISTINCT ON (x.n) x.n, x.contact_id, x.kind IN ('n', 'o') AS by_name
              FROM (SELECT k.n, k.kind, i.contact_id, 0 AS far FROM import_now_keys k
                      JOIN imported_keys i ON i.workspace_id = v_workspace AND i.key = k.key
                    UNION ALL
                    SELECT k.n, k.kind, s.contact_id, 1 FROM import_now_keys k JOIN contact_keys s ON s.key = k.key
                      LEFT JOIN leads l ON l.workspace_id = v_workspace AND l.contact_id = s.contact_id
                     WHERE k.kind <> 'e' OR lower(l.email) = substr(k.key, 3)) x
              JOIN import_now q ON q.n = x.n AND q.verdict IS NULL AND q.domain IS NULL
              LEFT JOIN leads l ON l.workspace_id = v_workspace AND l.contact_id = x.contact_id
              LEFT JOIN contacts c ON c.id = x.contact_id
             WHERE x.kind IN ('e', 'l')
                OR NOT ((lower(l.email) <> lower(q.vals ->> 'email')) IS TRUE
                        OR (coalesce(l.linkedin_url, c.linkedin_url) <> q.vals ->> 'linkedin_url') IS TRUE)
             ORDER BY x.n, x.kind, x.far) found
     WHERE found.n = r.n;
    -- Two rows that come out as one person: the first it is; the others come again, or have only the name in common.
    UPDATE import_now r
       SET verdict = CASE WHEN r.by_name THEN NULL WHEN f.digest = r.digest THEN 'same' ELSE 'repeat' END, earlier = f.line,
           contact_id = CASE WHEN r.by_name THEN NULL ELSE r.contact_id END
      FROM (SELECT q.n, w.line, w.digest FROM import_now q
              CROSS JOIN LATERAL (
                  SELECT s.line, s.digest FROM import_seen s
                   WHERE s.workspace_id = v_workspace AND s.run_id = v_run.id AND s.key = 'x:' || q.contact_id) w
             WHERE q.contact_id IS NOT NULL
            UNION ALL
            SELECT q.n, q.first_line, q.first_digest
              FROM (SELECT i.n, first_value(i.line) OVER each AS first_line, first_value(i.digest) OVER each AS first_digest,
                           row_number() OVER each AS place
                      FROM import_now i WHERE i.contact_id IS NOT NULL AND i.verdict IS NULL
                    WINDOW each AS (PARTITION BY i.contact_id ORDER BY i.by_name, i.n)) q WHERE q.place > 1) f
     WHERE f.n = r.n AND r.verdict IS NULL;

    IF v_import.use = 'exclude' THEN
        UPDATE import_now r SET verdict = CASE WHEN
            EXISTS (SELECT FROM hidden_contacts h WHERE h.workspace_id = v_workspace AND h.contact_id = r.contact_id)
            OR EXISTS (SELECT FROM hidden_companies h WHERE h.workspace_id = v_workspace AND h.domain = r.domain)
            THEN 'same' ELSE 'new' END
         WHERE r.verdict IS NULL;
    ELSE
        -- What a row brings that its lead lacks; of what was paid for nothing is ever replaced.
        UPDATE import_now r SET at_home = true, brings = (
            SELECT jsonb_object_agg(v.key, v.value) FROM jsonb_each_text(r.vals) v
             WHERE to_jsonb(l) ->> v.key IS DISTINCT FROM v.value
               AND (to_jsonb(l) ->> v.key IS NULL
                    OR (v_import.overwrite AND NOT EXISTS (
                            SELECT FROM unlocks u WHERE u.workspace_id = v_workspace AND u.contact_id = l.contact_id
                               AND u.field = v.key))))
          FROM leads l
         WHERE r.verdict IS NULL AND l.workspace_id = v_workspace AND l.contact_id = r.contact_id AND l.deleted_at IS NULL;
        UPDATE import_now r SET verdict = CASE WHEN NOT r.at_home THEN 'new' WHEN r.brings IS NULL THEN 'same' ELSE 'updated' END
         WHERE r.verdict IS NULL;
    END IF;

    SELECT jsonb_build_object(
        'new', count(*) FILTER (WHERE r.verdict = 'new'), 'updated', count(*) FILTER (WHERE r.verdict = 'updated'),
        'same', p_same + count(*) FILTER (WHERE r.verdict = 'same'),
        'refused', coalesce(jsonb_agg(jsonb_build_array(r.n, r.verdict, r.earlier) ORDER BY r.n)
                            FILTER (WHERE r.verdict IN ('repeat', 'suppressed')), '[]'))
      INTO v_told FROM import_now r;
    INSERT INTO import_seen (workspace_id, run_id, key, line, digest)
    SELECT v_workspace, v_run.id, k.key, r.line, r.digest FROM import_now r, LATERAL (
        SELECT unnest(r.keys) UNION ALL SELECT 'x:' || coalesce(r.contact_id, r.new_id)) k(key)
     WHERE r.earlier IS NULL OR r.verdict NOT IN ('same', 'repeat')
    ON CONFLICT DO NOTHING;
    IF NOT v_run.dry THEN
        PERFORM import_write(v_import, p_job, v_user);
    END IF;
    UPDATE import_runs SET new = new + (v_told ->> 'new')::bigint, updated = updated + (v_told ->> 'updated')::bigint,
           same = same + (v_told ->> 'same')::bigint,
           refused = refused + p_refused + jsonb_array_length(v_told -> 'refused'),
           read = read + jsonb_array_length(p_rows) + p_same + p_refused
     WHERE workspace_id = v_workspace AND id = v_run.id;
    RETURN v_told;
END $$;
GRANT EXECUTE ON FUNCTION import_page TO reachly_app;

-- Writes what import_page judged; a part of it.
CREATE FUNCTION import_write(p_import imports, p_job uuid, p_user uuid) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_origin jsonb;
    v_last double precision;
BEGIN
    -- Before any lead's row, as whoever hides takes them.
    PERFORM hiding_gate(p_import.workspace_id, p_import.use = 'exclude');
    UPDATE import_now r SET contact_id = r.new_id WHERE r.contact_id IS NULL AND r.verdict = 'new' AND r.domain IS NULL;
    INSERT INTO contacts (id, private_to)
    SELECT r.new_id, p_import.workspace_id FROM import_now r WHERE r.contact_id = r.new_id;
    INSERT INTO imported_keys (workspace_id, key, contact_id)
    SELECT p_import.workspace_id, k.key, r.contact_id FROM import_now r JOIN import_now_keys k ON k.n = r.n
     WHERE r.verdict IN ('new', 'updated', 'same') AND r.contact_id IS NOT NULL ORDER BY k.key
    ON CONFLICT DO NOTHING;

    IF p_import.use = 'exclude' THEN
        INSERT INTO hidden_contacts (workspace_id, contact_id, user_id, reason, import_id)
        SELECT p_import.workspace_id, r.contact_id, p_user, left('In the file ' || p_import.filename, 500), p_import.id
          FROM import_now r WHERE r.verdict = 'new' AND r.domain IS NULL
        ON CONFLICT DO NOTHING;
        INSERT INTO hidden_companies (workspace_id, domain, organization_id, name, user_id, reason, import_id)
        -- A company of two domains is hidden as itself once, and by each domain that the file names.
        SELECT p_import.workspace_id, r.domain,
               CASE WHEN row_number() OVER (PARTITION BY coalesce(o.merged_into, o.id) ORDER BY o.merged_into NULLS FIRST, r.n) = 1
                     AND NOT EXISTS (SELECT FROM hidden_companies h WHERE h.workspace_id = p_import.workspace_id
                                        AND h.organization_id = coalesce(o.merged_into, o.id))
                    THEN coalesce(o.merged_into, o.id) END, plain_name(coalesce(r.vals ->> 'company', o.name, '')), p_user,
               left('In the file ' || p_import.filename, 500), p_import.id
          FROM import_now r LEFT JOIN organizations o ON o.domain = r.domain
         WHERE r.verdict = 'new' AND r.domain IS NOT NULL
        ON CONFLICT DO NOTHING;
        UPDATE actions a SET count = a.count + (SELECT count(*) FROM import_now r WHERE r.verdict = 'new'),
               undoable_until = clock_timestamp() + interval '10 minutes'
         WHERE a.workspace_id = p_import.workspace_id AND a.id = p_import.action_id;
        RETURN;
    END IF;

    v_origin := jsonb_build_object('source', 'import', 'import', p_import.id, 'at', to_char(now(), 'YYYY-MM-DD"T"HH24:MI:SS"+00:00"'));
    -- Before anything changes: how each lead was, and what it gets.
    INSERT INTO action_items (workspace_id, action_id, contact_id, before)
    SELECT p_import.workspace_id, p_import.action_id, r.contact_id,
           CASE WHEN r.verdict = 'new' THEN jsonb_build_object('new', true, 'at', now())
                ELSE jsonb_build_object('was', w.was || jsonb_build_object(
                        'email_status', l.email_status, 'has_email', l.has_email, 'has_phone', l.has_phone), 'became', r.brings,
                                        'from', w.origins) END
      FROM import_now r
      LEFT JOIN leads l ON l.workspace_id = p_import.workspace_id AND l.contact_id = r.contact_id AND r.verdict = 'updated'
      LEFT JOIN LATERAL (
          SELECT jsonb_object_agg(b.key, to_jsonb(l) -> b.key) AS was,
                 jsonb_object_agg(b.key, l.provenance -> b.key) AS origins FROM jsonb_each(r.brings) b) w ON r.verdict = 'updated'
     WHERE r.verdict IN ('new', 'updated');
    INSERT INTO leads AS l (workspace_id, contact_id, organization_id, job_id, first_name, last_name, title, seniority, department,
                            email, email_status, phone, has_email, has_phone, linkedin_url, company, company_domain, industry,
                            company_size, city, state, country, source, provenance)
    SELECT p_import.workspace_id, r.contact_id, coalesce(o.merged_into, o.id), p_job, r.vals ->> 'first_name', r.vals ->> 'last_name', r.vals ->> 'title',
           r.vals ->> 'seniority', r.vals ->> 'department', r.vals ->> 'email',
           CASE WHEN r.vals ? 'email' THEN 'unknown' END, r.vals ->> 'phone', r.vals ? 'email', r.vals ? 'phone',
           r.vals ->> 'linkedin_url', r.vals ->> 'company', r.vals ->> 'company_domain', r.vals ->> 'industry',
           r.vals ->> 'company_size', r.vals ->> 'city', r.vals ->> 'state', r.vals ->> 'country', 'import',
           (SELECT jsonb_object_agg(v, v_origin || jsonb_build_object('line', r.line)) FROM jsonb_object_keys(r.vals) v)
      FROM import_now r LEFT JOIN organizations o ON o.domain = r.vals ->> 'company_domain'
     WHERE r.verdict = 'new' ORDER BY r.n
    ON CONFLICT (workspace_id, contact_id) DO UPDATE SET
        deleted_at = NULL, job_id = excluded.job_id, first_name = coalesce(l.first_name, excluded.first_name),
        last_name = coalesce(l.last_name, excluded.last_name), title = coalesce(l.title, excluded.title),
        seniority = coalesce(l.seniority, excluded.seniority), department = coalesce(l.department, excluded.department),
        email = coalesce(l.email, excluded.email),
        email_status = CASE WHEN l.email IS NULL THEN excluded.email_status ELSE l.email_status END,
        phone = coalesce(l.phone, excluded.phone), has_email = l.has_email OR excluded.has_email,
        has_phone = l.has_phone OR excluded.has_phone, linkedin_url = coalesce(l.linkedin_url, excluded.linkedin_url),
        company = coalesce(l.company, excluded.company), company_domain = coalesce(l.company_domain, excluded.company_domain),
        industry = coalesce(l.industry, excluded.industry), company_size = coalesce(l.company_size, excluded.company_size),
        city = coalesce(l.city, excluded.city), state = coalesce(l.state, excluded.state),
        country = coalesce(l.country, excluded.country), provenance = excluded.provenance || l.provenance, updated_at = now();
    UPDATE leads l SET
        first_name = coalesce(b ->> 'first_name', l.first_name), last_name = coalesce(b ->> 'last_name', l.last_name),
        title = coalesce(b ->> 'title', l.title), seniority = coalesce(b ->> 'seniority', l.seniority),
        department = coalesce(b ->> 'department', l.department), email = coalesce(b ->> 'email', l.email),
        email_status = CASE WHEN b ? 'email' THEN 'unknown' ELSE l.email_status END, phone = coalesce(b ->> 'phone', l.phone),
        has_email = l.has_email OR b ? 'email', has_phone = l.has_phone OR b ? 'phone',
        linkedin_url = coalesce(b ->> 'linkedin_url', l.linkedin_url), company = coalesce(b ->> 'company', l.company),
        company_domain = coalesce(b ->> 'company_domain', l.company_domain), industry = coalesce(b ->> 'industry', l.industry),
        company_size = coalesce(b ->> 'company_size', l.company_size), city = coalesce(b ->> 'city', l.city),
        state = coalesce(b ->> 'state', l.state), country = coalesce(b ->> 'country', l.country), updated_at = now(),
        provenance = l.provenance || (SELECT jsonb_object_agg(v, v_origin || jsonb_build_object('line', r.line))
                                        FROM jsonb_object_keys(b) v)
      FROM import_now r, LATERAL (SELECT r.brings) x(b)
     WHERE r.verdict = 'updated' AND l.workspace_id = p_import.workspace_id AND l.contact_id = r.contact_id;

    -- Nobody is in scope while a job works, so it is asked here what its person may do by now.
    IF EXISTS (SELECT FROM lists s JOIN memberships w ON w.workspace_id = s.workspace_id AND w.user_id = p_user AND w.role <> 'viewer'
                WHERE s.workspace_id = p_import.workspace_id AND s.id = p_import.list_id AND s.deleted_at IS NULL
                  AND (s.owner_id = p_user OR s.visibility = 'team' AND (s.editing = 'team' OR w.role IN ('owner', 'admin')))) THEN
        SELECT coalesce(max(c.position), 0) INTO v_last FROM list_contacts c
         WHERE c.workspace_id = p_import.workspace_id AND c.list_id = p_import.list_id;
        WITH listed AS (
            INSERT INTO list_contacts (workspace_id, list_id, contact_id, position, added_by)
            SELECT p_import.workspace_id, p_import.list_id, r.contact_id, v_last + row_number() OVER (ORDER BY r.n), p_user
              FROM import_now r WHERE r.verdict IN ('new', 'updated', 'same') AND r.contact_id IS NOT NULL
            ON CONFLICT DO NOTHING RETURNING contact_id)
        INSERT INTO action_items AS i (workspace_id, action_id, contact_id, before)
        SELECT p_import.workspace_id, p_import.action_id, l.contact_id, '{"listed": true}' FROM listed l
        ON CONFLICT (workspace_id, action_id, contact_id) DO UPDATE SET before = i.before || excluded.before;
    END IF;
    UPDATE actions a SET undoable_until = clock_timestamp() + interval '10 minutes',
           count = a.count + (SELECT count(*) FROM import_now r WHERE r.verdict IN ('new', 'updated'))
     WHERE a.workspace_id = p_import.workspace_id AND a.id = p_import.action_id;
END $$;

-- Takes back a part of an import: of those after `p_after` at most `p_most`; returns where it got to (null: all done), how many
-- leads went, got their former values back, were shown again, and stay because somebody has touched them since.
CREATE FUNCTION import_undo(p_import uuid, p_after uuid, p_most integer)
RETURNS TABLE (last uuid, gone bigint, restored bigint, shown bigint, kept bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
    v_import imports;
BEGIN
    IF NOT scope_writes() THEN
        RAISE EXCEPTION 'only looking is allowed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_import FROM imports i WHERE i.workspace_id = v_workspace AND i.id = p_import FOR UPDATE;
    IF NOT FOUND OR v_import.action_id IS NULL OR EXISTS (
        -- By what the jobs say: one that goes on with another stands in the run only once it has begun.
        SELECT FROM jobs j WHERE j.workspace_id = v_workspace AND j.kind = 'import_leads' AND j.finished_at IS NULL
           AND j.params ->> 'import' = p_import::text AND j.params ->> 'act' = 'import') THEN
        RAISE EXCEPTION 'there is nothing to take back' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM hiding_gate(v_workspace, v_import.use = 'exclude');
    DROP TABLE IF EXISTS pg_temp.import_back;
    CREATE TEMP TABLE import_back ON COMMIT DROP AS
    SELECT i.contact_id, i.before, NULL::jsonb AS back, false AS goes FROM action_items i
     WHERE i.workspace_id = v_workspace AND i.action_id = v_import.action_id AND (p_after IS NULL OR i.contact_id > p_after)
     ORDER BY i.contact_id LIMIT p_most;
    ANALYZE import_back;
    last := (SELECT max(b.contact_id::text)::uuid FROM import_back b);

    DELETE FROM list_contacts c USING import_back b
     WHERE b.before ? 'listed' AND c.workspace_id = v_workspace AND c.list_id = v_import.list_id AND c.contact_id = b.contact_id;
    UPDATE import_back b SET goes = true FROM leads l
     WHERE b.before ? 'new' AND l.workspace_id = v_workspace AND l.contact_id = b.contact_id AND l.deleted_at IS NULL
       AND l.updated_at = (b.before ->> 'at')::timestamptz
       AND NOT EXISTS (SELECT FROM list_contacts c WHERE c.workspace_id = v_workspace AND c.contact_id = b.contact_id)
       AND NOT EXISTS (SELECT FROM unlocks u WHERE u.workspace_id = v_workspace AND u.contact_id = b.contact_id
                          AND u.created_at > l.updated_at);
    UPDATE leads l SET deleted_at = now(), updated_at = now() FROM import_back b
     WHERE b.goes AND l.workspace_id = v_workspace AND l.contact_id = b.contact_id;
    GET DIAGNOSTICS gone = ROW_COUNT;

    UPDATE import_back b SET back = (
        SELECT jsonb_object_agg(e.key, b.before -> 'was' -> e.key) FROM jsonb_each_text(b.before -> 'became') e
         WHERE to_jsonb(l) ->> e.key = e.value)
      FROM leads l WHERE b.before ? 'was' AND l.workspace_id = v_workspace AND l.contact_id = b.contact_id;
    UPDATE leads l SET
        first_name = CASE WHEN x ? 'first_name' THEN x ->> 'first_name' ELSE l.first_name END,
        last_name = CASE WHEN x ? 'last_name' THEN x ->> 'last_name' ELSE l.last_name END,
        title = CASE WHEN x ? 'title' THEN x ->> 'title' ELSE l.title END,
        seniority = CASE WHEN x ? 'seniority' THEN x ->> 'seniority' ELSE l.seniority END,
        department = CASE WHEN x ? 'department' THEN x ->> 'department' ELSE l.department END,
        email = CASE WHEN x ? 'email' THEN x ->> 'email' ELSE l.email END,
        email_status = CASE WHEN x ? 'email' THEN b.before #>> '{was,email_status}' ELSE l.email_status END,
        has_email = CASE WHEN x ? 'email' THEN (b.before #>> '{was,has_email}')::boolean ELSE l.has_email END,
        phone = CASE WHEN x ? 'phone' THEN x ->> 'phone' ELSE l.phone END,
        has_phone = CASE WHEN x ? 'phone' THEN (b.before #>> '{was,has_phone}')::boolean ELSE l.has_phone END,
        linkedin_url = CASE WHEN x ? 'linkedin_url' THEN x ->> 'linkedin_url' ELSE l.linkedin_url END,
        company = CASE WHEN x ? 'company' THEN x ->> 'company' ELSE l.company END,
        company_domain = CASE WHEN x ? 'company_domain' THEN x ->> 'company_domain' ELSE l.company_domain END,
        industry = CASE WHEN x ? 'industry' THEN x ->> 'industry' ELSE l.industry END,
        company_size = CASE WHEN x ? 'company_size' THEN x ->> 'company_size' ELSE l.company_size END,
        city = CASE WHEN x ? 'city' THEN x ->> 'city' ELSE l.city END,
        state = CASE WHEN x ? 'state' THEN x ->> 'state' ELSE l.state END,
        country = CASE WHEN x ? 'country' THEN x ->> 'country' ELSE l.country END, updated_at = now(),
        provenance = (l.provenance - ARRAY(SELECT jsonb_object_keys(x))) || jsonb_strip_nulls(coalesce(
            (SELECT jsonb_object_agg(k, b.before -> 'from' -> k) FROM jsonb_object_keys(x) k), '{}'))
      FROM import_back b, LATERAL (SELECT b.back) y(x)
     WHERE b.back IS NOT NULL AND l.workspace_id = v_workspace AND l.contact_id = b.contact_id;
    GET DIAGNOSTICS restored = ROW_COUNT;
    kept := (SELECT count(*) FROM import_back b WHERE (b.before ? 'new' AND NOT b.goes) OR (b.before ? 'was' AND b.back IS NULL));

    WITH due AS (SELECT h.contact_id FROM hidden_contacts h WHERE h.workspace_id = v_workspace AND h.import_id = p_import LIMIT p_most),
    gone AS (DELETE FROM hidden_contacts h USING due d WHERE h.workspace_id = v_workspace AND h.contact_id = d.contact_id RETURNING 1)
    SELECT count(*) INTO shown FROM gone;
    WITH due AS (SELECT h.id FROM hidden_companies h WHERE h.workspace_id = v_workspace AND h.import_id = p_import LIMIT p_most),
    gone AS (DELETE FROM hidden_companies h USING due d WHERE h.workspace_id = v_workspace AND h.id = d.id RETURNING 1)
    SELECT shown + count(*) INTO shown FROM gone;
    UPDATE imports i SET undone = jsonb_build_object(
               'gone', coalesce((i.undone ->> 'gone')::bigint, 0) + gone, 'restored', coalesce((i.undone ->> 'restored')::bigint, 0) + restored,
               'shown', coalesce((i.undone ->> 'shown')::bigint, 0) + shown, 'kept', coalesce((i.undone ->> 'kept')::bigint, 0) + kept),
           undone_at = coalesce(i.undone_at, now())
     WHERE i.workspace_id = v_workspace AND i.id = p_import;
    UPDATE actions a SET undone_at = coalesce(a.undone_at, now()), undone_by = coalesce(a.undone_by, scope_user())
     WHERE a.workspace_id = v_workspace AND a.id = v_import.action_id;
    IF last IS NULL AND shown > 0 THEN
        last := coalesce(p_after, '00000000-0000-0000-0000-000000000000');
    END IF;
    RETURN NEXT;
END $$;
GRANT EXECUTE ON FUNCTION import_undo TO reachly_app;

-- Forgets whom readings had met that are not gone on with, and says whose files' time has come.
CREATE FUNCTION imports_expired(p_most integer) RETURNS TABLE (workspace_id uuid, id uuid, path text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM import_seen s USING import_runs r JOIN jobs j ON j.id = r.job_id
      JOIN imports i ON i.workspace_id = r.workspace_id AND i.id = r.import_id
     WHERE s.workspace_id = r.workspace_id AND s.run_id = r.id AND j.finished_at < clock_timestamp() - interval '1 hour'
       AND (j.status = 'succeeded' OR i.deleted_at IS NOT NULL OR i.undone_at IS NOT NULL);
    RETURN QUERY SELECT i.workspace_id, i.id, i.path FROM imports i
      WHERE i.deleted_at IS NULL AND i.expires_at <= clock_timestamp()
        AND NOT EXISTS (SELECT FROM import_runs r JOIN jobs j ON j.id = r.job_id
                         WHERE r.workspace_id = i.workspace_id AND r.import_id = i.id AND j.finished_at IS NULL)
      ORDER BY i.expires_at LIMIT p_most;
END $$;

-- Says that an import's file is gone, and forgets the words of the rows that it did not take.
CREATE FUNCTION import_forget(p_import uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    DELETE FROM import_refusals f USING import_runs r
     WHERE r.workspace_id = scope_workspace() AND r.import_id = p_import AND f.workspace_id = r.workspace_id AND f.run_id = r.id;
    UPDATE imports i SET deleted_at = coalesce(i.deleted_at, now()) WHERE i.workspace_id = scope_workspace() AND i.id = p_import;
END $$;
GRANT EXECUTE ON FUNCTION imports_expired, import_forget TO reachly_app;
