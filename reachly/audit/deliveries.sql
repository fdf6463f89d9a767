-- What must hold between the ledger and what was delivered.

-- One pass over captures and unlocks, each beside the other: a capture that is there twice has its unlock once. A capture names
-- for ever who was paid for; the unlock goes with the lead, to whomever that one was merged with in the catalogue.
-- rule: every capture has what it paid for | every unlock was paid | a capture is at its job's price
-- says: {told}
SELECT v.rule, coalesce(t.workspace_id, u.workspace_id) AS workspace_id, v.told
  FROM (SELECT workspace_id, id, job_id, contact_id, field, credits FROM transactions WHERE kind = 'capture') t
  FULL JOIN unlocks u ON u.workspace_id = t.workspace_id AND u.transaction_id = t.id
  LEFT JOIN (SELECT id, number, prices, (prices ->> 'email')::bigint AS email, (prices ->> 'phone')::bigint AS phone
               FROM jobs OFFSET 0) j ON j.id = t.job_id,
       LATERAL (VALUES
           ('every capture has what it paid for',
            t.id IS NOT NULL AND ((u.field, u.credits, u.job_id) IS DISTINCT FROM (t.field, t.credits, t.job_id)
                                  OR u.contact_id IS DISTINCT FROM t.contact_id AND ever_merged(t.contact_id, u.contact_id) IS NOT TRUE),
            format('Capture %s of %s credits for the %s of contact %s by job %s: %s', t.id, t.credits, t.field, t.contact_id, t.job_id,
                   coalesce(format('the unlock is of the %s of contact %s for %s, by job %s', u.field, u.contact_id, u.credits,
                                   coalesce(u.job_id::text, 'none')), 'nothing was unlocked'))),
           ('every unlock was paid', u.credits > 0 AND t.id IS NULL,
            format('Unlock of the %s of contact %s for %s credits: no capture paid for it', u.field, u.contact_id, u.credits)),
           ('a capture is at its job''s price', t.id IS NOT NULL AND t.credits IS DISTINCT FROM CASE t.field WHEN 'email' THEN j.email ELSE j.phone END,
            format('Capture %s for the %s of contact %s is of %s credits; job %s (%s) has the price %s', t.id, t.field, t.contact_id,
                   t.credits, j.number, t.job_id, coalesce(j.prices ->> t.field, 'none')))
       ) v(rule, broken, told)
 WHERE (t.id IS NULL AND u.credits > 0
        OR t.id IS NOT NULL AND (u.contact_id IS DISTINCT FROM t.contact_id OR u.field IS DISTINCT FROM t.field
                                 OR u.credits IS DISTINCT FROM t.credits OR u.job_id IS DISTINCT FROM t.job_id
                                 OR t.credits IS DISTINCT FROM CASE t.field WHEN 'email' THEN j.email ELSE j.phone END)) AND v.broken;

-- One pass over unlocks and leads, each beside the other. What a workspace imported it has without an unlock.
-- rule: every unlock has its lead | no field is paid twice | a lead shows and costs what was unlocked
-- says: {told}
SELECT v.rule, coalesce(l.workspace_id, u.workspace_id) AS workspace_id, v.told
  FROM leads l
  FULL JOIN (SELECT workspace_id, contact_id, sum(credits) AS credits, count(*) FILTER (WHERE field = 'email') AS emails,
                    count(*) FILTER (WHERE field = 'phone') AS phones FROM unlocks GROUP BY 1, 2) u
       ON u.workspace_id = l.workspace_id AND u.contact_id = l.contact_id,
       LATERAL (VALUES
           ('every unlock has its lead', l.id IS NULL,
            format('Contact %s, for %s credits: the workspace has no such lead, not even a deleted one', u.contact_id, u.credits)),
           ('no field is paid twice', u.emails > 1 OR u.phones > 1,
            format('Contact %s: %s e-mails and %s phones were unlocked', u.contact_id, u.emails, u.phones)),
           ('a lead shows and costs what was unlocked', l.id IS NOT NULL AND
            (l.credits <> coalesce(u.credits, 0)
             OR ((l.email IS NULL) <> (coalesce(u.emails, 0) = 0)
                 AND (l.email IS NULL OR l.provenance #>> '{email,source}' IS DISTINCT FROM 'import'))
             OR ((l.phone IS NULL) <> (coalesce(u.phones, 0) = 0)
                 AND (l.phone IS NULL OR l.provenance #>> '{phone,source}' IS DISTINCT FROM 'import'))),
            format('Lead %s: %s credits for %s; unlocked %s e-mails and %s phones for %s', l.id, l.credits,
                   coalesce(nullif(concat_ws(' and ', CASE WHEN l.email IS NOT NULL THEN 'an e-mail' END,
                                             CASE WHEN l.phone IS NOT NULL THEN 'a phone' END), ''), 'nothing'),
                   coalesce(u.emails, 0), coalesce(u.phones, 0), coalesce(u.credits, 0)))
       ) v(rule, broken, told)
 WHERE (l.id IS NULL OR u.emails > 1 OR u.phones > 1 OR l.credits <> coalesce(u.credits, 0)
        OR (l.email IS NULL) <> (coalesce(u.emails, 0) = 0) OR (l.phone IS NULL) <> (coalesce(u.phones, 0) = 0)) AND v.broken;

-- rule: no lead is doubled
-- says: Contact {contact_id} is {leads} leads
SELECT workspace_id, contact_id, count(*) AS leads FROM leads GROUP BY 1, 2 HAVING count(*) > 1;

-- rule: no delivered lead is lost
-- says: Job {job_id} delivered lead {lead_id}, and there is no such lead, not even a deleted one
SELECT e.workspace_id, e.job_id, told.id AS lead_id
  FROM job_events e, jsonb_array_elements_text(e.data -> 'lead_ids') told(id)
 WHERE e.kind = 'leads'
   AND NOT EXISTS (SELECT FROM leads l WHERE l.workspace_id = e.workspace_id AND l.id = told.id::uuid);
