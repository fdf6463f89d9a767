-- What finds twins among leads, and the leads of hidden companies, without looking at every lead.
CREATE INDEX CONCURRENTLY IF NOT EXISTS leads_email ON leads (workspace_id, lower(email))
    WHERE email IS NOT NULL AND deleted_at IS NULL AND NOT hidden;
CREATE INDEX CONCURRENTLY IF NOT EXISTS leads_profile ON leads (workspace_id, lower(linkedin_url))
    WHERE linkedin_url IS NOT NULL AND deleted_at IS NULL AND NOT hidden;
CREATE INDEX CONCURRENTLY IF NOT EXISTS leads_hidden_domain ON leads (workspace_id, (reverse(company_domain) COLLATE "C"))
    WHERE hidden AND deleted_at IS NULL;
CREATE INDEX CONCURRENTLY IF NOT EXISTS leads_hidden_company ON leads (workspace_id, organization_id)
    WHERE hidden AND deleted_at IS NULL;
