//! Reads a talloc report, rebuilds the ownership tree it shows live, moves a part of it, looks at it and frees it.
//!
//! `cargo run --release --example samba_tree FILE`
//!
//! Every line of the report becomes a block of its own size under its parent, and every `reference to:` line a
//! reference. Totals and blocks must then be those of the file's header.

use std::collections::HashMap;
use std::process::ExitCode;
use std::time::Instant;

use freehold::report::{Kind, Report, indextree};
use freehold::{Error, NodeId, Tree};

fn main() -> ExitCode {
    let Some(path) = std::env::args().nth(1) else {
        eprintln!("usage: samba_tree FILE, where FILE holds a full talloc report");
        return ExitCode::from(2);
    };
    match run(&path) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{path}: {error}");
            ExitCode::from(2)
        }
    }
}

/// Whether the rebuilt tree is what the file's header says.
fn run(path: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let text = std::fs::read(path)?;
    let clock = Instant::now();
    let reports = Report::parse_all(&text);
    let report = reports.iter().find(|report| report.is_full()).ok_or("there is no full talloc report in it")?;
    step("read", clock, &format!("{} lines, {} bytes of text", report.len(), text.len()));

    let mut tree = Tree::new();
    let clock = Instant::now();
    let (top, nodes) = build(&mut tree, report)?;
    step("built", clock, &format!("{nodes} nodes, {} references", tree.total_blocks(top)? - nodes));

    let said = report.arena()[report.root()].get();
    let (bytes, blocks) = (tree.total_size(top)? as u64, tree.total_blocks(top)? as u64);
    println!("header    {:>9} bytes in {:>6} blocks", said.bytes(), said.blocks());
    println!("live tree {bytes:>9} bytes in {blocks:>6} blocks");
    let equal = (bytes, blocks) == (said.bytes(), said.blocks());
    println!("{}", verdict(equal, report));

    let elsewhere = tree.context(tree.root(), "elsewhere")?;
    let largest = largest_child(&tree, top)?;
    let clock = Instant::now();
    tree.steal(elsewhere, largest)?;
    let moved =
        format!("{:?}, {} blocks, out of {:?}", tree.name(largest)?, tree.total_blocks(largest)?, tree.name(top)?);
    step("moved", clock, &moved);

    let clock = Instant::now();
    let captured = tree.report(elsewhere)?;
    step("captured", clock, "what was moved; its first two levels:");
    print!("{}", captured.text_at(0, Some(2)));

    let clock = Instant::now();
    let freed = tree.free_children(tree.root())?;
    step(
        "freed",
        clock,
        &format!("{} nodes, {} bytes, {} survivors", freed.nodes(), freed.bytes(), freed.survivors().len()),
    );
    tree.validate()?;
    Ok(equal || !report.imbalances().is_empty())
}

fn step(what: &str, since: Instant, of: &str) {
    println!("{what:<9} {:>9.3} ms  {of}", since.elapsed().as_secs_f64() * 1e3);
}

fn verdict(equal: bool, report: &Report) -> String {
    if equal {
        return "equal: every byte and every block".to_owned();
    }
    let lines: Vec<_> = report.imbalances().iter().map(|imbalance| imbalance.line().to_string()).collect();
    if lines.is_empty() {
        return "DIFFERENT, though the file's own sums agree".to_owned();
    }
    format!("different, for the file's own sums do not agree either (line {})", lines.join(", "))
}

/// Builds the report's tree under the root. Gives its top, and how many nodes it has.
fn build(tree: &mut Tree, report: &Report) -> Result<(NodeId, usize), Error> {
    let arena = report.arena();
    let mut live: HashMap<indextree::NodeId, NodeId> = HashMap::with_capacity(report.len());
    let mut references = Vec::new();
    let mut open = vec![(report.root(), tree.root())];
    let mut nodes = 0;
    while let Some((line, parent)) = open.pop() {
        let record = arena[line].get();
        if record.kind() == Kind::Reference {
            references.push((line, parent));
            continue;
        }
        let node = tree.array_unfilled::<u8>(parent, record.self_bytes().unwrap_or(0) as usize)?;
        tree.set_name(node, record.name_lossy().into_owned())?;
        live.insert(line, node.id());
        nodes += 1;
        // A report lists the newest child first, and what is made last becomes the first: the stack turns them round.
        open.extend(line.children(arena).map(|child| (child, node.id())));
    }
    for (line, holder) in references {
        let record = arena[line].get();
        let target = match record.target().and_then(|target| live.get(&target)) {
            Some(&target) => target,
            // The report has no such node, or several: one that stands for it will do.
            None => tree.context(tree.root(), format!("{} (elsewhere)", record.name_lossy()))?.id(),
        };
        tree.reference(holder, target)?;
    }
    Ok((live[&report.root()], nodes))
}

fn largest_child(tree: &Tree, top: NodeId) -> Result<NodeId, Error> {
    let mut largest = (0, top);
    for child in tree.children(top)? {
        largest = largest.max((tree.total_size(child)?, child));
    }
    Ok(largest.1)
}
