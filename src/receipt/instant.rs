//! Points in time as manifests and receipts write them: RFC 3339, UTC, whole seconds.

use jiff::Timestamp;

use crate::git::Seconds;

/// The first instant that can be written: 0000-01-01T00:00:00Z.
pub const FIRST_INSTANT: Seconds = Seconds(-62_167_219_200);

/// The last instant that can be written: 9999-12-30T22:00:00Z.
pub const LAST_INSTANT: Seconds = Seconds(253_402_207_200);

/// An instant as text, `2026-10-03T12:00:00Z`. One outside of [`FIRST_INSTANT`] to
/// [`LAST_INSTANT`] is written as the nearer of the two.
#[must_use]
pub fn instant_text(at: Seconds) -> String {
    let clamped = at.clamp(FIRST_INSTANT, LAST_INSTANT);
    Timestamp::from_second(clamped.0).unwrap_or(Timestamp::UNIX_EPOCH).to_string()
}

/// The instant of a text that [`instant_text`] could have written; `None` for any other text.
#[must_use]
pub fn instant_from_text(text: &str) -> Option<Seconds> {
    let at = Seconds(text.parse::<Timestamp>().ok()?.as_second());
    (instant_text(at) == text).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limits_round_trip() {
        assert_eq!(instant_text(FIRST_INSTANT), "0000-01-01T00:00:00Z");
        assert_eq!(instant_text(LAST_INSTANT), "9999-12-30T22:00:00Z");
        assert_eq!(instant_text(Seconds(i64::MAX)), instant_text(LAST_INSTANT));
        assert_eq!(instant_text(Seconds(i64::MIN)), instant_text(FIRST_INSTANT));
        for at in [FIRST_INSTANT, Seconds(0), Seconds(1_700_000_000), LAST_INSTANT] {
            assert_eq!(instant_from_text(&instant_text(at)), Some(at));
        }
    }

    #[test]
    fn only_the_canonical_form_is_read() {
        for text in ["2026-10-03T12:00:00.5Z", "2026-10-03T12:00:00+02:00", "2026-10-03", ""] {
            assert_eq!(instant_from_text(text), None, "{text}");
        }
    }
}
