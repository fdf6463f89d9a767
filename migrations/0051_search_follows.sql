-- Search of the catalogue follows people who became somebody's own. Not before the column is there that says so (0037).

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
                n.email_status, n.phone IS NULL, n.suppressed, n.private_to, n.merged_into)
            IS DISTINCT FROM (b.organization_id, b.first_name, b.last_name, b.title, b.seniority, b.department, b.city, b.state, b.country,
                b.email, b.email_status, b.phone IS NULL, b.suppressed, b.private_to, b.merged_into);
        DELETE FROM contact_search s USING now_there n
         WHERE s.contact_id = n.id AND (n.suppressed OR n.private_to IS NOT NULL OR n.merged_into IS NOT NULL);
    ELSE
        DELETE FROM contact_search s USING there_before b WHERE s.contact_id = b.id;
    END CASE;
    IF v_ids IS NOT NULL THEN
        PERFORM set_config('enable_nestloop', 'on', true), contact_search_put(v_ids);
    END IF;
    RETURN NULL;
END $$;
