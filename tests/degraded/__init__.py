"""What happens while a store, a clock, the memory or the disk fails."""
