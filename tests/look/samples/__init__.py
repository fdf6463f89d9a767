"""Made-up people, jobs and movements that show every page in the states it can have."""
