"""Chaos: the whole product under people who ask and processes that die, then proof from outside that nothing was lost.

``python3 -m reachly chaos`` runs it; docs/reliability.md says how to read it. Nothing here imports what the product
does: the harness starts the Procfile's commands, speaks HTTP, and reads the tables as their owner.
"""
