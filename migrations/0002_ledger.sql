-- The credit ledger: double entry, append-only, one sum.
--
-- The application's role may read it and may not write it: every movement goes through a function below, each of which
-- looks up the idempotency key before the balance and takes the account's row lock before it decides.

CREATE TABLE accounts (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    name          text NOT NULL CHECK (name IN ('available', 'held', 'spent', 'granted', 'sold', 'adjusted', 'expired')),
    balance       bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, name),
    CHECK (name NOT IN ('held', 'spent') OR balance >= 0)
);

CREATE TABLE transactions (
    id              uuid NOT NULL DEFAULT uuidv7(),
    workspace_id    uuid NOT NULL REFERENCES workspaces,
    position        bigint GENERATED ALWAYS AS IDENTITY,
    kind            text NOT NULL CHECK (kind IN
                        ('grant', 'purchase', 'hold', 'capture', 'release', 'refund', 'expire', 'claw_back', 'adjust')),
    credits         bigint NOT NULL CHECK (credits > 0),
    job_id          uuid,
    contact_id      uuid,
    field           text CHECK (field IN ('email', 'phone')),
    source          text,
    user_id         uuid REFERENCES users,
    description     text NOT NULL DEFAULT '',
    undoes          uuid,
    idempotency_key text,
    available_after bigint NOT NULL,
    held_after      bigint NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, idempotency_key),
    UNIQUE (workspace_id, undoes),
    FOREIGN KEY (workspace_id, undoes) REFERENCES transactions (workspace_id, id),
    CHECK (kind <> 'capture' OR (job_id IS NOT NULL AND contact_id IS NOT NULL AND field IS NOT NULL)),
    CHECK (kind NOT IN ('hold', 'release') OR job_id IS NOT NULL),
    CHECK ((kind = 'refund') = (undoes IS NOT NULL))
);
CREATE INDEX transactions_history ON transactions (workspace_id, position DESC);
CREATE INDEX transactions_job ON transactions (workspace_id, job_id, kind);
-- One job holds once and gives back once.
CREATE UNIQUE INDEX transactions_one_hold ON transactions (workspace_id, job_id) WHERE kind = 'hold';
CREATE UNIQUE INDEX transactions_one_release ON transactions (workspace_id, job_id) WHERE kind = 'release';

CREATE TABLE entries (
    workspace_id    uuid NOT NULL,
    transaction_id  uuid NOT NULL,
    account         text NOT NULL,
    credits         bigint NOT NULL CHECK (credits <> 0),
    PRIMARY KEY (workspace_id, transaction_id, account),
    FOREIGN KEY (workspace_id, transaction_id) REFERENCES transactions (workspace_id, id),
    FOREIGN KEY (workspace_id, account) REFERENCES accounts (workspace_id, name)
);

-- Entries of a transaction arrive in one statement and must add up to zero there; so they add up to zero for ever.
-- The kept balances follow in the same statement's trigger and cannot drift from the entries.
CREATE FUNCTION entries_balance() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM added GROUP BY workspace_id, transaction_id HAVING sum(credits) <> 0 OR count(*) < 2) THEN
        RAISE EXCEPTION 'the entries of a transaction must add up to zero' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE accounts a SET balance = a.balance + moved.credits
      FROM (SELECT workspace_id, account, sum(credits) AS credits FROM added GROUP BY 1, 2) moved
     WHERE a.workspace_id = moved.workspace_id AND a.name = moved.account;
    RETURN NULL;
END $$;
CREATE TRIGGER entries_balance AFTER INSERT ON entries REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION entries_balance();

-- A transaction without entries would be a movement that moved nothing: checked when its transaction commits.
CREATE FUNCTION transactions_moved() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM entries e WHERE e.workspace_id = NEW.workspace_id AND e.transaction_id = NEW.id) THEN
        RAISE EXCEPTION 'transaction % has no entries', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER transactions_moved AFTER INSERT ON transactions DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION transactions_moved();

CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: correct it with a new transaction' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transactions
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CALL guard_tenant_table('accounts');
CALL guard_tenant_table('transactions');
CALL guard_tenant_table('entries');
GRANT SELECT ON accounts, transactions, entries TO reachly_app;

-- Moves credits between two accounts of the workspace in scope and returns the transaction's id.
--
-- Returns the first transaction again when the key was used before. Raises RL402 when `available` would fall below zero,
-- unless `overdraw` (a claw-back takes what is owed).
CREATE FUNCTION ledger_move(
    p_workspace uuid, p_kind text, p_from text, p_to text, p_credits bigint, p_key text, p_user uuid, p_description text,
    p_job uuid DEFAULT NULL, p_contact uuid DEFAULT NULL, p_field text DEFAULT NULL, p_source text DEFAULT NULL,
    p_undoes uuid DEFAULT NULL, p_overdraw boolean DEFAULT false
) RETURNS uuid LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    v_id uuid;
    v_available bigint;
    v_held bigint;
BEGIN
    IF p_credits <= 0 THEN
        RAISE EXCEPTION 'a movement is of one credit or more, not %', p_credits USING ERRCODE = 'check_violation';
    END IF;
    -- Every movement takes the same lock first, so two with one key cannot both miss it.
    SELECT balance INTO v_available FROM accounts WHERE workspace_id = p_workspace AND name = 'available' FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no workspace %', p_workspace USING ERRCODE = 'no_data_found';
    END IF;
    IF p_key IS NOT NULL THEN
        SELECT id INTO v_id FROM transactions WHERE workspace_id = p_workspace AND idempotency_key = p_key;
        IF FOUND THEN
            RETURN v_id;
        END IF;
    END IF;
    IF p_from = 'available' AND NOT p_overdraw AND v_available < p_credits THEN
        RAISE EXCEPTION 'not enough credits: % needed, % available', p_credits, v_available
            USING ERRCODE = 'RL402', DETAIL = json_build_object('required', p_credits, 'available', v_available)::text;
    END IF;
    SELECT balance INTO v_held FROM accounts WHERE workspace_id = p_workspace AND name = 'held';
    INSERT INTO transactions (workspace_id, kind, credits, job_id, contact_id, field, source, user_id, description, undoes,
                              idempotency_key, available_after, held_after)
    VALUES (p_workspace, p_kind, p_credits, p_job, p_contact, p_field, p_source, p_user, p_description, p_undoes, p_key,
            v_available + CASE 'available' WHEN p_from THEN -p_credits WHEN p_to THEN p_credits ELSE 0 END,
            v_held + CASE 'held' WHEN p_from THEN -p_credits WHEN p_to THEN p_credits ELSE 0 END)
    RETURNING id INTO v_id;
    INSERT INTO entries (workspace_id, transaction_id, account, credits)
    VALUES (p_workspace, v_id, p_from, -p_credits), (p_workspace, v_id, p_to, p_credits);
    RETURN v_id;
END $$;

-- The operators' and the plan's door into the ledger; the application's role has no way to it.
CREATE FUNCTION ledger_grant(p_workspace uuid, p_credits bigint, p_key text, p_user uuid, p_description text)
RETURNS uuid LANGUAGE sql SET search_path = public, pg_temp AS $$
    SELECT ledger_move(p_workspace, 'grant', 'granted', 'available', p_credits, p_key, p_user, p_description)
$$;

-- Gives one capture back, at most once; returns the refund's transaction. Raises when there is no such capture in scope.
CREATE FUNCTION ledger_refund(p_capture uuid, p_user uuid, p_description text)
RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v transactions;
BEGIN
    SELECT * INTO v FROM transactions WHERE workspace_id = scope_workspace() AND id = p_capture AND kind = 'capture';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no capture % to give back', p_capture USING ERRCODE = 'no_data_found';
    END IF;
    RETURN ledger_move(v.workspace_id, 'refund', 'spent', 'available', v.credits, 'refund:' || v.id, p_user, p_description,
                       v.job_id, v.contact_id, v.field, v.source, v.id);
END $$;
GRANT EXECUTE ON FUNCTION ledger_refund TO reachly_app;
