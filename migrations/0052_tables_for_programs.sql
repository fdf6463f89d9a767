-- Searches that are kept, as tables for programs.

-- Profiles: their search and what it brings. When they run by themselves is set where that is worked out.
CREATE VIEW rest.icp_profiles WITH (security_invoker) AS
    SELECT id, workspace_id, owner_id, name, filters, lead_limit, reveal, sources, schedule, weekday, hour, time_zone, paused,
           run_credits, month_credits, list_id, notify, next_run_at, created_at, updated_at
      FROM icp_profiles WHERE deleted_at IS NULL;
ALTER VIEW rest.icp_profiles ALTER COLUMN workspace_id SET DEFAULT scope_workspace();
ALTER VIEW rest.icp_profiles ALTER COLUMN owner_id SET DEFAULT scope_user();

-- The same rows, one array for each filter; a row that is written gets its filters from those that are not empty.
CREATE VIEW rest.lead_filters WITH (security_invoker) AS
    SELECT id, workspace_id, owner_id, name, industries, job_titles, locations, company_sizes, seniorities, departments,
           keywords, company_domains, exclude_industries, exclude_job_titles, exclude_locations, exclude_company_sizes,
           exclude_seniorities, exclude_departments, exclude_keywords, exclude_company_domains, created_at, updated_at
      FROM lead_filters;

CREATE FUNCTION rest.profile_written() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_filters jsonb;
    v_kept icp_profiles;
BEGIN
    IF TG_OP = 'DELETE' THEN
        UPDATE icp_profiles SET deleted_at = now(), updated_at = now() WHERE workspace_id = OLD.workspace_id AND id = OLD.id;
        RETURN CASE WHEN FOUND THEN OLD END;
    END IF;
    SELECT coalesce(jsonb_object_agg(f.key, f.value), '{}') INTO v_filters
      FROM jsonb_each(to_jsonb(NEW)) f(key, value)
     WHERE CASE jsonb_typeof(f.value) WHEN 'array' THEN jsonb_array_length(f.value) > 0 ELSE false END;
    IF TG_OP = 'INSERT' THEN
        INSERT INTO icp_profiles (workspace_id, owner_id, name, filters) VALUES (scope_workspace(), scope_user(), NEW.name, v_filters)
        RETURNING * INTO v_kept;
    ELSE
        UPDATE icp_profiles SET name = NEW.name, filters = v_filters, updated_at = now()
         WHERE workspace_id = OLD.workspace_id AND id = OLD.id RETURNING * INTO v_kept;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
    END IF;
    SELECT * INTO NEW FROM rest.lead_filters f WHERE f.workspace_id = v_kept.workspace_id AND f.id = v_kept.id;
    RETURN NEW;
END $$;
CREATE TRIGGER put_away INSTEAD OF DELETE ON rest.icp_profiles FOR EACH ROW EXECUTE FUNCTION rest.profile_written();
CREATE TRIGGER written INSTEAD OF INSERT OR UPDATE OR DELETE ON rest.lead_filters
    FOR EACH ROW EXECUTE FUNCTION rest.profile_written();

GRANT SELECT ON rest.icp_profiles, rest.lead_filters TO reachly_app;
GRANT INSERT (name, filters, lead_limit, reveal, sources, list_id), UPDATE (name, filters, lead_limit, reveal, sources, list_id),
    DELETE ON rest.icp_profiles TO reachly_app;
GRANT INSERT (name, industries, job_titles, locations, company_sizes, seniorities, departments, keywords,
    company_domains, exclude_industries, exclude_job_titles, exclude_locations, exclude_company_sizes,
    exclude_seniorities, exclude_departments, exclude_keywords, exclude_company_domains),
    UPDATE (name, industries, job_titles, locations, company_sizes, seniorities, departments, keywords,
    company_domains, exclude_industries, exclude_job_titles, exclude_locations, exclude_company_sizes,
    exclude_seniorities, exclude_departments, exclude_keywords, exclude_company_domains), DELETE ON rest.lead_filters TO reachly_app;
