//! `flag`.

use insta::assert_snapshot;

use super::fake::{Case, landed, migration, stage, unknown};
use crate::config::Phase;
use crate::git::{RepoPath, TreeFile};

const OWN: &str = "Work\n\nMigration-Stage: 9";
const PATH: &[&str] = &["src/9/a.py"];
const SAFE: &str = "rollback = [\"flags\", \"code\"]\nflags = { USE_DELTA = \"off\" }";
const FLAG: &str =
    "[flags.USE_DELTA]\non = \"true\"\noff = \"false\"\ndefined_in = [\".env.example\"]\n";

fn case_of(impact: &str, own: &str, flag: &str) -> Case {
    Case::new(&(migration("") + &stage("9", impact, own) + flag)).commit(OWN, PATH)
}

fn case() -> Case {
    case_of("medium", SAFE, FLAG)
}

fn dotenv(text: &str) -> Case {
    case().file(".env.example", text)
}

/// The base has the flag file with this content.
fn before(case: Case, text: &str) -> Case {
    let file = Ok(Some(TreeFile::Content(text.as_bytes().to_vec())));
    case.facts(|facts| {
        facts.base_files.insert(".env.example".to_owned(), file);
    })
}

#[test]
fn a_flag_that_is_defined_with_a_safe_state_satisfies() {
    for text in ["USE_DELTA=true\n", "# old\nUSE_DELTA=false", "export USE_DELTA='true'\r\n"] {
        let told = dotenv(text).ask("flag");
        assert_eq!(
            (told.outcomes().as_str(), told.lines().as_str()),
            ("9 satisfied", ""),
            "{text}"
        );
    }
}

#[test]
fn what_one_file_defines_is_not_misspelt_in_another() {
    let two = FLAG.replace("[\".env.example\"]", "[\".env.example\", \"more.env\"]");
    for (first, second) in
        [("USE_DELTA=true\n", "USE_DETLA=1\n"), ("USE_DETLA=1\n", "USE_DELTA=true\n")]
    {
        let case =
            case_of("medium", SAFE, &two).file(".env.example", first).file("more.env", second);
        assert_eq!(case.ask("flag").lines(), "", "{first}{second}");
    }
}

#[test]
fn a_stage_without_flags_is_not_asked() {
    assert_eq!(case_of("high", "", FLAG).ask("flag").outcomes(), "9 not applicable");
}

#[test]
fn undefined() {
    assert_snapshot!(dotenv("OTHER=1\n").ask("flag").lines(), @"flag/undefined deny 9: the flag `USE_DELTA` is defined in none of .env.example / define it there, or correct `defined_in` in `[flags.USE_DELTA]`");
    assert_eq!(case().ask("flag").codes(), "flag/undefined deny", "the file is missing");
    let nowhere = case_of("medium", SAFE, &FLAG.replace("defined_in = [\".env.example\"]\n", ""));
    assert_snapshot!(nowhere.ask("flag").lines(), @r#"flag/undefined deny 9: nothing says where the flag `USE_DELTA` is defined / name the files in `[flags.USE_DELTA]`: `defined_in = [".env.example"]`"#);
}

#[test]
fn a_second_file_may_define_it() {
    let two = FLAG.replace("[\".env.example\"]", "[\".env.example\", \"flags.toml\"]");
    let case = case_of("medium", SAFE, &two).file(".env.example", "OTHER=1\n");
    let case = case.file("flags.toml", "[features]\nUSE_DELTA = false\n");
    assert_eq!(case.ask("flag").outcomes(), "9 satisfied");
}

#[test]
fn misspelt() {
    assert_snapshot!(dotenv("A=1\nUSE_DELTAS=true\n").ask("flag").lines(), @"flag/misspelt deny 9: the flag `USE_DELTA` is not defined; .env.example:2 has `USE_DELTAS` / correct one of the two: setting `USE_DELTA` would change nothing");
    let both = dotenv("USE_DELTAS=true\nUSE_DELTA=true\n");
    assert_eq!(both.ask("flag").outcomes(), "9 satisfied", "two flags of like names");
}

#[test]
fn no_safe_state() {
    let names_none = case_of("medium", "rollback = [\"flags\", \"code\"]", FLAG);
    assert_snapshot!(names_none.ask("flag").lines(), @r#"flag/no-safe-state deny 9: stage 9 is rolled back by its flags, but names none / say which state is safe: `flags = { NAME = "off" }` in stage 9"#);
    let no_value = case_of("medium", SAFE, &FLAG.replace("off = \"false\"\n", ""));
    assert_snapshot!(no_value.file(".env.example", "USE_DELTA=true\n").ask("flag").lines(), @r#"flag/no-safe-state deny 9: the flag `USE_DELTA` in .env.example cannot be put to `off`: the configuration gives no value for `off` / say in `[flags.USE_DELTA]` which value means `off`: `off = "…"`"#);
}

/// A flagd file whose flag has these members beside its variants.
fn flagd(members: &str) -> Case {
    let flag = FLAG.replace(".env.example", "flags.json");
    let text = format!(
        r#"{{"flags": {{"USE_DELTA": {{"variants": {{"on": true, "off": false}}, "defaultVariant": "on", {members}}}}}}}"#
    );
    case_of("medium", SAFE, &flag).file("flags.json", &text)
}

#[test]
fn a_disabled_flagd_flag_has_no_safe_state() {
    assert_snapshot!(flagd(r#""state": "DISABLED""#).ask("flag").lines(), @"flag/no-safe-state deny 9: the flag `USE_DELTA` in flags.json cannot be put to `off`: it is DISABLED, so the program's own default holds, whatever the file says / set its `state` to `ENABLED`, with the variant as the default that holds today");
    assert_eq!(flagd(r#""state": "ENABLED""#).ask("flag").outcomes(), "9 satisfied");
}

#[test]
fn flagd_variants_that_are_alike_are_no_two_states() {
    let text = r#"{"flags": {"USE_DELTA": {"state": "ENABLED", "variants": {"on": true, "off": true}, "defaultVariant": "on"}}}"#;
    let flag = FLAG.replace(".env.example", "flags.json");
    let flag = flag.replace("\"true\"", "\"on\"").replace("\"false\"", "\"off\"");
    let case = case_of("medium", SAFE, &flag).file("flags.json", text);
    assert_snapshot!(case.ask("flag").lines(), @"flag/no-safe-state deny 9: the flag `USE_DELTA` in flags.json cannot be put to `off`: its variants `off` for `off` and `on` for `on` both have the value `true`, so setting it changes nothing / give `off` and `on` the values that they stand for");
}

#[test]
fn targeting_that_goes_before_the_default_is_told() {
    let rules = r#""state": "ENABLED", "targeting": {"if": [true, "on"]}"#;
    assert_snapshot!(flagd(rules).ask("flag").lines(), @"flag/targeting warn 9: the flag `USE_DELTA` in flags.json has targeting rules, which go before its default variant: making `off` the default may not reach everybody / have the rules come to `off` in a rollback as well, and say how in the stage's `procedure`");
    for phase in Phase::ALL {
        let told = flagd(rules).phase(*phase).ask("flag");
        assert_eq!(told.codes(), "flag/targeting warn", "{phase:?}");
    }
    let none = r#""state": "ENABLED", "targeting": {}"#;
    assert_eq!(flagd(none).ask("flag").outcomes(), "9 satisfied");
}

#[test]
fn unread() {
    let flag = format!("{FLAG}referenced_in = [\"src/**/*.py\"]\n");
    let read = |text: &str| {
        let case = case_of("medium", SAFE, &flag).file(".env.example", "USE_DELTA=true\n");
        case.file("src/9/a.py", text)
            .facts(|facts| facts.paths = Ok(vec![RepoPath::from("src/9/a.py")]))
    };
    assert_eq!(read("os.environ['USE_DELTA']").ask("flag").outcomes(), "9 satisfied");
    assert_snapshot!(read("os.environ['USE_DELTA_X']").ask("flag").lines(), @"flag/unread deny 9: nobody reads the flag `USE_DELTA` in src/**/*.py: setting it would change nothing / have the code read it; or correct `referenced_in`, and land that first");
    let blind = read("").facts(|facts| facts.paths = unknown());
    assert_snapshot!(blind.ask("flag").lines(), @"flag/unread? deny 9: who reads `USE_DELTA`: could not check: the object is damaged / run `git fsck`");
    let blind = read("").facts(|facts| {
        facts.files.insert("src/9/a.py".to_owned(), unknown());
    });
    assert_eq!(blind.ask("flag").outcomes(), "9 indeterminate");
}

#[test]
fn duplicate() {
    assert_snapshot!(dotenv("USE_DELTA=true\nUSE_DELTA=false\n").ask("flag").lines(), @"flag/duplicate deny 9: the flag `USE_DELTA` is defined more than once in .env.example, in lines 1 and 2: which one wins depends on who reads it / keep one of them");
}

#[test]
fn removed_while_needed() {
    let gone = before(dotenv("OTHER=1\n"), "USE_DELTA=true\n");
    assert_snapshot!(gone.ask("flag").lines(), @"flag/removed-while-needed deny 9: this change removes the flag `USE_DELTA`, which a stage needs to be rolled back / keep `USE_DELTA` until the stage is closed, or until another file that `defined_in` names has landed with it");
}

/// Stage 9 needs the flag; the push touches stage 4 and the flag's file.
fn cleanup(now: &str) -> Case {
    let text = migration("") + &stage("4", "low", "") + &stage("9", "high", SAFE) + FLAG;
    let case = Case::new(&text).commit("Clean up", &["src/4/a.py", ".env.example"]);
    before(case.file(".env.example", now), "USE_DELTA=true\n")
}

#[test]
fn a_flag_removed_under_a_stage_that_is_not_touched() {
    assert_snapshot!(cleanup("OTHER=1\n").ask("flag").lines(), @"flag/removed-while-needed deny 9: this change removes the flag `USE_DELTA`, which a stage needs to be rolled back / keep `USE_DELTA` until the stage is closed, or until another file that `defined_in` names has landed with it");
    assert_eq!(cleanup("USE_DELTA=false\n").ask("flag").lines(), "", "its value may change");
    assert_eq!(
        before(cleanup("OTHER=1\n"), "OTHER=2\n").ask("flag").lines(),
        "",
        "it never had it"
    );
}

#[test]
fn a_flag_is_looked_for_under_other_stages_only_where_its_file_changes() {
    let text = migration("") + &stage("4", "low", "") + &stage("9", "high", SAFE) + FLAG;
    let pushed = |path: &str| {
        let case = Case::new(&text).commit("Clean up", &[path]).file(".env.example", "OTHER=1\n");
        before(case, "USE_DELTA=true\n")
    };
    let alone = pushed(".env.example");
    assert_eq!(alone.ask("flag").codes(), "flag/removed-while-needed deny");
    let elsewhere = pushed("src/4/a.py").facts(|facts| {
        facts.files.insert(".env.example".to_owned(), unknown());
    });
    assert_eq!(elsewhere.ask("flag").outcomes(), "4 not applicable");
}

#[test]
fn a_flag_is_looked_for_once_and_under_open_stages_alone() {
    // What concerns no other stage is not even asked of one.
    assert_eq!(cleanup("USE_DELTA=false\n").ask("flag").outcomes(), "4 not applicable");
    let both = cleanup("OTHER=1\n").commit(OWN, PATH).ask("flag");
    assert_eq!(both.outcomes(), "4 not applicable, 9 unmet");
    let closed = format!("{SAFE}\nstate = \"closed\"\nsince = 2026-01-01\nreason = \"done\"");
    let text = migration("") + &stage("4", "low", "") + &stage("9", "high", &closed) + FLAG;
    let case = Case::new(&text).commit("Clean up", &["src/4/a.py", ".env.example"]);
    let removed = before(case.file(".env.example", "OTHER=1\n"), "USE_DELTA=true\n");
    assert_eq!(removed.ask("flag").outcomes(), "4 not applicable");
}

#[test]
fn a_removal_that_cannot_be_checked_is_told() {
    let no_base = cleanup("OTHER=1\n").facts(|facts| {
        facts.base_files.insert(".env.example".to_owned(), unknown());
    });
    assert_snapshot!(no_base.ask("flag").lines(), @"flag/undefined? deny 9: `USE_DELTA` in .env.example: could not check: the object is damaged / run `git fsck`");
    let no_head = cleanup("").facts(|facts| {
        facts.files.insert(".env.example".to_owned(), unknown());
    });
    assert_eq!(no_head.ask("flag").codes(), "flag/undefined? deny");
}

#[test]
fn what_cannot_be_read_is_indeterminate() {
    let damaged = case().facts(|facts| {
        facts.files.insert(".env.example".to_owned(), unknown());
    });
    assert_snapshot!(damaged.ask("flag").lines(), @"flag/undefined? deny 9: `USE_DELTA` in .env.example: could not check: the object is damaged / run `git fsck`");
    let link = case().facts(|facts| {
        let link = Ok(Some(TreeFile::NotAFile("a symbolic link")));
        facts.files.insert(".env.example".to_owned(), link);
    });
    assert_snapshot!(link.ask("flag").lines(), @"flag/undefined? deny 9: `USE_DELTA`: could not check: .env.example is a symbolic link, which is not followed / name the file itself in `defined_in`");
    assert_eq!(link.ask("flag").outcomes(), "9 indeterminate");
    let json = FLAG.replace(".env.example", "flags.json");
    let malformed = case_of("medium", SAFE, &json).file("flags.json", "{\"USE_DELTA\": ");
    assert_eq!(malformed.ask("flag").outcomes(), "9 indeterminate");
}

#[test]
fn levels_follow_from_the_impact_in_every_phase_and_a_hotfix_is_let_pass() {
    for phase in Phase::ALL {
        let told = |impact| case_of(impact, SAFE, FLAG).phase(*phase).ask("flag").codes();
        assert_eq!(told("low"), "flag/undefined warn");
        assert_eq!(told("medium"), "flag/undefined deny");
    }
    let text = migration("") + &stage("9", "critical", SAFE) + FLAG;
    let hotfix = Case::new(&text).commit("Fix\n\nMigration-Stage: none", PATH);
    assert_eq!(hotfix.ask("flag").codes(), "flag/undefined warn");
}

#[test]
fn a_closed_stage_needs_its_flag_no_more() {
    let closed = format!("{SAFE}\nstate = \"closed\"\nsince = 2026-01-01\nreason = \"done\"");
    assert_eq!(case_of("high", &closed, FLAG).ask("flag").outcomes(), "");
}

/// The same where stage 9 has landed, and `before` is what the flag's file said.
fn spoilt(before_text: &str, now: &str) -> Case {
    let landed = Ok(landed(&["2026-11-10T12:00:00Z"]));
    before(cleanup(now), before_text).history("9", landed)
}

#[test]
fn a_flag_that_is_spoilt_under_a_stage_that_has_landed() {
    let twice = "USE_DELTA=true\nUSE_DELTA=false\n";
    assert_eq!(spoilt("USE_DELTA=true\n", twice).ask("flag").codes(), "flag/duplicate deny");
    assert_eq!(spoilt(twice, twice).ask("flag").codes(), "", "it was so before");
    assert_eq!(spoilt("USE_DELTA=true\n", "USE_DELTA=false\n").ask("flag").codes(), "");
    assert_eq!(
        spoilt("USE_DELTA=true\n", "OTHER=1\n").ask("flag").codes(),
        "flag/removed-while-needed deny",
        "told once"
    );
    // Before it lands, its own push is asked.
    let open = before(cleanup(twice), "USE_DELTA=true\n");
    assert_eq!(open.ask("flag").codes(), "");
    let unread = spoilt("USE_DELTA=true\n", "").facts(|facts| {
        facts.files.insert(".env.example".to_owned(), unknown());
    });
    assert_eq!(unread.ask("flag").codes(), "flag/undefined? deny");
    assert_eq!(unread.ask("flag").lines().lines().count(), 1, "told once");
}

#[test]
fn the_last_reader_that_goes_under_a_stage_that_has_landed() {
    const READS: &str = "os.environ['USE_DELTA']";
    let flag = format!("{FLAG}referenced_in = [\"lib/**\"]\n");
    let pushed = |was: &str, now: &str, other: &str| {
        let text = migration("") + &stage("4", "low", "") + &stage("9", "high", SAFE) + &flag;
        let case = Case::new(&text).commit("Clean up", &["lib/a.py", "src/4/a.py"]);
        let case = case.file(".env.example", "USE_DELTA=true\n").file("lib/a.py", now);
        let case = case.file("lib/b.py", other);
        let was = Ok(Some(TreeFile::Content(was.as_bytes().to_vec())));
        case.history("9", Ok(landed(&["2026-11-10T12:00:00Z"]))).facts(|facts| {
            facts.base_files.insert("lib/a.py".to_owned(), was);
            facts.paths = Ok(["lib/a.py", "lib/b.py"].map(RepoPath::from).to_vec());
        })
    };
    assert_eq!(pushed(READS, "pass", "pass").ask("flag").codes(), "flag/unread deny");
    assert_eq!(pushed(READS, READS, "pass").ask("flag").codes(), "");
    assert_eq!(pushed(READS, "pass", READS).ask("flag").codes(), "", "another one reads it");
    assert_eq!(pushed("pass", "pass", "pass").ask("flag").codes(), "", "nobody did before");
    let open = pushed(READS, "pass", "pass").history("9", Ok(landed(&[])));
    assert_eq!(open.ask("flag").codes(), "");
}

#[test]
fn what_is_spoilt_is_not_stopped_where_it_is_shared_or_foreign_and_silent_without_the_stage() {
    let twice = "USE_DELTA=true\nUSE_DELTA=false\n";
    let spoilt = || spoilt("USE_DELTA=true\n", twice);
    assert_eq!(spoilt().ask("flag").codes(), "flag/duplicate deny");
    assert_eq!(spoilt().phase(Phase::Share).ask("flag").codes(), "flag/duplicate warn");
    let text = migration("") + &stage("4", "low", "") + &stage("9", "high", SAFE) + FLAG;
    let said = |message: &str| {
        let case = Case::new(&text).commit(message, &["src/4/a.py", ".env.example"]);
        let case = before(case.file(".env.example", twice), "USE_DELTA=true\n");
        case.history("9", Ok(landed(&["2026-11-10T12:00:00Z"])))
    };
    let hotfix = said("Fix\n\nMigration-Stage: none");
    assert_eq!(hotfix.ask("flag").codes(), "flag/duplicate warn");
    // A branch from before the stage has none of its work.
    let first = landed(&["2026-11-10T12:00:00Z"]).steps[0].id;
    let older = spoilt().facts(|facts| drop(facts.ancestors.insert(first, Ok(false))));
    assert_eq!(older.ask("flag").codes(), "");
}
