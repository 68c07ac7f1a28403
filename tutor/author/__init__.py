"""Tools for authors of levels: a draft to begin with, the proof of a level, and what it says.

The command line comes in, and the tests of our own levels.
It may not know a learner, progress or a screen. What it says is for authors, in English.
"""

from tutor.author.choice import answers_named, levels_named
from tutor.author.examples import Sentence, sentences_of
from tutor.author.migration import migrate
from tutor.author.new import new_level
from tutor.author.problems import file_problems, text_problems
from tutor.author.proof import Fault, Proof, assess, is_playable, prove, prove_once

__all__ = [
    "Fault",
    "Proof",
    "Sentence",
    "answers_named",
    "assess",
    "file_problems",
    "is_playable",
    "levels_named",
    "migrate",
    "new_level",
    "prove",
    "prove_once",
    "sentences_of",
    "text_problems",
]
