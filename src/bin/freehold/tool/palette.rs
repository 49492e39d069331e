//! The colours of a tree.

use std::fmt;

use anstyle::{AnsiColor, Style};
use freehold::report::{Palette, Part};

/// From this share of the whole on, a line is worth a look.
const LARGE: f64 = 0.25;

/// Colours as terminals have them: what is large stands out, what leads there stands back.
#[derive(Debug)]
pub(crate) struct Colours;

fn style(part: Part, share: f64) -> Style {
    match part {
        Part::Heading | Part::Guide | Part::Rest | Part::Note => Style::new().dimmed(),
        Part::Total | Part::Share if share >= LARGE => AnsiColor::Yellow.on_default().bold(),
        Part::Bar => AnsiColor::Yellow.on_default(),
        Part::Name => AnsiColor::Cyan.on_default(),
        Part::Reference => AnsiColor::Magenta.on_default(),
        _ => Style::new(),
    }
}

impl Palette for Colours {
    fn start(&self, part: Part, share: f64, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{}", style(part, share))
    }

    fn end(&self, part: Part, share: f64, out: &mut dyn fmt::Write) -> fmt::Result {
        write!(out, "{:#}", style(part, share))
    }
}
