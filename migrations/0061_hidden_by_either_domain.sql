-- A company that stands for another has the domains of both. Whoever hides it by the domain, or the name, of the one behind hides
-- the company that stands for both; when the two are two again, what was hidden is the one that was named.

-- Nobody but the house sees the one behind.
CREATE FUNCTION company_named_behind() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    NEW.organization_id := (
        SELECT o.merged_into FROM organizations o
         WHERE o.merged_into IS NOT NULL AND (o.domain = NEW.domain OR NEW.domain IS NULL AND o.domain IS NULL AND o.name_key = NEW.name_key)
           AND NOT EXISTS (SELECT FROM hidden_companies h WHERE h.workspace_id = NEW.workspace_id AND h.organization_id = o.merged_into)
         LIMIT 1);
    RETURN NEW;
END $$;
CREATE TRIGGER company_named_behind BEFORE INSERT ON hidden_companies FOR EACH ROW
    WHEN (NEW.organization_id IS NULL) EXECUTE FUNCTION company_named_behind();

CREATE FUNCTION organization_apart() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_own uuid := coalesce(NEW.merged_into, NEW.id);
    v_spaces uuid[];
BEGIN
    -- One that stands behind another is passed on when that one is merged itself: there nothing comes apart.
    IF NEW.merged_into IS NOT NULL
       AND NOT EXISTS (SELECT FROM organizations o WHERE o.id = NEW.merged_into AND o.merged_into = OLD.merged_into) THEN
        RETURN NULL;
    END IF;
    v_spaces := ARRAY(SELECT h.workspace_id FROM hidden_companies h WHERE h.organization_id = OLD.merged_into
                         AND (h.domain = NEW.domain OR h.domain IS NULL AND NEW.domain IS NULL AND h.name_key = NEW.name_key) ORDER BY 1);
    PERFORM hiding_gate(s.id, true) FROM unnest(v_spaces) s(id);
    UPDATE hidden_companies h
       SET organization_id = CASE WHEN NOT EXISTS (SELECT FROM hidden_companies k WHERE k.workspace_id = h.workspace_id
                                                      AND k.organization_id = v_own) THEN v_own END
     WHERE h.workspace_id = ANY (v_spaces) AND h.organization_id = OLD.merged_into
       AND (h.domain = NEW.domain OR h.domain IS NULL AND NEW.domain IS NULL AND h.name_key = NEW.name_key);
    UPDATE leads l SET hidden = lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain)
     WHERE l.workspace_id = ANY (v_spaces) AND l.organization_id IN (OLD.merged_into, v_own)
       AND l.hidden <> lead_hidden(l.workspace_id, l.contact_id, l.organization_id, l.company_domain);
    RETURN NULL;
END $$;
CREATE TRIGGER organization_apart AFTER UPDATE OF merged_into ON organizations FOR EACH ROW
    WHEN (OLD.merged_into IS NOT NULL AND OLD.merged_into IS DISTINCT FROM NEW.merged_into)
    EXECUTE FUNCTION organization_apart();
