//! When a request is sent again. Reads are, for they change nothing. Of writes only those are that
//! were refused before they took effect, because there were too many; whoever asked looks at the
//! rest before asking again.

use std::time::Duration;

use super::refusal::Refusal;

/// For how long a request may be waited for in all.
const MOST: u64 = 90;

/// How often a read is sent.
const ATTEMPTS: u32 = 4;

/// What to do after a refusal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Give up.
    Stop,
    /// Send it again after a while.
    After(Duration),
}

/// Decides after the `attempt`th refusal (from 1) of a request that has waited for `waited` so far.
pub(super) fn next(refusal: &Refusal, reads: bool, attempt: u32, waited: Duration) -> Next {
    if attempt >= ATTEMPTS {
        return Next::Stop;
    }
    let pause = match refusal {
        Refusal::RateLimit { seconds: Some(seconds), .. } => Duration::from_secs(*seconds),
        refusal if reads && refusal.is_open() => {
            Duration::from_millis(100 * 4_u64.pow(attempt - 1))
        }
        _ => return Next::Stop,
    };
    match waited.as_secs().saturating_add(pause.as_secs()) > MOST {
        true => Next::Stop,
        false => Next::After(pause),
    }
}

#[cfg(test)]
mod tests {
    use super::super::Said;
    use super::*;

    fn said(status: u16) -> Said {
        Said { request: String::new(), status, message: String::new(), errors: Vec::new() }
    }

    fn limited(seconds: Option<u64>) -> Refusal {
        Refusal::RateLimit { said: said(429), seconds }
    }

    #[test]
    fn only_reads_are_sent_again_where_nobody_knows_what_happened() {
        let failed = Refusal::Server(said(502));
        let pauses: Vec<Next> =
            (1..=4).map(|attempt| next(&failed, true, attempt, Duration::ZERO)).collect();
        let after = |millis| Next::After(Duration::from_millis(millis));
        assert_eq!(pauses, [after(100), after(400), after(1600), Next::Stop]);
        assert_eq!(next(&failed, false, 1, Duration::ZERO), Next::Stop);
        assert_eq!(next(&Refusal::NotFound(said(404)), true, 1, Duration::ZERO), Next::Stop);
    }

    #[test]
    fn a_limit_is_waited_for_where_it_says_how_long_and_that_is_not_long() {
        for reads in [true, false] {
            let at =
                |refusal: &Refusal, waited| next(refusal, reads, 1, Duration::from_secs(waited));
            assert_eq!(at(&limited(Some(60)), 0), Next::After(Duration::from_secs(60)));
            assert_eq!(at(&limited(Some(60)), 31), Next::Stop);
            assert_eq!(at(&limited(Some(3600)), 0), Next::Stop);
            assert_eq!(at(&limited(Some(u64::MAX)), 1), Next::Stop);
            assert_eq!(at(&limited(None), 0), Next::Stop);
        }
    }
}
