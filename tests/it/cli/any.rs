//! Arguments that may be anything, mostly ones there are, and damaged files.

use clap::{Command, CommandFactory};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::{fixture, laws};
use crate::tool::args::Cli;

/// What options and verbs are given that name no choices of their own.
const VALUES: [&str; 18] = [
    "0",
    "1",
    "2",
    "40",
    "100",
    "10K",
    "1%",
    "99999999999999999999",
    "first",
    "last",
    "all",
    "-",
    "0x55d0",
    "12v3",
    "talloc",
    "(?i)STRUCT|.",
    "(",
    "> ",
];

const FILES: [&str; 6] = [
    "samba-4.17-smbd-client-t0.talloc",
    "samba-4.17-smbd-client-t1.talloc",
    "notmuch-0.37-show-json.talloc",
    "osmo-stp-1.6.0-vty-depth2.txt",
    "postgresql-15-pg_backend_memory_contexts.csv",
    "proot-5.1.0-sigusr1+usr2-stderr.txt",
];

/// Each verb, with its options and what can be given to them.
fn verbs() -> Vec<(String, Vec<Vec<String>>)> {
    let options = |verb: &Command| {
        let option = |argument: &clap::Arg| {
            let names = argument.get_long().map(|long| format!("--{long}"));
            let name = names.or(argument.get_short().map(|short| format!("-{short}"))).unwrap_or_default();
            let choices = argument.get_possible_values();
            let mut values: Vec<_> = choices.iter().map(|choice| choice.get_name().to_owned()).collect();
            values.extend(VALUES.map(str::to_owned));
            match argument.get_action().takes_values() {
                true if name.is_empty() => values,
                true => values.iter().map(|value| format!("{name}\n{value}")).collect(),
                false => vec![name],
            }
        };
        verb.get_arguments().map(option).collect()
    };
    let mut tool = Cli::command();
    tool.build();
    tool.get_subcommands().map(|verb| (verb.get_name().to_owned(), options(verb))).collect()
}

/// A part of a real file, damaged.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let changes = vec((any::<Index>(), any::<u8>()), 0..4);
    (select(&FILES[..]), any::<bool>(), any::<Index>(), changes).prop_map(|(name, whole, cut, changes)| {
        let text = fixture(name);
        let from = if whole { 0 } else { cut.index(text.len()) };
        let mut text = text[from..text.len().min(from + 3000)].to_vec();
        for (at, byte) in changes {
            let at = at.index(text.len());
            text[at] = byte;
        }
        text
    })
}

fn calls() -> impl Strategy<Value = Vec<u8>> {
    let option = (any::<Index>(), any::<Index>(), "\\PC{0,6}", 0..12_u8);
    (select(verbs()), vec(option, 0..6), vec(select(&laws::NAMES[..]), 0..4), vec(file(), 1..4)).prop_map(
        |((verb, options), chosen, names, files)| {
            let chosen = chosen.into_iter().filter(|_| !options.is_empty()).map(|(option, value, text, what)| {
                let values = option.get(&options);
                if what == 0 { text } else { value.get(values).clone() }
            });
            let lines: Vec<String> =
                [verb].into_iter().chain(chosen).chain(names.into_iter().map(str::to_owned)).collect();
            let pieces: Vec<Vec<u8>> = [lines.join("\n").into_bytes()].into_iter().chain(files).collect();
            pieces.join(&laws::SEPARATOR)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_for_is_answered(call in calls()) {
        laws::run(&call);
    }
}
