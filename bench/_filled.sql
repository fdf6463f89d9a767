-- A database that has been in use for long, made in one go: every row as the product's own functions would have left it.
--
-- Filled in: {teams} workspaces, {jobs} finished jobs among them, {leads} leads of each job with e-mail (1 credit) and
-- phone (5), {events} events of each job (at least 3). Run by a superuser with triggers off, which is what makes it quick.

SET session_replication_role = replica;
SET synchronous_commit = off;
SET work_mem = '256MB';
SET maintenance_work_mem = '512MB';

CREATE TEMP TABLE team AS
SELECT n, uuidv7() AS user_id, uuidv7() AS workspace_id,
       ({jobs} / {teams} + (n <= {jobs} % {teams})::int)::bigint AS jobs
  FROM generate_series(1, {teams}) n;
CREATE TEMP TABLE work AS
SELECT t.workspace_id, t.user_id, number, uuidv7() AS job_id, now() - interval '30 days' + random() * interval '29 days' AS at
  FROM team t, generate_series(1, t.jobs) number;
ANALYZE team, work;

INSERT INTO users (id, email, name, password_hash, terms_version)
SELECT user_id, 'filled-' || user_id || '@bench.example', 'Filled', 'x', 'bench' FROM team;
INSERT INTO workspaces (id, name, plan_id, personal_of, jobs_numbered)
SELECT workspace_id, 'Filled', 'trial', user_id, jobs FROM team;
INSERT INTO memberships (workspace_id, user_id, role) SELECT workspace_id, user_id, 'owner' FROM team;
INSERT INTO accounts (workspace_id, name, balance)
SELECT t.workspace_id, name, CASE name WHEN 'granted' THEN -1000000000 WHEN 'available' THEN 1000000000 - t.jobs * {leads} * 6
                                       WHEN 'spent' THEN t.jobs * {leads} * 6 ELSE 0 END
  FROM team t, unnest(ARRAY['available', 'held', 'spent', 'granted', 'sold', 'adjusted', 'expired']) name;

INSERT INTO jobs (id, workspace_id, number, user_id, kind, queue, name, params, prices, status, attempt, dispatched_at,
                  checkpoint, progress_done, progress_total, credits_held, credits_spent, credits_released, result,
                  request_digest, event_seq, created_at, started_at, finished_at, updated_at)
SELECT job_id, workspace_id, number, user_id, 'generate_leads', 'interactive', 'Software, CEO or founder',
       '{{"limit": 25, "reveal": ["email", "phone"], "sources": ["lusha"], "filters": {{"industries": ["Software"]}}}}',
       '{{"email": 1, "phone": 5}}', 'succeeded', 1, at, '{{"sources": {{"lusha": {{"pages": 1, "finished": true}}}}}}',
       {leads}, {leads} + 1, {leads} * 6 + 6, {leads} * 6, 6, '{{"delivered": {leads}}}',
       sha256(job_id::text::bytea), {events}, at, at, at + interval '5 seconds', at + interval '5 seconds'
  FROM work ORDER BY at;
INSERT INTO job_sources (workspace_id, job_id, source, position, state, matches, found, credits)
SELECT workspace_id, job_id, 'lusha', 1, 'finished', 1000, {leads}, {leads} * 6 FROM work ORDER BY at;
INSERT INTO provider_calls (workspace_id, job_id, attempt, step, provider, operation, repeat, status, http_status, body,
                            duration_ms, requested_at, answered_at)
SELECT workspace_id, job_id, 1, step, 'lusha', split_part(step, '/', 2), 'charged', 'answered', 200, 'x', 40, at, at
  FROM work, unnest(ARRAY['lusha:0:search:0/search/0', 'lusha:0:enrich:1:0/enrich/0']) step ORDER BY at;

CREATE TEMP TABLE person AS
SELECT w.workspace_id, w.job_id, w.number, place, uuidv7() AS contact_id, uuidv7() AS lead_id, w.at
  FROM work w, generate_series(1, {leads}) place;
ANALYZE person;
INSERT INTO contacts (id, first_name, last_name, title, email, email_status, phone)
SELECT contact_id, 'Ada', 'Number ' || place, 'Head of Operations', contact_id || '@c.example', 'valid', '+14155550100'
  FROM person ORDER BY contact_id;
INSERT INTO leads (id, workspace_id, contact_id, job_id, first_name, last_name, title, email, email_status, phone, has_email,
                   has_phone, company, company_domain, source, provenance, credits, created_at, updated_at)
SELECT lead_id, workspace_id, contact_id, job_id, 'Ada', 'Number ' || place, 'Head of Operations', contact_id || '@c.example',
       'valid', '+14155550100', true, true, 'Company', 'c.example', 'lusha',
       '{{"email": {{"source": "lusha", "at": "2026-11-01T00:00:00+00:00"}}}}', 6, at, at
  FROM person ORDER BY lead_id;

INSERT INTO job_events (workspace_id, job_id, seq, kind, data, created_at)
SELECT w.workspace_id, w.job_id, seq,
       CASE seq WHEN {events} THEN 'done' WHEN 2 THEN 'leads' ELSE 'log' END,
       CASE seq WHEN {events} THEN '{{"status": "succeeded"}}'
            WHEN 2 THEN jsonb_build_object('source', 'lusha', 'delivered', {leads}, 'lead_ids', coalesce(p.ids, '[]'))
            ELSE '{{"text": "Lusha, page 1", "tone": "plain", "detail": "25 new"}}' END, w.at
  FROM work w
  LEFT JOIN (SELECT job_id, jsonb_agg(lead_id) AS ids FROM person GROUP BY 1) p ON p.job_id = w.job_id,
       generate_series(1, {events}) seq
 ORDER BY w.at, seq;

INSERT INTO transactions (workspace_id, kind, credits, description, available_after, held_after)
SELECT workspace_id, 'grant', 1000000000, 'Filled', 1000000000, 0 FROM team;
INSERT INTO transactions (workspace_id, kind, credits, job_id, contact_id, field, source, user_id, description,
                          idempotency_key, available_after, held_after, created_at)
SELECT w.workspace_id, CASE WHEN m.kind IN ('email', 'phone') THEN 'capture' ELSE m.kind END,
       CASE m.kind WHEN 'hold' THEN {leads} * 6 + 6 WHEN 'release' THEN 6 WHEN 'email' THEN 1 ELSE 5 END,
       w.job_id, p.contact_id, CASE WHEN m.kind IN ('email', 'phone') THEN m.kind END,
       CASE WHEN m.kind IN ('email', 'phone') THEN 'lusha' END, CASE m.kind WHEN 'hold' THEN w.user_id END, 'Filled',
       CASE WHEN m.kind IN ('hold', 'release') THEN m.kind || ':' || w.job_id END,
       1000000000 - w.number * {leads} * 6 - CASE m.kind WHEN 'release' THEN 0 ELSE 6 END,
       CASE m.kind WHEN 'hold' THEN {leads} * 6 + 6 WHEN 'release' THEN 0
                   ELSE {leads} * 6 + 6 - (m.place - 1) * 6 - CASE m.kind WHEN 'email' THEN 1 ELSE 6 END END,
       w.at
  FROM work w
  JOIN (SELECT 0 AS place, 'hold' AS kind UNION ALL
        SELECT place, kind FROM generate_series(1, {leads}) place, unnest(ARRAY['email', 'phone']) kind UNION ALL
        SELECT {leads} + 1, 'release') m ON true
  LEFT JOIN person p ON p.job_id = w.job_id AND p.place = m.place
 ORDER BY w.number, w.workspace_id, m.place, m.kind;

INSERT INTO entries (workspace_id, transaction_id, account, credits)
SELECT t.workspace_id, t.id, m.account, t.credits * m.sign
  FROM transactions t
  JOIN (VALUES ('grant', 'granted', -1), ('grant', 'available', 1), ('hold', 'available', -1), ('hold', 'held', 1),
               ('capture', 'held', -1), ('capture', 'spent', 1), ('release', 'held', -1), ('release', 'available', 1))
       m(kind, account, sign) ON m.kind = t.kind
 WHERE t.workspace_id IN (SELECT workspace_id FROM team)
 ORDER BY t.position;
INSERT INTO unlocks (workspace_id, contact_id, field, credits, transaction_id, job_id)
SELECT workspace_id, contact_id, field, credits, id, job_id FROM transactions
 WHERE kind = 'capture' AND workspace_id IN (SELECT workspace_id FROM team) ORDER BY position;

DROP INDEX lead_search_doc, contact_search_doc;
INSERT INTO lead_search SELECT w.* FROM lead_search_wanted w ON CONFLICT DO NOTHING;
INSERT INTO contact_search SELECT w.* FROM contact_search_wanted w ON CONFLICT DO NOTHING;
CREATE INDEX contact_search_doc ON contact_search USING gin (doc gin_trgm_ops);
CREATE INDEX lead_search_doc ON lead_search USING gin (workspace_id, doc gin_trgm_ops);

DROP TABLE team, work, person;
RESET session_replication_role;
