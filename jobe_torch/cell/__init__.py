"""The inside of a cell: agent, zygote, spare and jail.

This package also lives in the cell image and beside a bare interpreter, so it
imports nothing but the standard library.
"""
