-- Whom a source had nothing of: asked again a few days later it has still nothing, and each asking takes time, and at some
-- sources their credits. A workspace knows this of its own askings alone.

CREATE TABLE misses (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    contact_id    uuid NOT NULL REFERENCES contacts,
    source        text NOT NULL CHECK (length(source) <= 40),
    field         text NOT NULL CHECK (field IN ('email', 'phone')),
    missed_at     timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, contact_id, source, field)
);
CREATE INDEX misses_missed ON misses (missed_at);
CALL guard_tenant_table('misses');

-- Remembers that a source had not this field of these people, who are known by their keys; a name alone is nobody's.
CREATE FUNCTION misses_note(p_source text, p_field text, p_keys text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    INSERT INTO misses AS m (workspace_id, contact_id, source, field)
    SELECT DISTINCT scope_workspace(), k.contact_id, p_source, p_field FROM contact_keys k
     WHERE k.key = ANY (p_keys) AND left(k.key, 1) <> 'n' ORDER BY 2
    ON CONFLICT (workspace_id, contact_id, source, field) DO UPDATE SET missed_at = excluded.missed_at
$$;

-- Forgets what a source had not: another key may open another account, or ask for more.
CREATE FUNCTION misses_drop(p_source text) RETURNS void LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DELETE FROM misses m WHERE m.workspace_id = scope_workspace() AND m.source = p_source
$$;

-- Which of these keys are of people whom there is no use in asking a source for: they must not be contacted, or it had nothing of
-- them lately. None without a scope.
CREATE FUNCTION people_passed_over(p_source text, p_field text, p_keys text[], p_for interval)
RETURNS TABLE (key text, suppressed boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT k.key, c.suppressed FROM contact_keys k JOIN contacts c ON c.id = k.contact_id
     WHERE k.key = ANY (p_keys) AND left(k.key, 1) <> 'n' AND scope_workspace() IS NOT NULL
       AND (c.suppressed
            OR EXISTS (SELECT FROM misses m WHERE m.workspace_id = scope_workspace() AND m.contact_id = k.contact_id
                          AND m.source = p_source AND m.field = p_field AND m.missed_at > clock_timestamp() - p_for))
$$;

-- Forgets misses of long ago; returns how many.
CREATE FUNCTION misses_forget(p_after interval, p_most integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH due AS (
        SELECT m.workspace_id, m.contact_id, m.source, m.field FROM misses m WHERE m.missed_at <= clock_timestamp() - p_after
         ORDER BY m.missed_at LIMIT p_most FOR UPDATE SKIP LOCKED),
    gone AS (DELETE FROM misses m USING due d
              WHERE (m.workspace_id, m.contact_id, m.source, m.field) = (d.workspace_id, d.contact_id, d.source, d.field) RETURNING 1)
    SELECT count(*) FROM gone
$$;
REVOKE EXECUTE ON FUNCTION misses_note, misses_drop, people_passed_over, misses_forget FROM PUBLIC;
GRANT EXECUTE ON FUNCTION misses_note, misses_drop, people_passed_over, misses_forget TO reachly_app;
