//! Which backups are meant.

use crate::backup::testing::{backup, configuration, migration, script};
use crate::backup::{Selected, Wanted, select};
use crate::config::Configuration;
use crate::exit::{Exit, Failure};

#[test]
fn backups_are_selected_by_name_stage_or_all_of_them() {
    let first =
        migration(vec![backup("context", script("x"), "a"), backup("orders", script("x"), "a")]);
    let mut second = migration(vec![backup("context", script("x"), "b")]);
    second.id = "billing".parse().unwrap();
    let both = configuration(vec![first, second]);
    let ask = |wanted: Wanted<'_>| asked(&both, wanted);
    let all = "entities:context entities:orders billing:context";
    assert_eq!(ask(Wanted::All).unwrap(), all);
    assert_eq!(ask(Wanted::Named("orders")).unwrap(), "entities:orders");
    assert_eq!(ask(Wanted::Named("billing:context")).unwrap(), "billing:context");
    let help = |wanted: Wanted<'_>| ask(wanted).unwrap_err().help.unwrap();
    assert!(help(Wanted::Named("context")).contains("`billing:context`"));
    assert!(help(Wanted::Named("order")).contains("did you mean `orders`"));
    assert!(help(Wanted::Named("zzz")).contains("backup list"));
    let [of_one, of_both, bare, absent] =
        ["billing:9", "9", "billing:10", "11"].map(|text| text.parse().unwrap());
    assert_eq!(ask(Wanted::Stage(&of_one)).unwrap(), "billing:context");
    assert!(help(Wanted::Stage(&of_both)).contains("say which: `"));
    assert!(help(Wanted::Stage(&bare)).contains("backups = "));
    assert_eq!(ask(Wanted::Stage(&absent)).unwrap_err().exit, Exit::Usage);
    let nothing = configuration(vec![migration(Vec::new())]);
    assert_eq!(select(&nothing, Wanted::All).unwrap_err().exit, Exit::Usage);
}

fn asked(configuration: &Configuration, wanted: Wanted<'_>) -> Result<String, Failure> {
    let shown =
        |selected: &Selected<'_>| format!("{}:{}", selected.migration.id, selected.backup.name);
    let found = select(configuration, wanted)?;
    Ok(found.iter().map(shown).collect::<Vec<_>>().join(" "))
}
