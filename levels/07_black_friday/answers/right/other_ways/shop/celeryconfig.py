"""How Celery works here: where messages wait, and when a lost one comes back."""

import os

# Without Redis (in the shop's own tests) messages go nowhere.
broker_url = os.environ.get("REDIS_URL", "memory://")
broker_connection_retry_on_startup = True
broker_transport_options = {
    # Redis does not notice that a worker died. A message that was taken and never acknowledged
    # goes back to its queue after this many seconds. The default is 3600; it must be longer than
    # the longest job, or that job is handed out again while it runs. Twenty is for a tutorial.
    "visibility_timeout": 20,
    # The workers look for such messages every interval × throttle seconds, 10 × 10 unless told.
    "unacked_restore_interval": 1,
    "unacked_restore_throttle": 1,
}
task_ignore_result = True
task_reject_on_worker_lost = True
