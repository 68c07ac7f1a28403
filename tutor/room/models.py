"""What is kept: rooms, who may look in, who sits there, and every event, which is never changed."""

from django.db import models


class Room(models.Model):
    """One workshop."""

    code = models.CharField(max_length=12, unique=True)
    """By which learners come in, in its plain form."""
    port = models.PositiveIntegerField(default=0)
    """Where it was served last: seats look for it there."""
    expires = models.DateTimeField(null=True)
    """When it deletes itself; None for never."""


class Access(models.Model):
    """A key to the board."""

    room = models.ForeignKey(Room, models.CASCADE)
    name = models.CharField(max_length=40)
    role = models.CharField(max_length=12)
    nonce = models.CharField(max_length=32)
    """What the key is made from, with a secret that is not in the database."""
    digest = models.CharField(max_length=64, unique=True)
    """By which a key is recognised."""


class Seat(models.Model):
    """A learner's place: the token of its tutor, by its digest only."""

    room = models.ForeignKey(Room, models.CASCADE)
    number = models.PositiveIntegerField()
    nickname = models.CharField(max_length=40)
    same = models.CharField(max_length=80)
    """The nickname as it is compared: two that look alike are one."""
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        """No number and no nickname twice in a room."""

        constraints = [
            models.UniqueConstraint(fields=["room", "number"], name="one_seat_per_number"),
            models.UniqueConstraint(fields=["room", "same"], name="one_seat_per_nickname"),
        ]


class Event(models.Model):
    """A fact, as a seat told it or as the board decided it (seat 0)."""

    room = models.ForeignKey(Room, models.CASCADE)
    seat = models.PositiveIntegerField()
    n = models.PositiveIntegerField()
    kind = models.CharField(max_length=24)
    data = models.JSONField()
    claimed = models.CharField(max_length=40, blank=True)
    """When it happened by the learner's clock, which may be any."""
    received = models.DateTimeField()
    """When it came, by ours."""

    class Meta:
        """An event that is sent twice is one."""

        constraints = [
            models.UniqueConstraint(fields=["room", "seat", "n"], name="one_event_per_number")
        ]
