"""Lists: kept, ordered, combined, shared."""
