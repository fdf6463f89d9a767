"""What a workspace has to spend, what is held, and every movement that made it so. Nothing here moves a credit."""

from reachly.credits.movements import HistoryPage, Movement, count, history
from reachly.credits.query import KINDS, HistoryQuery
from reachly.credits.spreadsheet import as_csv
from reachly.credits.standing import Balance, Day, Held, balance, held_by_job, per_day, used

__all__ = [
    "KINDS",
    "Balance",
    "Day",
    "Held",
    "HistoryPage",
    "HistoryQuery",
    "Movement",
    "as_csv",
    "balance",
    "count",
    "held_by_job",
    "history",
    "per_day",
    "used",
]
