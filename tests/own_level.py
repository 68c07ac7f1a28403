"""A small level of somebody else's, in a folder of its own."""

from pathlib import Path

from tutor.author.new import DRAFT
from tutor.author.problems import PROSE
from tutor.catalogue import LANGUAGES

SLUG = "90_own_level"
LEVEL_TOML = """\
page = "/health/"
files = ["shop/views.py"]

[title]
en = "The silent pulse"
es = "El pulso callado"

[summary]
en = "The health page says nothing."
es = "La página de salud no dice nada."

[load]
users = 1
seconds = {seconds}
spawn_rate = 1

[units.letters]
en = "letters"
es = "letras"

[[goals]]
id = "speaks"
measure = "letters"
medal = "bronze"
at_least = 2
en = "At least two letters."
es = "Al menos dos letras."

[findings.silent]
kind = "note"
en = "{{page}} said nothing at all."
es = "{{page}} no dijo nada."

[steps.listening]
en = "Listening to the shop"
es = "Escuchando la tienda"

[steps.resting]
en = "Resting a while"
es = "Descansando un rato"

[[hints]]
en = "Say something."
es = "Di algo."
"""
EXPERIMENT = '''\
"""How many letters does the health page say?"""

PAGE = "/health/"


class Experiment:
    """Listens, and rests where a test wants it to."""

    def __init__(self, lab):
        self.lab = lab

    def check(self):
        lab = self.lab
        lab.step("listening")
        letters = len(lab.shop.page(PAGE).text)
        lab.measure("letters", letters)
        if not letters:
            lab.find("silent", page=PAGE)
        self.rest("check")

    def load(self):
        self.lab.load()

    def settle(self):
        lab = self.lab
        lab.step("listening")
        lab.measure("letters", min(lab.measures["letters"], len(lab.shop.page(PAGE).text)))
        self.rest("settle")

    def rest(self, phase):
        """Give a test the time to do something in this very phase: until it takes the file away."""
        sign = self.lab.level.folder.joinpath(f"rest_in_{phase}")
        if sign.exists():
            self.lab.step("resting")
            self.lab.wait_until(lambda: not sign.exists(), timeout=100)
'''
VIEWS = '''\
"""Pages that belong to no app."""

from django.http import HttpRequest, HttpResponse


def health(request: HttpRequest) -> HttpResponse:
    """Say that the process answers; the database is not asked."""
    return HttpResponse("{said}", content_type="text/plain")
'''
OF_DRAFT = (
    "locustfile.py",
    *(f"{part}.{language}.md" for part in PROSE for language in LANGUAGES),
)
"""What it has as every new level has it."""
STACK = "both/stack.toml"


def write_level(
    root: Path, *, seconds: int = 1, rest_in: str = "", whole_stack: bool = False
) -> Path:
    """Write the level below *root* and return its folder; a run of it rests in *rest_in*.

    It has what the shop's first day had, or with *whole_stack* what all levels before it left.
    """
    folder = root / SLUG
    contents = {
        "level.toml": LEVEL_TOML.format(seconds=seconds),
        "experiment.py": EXPERIMENT,
        "broken/shop/views.py": VIEWS.format(said=""),
        "fixed/shop/views.py": VIEWS.format(said="I am well"),
        "answers/right/short/answer.toml": 'title = "Two letters"\nmedal = "bronze"\n',
        "answers/right/short/shop/views.py": VIEWS.format(said="OM"),
        "answers/wrong/one_letter/answer.toml": 'title = "One letter"\nrefused = "speaks"\n',
        "answers/wrong/one_letter/shop/views.py": VIEWS.format(said="O"),
    }
    shared = OF_DRAFT if whole_stack else (*OF_DRAFT, STACK)
    contents |= {name: (DRAFT / name).read_text() for name in shared}
    for name, text in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    if rest_in:
        (folder / f"rest_in_{rest_in}").touch()
    return folder
