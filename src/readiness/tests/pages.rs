//! The registry and the help pages say the same.

use std::collections::BTreeSet;

use crate::readiness::registry::{NOT_BUILT_IN, REGISTRY, codes, find};

#[test]
fn every_code_has_its_section_and_every_section_its_code() {
    for requirement in REGISTRY {
        assert_eq!(requirement.page.lines().next(), Some(format!("# {}", requirement.id).as_str()));
        let sections: BTreeSet<&str> =
            requirement.page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let problems: BTreeSet<&str> = requirement.codes.iter().map(|code| code.problem).collect();
        assert_eq!(sections, problems, "{}", requirement.id);
        for code in requirement.codes {
            let section = requirement.section(code.problem).unwrap();
            for part in ["**What**", "**Why**", "**Way out**", "**Example**"] {
                assert!(section.contains(part), "{}/{}: {part}", requirement.id, code.problem);
            }
        }
    }
}

#[test]
fn codes_are_found_by_their_names_and_stand_once() {
    let all = codes();
    let distinct: BTreeSet<&String> = all.iter().collect();
    assert_eq!(all.len(), distinct.len());
    assert!(all.iter().all(|code| find(code).is_some()));
    assert!(find("backup/gone").is_none() && find("backup").is_none());
    // What is not built in has no code, so that nothing can call it satisfied.
    assert!(NOT_BUILT_IN.iter().all(|name| REGISTRY.iter().all(|one| one.id != *name)));
}
