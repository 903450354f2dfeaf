//! A migration of many stages with ten globs each, in every shape that globs have, the same as git
//! attributes, and paths of which a third belongs to no stage.

use std::fmt::Write;

/// Globs of one stage.
pub(crate) const GLOBS: usize = 10;

/// The globs of a stage.
pub(crate) fn globs(stage: usize) -> [String; GLOBS] {
    [
        format!("services/svc-{stage:04}/**"),
        format!("libs/lib-{stage:04}/*.rs"),
        format!("apps/app-{stage:04}/src/**/*.py"),
        format!("**/svc-{stage:04}.toml"),
        format!("**/svc-{stage:04}_*.sql"),
        format!("**/*.s{stage:04}"),
        format!("schemas/{{read,write}}/svc-{stage:04}/*.json"),
        format!("tests/**/test_svc_{stage:04}_[a-z]*.py"),
        format!("docs/svc-{stage:04}.md"),
        format!("config/*/svc-{stage:04}.yaml"),
    ]
}

/// A path of the repository: of every fifteen, ten belong to a stage and five to none, which look
/// as if they did.
pub(crate) fn path(number: usize, stages: usize) -> String {
    // An odd multiplier far from round visits the stages in no order.
    let stage = number.wrapping_mul(7_919) % stages;
    let file = number / 15;
    match number % 15 {
        0 => format!("services/svc-{stage:04}/src/api/part_{file}.rs"),
        1 => format!("libs/lib-{stage:04}/part_{file}.rs"),
        2 => format!("apps/app-{stage:04}/src/core/model/part_{file}.py"),
        3 => format!("deploy/{file}/svc-{stage:04}.toml"),
        4 => format!("db/{file}/svc-{stage:04}_add.sql"),
        5 => format!("data/{file}/part.s{stage:04}"),
        6 => format!("schemas/read/svc-{stage:04}/part_{file}.json"),
        7 => format!("tests/unit/{file}/test_svc_{stage:04}_part.py"),
        8 => format!("docs/svc-{stage:04}.md"),
        9 => format!("config/{file}/svc-{stage:04}.yaml"),
        10 => format!("services/other-{stage:04}/src/part_{file}.rs"),
        11 => format!("libs/lib-{stage:04}/deep/part_{file}.rs"),
        12 => format!("apps/app-{stage:04}/docs/part_{file}.py"),
        13 => format!("vendor/pkg-{stage:04}/src/core/part_{file}.c"),
        _ => format!("tests/unit/{file}/test_other_{stage:04}.py"),
    }
}

/// The stage that owns [`path`] of this number.
pub(crate) const fn owner(number: usize, stages: usize) -> Option<usize> {
    if number % 15 < GLOBS { Some(number.wrapping_mul(7_919) % stages) } else { None }
}

/// A configuration with so many stages.
pub(crate) fn configuration(stages: usize) -> String {
    let mut text = String::from(
        "version = 1\n\n[migration]\nid = \"many\"\nname = \"Many stages\"\n\
         start = { tag = \"migration-start\" }\nbranch = \"main\"\n",
    );
    for stage in 0..stages {
        let globs = globs(stage);
        let _ = write!(
            text,
            "\n[[stages]]\nid = \"s{stage:04}\"\nname = \"Service {stage}\"\nimpact = \"high\"\n\
             paths = {globs:?}\nrollback = [\"code\"]\n"
        );
    }
    text
}
