-- The search of the catalogue that all workspaces share: free, before anything is bought.
--
-- A table of its own, without a policy and without any grant: under a policy PostgreSQL does not use trigram indexes. Nobody
-- reads it but the functions below, which do so for a scope and give nothing without one. Of an e-mail address it has the
-- domain alone, so that nobody finds out by searching what is for sale.

CREATE TABLE contact_search (
    contact_id      uuid PRIMARY KEY,
    organization_id uuid,
    doc             text NOT NULL,
    title           text NOT NULL,
    place           text NOT NULL,
    seniority       text,
    department      text,
    industry        text,
    company_size    text,
    company_domain  text,
    email_status    text,
    has_email       boolean NOT NULL,
    has_phone       boolean NOT NULL
) WITH (autovacuum_vacuum_insert_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02);
CREATE INDEX contact_search_doc ON contact_search USING gin (doc gin_trgm_ops);
CREATE INDEX contact_search_domain ON contact_search (company_domain, contact_id DESC);
ALTER TABLE contact_search ENABLE ROW LEVEL SECURITY;

-- How far each search table has been filled with the rows that were there before it; until then search reads the rows themselves.
CREATE TABLE search_fills (
    name        text PRIMARY KEY,
    at          uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
    finished_at timestamptz
);
ALTER TABLE search_fills ENABLE ROW LEVEL SECURITY;

-- What the table ought to hold.
CREATE VIEW contact_search_wanted WITH (security_invoker = true) AS
SELECT c.id AS contact_id, c.organization_id,
       search_doc(concat_ws(' ', c.first_name, c.last_name, c.title, o.name, o.domain,
                            nullif(split_part(c.email, '@', 2), coalesce(o.domain, '')))) AS doc,
       search_fold(coalesce(c.title, '')) AS title, search_fold(concat_ws(', ', c.city, c.state, c.country)) AS place,
       c.seniority, lower(c.department) AS department, lower(o.industry) AS industry, o.size AS company_size, o.domain AS company_domain,
       c.email_status, c.email IS NOT NULL AS has_email, c.phone IS NOT NULL AS has_phone
  FROM contacts c LEFT JOIN organizations o ON o.id = c.organization_id
 WHERE NOT c.suppressed;

CREATE FUNCTION contact_search_put(p_ids uuid[]) RETURNS void LANGUAGE sql SET search_path = public, pg_temp AS $$
    INSERT INTO contact_search AS s SELECT w.* FROM unnest(p_ids) id JOIN contact_search_wanted w ON w.contact_id = id
    ON CONFLICT (contact_id) DO UPDATE SET
        organization_id = excluded.organization_id, doc = excluded.doc, title = excluded.title, place = excluded.place,
        seniority = excluded.seniority, department = excluded.department, industry = excluded.industry,
        company_size = excluded.company_size, company_domain = excluded.company_domain, email_status = excluded.email_status,
        has_email = excluded.has_email, has_phone = excluded.has_phone
     WHERE s IS DISTINCT FROM excluded
$$;

CREATE FUNCTION contacts_searched() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET enable_nestloop = off AS $$
DECLARE
    v_ids uuid[];
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        SELECT array_agg(n.id) INTO v_ids FROM now_there n;
    WHEN 'UPDATE' THEN
        SELECT array_agg(n.id) INTO v_ids FROM now_there n JOIN there_before b ON b.id = n.id
         WHERE (n.organization_id, n.first_name, n.last_name, n.title, n.seniority, n.department, n.city, n.state, n.country, n.email,
                n.email_status, n.phone IS NULL, n.suppressed)
            IS DISTINCT FROM (b.organization_id, b.first_name, b.last_name, b.title, b.seniority, b.department, b.city, b.state, b.country,
                b.email, b.email_status, b.phone IS NULL, b.suppressed);
        DELETE FROM contact_search s USING now_there n WHERE s.contact_id = n.id AND n.suppressed;
    ELSE
        DELETE FROM contact_search s USING there_before b WHERE s.contact_id = b.id;
    END CASE;
    IF v_ids IS NOT NULL THEN
        PERFORM set_config('enable_nestloop', 'on', true), contact_search_put(v_ids);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER contacts_searched_new AFTER INSERT ON contacts REFERENCING NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_searched();
CREATE TRIGGER contacts_searched_changed AFTER UPDATE ON contacts REFERENCING OLD TABLE AS there_before NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_searched();
CREATE TRIGGER contacts_searched_gone AFTER DELETE ON contacts REFERENCING OLD TABLE AS there_before
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_searched();

-- A company that is called otherwise by now changes what its people are found by.
CREATE FUNCTION organizations_searched() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_ids uuid[];
BEGIN
    SELECT array_agg(c.id) INTO v_ids
      FROM now_there n JOIN there_before b ON b.id = n.id JOIN contacts c ON c.organization_id = n.id
     WHERE (n.name, n.domain, n.industry, n.size) IS DISTINCT FROM (b.name, b.domain, b.industry, b.size);
    IF v_ids IS NOT NULL THEN
        PERFORM contact_search_put(v_ids);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER organizations_searched AFTER UPDATE ON organizations REFERENCING OLD TABLE AS there_before NEW TABLE AS now_there
    FOR EACH STATEMENT EXECUTE FUNCTION organizations_searched();

-- Asked once the triggers are there, so that nobody comes in between.
INSERT INTO search_fills (name, finished_at) SELECT 'contacts', CASE WHEN NOT EXISTS (SELECT FROM contacts) THEN now() END;

-- The values of one facet, as an array's literal for SQL.
CREATE FUNCTION search_values(p_filters jsonb, p_name text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT quote_literal(ARRAY(SELECT jsonb_array_elements_text(p_filters -> p_name))::text) || '::text[]'
$$;

-- The condition on `contact_search s` for filters and words, as SQL without parameters.
CREATE FUNCTION catalogue_condition(p_text text, p_filters jsonb, p_close boolean) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
    v_all text[] := '{}';
    v_name text;
    v_one text;
BEGIN
    IF btrim(coalesce(p_text, '')) <> '' THEN
        v_all := v_all || search_condition(p_text, p_close);
    END IF;
    FOR v_name IN SELECT key FROM jsonb_each(p_filters) WHERE CASE jsonb_typeof(value) WHEN 'array' THEN jsonb_array_length(value) > 0 END LOOP
        v_one := CASE regexp_replace(v_name, '^exclude_', '')
            WHEN 'seniorities' THEN format('s.seniority = ANY (%s)', search_values(p_filters, v_name))
            WHEN 'company_sizes' THEN format('s.company_size = ANY (%s)', search_values(p_filters, v_name))
            WHEN 'email_statuses' THEN format('s.email_status = ANY (%s)', search_values(p_filters, v_name))
            WHEN 'company_domains' THEN format('s.company_domain = ANY (%s)', lower(search_values(p_filters, v_name)))
            WHEN 'industries' THEN format('s.industry = ANY (%s)', lower(search_values(p_filters, v_name)))
            WHEN 'departments' THEN format('s.department = ANY (%s)', lower(search_values(p_filters, v_name)))
            WHEN 'job_titles' THEN (
                SELECT string_agg(format('s.doc LIKE %1$L AND s.title LIKE %1$L', '%' || search_literal(search_fold(value)) || '%'), ' OR ')
                  FROM jsonb_array_elements_text(p_filters -> v_name) value)
            WHEN 'keywords' THEN (
                SELECT string_agg(format('s.doc LIKE %1$L OR s.industry LIKE %1$L', '%' || search_literal(search_fold(value)) || '%'), ' OR ')
                  FROM jsonb_array_elements_text(p_filters -> v_name) value)
            WHEN 'locations' THEN (
                SELECT string_agg(format('s.place LIKE %L', '%' || search_literal(search_fold(value)) || '%'), ' OR ')
                  FROM jsonb_array_elements_text(p_filters -> v_name) value)
            END;
        IF v_one IS NULL THEN
            RAISE EXCEPTION 'the catalogue has no filter %', v_name USING ERRCODE = 'invalid_parameter_value';
        END IF;
        v_all := v_all || format(CASE WHEN v_name LIKE 'exclude\_%' THEN '(%s) IS NOT TRUE' ELSE '(%s)' END, v_one);
    END LOOP;
    FOREACH v_name IN ARRAY ARRAY['has_email', 'has_phone'] LOOP
        IF p_filters ? v_name THEN
            v_all := v_all || format('s.%I = %L', v_name, (p_filters ->> v_name)::boolean);
        END IF;
    END LOOP;
    IF p_filters ? 'owned' THEN
        v_all := v_all || format('%sEXISTS (SELECT FROM leads l WHERE l.workspace_id = %L AND l.contact_id = s.contact_id AND l.deleted_at IS NULL)',
                                 CASE WHEN (p_filters ->> 'owned')::boolean THEN '' ELSE 'NOT ' END, v_workspace);
    END IF;
    IF EXISTS (SELECT FROM hidden_contacts h WHERE h.workspace_id = v_workspace) THEN
        v_all := v_all || format('NOT EXISTS (SELECT FROM hidden_contacts h WHERE h.workspace_id = %L AND h.contact_id = s.contact_id)', v_workspace);
    END IF;
    IF EXISTS (SELECT FROM hidden_companies h WHERE h.workspace_id = v_workspace) THEN
        v_one := format('SELECT FROM hidden_companies h WHERE h.workspace_id = %L AND', v_workspace);
        v_all := v_all || format('NOT EXISTS (%1$s h.organization_id = s.organization_id) AND NOT EXISTS (%1$s h.domain = s.company_domain)'
            ' AND (s.company_domain IS NULL OR s.company_domain NOT LIKE ''%%.%%.%%'' OR NOT EXISTS (%1$s h.domain = ANY (domain_and_above(s.company_domain))))'
            ' AND (s.company_domain IS NOT NULL OR NOT EXISTS (%1$s h.name_key = (SELECT o.name_key FROM organizations o'
            ' WHERE o.id = s.organization_id)))', v_one);
    END IF;
    RETURN coalesce(nullif(array_to_string(v_all, ' AND '), ''), 'true');
END $$;

-- Where the catalogue is read from: its search table, and until that is filled the contacts themselves.
CREATE FUNCTION contact_search_source() RETURNS text LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN f.finished_at IS NULL THEN 'contact_search_wanted' ELSE 'contact_search' END
      FROM search_fills f WHERE f.name = 'contacts'
$$;

-- Contacts that match, the last found first, from after `p_after` on; none without a scope. `p_text` is what somebody typed;
-- `p_filters` are the facets of a search for leads (industries, job_titles, … and their exclude_ twins), email_statuses,
-- has_email, has_phone, and owned: whether the workspace has them as leads. Who is suppressed, or hidden here, is not in it.
--
-- Where no contact has the words, those that nearly have them are given, and `close` says so.
CREATE FUNCTION catalogue_search(p_text text, p_filters jsonb, p_after uuid, p_limit integer)
RETURNS TABLE (contact_id uuid, close boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_close boolean := false;
    v_condition text;
    v_any boolean;
BEGIN
    IF scope_workspace() IS NULL THEN
        RETURN;
    END IF;
    v_condition := catalogue_condition(p_text, p_filters, false);
    LOOP
        RETURN QUERY EXECUTE format(
            'SELECT s.contact_id, %L::boolean FROM (SELECT s.contact_id FROM %s s WHERE %s%s) s WHERE true%s'
            ' ORDER BY s.contact_id DESC LIMIT %s', v_close, contact_search_source(), v_condition,
            -- How many are nearly it the planner cannot guess, and hoping to meet them soon it would go through all in order.
            CASE WHEN v_close THEN ' OFFSET 0' END,
            CASE WHEN p_after IS NOT NULL THEN format(' AND s.contact_id < %L', p_after) END, least(p_limit, 10000));
        EXIT WHEN FOUND OR v_close OR v_condition = catalogue_condition(p_text, p_filters, true);
        EXECUTE format('SELECT EXISTS (SELECT FROM %s s WHERE %s)', contact_search_source(), search_condition(p_text, false)) INTO v_any;
        EXIT WHEN v_any;
        v_close := true;
        v_condition := catalogue_condition(p_text, p_filters, true);
        PERFORM set_config('pg_trgm.strict_word_similarity_threshold', '0.33', true);
    END LOOP;
END $$;

-- How many contacts match, counted no further than one past `p_cap`; 0 without a scope.
CREATE FUNCTION catalogue_count(p_text text, p_filters jsonb, p_cap integer) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN (SELECT count(*) FROM catalogue_search(p_text, p_filters, NULL, p_cap + 1));
END $$;
GRANT EXECUTE ON FUNCTION catalogue_search, catalogue_count TO reachly_app;

-- Puts the next so many contacts that were there before into the search table; returns how many it looked at.
CREATE FUNCTION contact_search_fill(p_most integer) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_at uuid;
    v_ids uuid[];
BEGIN
    SELECT f.at INTO v_at FROM search_fills f WHERE f.name = 'contacts' AND f.finished_at IS NULL FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    -- Locked, so that nobody changes a contact between being read and being written down here.
    SELECT array_agg(found.id) INTO v_ids FROM (
        SELECT c.id FROM contacts c WHERE c.id > v_at ORDER BY c.id LIMIT p_most FOR SHARE) found;
    IF v_ids IS NULL THEN
        UPDATE search_fills f SET finished_at = clock_timestamp() WHERE f.name = 'contacts';
        RETURN 0;
    END IF;
    PERFORM contact_search_put(v_ids);
    UPDATE search_fills f SET at = v_ids[array_upper(v_ids, 1)] WHERE f.name = 'contacts';
    RETURN cardinality(v_ids);
END $$;
GRANT EXECUTE ON FUNCTION contact_search_fill TO reachly_app;
