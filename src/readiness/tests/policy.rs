//! `policy`.

use insta::assert_snapshot;

use super::fake::{Case, at, migration, stage, unknown};
use crate::backup::Checked;
use crate::config::Phase;
use crate::git::RepoPath;
use crate::readiness::snapshot::Retold;

const OWN: &str = "Work\n\nMigration-Stage: 9";
const PATH: &[&str] = &["src/9/a.py"];

fn case(message: &str) -> Case {
    Case::new(&(migration("") + &stage("9", "critical", ""))).commit(message, PATH)
}

#[test]
fn unchanged_rules_satisfy() {
    let told = case(OWN).ask("policy");
    assert_eq!((told.outcomes().as_str(), told.lines().as_str()), ("- satisfied", ""));
}

#[test]
fn it_reads_nothing_that_could_be_missing() {
    // So it is asked of every range, and comes to satisfied or unmet.
    let blind = case(OWN).tag("m-start", unknown());
    let blind = blind.history("9", unknown());
    assert_eq!(blind.ask("policy").outcomes(), "- satisfied");
}

#[test]
fn changed_and_weakened() {
    let mut case = case(OWN);
    case.policy.changed = vec!["backout.toml".to_owned()];
    assert_snapshot!(case.ask("policy").lines(), @"policy/changed warn -: backout.toml is not what is trusted: this push is judged by both / have the change reviewed by those who answer for the migration");
    case.policy.weakened = vec!["stage 9 has a lower impact".to_owned()];
    assert_snapshot!(case.ask("policy").lines(), @r"
    policy/changed warn -: backout.toml is not what is trusted: this push is judged by both / have the change reviewed by those who answer for the migration
    policy/weakened warn -: the pushed configuration asks for less: stage 9 has a lower impact / it takes effect once it has landed; until then the trusted configuration counts
    ");
}

#[test]
fn evidence_that_comes_with_the_work_it_excuses() {
    let with_evidence = |message: &str| {
        let mut case = case(message);
        case.policy.evidence = vec![RepoPath::from(".backout/backups/data.toml")];
        case.ask("policy").lines()
    };
    assert_snapshot!(with_evidence(OWN), @"policy/evidence-added warn -: .backout/backups/data.toml comes with the very change that relies on it: so far only its author vouches for it / look at it in the review");
    assert_eq!(with_evidence("Fix\n\nMigration-Stage: none"), "", "it excuses nothing");
}

fn waived(expires: &str, limit: &str) -> Case {
    let text = migration(limit)
        + &stage("9", "critical", "")
        + &format!(
            "[[waivers]]\nfinding = \"tag/missing\"\nstage = \"9\"\nreason = \"r\"\n\
             expires = {expires}\n"
        );
    Case::new(&text).commit(OWN, PATH)
}

#[test]
fn a_waiver_ends_with_its_last_day_in_utc() {
    let told = |now| waived("2026-11-24", "").facts(|facts| facts.now = at(now)).ask("policy");
    assert_eq!(told("2026-11-24T23:59:59Z").outcomes(), "- satisfied");
    assert_snapshot!(told("2026-11-25T00:00:00Z").lines(), @"policy/waiver-expired warn -: the waiver of tag/missing ended on 2026-11-24 / remove it, or give it a new date and have that reviewed");
}

#[test]
fn a_waiver_that_runs_too_long() {
    let limit = "max_waiver = \"30d\"";
    assert_snapshot!(waived("2026-12-25", limit).ask("policy").lines(), @"policy/waiver-expired warn -: the waiver of tag/missing runs until 2026-12-25, longer than `max_waiver` allows: it does not hold / give it an earlier date");
    assert_eq!(waived("2026-12-24", limit).ask("policy").outcomes(), "- satisfied");
    assert_eq!(waived("2026-12-25", "").ask("policy").outcomes(), "- satisfied", "no limit");
}

#[test]
fn an_expired_waiver_is_told_only_where_a_stage_is_touched() {
    let mut case = waived("2026-11-01", "");
    case.works.clear();
    assert_eq!(case.commit("Docs", &["README.md"]).ask("policy").lines(), "");
}

#[test]
fn a_waiver_that_comes_with_a_push_is_told_at_once_where_it_does_not_hold() {
    let pushed = |expires: &str| {
        let mut case = waived("2026-12-01", "max_waiver = \"30d\"");
        case.works.clear();
        let mut waiver = case.configuration.migrations[0].waivers[0].clone();
        waiver.expires = expires.parse().unwrap();
        case.policy.waivers = vec![waiver];
        case.ask("policy")
    };
    assert_snapshot!(pushed("2027-01-31").lines(), @"policy/waiver-expired warn -: the waiver of tag/missing runs until 2027-01-31, longer than `max_waiver` allows: it does not hold / give it an earlier date");
    assert_eq!(pushed("2026-12-02").outcomes(), "- satisfied");
}

#[test]
fn what_vouches_for_evidence_depends_on_what_it_is() {
    let own = "backups = [\"data\"]\nrollback = [\"code\", \"data\"]";
    let backup = "[backups.data]\nsource = { kind = \"command\", command = [\"./export\"] }\n\
                  store = \"/srv/backups\"\n";
    let text = migration("") + &stage("9", "critical", own) + backup;
    let asked = |online: bool| {
        let mut case = Case::new(&text).commit(OWN, PATH);
        let names = ["backups/data.toml", "backups/other.toml", "receipts/m/9.toml"];
        let paths = names.map(|name| RepoPath::from(&*format!(".backout/{name}")));
        case.policy.evidence = paths.to_vec();
        if online {
            let message = "asked".to_owned();
            case.facts.stored = Some(Checked::Unknown { message, help: String::new() });
        }
        case.ask("policy").lines()
    };
    assert_snapshot!(asked(false), @"
    policy/evidence-added warn -: .backout/backups/data.toml comes with the very change that relies on it: so far only its author vouches for it / look at it in the review; where the store can be reached, `backout check --online` holds receipts against their archives
    policy/evidence-added warn -: .backout/backups/other.toml comes with the very change that relies on it: so far only its author vouches for it / look at it in the review
    policy/evidence-added warn -: .backout/receipts/m/9.toml comes with the very change that relies on it: so far only its author vouches for it / look at it in the review
    ");
    assert_snapshot!(asked(true), @"
    policy/evidence-added warn -: .backout/backups/other.toml comes with the very change that relies on it: so far only its author vouches for it / look at it in the review
    policy/evidence-added warn -: .backout/receipts/m/9.toml comes with the very change that relies on it: so far only its author vouches for it / look at it in the review
    ");
}

fn retold(lost: &[u8], has_landed: bool) -> Case {
    let mut case = case(OWN);
    let lost = lost.iter().map(|byte| super::fake::id(*byte)).collect();
    case.policy.retold = vec![Retold { stage: 0, lost, has_landed, closed: None, certain: false }];
    case
}

#[test]
fn landed_work_that_is_forgotten() {
    assert_snapshot!(retold(&[1], false).ask("policy").lines(), @r#"policy/forgotten deny 9: stage 9 has landed (010101010101), and by the pushed rules and attributions it has not: nobody could back it out / leave what says so as it is: attributions (the newest entry for a commit counts), `paths`, `[[moves]]`, the start tag, the stage itself; where stage 9 needs no way back any more, close it first (`state = "closed"`)"#);
    assert_snapshot!(retold(&[1, 2, 3, 4, 5], true).ask("policy").lines(), @r#"policy/forgotten warn 9: by the pushed rules and attributions, landed work is no part of stage 9 any more (010101010101, 020202020202, 030303030303, 2 more): backing it out would leave that behind / leave what says so as it is: attributions (the newest entry for a commit counts), `paths`, `[[moves]]`, the start tag, the stage itself; where stage 9 needs no way back any more, close it first (`state = "closed"`)"#);
    let three = retold(&[1, 2, 3], true).ask("policy").lines();
    assert!(three.contains("(010101010101, 020202020202, 030303030303):"), "{three}");
    assert_eq!(retold(&[], true).ask("policy").outcomes(), "- satisfied");
    let shared = retold(&[1], false).phase(Phase::Share);
    assert_eq!(shared.ask("policy").codes(), "policy/forgotten warn");
}

#[test]
fn what_is_forgotten_cannot_be_checked() {
    let blind = || {
        let mut case = case(OWN);
        case.policy.untold = unknown::<()>().err();
        case
    };
    assert_snapshot!(blind().ask("policy").lines(), @"policy/forgotten? deny 9: whether landed stages are known as such to what is pushed: could not check: the object is damaged / run `git fsck`");
    // Where the start tag is not here, `tag` stops what has to be stopped.
    assert_snapshot!(blind().tag("m-start", Ok(None)).ask("policy").codes(), @"policy/forgotten? warn");
}
