"""The shops of a lab: which there are, and how they are opened."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from tutor.lab.shop import Shop
from tutor.lab.shops import Shops
from tutor.lab.waiting import Waiting
from tutor.stack.ground import Ground


class Bench(Waiting):
    """Has the shops of a run."""

    shops: Shops
    """Opens each when it is first used."""

    @property
    def shop(self) -> Shop:
        """The shop under test, up and answering."""
        return self.shops.tested

    @property
    def broken(self) -> Shop:
        """The shop as the level starts, up beside the one under test."""
        return self.shops.broken

    @property
    def healthy(self) -> Shop:
        """The shop of the reference answer, up beside the one under test."""
        return self.shops.healthy

    @property
    def variant(self) -> str:
        """What the shop under test is called."""
        return self.shops.files.variant

    @property
    def ground(self) -> Ground:
        """What all shops of a run stand on: the stack, PostgreSQL, its databases."""
        return self.shops.ground

    @property
    def one_worker(self) -> bool:
        """Whether shops start with a single worker, so that nothing depends on which one answers.

        :meth:`load` brings a shop to full strength; an experiment that measures workers from the
        start sets this to False in ``prepare``.
        """
        return self.shops.one_worker

    @one_worker.setter
    def one_worker(self, one: bool) -> None:
        self.shops.one_worker = one

    def start_celery_later(self) -> None:
        """Have shops not wait for their workers of Celery: ``shop.await_celery`` does, in time."""
        self.shops.celery_later = True

    def before_migrations(self, prepare: Callable[[Shop], None]) -> None:
        """Have *prepare* change the data of every shop before the shop's own migrations see it."""
        self.shops.prepare.append(prepare)

    @contextmanager
    def meanwhile(self, work: Callable[[], None]) -> Iterator[None]:
        """Have *work* done during the block, which ends when both are through.

        It is for another shop than the one the block is about: a visitor can be in one place only.
        """
        with ThreadPoolExecutor(1) as pool:
            done = pool.submit(work)
            yield
        done.result()
