//! The registry and its help pages.

use std::collections::BTreeSet;

use crate::policy::levels::Strictness;
use crate::readiness::registry::{REGISTRY, Specification, codes, find};

fn sections(specification: &Specification) -> Vec<&str> {
    specification.page.lines().filter_map(|line| line.strip_prefix("## ")).collect()
}

#[test]
fn every_code_has_its_section_and_every_section_is_a_code() {
    for specification in REGISTRY {
        let codes: Vec<&str> = specification.codes.iter().map(|code| code.problem).collect();
        assert_eq!(sections(specification), codes, "{}", specification.id);
    }
}

#[test]
fn a_page_begins_with_its_requirement_and_an_introduction() {
    for specification in REGISTRY {
        let (heading, rest) = specification.page.split_once('\n').unwrap();
        assert_eq!(heading, format!("# {}", specification.id));
        let introduction = rest.split("\n## ").next().unwrap().trim();
        assert!(introduction.len() > 40, "{}: {introduction}", specification.id);
    }
}

#[test]
fn a_section_says_what_why_way_out_and_shows_an_example() {
    for code in codes() {
        let (specification, found) = find(&code).unwrap();
        let section = specification.section(found.problem).unwrap();
        let mut rest = section;
        for part in ["**What**: ", "**Why**: ", "**Way out**: ", "**Example**"] {
            let (before, after) = rest.split_once(part).unwrap_or_else(|| {
                panic!("{code}: no {part} in its order in\n{section}");
            });
            assert!(before.is_empty() || before.trim().len() > 20, "{code}: little before {part}");
            rest = after;
        }
        assert!(rest.trim().len() > 20, "{code}: the example says little");
        assert!(section.matches("```").count() % 2 == 0, "{code}: a fence stays open");
    }
}

#[test]
fn codes_are_unique_and_found_again() {
    let all = codes();
    let unique: BTreeSet<&String> = all.iter().collect();
    assert_eq!(unique.len(), all.len());
    assert!(all.iter().any(|code| code == "backup/stale"), "{all:?}");
    for code in &all {
        let (specification, found) = find(code).unwrap();
        assert_eq!(*code, format!("{}/{}", specification.id, found.problem));
        assert!(code.parse::<crate::config::FindingCode>().is_ok(), "{code}");
    }
    for absent in ["tag", "tag/", "/missing", "tag/stale", "nothing/missing", ""] {
        assert!(find(absent).is_none(), "{absent}");
    }
}

#[test]
fn a_problem_is_as_strict_as_its_line_says_and_one_without_a_line_as_can_be() {
    for specification in REGISTRY {
        for code in specification.codes {
            assert_eq!(specification.strictness(code.problem), code.strictness);
        }
        assert_eq!(specification.strictness("of-tomorrow"), Strictness::Always);
    }
}

#[test]
fn every_requirement_is_listed_once() {
    let ids: BTreeSet<&str> = REGISTRY.iter().map(|specification| specification.id).collect();
    assert_eq!(ids.len(), REGISTRY.len());
    assert!(REGISTRY.iter().all(|specification| !specification.asks.is_empty()));
}

#[test]
fn only_ref_and_policy_are_asked_of_a_planned_revert() {
    let asked = REGISTRY.iter().filter(|specification| specification.asked_of_reverts);
    assert_eq!(asked.map(|one| one.id).collect::<Vec<_>>(), ["ref", "policy"]);
}
