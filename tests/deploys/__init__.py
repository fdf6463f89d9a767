"""Two versions side by side, restarts, and changes of the database while everybody works."""
