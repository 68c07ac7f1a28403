"""Measuring: the quick check, the full run, the verdict, checks after each save."""

from collections.abc import Sequence
from contextlib import closing

from tutor.base import interrupts
from tutor.cli.plain.game import PlainGame
from tutor.cli.plain.narrator import PlainNarrator
from tutor.cli.plain.prose import picture
from tutor.cli.plain.verdict import verdict_lines
from tutor.cli.plain.words import command
from tutor.curriculum.story import Diagram, Scene
from tutor.events import RunFinished
from tutor.judge import Medal
from tutor.learner.elsewhere import OtherBegan, OtherEnded, began, ended
from tutor.words.scenes import scene_for
from tutor.words.wording import outcome_key


@command("check", "measure")
def check(game: PlainGame, rest: str) -> None:
    """Count, without visitors: an answer in seconds."""
    run(game, quick=True)


@command("verify", "measure")
def verify(game: PlainGame, rest: str) -> None:
    """Run the full test with visitors; its verdict decides."""
    run(game, quick=False)


def run(game: PlainGame, *, quick: bool) -> None:
    """Play the level on the learner's own files and say how it ended; Ctrl-C stops it."""
    level = game.at
    # What was saved a moment ago is in this run, and no news after it.
    game.saved_outside()
    game.talk.tell(game.t("check_begins" if quick else "verify_begins"))
    narrator = PlainNarrator(game.talk, game.texts, level)
    finished = None
    try:
        with closing(game.session.play(level, "mine", quick=quick)) as events:
            for event in events:
                narrator.tell(event)
                if isinstance(event, RunFinished):
                    # Told before it is kept: that may fail.
                    game.finished = finished = event
                    tell_verdict(game, event)
    except KeyboardInterrupt:
        interrupts.again()
    if finished is None:
        game.talk.say("", game.texts("tui.run.cancelled"))
    elif not quick and (saved := game.saved_outside()):
        # This verdict stays the last one; it is of the files as they were when it began.
        files = ", ".join(saved)
        game.talk.tell(game.t("saved_meanwhile", files=files, check=game.word("check")))


def tell_verdict(game: PlainGame, finished: RunFinished) -> None:
    """Say a verdict, and offer what comes after it."""
    mine = game.session.level_progress(game.at)
    before = game.session.history.first_measures(game.at)
    for line in verdict_lines(game.texts, game.at, finished, mine, before):
        game.talk.tell(line, indent="  ")
    key = outcome_key(finished)
    following = {"won": "lesson", "not_yet": "hint"}.get(key, "verify")
    if key == "won" and finished.verdict.medal is not Medal.GOLD:
        # The lesson says what the better medals ask for.
        key, following = "won_so_far", "hint"
    game.talk.tell(game.t(f"after.{key}", word=game.word(following)))
    if key != "not_yet":
        game.then_do(following)
    elif played := scene_for(game.at, finished.verdict, game.texts):
        # Of this verdict, whatever is measured elsewhere until Enter is pressed.
        game.then(game.word("scene"), lambda: tell_scene(game, played))


def tell_others(game: PlainGame, facts: Sequence[OtherBegan | OtherEnded]) -> None:
    """Say who else measures in this workspace, and what came of it."""
    for fact in facts:
        if isinstance(fact, OtherBegan):
            game.talk.tell(began(game.texts, fact.holder))
            continue
        game.talk.tell(ended(game.texts, game.session, fact))
        run = fact.run
        if run and game.level and (run.level, run.variant) == (game.level.slug, "mine"):
            game.finished = run
            game.talk.tell(game.t("other_verdict", word=game.word("verdict")))


@command("scene", "places")
def scene(game: PlainGame, rest: str) -> None:
    """Play what the last fix led to in the office."""
    finished = last_finished(game)
    played = scene_for(game.at, finished.verdict, game.texts) if finished else None
    if finished is None:
        game.talk.tell(game.t("no_verdict", check=game.word("check"), verify=game.word("verify")))
    elif played is None:
        game.talk.say(game.t("no_scene"))
    else:
        tell_scene(game, played)


def tell_scene(game: PlainGame, played: Scene) -> None:
    """Say what happens in a scene, one line after the other; a hint comes after it."""
    game.talk.say("", played.title, "")
    for block in played.blocks:
        if isinstance(block, Diagram):
            told = picture(block.kind, block.told, block.text, game.t("leads_to"))
            for line, indent in told:
                game.talk.tell(line, indent)
        else:
            said = f"{block.speaker}: {block.text}" if block.speaker else block.text
            game.talk.read(said, game.texts)
    game.then_do("hint")


@command("verdict", "measure")
def verdict(game: PlainGame, rest: str) -> None:
    """Say the last verdict again."""
    finished = last_finished(game)
    if finished is None:
        game.talk.tell(game.t("no_verdict", check=game.word("check"), verify=game.word("verify")))
    else:
        tell_verdict(game, finished)


def last_finished(game: PlainGame) -> RunFinished | None:
    """Return the last run of this level, of this game or of an earlier one."""
    if game.finished is not None:
        return game.finished
    entry = game.session.history.last_run(game.at)
    return RunFinished.from_json(entry.run) if entry and entry.run else None


@command("watch", "measure")
def watch(game: PlainGame, rest: str) -> None:
    """Check whenever a file is saved, until Ctrl-C."""
    from tutor.learner.watch import changes

    game.at  # noqa: B018 - without a level there is nothing to watch
    game.talk.tell(game.t("watching"))
    try:
        for changed in changes(game.session.workspace.folder):
            game.talk.say(game.texts("tui.files.saved_checking", file=", ".join(changed)))
            run(game, quick=True)
    except KeyboardInterrupt:
        interrupts.again()
        game.talk.say("", game.t("watched"))
    game.desk.changed_outside()


@command("load", "measure")
def load(game: PlainGame, rest: str) -> None:
    """Send the level's visitors and watch; nothing is judged."""
    from tutor.run.play import rehearse

    narrator = PlainNarrator(game.talk, game.texts, game.at)
    with closing(rehearse(game.session.run_spec(game.at, "mine"))) as events:
        for event in events:
            narrator.tell(event)
            if isinstance(event, RunFinished):
                for finding in event.verdict.findings:
                    game.talk.tell(game.texts.finding(game.at, finding))


@command("checks", "measure")
def checks(game: PlainGame, rest: str) -> None:
    """Switch the check after each edit on or off."""
    game.checks_on_save = not game.checks_on_save
    game.talk.say(
        game.texts("tui.files.checks_on" if game.checks_on_save else "tui.files.checks_off")
    )
