-- What must hold between the ledger and what was delivered.

-- rule: every capture has what it paid for
-- says: Capture {id} of {credits} credits for the {field} of contact {contact_id}: {wrong}
SELECT t.workspace_id, t.id, t.credits, t.field, t.contact_id,
       coalesce('the unlock is of the ' || u.field || ' of contact ' || u.contact_id || ' for ' || u.credits
                || ', by job ' || coalesce(u.job_id::text, 'none'), 'nothing was unlocked') AS wrong
  FROM transactions t
  LEFT JOIN unlocks u ON u.workspace_id = t.workspace_id AND u.transaction_id = t.id
 WHERE t.kind = 'capture'
   AND (u.contact_id IS NULL OR u.contact_id <> t.contact_id OR u.field <> t.field OR u.credits <> t.credits
        OR u.job_id IS DISTINCT FROM t.job_id);

-- rule: every unlock was paid once
-- says: Unlock of the {field} of contact {contact_id} for {credits} credits: {captures} captures name it
WITH paid AS MATERIALIZED (
    SELECT workspace_id, contact_id, field, count(*) AS captures FROM transactions WHERE kind = 'capture' GROUP BY 1, 2, 3)
SELECT u.workspace_id, u.field, u.contact_id, u.credits, coalesce(p.captures, 0) AS captures
  FROM unlocks u
  LEFT JOIN paid p ON p.workspace_id = u.workspace_id AND p.contact_id = u.contact_id AND p.field = u.field
 WHERE coalesce(p.captures, 0) <> CASE WHEN u.credits > 0 THEN 1 ELSE 0 END;

-- rule: no field is paid twice
-- says: The {field} of contact {contact_id} has {unlocks} unlocks
SELECT workspace_id, contact_id, field, count(*) AS unlocks FROM unlocks GROUP BY 1, 2, 3 HAVING count(*) > 1;

-- rule: a capture is at its job's price
-- says: Capture {id} for the {field} of contact {contact_id} is of {credits} credits; job {number} ({job_id}) has the price {price}
SELECT t.workspace_id, t.id, t.field, t.contact_id, t.credits, j.number, t.job_id, coalesce(j.prices ->> t.field, 'none') AS price
  FROM transactions t
  JOIN (SELECT workspace_id, id, number, prices, (prices ->> 'email')::bigint AS email, (prices ->> 'phone')::bigint AS phone
          FROM jobs OFFSET 0) j ON j.workspace_id = t.workspace_id AND j.id = t.job_id
 WHERE t.kind = 'capture' AND t.credits IS DISTINCT FROM CASE t.field WHEN 'email' THEN j.email ELSE j.phone END;

-- rule: every unlock has its lead
-- says: Unlock of the {field} of contact {contact_id}: {wrong}
SELECT u.workspace_id, u.field, u.contact_id,
       CASE WHEN l.id IS NULL THEN 'the workspace has no such lead, not even a deleted one'
            ELSE 'lead ' || l.id || ' does not show it' END AS wrong
  FROM unlocks u
  LEFT JOIN leads l ON l.workspace_id = u.workspace_id AND l.contact_id = u.contact_id
 WHERE CASE u.field WHEN 'email' THEN l.email ELSE l.phone END IS NULL;

-- rule: a lead shows and costs what was unlocked
-- says: Lead {id}: {credits} credits for {shown}; unlocked {unlocked}
WITH unlocked AS MATERIALIZED (
    SELECT workspace_id, contact_id, sum(credits) AS credits, bool_or(field = 'email') AS email, bool_or(field = 'phone') AS phone
      FROM unlocks GROUP BY 1, 2)
SELECT l.workspace_id, l.id, l.credits,
       coalesce(nullif(concat_ws(', ', CASE WHEN l.email <> '' THEN 'e-mail' END, CASE WHEN l.phone <> '' THEN 'phone' END), ''), 'nothing') AS shown,
       coalesce(concat_ws(', ', CASE WHEN u.email THEN 'e-mail' END, CASE WHEN u.phone THEN 'phone' END,
                          u.credits || ' credits'), 'nothing') AS unlocked
  FROM leads l
  LEFT JOIN unlocked u ON u.workspace_id = l.workspace_id AND u.contact_id = l.contact_id
 WHERE l.credits <> coalesce(u.credits, 0)
    OR (l.email IS NOT NULL AND u.email IS NOT TRUE) OR (l.phone IS NOT NULL AND u.phone IS NOT TRUE);

-- rule: no lead is doubled
-- says: Contact {contact_id} is {leads} leads
SELECT workspace_id, contact_id, count(*) AS leads FROM leads GROUP BY 1, 2 HAVING count(*) > 1;

-- rule: no delivered lead is lost
-- says: Job {job_id} delivered lead {lead_id}, and there is no such lead, not even a deleted one
SELECT e.workspace_id, e.job_id, told.id AS lead_id
  FROM job_events e, jsonb_array_elements_text(e.data -> 'lead_ids') told(id)
 WHERE e.kind = 'leads'
   AND NOT EXISTS (SELECT FROM leads l WHERE l.workspace_id = e.workspace_id AND l.id = told.id::uuid);
