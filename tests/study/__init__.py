"""The study: every answer of every corpus, played again and again, quiet and crowded.

Here live the plays and what they add up to. It may use all of the tutor; nothing of the tutor or
of the other tests may know it. It decides nothing: what a verdict should be stands in the corpus.
"""
