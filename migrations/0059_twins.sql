-- Questions about many leads that a policy would have answered by reading them all, asked by index instead.

-- Pairs of leads that look like one person, the later one found last first: one lead's, or those of the `p_looked` leads found
-- last. An e-mail or a profile is one person; so is a name at one company, unless two profiles say otherwise.
-- While the search table is being filled, names are known as far as it has come: reading all leads for them would hold pages up.
CREATE FUNCTION lead_twins(p_lead uuid, p_looked integer, p_most integer) RETURNS TABLE (kept uuid, gone uuid, why text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid := scope_workspace();
BEGIN
    RETURN QUERY
    SELECT CASE WHEN t.earlier THEN t.id ELSE b.id END, CASE WHEN t.earlier THEN b.id ELSE t.id END, t.why
      FROM (SELECT l.* FROM leads l
             WHERE l.workspace_id = v_workspace AND l.deleted_at IS NULL AND NOT l.hidden AND (p_lead IS NULL OR l.id = p_lead)
             ORDER BY l.created_at DESC, l.id DESC LIMIT p_looked) b
     CROSS JOIN LATERAL (
        SELECT DISTINCT ON (a.id) a.id, a.why, (a.created_at, a.id) < (b.created_at, b.id) AS earlier
          FROM (SELECT e.*, 1 AS rank, 'the same e-mail' AS why FROM leads e
                 WHERE e.workspace_id = v_workspace AND lower(e.email) = lower(b.email)
                   AND e.email IS NOT NULL AND e.deleted_at IS NULL AND NOT e.hidden
                UNION ALL
                SELECT p.*, 2, 'the same profile' FROM leads p
                 WHERE p.workspace_id = v_workspace AND lower(p.linkedin_url) = lower(b.linkedin_url)
                   AND p.linkedin_url IS NOT NULL AND p.deleted_at IS NULL AND NOT p.hidden
                UNION ALL
                SELECT n.*, 3, 'the same name at the same company' FROM lead_search s
                  JOIN leads n ON n.workspace_id = v_workspace AND n.id = s.lead_id
                 WHERE s.workspace_id = v_workspace AND s.by_name = search_order(b.last_name, b.first_name)
                   AND (b.first_name IS NOT NULL OR b.last_name IS NOT NULL) AND n.deleted_at IS NULL AND NOT n.hidden
                   AND coalesce(lower(n.company_domain), search_fold(n.company))
                       = coalesce(lower(b.company_domain), search_fold(b.company))
                   AND coalesce(lower(n.linkedin_url) = lower(b.linkedin_url), true)) a
         WHERE a.id <> b.id AND (p_lead IS NOT NULL OR (a.created_at, a.id) < (b.created_at, b.id))
         ORDER BY a.id, a.rank LIMIT p_most) t
     ORDER BY b.created_at DESC, b.id DESC LIMIT p_most;
END $$;

-- How many leads of the workspace in scope each of these hidden companies hides, counted to `p_most`.
CREATE FUNCTION hidden_company_leads(p_companies uuid[], p_most integer) RETURNS TABLE (id uuid, leads bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT h.id, (SELECT count(*) FROM (
               (SELECT l.id FROM leads l WHERE l.workspace_id = h.workspace_id AND l.hidden AND l.deleted_at IS NULL
                   AND l.organization_id = h.organization_id LIMIT p_most)
               UNION
               (SELECT l.id FROM leads l WHERE l.workspace_id = h.workspace_id AND l.hidden AND l.deleted_at IS NULL
                   AND reverse(l.company_domain) COLLATE "C" = reverse(h.domain) LIMIT p_most)
               UNION
               (SELECT l.id FROM leads l WHERE l.workspace_id = h.workspace_id AND l.hidden AND l.deleted_at IS NULL
                   AND reverse(l.company_domain) COLLATE "C" > reverse(h.domain) || '.'
                   AND reverse(l.company_domain) COLLATE "C" < reverse(h.domain) || '/' LIMIT p_most)
               LIMIT p_most) found)
      FROM hidden_companies h WHERE h.workspace_id = scope_workspace() AND h.id = ANY (p_companies)
$$;
REVOKE EXECUTE ON FUNCTION lead_twins, hidden_company_leads FROM PUBLIC;
GRANT EXECUTE ON FUNCTION lead_twins, hidden_company_leads TO reachly_app;
