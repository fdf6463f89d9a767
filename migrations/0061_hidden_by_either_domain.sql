-- A company that stands for another has the domains of both. Whoever hides it by the domain, or the name, of the one behind hides
-- the company that stands for both; when the two are two again, what was hidden is the one that was named.

-- Nobody but the house sees the one behind. Who merges waits for who hides, and the other way round: what is read here is what
-- stands when the row is there.
CREATE FUNCTION company_named_behind() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v_company uuid;
BEGIN
    PERFORM merging_gate(false);
    -- Its domain says which company was hidden; without one its row, or its name, does.
    IF NEW.domain IS NOT NULL THEN
        SELECT coalesce(o.merged_into, o.id) INTO v_company FROM organizations o
         WHERE o.domain = NEW.domain
           AND (o.merged_into IS NOT NULL OR EXISTS (SELECT FROM organizations g WHERE g.id = NEW.organization_id AND g.domain <> NEW.domain));
    ELSIF NEW.organization_id IS NOT NULL THEN
        SELECT o.merged_into INTO v_company FROM organizations o WHERE o.id = NEW.organization_id;
    ELSE
        SELECT o.merged_into INTO v_company FROM organizations o
         WHERE o.name_key = NEW.name_key AND o.domain IS NULL AND o.merged_into IS NOT NULL LIMIT 1;
    END IF;
    IF v_company IS NULL OR v_company = NEW.organization_id THEN
        RETURN NEW;
    END IF;
    NEW.organization_id := CASE
        WHEN NOT EXISTS (SELECT FROM hidden_companies h WHERE h.workspace_id = NEW.workspace_id AND h.organization_id = v_company)
        THEN v_company
        WHEN NEW.domain IS NULL AND NEW.name_key IS NULL THEN NEW.organization_id END;
    RETURN NEW;
END $$;
CREATE TRIGGER company_named_behind BEFORE INSERT ON hidden_companies FOR EACH ROW EXECUTE FUNCTION company_named_behind();

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
