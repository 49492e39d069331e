//! Numbers as people read them.

use std::fmt;

const UNITS: [&str; 6] = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];

/// Bytes in the largest unit that leaves a figure before the point, with one figure after it. At most nine characters.
///
/// ```
/// use freehold::report::Size;
/// assert_eq!(Size(362_701).to_string(), "354.2 KiB");
/// assert_eq!(format!("{:>9}", Size(14)), "     14 B");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Size(pub u64);

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 < 1000 {
            return f.pad(&format!("{} B", self.0));
        }
        let bytes = u128::from(self.0);
        let tenths = |unit: usize| {
            let unit = 1u128 << (10 * (unit + 1));
            (bytes * 10 + unit / 2) / unit
        };
        // The largest number there is has 16 EiB.
        let unit = (0..UNITS.len()).find(|&unit| tenths(unit) < 10_000).unwrap_or(UNITS.len() - 1);
        let tenths = tenths(unit);
        f.pad(&format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit]))
    }
}

/// A number with a comma before every three figures.
///
/// ```
/// use freehold::report::Grouped;
/// assert_eq!(Grouped(3317).to_string(), "3,317");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Grouped(pub u64);

impl fmt::Display for Grouped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = self.0.to_string();
        let mut text = String::with_capacity(figures.len() + figures.len() / 3);
        for (i, figure) in figures.chars().enumerate() {
            if i > 0 && (figures.len() - i).is_multiple_of(3) {
                text.push(',');
            }
            text.push(figure);
        }
        f.pad(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_keep_four_figures_and_nine_characters() {
        let of = |bytes| Size(bytes).to_string();
        assert_eq!([0, 14, 999, 1000, 1024, 1536].map(of), ["0 B", "14 B", "999 B", "1.0 KiB", "1.0 KiB", "1.5 KiB"]);
        assert_eq!([362_701, 1_023_948, 1_023_949].map(of), ["354.2 KiB", "999.9 KiB", "1.0 MiB"]);
        assert_eq!([1 << 30, 1 << 40, u64::MAX].map(of), ["1.0 GiB", "1.0 TiB", "16.0 EiB"]);
        assert_eq!(format!("{:>9}", Size(14)), "     14 B");
    }

    #[test]
    fn figures_come_in_threes() {
        let of = |number| Grouped(number).to_string();
        assert_eq!([0, 999, 1000, 1_234_567].map(of), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(of(u64::MAX), "18,446,744,073,709,551,615");
    }
}
