"""Where one statement ends and the next begins, in a message that PostgreSQL was sent.

Read as PostgreSQL reads it. Where that hangs on a setting that whoever sends the message can change
(``standard_conforming_strings``), it is read both ways, and what ends a statement in either ends
one: a statement that hides in quotes is counted.
"""

import re

ESCAPED, PLAIN = r"'(?:[^'\\]|\\.|'')*(?:'|\Z)", r"'(?:[^']|'')*(?:'|\Z)"
"""A string in which a backslash saves a quote, and one in which it does not."""
LEXEME = r"""
    (?P<space>\s+ | --[^\n]*)
  | (?P<comment>/\*)
  | (?P<end>;)
  | [eE]{escaped}
  | {string}
  | "(?:[^"]|"")*(?:"|\Z)
  | [^\W\d][\w$]*
  | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?(?:\$(?P=tag)\$|\Z)
  | [\d(),.=<>+*%:]+
  | .
"""
"""A dollar within a word begins no string; a string that never ends goes to the end."""
BOTH = [
    re.compile(LEXEME.format(escaped=ESCAPED, string=string), re.DOTALL | re.VERBOSE)
    for string in (PLAIN, ESCAPED)
]
EDGE = re.compile(r"/\*|\*/")


def pieces(message: str) -> list[str]:
    """Return the statements that came as one *message*; comments alone are none."""
    if ";" not in message:
        return [message] if message.strip() else []
    read = [_ends(message, token) for token in BOTH]
    ends = sorted({end for ends, _ in read for end in ends} | {len(message)})
    # What is said in either reading is no comment.
    said = {at for _, places in read for at in places}
    starts = [0, *(end + 1 for end in ends)]
    return [
        message[start:end]
        for start, end in zip(starts, ends, strict=False)
        if any(start <= at < end for at in said)
    ]


def _ends(message: str, token: re.Pattern[str]) -> tuple[list[int], list[int]]:
    """Return where statements end, and where in each something begins that is no comment."""
    ends: list[int] = []
    said: list[int] = []
    at, is_open = 0, True
    while at < len(message):
        found = token.match(message, at)
        assert found is not None, "a token is at least one character"
        kind, at = found.lastgroup, found.end()
        if kind == "comment":
            at = _behind_comment(message, at)
        elif kind == "end":
            ends.append(found.start())
            is_open = True
        elif kind != "space" and is_open:
            said.append(found.start())
            is_open = False
    return ends, said


def _behind_comment(message: str, at: int) -> int:
    """Return where the comment that is open at *at* ends: comments hold others."""
    depth = 1
    while depth and (edge := EDGE.search(message, at)):
        depth += 1 if edge[0] == "/*" else -1
        at = edge.end()
    return len(message) if depth else at
