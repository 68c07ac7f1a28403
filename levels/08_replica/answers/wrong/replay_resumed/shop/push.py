"""db2 stands still now and then. Somebody should give it a push."""

from django.db import DatabaseError, connections


class Push:
    """Tell db2 to follow, before a page is made."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            with connections["replica"].cursor() as cursor:
                cursor.execute("SELECT pg_wal_replay_resume()")
        except DatabaseError:
            pass
        return self.get_response(request)
