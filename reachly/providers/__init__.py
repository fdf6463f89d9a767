"""Who sells contact data, asked on demand: plain values in, plain values out.

This floor knows no tables, no web framework and no task queue. A provider is given a ``send`` function and never sees
how a call is journalled, limited or retried.
"""
