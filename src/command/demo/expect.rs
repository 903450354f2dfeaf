//! How a step of the tour must come out, and whether it did.

/// How a command must come out.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Expect {
    /// Its exit code.
    pub(super) exit: i32,
    /// Texts that its output must hold.
    pub(super) says: &'static [&'static str],
    /// The most lines that the hook may print on a push that passes; any number where not given.
    pub(super) hook_lines: Option<usize>,
    /// What must become of the remote's refs.
    pub(super) remote: Remote,
}

/// What must become of the remote's refs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Remote {
    /// Not a push: nobody looks.
    #[default]
    NotLookedAt,
    /// Every ref stays as it was.
    Unchanged,
    /// This branch of the remote becomes what the local branch of its name is.
    Receives(&'static str),
}

/// How a command came out.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// Its exit code; `None` where a signal ended it.
    pub(super) exit: Option<i32>,
    /// stdout and stderr in the order in which a person sees them, without colour.
    pub(super) output: String,
    /// The remote's refs before: `<name> <object id>`, a line each.
    pub(super) refs_before: String,
    /// The same after.
    pub(super) refs_after: String,
    /// The object id of the local branch that the remote was to receive.
    pub(super) sent: Option<String>,
}

impl Expect {
    /// What came out otherwise than it must, in words; all of it, not only the first.
    pub(super) fn unmet_by(&self, outcome: &Outcome) -> Vec<String> {
        let mut unmet: Vec<String> = self.exit_unmet(outcome).into_iter().collect();
        let missing = self.says.iter().filter(|text| !outcome.output.contains(**text));
        unmet.extend(missing.map(|text| format!("its output must hold `{text}`")));
        unmet.extend(self.lines_unmet(outcome));
        unmet.extend(self.remote_unmet(outcome));
        unmet
    }

    fn exit_unmet(&self, outcome: &Outcome) -> Option<String> {
        let must = self.exit;
        match outcome.exit {
            Some(exit) if exit == must => None,
            Some(exit) => Some(format!("it must end with exit code {must}, not {exit}")),
            None => Some(format!("it must end with exit code {must}, but a signal ended it")),
        }
    }

    fn lines_unmet(&self, outcome: &Outcome) -> Option<String> {
        let most = self.hook_lines?;
        let lines = hook_lines(&outcome.output);
        let printed = if lines == 1 { "1 line".to_owned() } else { format!("{lines} lines") };
        match most {
            _ if lines <= most => None,
            0 => Some(format!("the hook must say nothing, and printed {printed}")),
            1 => Some(format!("the hook must say one line at most, and printed {printed}")),
            most => Some(format!("the hook must say {most} lines at most, and printed {printed}")),
        }
    }

    fn remote_unmet(&self, outcome: &Outcome) -> Option<String> {
        match self.remote {
            Remote::NotLookedAt => None,
            Remote::Unchanged => (outcome.refs_before != outcome.refs_after)
                .then(|| "the remote must stay as it was, but its refs changed".to_owned()),
            Remote::Receives(branch) => {
                let sent = outcome.sent.as_deref().unwrap_or("?");
                let wanted = format!("refs/heads/{branch} {sent}");
                let arrived = outcome.refs_after.lines().any(|line| line == wanted);
                (!arrived).then(|| format!("the remote's `{branch}` must be what was pushed"))
            }
        }
    }
}

/// How many lines the hook printed on a push that passed: git itself says nothing before its line
/// with the remote's address.
fn hook_lines(output: &str) -> usize {
    output.lines().take_while(|line| !line.starts_with("To ")).count()
}

/// The text without what switches colour on and off: `ESC [ … m`.
pub(super) fn without_color(text: &str) -> String {
    let mut parts = text.split("\u{1b}[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or(part, |(_, rest)| rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stopped() -> Outcome {
        Outcome {
            exit: Some(1),
            output: "deny backup/missing\nerror: failed to push some refs\n".to_owned(),
            refs_before: "refs/heads/main 11\n".to_owned(),
            refs_after: "refs/heads/main 11\n".to_owned(),
            sent: None,
        }
    }

    fn passed(hook: &str) -> Outcome {
        Outcome {
            exit: Some(0),
            output: format!("{hook}To ../origin.git\n   11..22  main -> main\n"),
            refs_before: "refs/heads/main 11\n".to_owned(),
            refs_after: "refs/heads/main 22\n".to_owned(),
            sent: Some("22".to_owned()),
        }
    }

    const STOPS: Expect =
        Expect { exit: 1, says: &["backup/missing"], hook_lines: None, remote: Remote::Unchanged };

    const LANDS: Expect =
        Expect { exit: 0, says: &[], hook_lines: Some(0), remote: Remote::Receives("main") };

    #[test]
    fn what_comes_out_as_it_must_is_met() {
        assert_eq!(STOPS.unmet_by(&stopped()), [""; 0]);
        assert_eq!(LANDS.unmet_by(&passed("")), [""; 0]);
    }

    #[test]
    fn a_guard_that_lets_everything_through_is_noticed_three_times() {
        insta::assert_snapshot!(STOPS.unmet_by(&passed("")).join("\n"), @r"
        it must end with exit code 1, not 0
        its output must hold `backup/missing`
        the remote must stay as it was, but its refs changed
        ");
    }

    #[test]
    fn a_guard_that_speaks_and_does_not_stop_is_noticed() {
        let outcome = Outcome { refs_after: "refs/heads/main 22\n".to_owned(), ..stopped() };
        assert_eq!(
            STOPS.unmet_by(&outcome),
            ["the remote must stay as it was, but its refs changed"]
        );
    }

    #[test]
    fn a_guard_that_stops_everything_is_noticed() {
        insta::assert_snapshot!(LANDS.unmet_by(&Outcome { sent: Some("22".to_owned()), ..stopped() }).join("\n"), @r"
        it must end with exit code 0, not 1
        the hook must say nothing, and printed 2 lines
        the remote's `main` must be what was pushed
        ");
    }

    #[test]
    fn a_hook_that_chatters_is_noticed() {
        let outcome = passed("backout: all is well\nbackout: truly\n");
        assert_eq!(LANDS.unmet_by(&outcome), ["the hook must say nothing, and printed 2 lines"]);
        let one = Expect { hook_lines: Some(1), ..LANDS };
        assert_eq!(
            one.unmet_by(&outcome),
            ["the hook must say one line at most, and printed 2 lines"]
        );
        assert_eq!(one.unmet_by(&passed("backout: warn\n")), [""; 0]);
    }

    #[test]
    fn a_crash_is_no_stop() {
        let outcome = Outcome { exit: None, ..stopped() };
        assert_eq!(
            STOPS.unmet_by(&outcome),
            ["it must end with exit code 1, but a signal ended it"]
        );
    }

    #[test]
    fn a_push_of_which_nothing_is_known_has_not_arrived() {
        let outcome = Outcome { sent: None, ..passed("") };
        assert_eq!(LANDS.unmet_by(&outcome), ["the remote's `main` must be what was pushed"]);
    }

    #[test]
    fn colour_does_not_hide_what_is_said() {
        let painted = crate::report::Paint(true).paint(crate::report::Style::Deny, "deny");
        assert_eq!(without_color(&format!("  {painted} backup/missing")), "  deny backup/missing");
        assert_eq!(without_color("plain m"), "plain m");
    }
}
