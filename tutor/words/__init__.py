"""Facts as people read them: sentences, numbers, scenes and markup in the learner's language.

Whoever shows something comes in; whatever was recorded, something is said.
It may not know where a sentence is shown, nor run, measure or keep anything.
"""
