//! Sizes, shares and times, as they are typed.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use bytesize::ByteSize;

/// `10K`, `1.5MiB`, `4096`, or `2%` of a whole.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Amount {
    /// So many bytes.
    Bytes(u64),
    /// So many hundredths of a whole.
    Percent(f64),
}

impl Amount {
    /// How many bytes this is of `whole`.
    pub(crate) fn of(self, whole: f64) -> f64 {
        match self {
            Self::Bytes(bytes) => bytes as f64,
            Self::Percent(share) => whole * share / 100.0,
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bytes(bytes) => write!(f, "{bytes} bytes"),
            Self::Percent(share) => write!(f, "{share}%"),
        }
    }
}

impl FromStr for Amount {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let hint = "give bytes (4096), a size (10K, 1.5MiB) or a share (2%)";
        match text.trim().strip_suffix('%') {
            Some(share) => match share.trim_end().parse() {
                Ok(share) if (0.0..=f64::MAX).contains(&share) => Ok(Self::Percent(share)),
                _ => Err(hint.to_owned()),
            },
            None => text.trim().parse().map(|ByteSize(bytes)| Self::Bytes(bytes)).map_err(|_| hint.to_owned()),
        }
    }
}

/// More than anybody waits, and not so much that the clock can't tell when it is over.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

/// `500ms`, `2s`, `1.5m`, `1h`, or seconds.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let at = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(at);
    let scale = match unit.trim() {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("give a time such as 500ms, 2s, 1m or 1h".to_owned()),
    };
    let seconds = number.parse::<f64>().map_err(|_| "give a time such as 500ms, 2s, 1m or 1h".to_owned())?;
    let time = Duration::try_from_secs_f64(seconds * scale).map_err(|error| error.to_string())?;
    Ok(time.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_bytes_sizes_or_shares() {
        assert_eq!("4096".parse(), Ok(Amount::Bytes(4096)));
        assert_eq!("10K".parse(), Ok(Amount::Bytes(10_000)));
        assert_eq!("1.5 MiB".parse(), Ok(Amount::Bytes(1_572_864)));
        assert_eq!("2.5%".parse(), Ok(Amount::Percent(2.5)));
        for wrong in ["", "%", "-1%", "NaN%", "ten", "10 parsecs"] {
            assert!(wrong.parse::<Amount>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn times_have_units() {
        let millis = ["500ms", "2s", "2", "1.5m", "1h"].map(|text| duration(text).map(|time| time.as_millis()));
        assert_eq!(millis, [500, 2000, 2000, 90_000, 3_600_000].map(Ok));
        assert_eq!(duration("9999999999999999999s"), Ok(LONGEST));
        for wrong in ["", "s", "1d", "-1s", "1e9999s", "1.2.3s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }
}
