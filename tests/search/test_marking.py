"""What was found is marked where it stands, letter by letter as it is written."""

from __future__ import annotations

import pytest

from reachly.search import marks


def marked(q: str, text: str, close: bool = False) -> str:
    """The text with brackets around its matches."""
    parts = marks(q, [text], close).get(text, [(text, False)])
    assert "".join(piece for piece, _ in parts) == text
    return "".join(f"[{piece}]" if match else piece for piece, match in parts)


@pytest.mark.parametrize(
    ("q", "text", "shown"),
    [
        ("mül", "Jürgen Müller", "Jürgen [Mül]ler"),
        ("muller", "Jürgen Müller", "Jürgen [Müller]"),
        ("mueller", "Jürgen Müller", "Jürgen [Müller]"),
        ("müller", "Anna Mueller", "Anna [Mueller]"),
        ("jurgen muller", "Jürgen Mu\u0308ller", "[Jürgen] [Mu\u0308ller]"),
        ("strasse", "Straße 7", "[Straße] 7"),
        ("oneil", "Shane O’Neil", "Shane [O’Neil]"),
        ("jean luc", "Jean-Luc", "[Jean]-[Luc]"),
        ("li", "Ali Li", "Ali [Li]"),
        ("ada", "ＡＤＡ", "[ＡＤＡ]"),
        ("petrov", "Иван Петров", "Иван [Петров]"),
        ("李", "李小龙", "[李]小龙"),
        ("🎉", "🎉 Party", "[🎉] Party"),
        ("<b>", "<b>Bold</b>", "[<b>]Bold</b>"),
        ("nobody", "Anna", "Anna"),
        ("", "Anna", "Anna"),
    ],
)
def test_matches_are_marked_as_they_are_written(q, text, shown) -> None:
    assert marked(q, text) == shown


def test_what_comes_close_is_marked_only_where_nothing_is_right() -> None:
    assert marked("schmitdt", "Anna Schmidt", close=True) == "Anna [Schmidt]"
    assert marked("schmitdt", "Anna Schmidt") == "Anna Schmidt"
    assert marked("schmitdt", "Anna Stone", close=True) == "Anna Stone"
