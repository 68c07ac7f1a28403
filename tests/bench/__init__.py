"""The bench: what a player waits for, measured, with the limit that is to be kept.

Here live the figures and the ways they are taken. It may use all of the tutor; nothing of the tutor
or of the other tests may know it. It decides nothing: a limit that is not kept is said.
"""
