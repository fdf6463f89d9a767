-- People whom a workspace brought itself are not in the catalogue: nobody else sees or saves them.

-- What anybody with a workspace may see of people in the catalogue, beside what is no secret.
CREATE FUNCTION catalogue_masked(p_contacts uuid[])
RETURNS TABLE (contact_id uuid, email text, email_status text, email_at timestamptz, phone text, phone_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT c.id, CASE WHEN c.email_status IS DISTINCT FROM 'invalid' THEN masked_email(c.email) END, c.email_status,
           (c.provenance #>> '{email,at}')::timestamptz, masked_phone(c.phone), (c.provenance #>> '{phone,at}')::timestamptz
      FROM contacts c WHERE scope_workspace() IS NOT NULL AND c.id = ANY (p_contacts) AND NOT c.suppressed
       AND (c.private_to IS NULL OR c.private_to = scope_workspace())
$$;

-- Makes people of the catalogue leads of the workspace in scope, free of charge, with e-mail and phone locked; who is a lead
-- already stays one, who was deleted comes back. Gives who is a lead now, and whether since this.
CREATE FUNCTION catalogue_save(p_contacts uuid[]) RETURNS TABLE (contact_id uuid, lead_id uuid, added boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
BEGIN
    IF v_workspace IS NULL OR NOT scope_writes() THEN
        RAISE EXCEPTION 'only people who may write save leads' USING ERRCODE = 'insufficient_privilege';
    END IF;
    -- Before any lead's row, as whoever hides takes them: the trigger that asks for it comes after the rows.
    PERFORM merging_gate(false), hiding_gate(v_workspace, false);
    p_contacts := ARRAY(SELECT DISTINCT coalesce(c.merged_into, c.id) FROM contacts c WHERE c.id = ANY (p_contacts));
    RETURN QUERY
    WITH saved AS (
        INSERT INTO leads AS l (workspace_id, contact_id, organization_id, first_name, last_name, title, seniority, department,
                                has_email, has_phone, linkedin_url, company, company_domain, industry, company_size, city, state,
                                country, source, sample, provenance)
        SELECT v_workspace, c.id, c.organization_id, c.first_name, c.last_name, c.title, c.seniority, c.department,
               c.email IS NOT NULL AND c.email_status IS DISTINCT FROM 'invalid', c.phone IS NOT NULL, c.linkedin_url,
               nullif(o.name, ''), o.domain, o.industry, o.size, c.city, c.state, c.country, 'catalogue', c.sample,
               coalesce(o.provenance, '{}') || c.provenance - '{email,phone}'::text[]
          FROM contacts c LEFT JOIN organizations o ON o.id = c.organization_id
         WHERE c.id = ANY (p_contacts) AND NOT c.suppressed AND (c.private_to IS NULL OR c.private_to = v_workspace)
           AND NOT contact_hidden(v_workspace, c.id)
         ORDER BY c.id
        ON CONFLICT ON CONSTRAINT leads_workspace_id_contact_id_key DO UPDATE SET deleted_at = NULL, updated_at = now()
         WHERE l.deleted_at IS NOT NULL
        RETURNING l.contact_id, l.id)
    SELECT s.contact_id, s.id, true FROM saved s
    UNION ALL
    SELECT l.contact_id, l.id, false FROM leads l
     WHERE l.workspace_id = v_workspace AND l.contact_id = ANY (p_contacts) AND l.deleted_at IS NULL
       AND NOT l.contact_id IN (SELECT s.contact_id FROM saved s);
END $$;

-- What unlocking these fields of these people comes to, whether they are leads yet or not, field by field: how many are to be
-- paid, how many of those the catalogue holds, how many are the workspace's already, and how many must not be bought.
CREATE FUNCTION unlock_quote(p_contacts uuid[], p_fields text[])
RETURNS TABLE (field text, wanted bigint, known bigint, owned bigint, refused bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH asked AS MATERIALIZED (
        SELECT c.id AS contact_id, l.email, l.phone, c.suppressed OR contact_hidden(scope_workspace(), c.id) AS barred
          FROM contacts c
          LEFT JOIN leads l ON l.workspace_id = scope_workspace() AND l.contact_id = c.id AND l.deleted_at IS NULL
         WHERE c.id = ANY (p_contacts) AND scope_workspace() IS NOT NULL
           AND (c.private_to IS NULL OR c.private_to = scope_workspace())),
    told AS MATERIALIZED (
        SELECT f.field, f.place, a.contact_id, a.barred,
               CASE f.field WHEN 'email' THEN a.email ELSE a.phone END IS NOT NULL
               OR EXISTS (SELECT FROM unlocks u WHERE u.workspace_id = scope_workspace() AND u.contact_id = a.contact_id
                             AND u.field = f.field) AS owned
          FROM asked a CROSS JOIN unnest(p_fields) WITH ORDINALITY f(field, place))
    SELECT t.field, count(*) FILTER (WHERE NOT t.owned AND NOT t.barred),
           count(v.value) FILTER (WHERE NOT t.owned AND NOT t.barred), count(*) FILTER (WHERE t.owned),
           count(*) FILTER (WHERE t.barred AND NOT t.owned)
      FROM told t LEFT JOIN catalogue_values(p_contacts, p_fields) v ON v.contact_id = t.contact_id AND v.field = t.field
     GROUP BY t.field ORDER BY min(t.place)
$$;
REVOKE EXECUTE ON FUNCTION catalogue_masked, catalogue_save, unlock_quote FROM PUBLIC;
GRANT EXECUTE ON FUNCTION catalogue_masked, catalogue_save, unlock_quote TO reachly_app;
