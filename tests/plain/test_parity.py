"""Whatever the screens and the commands can do, the plain game can do, or it says why not."""

from tutor.catalogue import sentences
from tutor.cli.group import COMMANDS as COMMANDS_OF_SHELL
from tutor.cli.plain import commands
from tutor.cli.plain.words import COMMANDS, find
from tutor.words.texts import Texts

NO_COLOURS = "lines of text have no colours"
NOTHING_OVER = "nothing is drawn over anything, so there is nothing to close or to go back from"
ENTER = "Enter alone, where it is offered"
NUMBERED = "nothing is moved through: a choice is typed, by its number"
SCREENS = "theme, motion and pace are settings of the screens; the language has a command"
UNFOLDED = "a list of files is told whole, the level's own first"
TYPED = "a question is answered by typing yes or no"

OF_KEYS = {
    "help": "help",
    "switch_language": "language",
    "language": "language",
    "quit": "quit",
    "quit_title": "quit",
    "go_on": "play",
    "map": "map",
    "to_map": "map",
    "play": "play",
    "story": "story",
    "story_again": "story",
    "previous_scene": "story",
    "skip": "briefing",
    "check": "check",
    "verify": "verify",
    "verify_now": "verify",
    "links": "links",
    "browser": "open",
    "editor": "edit",
    "save": "edit",
    "diagnose": "diagnose",
    "hint": "hint",
    "verdict": "verdict",
    "next_log": "logs",
    "view_logs": "logs",
    "swap": "swap",
    "journal": "journal",
    "answer": "answer",
    "reset": "reset",
    "check_on_save": "checks",
    "tab_briefing": "briefing",
    "tab_goals": "goals",
    "tab_run": "verify",
    "tab_stack": "stack",
    "tab_files": "files",
    "tab_diff": "diff",
    "tab_hints": "hints",
    "tab_view": "sql",
    "view_sql": "sql",
    "view_visits": "visits",
    "view_queue": "queue",
    "view_reads": "reads",
    "view_together": "together",
    "view_locks": "locks",
    "look_again": "sql",
    "other_page": "sql",
    "other_visitors": "visits",
    "to_line": "file",
    "filter_log": "logs",
    "errors_only": "logs",
    "lesson": "lesson",
    "lesson_map": "lesson",
    "go_on_map": "play",
    "replay": "reset",
    "scene": "scene",
    "settings": "language",
    "next_level": "next",
    "certificate": "certificate",
    "restore": "restore",
    "room": "room",
    "hand": "hand",
    "ready": "ready",
    "send_diff": "send",
}
"""By the name of a key of the screens, the command of the plain game."""

NO_COMMAND_FOR_KEYS = {
    "switch_theme": NO_COLOURS,
    "theme": NO_COLOURS,
    "next_scene": ENTER,
    "next_line": ENTER,
    "go_on_from_win": NOTHING_OVER,
    "next_choice": NUMBERED,
    "previous_choice": NUMBERED,
    "next_value": SCREENS,
    "previous_value": SCREENS,
    "cancel": "Ctrl-C stops a run, and only it",
    "hold_log": "a log is said once and stays where it is",
    "yes": TYPED,
    "no": TYPED,
    "other_button": TYPED,
    "close": NOTHING_OVER,
    "close_statement": NOTHING_OVER,
    "open_folder": UNFOLDED,
    "close_folder": UNFOLDED,
    "nothing": NOTHING_OVER,
    "back": NOTHING_OVER,
    "back_to_work": NOTHING_OVER,
    "back_certificate": NOTHING_OVER,
    "back_lesson": NOTHING_OVER,
    "back_answer": NOTHING_OVER,
    "back_journal": NOTHING_OVER,
}

OF_SHELL = {"begin": "play", "levels": "map", "show": "briefing"}
"""Commands of the shell that are called otherwise in the plain game."""

NO_COMMAND_FOR_SHELL = {
    "start": "it is the game itself",
    "demo": "it shows what the game is to those who do not play it",
    "doctor": "it looks at the machine, not at the game",
    "image": "it builds what `--stack docker` runs, before the game",
    "author": "for authors of levels",
    "completion": "it is for words that are typed to a shell",
    "join": "one takes a seat before the game, or beside it in another terminal",
    "leave": "one leaves after the game, or beside it in another terminal",
    "hand-in": "it is for whoever grades, after the game",
}


def test_each_key_of_the_screens_has_a_command_or_a_reason() -> None:
    """A new key is told here what it is in the plain game."""
    keys = {name.removeprefix("tui.keys.") for name in sentences("en") if "tui.keys." in name}

    assert keys == OF_KEYS.keys() | NO_COMMAND_FOR_KEYS.keys()
    assert not OF_KEYS.keys() & NO_COMMAND_FOR_KEYS.keys()
    assert set(OF_KEYS.values()) <= set(COMMANDS)


def test_each_command_of_the_shell_has_one_too() -> None:
    """Under the same name, or under another, or with a reason."""
    names = {name for names in COMMANDS_OF_SHELL.values() for name in names}
    same = names & set(COMMANDS)

    assert names == same | OF_SHELL.keys() | NO_COMMAND_FOR_SHELL.keys()
    assert set(OF_SHELL.values()) <= set(COMMANDS)


def test_each_command_is_called_and_explained_in_both_languages() -> None:
    """No two have the same name, and a name in Spanish never is another one in English."""
    assert commands.__all__
    for language in ("en", "es"):
        texts = Texts(language)
        for name in COMMANDS:
            word = texts(f"plain.word.{name}")
            assert find(word, texts).name == name
            assert find(name, texts).name == name
            assert " " not in word
            assert texts(f"plain.tip.{name}")


def test_the_catalogue_knows_no_command_that_is_not_there() -> None:
    """A word without a command would be offered and not found."""
    words = {name.removeprefix("plain.word.") for name in sentences("en") if "plain.word." in name}

    assert words == set(COMMANDS)
