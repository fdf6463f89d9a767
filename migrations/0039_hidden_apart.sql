-- Whoever a workspace hides is not delivered to it and not paid, and its jobs count them apart.

-- How many of the people a source knew are hidden.
ALTER TABLE job_sources ADD COLUMN hidden bigint NOT NULL DEFAULT 0;
GRANT UPDATE (hidden) ON job_sources TO reachly_app;

-- As before, with the hidden counted apart from who is owned, and told in the event.
CREATE OR REPLACE FUNCTION deliver_page(
    p_job uuid, p_attempt integer, p_source text, p_rows jsonb, p_reveal text[], p_most integer, p_misses integer,
    p_prices jsonb, p_checkpoint jsonb
) RETURNS TABLE (delivered integer, owned integer, suppressed integer, spent bigint, seq bigint)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
    v_job jobs;
    v_rows incoming_lead[];
    v_all resolved_lead[];
    v_leads jsonb;
    v_new uuid[];
    v_first integer[];
    v_followed resolved_lead[];
    v_bounced integer[];
    v_caps captured_field[];
    v_available bigint;
    v_held bigint;
    v_delivered integer;
    v_owned integer;
    v_suppressed integer;
    v_hides boolean;
    v_hidden integer;
    v_spent bigint;
BEGIN
    SELECT * INTO v_job FROM jobs
     WHERE workspace_id = v_workspace AND id = p_job AND attempt = p_attempt AND status = 'running' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the job is held by another worker' USING ERRCODE = 'RL409';
    END IF;
    -- Who is who stays so until this is written.
    PERFORM merging_gate(false);

    IF EXISTS (SELECT FROM unnest(p_reveal) f(field)
                WHERE (p_prices ->> f.field)::bigint IS DISTINCT FROM (v_job.prices ->> f.field)::bigint
                  AND NOT ((p_prices ->> f.field)::bigint IS NOT DISTINCT FROM 0 AND source_is_own(v_workspace, p_job, p_source))) THEN
        RAISE EXCEPTION 'the prices are not those the job started with' USING ERRCODE = 'insufficient_privilege';
    END IF;

    SELECT array_agg(r ORDER BY r.n) INTO v_rows FROM jsonb_populate_recordset(NULL::incoming_lead, p_rows) r;

    -- Organizations, in key order so that two pages cannot wait for each other in a ring.
    INSERT INTO organizations AS o (name, domain, website, industry, size, headcount, country, linkedin_url, sample, provenance)
    SELECT DISTINCT ON (r.domain) coalesce(r.company, ''), r.domain, r.website, r.industry, r.size, r.headcount, r.company_country,
           r.company_linkedin, r.sample, r.company_provenance
      FROM unnest(v_rows) r WHERE r.domain IS NOT NULL ORDER BY r.domain, r.n
    ON CONFLICT (domain) DO UPDATE SET
        name = coalesce(nullif(excluded.name, ''), o.name), website = coalesce(excluded.website, o.website),
        industry = coalesce(excluded.industry, o.industry), size = coalesce(excluded.size, o.size),
        headcount = coalesce(excluded.headcount, o.headcount), country = coalesce(excluded.country, o.country),
        linkedin_url = coalesce(excluded.linkedin_url, o.linkedin_url), provenance = o.provenance || excluded.provenance,
        updated_at = now()
    WHERE (o.name, o.website, o.industry, o.size, o.headcount, o.country, o.linkedin_url) IS DISTINCT FROM
          (coalesce(nullif(excluded.name, ''), o.name), coalesce(excluded.website, o.website),
           coalesce(excluded.industry, o.industry), coalesce(excluded.size, o.size),
           coalesce(excluded.headcount, o.headcount), coalesce(excluded.country, o.country),
           coalesce(excluded.linkedin_url, o.linkedin_url));
    INSERT INTO organizations AS o (name, name_key, industry, size, headcount, country, linkedin_url, sample, provenance)
    SELECT DISTINCT ON (r.name_key) coalesce(r.company, ''), r.name_key, r.industry, r.size, r.headcount, r.company_country,
           r.company_linkedin, r.sample, r.company_provenance
      FROM unnest(v_rows) r WHERE r.domain IS NULL AND r.name_key IS NOT NULL ORDER BY r.name_key, r.n
    ON CONFLICT (name_key) DO NOTHING;

    -- Who is who. A key another page is just writing makes this wait for it; the next statement then sees whose it became.
    INSERT INTO contact_keys (key, contact_id)
    SELECT DISTINCT ON (k.key) k.key, r.new_id FROM unnest(v_rows) r, unnest(r.keys) k(key) ORDER BY k.key, r.n
    ON CONFLICT DO NOTHING;
    WITH candidates AS (
        SELECT r.n, r.new_id, k.contact_id, k.key,
               row_number() OVER (PARTITION BY r.n ORDER BY k.contact_id = r.new_id,
                                  CASE left(k.key, 1) WHEN 'e' THEN 1 WHEN 'l' THEN 2 ELSE 3 END) AS rank
          FROM unnest(v_rows) r JOIN contact_keys k ON k.key = ANY (r.keys)
          LEFT JOIN contacts c ON c.id = k.contact_id
          LEFT JOIN unnest(v_rows) same_page ON same_page.new_id = k.contact_id
          CROSS JOIN LATERAL (SELECT coalesce(c.linkedin_url, same_page.linkedin_url)) known(linkedin_url)
         WHERE k.contact_id = r.new_id OR left(k.key, 1) <> 'n'
            OR known.linkedin_url IS NULL OR r.linkedin_url IS NULL OR known.linkedin_url = r.linkedin_url)
    SELECT array_agg((r.n, coalesce(c.contact_id, r.new_id), coalesce(o.merged_into, o.id),
                      coalesce(c.contact_id, r.new_id) = r.new_id)::resolved_lead ORDER BY r.n)
      INTO v_all
      FROM unnest(v_rows) r
      LEFT JOIN candidates c ON c.n = r.n AND c.rank = 1
      LEFT JOIN organizations o ON o.domain = r.domain OR (r.domain IS NULL AND o.name_key = r.name_key);
    -- Whoever is the person of an earlier row is whoever that one turned out to be; rows only ever point to earlier ones.
    LOOP
        SELECT array_agg((a.n, coalesce(b.contact_id, a.contact_id), a.organization_id, a.fresh)::resolved_lead ORDER BY a.n)
          INTO v_followed
          FROM unnest(v_all) a LEFT JOIN unnest(v_rows) r ON NOT a.fresh AND r.new_id = a.contact_id
          LEFT JOIN unnest(v_all) b ON b.n = r.n;
        EXIT WHEN v_followed IS NOT DISTINCT FROM v_all;
        v_all := v_followed;
    END LOOP;
    UPDATE contact_keys k SET contact_id = a.contact_id
      FROM unnest(v_all) a JOIN unnest(v_rows) r ON r.n = a.n
     WHERE NOT a.fresh AND k.contact_id = r.new_id AND k.key = ANY (r.keys);

    INSERT INTO contacts (id, organization_id, first_name, last_name, title, seniority, department, linkedin_url, city, state,
                          country, email, email_status, phone, suppressed, sample, provenance)
    SELECT a.contact_id, a.organization_id, r.first_name, r.last_name, r.title, r.seniority, r.department, r.linkedin_url, r.city,
           r.state, r.country, r.email, r.email_status, r.phone, r.suppressed, r.sample, r.provenance
      FROM unnest(v_all) a JOIN unnest(v_rows) r ON r.n = a.n WHERE a.fresh;
    PERFORM FROM contacts c WHERE c.id IN (SELECT a.contact_id FROM unnest(v_all) a WHERE NOT a.fresh) ORDER BY c.id FOR UPDATE;
    -- An address that was reported as bounced, and is known for it by now, is none, whatever this source says of it.
    v_bounced := ARRAY(SELECT a.n FROM unnest(v_all) a JOIN unnest(v_rows) r ON r.n = a.n JOIN contacts c ON c.id = a.contact_id
                        WHERE NOT a.fresh AND c.email_status = 'invalid' AND lower(c.email) = lower(r.email)
                          AND EXISTS (SELECT FROM bounces b WHERE lower(b.email) = lower(c.email)));
    IF v_bounced <> '{}' THEN
        SELECT array_agg(CASE WHEN NOT r.n = ANY (v_bounced) THEN r ELSE jsonb_populate_record(r, jsonb_build_object(
                   'email', NULL, 'email_status', NULL, 'has_email', false, 'provenance', r.provenance - 'email',
                   'wanted', r.wanted AND rest.brings)) END ORDER BY r.n),
               p_misses + count(*) FILTER (WHERE r.n = ANY (v_bounced) AND r.wanted AND NOT rest.brings)
          INTO v_rows, p_misses
          FROM unnest(v_rows) r
         CROSS JOIN LATERAL (SELECT NOT 'email' = ANY (p_reveal) OR 'phone' = ANY (p_reveal) AND r.phone IS NOT NULL) rest(brings);
    END IF;
    UPDATE contacts c SET
        organization_id = coalesce(x.organization_id, c.organization_id), first_name = coalesce(x.first_name, c.first_name),
        last_name = coalesce(x.last_name, c.last_name), title = coalesce(x.title, c.title),
        seniority = coalesce(x.seniority, c.seniority), department = coalesce(x.department, c.department),
        linkedin_url = coalesce(x.linkedin_url, c.linkedin_url), city = coalesce(x.city, c.city),
        state = coalesce(x.state, c.state), country = coalesce(x.country, c.country),
        email = CASE WHEN email_kept(c, x.email, x.email_status) THEN c.email ELSE coalesce(x.email, c.email) END,
        email_status = CASE WHEN email_kept(c, x.email, x.email_status) OR x.email IS NULL THEN c.email_status
                            ELSE x.email_status END,
        phone = coalesce(x.phone, c.phone), suppressed = c.suppressed OR x.suppressed,
        provenance = CASE WHEN email_kept(c, x.email, x.email_status) THEN c.provenance || (x.provenance - 'email')
                          ELSE c.provenance || x.provenance END,
        updated_at = now()
      FROM (SELECT DISTINCT ON (a.contact_id) a.contact_id, a.organization_id, r.first_name, r.last_name, r.title, r.seniority,
                   r.department, r.linkedin_url, r.city, r.state, r.country, r.email, r.email_status, r.phone, r.suppressed,
                   r.provenance
              FROM unnest(v_all) a JOIN unnest(v_rows) r ON r.n = a.n WHERE NOT a.fresh ORDER BY a.contact_id, a.n) x
     WHERE c.id = x.contact_id;

    INSERT INTO employment_history (contact_id, company_name, company_domain, title, started_on, ended_on, source)
    SELECT a.contact_id, coalesce(e.company_name, ''), coalesce(e.company_domain, ''), coalesce(e.title, ''), e.started_on,
           e.ended_on, p_source
      FROM unnest(v_all) a JOIN unnest(v_rows) r ON r.n = a.n,
           jsonb_to_recordset(r.employment) e(company_name text, company_domain text, title text, started_on text, ended_on text)
     WHERE r.employment IS NOT NULL AND jsonb_array_length(r.employment) > 0
     ORDER BY 1, 2, 3, 4
    ON CONFLICT DO NOTHING;

    -- What is new for this workspace: the person, or a field it asked for, never paid and does not have itself (what it imported
    -- has no unlock), be its lead deleted. Whoever was hidden, even just now, or stands behind another lead, is neither delivered
    -- nor paid.
    PERFORM hiding_gate(v_workspace, false);
    v_hides := EXISTS (SELECT FROM hidden_contacts h WHERE h.workspace_id = v_workspace)
            OR EXISTS (SELECT FROM hidden_companies h WHERE h.workspace_id = v_workspace);
    WITH seen AS (
        SELECT DISTINCT ON (a.contact_id) a.n, a.contact_id, c.suppressed,
               v_hides AND (EXISTS (SELECT FROM hidden_contacts h
                                     WHERE h.workspace_id = v_workspace AND h.contact_id = a.contact_id)
                            OR EXISTS (SELECT FROM imported_keys k JOIN hidden_contacts h
                                           ON h.workspace_id = v_workspace AND h.contact_id = k.contact_id
                                        WHERE k.workspace_id = v_workspace AND k.key = ANY (r.keys))
                            OR company_hidden(v_workspace, o.id, o.domain, o.name_key)
                            -- Under the name it came by, where that company stands behind another.
                            OR r.domain IS DISTINCT FROM o.domain AND company_hidden(v_workspace, NULL, r.domain, r.name_key))
               OR coalesce(l.hidden, false) AS hidden, l.id AS lead_id, l.deleted_at IS NULL AS live,
               EXISTS (SELECT FROM unnest(p_reveal) f(field)
                        WHERE CASE f.field WHEN 'email' THEN r.email WHEN 'phone' THEN r.phone END IS NOT NULL
                          AND CASE f.field WHEN 'email' THEN l.email ELSE l.phone END IS NULL
                          AND NOT EXISTS (SELECT FROM unlocks u WHERE u.workspace_id = v_workspace
                                             AND u.contact_id = a.contact_id AND u.field = f.field)) AS brings
          FROM unnest(v_all) a JOIN unnest(v_rows) r ON r.n = a.n JOIN contacts c ON c.id = a.contact_id
          LEFT JOIN organizations o ON o.id = c.organization_id
          LEFT JOIN leads l ON l.workspace_id = v_workspace AND l.contact_id = a.contact_id
         WHERE r.wanted ORDER BY a.contact_id, a.n),
    judged AS (
        SELECT s.*, CASE WHEN s.suppressed THEN 'suppressed' WHEN s.hidden THEN 'hidden'
                         WHEN s.lead_id IS NOT NULL AND s.live AND NOT s.brings THEN 'owned'
                         ELSE 'new' END AS verdict FROM seen s),
    counted AS (
        SELECT j.*, row_number() OVER (PARTITION BY j.verdict ORDER BY j.n) AS place FROM judged j)
    SELECT array_agg(c.contact_id ORDER BY c.n) FILTER (WHERE c.verdict = 'new' AND c.place <= p_most),
           array_agg(c.n) FILTER (WHERE c.verdict = 'new' AND c.place <= p_most),
           count(*) FILTER (WHERE c.verdict = 'owned'), count(*) FILTER (WHERE c.verdict = 'suppressed'),
           count(*) FILTER (WHERE c.verdict = 'hidden')
      INTO v_new, v_first, v_owned, v_suppressed, v_hidden FROM counted c;
    v_new := coalesce(v_new, '{}');
    v_delivered := cardinality(v_new);

    SELECT balance INTO v_available FROM accounts WHERE workspace_id = v_workspace AND name = 'available' FOR UPDATE;
    SELECT balance INTO v_held FROM accounts WHERE workspace_id = v_workspace AND name = 'held';
    SELECT array_agg((x.id, x.contact_id, x.field, x.credits, x.sofar, x.lead_name)::captured_field) INTO v_caps FROM (
        SELECT CASE WHEN p.credits > 0 THEN uuidv7() END AS id, a.contact_id, f.field, p.credits,
               sum(p.credits) OVER (ORDER BY a.n, f.place) AS sofar, concat_ws(' ', r.first_name, r.last_name) AS lead_name
          FROM unnest(v_all) a JOIN unnest(v_rows) r ON r.n = a.n
          LEFT JOIN leads l ON l.workspace_id = v_workspace AND l.contact_id = a.contact_id,
               unnest(p_reveal) WITH ORDINALITY f(field, place), LATERAL (SELECT (p_prices ->> f.field)::bigint) p(credits)
         WHERE a.n = ANY (v_first)
           AND CASE f.field WHEN 'email' THEN r.email WHEN 'phone' THEN r.phone END IS NOT NULL
           AND CASE f.field WHEN 'email' THEN l.email ELSE l.phone END IS NULL
           AND NOT EXISTS (SELECT FROM unlocks u
                            WHERE u.workspace_id = v_workspace AND u.contact_id = a.contact_id AND u.field = f.field)
         ORDER BY a.n, f.place) x;
    v_caps := coalesce(v_caps, '{}');
    SELECT coalesce(sum(c.credits), 0) INTO v_spent FROM unnest(v_caps) c;

    INSERT INTO transactions (id, workspace_id, kind, credits, job_id, contact_id, field, source, description, available_after,
                              held_after)
    SELECT c.transaction_id, v_workspace, 'capture', c.credits, p_job, c.contact_id, c.field, p_source, c.lead_name, v_available,
           v_held - c.sofar
      FROM unnest(v_caps) c WHERE c.credits > 0 ORDER BY c.sofar;
    INSERT INTO entries (workspace_id, transaction_id, account, credits)
    SELECT v_workspace, c.transaction_id, m.account, c.credits * m.sign
      FROM unnest(v_caps) c, (VALUES ('held', -1), ('spent', 1)) m(account, sign) WHERE c.credits > 0;
    INSERT INTO unlocks (workspace_id, contact_id, field, credits, transaction_id, job_id)
    SELECT v_workspace, c.contact_id, c.field, c.credits, c.transaction_id, p_job FROM unnest(v_caps) c;

    WITH stored AS (
        INSERT INTO leads AS l (workspace_id, contact_id, organization_id, job_id, first_name, last_name, title, seniority,
                                department, email, email_status, phone, has_email, has_phone, linkedin_url, company,
                                company_domain, industry, company_size, city, state, country, source, sample, provenance, credits)
        SELECT v_workspace, a.contact_id, a.organization_id, p_job, r.first_name, r.last_name, r.title, r.seniority, r.department,
               CASE WHEN 'email' = ANY (p_reveal) THEN r.email END,
               CASE WHEN 'email' = ANY (p_reveal) THEN r.email_status END,
               CASE WHEN 'phone' = ANY (p_reveal) THEN r.phone END,
               r.has_email, r.has_phone, r.linkedin_url, coalesce(r.company, o.name), coalesce(r.domain, o.domain),
               coalesce(r.industry, o.industry), coalesce(r.size, o.size), r.city, r.state, r.country, p_source, r.sample,
               r.company_provenance || r.provenance,
               coalesce((SELECT sum(c.credits) FROM unnest(v_caps) c WHERE c.contact_id = a.contact_id), 0)
          FROM unnest(v_all) a JOIN unnest(v_rows) r ON r.n = a.n LEFT JOIN organizations o ON o.id = a.organization_id
         WHERE a.n = ANY (v_first) ORDER BY a.n
        ON CONFLICT (workspace_id, contact_id) DO UPDATE SET
            job_id = excluded.job_id, deleted_at = NULL, email = coalesce(l.email, excluded.email),
            email_status = CASE WHEN l.email IS NULL THEN excluded.email_status ELSE l.email_status END,
            phone = coalesce(l.phone, excluded.phone), has_email = l.has_email OR excluded.has_email,
            has_phone = l.has_phone OR excluded.has_phone, credits = l.credits + excluded.credits,
            provenance = excluded.provenance || l.provenance, updated_at = now()
        RETURNING l.id)
    SELECT coalesce(jsonb_agg(id), '[]') INTO v_leads FROM stored;

    -- A lead that is already there takes from this source what it lacked, free of charge.
    UPDATE leads l SET title = coalesce(l.title, r.title), seniority = coalesce(l.seniority, r.seniority),
           department = coalesce(l.department, r.department), linkedin_url = coalesce(l.linkedin_url, r.linkedin_url),
           city = coalesce(l.city, r.city), state = coalesce(l.state, r.state), country = coalesce(l.country, r.country),
           industry = coalesce(l.industry, r.industry), company_size = coalesce(l.company_size, r.size),
           provenance = ((r.company_provenance || r.provenance) - '{email,phone}'::text[]) || l.provenance, updated_at = now()
      FROM unnest(v_all) a JOIN unnest(v_rows) r ON r.n = a.n
     WHERE l.workspace_id = v_workspace AND l.contact_id = a.contact_id AND NOT a.contact_id = ANY (v_new)
       AND (l.title, l.seniority, l.department, l.linkedin_url, l.city, l.state, l.country, l.industry, l.company_size)
           IS DISTINCT FROM (coalesce(l.title, r.title), coalesce(l.seniority, r.seniority), coalesce(l.department, r.department),
            coalesce(l.linkedin_url, r.linkedin_url), coalesce(l.city, r.city), coalesce(l.state, r.state),
            coalesce(l.country, r.country), coalesce(l.industry, r.industry), coalesce(l.company_size, r.size));

    UPDATE job_sources s SET found = s.found + v_delivered, owned = s.owned + v_owned, misses = s.misses + p_misses,
           suppressed = s.suppressed + v_suppressed, hidden = s.hidden + v_hidden, credits = s.credits + v_spent
     WHERE s.workspace_id = v_workspace AND s.job_id = p_job AND s.source = p_source;
    UPDATE jobs SET checkpoint = p_checkpoint, progress_done = progress_done + v_delivered,
           credits_spent = credits_spent + v_spent WHERE id = p_job;
    RETURN QUERY SELECT v_delivered, v_owned, v_suppressed, v_spent,
        job_tell(p_job, 'leads', jsonb_build_object('source', p_source, 'delivered', v_delivered, 'owned', v_owned,
                 'misses', p_misses, 'suppressed', v_suppressed, 'hidden', v_hidden, 'spent', v_spent, 'lead_ids', v_leads));
END $$;
