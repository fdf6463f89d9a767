-- A catalogue and workspaces as years of use would leave them, for search: made in one go, with triggers off.
--
-- Expects the settings bench.first, bench.last, bench.titles and bench.companies (names, with bars between), bench.contacts (how
-- many) and bench.sizes (leads of each workspace, with commas between). Workspace n belongs to search-n@bench.example.

SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '256MB';
SET maintenance_work_mem = '768MB';

CREATE TEMP TABLE words AS
SELECT string_to_array(current_setting('bench.first'), '|') AS first, string_to_array(current_setting('bench.last'), '|') AS last,
       string_to_array(current_setting('bench.titles'), '|') AS titles, string_to_array(current_setting('bench.companies'), '|') AS companies;

CREATE TEMP TABLE team AS
SELECT n, size::integer, uuidv7() AS user_id, uuidv7() AS workspace_id
  FROM unnest(string_to_array(current_setting('bench.sizes'), ',')) WITH ORDINALITY sizes(size, n);
INSERT INTO users (id, email, name, password_hash, terms_version)
SELECT user_id, 'search-' || n || '@bench.example', 'Bench', 'x', 'bench' FROM team;
INSERT INTO workspaces (id, name, plan_id, personal_of) SELECT workspace_id, 'Bench', 'trial', user_id FROM team;
INSERT INTO memberships (workspace_id, user_id, role) SELECT workspace_id, user_id, 'owner' FROM team;
INSERT INTO accounts (workspace_id, name, balance)
SELECT workspace_id, name, 0 FROM team, unnest(ARRAY['available', 'held', 'spent', 'granted', 'sold', 'adjusted', 'expired']) name;

SELECT setseed(0.4);
INSERT INTO organizations (name, domain, industry, size, country)
SELECT words.companies[1 + floor(random() * cardinality(words.companies))] || ' ' || n, 'firm' || n || '.example',
       (ARRAY['Software', 'Retail', 'Banking', 'Logistics', 'Energy', 'Education', 'Media', 'Textiles'])[1 + floor(random() ^ 2 * 8)],
       (ARRAY['1-10', '11-50', '51-200', '201-500', '501-1000', '1001-5000'])[1 + floor(random() * 6)], 'Germany'
  FROM generate_series(1, current_setting('bench.contacts')::integer / 20) n, words;
CREATE TEMP TABLE firm AS SELECT row_number() OVER () AS n, * FROM organizations;
CREATE INDEX ON firm (n);
ANALYZE firm;
CREATE TEMP TABLE made AS
SELECT n, uuidv7() AS id, words.first[1 + floor(random() * cardinality(words.first))] AS first_name, words.last[1 + floor(random() * cardinality(words.last))] AS last_name,
       words.titles[1 + floor(random() ^ 2 * cardinality(words.titles))] AS title,
       (ARRAY['manager', 'senior', 'head', 'director', 'vp', 'c_level', 'founder'])[1 + floor(random() ^ 2 * 7)] AS seniority,
       (ARRAY['Sales', 'Marketing', 'Finance', 'Operations', 'Legal', 'Product'])[1 + floor(random() * 6)] AS department,
       (ARRAY['Germany', 'France', 'Poland', 'Spain', 'Japan', 'Sweden', 'Brazil'])[1 + floor(random() ^ 2 * 7)] AS country,
       1 + floor(random() * (SELECT count(*) FROM firm))::bigint AS firm, random() AS luck
  FROM generate_series(1, current_setting('bench.contacts')::integer) n, words;
INSERT INTO contacts (id, organization_id, first_name, last_name, title, seniority, department, city, country, email, email_status, phone)
SELECT m.id, f.id, m.first_name, m.last_name, m.title, m.seniority, m.department, 'Town', m.country,
       lower(unaccent(m.last_name)) || m.n || '@' || f.domain, CASE WHEN luck < 0.8 THEN 'valid' ELSE 'accept_all' END,
       CASE WHEN luck < 0.3 THEN '+4930123456' END
  FROM made m JOIN firm f ON f.n = m.firm ORDER BY m.id;
CREATE INDEX ON made (n);
ANALYZE made;

INSERT INTO leads (workspace_id, contact_id, organization_id, first_name, last_name, title, seniority, department, email, email_status,
                   phone, has_email, has_phone, company, company_domain, industry, company_size, city, country, source, provenance,
                   created_at, updated_at)
SELECT t.workspace_id, m.id, f.id, m.first_name, m.last_name, m.title, m.seniority, m.department,
       lower(unaccent(m.last_name)) || m.n || '@' || f.domain, CASE WHEN luck < 0.8 THEN 'valid' ELSE 'accept_all' END,
       CASE WHEN luck < 0.3 THEN '+4930123456' END, true, luck < 0.3, f.name, f.domain, f.industry, f.size, 'Town', m.country,
       CASE WHEN luck < 0.5 THEN 'lusha' ELSE 'clay' END, '{"email": {"source": "lusha", "at": "2026-11-01T00:00:00+00:00"}}',
       now() - place * interval '10 seconds', now()
  FROM team t, generate_series(1, t.size) place
  JOIN LATERAL (SELECT 1 + (place * 7 + t.n * 1001) % current_setting('bench.contacts')::integer AS n) at ON true
  JOIN made m ON m.n = at.n JOIN firm f ON f.n = m.firm;

DROP INDEX contact_search_doc, lead_search_doc;
INSERT INTO contact_search SELECT * FROM contact_search_wanted ORDER BY contact_id;
INSERT INTO lead_search SELECT * FROM lead_search_wanted ORDER BY workspace_id, created_at;
CREATE INDEX contact_search_doc ON contact_search USING gin (doc gin_trgm_ops);
CREATE INDEX lead_search_doc ON lead_search USING gin (workspace_id, doc gin_trgm_ops);
RESET session_replication_role;
