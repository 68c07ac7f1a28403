"""One learner in one workspace: session, progress, journal, certificate, the files at hand.

The front ends come in; what is kept between two runs is kept here, and nowhere else.
It may not know a screen, a command, or how anything is drawn.
"""
