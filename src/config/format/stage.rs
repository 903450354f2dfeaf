//! The format of `[[stages]]`.

use super::super::scale::{CodeRollback, FlagState, Impact, Mode, RollbackStep, StageState};
use super::super::shape::{Format, Kind, Shape, word};
use super::{ACTION, TAG, may, must};

/// A stage.
pub(in super::super) static STAGE: Shape = Shape {
    what: "a stage",
    doc: "One step of the migration.",
    one_of: &[],
    keys: &[
        must("id", Kind::Text(Format::StageId), "\"9\"", "Its id, as trailers name it."),
        must(
            "name",
            Kind::Text(Format::Filled),
            "\"Continuation migration\"",
            "Its name for people.",
        ),
        must(
            "impact",
            Kind::Text(Format::Word(word::<Impact>)),
            "\"medium\"",
            "What a rollback of it affects; sets how strict the guard is.",
        ),
        may(
            "mode",
            Kind::Text(Format::Word(word::<Mode>)),
            "\"observe\"",
            "Its own mode, where it differs from the migration's.",
        ),
        may(
            "state",
            Kind::Text(Format::Word(word::<StageState>)),
            "\"open\"",
            "`closed` ends its requirements and needs `since` and `reason`. Default: `open`.",
        ),
        may("since", Kind::Date, "2026-12-24", "Since when it is closed."),
        may(
            "reason",
            Kind::Text(Format::Filled),
            "\"…\"",
            "Why it is closed, has no rollback, or is irreversible.",
        ),
        must(
            "paths",
            Kind::List(Format::Glob),
            "[\"src/billing/**\"]",
            "The paths it owns; `*` never crosses `/`, `**` does.",
        ),
        may(
            "exclude",
            Kind::List(Format::Glob),
            "[\"src/billing/README.md\"]",
            "The paths it does not own after all; these always win.",
        ),
        may(
            "after",
            Kind::List(Format::StageRef),
            "[\"7-8\"]",
            "The stages that must have landed before it, and are backed out after it.",
        ),
        may("start", Kind::Table(&TAG), "{ tag = \"stage-9-start\" }", "A checkpoint of its own."),
        may(
            "deployed",
            Kind::Table(&TAG),
            "{ tag = \"stage-9-deployed\" }",
            "The tag that the pipeline sets when the stage takes effect.",
        ),
        must(
            "rollback",
            Kind::List(Format::Word(word::<RollbackStep>)),
            "[\"flags\", \"code\", \"deploy\", \"verify\"]",
            "The steps of its rollback, in the order in which they are done; \
             an empty list needs a `reason`.",
        ),
        may(
            "quiesce",
            Kind::Table(&ACTION),
            "{ text = \"Scale the workers to 0\" }",
            "How whoever writes is stopped before data is restored.",
        ),
        may(
            "deploy",
            Kind::Table(&ACTION),
            "{ text = \"Run the deploy workflow\" }",
            "How code is brought to production.",
        ),
        may(
            "flags",
            Kind::Map(Format::Filled, &Kind::Text(Format::Word(word::<FlagState>))),
            "{ NAME = \"off\" }",
            "The state of each flag that is safe for this stage.",
        ),
        may(
            "backups",
            Kind::List(Format::Id),
            "[\"sessions\"]",
            "The backups that its rollback restores.",
        ),
        may(
            "code",
            Kind::Text(Format::Word(word::<CodeRollback>)),
            "\"revert\"",
            "`revert` undoes this stage's commits only, `restore` sets the files as they were at \
             the checkpoint. Default: `revert`.",
        ),
        may(
            "verify",
            Kind::Table(&ACTION),
            "{ command = [\"make\", \"test\"], timeout = \"10m\" }",
            "How to see that a rollback worked.",
        ),
        may(
            "irreversible",
            Kind::Bool,
            "false",
            "The point of no return; needs a `reason`. Default: `false`.",
        ),
        may(
            "procedure",
            Kind::List(Format::Filled),
            "[\"Restore the sessions\", \"Revert the code\"]",
            "What people do, in words.",
        ),
        may("owners", Kind::List(Format::Filled), "[\"@acme/platform\"]", "Who answers for it."),
    ],
};
