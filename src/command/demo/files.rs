//! What the scratch repository's files hold: just enough of an order service to be worth guarding.

/// A path from the work tree's top, and the file's text.
pub(super) type File = (&'static str, &'static str);

/// A commit of the time before the tour: its message's paragraphs, and the files that it writes.
pub(super) type Past = (&'static [&'static str], &'static [File]);

/// The service before the migration.
pub(super) const BEFORE: &[Past] = &[
    (
        &["Take orders"],
        &[
            ("README.md", "# Orders\n\nThe order service of a shop.\n"),
            (".gitignore", "/backups/\n/export/\n"),
            ("orders/api.py", "def show(cart):\n    return f\"{cart['total']}\"\n"),
            ("orders/store.py", STORE),
            ("orders/prices.py", "PRICES = {\"cup\": 4, \"pot\": 9}\n"),
        ],
    ),
    (
        &["Check out"],
        &[
            ("orders/discounts.py", "def discount(total):\n    return total // 10\n"),
            ("orders/checkout.py", "def pay(cart):\n    return cart[\"total\"]\n"),
            ("orders/legacy.py", "def total_only(cart):\n    return cart[\"total\"]\n"),
        ],
    ),
];

/// The migration so far: its plan, and every stage that stage 9 comes after.
pub(super) const LANDED: &[Past] = &[
    (
        &["Plan the move to one record for each line of a cart"],
        &[
            ("backout.toml", include_str!("backout.toml")),
            ("docs/CART_LINES.md", "# Cart lines\n\nA cart becomes one record for each line.\n"),
            (".env.example", "# Read carts by their lines.\nCART_LINES=false\n"),
            (
                "orders/flags.py",
                "import os\n\nLINES = os.environ.get(\"CART_LINES\") == \"true\"\n",
            ),
        ],
    ),
    (
        &["Add the model of a line", "Migration-Stage: 1-2"],
        &[("orders/line.py", "class Line:\n    goods: str\n    count: int\n")],
    ),
    (&["Write lines beside the total", "Migration-Stage: 4"], &[("orders/store.py", STORE_BOTH)]),
    (
        &["Price a line, and discount it", "Migration-Stage: 5-6"],
        &[
            (
                "orders/prices.py",
                "PRICES = {\"cup\": 4, \"pot\": 9}\n\n\n\
                 def price(line):\n    return PRICES[line.goods] * line.count\n",
            ),
            ("orders/discounts.py", "def discount(line):\n    return line.count // 10\n"),
        ],
    ),
    (
        &["Add up lines at checkout", "Migration-Stage: 7-8"],
        &[(
            "orders/checkout.py",
            "from orders.prices import price\n\n\n\
             def pay(lines):\n    return sum(price(line) for line in lines)\n",
        )],
    ),
];

const STORE: &str = "def save(db, cart):\n    db[cart[\"id\"]] = cart[\"total\"]\n";

const STORE_BOTH: &str = "def save(db, cart):
    db[cart[\"id\"]] = cart[\"total\"]
    save_lines(db, cart)


def save_lines(db, cart):
    for number, line in enumerate(cart[\"lines\"]):
        db[cart[\"id\"], number] = line
";

/// What production exported of its carts: the source of the backup.
pub(super) const EXPORT: &[File] = &[
    ("export/carts/1001.json", "{\"id\": 1001, \"total\": 13, \"goods\": [\"cup\", \"pot\"]}\n"),
    ("export/carts/1002.json", "{\"id\": 1002, \"total\": 8, \"goods\": [\"cup\", \"cup\"]}\n"),
    ("export/carts/1003.json", "{\"id\": 1003, \"total\": 0, \"goods\": []}\n"),
];

/// Stage 9: the store reads lines only.
pub(super) const STORE_LINES: File = (
    "orders/store.py",
    "def save(db, cart):
    save_lines(db, cart)


def save_lines(db, cart):
    for number, line in enumerate(cart[\"lines\"]):
        db[cart[\"id\"], number] = line
",
);

/// Stage 9: the job that rewrites what is stored.
pub(super) const REWRITE: File = (
    "orders/rewrite_carts.py",
    "def rewrite(db):
    for cart in db.carts():
        db.replace(cart, cart.as_lines())
",
);

/// The hotfix on stage 9's job.
pub(super) const REWRITE_FIXED: File = (
    "orders/rewrite_carts.py",
    "def rewrite(db):
    for cart in db.carts():
        if cart.goods:
            db.replace(cart, cart.as_lines())
",
);

/// An ordinary change, of nobody's stage.
pub(super) const API: File =
    ("orders/api.py", "def show(cart):\n    return f\"{cart['total']:.2f} EUR\"\n");

/// Stage 11: the old way of adding up goes.
pub(super) const LEGACY: File =
    ("orders/legacy.py", "# Nothing is left here: carts are read by their lines.\n");

/// Stage 11: and the flag with it.
pub(super) const NO_FLAG: File = (".env.example", "# Nothing to set.\n");
