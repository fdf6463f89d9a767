-- Sending what was written: one sender takes a mail, and what it says afterwards counts only while the mail is still its own.

-- Takes mails that are due, the oldest first, for so long; a sender that dies meanwhile leaves them to be taken again.
--
-- Tells what they say, which may be a link that lets somebody in: nobody in scope of a workspace can ask for it.
CREATE FUNCTION mails_take(p_lease interval, p_most integer)
RETURNS TABLE (workspace_id uuid, id uuid, recipient text, kind text, subject text, body text, html text, attempts integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    IF scope_workspace() IS NOT NULL OR scope_user() IS NOT NULL THEN
        RAISE EXCEPTION 'mail is sent by the house, in no scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN QUERY
    WITH due AS (
        SELECT m.workspace_id, m.id FROM mails m WHERE m.status = 'queued' AND m.due_at <= clock_timestamp()
         ORDER BY m.due_at LIMIT p_most FOR NO KEY UPDATE SKIP LOCKED),
    taken AS (
        UPDATE mails m SET attempts = m.attempts + 1, due_at = clock_timestamp() + p_lease FROM due
         WHERE m.workspace_id = due.workspace_id AND m.id = due.id RETURNING m.*)
    SELECT t.workspace_id, t.id, t.recipient, t.kind, t.subject, t.text, t.html, t.attempts FROM taken t ORDER BY t.id;
END $$;

-- How sending one came out: sent; failed for good; or, with neither, due again after a while. Nothing happens where somebody
-- else has taken it since. What a mail said is not kept once it is over, since its links were for the recipient alone.
-- `p_counts` false gives the attempt back: nobody tried.
CREATE FUNCTION mail_settle(p_workspace uuid, p_id uuid, p_attempt integer, p_status text, p_error text, p_again interval,
                            p_counts boolean)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF scope_workspace() IS NOT NULL OR scope_user() IS NOT NULL THEN
        RAISE EXCEPTION 'mail is sent by the house, in no scope' USING ERRCODE = 'insufficient_privilege';
    END IF;
    UPDATE mails m SET status = p_status, error = left(p_error, 500), attempts = m.attempts - (NOT p_counts)::integer,
           due_at = clock_timestamp() + coalesce(p_again, '0'),
           sent_at = CASE WHEN p_status = 'sent' THEN clock_timestamp() END,
           text = CASE WHEN p_status = 'queued' THEN m.text ELSE '' END,
           html = CASE WHEN p_status = 'queued' THEN m.html END
     WHERE m.workspace_id = p_workspace AND m.id = p_id AND m.status = 'queued' AND m.attempts = p_attempt;
    RETURN FOUND;
END $$;

-- Mails that are over are forgotten after a while, with those whose time never came.
CREATE FUNCTION mails_forget(p_after interval, p_most integer) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    WITH due AS (
        SELECT m.workspace_id, m.id FROM mails m WHERE m.created_at < clock_timestamp() - p_after
         ORDER BY m.created_at LIMIT p_most FOR UPDATE SKIP LOCKED),
    gone AS (
        DELETE FROM mails m USING due WHERE m.workspace_id = due.workspace_id AND m.id = due.id RETURNING 1)
    SELECT count(*) FROM gone
$$;
CREATE INDEX mails_created ON mails (created_at);
REVOKE EXECUTE ON FUNCTION mails_take, mail_settle, mails_forget FROM PUBLIC;
GRANT EXECUTE ON FUNCTION mails_take, mail_settle, mails_forget TO reachly_app;
