//! One thing that looks like a leak, and the sentence that says so.

use std::fmt;

use super::amount::Amount;
use super::trail::trail;
use crate::report::visible;

/// What looks like a leak, from [`Suspects::find`](super::Suspects::find).
///
/// `Display` is a sentence for people: what it is, where, how much, what takes most of it, and what to look for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Suspect {
    pub(super) path: Vec<Box<[u8]>>,
    pub(super) ground: Ground,
    pub(super) amounts: Vec<Amount>,
    pub(super) gain: Amount,
    pub(super) whole: Amount,
    pub(super) consumers: Vec<Consumer>,
}

/// What a suspect is suspected of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Ground {
    /// There are more and more, though what is above them is not more.
    More { multiple_of: Option<u64> },
    /// There are as many, and they hold more and more.
    Larger,
    /// There are many below one parent.
    Crowd { most: i128 },
}

/// What takes many of a suspect's bytes, from [`Suspect::consumers`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Consumer {
    pub(super) name: Box<[u8]>,
    pub(super) count: i128,
    pub(super) bytes: i128,
}

impl Consumer {
    /// The name of the records, numbers [left out](crate::report::normal_name). O(1).
    #[must_use]
    pub fn name(&self) -> &[u8] {
        &self.name
    }

    /// How many more there are in the last report than in the first; how many there are, if it is the only one. O(1).
    #[must_use]
    pub fn count(&self) -> i128 {
        self.count
    }

    /// How many more bytes they hold themselves in the last report than in the first; what they hold, if it is the only
    /// one. O(1).
    #[must_use]
    pub fn bytes(&self) -> i128 {
        self.bytes
    }
}

impl Suspect {
    /// The names from the root to the suspect, numbers [left out](crate::report::normal_name). O(1).
    pub fn path(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.path.iter().map(|name| &**name)
    }

    /// What each report has of it. O(1).
    #[must_use]
    pub fn amounts(&self) -> &[Amount] {
        &self.amounts
    }

    /// How much more the last report has than the first; what it has, if it is the only one. O(1).
    #[must_use]
    pub fn gain(&self) -> Amount {
        self.gain
    }

    /// Whether it grew each time by a multiple of what [`repeat`](super::Suspects::repeat) said. O(1).
    #[must_use]
    pub fn is_multiple(&self) -> bool {
        matches!(self.ground, Ground::More { multiple_of: Some(_) })
    }

    /// What takes most of its bytes: at most three names, among it and what is below it. O(1).
    #[must_use]
    pub fn consumers(&self) -> &[Consumer] {
        &self.consumers
    }
}

/// At most so many numbers of a row of reports are said.
const SERIES: usize = 8;

/// Numbers with commas, without their middle where there are many.
fn series(numbers: impl ExactSizeIterator<Item = i128>) -> String {
    let len = numbers.len();
    let mut text = String::new();
    for (at, number) in numbers.enumerate() {
        let comma = if at == 0 { "" } else { ", " };
        match at {
            at if len <= SERIES || at < SERIES / 2 || at >= len - SERIES / 2 => text += &format!("{comma}{number}"),
            at if at == SERIES / 2 => text += ", …",
            _ => {}
        }
    }
    text
}

impl fmt::Display for Suspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, above) = self.path.split_last().expect("a path has a name");
        let name = visible(name);
        let whereabouts = if above.is_empty() { "at the top".to_owned() } else { format!("below {}", trail(above)) };
        let Amount { bytes, self_bytes, blocks, .. } = self.gain;
        match self.ground {
            Ground::More { multiple_of } => {
                write!(f, "{} times '{name}' {whereabouts}", series(self.amounts.iter().map(|amount| amount.count)))?;
                if let Some(times) = multiple_of {
                    write!(f, ", each time a multiple of {times} more")?;
                }
                write!(f, ": {bytes:+} bytes in all")?;
            }
            Ground::Larger => {
                let own = series(self.amounts.iter().map(|amount| amount.self_bytes));
                write!(f, "'{name}' {whereabouts} is no more often there but larger: {own} bytes ({self_bytes:+})")?;
            }
            Ground::Crowd { most } => {
                let percent = |part: i128, whole: i128| 100.0 * part as f64 / whole.max(1) as f64;
                let (of_bytes, of_blocks) = (percent(bytes, self.whole.bytes), percent(blocks, self.whole.blocks));
                write!(f, "{most} times '{name}' {whereabouts}")?;
                let count = self.gain.count;
                if count > most {
                    write!(f, " (one of them; {count} in all)")?;
                }
                write!(
                    f,
                    ": {bytes} bytes in {blocks} blocks, {of_bytes:.0} % of all bytes and {of_blocks:.0} % of all blocks"
                )?;
            }
        }
        self.write_consumers(f)?;
        f.write_str(match self.ground {
            Ground::Larger => ". Look for what adds to it and never takes away.",
            _ => ". Look for where it is made and why nothing frees it.",
        })
    }
}

impl Suspect {
    fn write_consumers(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let [only] = &self.consumers[..]
            && Some(&only.name) == self.path.last()
        {
            return Ok(());
        }
        for (at, consumer) in self.consumers.iter().enumerate() {
            let word = if at == 0 { ", most of it in" } else { "," };
            write!(f, "{word} '{}' ({} bytes)", visible(&consumer.name), consumer.bytes)?;
        }
        Ok(())
    }
}
