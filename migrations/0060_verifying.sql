-- That an address is its person's: said by the link that was mailed to it, and true until the address changes.

-- The address of the person in scope is theirs, if it is still this one. False where it is another one by now.
CREATE FUNCTION account_verify(p_email text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE users u SET email_verified_at = coalesce(u.email_verified_at, clock_timestamp()), updated_at = now()
     WHERE u.id = scope_user() AND u.email = p_email::citext AND u.active;
    RETURN FOUND;
END $$;
REVOKE EXECUTE ON FUNCTION account_verify FROM PUBLIC;
GRANT EXECUTE ON FUNCTION account_verify TO reachly_app;
