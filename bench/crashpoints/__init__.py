"""Kills a process before and after each message it sends, one after the other, and looks at what is left.

The acting process reaches PostgreSQL and Valkey through a proxy that parses and counts what it says. A first run that
nobody disturbs counts the messages; then the same is done again from the same prepared state once for each message and
each side of it, with a SIGKILL there. The product recovers as it does (sweep, another worker), and the books, the leads
and the providers' own counts are compared with the undisturbed run.
"""
