//! No operation is forgotten: whatever the library's sources offer that can change a tree is in the table, or here.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::operations::all;

/// What takes a tree, or something that stands for one, to change it, and comes to no user code.
const CALM: &[(&str, &[&str])] = &[
    (
        "lends out what the caller changes himself",
        &["get_disjoint_mut", "get_pair_mut", "iter_mut", "Scope::tree", "Retained::tree"],
    ),
    ("makes tables larger, or notes a type", &["reserve", "declare_clone", "declare_links", "declare_shared"]),
    (
        "notes what is to be; whoever uses that is in the table",
        &[
            "Budget::bytes",
            "Budget::nodes",
            "Budget::on_exceeded",
            "Budget::record_only",
            "TreeBuilder::allocator",
            "TreeBuilder::budget_overhead",
            "TreeBuilder::capacity",
            "TreeBuilder::leak_report",
            "TreeBuilder::on_exhaustion",
            "TreeBuilder::root_name",
            "TreeBuilder::test_mode",
        ],
    ),
    ("has no tree to change", &["Cursor::next", "Edge::node"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the sources are there") {
        let path = entry.expect("the sources are there").path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// The public methods of a file that take more than a look: by their names, with the type's if that is not the tree.
fn methods(source: &str) -> BTreeSet<String> {
    let (library, _) = source.split_once("\n#[cfg(test)]").unwrap_or((source, ""));
    let mut of = "";
    let mut methods = BTreeSet::new();
    for (at, _) in library.match_indices('\n') {
        let line = &library[at + 1..];
        if line.starts_with("impl") {
            let head = line.split_once(" {").map_or("", |(head, _)| head);
            let name = head.rsplit(' ').find(|word| word.starts_with(char::is_uppercase)).unwrap_or_default();
            of = name.split_once('<').map_or(name, |(name, _)| name);
        }
        let Some(signature) = line.strip_prefix("    pub fn ").and_then(|rest| rest.split_once(" {")) else { continue };
        let (signature, _) = signature;
        let name = signature.split(['(', '<']).next().unwrap_or_default();
        let (_, arguments) = signature.split_once('(').unwrap_or_default();
        let changes = ["&mut self", "self", "mut self"].iter().any(|&receiver| {
            arguments.trim_start().strip_prefix(receiver).is_some_and(|rest| rest.starts_with([',', ')']))
        });
        if changes || arguments.contains("&mut Tree") {
            methods.insert(if of == "Tree" { name.to_owned() } else { format!("{of}::{name}") });
        }
    }
    methods
}

#[test]
fn every_operation_is_tried() {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files =
        ["scope.rs", "retained.rs", "strong.rs", "subtree.rs", "testing.rs"].map(|file| library.join(file)).to_vec();
    sources(&library.join("tree"), &mut files);
    files.extend(["dropped.rs", "capture.rs"].map(|file| library.join("report/live").join(file)));
    let offered: BTreeSet<String> =
        files.iter().flat_map(|file| methods(&fs::read_to_string(file).expect("the sources are there"))).collect();
    assert!(offered.len() > 100, "this finds too little: {offered:?}");

    let tried: BTreeSet<&str> = all().map(|operation| operation.method()).collect();
    println!("{} operations are tried", all().count());
    let calm: BTreeSet<&str> = CALM.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let forgotten: Vec<_> =
        offered.iter().filter(|name| !tried.contains(name.as_str()) && !calm.contains(name.as_str())).collect();
    assert!(forgotten.is_empty(), "put these in the table of operations, or say why they can't panic: {forgotten:?}");
    let gone: Vec<_> = calm.iter().filter(|name| !offered.contains(**name) || tried.contains(**name)).collect();
    assert!(gone.is_empty(), "these are no operations any more, or are tried: {gone:?}");
}
