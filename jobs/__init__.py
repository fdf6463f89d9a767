"""The door for workers: the broker that carries wake-ups, the actors that take them, the schedule."""
