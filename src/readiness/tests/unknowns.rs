//! "Could not check" is never a pass: whichever facts cannot be had.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::fake::{
    Case, Told, annotated, archive, configuration, id, landed, migration, receipt, rehearsal,
    stage, unknown, work,
};
use crate::config::{Configuration, Phase};
use crate::git::{Operation, RepoPath, TreeFile};
use crate::readiness::assessment::{Verdict, verdict};
use crate::readiness::finding::Outcome;
use crate::receipt::{ArchiveReceipt, RehearsalResult};
use crate::rollback::outlook::Outlook;

const REST: &str = r#"
[flags.DELTA]
on = "true"
off = "false"
defined_in = [".env", "flags.toml"]
referenced_in = ["src/**"]
[backups.data]
source = { kind = "command", command = ["./export"] }
store = "backups"
max_age_at_deploy = "5d"
rehearse_every = "14d"
[backups.more]
source = { kind = "command", command = ["./export"] }
store = "/srv/more"
"#;

fn everything() -> Configuration {
    let text = migration("document = \"PLAN.md\"\nscope = [\"src/**\"]")
        + &stage("4", "low", "")
        + &stage(
            "9",
            "critical",
            "after = [\"4\"]\nstart = { tag = \"nine\" }\ndeployed = { tag = \"live\" }\n\
             rollback = [\"flags\", \"code\", \"data\"]\nflags = { DELTA = \"off\" }\n\
             backups = [\"data\", \"more\"]",
        )
        + REST;
    configuration(&[("backout.toml", &text)])
}

/// A push that all requirements are content with.
fn content(configuration: Configuration) -> Case {
    let sound = ArchiveReceipt {
        rehearsed: Some(rehearsal("2026-11-23T00:00:00Z", RehearsalResult::Passed)),
        ..archive("2026-11-23T00:00:00Z")
    };
    let mut case = Case::of(configuration)
        .phase(Phase::Deploy)
        .commit("Work\n\nMigration-Stage: 9", &["src/9/a.py", "backups/x", ".env"])
        .tag("nine", Ok(Some(annotated(id(3)))))
        .tag("live", Ok(None))
        .history("4", Ok(landed(&["2026-11-01T00:00:00Z"])))
        .history("9", Ok(landed(&["2026-11-10T00:00:00Z"])))
        .outlook("9", Ok(Some(Outlook::default())))
        .file("PLAN.md", "# Plan\n")
        .file(".env", "DELTA=true\n")
        .file("flags.toml", "other = true\n")
        .file("src/9/a.py", "os.environ[\"DELTA\"]\n")
        .file(".backout/backups/data.toml", receipt("data", std::slice::from_ref(&sound)))
        .file(".backout/backups/more.toml", receipt("more", &[sound]))
        .range(|range| range.operation = Operation::Rewrite);
    case.policy.redefined = [("m".to_owned(), "9".to_owned())].into();
    case.facts(|facts| {
        let env = Ok(Some(TreeFile::Content(b"DELTA=true\n".to_vec())));
        facts.base_files.insert(".env".to_owned(), env);
        facts.paths = Ok(["src/9/a.py", ".env"].map(RepoPath::from).to_vec());
        facts.dropped = Ok(vec![work(0x66, "Docs", &["README.md"])]);
        facts.magic.insert(RepoPath::from("backups/x"), Ok(false));
        facts.ancestors.extend([(id(1), Ok(true)), (id(3), Ok(true))]);
    })
}

/// Makes every n-th fact unknown where the n-th bit is set.
fn blind<K: Ord, V>(
    facts: &mut BTreeMap<K, Result<V, crate::readiness::snapshot::Unknown>>,
    bits: &mut u32,
) {
    for fact in facts.values_mut() {
        if *bits & 1 == 1 {
            *fact = unknown();
        }
        *bits >>= 1;
    }
}

fn blinded(case: Case, mut bits: u32) -> Case {
    let bits = &mut bits;
    case.facts(|facts| {
        blind(&mut facts.tags, bits);
        blind(&mut facts.ancestors, bits);
        blind(&mut facts.files, bits);
        blind(&mut facts.base_files, bits);
        blind(&mut facts.histories, bits);
        blind(&mut facts.magic, bits);
        blind(&mut facts.outlooks, bits);
        if *bits & 1 == 1 {
            facts.paths = unknown();
        }
        if *bits & 2 == 2 {
            facts.dropped = unknown();
        }
        if *bits & 4 == 4 {
            facts.passing = unknown();
        }
    })
}

/// Facts that can be made unknown: 3 tags, 2 ancestors, 6 files, 1 base file, 2 histories, 1 blob,
/// 1 way back, the paths, what is dropped.
const BITS: u32 = 18;

#[test]
fn with_every_fact_at_hand_all_is_satisfied() {
    let told = content(everything()).ask_all();
    assert_eq!(told.lines(), "");
    assert_eq!(told.missed, Vec::<&str>::new());
    assert!(
        told.asked.iter().all(|asked| asked.outcome == Outcome::Satisfied),
        "{}",
        told.outcomes()
    );
}

#[test]
fn each_single_unknown_fact_is_noticed_by_somebody() {
    let configuration = everything();
    for bit in 0..BITS {
        let told = blinded(content(configuration.clone()), 1 << bit).ask_all();
        // The base's flag file is looked at only where the head's has no such flag.
        let never_asked = bit == 11;
        assert_eq!(told.missed.is_empty(), never_asked, "bit {bit} {:?}", told.missed);
        assert_eq!(told.lines().is_empty(), never_asked, "bit {bit}");
    }
}

fn holds(told: &Told) -> Result<(), TestCaseError> {
    for requirement in &told.missed {
        let of_it = || told.asked.iter().filter(|asked| asked.requirement == *requirement);
        let noticed = of_it().any(|a| matches!(a.outcome, Outcome::Unmet | Outcome::Indeterminate));
        prop_assert!(noticed, "{requirement}: {}", told.outcomes());
        let strict = ["tag", "ref", "flag", "backup", "window"].contains(requirement)
            // What hangs on the start tag, `tag` stops.
            || (*requirement == "revert" && !told.missed.contains(&"tag"));
        if strict {
            let findings =
                told.findings.iter().filter(|one| one.code.requirement() == *requirement);
            prop_assert_ne!(verdict(findings), Verdict::Ready, "{}", requirement);
            let of_stage =
                of_it().filter(|asked| asked.stage.as_ref().is_none_or(|s| s.as_str() == "9"));
            let satisfied = of_stage.filter(|asked| asked.outcome == Outcome::Satisfied).count();
            let all = if *requirement == "backup" { 1 } else { 0 };
            prop_assert!(satisfied <= all, "{requirement}: {}", told.outcomes());
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(10_000)
    })]

    #[test]
    fn nothing_unreadable_becomes_satisfied(bits in 0..1_u32 << BITS, flag_gone in any::<bool>()) {
        thread_local! {
            static CONFIGURATION: Configuration = everything();
        }
        let case = content(CONFIGURATION.with(Clone::clone));
        let case = if flag_gone { case.file(".env", "OTHER=1\n") } else { case };
        holds(&blinded(case, bits).ask_all())?;
    }
}
