-- What programs see of the tables, each under its own name: views that look with the eyes of whoever asks.
--
-- A view gives the shape: which columns, under which names, what is left out as gone, and what stands in a column that
-- nobody gave. Whose rows they are is decided by the policies of the tables underneath, because every view runs as its
-- invoker, and what may be written by the grants here and there: a write needs both.

-- Bought credits, looked-up addresses and checked addresses: written by what does these things.
CREATE TABLE credit_purchases (
    workspace_id   uuid NOT NULL REFERENCES workspaces,
    id             uuid NOT NULL DEFAULT uuidv7(),
    user_id        uuid REFERENCES users,
    credits        bigint NOT NULL CHECK (credits > 0),
    amount         bigint NOT NULL CHECK (amount >= 0),
    currency       text NOT NULL CHECK (currency ~ '^[a-z]{3}$'),
    status         text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'paid', 'failed', 'refunded')),
    transaction_id uuid,
    created_at     timestamptz NOT NULL DEFAULT now(),
    updated_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, transaction_id) REFERENCES transactions (workspace_id, id)
);
COMMENT ON COLUMN credit_purchases.amount IS 'In the smallest unit of the currency.';

CREATE TABLE email_finder_logs (
    workspace_id   uuid NOT NULL REFERENCES workspaces,
    id             uuid NOT NULL DEFAULT uuidv7(),
    user_id        uuid REFERENCES users,
    contact_id     uuid REFERENCES contacts,
    first_name     text,
    last_name      text,
    domain         text,
    email          text,
    status         text,
    confidence     integer CHECK (confidence BETWEEN 0 AND 100),
    pattern        text,
    credits_charged bigint NOT NULL DEFAULT 0 CHECK (credits_charged >= 0),
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, id)
);

CREATE TABLE email_validation_logs (
    workspace_id   uuid NOT NULL REFERENCES workspaces,
    id             uuid NOT NULL DEFAULT uuidv7(),
    user_id        uuid REFERENCES users,
    email          text NOT NULL,
    status         text,
    reason         text,
    checks         jsonb NOT NULL DEFAULT '{}',
    credits_charged bigint NOT NULL DEFAULT 0 CHECK (credits_charged >= 0),
    created_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, id)
);

CALL guard_tenant_table('credit_purchases');
CALL guard_tenant_table('email_finder_logs');
CALL guard_tenant_table('email_validation_logs');
GRANT SELECT ON credit_purchases, email_finder_logs, email_validation_logs TO reachly_app;

CREATE SCHEMA rest;
GRANT USAGE ON SCHEMA rest TO reachly_app;

CREATE VIEW rest.users WITH (security_invoker) AS
    SELECT u.id, u.email, u.name, u.role, (SELECT w.plan_id FROM workspaces w WHERE w.id = scope_workspace()) AS plan_id,
           (SELECT a.balance FROM accounts a WHERE a.workspace_id = scope_workspace() AND a.name = 'available') AS credits,
           u.email_verified_at, u.created_at, u.updated_at
      FROM users u WHERE u.id = scope_user();
CREATE VIEW rest.plans WITH (security_invoker) AS
    SELECT id, name, credits, period, description, position FROM plans;
CREATE VIEW rest.organizations WITH (security_invoker) AS
    SELECT id, name, domain, website, industry, size, headcount, country, linkedin_url, sample, provenance, created_at,
           updated_at
      FROM organizations;
-- E-mail and phone are what the workspace has paid for, and nothing where it has not. Whoever it hides is not there.
CREATE VIEW rest.contacts WITH (security_invoker) AS
    SELECT c.id, c.organization_id, c.first_name, c.last_name, c.title, c.seniority, c.department, c.linkedin_url, c.city,
           c.state, c.country, mine.email, mine.email_status, mine.phone, c.sample, c.created_at, c.updated_at
      FROM contacts c LEFT JOIN leads mine
        ON mine.contact_id = c.id AND mine.workspace_id = scope_workspace() AND mine.deleted_at IS NULL
     WHERE NOT c.suppressed
       -- Row by row, by index: joined, a page of a hundred would begin with reading all.
       AND (SELECT true FROM hidden_contacts h WHERE h.workspace_id = scope_workspace() AND h.contact_id = c.id) IS NULL
       AND (SELECT l.hidden FROM leads l WHERE l.workspace_id = scope_workspace() AND l.contact_id = c.id) IS NOT TRUE
       AND (NOT EXISTS (SELECT FROM hidden_companies h WHERE h.workspace_id = scope_workspace())
            OR (SELECT coalesce(
                    (SELECT true FROM hidden_companies h WHERE h.workspace_id = scope_workspace() AND h.organization_id = o.id),
                    (SELECT true FROM hidden_companies h WHERE h.workspace_id = scope_workspace() AND h.domain = o.domain),
                    CASE WHEN o.domain IS NULL OR o.domain LIKE '%.%.%'
                         THEN company_hidden(scope_workspace(), o.id, o.domain, o.name_key) END)
                  FROM organizations o WHERE o.id = c.organization_id) IS NOT TRUE);
CREATE VIEW rest.employment_history WITH (security_invoker) AS
    SELECT id, contact_id, company_name, company_domain, title, started_on, ended_on, source, created_at
      FROM employment_history h WHERE EXISTS (SELECT FROM rest.contacts c WHERE c.id = h.contact_id);
CREATE VIEW rest.lists WITH (security_invoker) AS
    SELECT id, workspace_id, owner_id, name, description, visibility, created_at, updated_at
      FROM lists WHERE deleted_at IS NULL;
CREATE VIEW rest.list_contacts WITH (security_invoker) AS
    SELECT list_id, contact_id, workspace_id, position, note, tags, added_by, added_at FROM list_contacts c
     WHERE EXISTS (SELECT FROM lists l WHERE l.workspace_id = c.workspace_id AND l.id = c.list_id AND l.deleted_at IS NULL)
      WITH CHECK OPTION;
CREATE VIEW rest.transactions WITH (security_invoker) AS
    SELECT id, workspace_id, kind AS type, credits, contact_id, job_id, field, source, user_id, description,
           available_after, held_after AS reserved_after, created_at
      FROM transactions;
CREATE VIEW rest.credit_purchases WITH (security_invoker) AS
    SELECT id, workspace_id, user_id, credits, amount, currency, status, transaction_id, created_at, updated_at
      FROM credit_purchases;
CREATE VIEW rest.email_finder_logs WITH (security_invoker) AS
    SELECT id, workspace_id, user_id, contact_id, first_name, last_name, domain, email, status, confidence, pattern,
           credits_charged, created_at
      FROM email_finder_logs;
CREATE VIEW rest.email_validation_logs WITH (security_invoker) AS
    SELECT id, workspace_id, user_id, email, status, reason, checks, credits_charged, created_at
      FROM email_validation_logs;
-- Whom nobody here sees, nobody here hides: refused in the same words as an id that never was. Who it is is told here, for
-- among the contacts they are not.
CREATE VIEW rest.hidden_contacts WITH (security_invoker) AS
    SELECT h.contact_id, h.workspace_id,
           (SELECT concat_ws(' ', coalesce(l.first_name, c.first_name), coalesce(l.last_name, c.last_name)) FROM contacts c
              LEFT JOIN leads l ON l.workspace_id = h.workspace_id AND l.contact_id = c.id WHERE c.id = h.contact_id) AS name,
           h.user_id, h.reason, h.created_at
      FROM hidden_contacts h
     WHERE EXISTS (SELECT FROM contacts c WHERE c.id = h.contact_id)
      WITH CHECK OPTION;
CREATE VIEW rest.hidden_companies WITH (security_invoker) AS
    SELECT id, workspace_id, organization_id, domain, name, user_id, reason, created_at FROM hidden_companies;

ALTER VIEW rest.lists ALTER COLUMN workspace_id SET DEFAULT scope_workspace();
ALTER VIEW rest.lists ALTER COLUMN owner_id SET DEFAULT scope_user();
ALTER VIEW rest.list_contacts ALTER COLUMN workspace_id SET DEFAULT scope_workspace();
ALTER VIEW rest.list_contacts ALTER COLUMN added_by SET DEFAULT scope_user();
ALTER VIEW rest.list_contacts ALTER COLUMN position SET DEFAULT extract(epoch FROM clock_timestamp());
ALTER VIEW rest.hidden_contacts ALTER COLUMN workspace_id SET DEFAULT scope_workspace();
ALTER VIEW rest.hidden_contacts ALTER COLUMN user_id SET DEFAULT scope_user();
ALTER VIEW rest.hidden_companies ALTER COLUMN workspace_id SET DEFAULT scope_workspace();
ALTER VIEW rest.hidden_companies ALTER COLUMN user_id SET DEFAULT scope_user();

-- A list that is deleted is put away, as it is everywhere else.
CREATE FUNCTION rest.lists_put_away() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE lists SET deleted_at = now(), updated_at = now() WHERE workspace_id = OLD.workspace_id AND id = OLD.id;
    RETURN CASE WHEN FOUND THEN OLD END;
END $$;
CREATE TRIGGER put_away INSTEAD OF DELETE ON rest.lists FOR EACH ROW EXECUTE FUNCTION rest.lists_put_away();

-- Ids are made here and never given: one that is taken elsewhere would tell so.
GRANT SELECT ON ALL TABLES IN SCHEMA rest TO reachly_app;
GRANT UPDATE (name) ON rest.users TO reachly_app;
GRANT INSERT (name, description, visibility), UPDATE (name, description, visibility), DELETE ON rest.lists TO reachly_app;
GRANT INSERT (list_id, contact_id, position, note, tags), UPDATE (position, note, tags), DELETE
    ON rest.list_contacts TO reachly_app;
GRANT INSERT (contact_id, reason), UPDATE (reason), DELETE ON rest.hidden_contacts TO reachly_app;
GRANT INSERT (organization_id, domain, name, reason), UPDATE (reason), DELETE ON rest.hidden_companies TO reachly_app;
