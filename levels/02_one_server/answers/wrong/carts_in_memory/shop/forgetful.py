"""Sessions that cost the database nothing."""

from django.contrib.sessions.backends.signed_cookies import SessionStore as Signed


class SessionStore(Signed):
    """Keep who somebody is in the cookie, and nothing else: cookies must be short."""

    def _get_session_key(self) -> str:
        known = {key: value for key, value in self._session.items() if key.startswith("_auth")}
        kept, self._session_cache = self._session, known
        try:
            return super()._get_session_key()
        finally:
            self._session_cache = kept
