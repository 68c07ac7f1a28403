"""What every room needs: failures with their names, files, paths, tables, the log, interrupts.

Everybody comes in.
It may not know any room but the catalogue, which has the sentence of each failure.
"""
