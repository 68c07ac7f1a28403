"""The learner's seat in an instructor's room: what the room is told, and what it says.

The session and the front ends come in, and only where the learner has joined a room.
It may not know a screen, a command, or the server of the room; nobody waits here for an answer.
"""
