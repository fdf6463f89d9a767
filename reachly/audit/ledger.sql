-- What must hold within the ledger.

-- rule: entries sum to zero
-- says: Transaction {id} ({kind}): its {entries} entries add up to {total} and not to zero
SELECT t.workspace_id, t.id, t.kind, count(e.credits) AS entries, coalesce(sum(e.credits), 0) AS total
  FROM transactions t
  LEFT JOIN entries e ON e.workspace_id = t.workspace_id AND e.transaction_id = t.id
 GROUP BY t.workspace_id, t.id
HAVING count(e.credits) < 2 OR sum(e.credits) <> 0;

-- rule: a movement goes where its kind says
-- says: Transaction {id} ({kind}, {credits} credits): not so its entries {moved}
SELECT t.workspace_id, t.id, t.kind, t.credits, string_agg(e.account || ' ' || e.credits, ', ' ORDER BY e.credits) AS moved
  FROM transactions t
  JOIN entries e ON e.workspace_id = t.workspace_id AND e.transaction_id = t.id
  LEFT JOIN (VALUES ('grant', 'granted', 'available'), ('purchase', 'sold', 'available'),
                    ('hold', 'available', 'held'), ('capture', 'held', 'spent'), ('release', 'held', 'available'),
                    ('refund', 'spent', 'available'), ('expire', 'available', 'expired'),
                    ('claw_back', 'available', 'sold')) way(kind, source, target) ON way.kind = t.kind
 WHERE abs(e.credits) <> t.credits OR e.account <> CASE WHEN e.credits < 0 THEN way.source ELSE way.target END
 GROUP BY t.workspace_id, t.id;

-- rule: kept balances equal their entries
-- says: Account {name}: {kept} is kept, its entries add up to {summed}
SELECT a.workspace_id, a.name, a.balance AS kept, coalesce(s.total, 0) AS summed
  FROM accounts a
  LEFT JOIN (SELECT workspace_id, account, sum(credits) AS total FROM entries GROUP BY 1, 2) s
       ON s.workspace_id = a.workspace_id AND s.account = a.name
 WHERE a.balance <> coalesce(s.total, 0);

-- rule: each row of the history adds up to the one above
-- says: Transaction {id} ({kind}): after it {says_available} are available and {says_held} held, its entries say {available} and {held}
WITH moved AS (
    SELECT workspace_id, transaction_id,
           coalesce(sum(credits) FILTER (WHERE account = 'available'), 0) AS available,
           coalesce(sum(credits) FILTER (WHERE account = 'held'), 0) AS held
      FROM entries GROUP BY 1, 2),
told AS (
    SELECT t.workspace_id, t.id, t.kind, t.available_after AS says_available, t.held_after AS says_held,
           sum(m.available) OVER w AS available, sum(m.held) OVER w AS held
      FROM transactions t
      JOIN moved m ON m.workspace_id = t.workspace_id AND m.transaction_id = t.id
    WINDOW w AS (PARTITION BY t.workspace_id ORDER BY t.position))
SELECT * FROM told WHERE says_available <> available OR says_held <> held;

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

-- rule: a job holds once and gives back once
-- says: Job {job_id} has {times} movements of the kind {kind}
SELECT workspace_id, job_id, kind, count(*) AS times
  FROM transactions WHERE kind IN ('hold', 'release') GROUP BY 1, 2, 3 HAVING count(*) > 1;

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
