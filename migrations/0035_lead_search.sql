-- The search of a workspace's leads: what they are found, narrowed down and sorted by, off the hot table.
--
-- As the catalogue's: no policy, no grant, read by one function that puts the scope's workspace into its own query. Here that
-- makes the difference between an index and reading all leads, since under a policy LIKE may not use one.

CREATE TABLE lead_search (
    workspace_id    uuid NOT NULL,
    lead_id         uuid NOT NULL,
    contact_id      uuid NOT NULL,
    created_at      timestamptz NOT NULL,
    doc             text NOT NULL,
    by_name         text COLLATE "C" NOT NULL,
    by_company      text COLLATE "C" NOT NULL,
    by_title        text COLLATE "C" NOT NULL,
    job_id          uuid,
    source          text NOT NULL,
    country         text,
    industry        text,
    seniority       text,
    department      text,
    company_size    text,
    company_domain  text,
    email_status    text,
    has_email       boolean NOT NULL,
    has_phone       boolean NOT NULL,
    sample          boolean NOT NULL,
    PRIMARY KEY (workspace_id, lead_id)
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX lead_search_recent ON lead_search (workspace_id, created_at DESC, lead_id DESC);
CREATE INDEX lead_search_name ON lead_search (workspace_id, by_name, lead_id);
CREATE INDEX lead_search_company ON lead_search (workspace_id, by_company, lead_id);
CREATE INDEX lead_search_title ON lead_search (workspace_id, by_title, lead_id);
CREATE INDEX lead_search_doc ON lead_search USING gin (workspace_id, doc gin_trgm_ops);
ALTER TABLE lead_search ENABLE ROW LEVEL SECURITY;

CREATE VIEW lead_search_wanted WITH (security_invoker = true) AS
SELECT l.workspace_id, l.id AS lead_id, l.contact_id, l.created_at,
       search_doc(concat_ws(' ', l.first_name, l.last_name, l.title, l.company, l.company_domain, l.email)) AS doc,
       search_order(l.last_name, l.first_name) AS by_name, search_order(l.company, l.last_name) AS by_company,
       search_order(l.title, l.last_name) AS by_title,
       l.job_id, l.source, l.country, lower(l.industry) AS industry, l.seniority, lower(l.department) AS department, l.company_size,
       l.company_domain, l.email_status, l.email IS NOT NULL AS has_email, l.phone IS NOT NULL AS has_phone, l.sample
  FROM leads l WHERE l.deleted_at IS NULL AND NOT l.hidden;

-- Looks the rows up one by one: a plan made for a large page must not read all leads for a small one.
CREATE FUNCTION lead_search_put(p_workspaces uuid[], p_leads uuid[]) RETURNS void
LANGUAGE sql SET search_path = public, pg_temp SET enable_hashjoin = off SET enable_mergejoin = off AS $$
    INSERT INTO lead_search AS s
    SELECT w.* FROM unnest(p_workspaces, p_leads) n(workspace_id, lead_id)
      JOIN lead_search_wanted w ON w.workspace_id = n.workspace_id AND w.lead_id = n.lead_id
    ON CONFLICT (workspace_id, lead_id) DO UPDATE SET
        contact_id = excluded.contact_id, created_at = excluded.created_at, doc = excluded.doc, by_name = excluded.by_name,
        by_company = excluded.by_company, by_title = excluded.by_title, job_id = excluded.job_id, source = excluded.source,
        country = excluded.country, industry = excluded.industry, seniority = excluded.seniority, department = excluded.department,
        company_size = excluded.company_size, company_domain = excluded.company_domain, email_status = excluded.email_status,
        has_email = excluded.has_email, has_phone = excluded.has_phone, sample = excluded.sample
$$;

CREATE FUNCTION leads_searched() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    v_workspaces uuid[];
    v_leads uuid[];
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        SELECT array_agg(n.workspace_id), array_agg(n.id) INTO v_workspaces, v_leads FROM now_there n;
    WHEN 'UPDATE' THEN
        SELECT array_agg(n.workspace_id), array_agg(n.id) INTO v_workspaces, v_leads
          FROM now_there n JOIN there_before b ON b.workspace_id = n.workspace_id AND b.id = n.id
         WHERE n.deleted_at IS NULL AND NOT n.hidden
           AND (n.contact_id, n.created_at, n.first_name, n.last_name, n.title, n.company, n.company_domain, n.email, n.job_id, n.source,
                n.country, n.industry, n.seniority, n.department, n.company_size, n.email_status, n.phone IS NULL, n.sample, true)
            IS DISTINCT FROM
               (b.contact_id, b.created_at, b.first_name, b.last_name, b.title, b.company, b.company_domain, b.email, b.job_id, b.source,
                b.country, b.industry, b.seniority, b.department, b.company_size, b.email_status, b.phone IS NULL, b.sample,
                b.deleted_at IS NULL AND NOT b.hidden);
        DELETE FROM lead_search s USING now_there n
         WHERE (n.deleted_at IS NOT NULL OR n.hidden) AND s.workspace_id = n.workspace_id AND s.lead_id = n.id;
    ELSE
        DELETE FROM lead_search s USING there_before b WHERE s.workspace_id = b.workspace_id AND s.lead_id = b.id;
    END CASE;
    IF v_leads IS NOT NULL THEN
        PERFORM set_config('enable_nestloop', 'on', true), lead_search_put(v_workspaces, v_leads);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER leads_searched_new AFTER INSERT ON leads REFERENCING NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION leads_searched();
CREATE TRIGGER leads_searched_changed AFTER UPDATE ON leads REFERENCING OLD TABLE AS there_before NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION leads_searched();
CREATE TRIGGER leads_searched_gone AFTER DELETE ON leads REFERENCING OLD TABLE AS there_before
    FOR EACH STATEMENT EXECUTE FUNCTION leads_searched();

ALTER TABLE search_fills ADD COLUMN at_workspace uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000';
-- Asked once the triggers are there, so that nobody comes in between.
INSERT INTO search_fills (name, finished_at) SELECT 'leads', CASE WHEN NOT EXISTS (SELECT FROM leads) THEN now() END;

-- Puts the next so many leads that were there before into the search table; returns how many it looked at.
CREATE FUNCTION lead_search_fill(p_most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspaces uuid[];
    v_leads uuid[];
    v_at search_fills;
BEGIN
    SELECT * INTO v_at FROM search_fills f WHERE f.name = 'leads' AND f.finished_at IS NULL FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    -- Locked, so that nobody changes a lead between being read and being written down here.
    SELECT array_agg(found.workspace_id), array_agg(found.id) INTO v_workspaces, v_leads FROM (
        SELECT l.workspace_id, l.id FROM leads l WHERE (l.workspace_id, l.id) > (v_at.at_workspace, v_at.at)
         ORDER BY l.workspace_id, l.id LIMIT p_most FOR SHARE) found;
    IF v_leads IS NULL THEN
        UPDATE search_fills f SET finished_at = clock_timestamp() WHERE f.name = 'leads';
        RETURN 0;
    END IF;
    PERFORM lead_search_put(v_workspaces, v_leads);
    UPDATE search_fills f SET at_workspace = v_workspaces[cardinality(v_leads)], at = v_leads[cardinality(v_leads)]
     WHERE f.name = 'leads';
    RETURN cardinality(v_leads);
END $$;

-- The condition on `lead_search s` for words and filters, as SQL without parameters. What it does not know it passes over.
CREATE FUNCTION lead_search_condition(p_text text, p_filters jsonb, p_close boolean) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
    v_all text[] := ARRAY[format('s.workspace_id = %L', v_workspace)];
    v_name text;
BEGIN
    IF btrim(coalesce(p_text, '')) <> '' THEN
        v_all := v_all || search_condition(p_text, p_close);
    END IF;
    FOREACH v_name IN ARRAY ARRAY['source', 'country', 'email_status', 'seniority', 'company_size', 'company_domain', 'industry', 'department'] LOOP
        IF p_filters ? v_name THEN
            v_all := v_all || format('s.%I = ANY (%s)', v_name, search_values(p_filters, v_name));
        END IF;
    END LOOP;
    FOREACH v_name IN ARRAY ARRAY['has_email', 'has_phone', 'sample'] LOOP
        IF p_filters ? v_name THEN
            v_all := v_all || format('s.%I = %L', v_name, (p_filters ->> v_name)::boolean);
        END IF;
    END LOOP;
    IF p_filters ? 'job_id' THEN
        v_all := v_all || format('s.job_id = %L', (p_filters ->> 'job_id')::uuid);
    END IF;
    IF p_filters ? 'lead_ids' THEN
        v_all := v_all || format('s.lead_id = ANY (%s::uuid[])', search_values(p_filters, 'lead_ids'));
    END IF;
    IF p_filters ? 'created_from' THEN
        v_all := v_all || format('s.created_at >= %L', (p_filters ->> 'created_from')::timestamptz);
    END IF;
    IF p_filters ? 'created_before' THEN
        v_all := v_all || format('s.created_at < %L', (p_filters ->> 'created_before')::timestamptz);
    END IF;
    IF p_filters ? 'list_id' THEN
        v_all := v_all || format('s.contact_id IN (SELECT c.contact_id FROM list_contacts c WHERE c.workspace_id = %L AND c.list_id = %L)',
                                 v_workspace, (p_filters ->> 'list_id')::uuid);
    END IF;
    IF p_filters ? 'words' THEN  -- texts of which one is in it, whatever else is asked of them
        v_all := v_all || (SELECT '(' || string_agg(format('s.doc LIKE %L', '%' || search_literal(search_fold(value)) || '%'), ' OR ') || ')'
                             FROM jsonb_array_elements_text(p_filters -> 'words') value);
    END IF;
    RETURN array_to_string(v_all, ' AND ');
END $$;

-- What is searched: the table, or, while it is still being filled, the leads themselves.
CREATE FUNCTION lead_search_source() RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN f.finished_at IS NULL THEN 'lead_search_wanted' ELSE 'lead_search' END FROM search_fills f WHERE f.name = 'leads'
$$;

-- Where nobody met the condition: the one for those who nearly have the words. NULL where there is none, or where the words are had
-- by others whom the filters leave out, or who stand before the place from which the list goes on (`p_further`).
CREATE FUNCTION lead_search_nearly(p_text text, p_filters jsonb, p_further boolean) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    v_near text := lead_search_condition(p_text, p_filters, true);
    v_any boolean := false;
BEGIN
    IF v_near = lead_search_condition(p_text, p_filters, false) THEN
        RETURN NULL;
    END IF;
    IF p_filters <> '{}' OR p_further THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %s s WHERE %s)', lead_search_source(), lead_search_condition(p_text, '{}', false)) INTO v_any;
    END IF;
    IF v_any THEN
        RETURN NULL;
    END IF;
    PERFORM set_config('pg_trgm.strict_word_similarity_threshold', '0.33', true);
    RETURN v_near;
END $$;

-- Leads of the workspace in scope that match, in one of the orders newest, oldest, name, company and title, from after (or before)
-- a place in it on: `p_at` is the age or `p_key` the text by which they are sorted, `p_id` the lead's own. No scope, no leads.
--
-- `p_text` is what somebody typed: where no lead of the workspace has the words, those that nearly have them are given, and
-- `close` says so. `p_filters` narrow down: arrays for source, country, email_status, seniority, company_size, company_domain,
-- industry and department (these two in small letters), lead_ids and words; has_email, has_phone, sample; job_id, list_id;
-- created_from, created_before. Other rows than `p_most` are not looked for; NULL gives all.
CREATE FUNCTION lead_search(p_text text, p_filters jsonb, p_sort text, p_at timestamptz, p_key text, p_id uuid, p_backwards boolean,
                            p_most integer)
RETURNS TABLE (lead_id uuid, created_at timestamptz, key text, close boolean)
LANGUAGE plpgsql STABLE ROWS 50 SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_column text := CASE p_sort WHEN 'name' THEN 'by_name' WHEN 'company' THEN 'by_company' WHEN 'title' THEN 'by_title'
                                 ELSE 'created_at' END;
    v_down boolean := (p_sort = 'newest') <> p_backwards;
    v_close boolean := false;
    v_condition text;
BEGIN
    IF scope_workspace() IS NULL THEN
        RETURN;
    END IF;
    v_condition := lead_search_condition(p_text, p_filters, false);
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT s.lead_id, s.created_at, %s, %L::boolean FROM (SELECT * FROM %s s WHERE %s%s) s WHERE true%s'
            ' ORDER BY s.%I %s, s.lead_id %s LIMIT %s',
            CASE v_column WHEN 'created_at' THEN 'NULL' ELSE 's.' || v_column END, v_close, lead_search_source(), v_condition,
            -- How many are nearly it the planner cannot guess, and hoping to meet them soon it would go through all in order.
            CASE WHEN v_close THEN ' OFFSET 0' END,
            CASE WHEN p_id IS NOT NULL THEN
                format(' AND (s.%I, s.lead_id) %s (%s, %L::uuid)', v_column, CASE WHEN v_down THEN '<' ELSE '>' END,
                       CASE v_column WHEN 'created_at' THEN format('%L::timestamptz', p_at) ELSE format('%L::text', p_key) END, p_id) END,
            v_column, CASE WHEN v_down THEN 'DESC' ELSE 'ASC' END, CASE WHEN v_down THEN 'DESC' ELSE 'ASC' END,
            coalesce(p_most::text, 'ALL'));
        EXIT WHEN FOUND OR v_close;
        v_condition := lead_search_nearly(p_text, p_filters, p_id IS NOT NULL);
        EXIT WHEN v_condition IS NULL;
        v_close := true;
    END LOOP;
END $$;

-- How many leads `lead_search` would give, counted no further than `p_most`. No scope, none.
CREATE FUNCTION lead_search_count(p_text text, p_filters jsonb, p_most integer) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_condition text := lead_search_condition(p_text, p_filters, false);
    v_number bigint := 0;
BEGIN
    IF scope_workspace() IS NOT NULL THEN
        EXECUTE format('SELECT count(*) FROM (SELECT FROM %s s WHERE %s LIMIT %s) s', lead_search_source(), v_condition, p_most) INTO v_number;
        IF v_number = 0 THEN
            v_condition := lead_search_nearly(p_text, p_filters, false);
            IF v_condition IS NOT NULL THEN
                EXECUTE format('SELECT count(*) FROM (SELECT FROM %s s WHERE %s LIMIT %s) s', lead_search_source(), v_condition, p_most)
                   INTO v_number;
            END IF;
        END IF;
    END IF;
    RETURN v_number;
END $$;

-- Which values the newest `p_most` leads have that `lead_search` would give, and how many of them have each: for each of the columns
-- named, the commonest first. `looked_at` is how many leads were looked at. Values are written as one of their leads writes them.
-- No scope, no values.
CREATE FUNCTION lead_search_values(p_text text, p_filters jsonb, p_names text[], p_most integer)
RETURNS TABLE (name text, value text, leads bigint, looked_at bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
    v_condition text := lead_search_condition(p_text, p_filters, false);
    v_columns text := (SELECT string_agg(format('s.%I', n), ', ' ORDER BY o) FROM unnest(p_names) WITH ORDINALITY x(n, o));
    v_sets text := (SELECT string_agg(format('(s.%I)', n), ', ' ORDER BY o) FROM unnest(p_names) WITH ORDINALITY x(n, o));
    v_value text := (SELECT format('CASE t.at %s END', string_agg(format('WHEN %s THEN l.%I', o, n), ' '))
                       FROM unnest(p_names) WITH ORDINALITY x(n, o));
    v_close boolean := false;
    v_any boolean;
BEGIN
    IF v_workspace IS NULL OR cardinality(p_names) = 0 THEN
        RETURN;
    END IF;
    LOOP
        -- grouping() has a bit for each column that a set leaves out, the last column's first.
        RETURN QUERY EXECUTE format(
            'WITH told AS (SELECT cardinality($1) - log(2, ((1 << cardinality($1)) - 1 - grouping(%1$s))::numeric)::integer AS at, %1$s,'
            ' any_value(s.lead_id) AS lead_id, count(*) AS leads FROM (SELECT * FROM (SELECT * FROM %2$s s WHERE %3$s%4$s) s'
            ' ORDER BY s.created_at DESC, s.lead_id DESC LIMIT %5$s) s GROUP BY GROUPING SETS (%6$s)),'
            ' looked AS (SELECT t.at, sum(t.leads)::bigint AS leads FROM told t GROUP BY t.at)'
            ' SELECT $1[t.at], %7$s, t.leads, k.leads FROM told t JOIN looked k USING (at)'
            ' JOIN leads l ON l.workspace_id = $2 AND l.id = t.lead_id WHERE %7$s IS NOT NULL ORDER BY t.leads DESC, 2',
            v_columns, lead_search_source(), v_condition, CASE WHEN v_close THEN ' OFFSET 0' END, p_most, v_sets, v_value)
        USING p_names, v_workspace;
        EXIT WHEN FOUND OR v_close;
        -- Who meets the condition may have none of these values, and is in the list all the same.
        EXECUTE format('SELECT EXISTS (SELECT FROM %s s WHERE %s)', lead_search_source(), v_condition) INTO v_any;
        EXIT WHEN v_any;
        v_condition := lead_search_nearly(p_text, p_filters, false);
        EXIT WHEN v_condition IS NULL;
        v_close := true;
    END LOOP;
END $$;
GRANT EXECUTE ON FUNCTION lead_search, lead_search_count, lead_search_values, lead_search_fill TO reachly_app;
