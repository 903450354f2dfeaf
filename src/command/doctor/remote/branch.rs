//! The landing branch: whether nothing lands there without the check.

use super::could_not;
use crate::command::doctor::Report;
use crate::exit::Exit;
use crate::forge::Client;

/// Looks at a branch; gives whether the forge shows it.
pub(super) fn tell(
    report: &mut Report,
    client: &Client<'_>,
    branch: &str,
    asked: Option<&str>,
) -> bool {
    let rules = match client.branch_rules(branch) {
        Ok(Some(rules)) => rules,
        Ok(None) => {
            report.problem(Exit::Indeterminate, format!(
                "could not check the branch {branch}: it is not there, or the token may not see \
                 it; it takes a token with contents: read"
            ));
            return false;
        }
        Err(refusal) => {
            could_not(report, &format!("the branch {branch}"), &refusal, "contents: read");
            return false;
        }
    };
    match rules.checks.iter().find(|name| is_it(name, asked)) {
        Some(name) => report.row("check", format!("{name} is required on {branch}")),
        None => {
            let others = match rules.checks.as_slice() {
                [] => "no check is".to_owned(),
                names => format!("only {} is", names.join(", ")),
            };
            report.row("check", format!("{others} required on {branch}"));
            let wanted = asked.unwrap_or("backout / guard");
            report.problem(Exit::Findings, format!(
                "{branch} does not require the check: Settings > Rules > Rulesets, for {branch}: \
                 \"Require status checks to pass\", {wanted}; \
                 where it has another name: `--check NAME`"
            ));
        }
    }
    match rules.owners {
        Some(true) => report.row("review", format!("code owners have to agree on {branch}")),
        Some(false) => report.problem(Exit::Findings, format!(
            "on {branch}, code owners need not agree: Settings > Rules > Rulesets, for {branch}: \
             \"Require a pull request before merging\", \"Require review from Code Owners\""
        )),
        None => report.problem(Exit::Indeterminate, format!(
            "could not check whether code owners have to agree on {branch}: its classic protection \
             is shown to tokens with administration: read"
        )),
    }
    true
}

/// Whether it is our check: the job of `guard.yml`, or the check run for what lands.
fn is_it(name: &str, asked: Option<&str>) -> bool {
    match asked {
        Some(asked) => name == asked,
        None => {
            let other = name.ends_with(" (share)") || name.ends_with(" (deploy)");
            let mut words = name.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
            !other && words.any(|word| word == "backout")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_check_is_known_by_its_name() {
        for name in ["backout", "backout / guard", "ci / backout", "backout billing.toml"] {
            assert!(is_it(name, None), "{name}");
        }
        for name in ["guard", "no-backout", "backout (share)", "backout (deploy)", "", "backouts"] {
            assert!(!is_it(name, None), "{name}");
        }
        assert!(is_it("guard", Some("guard")) && !is_it("backout", Some("guard")));
    }
}
