"""Exports: the rows of a query, from one snapshot of the database straight to a file that appears whole or not at all."""
