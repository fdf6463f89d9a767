-- Names and notes are words that somebody can read: the doors see to it, and for those who write the tables the database does.

-- One line with something to see in it; `p_blank` lets it be empty.
CREATE FUNCTION plain_line(p_text text, p_blank boolean DEFAULT false) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_text !~ '[\u0001-\u001f\u007f-\u009f\u2028\u2029]'
       AND (p_blank OR p_text ~ '[^\u0020\u00a0\u00ad\u1680\u180e\u2000-\u200f\u202a-\u202f\u205f-\u2064\u2066-\u206f\u3000\ufeff]')
$$;

-- Any number of lines, or none.
CREATE FUNCTION plain_text(p_text text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT p_text !~ '[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]'
$$;

CREATE FUNCTION plain_tags(p_tags text[]) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT NOT EXISTS (SELECT FROM unnest(p_tags) tag WHERE NOT coalesce(plain_line(tag) AND length(tag) <= 40, false))
$$;

-- A name that somebody else wrote, made one line as it may be kept: of what cannot be seen, a blank is left.
CREATE FUNCTION plain_name(p_text text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT left(btrim(regexp_replace(p_text, '[\u0001-\u001f\u007f-\u009f\u2028\u2029]+', ' ', 'g')), 300)
$$;
GRANT EXECUTE ON FUNCTION plain_line, plain_text, plain_tags, plain_name TO reachly_app;

-- allowed: the few whose names are no plain words; what can be read of them stays
UPDATE users SET name = CASE WHEN plain_line(plain_name(name)) THEN plain_name(name) ELSE 'Somebody' END WHERE NOT plain_line(name);
-- allowed: the few whose names are no plain words; what can be read of them stays
UPDATE workspaces SET name = CASE WHEN plain_line(plain_name(name)) THEN plain_name(name) ELSE 'Workspace' END
 WHERE NOT plain_line(name);

-- What is refused is told by the constraint's name: table, column, plain.
ALTER TABLE users ADD CONSTRAINT users_name_plain CHECK (plain_line(name)) NOT VALID;
ALTER TABLE workspaces ADD CONSTRAINT workspaces_name_plain CHECK (plain_line(name)) NOT VALID;
ALTER TABLE lists ADD CONSTRAINT lists_name_plain CHECK (plain_line(name)),
    ADD CONSTRAINT lists_description_plain CHECK (plain_text(description));
ALTER TABLE list_contacts ADD CONSTRAINT list_contacts_note_plain CHECK (plain_text(note)),
    ADD CONSTRAINT list_contacts_tags_plain CHECK (plain_tags(tags));
ALTER TABLE hidden_contacts ADD CONSTRAINT hidden_contacts_reason_plain CHECK (plain_text(reason));
ALTER TABLE hidden_companies ADD CONSTRAINT hidden_companies_reason_plain CHECK (plain_text(reason)),
    ADD CONSTRAINT hidden_companies_name_plain CHECK (plain_line(name, true) AND length(name) <= 300);
ALTER TABLE tags ADD CONSTRAINT tags_name_plain CHECK (plain_line(name));
ALTER TABLE lead_notes ADD CONSTRAINT lead_notes_text_plain CHECK (plain_text(text));
ALTER TABLE saved_views ADD CONSTRAINT saved_views_name_plain CHECK (plain_line(name));
ALTER TABLE export_presets ADD CONSTRAINT export_presets_name_plain CHECK (plain_line(name));
ALTER TABLE icp_profiles ADD CONSTRAINT icp_profiles_name_plain CHECK (plain_line(name));
