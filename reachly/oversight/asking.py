"""How a desk asks the database: functions of one prefix, through whichever connection it was given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields
from typing import Any, TypeVar

Ask = Callable[[str, Sequence[Any]], list[dict[str, Any]]]
Row = TypeVar("Row")


class Asking:
    """Asks through ``ask``; ``prefix`` names the functions, ``who`` comes before the arguments of an act."""

    def __init__(self, ask: Ask, prefix: str, who: tuple[Any, ...] = ()) -> None:
        self._ask, self._prefix, self._who = ask, prefix, who

    def _call(self, name: str, arguments: tuple[Any, ...], one_value: bool = False) -> list[dict[str, Any]]:
        function = f"{self._prefix}_{name}({', '.join(['%s'] * len(arguments))})"
        sql = f"SELECT {function} AS told" if one_value else f"SELECT * FROM {function}"  # noqa: S608 - names of our own
        return self._ask(sql, arguments)


def rows_of(kind: type[Row], found: list[dict[str, Any]]) -> list[Row]:
    """What the database told, as rows of this kind."""
    names = [field.name for field in fields(kind)]  # type: ignore[arg-type]
    return [kind(**{name: row[name] for name in names}) for row in found]
