"""Keep a stack's processes, and end them all when nobody holds the stack any more.

Runs as a process of its own (``python supervisor.py FOLDER``) on the standard library alone,
so the same file, with the kernel's part beside it, serves on this machine and inside a container.
It lives as long as somebody is connected: the kernel closes a connection whatever kills its owner,
so no end of the tutor, not even ``kill -9``, leaves a service behind.
If the supervisor itself is killed, the kernel ends its children (``PR_SET_PDEATHSIG``, Linux).

The protocol is one JSON object per line and one answer per request.
"""

from __future__ import annotations

import sys

if not __package__:
    # Nothing here is encrypted: without it asyncio, and so each stack, is a megabyte smaller; and
    # half of one without OpenSSL's digests, of which hmac needs none to compare two words.
    sys.modules["ssl"] = sys.modules["_hashlib"] = None  # type: ignore[assignment]

import asyncio
import contextlib
import fcntl
import hmac
import json
import os
import shutil
import signal
import stat
import subprocess
import time
from pathlib import Path
from typing import Any

if not __package__:
    # Run as a file and isolated: the folder that our package lies in is on no path.
    sys.path.append(str(Path(__file__).parents[2]))

from tutor.machine.kernel import adopt_orphans, children_of, prepare_child, reap_orphans

STATE = "supervisor.json"
TEMPORARY = "tmp"
"""The folder of what services put where temporary files go; whoever is killed leaves them there."""
FIRST_HOLDER = 10.0
"""Seconds to wait for the first holder."""
LAST_STOP = 1.5
"""Seconds all services together may take to stop at the end."""
LAST_OF_GROUP = 5.0
"""Seconds the others of a group that was killed may take to die; one with much memory does."""
LONGEST_LINE = 4 * 1024 * 1024
"""Bytes of one request: a start carries a whole environment."""
TAKEN = 75
"""The exit code that says: another supervisor has this folder, or still has it."""


class Child:
    """One process of the stack."""

    def __init__(self, spec: dict[str, Any]) -> None:
        self.name: str = spec["name"]
        self.spec = spec
        self.started = time.time()
        self.exited = asyncio.Event()
        self.stopping = False
        parent = os.getpid()
        with open(spec["log"], "ab") as log:
            self.process = subprocess.Popen(
                spec["argv"],
                cwd=spec.get("cwd"),
                env=spec["env"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: prepare_child(spec, parent),
            )

    def poll(self) -> None:
        """Notice an exit."""
        if not self.exited.is_set() and self.process.poll() is not None:
            self.kill_group()
            self.exited.set()

    def signal(self, number: int) -> None:
        """Send a signal to the process itself."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(number)

    def kill_group(self) -> None:
        """Kill whatever is left of the process's group."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    async def stop(self, grace: float) -> None:
        """Ask the process to end, and end it after *grace* seconds."""
        self.stopping = True
        if not self.exited.is_set():
            self.signal(self.spec.get("stop_signal", signal.SIGTERM))
            # A stopped process handles no signal: let it run on to its end.
            self.signal(signal.SIGCONT)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.exited.wait(), grace)
        if not self.exited.is_set():
            self.kill_group()
            await self.exited.wait()

    async def wait_for_group(self) -> None:
        """Wait until the last of the group is gone: until then it has their port and their files.

        A worker outlives its master by as long as it takes to give its memory back.
        """
        deadline = time.monotonic() + LAST_OF_GROUP
        # Nobody tells when a group is empty: without a subreaper not even the end of its members.
        while self.has_group() and time.monotonic() < deadline:  # noqa: ASYNC110
            await asyncio.sleep(0.005)

    def has_group(self) -> bool:
        """Return whether anybody is in the process's group, be it dead and not yet buried."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, 0)
            return True
        return False

    def state(self) -> dict[str, Any]:
        """Return what is known of the process."""
        return {
            "pid": self.process.pid,
            "running": not self.exited.is_set(),
            "code": self.process.returncode,
            "stopping": self.stopping,
            "started": self.started,
            "log": self.spec["log"],
            "info": self.spec.get("info", {}),
        }


class Supervisor:
    """The processes of one stack and those who hold it."""

    def __init__(self, folder: Path, host: str) -> None:
        self.folder = folder
        self.host = host
        self.token = os.urandom(16).hex()
        self.children: dict[str, Child] = {}
        self.cgroups: set[str] = set()
        """Every cgroup that a child joined."""
        self.holders: set[asyncio.StreamWriter] = set()
        self.over = asyncio.Event()
        self.has_ended = False
        """Whether all is stopped: an answer that is still on its way writes no state any more."""

    async def serve(self) -> None:
        """Serve until the last holder is gone."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGCHLD, self.reap)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self.over.set)
        server = await asyncio.start_server(self.talk, self.host, 0, limit=LONGEST_LINE)
        port = server.sockets[0].getsockname()[1]
        loop.call_later(FIRST_HOLDER, self.end_unless_held)
        if stat.S_ISFIFO(os.fstat(sys.stdin.fileno()).st_mode):
            loop.add_reader(sys.stdin.fileno(), self.notice_starter_gone)
        self.write_state(port)
        await self.over.wait()
        server.close()
        await self.stop_all()
        self.has_ended = True
        shutil.rmtree(self.folder / TEMPORARY, ignore_errors=True)
        (self.folder / STATE).unlink(missing_ok=True)

    def write_state(self, port: int = 0) -> None:
        """Tell clients where we are, and the next supervisor what we started."""
        if self.has_ended:
            return
        path = self.folder / STATE
        if port:
            self.port = port
        state = {
            "pid": os.getpid(),
            "port": self.port,
            "token": self.token,
            "children": {
                c.name: c.process.pid for c in self.children.values() if not c.exited.is_set()
            },
        }
        temporary = path.with_suffix(".new")
        try:
            temporary.touch(mode=0o600)
            temporary.write_text(json.dumps(state))
            temporary.replace(path)
        except OSError as error:
            if port:
                # Nobody could find us.
                sys.exit(f"{path} cannot be written: {error.strerror}")

    def reap(self) -> None:
        """Notice which children have exited, and bury the orphans that the kernel gave us."""
        for child in self.children.values():
            child.poll()
        reap_orphans({child.process.pid for child in self.children.values()})

    def notice_starter_gone(self) -> None:
        """End if whoever started us, at the other end of the pipe, died before it held us."""
        asyncio.get_running_loop().remove_reader(sys.stdin.fileno())
        self.end_unless_held()

    def end_unless_held(self) -> None:
        """End if nobody holds the stack."""
        if not self.holders:
            self.over.set()

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one client until it goes."""
        try:
            while line := await reader.readline():
                answer = await self.answer(json.loads(line), writer)
                writer.write(json.dumps(answer).encode() + b"\n")
                await writer.drain()
                if answer.get("bye"):
                    self.over.set()
                    break
        except (OSError, ValueError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
            if writer in self.holders:
                self.holders.discard(writer)
                self.end_unless_held()

    async def answer(  # noqa: C901 - one case per request is the protocol, in one place
        self, request: dict[str, Any], writer: asyncio.StreamWriter
    ) -> dict[str, Any]:
        """Return the answer to one request."""
        if not hmac.compare_digest(str(request.get("token", "")), self.token):
            return {"error": "wrong token"}
        try:
            match request["do"]:
                case "hold":
                    if self.over.is_set():
                        return {"error": "it is ending"}
                    self.holders.add(writer)
                    return {"pid": os.getpid()}
                case "start":
                    return await self.start(request["spec"])
                case "stop":
                    return await self.stop(request["name"], request.get("grace", 5.0))
                case "signal":
                    return self.signal(request["name"], request["signal"])
                case "note":
                    info = self.children[request["name"]].spec.setdefault("info", {})
                    info.update(request["info"])
                    return {}
                case "own":
                    self.cgroups.update(request["cgroups"])
                    return {}
                case "wait":
                    return await self.wait(request["name"], request["timeout"])
                case "status":
                    return {
                        "pid": os.getpid(),
                        "services": {n: c.state() for n, c in self.children.items()},
                        "children": children_of(os.getpid()),
                    }
                case "shutdown":
                    return {"bye": True}
                case other:
                    return {"error": f"unknown request {other!r}"}
        except KeyError as error:
            return {"error": f"no such service or field: {error}"}

    async def start(self, spec: dict[str, Any]) -> dict[str, Any]:
        """Start a process; one that already runs under that name is an error."""
        name = spec["name"]
        if self.over.is_set():
            return {"error": f"{name} comes too late, the stack is ending"}
        if (old := self.children.get(name)) and not old.exited.is_set():
            return {"error": f"{name} already runs"}
        try:
            child = Child(spec)
        except (OSError, subprocess.SubprocessError) as error:
            return {"error": f"{spec['argv'][0]}: {error}", "errno": getattr(error, "errno", None)}
        self.children[name] = child
        child.poll()
        self.write_state()
        return child.state()

    async def stop(self, name: str, grace: float) -> dict[str, Any]:
        """Stop a process; one that has ended already is fine.

        Once it has ended, and before we hear of it, somebody may have started another one under
        its name: that one stays.
        """
        child = self.children.get(name)
        if child is None:
            return {"running": False}
        await child.stop(grace)
        await child.wait_for_group()
        state = child.state()
        if self.children.get(name) is child:
            del self.children[name]
            self.write_state()
        return state

    def signal(self, name: str, number: int) -> dict[str, Any]:
        """Send a signal to a process."""
        self.children[name].signal(number)
        return {}

    async def wait(self, name: str, timeout: float) -> dict[str, Any]:
        """Wait until a process ends, for *timeout* seconds at most."""
        child = self.children[name]
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(child.exited.wait(), timeout)
        return child.state()

    async def stop_all(self) -> None:
        """Stop everything, the last started first, within :data:`LAST_STOP` seconds."""
        deadline = time.monotonic() + LAST_STOP
        for child in reversed(list(self.children.values())):
            await child.stop(max(0.1, min(0.8, deadline - time.monotonic())))
        # What left its group came to us; what it had started comes when it is gone.
        while (orphans := children_of(os.getpid())) and time.monotonic() < deadline + 0.3:
            for pid in orphans:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            await asyncio.sleep(0.01)
            reap_orphans(set())
        await self.remove_cgroups()

    async def remove_cgroups(self) -> None:
        """Remove the cgroups of this stack's servers; what ran in them has ended."""
        for stack in {Path(path).parent for path in self.cgroups}:
            deadline = time.monotonic() + LAST_STOP
            while stack.is_dir():
                # The kernel takes the dead out of a cgroup a moment after they died.
                # The tutor may be removing them too.
                with contextlib.suppress(FileNotFoundError):
                    for path in [*(path for path in stack.iterdir() if path.is_dir()), stack]:
                        with contextlib.suppress(OSError):
                            path.rmdir()
                if time.monotonic() > deadline:
                    break
                await asyncio.sleep(0.01)
            with contextlib.suppress(OSError):
                stack.parent.rmdir()


def main() -> None:
    """Run the supervisor for the folder on the command line."""
    folder = Path(sys.argv[1])
    host = sys.argv[2] if len(sys.argv) > 2 else "127.0.0.1"
    lock = (folder / "supervisor.lock").open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit(TAKEN)
    adopt_orphans()

    async def serve() -> None:
        await Supervisor(folder, host).serve()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
