"""Finding leads: ask sources in order until the number wanted is reached, and pay only for what is new."""
