"""What a new installation starts with: plans and the price list."""

from __future__ import annotations

from reachly.database import owner_database
from reachly.settings import Settings, settings

PRICES = (
    ("lead_email", 1, "Lead with work e-mail"),
    ("lead_phone", 5, "Direct phone on a lead"),
    ("unlock_email", 1, "Unlock an e-mail"),
    ("unlock_phone", 5, "Unlock a phone"),
    ("email_found", 2, "E-mail found"),
    ("email_validated", 1, "E-mail validated"),
)


def seed(config: Settings | None = None) -> None:
    """Write plans and prices that are missing; what an operator changed stays. May run any number of times."""
    config = config or settings()
    plans = (
        ("trial", "Trial", config.trial_credits, "once", "Try everything", 1),
        ("demo", "Demo", 1000, "once", "Sample data only", 0),
        ("starter", "Starter", 1000, "month", "For one person", 2),
        ("team", "Team", 5000, "month", "For a team", 3),
    )
    owner = owner_database(config)
    with owner.connection_context(), owner.atomic():
        for plan in plans:
            owner.execute_sql(
                "INSERT INTO plans (id, name, credits, period, description, position) VALUES (%s, %s, %s, %s, %s, %s)"
                " ON CONFLICT (id) DO NOTHING",
                plan,
            )
        for price in PRICES:
            owner.execute_sql(
                "INSERT INTO prices (action, credits, label) VALUES (%s, %s, %s) ON CONFLICT (action) DO NOTHING", price
            )
