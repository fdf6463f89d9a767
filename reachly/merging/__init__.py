"""Two leads that are one person: found, made one, and taken apart again."""

from reachly.merging.duplicates import LOOKED, Pair, duplicates, duplicates_of
from reachly.merging.merging import CannotMerge, Merged, merge, merged_into

__all__ = ["LOOKED", "CannotMerge", "Merged", "Pair", "duplicates", "duplicates_of", "merge", "merged_into"]
