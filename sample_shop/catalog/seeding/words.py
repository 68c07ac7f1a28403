"""The words that products, brands and reviews are made of."""

from typing import NamedTuple


class Shelf(NamedTuple):
    """One category: what it is called, what lies in it and how that looks."""

    name: str
    slug: str
    tagline: str
    motif: str
    nouns: tuple[str, ...]
    prices: tuple[int, int]
    """Lowest and highest price, in whole euros."""
    sentence: str


SHELVES = (
    Shelf(
        "Mats",
        "mats",
        "Where everything begins, and where most of it lies down again.",
        "mat",
        ("Mat", "Travel Mat", "Cork Mat", "Studio Mat"),
        (24, 98),
        "Grips when you do not, rolls up without an argument.",
    ),
    Shelf(
        "Blocks",
        "blocks",
        "The floor, but closer.",
        "block",
        ("Block", "Cork Block", "Foam Block", "Pair of Blocks"),
        (8, 32),
        "Brings the ground up to where your hands already are.",
    ),
    Shelf(
        "Straps",
        "straps",
        "Longer arms, at a fraction of the usual price.",
        "strap",
        ("Strap", "Stretch Loop", "Cotton Strap", "Mat Sling"),
        (7, 26),
        "Two metres of cotton between you and your toes.",
    ),
    Shelf(
        "Cushions",
        "cushions",
        "Sit. Stay. Excellent.",
        "cushion",
        ("Cushion", "Zafu", "Crescent Cushion", "Kneeling Cushion"),
        (22, 68),
        "Filled with buckwheat hulls and good intentions.",
    ),
    Shelf(
        "Bolsters",
        "bolsters",
        "For poses that look like a nap. They are a nap.",
        "bolster",
        ("Bolster", "Round Bolster", "Mini Bolster", "Pranayama Bolster"),
        (29, 84),
        "Firm enough to hold you, too polite to mention it.",
    ),
    Shelf(
        "Blankets & Towels",
        "blankets",
        "Half of the practice is being warm enough for it.",
        "blanket",
        ("Blanket", "Savasana Blanket", "Grip Towel", "Wool Throw"),
        (18, 92),
        "Covers everything between the third yawn and the last gong.",
    ),
    Shelf(
        "Bowls & Bells",
        "bowls",
        "Small noises that end long silences.",
        "bowl",
        ("Singing Bowl", "Bell", "Brass Bowl", "Pocket Gong"),
        (19, 149),
        "One note, held for longer than most resolutions.",
    ),
    Shelf(
        "Bottles",
        "bottles",
        "Hydration is also a kind of surrender.",
        "bottle",
        ("Bottle", "Glass Bottle", "Tea Flask", "Steel Bottle"),
        (12, 46),
        "Leaves no ring on the studio floor, and no plastic anywhere else.",
    ),
)

MOODS = (
    "Reluctant",
    "Serene",
    "Almost Silent",
    "Honest",
    "Grounded",
    "Unhurried",
    "Slightly Smug",
    "Moonlit",
    "Barefoot",
    "Patient",
    "Monday",
    "Second Breath",
    "Weightless",
    "Stubborn",
    "Golden Hour",
    "Forgiving",
    "Early Bird",
    "Overthinking",
    "Sunday",
    "Well-Meaning",
    "Quiet",
    "Upside-Down",
    "Wandering",
    "Unbothered",
    "Gentle",
)

POSES = (
    "Warrior",
    "Lotus",
    "Cobra",
    "Pigeon",
    "Crow",
    "Mountain",
    "Half Moon",
    "Happy Baby",
    "Camel",
    "Sphinx",
    "Tree",
    "Plank",
    "Lizard",
    "Dolphin",
    "Heron",
    "Savasana",
)

BRANDS = (
    ("Om Sweet Om", "IN"),
    ("Downward Dogma", "GB"),
    ("Nama Stay In Bed", "DE"),
    ("Inhale & Sons", "GB"),
    ("Kork & Kyrie", "PT"),
    ("Stille Post", "AT"),
    ("Lagom Limbs", "SE"),
    ("Third Eye Optics", "NL"),
    ("Fjord & Flow", "NO"),
    ("Chakra Khan", "IN"),
    ("Bend It Politely", "GB"),
    ("Loire Lotus", "FR"),
    ("Ohm's Law", "DE"),
    ("Respira Despacio", "ES"),
    ("Tatami Tomorrow", "JP"),
    ("Prana Republic", "PT"),
    ("Soft Exit", "DK"),
    ("Mudra & Daughters", "IN"),
    ("Calma Calma", "IT"),
    ("Slow Motion Works", "CA"),
)

COUNTRIES = {
    "AT": "Austria",
    "CA": "Canada",
    "DE": "Germany",
    "DK": "Denmark",
    "ES": "Spain",
    "FR": "France",
    "GB": "United Kingdom",
    "IN": "India",
    "IT": "Italy",
    "JP": "Japan",
    "NL": "Netherlands",
    "NO": "Norway",
    "PT": "Portugal",
    "SE": "Sweden",
}

PROMOTIONS = (
    ("New Moon Sale", 15),
    ("Deep Exhale Days", 20),
    ("Sun Salutation Special", 10),
    ("Marissa's Pick", 5),
    ("Last of Its Kind", 35),
    ("Letting Go", 50),
    ("Beginner's Mind", 12),
)

TAGS = (
    "vegan",
    "travel",
    "beginner",
    "gift",
    "organic",
    "handmade",
    "recycled",
    "yin",
    "hot yoga",
    "restorative",
    "washable",
    "heavy",
)

COLOURS = (
    "plum",
    "sage",
    "terracotta",
    "ink",
    "sand",
    "saffron",
    "rosewood",
    "eucalyptus",
    "dusk",
    "clay",
    "moss",
    "sea salt",
)

SETTINGS = (
    "in the morning light",
    "on a quiet studio floor",
    "against a paper sun",
    "shortly before the first class",
    "beside an open window",
    "after everyone has gone home",
)

REVIEWERS = (
    "Asha",
    "Tomás",
    "Lotte",
    "Ingrid",
    "Yuki",
    "Beatriz",
    "Colm",
    "Mirela",
    "Olu",
    "Pernille",
    "Farid",
    "Joana",
    "Wen",
    "Matteo",
    "Sigrid",
    "A visitor from the back row",
)

REVIEW_OPENINGS = (
    "I bought this for my mother and kept it.",
    "Arrived on a Monday, which it improved.",
    "My dog has claimed it.",
    "Third one. I keep giving them away.",
    "It does what the picture says.",
    "Smells faintly of optimism.",
    "I have not used it yet, but I feel better.",
    "The colour is calmer than I am.",
    "Used daily since spring.",
    "My teacher looked at it and nodded.",
)

REVIEW_ENDINGS = {
    5: ("I would cross a river for it.", "Nothing to add. Breathe out.", "Buy two."),
    4: ("One star stays with me, out of habit.", "Very good, even on Thursdays.", "Nearly there."),
    3: ("Fine. Not every thing must change a life.", "It is what it is.", "Neither here nor om."),
    2: ("I had imagined more serenity.", "We have agreed to see other people.", "It squeaks."),
    1: ("I have let it go.", "Inner peace not included.", "My cushion is now a bookend."),
}
