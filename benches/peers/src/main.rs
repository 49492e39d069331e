//! Freehold beside its peers: all workloads and all contenders in one run, in turns. The README says what
//! each of them does.

mod big_report;
mod harness;
mod input;
mod memory;
mod scaling;
mod table;
mod talloc;
mod workloads;

use clap::{CommandFactory, Parser, Subcommand, error::ErrorKind};
use std::{io, path::PathBuf, time::Instant};

/// Freehold beside libtalloc, talloc pools, malloc, indextree, slotmap, bumpalo and bump-scope
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Rounds of each contender; workloads that take long do with fewer
    #[arg(long, default_value_t = 101)]
    rounds: usize,

    /// Only this workload (`memory` is one); may be given several times
    #[arg(long, value_name = "WORKLOAD")]
    only: Vec<String>,

    /// The full talloc report whose tree `samba` builds; without it, one made up to the same shape
    #[arg(long, value_name = "FILE")]
    dump: Option<PathBuf>,

    /// Print `ratio WORKLOAD PEER X` and `memory NODES PEER X` lines and nothing else
    #[arg(long)]
    lines: bool,

    /// Leave glibc's malloc at its defaults; it is told to keep freed memory otherwise
    #[arg(long)]
    malloc_defaults: bool,

    /// Only run our side of a workload, that many rounds: for callgrind and perf
    #[arg(long, num_args = 2, value_names = ["WORKLOAD", "N"])]
    profile: Option<Vec<String>>,

    #[arg(long, hide = true)]
    measure: Option<memory::Job>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Cost per node from a thousand to ten million nodes, as a Markdown table
    Scaling,
    /// Write libtalloc's full report of a million nodes to a file, some 100 MB
    BigReport {
        file: PathBuf,
        /// Write the report of the same tree to this file, grown by some thousand nodes
        grown: Option<PathBuf>,
    },
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Scaling) => {
            talloc::keep_freed_memory();
            scaling::print();
            return Ok(());
        }
        Some(Command::BigReport { file, grown }) => return big_report::write(&file, grown.as_deref()),
        None => {}
    }
    let (blocks, source) = input::load(arguments.dump.as_deref());
    if let Some(job) = arguments.measure {
        println!("{}", memory::child(job, &blocks)?);
        return Ok(());
    }
    if !arguments.malloc_defaults {
        talloc::keep_freed_memory();
    }
    if let Some(profile) = &arguments.profile {
        return run_ours(workloads::all(&blocks), profile);
    }

    let workloads = workloads::all(&blocks);
    let known = |only: &&String| *only == "memory" || workloads.iter().any(|workload| workload.name == *only);
    if let Some(unknown) = arguments.only.iter().find(|only| !known(only)) {
        no_such_workload(unknown);
    }
    eprintln!("samba: {source}");
    let start = Instant::now();
    let wanted = |name: &str| arguments.only.is_empty() || arguments.only.iter().any(|only| only == name);
    let mut output = table::Output::new(arguments.lines);
    for workload in workloads {
        if wanted(workload.name) {
            let (name, operation) = (workload.name, workload.operation);
            let outcomes = harness::run(workload, arguments.rounds);
            output.workload(name, operation, &outcomes);
        }
    }
    if wanted("memory") {
        output.memory(&memory::run(&blocks, arguments.dump.as_deref())?);
    }
    output.finish();
    eprintln!("took {:.0?}", start.elapsed());
    Ok(())
}

fn no_such_workload(name: &str) -> ! {
    Arguments::command().error(ErrorKind::InvalidValue, format!("there is no workload `{name}`")).exit()
}

/// `--profile`: no peer is set up, let alone run.
fn run_ours(workloads: Vec<harness::Workload>, profile: &[String]) -> io::Result<()> {
    let rounds: usize = profile[1].parse().map_err(io::Error::other)?;
    let workload = workloads.into_iter().find(|workload| workload.name == profile[0]);
    let workload = workload.unwrap_or_else(|| no_such_workload(&profile[0]));
    let ours = workload.contenders.into_iter().next().expect("ours is always there");
    let mut round = ours.set_up();
    for _ in 0..rounds {
        round();
    }
    Ok(())
}
