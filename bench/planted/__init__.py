"""Breaks the product on purpose, one small fault at a time, to see whether anything notices.

A fault is put into a throw-away database or into the processes that this bench starts, never into the product. A
harness that finds nothing in a broken product proves nothing about a whole one.
"""
