"""The actors of the release before: they know no exports, and searches only in their first form."""

from jobs import actors

del actors.KINDS["export_leads"]
