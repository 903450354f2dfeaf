//! The format of `backout.toml`: every table, every key, in one place.

mod stage;
mod thing;

use super::scale::{Level, Mode, Phase};
use super::shape::{Format, Key, Kind, Shape, word};

pub(super) use stage::STAGE;
pub(super) use thing::{ACTION, BACKUP, FLAG, TAG};

const fn may(name: &'static str, kind: Kind, example: &'static str, doc: &'static str) -> Key {
    Key { name, kind, required: false, example, doc }
}

const fn must(name: &'static str, kind: Kind, example: &'static str, doc: &'static str) -> Key {
    Key { name, kind, required: true, example, doc }
}

/// The whole file.
pub(super) static ROOT: Shape = Shape {
    what: "the configuration",
    doc: "How a staged migration can be rolled back, for backout to prove.",
    one_of: &[],
    keys: &[
        may(
            "version",
            Kind::Version,
            "1",
            "The version of this format: 1. Required, except in a file with only `include`.",
        ),
        may(
            "include",
            Kind::List(Format::Path),
            "[\"services/billing/backout.toml\"]",
            "Files with further migrations, relative to this file's folder. \
             Only the root file includes.",
        ),
        may(
            "migration",
            Kind::Table(&MIGRATION),
            "{ … }",
            "The migration. Required, except in a root file that only includes others.",
        ),
        may(
            "flags",
            Kind::Map(Format::Filled, &Kind::Table(&FLAG)),
            "{ NAME = { defined_in = [\".env.example\"] } }",
            "The feature flags, by name.",
        ),
        may(
            "backups",
            Kind::Map(Format::Id, &Kind::Table(&BACKUP)),
            "{ name = { source = { … }, store = \"…\" } }",
            "The backups, by name; a name becomes the name of the backup's receipt.",
        ),
        may(
            "stages",
            Kind::Tables(&STAGE),
            "[{ id = \"1\", … }]",
            "The stages, in the order in which they land.",
        ),
        may(
            "moves",
            Kind::Tables(&MOVE),
            "[{ from = \"src/old/**\", to = \"src/new/**\" }]",
            "Files and folders renamed in mid-migration; the ledger follows both names.",
        ),
        may(
            "phases",
            Kind::Table(&PHASES),
            "{ share = \"land\" }",
            "Phases to be judged as strictly as another one.",
        ),
        may(
            "requirements",
            Kind::Map(Format::Code, &Kind::Either(Format::Word(word::<Level>), &LEVELS)),
            "{ \"backup/stale\" = \"warn\" }",
            "Levels of findings, where they differ from the defaults: \
             one word for all phases, or a table by phase.",
        ),
        may(
            "waivers",
            Kind::Tables(&WAIVER),
            "[{ finding = \"stage/unowned-path\", reason = \"…\", expires = 2026-12-24 }]",
            "Findings set aside until a date.",
        ),
    ],
};

static MIGRATION: Shape = Shape {
    what: "`[migration]`",
    doc: "A long-running change of code and data, in ordered stages.",
    one_of: &[],
    keys: &[
        must(
            "id",
            Kind::Text(Format::Id),
            "\"entities\"",
            "Its id, for trailers, refs and JSON; \
             a stage of another migration is written `billing:9`.",
        ),
        must("name", Kind::Text(Format::Filled), "\"Entity architecture\"", "Its name for people."),
        may(
            "mode",
            Kind::Text(Format::Word(word::<Mode>)),
            "\"enforce\"",
            "`observe` reports everything and stops nothing, for adoption. Default: `enforce`.",
        ),
        must(
            "start",
            Kind::Table(&TAG),
            "{ tag = \"migration-start\" }",
            "The tag from which it began.",
        ),
        must(
            "branch",
            Kind::Text(Format::RefName),
            "\"main\"",
            "The branch where its stages land.",
        ),
        may(
            "since",
            Kind::Text(Format::Oid),
            "\"<full commit id>\"",
            "A baseline: older commits are in the ledger, but held against nobody.",
        ),
        may(
            "scope",
            Kind::List(Format::Glob),
            "[\"src/**\"]",
            "Where a commit that claims a stage may not touch paths that no \
             stage owns. Default: nowhere.",
        ),
        may(
            "trailer",
            Kind::Text(Format::Trailer),
            "\"Migration-Stage\"",
            "The key of the trailer that says which stage a commit belongs to. \
             Default: `Migration-Stage`.",
        ),
        may(
            "document",
            Kind::Text(Format::Path),
            "\"MIGRATION_PLAN.md\"",
            "The plan's document, relative to this file's folder.",
        ),
        may("logs", Kind::Text(Format::Filled), "\"logs/migration/\"", "Where the logs are."),
        may(
            "dashboard",
            Kind::Text(Format::Filled),
            "\"https://metrics.example/migration\"",
            "Where the metrics are.",
        ),
        may(
            "max_waiver",
            Kind::Text(Format::Duration),
            "\"30d\"",
            "The longest that a waiver may still run.",
        ),
    ],
};

static MOVE: Shape = Shape {
    what: "a move",
    doc: "A file or folder renamed in mid-migration.",
    one_of: &[],
    keys: &[
        must(
            "from",
            Kind::Text(Format::Glob),
            "\"src/old/**\"",
            "The old name: a folder followed by `/**`, or a plain path.",
        ),
        must(
            "to",
            Kind::Text(Format::Glob),
            "\"src/new/**\"",
            "The new name, of the same form as `from`.",
        ),
        may("commit", Kind::Text(Format::Commit), "\"<commit id>\"", "The commit that renamed it."),
    ],
};

static PHASES: Shape = Shape {
    what: "`[phases]`",
    doc: "Phases to be judged as strictly as another one.",
    one_of: &[],
    keys: &[
        may(
            "share",
            Kind::Text(Format::Word(word::<Phase>)),
            "\"land\"",
            "How to judge a topic branch or a draft. Default: `share`.",
        ),
        may(
            "land",
            Kind::Text(Format::Word(word::<Phase>)),
            "\"deploy\"",
            "How to judge the migration's branch, a ready pull request, \
             the merge queue. Default: `land`.",
        ),
        may(
            "deploy",
            Kind::Text(Format::Word(word::<Phase>)),
            "\"deploy\"",
            "How to judge a delivery. Default: `deploy`.",
        ),
    ],
};

static LEVELS: Shape = Shape {
    what: "a table of levels",
    doc: "Levels by phase; a phase without one keeps its default.",
    one_of: &[],
    keys: &[
        may(
            "share",
            Kind::Text(Format::Word(word::<Level>)),
            "\"warn\"",
            "The level on a topic branch or a draft.",
        ),
        may(
            "land",
            Kind::Text(Format::Word(word::<Level>)),
            "\"deny\"",
            "The level on the migration's branch, a ready pull request, the merge queue.",
        ),
        may(
            "deploy",
            Kind::Text(Format::Word(word::<Level>)),
            "\"deny\"",
            "The level for a delivery.",
        ),
    ],
};

static WAIVER: Shape = Shape {
    what: "a waiver",
    doc: "A finding set aside until a date.",
    one_of: &[],
    keys: &[
        must("finding", Kind::Text(Format::Code), "\"stage/unowned-path\"", "The finding's code."),
        may(
            "stage",
            Kind::Text(Format::StageRef),
            "\"9\"",
            "Only for this stage. Default: for all.",
        ),
        must(
            "reason",
            Kind::Text(Format::Filled),
            "\"generated file, owner to be decided\"",
            "Why.",
        ),
        must(
            "expires",
            Kind::Date,
            "2026-12-24",
            "The last day on which it holds, until its end in UTC.",
        ),
    ],
};
