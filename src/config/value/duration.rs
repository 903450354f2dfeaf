//! Spans of time: `90s`, `10m`, `1h`, `14d`.

use jiff::SignedDuration;

use super::super::render::quoted;
use super::super::sink::Problem;

/// A hundred years of 365 days; longer is a typing error.
const LONGEST: i64 = 100 * 365 * 86_400;

/// A whole number above zero and one of the units s, m, h and d; a day has 24 hours.
pub(in super::super) fn parse(text: &str) -> Result<SignedDuration, Problem> {
    seconds(text).map(SignedDuration::from_secs).ok_or_else(|| {
        Problem::new(format!("{} is no span of time", quoted(text)))
            .help("a whole number above 0 and a unit: `90s`, `10m`, `1h`, `14d`")
    })
}

fn seconds(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        _ => return None,
    };
    if number.starts_with('0') || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = number.parse::<i64>().ok()?.checked_mul(unit)?;
    (seconds <= LONGEST).then_some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit() {
        for (text, seconds) in [("90s", 90), ("10m", 600), ("1h", 3_600), ("14d", 1_209_600)] {
            assert_eq!(parse(text), Ok(SignedDuration::from_secs(seconds)), "{text}");
        }
    }

    #[test]
    fn what_is_no_span() {
        let wrong = [
            "",
            "d",
            "0d",
            "00d",
            "01d",
            "-1d",
            "+1d",
            "1",
            "1 d",
            "1w",
            "1.5h",
            "1D",
            "1h30m",
            "9999999999999999999d",
            "40000d",
            "1µ",
            "é",
        ];
        for text in wrong {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
