-- Tables for programs follow who may see whom: people that a workspace brought itself are there for it alone.

CREATE OR REPLACE VIEW rest.employment_history WITH (security_invoker) AS
    SELECT id, contact_id, company_name, company_domain, title, started_on, ended_on, source, created_at
      FROM employment_history h WHERE EXISTS (SELECT FROM contacts c WHERE c.id = h.contact_id AND NOT c.suppressed);

-- Whom nobody here sees, nobody here hides: refused in the same words as an id that never was.
CREATE OR REPLACE VIEW rest.hidden_contacts WITH (security_invoker) AS
    SELECT contact_id, workspace_id, user_id, reason, created_at FROM hidden_contacts h
     WHERE EXISTS (SELECT FROM contacts c WHERE c.id = h.contact_id)
      WITH CHECK OPTION;
