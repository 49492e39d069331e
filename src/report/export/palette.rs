//! The colours of both pictures, by light and by dark.

/// How many colours names are told apart by.
pub(super) const HUES: usize = 12;

/// One side of the palette: colours of names, and of growth from gone to new with no change in the middle.
#[derive(Debug)]
pub(super) struct Palette {
    pub(super) hues: [&'static str; HUES],
    pub(super) growth: [&'static str; 9],
}

/// Hues of one lightness, and ColorBrewer's RdBu, which the colour-blind can tell apart.
pub(super) const LIGHT: Palette = Palette {
    hues: [
        "#f4b4b8", "#f2b99f", "#e4c191", "#cecb92", "#b3d3a2", "#99d7bb", "#8bd7d6", "#91d2ec", "#a7caf8", "#c2c1f7",
        "#dab9e9", "#ecb4d2",
    ],
    growth: ["#2166ac", "#67a9cf", "#a8cfe5", "#dbe9f3", "#eceef1", "#fbe3d6", "#f7b799", "#e58368", "#b2182b"],
};

/// The same for a dark page.
pub(super) const DARK: Palette = Palette {
    hues: [
        "#6f4044", "#6e4431", "#654a24", "#555224", "#405833", "#285b47", "#175b5b", "#20576b", "#375173", "#4c4b72",
        "#5d4568", "#694158",
    ],
    growth: ["#2f78c4", "#2f5f8c", "#2b4a67", "#293a4b", "#2b3038", "#4a3431", "#6b3a31", "#97402f", "#c8283a"],
};

impl Palette {
    /// The colours in a form that `write` gives them: `h0` to `h11` for names, `g0` to `g8` for growth.
    pub(super) fn css(&self, write: impl Fn(String, &str) -> String) -> String {
        let hues = self.hues.iter().enumerate().map(|(number, colour)| write(format!("h{number}"), colour));
        let growth = self.growth.iter().enumerate().map(|(number, colour)| write(format!("g{number}"), colour));
        hues.chain(growth).collect()
    }
}
