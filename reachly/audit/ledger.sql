-- What must hold within the ledger.

-- One pass over transactions and entries: what each moved, beside what it says of itself and what stood in the row above.
-- rule: entries sum to zero | a movement goes where its kind says | each row of the history adds up to the one above | every entry has its movement
-- says: {told}
WITH moved AS (
    SELECT workspace_id, transaction_id, count(*) AS entries, sum(credits) AS total,
           coalesce(sum(credits) FILTER (WHERE account = 'available'), 0) AS available,
           coalesce(sum(credits) FILTER (WHERE account = 'held'), 0) AS held,
           min(abs(credits)) AS least, max(abs(credits)) AS most,
           min(account) FILTER (WHERE credits < 0) AS source, max(account) FILTER (WHERE credits < 0) AS other_source,
           min(account) FILTER (WHERE credits > 0) AS target, max(account) FILTER (WHERE credits > 0) AS other_target
      FROM entries GROUP BY 1, 2),
told AS (
    SELECT coalesce(t.workspace_id, m.workspace_id) AS workspace_id, t.id, m.transaction_id, t.kind, t.credits, m.entries, m.total,
           t.available_after, coalesce(lag(t.available_after) OVER w, 0) + m.available AS available,
           t.held_after, coalesce(lag(t.held_after) OVER w, 0) + m.held AS held,
           m.least, m.most, m.source, m.other_source, m.target, m.other_target, way.source AS from_account, way.target AS to_account
      FROM transactions t
      FULL JOIN moved m ON m.workspace_id = t.workspace_id AND m.transaction_id = t.id
      LEFT JOIN (VALUES ('grant', 'granted', 'available'), ('purchase', 'sold', 'available'),
                        ('hold', 'available', 'held'), ('capture', 'held', 'spent'), ('release', 'held', 'available'),
                        ('refund', 'spent', 'available'), ('expire', 'available', 'expired'),
                        ('claw_back', 'available', 'sold')) way(kind, source, target) ON way.kind = t.kind
    WINDOW w AS (PARTITION BY t.workspace_id ORDER BY t.position))
SELECT v.rule, told.workspace_id, v.told
  FROM told,
       LATERAL (VALUES
           ('entries sum to zero', id IS NOT NULL AND (coalesce(entries, 0) < 2 OR total <> 0),
            format('Transaction %s (%s): its %s entries add up to %s and not to zero', id, kind, coalesce(entries, 0), coalesce(total, 0))),
           ('a movement goes where its kind says',
            least <> credits OR most <> credits OR from_account <> source OR from_account <> other_source
            OR to_account <> target OR to_account <> other_target,
            format('Transaction %s (%s, %s credits): its entries of %s to %s credits go from %s to %s', id, kind, credits, least, most,
                   concat_ws(' and ', source, nullif(other_source, source)), concat_ws(' and ', target, nullif(other_target, target)))),
           ('each row of the history adds up to the one above', available_after <> available OR held_after <> held,
            format('Transaction %s (%s): after it %s are available and %s held, its entries and the row above say %s and %s',
                   id, kind, available_after, held_after, available, held)),
           ('every entry has its movement', id IS NULL,
            format('%s entries name transaction %s, which their workspace does not have', entries, transaction_id))
       ) v(rule, broken, told)
 WHERE (id IS NULL OR entries IS NULL OR entries < 2 OR total <> 0 OR least <> credits OR most <> credits OR from_account <> source
        OR from_account <> other_source OR to_account <> target OR to_account <> other_target
        OR available_after <> available OR held_after <> held) AND v.broken;

-- rule: kept balances equal their entries
-- says: Account {name}: {kept} is kept, its entries add up to {summed}
SELECT a.workspace_id, a.name, a.balance AS kept, coalesce(s.total, 0) AS summed
  FROM accounts a
  LEFT JOIN (SELECT workspace_id, account, sum(credits) AS total FROM entries GROUP BY 1, 2) s
       ON s.workspace_id = a.workspace_id AND s.account = a.name
 WHERE a.balance <> coalesce(s.total, 0);

-- rule: nobody owes
-- says: Account {name} stands at {balance}
SELECT a.workspace_id, a.name, a.balance
  FROM accounts a
 WHERE a.balance < 0
   AND (a.name IN ('held', 'spent', 'expired')
        OR (a.name = 'available' AND NOT EXISTS (
            SELECT FROM transactions t WHERE t.workspace_id = a.workspace_id AND t.kind = 'claw_back')));

-- rule: a refund gives one capture back
-- says: Refund {id} of {credits} credits undoes {undone}
SELECT r.workspace_id, r.id, r.credits, coalesce(c.kind || ' ' || c.id || ' of ' || c.credits, 'nothing') AS undone
  FROM transactions r
  LEFT JOIN transactions c ON c.workspace_id = r.workspace_id AND c.id = r.undoes
 WHERE r.kind = 'refund' AND (c.id IS NULL OR c.kind <> 'capture' OR c.credits <> r.credits);

-- rule: a capture is given back once
-- says: Transaction {undoes} was undone {refunds} times
SELECT workspace_id, undoes, count(*) AS refunds FROM transactions WHERE undoes IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1;

-- rule: a key moves credits once
-- says: Idempotency key {key} moved credits {times} times
SELECT workspace_id, idempotency_key AS key, count(*) AS times
  FROM transactions WHERE idempotency_key IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1;

-- rule: every workspace has its accounts
-- says: It has {accounts} of the 7 accounts
SELECT w.id AS workspace_id, count(a.name) AS accounts
  FROM workspaces w
  LEFT JOIN accounts a ON a.workspace_id = w.id
 GROUP BY w.id
HAVING count(a.name) <> 7;

-- rule: the held account is what open jobs hold
-- says: Account held stands at {balance}; the open jobs hold {held}
SELECT a.workspace_id, a.balance, coalesce(j.held, 0) AS held
  FROM accounts a
  LEFT JOIN (SELECT workspace_id, sum(credits_held - credits_spent - credits_released) AS held
               FROM jobs WHERE finished_at IS NULL GROUP BY 1) j ON j.workspace_id = a.workspace_id
 WHERE a.name = 'held' AND a.balance <> coalesce(j.held, 0);

-- Only of workspaces that ever had a limit. Within a month captures move what was held to what was spent, so only holds,
-- releases and refunds change the two together; what open jobs held when the month began is carried into it.
-- rule: no hold passed the month's limit of its time
-- says: Hold {id}: with it {used} credits of the month were spent or held, and {cap} were allowed
WITH moved AS (
    SELECT t.workspace_id, t.id, t.position, t.kind, date_trunc('month', t.created_at AT TIME ZONE 'UTC') AS month,
           CASE t.kind WHEN 'hold' THEN t.credits WHEN 'capture' THEN 0 ELSE -t.credits END AS used,
           CASE t.kind WHEN 'hold' THEN t.credits WHEN 'refund' THEN 0 ELSE -t.credits END AS held
      FROM transactions t
     WHERE t.kind IN ('hold', 'capture', 'release', 'refund')
       AND t.workspace_id IN (SELECT c.workspace_id FROM spend_caps c WHERE c.user_id IS NULL)),
counted AS (
    SELECT m.workspace_id, m.id, m.position, m.kind,
           sum(m.held) OVER (PARTITION BY m.workspace_id ORDER BY m.position)
           - sum(m.held) OVER (PARTITION BY m.workspace_id, m.month ORDER BY m.position)
           + sum(m.used) OVER (PARTITION BY m.workspace_id, m.month ORDER BY m.position) AS used
      FROM moved m)
SELECT c.workspace_id, c.id, c.used, allowed.credits AS cap
  FROM counted c, LATERAL (SELECT s.credits FROM spend_caps s
                            WHERE s.workspace_id = c.workspace_id AND s.user_id IS NULL AND s.after < c.position
                            ORDER BY s.id DESC LIMIT 1) allowed
 WHERE c.kind = 'hold' AND c.used > allowed.credits;
