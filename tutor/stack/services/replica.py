"""A replica: a second PostgreSQL that follows the first one (streaming, hot standby)."""

import shutil
from dataclasses import replace
from pathlib import Path

from tutor.machine.command import Command, ServiceInfo
from tutor.machine.ports import LOOPBACK
from tutor.stack.services.postgres import SUPERUSER, Postgres, binaries

FOLLOWING = {
    # Whoever reads here for long is not thrown out by a clean-up over there.
    "hot_standby_feedback": "on",
    "wal_receiver_status_interval": "1s",
    # After a restart of the first server: 5 s would be a long time to be behind.
    "wal_retrieve_retry_interval": "200ms",
}


class Replica(Postgres):
    """One replica with its copy of the data, which is made anew at each start of the stack."""

    kind = "replica"

    def __init__(
        self, primary: Postgres, folder: Path, log: Path, *, title: str, server: str, port: int
    ) -> None:
        super().__init__(
            folder,
            primary.env,
            server=server,
            port=port,
            password=primary.password,
            # Fewer than over there, and it refuses to start.
            max_connections=primary.max_connections,
            listen=primary.listen,
        )
        self.name = self.title = title
        self.primary = primary
        self._log = log

    @property
    def log(self) -> Path:
        """Return the log of the server itself."""
        return self._log

    def prepare_copy(self) -> None:
        """Make room for a new copy of the data."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.data.mkdir(parents=True)
        self.logs.mkdir()
        self._own()

    def copy_command(self) -> Command:
        """Return the command that copies the data of the first server."""
        primary = self.primary
        source = (
            f"host={LOOPBACK} port={primary.port} user={SUPERUSER} application_name={self.title}"
        )
        argv = (
            *(str(binaries() / "pg_basebackup"), "-D", str(self.data), "-d", source),
            # It notes whom to follow, and how.
            *("--write-recovery-conf", "--checkpoint=fast", "--no-sync", "--no-manifest"),
        )
        command = self._command(f"{self.name}-copy", argv)
        return replace(
            command,
            env={**self.env, "PGPASSWORD": self.password},
            info=ServiceInfo(server=self.server),
        )

    def command(self) -> Command:
        """Return the command that runs the server."""
        command = super().command()
        settings = {**FOLLOWING, "log_directory": str(self.logs)}
        own = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return replace(command, argv=(*command.argv, *own))
