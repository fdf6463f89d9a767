-- Unlocking: the e-mail or phone of people who are leads already, from the catalogue where it holds them, else from providers.

-- Whom a job looks up, and which of its sources were asked for each.
CREATE TABLE job_contacts (
    workspace_id  uuid NOT NULL,
    job_id        uuid NOT NULL,
    contact_id    uuid NOT NULL,
    place         integer NOT NULL,
    asked         text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (workspace_id, job_id, contact_id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id)
);
CREATE INDEX job_contacts_contact ON job_contacts (workspace_id, contact_id);
CALL guard_tenant_table('job_contacts');
GRANT SELECT ON job_contacts TO reachly_app;

-- E-mails that were bought and bounced: each gives its credits back once.
CREATE TABLE bounces (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    contact_id    uuid NOT NULL REFERENCES contacts,
    user_id       uuid REFERENCES users,
    email         text NOT NULL,
    credits       bigint NOT NULL CHECK (credits >= 0),
    refund_id     uuid,
    reported_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (workspace_id, contact_id),
    FOREIGN KEY (workspace_id, refund_id) REFERENCES transactions (workspace_id, id),
    CHECK ((credits > 0) = (refund_id IS NOT NULL))
);
CREATE INDEX bounces_recent ON bounces (workspace_id, reported_at);
CREATE INDEX bounces_email ON bounces (lower(email));
CALL guard_tenant_table('bounces');
GRANT SELECT ON bounces TO reachly_app;

-- Whether the catalogue keeps what it says of somebody's address when a source says something else: what was found valid stays
-- so, but not where a workspace has reported that it bounces and the source finds it invalid too.
CREATE FUNCTION email_kept(p_contact contacts, p_email text, p_status text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT p_contact.email_status = 'valid'
       AND NOT coalesce(p_status = 'invalid' AND lower(p_email) = lower(p_contact.email)
                        AND EXISTS (SELECT FROM bounces b WHERE lower(b.email) = lower(p_email)), false)
$$;

CREATE TYPE found_field AS (contact_id uuid, field text, value text, status text, origin jsonb);

-- A job has the prices of the list, or those of the job that it goes on with; what they are prices of depends on its kind.
CREATE OR REPLACE FUNCTION jobs_priced() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM jsonb_each_text(NEW.prices) told(field, credits)
         WHERE NOT coalesce(
             told.credits::bigint = (SELECT p.credits FROM prices p
                                      WHERE p.action = CASE NEW.kind WHEN 'enrich_leads' THEN 'unlock_' ELSE 'lead_' END || told.field)
             OR told.credits = (SELECT before.prices ->> told.field FROM jobs before
                                 WHERE before.workspace_id = NEW.workspace_id AND before.id = NEW.retry_of
                                   AND before.kind = NEW.kind), false)) THEN
        RAISE EXCEPTION 'the prices are not those of the list' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;

-- Whether the workspace hid this person, or the company where they work, or one it belongs to.
CREATE FUNCTION contact_hidden(p_workspace uuid, p_contact uuid) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM hidden_contacts h WHERE h.workspace_id = p_workspace AND h.contact_id = p_contact)
        OR EXISTS (SELECT FROM contacts c JOIN organizations o ON o.id = c.organization_id
                    WHERE c.id = p_contact AND company_hidden(p_workspace, o.id, o.domain, o.name_key))
        OR EXISTS (SELECT FROM leads l WHERE l.workspace_id = p_workspace AND l.contact_id = p_contact AND l.hidden)
$$;
GRANT EXECUTE ON FUNCTION contact_hidden TO reachly_app;

-- Stores values that were found for leads of a job's workspace, captures what they cost and tells the job's story.
--
-- Under the account's lock, so that of two that bring one field, one is paid. What the workspace has already, what must not
-- be bought, and what the job has no credits left for is passed over.
CREATE FUNCTION unlock_store(p_workspace uuid, p_job uuid, p_source text, p_own boolean, p_found found_field[])
RETURNS TABLE (delivered integer, spent bigint) LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_available bigint;
    v_held bigint;
    v_job jobs;
    v_caps captured_field[];
    v_leads jsonb;
    v_spent bigint;
BEGIN
    SELECT balance INTO v_available FROM accounts WHERE workspace_id = p_workspace AND name = 'available' FOR UPDATE;
    SELECT balance INTO v_held FROM accounts WHERE workspace_id = p_workspace AND name = 'held';
    SELECT * INTO v_job FROM jobs j WHERE j.workspace_id = p_workspace AND j.id = p_job;
    SELECT array_agg((CASE WHEN x.credits > 0 THEN uuidv7() END, x.contact_id, x.field, x.credits, x.sofar, x.lead_name)::captured_field
                     ORDER BY x.place)
      INTO v_caps FROM (
        SELECT f.contact_id, f.field, f.place, p.credits, sum(p.credits) OVER (ORDER BY f.place) AS sofar,
               concat_ws(' ', l.first_name, l.last_name) AS lead_name
          FROM unnest(p_found) WITH ORDINALITY f(contact_id, field, value, status, origin, place)
          JOIN leads l ON l.workspace_id = p_workspace AND l.contact_id = f.contact_id AND l.deleted_at IS NULL
          JOIN contacts c ON c.id = f.contact_id AND NOT c.suppressed
          CROSS JOIN LATERAL (SELECT CASE WHEN p_own THEN 0 ELSE (v_job.prices ->> f.field)::bigint END) p(credits)
         WHERE f.value IS NOT NULL AND CASE f.field WHEN 'email' THEN l.email ELSE l.phone END IS NULL
           AND NOT EXISTS (SELECT FROM unlocks u
                            WHERE u.workspace_id = p_workspace AND u.contact_id = f.contact_id AND u.field = f.field)
           AND NOT contact_hidden(p_workspace, f.contact_id)) x
     WHERE x.sofar <= v_job.credits_held - v_job.credits_spent;
    v_caps := coalesce(v_caps, '{}');
    SELECT coalesce(sum(c.credits), 0) INTO v_spent FROM unnest(v_caps) c;

    INSERT INTO transactions (id, workspace_id, kind, credits, job_id, contact_id, field, source, description, available_after,
                              held_after)
    SELECT c.transaction_id, p_workspace, 'capture', c.credits, p_job, c.contact_id, c.field, p_source, c.lead_name, v_available,
           v_held - c.sofar
      FROM unnest(v_caps) c WHERE c.credits > 0 ORDER BY c.sofar;
    INSERT INTO entries (workspace_id, transaction_id, account, credits)
    SELECT p_workspace, c.transaction_id, m.account, c.credits * m.sign
      FROM unnest(v_caps) c, (VALUES ('held', -1), ('spent', 1)) m(account, sign) WHERE c.credits > 0;
    INSERT INTO unlocks (workspace_id, contact_id, field, credits, transaction_id, job_id)
    SELECT p_workspace, c.contact_id, c.field, c.credits, c.transaction_id, p_job FROM unnest(v_caps) c;

    WITH got AS (
        SELECT c.contact_id, sum(c.credits) AS credits, max(f.value) FILTER (WHERE f.field = 'email') AS email,
               max(f.status) FILTER (WHERE f.field = 'email') AS email_status,
               max(f.value) FILTER (WHERE f.field = 'phone') AS phone, jsonb_object_agg(f.field, f.origin) AS provenance
          FROM unnest(v_caps) c JOIN unnest(p_found) f ON f.contact_id = c.contact_id AND f.field = c.field GROUP BY 1),
    stored AS (
        UPDATE leads l SET email = coalesce(g.email, l.email),
               email_status = CASE WHEN g.email IS NULL THEN l.email_status ELSE g.email_status END,
               phone = coalesce(g.phone, l.phone), has_email = l.has_email OR g.email IS NOT NULL,
               has_phone = l.has_phone OR g.phone IS NOT NULL, credits = l.credits + g.credits,
               provenance = l.provenance || g.provenance, updated_at = now()
          FROM got g WHERE l.workspace_id = p_workspace AND l.contact_id = g.contact_id
        RETURNING l.id)
    SELECT coalesce(jsonb_agg(id), '[]') INTO v_leads FROM stored;

    UPDATE job_sources s SET found = s.found + cardinality(v_caps), credits = s.credits + v_spent
     WHERE s.workspace_id = p_workspace AND s.job_id = p_job AND s.source = p_source;
    UPDATE jobs SET progress_done = progress_done + cardinality(v_caps), credits_spent = credits_spent + v_spent WHERE id = p_job;
    IF cardinality(v_caps) > 0 THEN
        PERFORM job_tell(p_job, 'leads', jsonb_build_object('source', p_source, 'delivered', cardinality(v_caps), 'spent', v_spent,
                                                            'lead_ids', v_leads));
    END IF;
    RETURN QUERY SELECT cardinality(v_caps), v_spent;
END $$;

-- Asks for the fields of these leads: one job with one hold, which has what the catalogue holds at once and is finished where
-- nothing is left to ask `p_sources` (each with whether the workspace's own key pays it) for.
--
-- No job and nothing charged where there is nothing to get; where all of it is being asked for, the job that does. Up to `p_at_once` values are delivered here; more are left to
-- the job. The same key gives the first job again, or raises RL422 for another request.
CREATE FUNCTION unlock_ask(p_contacts uuid[], p_fields text[], p_sources jsonb, p_name text, p_queue text, p_key text,
                           p_digest bytea, p_opening text, p_at_once integer, p_most bigint)
RETURNS TABLE (job_id uuid, replayed boolean, charged bigint, going_on boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
    v_job uuid;
    v_digest bytea;
    v_prices jsonb;
    v_wants found_field[];
    v_known bigint;
    v_hold bigint;
    v_paid boolean;
    v_ends boolean;
    v_done integer := 0;
    v_spent bigint := 0;
    v_open uuid[];
BEGIN
    IF v_workspace IS NULL OR scope_user() IS NULL OR NOT scope_writes() THEN
        RAISE EXCEPTION 'only people who may write unlock' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM merging_gate(false);
    -- People before the account, as a page of results locks them.
    PERFORM FROM contacts c WHERE c.id = ANY (p_contacts) ORDER BY c.id FOR KEY SHARE;
    PERFORM FROM workspaces w WHERE w.id = v_workspace FOR NO KEY UPDATE;
    IF p_key IS NOT NULL THEN
        SELECT j.id, j.request_digest INTO v_job, v_digest FROM jobs j WHERE j.workspace_id = v_workspace AND j.idempotency_key = p_key;
        IF FOUND THEN
            IF v_digest IS DISTINCT FROM p_digest THEN
                RAISE EXCEPTION 'this idempotency key was used for another request' USING ERRCODE = 'RL422';
            END IF;
            RETURN QUERY SELECT v_job, true, j.credits_spent, j.finished_at IS NULL FROM jobs j WHERE j.id = v_job;
            RETURN;
        END IF;
    END IF;
    PERFORM FROM accounts a WHERE a.workspace_id = v_workspace AND a.name = 'available' FOR UPDATE;
    -- What an open job is asking for already is not asked for twice; one that asks for other fields is none of it.
    v_open := ARRAY(SELECT j.id FROM jobs j WHERE j.workspace_id = v_workspace AND j.finished_at IS NULL AND j.kind = 'enrich_leads'
                       AND EXISTS (SELECT FROM job_contacts t WHERE t.workspace_id = v_workspace AND t.contact_id = ANY (p_contacts)
                                      AND t.job_id = coalesce((j.params ->> 'of')::uuid, j.id)
                                      AND EXISTS (SELECT FROM unnest(p_fields) f(field) WHERE j.params -> 'reveal' ? f.field
                                         AND NOT EXISTS (SELECT FROM unlocks u WHERE u.workspace_id = v_workspace
                                                            AND u.contact_id = t.contact_id AND u.field = f.field)))
                     ORDER BY j.number);
    SELECT jsonb_object_agg(f.field, p.credits) INTO v_prices
      FROM unnest(p_fields) f(field) JOIN prices p ON p.action = 'unlock_' || f.field;
    SELECT array_agg((l.contact_id, f.field, v.value, v.status, v.origin)::found_field ORDER BY asked.place, f.place) INTO v_wants
      FROM unnest(p_contacts) WITH ORDINALITY asked(id, place)
      JOIN leads l ON l.workspace_id = v_workspace AND l.contact_id = asked.id AND l.deleted_at IS NULL
      JOIN contacts c ON c.id = l.contact_id AND NOT c.suppressed
     CROSS JOIN unnest(p_fields) WITH ORDINALITY f(field, place)
      LEFT JOIN catalogue_values(p_contacts, p_fields) v ON v.contact_id = l.contact_id AND v.field = f.field
     WHERE CASE f.field WHEN 'email' THEN l.email ELSE l.phone END IS NULL
       AND NOT EXISTS (SELECT FROM unlocks u WHERE u.workspace_id = v_workspace AND u.contact_id = l.contact_id AND u.field = f.field)
       AND NOT contact_hidden(v_workspace, l.contact_id)
       AND (v.value IS NOT NULL OR jsonb_array_length(p_sources) > 0
            AND NOT EXISTS (SELECT FROM jobs j JOIN job_contacts t ON t.workspace_id = v_workspace AND t.contact_id = l.contact_id
                                                                  AND t.job_id = coalesce((j.params ->> 'of')::uuid, j.id)
                             WHERE j.id = ANY (v_open) AND j.params -> 'reveal' ? f.field));
    IF v_wants IS NULL THEN
        RETURN QUERY SELECT v_open[1], v_open IS NOT NULL AND v_open <> '{}', 0::bigint, v_open <> '{}';
        RETURN;
    END IF;
    SELECT coalesce(bool_or(NOT (s.source ->> 1)::boolean), false) INTO v_paid FROM jsonb_array_elements(p_sources) s(source);
    SELECT count(w.value), sum((v_prices ->> w.field)::bigint) FILTER (WHERE w.value IS NOT NULL OR v_paid)
      INTO v_known, v_hold FROM unnest(v_wants) w;
    IF v_hold > p_most THEN
        RAISE EXCEPTION 'this may cost more than was agreed to' USING ERRCODE = 'RL412',
            DETAIL = jsonb_build_object('required', v_hold, 'agreed', p_most)::text;
    END IF;
    v_ends := v_known = cardinality(v_wants) AND v_known <= p_at_once;
    IF v_ends THEN
        PERFORM set_config('reachly.open_jobs', '', true);
    END IF;
    SELECT r.job_id INTO v_job
      FROM job_request('enrich_leads', p_queue, p_name, jsonb_build_object(
               'reveal', p_fields, 'sources', '["catalogue"]' || (SELECT coalesce(jsonb_agg(s.source -> 0), '[]')
                                                                    FROM jsonb_array_elements(p_sources) s(source))),
               v_prices, cardinality(v_wants), coalesce(v_hold, 0), '{}', p_key, p_digest, NULL,
               '[["catalogue", false]]' || p_sources, p_opening) r;
    IF v_known <= p_at_once THEN
        SELECT s.delivered, s.spent INTO v_done, v_spent
          FROM unlock_store(v_workspace, v_job, 'catalogue', false,
                            ARRAY(SELECT w::found_field FROM unnest(v_wants) w WHERE w.value IS NOT NULL)) s;
        UPDATE job_sources s SET state = 'finished', matches = v_known
         WHERE s.workspace_id = v_workspace AND s.job_id = v_job AND s.source = 'catalogue';
        UPDATE jobs j SET checkpoint = '{"sources": {"catalogue": {"finished": true}}}' WHERE j.id = v_job;
    END IF;
    IF v_ends THEN
        UPDATE jobs j SET started_at = clock_timestamp() WHERE j.id = v_job;
        PERFORM job_end(v_job, NULL, 'succeeded', jsonb_build_object(
            'delivered', v_done, 'duplicates', 0, 'misses', cardinality(v_wants) - v_done, 'exhausted_sources', '["catalogue"]'::jsonb,
            'failed_sources', '[]'::jsonb), NULL, NULL);
    ELSE
        INSERT INTO job_contacts (workspace_id, job_id, contact_id, place)
        SELECT v_workspace, v_job, w.contact_id, row_number() OVER (ORDER BY min(w.place))
          FROM unnest(v_wants) WITH ORDINALITY w(contact_id, field, value, status, origin, place)
         WHERE w.value IS NULL OR v_known > p_at_once GROUP BY w.contact_id;
    END IF;
    RETURN QUERY SELECT v_job, false, v_spent, NOT v_ends;
END $$;

-- Stores what one source brought for some of a job's people, under the job's attempt number: values, captures, unlocks,
-- what the catalogue learns, progress, checkpoint and event in one transaction. Raises RL409 when another holds the job.
--
-- `p_rows` (contact_id, email, email_status, phone, suppressed, keys, origin) is what a provider said; the catalogue's own
-- values are read here. An address that is known to bounce is none.
CREATE FUNCTION unlock_deliver(p_job uuid, p_attempt integer, p_source text, p_rows jsonb, p_asked uuid[], p_checkpoint jsonb)
RETURNS TABLE (delivered integer, spent bigint, misses bigint) LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
    v_job jobs;
    v_asked uuid[];
    v_fields text[];
    v_found found_field[];
    v_delivered integer;
    v_spent bigint;
    v_misses bigint;
BEGIN
    SELECT * INTO v_job FROM jobs j WHERE j.workspace_id = v_workspace AND j.id = p_job AND j.attempt = p_attempt
       AND j.status = 'running' AND j.kind = 'enrich_leads' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the job is held by another worker' USING ERRCODE = 'RL409';
    END IF;
    v_fields := ARRAY(SELECT jsonb_array_elements_text(v_job.params -> 'reveal'));
    v_asked := ARRAY(SELECT t.contact_id FROM job_contacts t WHERE t.workspace_id = v_workspace AND t.contact_id = ANY (p_asked)
                        AND t.job_id = coalesce((v_job.params ->> 'of')::uuid, p_job) ORDER BY t.place);
    IF p_source = 'catalogue' THEN
        PERFORM FROM contacts c WHERE c.id = ANY (v_asked) ORDER BY c.id FOR KEY SHARE;
        v_found := ARRAY(SELECT v::found_field FROM catalogue_values(v_asked, v_fields) v);
    ELSE
        INSERT INTO contact_keys (key, contact_id)
        SELECT k.key, r.contact_id FROM jsonb_to_recordset(p_rows) r(contact_id uuid, keys text[]), unnest(r.keys) k(key)
         WHERE r.contact_id = ANY (v_asked) ORDER BY 1 ON CONFLICT DO NOTHING;
        PERFORM FROM contacts c WHERE c.id = ANY (v_asked) ORDER BY c.id FOR NO KEY UPDATE;
        SELECT array_agg((r.contact_id, f.field, v.value, CASE f.field WHEN 'email' THEN r.email_status END,
                          r.origin || CASE f.field WHEN 'email' THEN coalesce(r.grade, '{}') ELSE '{}' END)::found_field
                         ORDER BY asked.place, f.place)
          INTO v_found
          FROM jsonb_to_recordset(p_rows) r(contact_id uuid, email text, email_status text, phone text, suppressed boolean,
                                            origin jsonb, grade jsonb)
          JOIN unnest(v_asked) WITH ORDINALITY asked(id, place) ON asked.id = r.contact_id
          JOIN contacts c ON c.id = r.contact_id
         CROSS JOIN unnest(v_fields) WITH ORDINALITY f(field, place)
         CROSS JOIN LATERAL (SELECT CASE f.field WHEN 'phone' THEN r.phone
                                                 ELSE CASE WHEN c.email_status = 'invalid' AND lower(c.email) = lower(r.email) THEN NULL
                                                           ELSE r.email END END) v(value)
         WHERE NOT r.suppressed AND v.value IS NOT NULL;
        UPDATE contacts c SET
            email = CASE WHEN email_kept(c, x.email, x.status) THEN c.email ELSE coalesce(x.email, c.email) END,
            email_status = CASE WHEN email_kept(c, x.email, x.status) OR x.email IS NULL THEN c.email_status ELSE x.status END,
            phone = coalesce(x.phone, c.phone),
            provenance = c.provenance || CASE WHEN email_kept(c, x.email, x.status) THEN x.origins - 'email' ELSE x.origins END,
            updated_at = now()
          FROM (SELECT f.contact_id, max(f.value) FILTER (WHERE f.field = 'email') AS email,
                       max(f.status) FILTER (WHERE f.field = 'email') AS status,
                       max(f.value) FILTER (WHERE f.field = 'phone') AS phone, jsonb_object_agg(f.field, f.origin) AS origins
                  FROM unnest(v_found) f GROUP BY 1) x
         WHERE c.id = x.contact_id;
        UPDATE contacts c SET suppressed = true, updated_at = now()
          FROM jsonb_to_recordset(p_rows) r(contact_id uuid, suppressed boolean)
         WHERE c.id = r.contact_id AND c.id = ANY (v_asked) AND r.suppressed AND NOT c.suppressed;
    END IF;
    SELECT s.delivered, s.spent INTO v_delivered, v_spent
      FROM unlock_store(v_workspace, p_job, p_source, p_source <> 'catalogue' AND source_is_own(v_workspace, p_job, p_source),
                        coalesce(v_found, '{}')) s;
    SELECT count(*) INTO v_misses
      FROM unnest(v_asked) a(id) CROSS JOIN unnest(v_fields) f(field)
     WHERE NOT EXISTS (SELECT FROM unlocks u WHERE u.workspace_id = v_workspace AND u.contact_id = a.id AND u.field = f.field);
    UPDATE job_contacts t SET asked = t.asked || p_source
     WHERE t.workspace_id = v_workspace AND t.job_id = coalesce((v_job.params ->> 'of')::uuid, p_job) AND t.contact_id = ANY (v_asked);
    UPDATE job_sources s SET misses = s.misses + v_misses
     WHERE s.workspace_id = v_workspace AND s.job_id = p_job AND s.source = p_source;
    UPDATE jobs j SET checkpoint = p_checkpoint, updated_at = clock_timestamp() WHERE j.id = p_job;
    RETURN QUERY SELECT v_delivered, v_spent, v_misses;
END $$;

-- Takes a report that the e-mail of a lead bounced: its credits come back, once and within 30 days of its unlock, and for its
-- workspace it is invalid from then on. For everybody else only once people of two workspaces have reported it, or a source
-- finds so too (`email_kept`): what one of them says is not proven.
--
-- An address that a lead was given by one merged into it (0044) gives back what was paid for it there, and is reported there:
-- it goes back there with all that is known of it. Of a lead that stands behind another the other one's address is meant where
-- it is the same; else, and for whoever is not there, raises no_data_found and books nothing.
-- At most `p_most` reports of a workspace bring credits in a calendar month, and never more than 1,000. Returns what came of
-- it (`refunded`, `free`, `before`, `late`, `too_many`, `not_unlocked`), the credits that came back, and the lead that shows it.
CREATE FUNCTION unlock_bounced(p_lead uuid, p_most integer) RETURNS TABLE (outcome text, credits bigint, lead_id uuid, contact_id uuid)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    v_workspace uuid := scope_workspace();
    v_lead leads;
    v_over leads;
    v_contacts uuid[];
    v_unlock unlocks;
    v_credits bigint := 0;
    v_refund uuid;
    v_outcome text;
    v_told jsonb := jsonb_build_object('verdict', 'reported as bounced', 'bounced_at', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'));
BEGIN
    IF v_workspace IS NULL OR scope_user() IS NULL OR NOT scope_writes() THEN
        RAISE EXCEPTION 'only people who may write report a bounce' USING ERRCODE = 'insufficient_privilege';
    END IF;
    SELECT * INTO v_lead FROM leads l WHERE l.workspace_id = v_workspace AND l.id = p_lead AND l.deleted_at IS NULL;
    LOOP
        SELECT k.* INTO v_over FROM lead_merges m JOIN leads k ON k.workspace_id = v_workspace AND k.id = m.kept_id
         WHERE m.workspace_id = v_workspace AND m.gone_id = v_lead.id AND m.undone_at IS NULL;
        EXIT WHEN NOT FOUND OR lower(v_over.email) IS DISTINCT FROM lower(v_lead.email);
        v_lead := v_over;
    END LOOP;
    IF v_lead.id IS NULL OR v_lead.deleted_at IS NOT NULL OR v_lead.hidden THEN
        RAISE EXCEPTION 'no such lead' USING ERRCODE = 'no_data_found';
    END IF;
    -- The one whose address it first was comes first.
    WITH RECURSIVE behind AS (
        SELECT v_lead.id AS lead_id, v_lead.contact_id, 0 AS depth
        UNION ALL
        SELECT m.gone_id, m.gone_contact_id, b.depth + 1 FROM behind b
          JOIN lead_merges m ON m.workspace_id = v_workspace AND m.kept_id = b.lead_id AND m.undone_at IS NULL
         WHERE m.before #>> '{given,email}' = v_lead.email)
    SELECT array_agg(b.contact_id ORDER BY b.depth DESC) INTO v_contacts FROM behind b;
    PERFORM FROM contacts c WHERE c.id = ANY (v_contacts) ORDER BY c.id FOR NO KEY UPDATE;
    PERFORM FROM accounts a WHERE a.workspace_id = v_workspace AND a.name = 'available' FOR UPDATE;
    SELECT * INTO v_unlock FROM unlocks u
     WHERE u.workspace_id = v_workspace AND u.contact_id = ANY (v_contacts) AND u.field = 'email'
     ORDER BY u.credits DESC, array_position(v_contacts, u.contact_id) LIMIT 1;
    IF EXISTS (SELECT FROM bounces b WHERE b.workspace_id = v_workspace AND b.contact_id = ANY (v_contacts)) THEN
        v_outcome := 'before';
    ELSIF v_unlock.contact_id IS NULL OR v_lead.email IS NULL THEN
        v_outcome := 'not_unlocked';
    ELSIF v_unlock.created_at <= now() - interval '30 days' THEN
        v_outcome := 'late';
    ELSIF NOT EXISTS (SELECT FROM transactions t WHERE t.workspace_id = v_workspace AND t.undoes = v_unlock.transaction_id) THEN
        v_credits := v_unlock.credits;
        IF v_credits > 0 AND least(p_most, 1000) <= (
            SELECT count(*) FROM bounces b WHERE b.workspace_id = v_workspace AND b.credits > 0
               AND b.reported_at >= date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC') THEN
            v_outcome := 'too_many';
        END IF;
    END IF;
    IF v_outcome IS NOT NULL THEN
        RETURN QUERY SELECT v_outcome, 0::bigint, v_lead.id, v_lead.contact_id;
        RETURN;
    END IF;
    IF v_credits > 0 THEN
        v_refund := ledger_refund(v_unlock.transaction_id, scope_user(),
                                  left('Bounced: ' || concat_ws(' ', v_lead.first_name, v_lead.last_name), 200));
    END IF;
    INSERT INTO bounces (workspace_id, contact_id, user_id, email, credits, refund_id)
    VALUES (v_workspace, v_unlock.contact_id, scope_user(), v_lead.email, v_credits, v_refund);
    UPDATE leads l SET email_status = 'invalid', updated_at = now(),
           provenance = l.provenance || jsonb_build_object('email', coalesce(l.provenance -> 'email', '{}') || v_told)
     WHERE l.workspace_id = v_workspace AND l.contact_id = ANY (v_contacts) AND lower(l.email) = lower(v_lead.email);
    IF (SELECT count(DISTINCT b.workspace_id) > 1 AND count(DISTINCT b.user_id) > 1 FROM bounces b WHERE lower(b.email) = lower(v_lead.email)) THEN
        UPDATE contacts c SET email_status = 'invalid', updated_at = now(),
               provenance = c.provenance || jsonb_build_object('email', coalesce(c.provenance -> 'email', '{}') || v_told)
         WHERE c.id = ANY (v_contacts) AND lower(c.email) = lower(v_lead.email);
    END IF;
    RETURN QUERY SELECT CASE WHEN v_credits > 0 THEN 'refunded' ELSE 'free' END, v_credits, v_lead.id, v_lead.contact_id;
END $$;

-- What somebody who has not paid may know of an address or a number: the company's part, and that there is one.
CREATE FUNCTION masked_email(p_email text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN left(p_email, 1) || '•••@' || split_part(p_email, '@', 2);
CREATE FUNCTION masked_phone(p_phone text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN coalesce(substring(p_phone FROM '^\+(?:1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|2[1-689]\d|3[578]\d|42\d|5[09]\d|6[7-9]\d|8[05789]\d|9[679]\d)') || ' ', '') || '•••';

REVOKE EXECUTE ON FUNCTION unlock_store, unlock_ask, unlock_deliver, unlock_bounced FROM PUBLIC;
GRANT EXECUTE ON FUNCTION unlock_ask, unlock_deliver, unlock_bounced TO reachly_app;
