-- Search of the catalogue follows what came after it: people who became somebody's own, and companies hidden with all below them.

CREATE OR REPLACE FUNCTION contacts_searched() RETURNS trigger
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
                n.email_status, n.phone IS NULL, n.suppressed, n.private_to)
            IS DISTINCT FROM (b.organization_id, b.first_name, b.last_name, b.title, b.seniority, b.department, b.city, b.state, b.country,
                b.email, b.email_status, b.phone IS NULL, b.suppressed, b.private_to);
        DELETE FROM contact_search s USING now_there n WHERE s.contact_id = n.id AND (n.suppressed OR n.private_to IS NOT NULL);
    ELSE
        DELETE FROM contact_search s USING there_before b WHERE s.contact_id = b.id;
    END CASE;
    IF v_ids IS NOT NULL THEN
        PERFORM set_config('enable_nestloop', 'on', true), contact_search_put(v_ids);
    END IF;
    RETURN NULL;
END $$;

-- As before, with companies hidden by a domain above theirs, or by name.
CREATE OR REPLACE FUNCTION catalogue_condition(p_text text, p_filters jsonb, p_close boolean) RETURNS text
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
