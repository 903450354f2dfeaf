//! Stores that are asked whether they have what the receipt tells of.

use insta::assert_snapshot;

use super::{BACKUP, PATH, case, text, with};
use crate::backup::Checked;
use crate::readiness::tests::fake::Case;
use crate::receipt::ArchiveFormat;

fn stored(checked: Checked) -> String {
    let asked = with(case("critical"), |_| {}).facts(|facts| facts.stored = Some(checked));
    let told = asked.ask("backup");
    format!("{}\n{}", told.outcomes(), told.lines())
}

#[test]
fn a_store_that_is_asked_has_to_have_what_the_receipt_tells_of() {
    let bad = |code: &'static str| {
        let (message, help) = ("it is not as it was".to_owned(), "look for a copy".to_owned());
        stored(Checked::Bad(crate::backup::Problem { code, message, help }))
    };
    assert_snapshot!(bad("backup/missing"), @r"
    9 unmet
    backup/missing deny 9: the archive of backup `data`: it is not as it was / look for a copy
    ");
    assert_snapshot!(bad("backup/corrupt"), @r"
    9 unmet
    backup/corrupt deny 9: the archive of backup `data`: it is not as it was / look for a copy
    ");
    for code in ["backup/foreign-format", "backup/incompatible"] {
        assert!(bad(code).starts_with(&format!("9 unmet\n{code} deny 9")), "{code}");
    }
    let (message, help) = ("the store is not here".to_owned(), "mount it".to_owned());
    assert_snapshot!(stored(Checked::Unknown { message, help }), @r"
    9 indeterminate
    backup/missing? deny 9: the archive of backup `data`: could not check: the store is not here / mount it
    ");
}

#[test]
fn a_store_is_asked_of_the_backup_that_counts_and_in_no_format_of_others() {
    let lost = || {
        let (message, help) = ("gone".to_owned(), "look".to_owned());
        Some(Checked::Bad(crate::backup::Problem { code: "backup/missing", message, help }))
    };
    let text = text("critical", "", BACKUP);
    let hotfix = Case::new(&text).commit("Fix\n\nMigration-Stage: none", PATH);
    assert_eq!(
        hotfix.facts(|facts| facts.stored = lost()).ask("backup").outcomes(),
        "9 not applicable"
    );
    let foreign = with(case("critical"), |a| a.format = ArchiveFormat::Other("rdb".to_owned()));
    let told = foreign.facts(|facts| facts.stored = lost()).ask("backup");
    assert_eq!(told.codes(), "backup/foreign-format deny");
}
