//! The format of what stages refer to: tags, actions, flags, backups.

use super::super::shape::{Format, Kind, Shape};
use super::{may, must};

/// A tag, perhaps pinned.
pub(in super::super) static TAG: Shape = Shape {
    what: "a tag",
    doc: "A tag, and the commit it has to stand on where that is pinned.",
    one_of: &[],
    keys: &[
        must("tag", Kind::Text(Format::RefName), "\"migration-start\"", "The tag's name."),
        may(
            "oid",
            Kind::Text(Format::Oid),
            "\"<full commit id>\"",
            "The commit that the tag leads to, in full; a moved tag is then a finding.",
        ),
    ],
};

/// Something done by a command or by a person.
pub(in super::super) static ACTION: Shape = Shape {
    what: "an action",
    doc: "Something that is done by a command, or by a person who reads a text.",
    one_of: &["command", "text"],
    keys: &[
        may(
            "command",
            Kind::Argv,
            "[\"./ops/flag\", \"get\", \"NAME\"]",
            "A program and its arguments; no shell. `check` and the hook never run it.",
        ),
        may(
            "text",
            Kind::Text(Format::Filled),
            "\"Run the deploy workflow\"",
            "What a person has to do.",
        ),
        may("timeout", Kind::Text(Format::Duration), "\"10m\"", "How long the command may take."),
    ],
};

/// A feature flag.
pub(in super::super) static FLAG: Shape = Shape {
    what: "a flag",
    doc: "A feature flag: what its states are called, and where it is defined.",
    one_of: &[],
    keys: &[
        may("on", Kind::Text(Format::Any), "\"true\"", "The value that means on."),
        may("off", Kind::Text(Format::Any), "\"false\"", "The value that means off."),
        may(
            "defined_in",
            Kind::List(Format::Path),
            "[\".env.example\"]",
            "The files that define it: dotenv, TOML, YAML, \
             JSON or OpenFeature flagd, by extension.",
        ),
        may(
            "referenced_in",
            Kind::List(Format::Glob),
            "[\"src/**/*.py\"]",
            "Where somebody must read it.",
        ),
        may(
            "live",
            Kind::Table(&ACTION),
            "{ command = [\"./ops/flag\", \"get\", \"NAME\"] }",
            "How to see the running value.",
        ),
        may(
            "set",
            Kind::Table(&ACTION),
            "{ command = [\"./ops/flag\", \"set\", \"NAME\", \"{value}\"] }",
            "How to set the running value; `{value}` in an argument stands for it.",
        ),
    ],
};

/// A backup.
pub(in super::super) static BACKUP: Shape = Shape {
    what: "a backup",
    doc: "A backup: where it comes from, where it is kept, how fresh it must be.",
    one_of: &[],
    keys: &[
        must(
            "source",
            Kind::Tagged(SOURCES),
            "{ kind = \"file\", path = \"export\" }",
            "What is backed up.",
        ),
        must(
            "store",
            Kind::Text(Format::Store),
            "\"s3://ops-backups/entities\"",
            "Where the archives are kept: a folder, or `s3://`, `gs://`, `az://`, `https://`.",
        ),
        may(
            "max_age_at_deploy",
            Kind::Text(Format::Duration),
            "\"1h\"",
            "How old it may be when the stage takes effect.",
        ),
        may(
            "rehearse_every",
            Kind::Text(Format::Duration),
            "\"14d\"",
            "How often it has to be restored somewhere to be believed.",
        ),
    ],
};

/// What is backed up, by the word under `kind`.
static SOURCES: &[(&str, &Shape)] = &[("redis", &REDIS), ("file", &FILE), ("command", &COMMAND)];

static REDIS: Shape = Shape {
    what: "a source of kind `redis`",
    doc: "Keys of a Redis server.",
    one_of: &[],
    keys: &[
        must(
            "kind",
            Kind::Text(Format::Filled),
            "\"redis\"",
            "What is backed up: `redis`, `file` or `command`.",
        ),
        must(
            "url_env",
            Kind::Text(Format::Variable),
            "\"REDIS_URL\"",
            "The environment variable that holds the server's URL.",
        ),
        must(
            "pattern",
            Kind::Text(Format::Filled),
            "\"session:*\"",
            "The keys, as for SCAN's MATCH.",
        ),
    ],
};

static FILE: Shape = Shape {
    what: "a source of kind `file`",
    doc: "A file or a folder that a program exported.",
    one_of: &[],
    keys: &[
        must(
            "kind",
            Kind::Text(Format::Filled),
            "\"file\"",
            "What is backed up: `redis`, `file` or `command`.",
        ),
        must(
            "path",
            Kind::Text(Format::Path),
            "\"export/sessions\"",
            "The file or folder, relative to the configuration's folder.",
        ),
    ],
};

static COMMAND: Shape = Shape {
    what: "a source of kind `command`",
    doc: "A command's standard output.",
    one_of: &[],
    keys: &[
        must(
            "kind",
            Kind::Text(Format::Filled),
            "\"command\"",
            "What is backed up: `redis`, `file` or `command`.",
        ),
        must(
            "command",
            Kind::Argv,
            "[\"pg_dump\", \"entities\"]",
            "The program and its arguments; no shell. Only `backup` runs it.",
        ),
        may("timeout", Kind::Text(Format::Duration), "\"10m\"", "How long it may take."),
    ],
};
