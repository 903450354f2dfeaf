//! `flag`.

use super::fake::{Case, migration, stage, unknown};
use crate::git::TreeFile;

const OWN: &str = "Work\n\nMigration-Stage: 9";
const PATH: &[&str] = &["src/9/a.py"];

fn case(flag: &str, state: &str) -> Case {
    let flag = format!("[flags.USE_NEW]\n{flag}\n");
    let more = format!("rollback = [\"flags\", \"code\"]\nflags = {{ USE_NEW = \"{state}\" }}");
    Case::new(&(migration("") + &flag + &stage("9", "medium", &more))).commit(OWN, PATH)
}

fn usual() -> Case {
    case("on = \"true\"\noff = \"false\"\ndefined_in = [\".env.example\"]", "off")
}

fn said(case: &Case) -> (String, String) {
    let told = case.ask("flag");
    (told.staged(), told.outcomes())
}

fn is(codes: &str, outcomes: &str) -> (String, String) {
    (codes.to_owned(), outcomes.to_owned())
}

#[test]
fn a_defined_flag_with_a_safe_state_satisfies() {
    assert_eq!(said(&usual().file(".env.example", "USE_NEW=false\n")), is("", "9 satisfied"));
}

#[test]
fn a_stage_without_flags_is_not_asked() {
    let text = migration("") + &stage("9", "high", "");
    assert_eq!(said(&Case::new(&text).commit(OWN, PATH)), is("", "9 not applicable"));
}

#[test]
fn each_problem() {
    let of = |content: &str| usual().file(".env.example", content);
    assert_eq!(said(&of("OTHER=1\n")), is("flag/undefined deny 9", "9 unmet"));
    assert_eq!(said(&of("# USE_NEW=false\n")), is("flag/undefined deny 9", "9 unmet"));
    assert_eq!(said(&of("USE_NWE=false\n")), is("flag/misspelt deny 9", "9 unmet"));
    assert_eq!(said(&of("USE_NEW=1\nUSE_NEW=0\n")), is("flag/duplicate deny 9", "9 unmet"));
    let nameless = case("on = \"true\"\ndefined_in = [\".env.example\"]", "off");
    let nameless = nameless.file(".env.example", "USE_NEW=true\n");
    assert_eq!(said(&nameless), is("flag/no-safe-state deny 9", "9 unmet"));
    let text = migration("") + &stage("9", "medium", "rollback = [\"flags\"]");
    let none = Case::new(&text).commit(OWN, PATH);
    assert_eq!(said(&none), is("flag/no-safe-state deny 9", "9 unmet"));
    assert_eq!(said(&usual()), is("flag/undefined deny 9", "9 unmet"));
}

#[test]
fn a_flag_that_nobody_reads() {
    let flag =
        "on = \"1\"\noff = \"0\"\ndefined_in = [\".env\"]\nreferenced_in = [\"src/**/*.py\"]";
    let of = |source: &str| {
        let case = case(flag, "off").file(".env", "USE_NEW=1\n").file("src/9/a.py", source);
        said(&case.facts(|facts| facts.paths = Ok(vec!["src/9/a.py".into()])))
    };
    assert_eq!(of("os.environ['USE_NEW']"), is("", "9 satisfied"));
    assert_eq!(of("os.environ['USE_NEW_X']"), is("flag/unread deny 9", "9 unmet"));
    let unknown_paths = case(flag, "off").file(".env", "USE_NEW=1\n");
    let unknown_paths = unknown_paths.facts(|facts| facts.paths = unknown());
    assert_eq!(said(&unknown_paths), is("flag/unread? deny 9", "9 indeterminate"));
}

#[test]
fn a_file_that_cannot_be_read_is_no_answer() {
    let with = |file| {
        usual().facts(|facts| {
            facts.files.insert(".env.example".to_owned(), file);
        })
    };
    let indeterminate = is("flag/undefined? deny 9", "9 indeterminate");
    assert_eq!(said(&with(unknown())), indeterminate);
    let link = Ok(Some(TreeFile::NotAFile("a symbolic link")));
    assert_eq!(said(&with(link)), indeterminate);
    let garbled = Ok(Some(TreeFile::Content(b"USE_NEW='unclosed\n".to_vec())));
    assert_eq!(said(&with(garbled)), indeterminate);
}

#[test]
fn a_flag_that_is_still_needed_stays() {
    let before = |case: Case| {
        case.facts(|facts| {
            let content = Ok(Some(TreeFile::Content(b"USE_NEW=false\n".to_vec())));
            facts.base_files.insert(".env.example".to_owned(), content);
        })
    };
    let touched = before(usual().file(".env.example", "OTHER=1\n"));
    assert_eq!(said(&touched), is("flag/removed-while-needed deny 9", "9 unmet"));
    // The stage is not touched: an ordinary clean-up takes its flag away.
    let flag = "[flags.USE_NEW]\non = \"1\"\noff = \"0\"\ndefined_in = [\".env.example\"]\n";
    let text = migration("") + flag + &stage("9", "high", "flags = { USE_NEW = \"off\" }");
    let clean = |content: &str| {
        before(Case::new(&text).commit("Clean up", &[".env.example"]).file(".env.example", content))
    };
    assert_eq!(said(&clean("A=1\n")).0, "flag/removed-while-needed deny 9");
    assert_eq!(said(&clean("A=1\nUSE_NEW=0\n")), is("", ""));
    assert_eq!(said(&clean("A='unclosed")).0, "flag/undefined? deny 9");
}

#[test]
fn foreign_work_is_told_not_stopped() {
    let flag = "[flags.USE_NEW]\non = \"1\"\noff = \"0\"\ndefined_in = [\".env\"]\n";
    let text = migration("") + flag + &stage("9", "high", "flags = { USE_NEW = \"off\" }");
    let fix = Case::new(&text).commit("Fix\n\nMigration-Stage: none", PATH);
    assert_eq!(said(&fix).0, "flag/undefined warn 9");
}
