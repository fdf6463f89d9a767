-- Whom a workspace does not want to see, find or buy: people, and companies with all who work there.

CREATE TABLE hidden_contacts (
    workspace_id    uuid NOT NULL REFERENCES workspaces,
    contact_id      uuid NOT NULL REFERENCES contacts,
    user_id         uuid REFERENCES users,
    reason          text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    action_id       uuid,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, contact_id),
    FOREIGN KEY (workspace_id, action_id) REFERENCES actions (workspace_id, id)
);
CREATE INDEX hidden_contacts_recent ON hidden_contacts (workspace_id, created_at DESC, contact_id DESC);
CREATE INDEX hidden_contacts_action ON hidden_contacts (workspace_id, action_id);

-- A company is known by its domain, by its row in the catalogue, or by both; an exclusion list may name one that is not in
-- the catalogue. One that has no domain is known by its name as it is compared (organizations.name_key).
CREATE TABLE hidden_companies (
    workspace_id    uuid NOT NULL REFERENCES workspaces,
    id              uuid NOT NULL DEFAULT uuidv7(),
    organization_id uuid REFERENCES organizations,
    domain          text CHECK (domain = lower(domain) AND domain LIKE '_%._%'),
    name_key        text,
    name            text NOT NULL DEFAULT '',
    user_id         uuid REFERENCES users,
    reason          text NOT NULL DEFAULT '' CHECK (length(reason) <= 500),
    action_id       uuid,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, organization_id),
    UNIQUE (workspace_id, domain),
    UNIQUE (workspace_id, name_key),
    FOREIGN KEY (workspace_id, action_id) REFERENCES actions (workspace_id, id),
    CHECK (organization_id IS NOT NULL OR domain IS NOT NULL OR name_key IS NOT NULL)
);
CREATE INDEX hidden_companies_recent ON hidden_companies (workspace_id, created_at DESC, id DESC);
CREATE INDEX hidden_companies_action ON hidden_companies (workspace_id, action_id);

-- A domain and those it belongs to, down to two labels: mail.acme.com, acme.com.
CREATE FUNCTION domain_and_above(p_domain text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
    SELECT array_agg(array_to_string(d.parts[n:], '.'))
      FROM (SELECT string_to_array(p_domain, '.') AS parts) d, generate_series(1, greatest(cardinality(d.parts) - 1, 1)) n
$$;

-- Whether a workspace hides this company: itself, a domain above its own, or its name where it has no domain. An exclusion
-- list can fill an empty table with a hundred thousand rows before anybody counts them: looked up by index whatever is believed.
CREATE FUNCTION company_hidden(p_workspace uuid, p_organization uuid, p_domain text, p_name_key text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp SET enable_seqscan = off AS $$
    SELECT EXISTS (SELECT FROM hidden_companies h WHERE h.workspace_id = p_workspace AND h.organization_id = p_organization)
        OR EXISTS (SELECT FROM hidden_companies h WHERE h.workspace_id = p_workspace
                      AND h.domain = ANY ((SELECT domain_and_above(p_domain))::text[]))
        OR (p_domain IS NULL AND EXISTS (SELECT FROM hidden_companies h
                                          WHERE h.workspace_id = p_workspace AND h.name_key = p_name_key))
$$;
GRANT EXECUTE ON FUNCTION domain_and_above, company_hidden TO reachly_app;

CALL guard_tenant_table('hidden_contacts');
CALL guard_tenant_table('hidden_companies');
CALL guard_writers('hidden_contacts');
CALL guard_writers('hidden_companies');
GRANT SELECT, INSERT, DELETE ON hidden_contacts, hidden_companies TO reachly_app;
GRANT UPDATE (reason) ON hidden_contacts, hidden_companies TO reachly_app;

-- Whether a lead is hidden is written on it, so that no list pays for what was put away. Whoever hides or shows does it alone
-- in its workspace, whoever makes leads does it beside others: each sees what the other one committed. The functions below
-- write what the two tables say and nothing else.
ALTER TABLE leads ADD COLUMN hidden boolean NOT NULL DEFAULT false;

CREATE FUNCTION hiding_gate(p_workspace uuid, p_alone boolean) RETURNS void LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF p_alone THEN
        PERFORM pg_advisory_xact_lock(hashtextextended('hidden:' || p_workspace, 0));
    ELSE
        PERFORM pg_advisory_xact_lock_shared(hashtextextended('hidden:' || p_workspace, 0));
    END IF;
END $$;
GRANT EXECUTE ON FUNCTION hiding_gate TO reachly_app;

CREATE FUNCTION lead_hidden(p_workspace uuid, p_contact uuid, p_organization uuid, p_domain text) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp SET enable_seqscan = off AS $$
    SELECT EXISTS (SELECT FROM hidden_contacts h WHERE h.workspace_id = p_workspace AND h.contact_id = p_contact)
        OR company_hidden(p_workspace, p_organization, p_domain,
                          CASE WHEN p_domain IS NULL THEN (SELECT o.name_key FROM organizations o WHERE o.id = p_organization) END)
$$;

CREATE FUNCTION leads_made_hidden() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid;
BEGIN
    FOR v_workspace IN SELECT DISTINCT f.workspace_id FROM fresh f ORDER BY 1 LOOP
        PERFORM hiding_gate(v_workspace, false);
        IF EXISTS (SELECT FROM hidden_contacts h WHERE h.workspace_id = v_workspace)
           OR EXISTS (SELECT FROM hidden_companies h WHERE h.workspace_id = v_workspace) THEN
            UPDATE leads l SET hidden = true FROM fresh f
             WHERE f.workspace_id = v_workspace AND l.workspace_id = v_workspace AND l.id = f.id
               AND lead_hidden(v_workspace, l.contact_id, l.organization_id, l.company_domain);
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER leads_made_hidden AFTER INSERT ON leads REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION leads_made_hidden();

CREATE FUNCTION lead_moved_hidden() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM hiding_gate(NEW.workspace_id, false);
    NEW.hidden := lead_hidden(NEW.workspace_id, NEW.contact_id, NEW.organization_id, NEW.company_domain);
    RETURN NEW;
END $$;
CREATE TRIGGER lead_moved_hidden BEFORE UPDATE OF contact_id, organization_id, company_domain ON leads
    FOR EACH ROW EXECUTE FUNCTION lead_moved_hidden();

CREATE FUNCTION contacts_hide() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM hiding_gate(w.id, true) FROM (SELECT DISTINCT f.workspace_id FROM fresh f ORDER BY 1) w(id);
    UPDATE leads l SET hidden = true FROM fresh f
     WHERE l.workspace_id = f.workspace_id AND l.contact_id = f.contact_id AND NOT l.hidden;
    RETURN NULL;
END $$;
CREATE TRIGGER contacts_hide AFTER INSERT ON hidden_contacts REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_hide();

CREATE FUNCTION contacts_show() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM hiding_gate(w.id, true) FROM (SELECT DISTINCT g.workspace_id FROM gone g ORDER BY 1) w(id);
    UPDATE leads l SET hidden = false FROM gone g
     WHERE l.workspace_id = g.workspace_id AND l.contact_id = g.contact_id AND l.hidden
       AND NOT lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain);
    RETURN NULL;
END $$;
CREATE TRIGGER contacts_show AFTER DELETE ON hidden_contacts REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION contacts_show();

-- Looks at each lead of the workspace once, whatever the number of companies: what is compared is found by hash. Only the few
-- domains of four labels and more are taken apart.
CREATE FUNCTION companies_hide() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_workspace uuid;
BEGIN
    FOR v_workspace IN SELECT DISTINCT f.workspace_id FROM fresh f ORDER BY 1 LOOP
        PERFORM hiding_gate(v_workspace, true);
        UPDATE leads l SET hidden = true
         WHERE l.workspace_id = v_workspace AND NOT l.hidden
           AND (l.organization_id IN (SELECT f.organization_id FROM fresh f WHERE f.organization_id IS NOT NULL)
                OR l.company_domain IN (SELECT f.domain FROM fresh f WHERE f.domain IS NOT NULL)
                OR substr(l.company_domain, strpos(l.company_domain, '.') + 1)
                   IN (SELECT f.domain FROM fresh f WHERE f.domain IS NOT NULL)
                OR l.id IN (
                       SELECT d.id FROM leads d, unnest(domain_and_above(d.company_domain)) above(domain)
                        WHERE d.workspace_id = v_workspace AND d.company_domain LIKE '%.%.%.%'
                          AND above.domain IN (SELECT f.domain FROM fresh f WHERE f.domain IS NOT NULL))
                OR (l.company_domain IS NULL AND l.organization_id IN (
                       SELECT o.id FROM organizations o JOIN fresh f ON f.name_key = o.name_key)));
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER companies_hide AFTER INSERT ON hidden_companies REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION companies_hide();

CREATE FUNCTION companies_show() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM hiding_gate(w.id, true) FROM (SELECT DISTINCT g.workspace_id FROM gone g ORDER BY 1) w(id);
    UPDATE leads l SET hidden = false
     WHERE l.workspace_id IN (SELECT g.workspace_id FROM gone g) AND l.hidden
       AND NOT lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain);
    RETURN NULL;
END $$;
CREATE TRIGGER companies_show AFTER DELETE ON hidden_companies REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION companies_show();
