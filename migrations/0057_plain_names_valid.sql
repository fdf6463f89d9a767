ALTER TABLE users VALIDATE CONSTRAINT users_name_plain;
ALTER TABLE workspaces VALIDATE CONSTRAINT workspaces_name_plain;
