"""A stack whose servers are containers: ``--stack docker``.

The design, so that nothing else knows where services run:

- **Each server of** ``stack.toml`` **is a container**, made when something is first started on
  it, from one image. In it the same supervisor as ever keeps the services; we talk to it as ever.
- **One network**: all containers of a stack share one network namespace, that of the first, which
  is on a private network of the stack. So services find each other on ``127.0.0.1``, as without
  containers, wherever ``stack.toml`` puts them, and PostgreSQL keeps its address when it moves.
  That first container is no server: it has no limits, and runs what belongs to no server
  (``initdb``, seeding, migrations, traces).
- **Ports** are led from loopback into the network, each under its own number, by a relay
  (:mod:`tutor.machine.relay`): Docker publishes ports only when a container is made, and slowly.
- **Files**: the stack's folder and the workspace are mounted under their own paths, so
  PostgreSQL's statement log, the mails, the logs and the supervisors' states are read as ever.
  Programs and what runs inside of ours have other paths in the image: they are put in place of
  ours as a command is sent (:mod:`.client`).
- **Processes** have the pids they have on this machine (``pid: host``), and our own user. So they
  are counted, paused, killed and looked at as ever. That needs an engine on this very machine, on
  Linux.
- **Limits** are the container's own, put in force and lifted by the engine; what a server used is
  read in its cgroup (:mod:`.share`). PostgreSQL, which all shops share, moves to another server
  by being started there; the shops then begin anew.
- **Visitors are outside**: Locust runs on this machine, under a supervisor of its own.
- **The end**: a supervisor ends when nobody holds it any more, its container with it (``--rm``).
  The network is removed by a watch (:mod:`.watch`), a process that outlives us by as much as that
  takes. Everything carries the stack's folder as a label; by that label the next start removes
  what even a killed watch left, and nothing else.
"""
