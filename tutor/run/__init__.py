"""Play a level on a variant, from its files to the verdict, as one stream of events.

The learner's room and authors' tools come in; each hands over the files it wants played.
It may not know the learner: no progress, no journal, no workspace.
"""
