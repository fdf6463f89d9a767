-- Who was invited, what people are told in the app, and the mail that goes out.

-- An invitation into the workspace, or with a list to that list alone, there until `access_until`. Its link carries a token of which only the hash is kept;
-- `mailed`: it is in no other place than in a mail to that address, so that whoever has it reads that mail.
CREATE TABLE invitations (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    list_id       uuid,
    email         citext NOT NULL CHECK (length(email) BETWEEN 3 AND 254),
    role          text NOT NULL CHECK (role IN ('admin', 'member', 'viewer', 'editor')),
    token_hash    bytea NOT NULL UNIQUE,
    mailed        boolean NOT NULL DEFAULT false,
    invited_by    uuid NOT NULL REFERENCES users,
    created_at    timestamptz NOT NULL DEFAULT now(),
    expires_at    timestamptz NOT NULL,
    access_until  timestamptz,
    accepted_at   timestamptz,
    accepted_by   uuid REFERENCES users,
    revoked_at    timestamptz,
    PRIMARY KEY (workspace_id, id),
    FOREIGN KEY (workspace_id, list_id) REFERENCES lists (workspace_id, id),
    CHECK (CASE WHEN list_id IS NULL THEN role <> 'editor' ELSE role IN ('viewer', 'editor') END)
);
CREATE INDEX invitations_open ON invitations (workspace_id, list_id, email) WHERE accepted_at IS NULL AND revoked_at IS NULL;

-- What one person is told: a link inside the app and a sentence, read once.
CREATE TABLE notifications (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    user_id       uuid NOT NULL REFERENCES users,
    kind          text NOT NULL CHECK (kind ~ '^[a-z_]+[.][a-z_]+$'),
    words         text NOT NULL CHECK (length(words) BETWEEN 1 AND 500),
    link          text NOT NULL DEFAULT '' CHECK (link = '' OR link ~ '^/[^/]'),
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    read_at       timestamptz,
    PRIMARY KEY (workspace_id, id)
);
CREATE INDEX notifications_person ON notifications (workspace_id, user_id, created_at DESC);

-- A mail is written in the transaction that is its reason and sent afterwards: committed, then sent, tried again, never lost.
CREATE TABLE mails (
    workspace_id  uuid NOT NULL REFERENCES workspaces,
    id            uuid NOT NULL DEFAULT uuidv7(),
    user_id       uuid REFERENCES users,
    recipient     text NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254),
    kind          text NOT NULL CHECK (kind ~ '^[a-z_]+[.][a-z_]+$'),
    subject       text NOT NULL CHECK (length(subject) BETWEEN 1 AND 250 AND subject !~ '[\r\n]'),
    text          text NOT NULL,
    html          text,
    once_key      text,
    status        text NOT NULL DEFAULT 'queued' CHECK (status IN ('queued', 'sent', 'failed')),
    attempts      integer NOT NULL DEFAULT 0,
    due_at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    error         text,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    sent_at       timestamptz,
    PRIMARY KEY (workspace_id, id),
    UNIQUE (workspace_id, once_key)
);
CREATE INDEX mails_due ON mails (due_at) WHERE status = 'queued';

CALL guard_tenant_table('invitations');
CALL guard_tenant_table('notifications');
CALL guard_tenant_table('mails');
CALL guard_writers('invitations');
CREATE POLICY mine ON notifications AS RESTRICTIVE FOR SELECT TO reachly_app
    USING (scope_user() IS NULL OR user_id = scope_user());
GRANT SELECT, INSERT ON invitations, notifications TO reachly_app;
GRANT UPDATE (revoked_at, expires_at, access_until, token_hash, mailed) ON invitations TO reachly_app;
GRANT UPDATE (read_at) ON notifications TO reachly_app;
GRANT SELECT (workspace_id, id, user_id, recipient, kind, subject, status, attempts, error, created_at, sent_at), INSERT
    ON mails TO reachly_app;
