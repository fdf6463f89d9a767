-- Searches that are kept under a name, run again and run by themselves, and each of their runs.

-- Whether filters are what a search takes: known facets, each a list of texts that are neither empty nor endless, and one at least
-- that says who is wanted: whoever only leaves people out would buy everybody else.
CREATE FUNCTION filters_sound(p_filters jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT jsonb_typeof(p_filters) = 'object' AND NOT EXISTS (
        SELECT FROM jsonb_each(p_filters) f(facet, chosen)
         WHERE regexp_replace(f.facet, '^exclude_', '') <> ALL ('{industries,job_titles,locations,company_sizes,seniorities,departments,keywords,company_domains}'::text[])
            OR CASE WHEN jsonb_typeof(f.chosen) = 'array' THEN jsonb_array_length(f.chosen) NOT BETWEEN 1 AND 100
                      OR EXISTS (SELECT FROM jsonb_array_elements(f.chosen) v(value)
                                  WHERE jsonb_typeof(v.value) <> 'string' OR length(v.value #>> '{}') NOT BETWEEN 1 AND 120)
                    ELSE true END)
       AND EXISTS (SELECT FROM jsonb_object_keys(CASE jsonb_typeof(p_filters) WHEN 'object' THEN p_filters ELSE '{}' END) k(facet)
                    WHERE k.facet NOT LIKE 'exclude\_%')
$$;

CREATE TABLE icp_profiles (
    workspace_id  uuid NOT NULL DEFAULT scope_workspace() REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    owner_id      uuid NOT NULL DEFAULT scope_user() REFERENCES users,
    name          text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    filters       jsonb NOT NULL CHECK (filters_sound(filters)),
    lead_limit    integer NOT NULL DEFAULT 50 CHECK (lead_limit BETWEEN 1 AND 10000),
    reveal        text[] NOT NULL DEFAULT '{email}' CHECK (reveal <@ ARRAY['email', 'phone'] AND cardinality(reveal) BETWEEN 1 AND 2)
                  CONSTRAINT icp_profiles_reveal_flat CHECK (flat_texts(reveal)),
    sources       text[] NOT NULL DEFAULT '{}' CHECK (cardinality(sources) <= 20)
                  CONSTRAINT icp_profiles_sources_flat CHECK (flat_texts(sources)),
    schedule      text NOT NULL DEFAULT 'off' CHECK (schedule IN ('off', 'daily', 'weekly')),
    weekday       smallint NOT NULL DEFAULT 1 CHECK (weekday BETWEEN 1 AND 7),
    hour          smallint NOT NULL DEFAULT 8 CHECK (hour BETWEEN 0 AND 23),
    time_zone     text NOT NULL DEFAULT 'UTC' CHECK (length(time_zone) BETWEEN 1 AND 64),
    paused        boolean NOT NULL DEFAULT false,
    run_credits   bigint CHECK (run_credits > 0),
    month_credits bigint CHECK (month_credits > 0),
    list_id       uuid,
    notify        boolean NOT NULL DEFAULT true,
    next_run_at   timestamptz,
    created_at    timestamptz NOT NULL DEFAULT now(),
    updated_at    timestamptz NOT NULL DEFAULT now(),
    deleted_at    timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES lists (workspace_id, id)
);
CREATE INDEX icp_profiles_kept ON icp_profiles (workspace_id, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX icp_profiles_due ON icp_profiles (next_run_at) WHERE schedule <> 'off' AND NOT paused AND deleted_at IS NULL;

-- One row per run, asked for by somebody or due (`due_at`): each due time has one, whatever became of it.
CREATE TABLE icp_profile_runs (
    workspace_id  uuid NOT NULL,
    id            uuid NOT NULL DEFAULT uuidv7(),
    profile_id    uuid NOT NULL,
    user_id       uuid REFERENCES users,
    due_at        timestamptz,
    outcome       text NOT NULL CHECK (outcome IN ('started', 'skipped', 'refused')),
    code          text,
    words         text,
    job_id        uuid,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    told_at       timestamptz,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, profile_id, due_at),
    UNIQUE (workspace_id, job_id),
    FOREIGN KEY (workspace_id, profile_id) REFERENCES icp_profiles (workspace_id, id),
    FOREIGN KEY (workspace_id, job_id) REFERENCES jobs (workspace_id, id),
    CHECK ((outcome = 'started') = (job_id IS NOT NULL))
);
CREATE INDEX icp_profile_runs_recent ON icp_profile_runs (workspace_id, profile_id, created_at DESC, id DESC);
CREATE INDEX icp_profile_runs_untold ON icp_profile_runs (created_at) WHERE told_at IS NULL AND job_id IS NOT NULL;

CALL guard_tenant_table('icp_profiles');
CALL guard_tenant_table('icp_profile_runs');
CALL guard_writers('icp_profiles');
CALL guard_writers('icp_profile_runs');
GRANT SELECT, INSERT ON icp_profiles, icp_profile_runs TO reachly_app;
GRANT UPDATE (name, filters, lead_limit, reveal, sources, schedule, weekday, hour, time_zone, paused, run_credits, month_credits,
              list_id, notify, next_run_at, updated_at, deleted_at) ON icp_profiles TO reachly_app;
GRANT UPDATE (told_at) ON icp_profile_runs TO reachly_app;

-- A profile runs by itself in its keeper's name and under their limits. So whoever changes what it asks for, what that may
-- cost or when, keeps it from then on: nobody spends in somebody else's name.
CREATE FUNCTION icp_profile_kept() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF scope_user() IS NOT NULL AND NEW.owner_id = OLD.owner_id
       AND ((NEW.filters, NEW.lead_limit, NEW.reveal, NEW.sources, NEW.schedule, NEW.weekday, NEW.hour, NEW.time_zone,
             NEW.run_credits, NEW.month_credits)
            IS DISTINCT FROM (OLD.filters, OLD.lead_limit, OLD.reveal, OLD.sources, OLD.schedule, OLD.weekday, OLD.hour,
                              OLD.time_zone, OLD.run_credits, OLD.month_credits)
            OR (OLD.paused AND NOT NEW.paused)) THEN
        NEW.owner_id := scope_user();
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER icp_profile_kept BEFORE UPDATE ON icp_profiles FOR EACH ROW EXECUTE FUNCTION icp_profile_kept();
GRANT EXECUTE ON FUNCTION filters_sound TO reachly_app;

-- The same rows with a column for each filter.
CREATE FUNCTION facet(p_filters jsonb, p_name text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(v.value ORDER BY v.place), '{}')
      FROM jsonb_array_elements_text(p_filters -> p_name) WITH ORDINALITY v(value, place)
$$;
GRANT EXECUTE ON FUNCTION facet TO reachly_app;
CREATE VIEW lead_filters WITH (security_invoker = true) AS
SELECT p.workspace_id, p.id, p.owner_id, p.name, facet(p.filters, 'industries') AS industries,
       facet(p.filters, 'job_titles') AS job_titles, facet(p.filters, 'locations') AS locations,
       facet(p.filters, 'company_sizes') AS company_sizes, facet(p.filters, 'seniorities') AS seniorities,
       facet(p.filters, 'departments') AS departments, facet(p.filters, 'keywords') AS keywords,
       facet(p.filters, 'company_domains') AS company_domains,
       facet(p.filters, 'exclude_industries') AS exclude_industries, facet(p.filters, 'exclude_job_titles') AS exclude_job_titles,
       facet(p.filters, 'exclude_locations') AS exclude_locations, facet(p.filters, 'exclude_company_sizes') AS exclude_company_sizes,
       facet(p.filters, 'exclude_seniorities') AS exclude_seniorities, facet(p.filters, 'exclude_departments') AS exclude_departments,
       facet(p.filters, 'exclude_keywords') AS exclude_keywords, facet(p.filters, 'exclude_company_domains') AS exclude_company_domains,
       p.created_at, p.updated_at
  FROM icp_profiles p WHERE p.deleted_at IS NULL;
GRANT SELECT ON lead_filters TO reachly_app;

-- What the schedule looks for across workspaces: profiles whose time has come (or was never worked out), and runs whose job has
-- ended and of which nobody was told. Only ids: what is done with them is done in their workspace's scope. Of each workspace
-- first the one that waits longest, so that none with many keeps the others waiting.
CREATE FUNCTION icp_profiles_due(p_now timestamptz, p_most integer) RETURNS TABLE (workspace_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT p.workspace_id, p.id FROM icp_profiles p
     WHERE p.schedule <> 'off' AND NOT p.paused AND p.deleted_at IS NULL AND (p.next_run_at <= p_now OR p.next_run_at IS NULL)
     ORDER BY row_number() OVER (PARTITION BY p.workspace_id ORDER BY p.next_run_at NULLS FIRST), p.next_run_at NULLS FIRST
     LIMIT p_most
$$;
CREATE FUNCTION icp_runs_ended(p_most integer) RETURNS TABLE (workspace_id uuid, id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT r.workspace_id, r.id FROM icp_profile_runs r JOIN jobs j ON j.workspace_id = r.workspace_id AND j.id = r.job_id
     WHERE r.told_at IS NULL AND j.finished_at IS NOT NULL ORDER BY r.created_at LIMIT p_most
$$;
REVOKE EXECUTE ON FUNCTION icp_profiles_due, icp_runs_ended FROM PUBLIC;
GRANT EXECUTE ON FUNCTION icp_profiles_due, icp_runs_ended TO reachly_app;
