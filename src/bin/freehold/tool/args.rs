//! What can be asked of the tool, and the options that several verbs share.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, ColorChoice, Parser, Subcommand};
use regex::bytes::Regex;

use crate::tool::amount::Amount;
use crate::tool::choose::Choice;
use crate::tool::place::{Place, pattern};
use crate::tool::verbs::{check, completions, diff, export, find, man, path, redact, refs, show, top, trend, watch};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Yellow.on_default().bold())
    .usage(AnsiColor::Yellow.on_default().bold())
    .literal(AnsiColor::Green.on_default())
    .placeholder(AnsiColor::Cyan.on_default());

/// Reads talloc reports, and shows what is in them.
///
/// Understood is what talloc prints, in all its versions (Samba, SSSD, FreeRADIUS, notmuch, Osmocom and others), with
/// other output around it; PostgreSQL's memory contexts, from a log or the view; proot's tree; and Freehold's own JSON.
/// Files may be gzipped, and '-' is standard input.
#[derive(Debug, Parser)]
#[command(name = "freehold", version, styles = STYLES, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "\
Examples:
  smbcontrol smbd pool-usage | freehold show
  freehold top --by count smbd.talloc
  freehold diff monday.talloc friday.talloc.gz
  freehold redact sssd.talloc > to-send.talloc

Exit codes: 0 all well; 1 something was found (damage, growth over a limit, no match); 2 it could not be done.")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) verb: Verb,

    /// Whether to colour the output; 'always' also brings what a terminal would get
    #[arg(long, global = true, value_name = "WHEN", default_value_t = ColorChoice::Auto)]
    #[arg(help_heading = "Output")]
    pub(crate) color: ColorChoice,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    Show(show::Show),
    Top(top::Top),
    Diff(diff::Diff),
    Trend(trend::Trend),
    Find(find::Find),
    Path(path::Path),
    Refs(refs::Refs),
    Check(check::Check),
    Redact(redact::Redact),
    Export(export::Export),
    Watch(watch::Watch),
    Completions(completions::Completions),
    Man(man::Man),
}

/// How to read.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Input")]
pub(crate) struct Reading {
    /// Which reports of a file: a number from 1, first, last, all, or the name of the root
    #[arg(long, value_name = "N|first|last|all|NAME")]
    pub(crate) report: Option<Choice>,

    /// Take this off the front of lines, its digits standing for any digits. Seldom needed: what a mail or a log
    /// puts before each line is found without it, unless it is spaces
    #[arg(long, value_name = "TEXT")]
    pub(crate) strip_prefix: Option<String>,
}

/// The files, where a verb takes any number.
#[derive(Clone, Debug, Args)]
pub(crate) struct Files {
    /// Files to read, gzipped or not; '-', or no file at all, is standard input
    #[arg(value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
}

/// What of a report to look at.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What to look at")]
pub(crate) struct Focus {
    /// Only what is below the node with this address, or whose name matches
    #[arg(long, value_name = "REGEX|ADDRESS")]
    pub(crate) under: Option<Place>,

    /// Show talloc's own '.name' blocks instead of counting them to the nodes they name
    #[arg(long)]
    pub(crate) internal: bool,
}

/// How deep and how small.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What to look at")]
pub(crate) struct Extent {
    /// Show nothing that is deeper than this; the root is at depth 0
    #[arg(long, value_name = "N")]
    pub(crate) depth: Option<usize>,

    /// Show only what has at least this much: bytes (4096, 10K, 1.5MiB) or a share of the total (2%)
    #[arg(long, value_name = "SIZE|PERCENT")]
    pub(crate) min: Option<Amount>,
}

/// How much of it to show.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "What to look at")]
pub(crate) struct Limits {
    #[command(flatten)]
    pub(crate) extent: Extent,

    /// Show only what has a matching name; in a tree, with what is above and below it
    #[arg(long, value_name = "REGEX", value_parser = pattern)]
    pub(crate) name: Option<Regex>,
}

/// How to show it.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Output")]
pub(crate) struct Looks {
    /// Exact bytes, as when piped, instead of rounded sizes
    #[arg(long)]
    pub(crate) exact: bool,

    /// Nothing but ASCII in guides and bars
    #[arg(long)]
    pub(crate) ascii: bool,

    /// Guides, bars and rounded sizes, as on a terminal, even when piped
    #[arg(long)]
    pub(crate) pretty: bool,

    /// How many columns there are; the terminal's, or COLUMNS, otherwise
    #[arg(long, value_name = "COLUMNS", value_parser = columns)]
    pub(crate) width: Option<usize>,
}

/// A width that leaves room for a name.
fn columns(text: &str) -> Result<usize, String> {
    const LEAST: usize = 40;
    text.parse().ok().filter(|columns| *columns >= LEAST).ok_or_else(|| format!("give {LEAST} columns or more"))
}
