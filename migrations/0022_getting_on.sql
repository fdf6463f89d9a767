-- How far a job was when it last stopped a worker: one that has got on since is unlucky, one that has not is poison.
ALTER TABLE jobs ADD COLUMN crashed_done bigint;
GRANT UPDATE (crashed_done) ON jobs TO reachly_app;
