-- The catalogue shared by all, and the leads each workspace has acquired.

CREATE TABLE organizations (
    id            uuid PRIMARY KEY DEFAULT uuidv7(),
    name          text NOT NULL DEFAULT '',
    domain        text UNIQUE,
    name_key      text UNIQUE,
    website       text,
    industry      text,
    size          text,
    headcount     integer,
    country       text,
    linkedin_url  text,
    sample        boolean NOT NULL DEFAULT false,
    provenance    jsonb NOT NULL DEFAULT '{}',
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    CHECK (domain IS NOT NULL OR name_key IS NOT NULL)
);

CREATE TABLE contacts (
    id              uuid PRIMARY KEY DEFAULT uuidv7(),
    organization_id uuid REFERENCES organizations,
    first_name      text,
    last_name       text,
    title           text,
    seniority       text,
    department      text,
    linkedin_url    text,
    city            text,
    state           text,
    country         text,
    email           text,
    email_status    text CHECK (email_status IN ('valid', 'accept_all', 'invalid', 'unknown')),
    phone           text,
    suppressed      boolean NOT NULL DEFAULT false,
    sample          boolean NOT NULL DEFAULT false,
    provenance      jsonb NOT NULL DEFAULT '{}',
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX contacts_organization ON contacts (organization_id);

-- By what a person is recognised, strongest first: e-mail, LinkedIn address, name with company domain.
CREATE TABLE contact_keys (
    key           text PRIMARY KEY CHECK (key ~ '^(e|l|n):.'),
    contact_id    uuid NOT NULL REFERENCES contacts DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX contact_keys_contact ON contact_keys (contact_id);

CREATE TABLE employment_history (
    id              uuid PRIMARY KEY DEFAULT uuidv7(),
    contact_id      uuid NOT NULL REFERENCES contacts,
    company_name    text NOT NULL DEFAULT '',
    company_domain  text NOT NULL DEFAULT '',
    title           text NOT NULL DEFAULT '',
    started_on      text,
    ended_on        text,
    source          text NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (contact_id, company_name, company_domain, title)
);

CREATE TABLE leads (
    id              uuid NOT NULL DEFAULT uuidv7(),
    workspace_id    uuid NOT NULL REFERENCES workspaces,
    contact_id      uuid NOT NULL REFERENCES contacts,
    organization_id uuid REFERENCES organizations,
    job_id          uuid,
    first_name      text,
    last_name       text,
    title           text,
    seniority       text,
    department      text,
    email           text,
    email_status    text CHECK (email_status IN ('valid', 'accept_all', 'invalid', 'unknown')),
    phone           text,
    has_email       boolean NOT NULL DEFAULT false,
    has_phone       boolean NOT NULL DEFAULT false,
    linkedin_url    text,
    company         text,
    company_domain  text,
    industry        text,
    company_size    text,
    city            text,
    state           text,
    country         text,
    source          text NOT NULL,
    sample          boolean NOT NULL DEFAULT false,
    provenance      jsonb NOT NULL DEFAULT '{}',
    credits         bigint NOT NULL DEFAULT 0,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    deleted_at      timestamptz,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, contact_id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id)
);
CREATE INDEX leads_recent ON leads (workspace_id, created_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX leads_job ON leads (workspace_id, job_id, id DESC) WHERE deleted_at IS NULL;

-- The right to see one field of one contact, paid once and for ever.
CREATE TABLE unlocks (
    workspace_id    uuid NOT NULL REFERENCES workspaces,
    contact_id      uuid NOT NULL REFERENCES contacts,
    field           text NOT NULL CHECK (field IN ('email', 'phone')),
    credits         bigint NOT NULL CHECK (credits >= 0),
    transaction_id  uuid,
    job_id          uuid,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, contact_id, field),
    UNIQUE (workspace_id, transaction_id),
    FOREIGN KEY (workspace_id, transaction_id) REFERENCES transactions (workspace_id, id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id),
    CHECK ((credits > 0) = (transaction_id IS NOT NULL))
);

CREATE TABLE saved_columns (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    user_id       uuid NOT NULL REFERENCES users,
    page          text NOT NULL,
    columns       text[] NOT NULL,
    PRIMARY KEY (workspace_id, user_id, page)
);

CALL guard_tenant_table('leads');
CALL guard_tenant_table('unlocks');
CALL guard_tenant_table('saved_columns');

GRANT SELECT ON organizations TO reachly_app;
-- The catalogue's e-mail and phone are for sale: the application's role cannot read them.
GRANT SELECT (id, organization_id, first_name, last_name, title, seniority, department, linkedin_url, city, state, country,
              suppressed, sample, created_at, updated_at) ON contacts TO reachly_app;
GRANT SELECT ON employment_history TO reachly_app;
GRANT SELECT ON leads, unlocks TO reachly_app;
GRANT UPDATE (deleted_at, updated_at) ON leads TO reachly_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON saved_columns TO reachly_app;
