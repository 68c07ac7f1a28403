"""Looks at the shop that runs: the SQL of one page, two visits side by side, queues and workers.

Each look is plain data; the game, the line-based game and the command line show the same.
It may not know a verdict, a goal or a level's experiment: what is seen here is judged by nobody.
"""
