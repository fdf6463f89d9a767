-- What must hold of search: it knows everybody as they are. Words are compared where something changed of late, and of the rest an
-- eighth each day. A table that is not filled yet is not asked.

-- rule: search knows every lead as it is
-- says: Lead {lead_id}: {told}
SELECT coalesce(l.workspace_id, s.workspace_id) AS workspace_id, coalesce(l.id, s.lead_id) AS lead_id,
       CASE WHEN s.lead_id IS NULL THEN 'search does not know it' WHEN l.id IS NULL THEN 'search knows it, and it is not there'
            ELSE 'search knows it otherwise than it is' END AS told
  FROM (SELECT * FROM leads WHERE deleted_at IS NULL AND NOT hidden) l
  FULL JOIN lead_search s ON s.workspace_id = l.workspace_id AND s.lead_id = l.id
 WHERE (SELECT f.finished_at IS NOT NULL FROM search_fills f WHERE f.name = 'leads')
   AND ((s.contact_id, s.created_at, s.job_id, s.source, s.country, s.industry, s.seniority, s.department, s.company_size,
         s.company_domain, s.email_status, s.has_email, s.has_phone, s.sample)
        IS DISTINCT FROM
        (l.contact_id, l.created_at, l.job_id, l.source, l.country, lower(l.industry), l.seniority, lower(l.department), l.company_size,
         l.company_domain, l.email_status, l.email IS NOT NULL, l.phone IS NOT NULL, l.sample)
        OR ((l.updated_at > now() - interval '2 days' OR get_byte(uuid_send(l.id), 15) % 8 = extract(day FROM now())::integer % 8)
            AND (s.doc, s.by_name, s.by_company, s.by_title) IS DISTINCT FROM
                (search_doc(concat_ws(' ', l.first_name, l.last_name, l.title, l.company, l.company_domain, l.email)),
                 search_order(l.last_name, l.first_name), search_order(l.company, l.last_name), search_order(l.title, l.last_name))));

-- rule: search knows every contact as it is
-- says: Contact {contact_id}: {told}
SELECT NULL::uuid AS workspace_id, coalesce(c.id, s.contact_id) AS contact_id,
       CASE WHEN s.contact_id IS NULL THEN 'search does not know it' WHEN c.id IS NULL THEN 'search knows it, and it is not for sale'
            ELSE 'search knows it otherwise than it is' END AS told
  FROM (SELECT c.*, o.name, o.domain, o.industry, o.size, o.updated_at AS named_at
          FROM contacts c LEFT JOIN organizations o ON o.id = c.organization_id
         WHERE NOT c.suppressed AND c.private_to IS NULL AND c.merged_into IS NULL) c
  FULL JOIN contact_search s ON s.contact_id = c.id
 WHERE (SELECT f.finished_at IS NOT NULL FROM search_fills f WHERE f.name = 'contacts')
   AND ((s.organization_id, s.seniority, s.department, s.industry, s.company_size, s.company_domain, s.email_status, s.has_email, s.has_phone)
        IS DISTINCT FROM
        (c.organization_id, c.seniority, lower(c.department), lower(c.industry), c.size, c.domain, c.email_status, c.email IS NOT NULL,
         c.phone IS NOT NULL)
        OR s.contact_id IS NULL OR c.id IS NULL
        OR ((greatest(c.updated_at, c.named_at) > now() - interval '2 days'
             OR get_byte(uuid_send(c.id), 15) % 8 = extract(day FROM now())::integer % 8)
            AND (s.doc, s.title) IS DISTINCT FROM
                (search_doc(concat_ws(' ', c.first_name, c.last_name, c.title, c.name, c.domain,
                                      nullif(split_part(c.email, '@', 2), coalesce(c.domain, '')))), search_fold(coalesce(c.title, '')))));
