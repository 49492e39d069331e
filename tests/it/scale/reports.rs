//! Reports: captured and printed from live trees, shaped, viewed, exported.

use std::io::{self, Write};

use freehold::report::{Builder, By, Entry, Filter, Naming, Order, Redaction, Report, Suspects};
use freehold::{Error, Tree};

use super::shapes::{Shape, at_scale};

at_scale! {
    captured: deep "takes 2.5 GiB of memory", wide "takes 3 GiB of memory";
    printed: deep "takes 1.2 GiB of memory", wide "takes 0.9 GiB of memory";
    shaped: deep "takes 4.3 GiB of memory", wide "takes 2.8 GiB of memory";
    viewed: deep "takes 5 GiB of memory", wide "takes 2.3 GiB of memory";
}

/// A writer that has enough after so many bytes: a deep report is indented so far that nobody can have it all.
struct Enough(usize);

impl Write for Enough {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn captured(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::new();
    let top = tree.context(tree.root(), "top")?;
    let last = shape.grow(&mut tree, top.id(), nodes)?;
    let depth = if shape == Shape::Deep { nodes } else { 1 };
    let report = tree.report(top)?;
    let said = report.arena()[report.root()].get();
    assert_eq!((report.len(), said.blocks()), (nodes + 1, nodes as u64 + 1));
    assert_eq!(said.bytes(), Shape::bytes(nodes) as u64);
    assert_eq!(report.walk().map(|visit| visit.depth).max(), Some(depth));
    assert_eq!(report.brief().to_string().lines().count(), 1 + nodes / depth);
    drop(report);
    assert_eq!(tree.parents_report(last)?.names().len(), depth + 2);
    Ok(())
}

fn printed(shape: Shape, nodes: usize) -> Result<(), Error> {
    let mut tree = Tree::new();
    let root = tree.root();
    shape.grow(&mut tree, root, nodes)?;
    let text = tree.report_text(root)?;
    match shape {
        Shape::Deep => {
            let error = text.write_to(&mut Enough(10 << 20)).expect_err("it is longer than that");
            assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        }
        Shape::Wide => text.write_to(&mut Enough(nodes * 200)).expect("it is no longer than that"),
    }
    Ok(())
}

/// A report that no tree was needed for.
fn built(shape: Shape, nodes: usize) -> Report {
    let mut builder = Builder::new(Entry::new("root"));
    for _ in 0..nodes {
        builder.push(Entry::new("x:1").bytes(1));
        if shape == Shape::Wide {
            builder.leave();
        }
    }
    builder.finish()
}

#[track_caller]
fn is_whole(shape: &Report, nodes: usize) {
    let root = shape.arena()[shape.root()].get();
    assert_eq!((root.bytes(), root.blocks()), (nodes as u64, nodes as u64 + 1));
}

fn shaped(shape: Shape, nodes: usize) -> Result<(), Error> {
    let report = built(shape, nodes);
    is_whole(&report, nodes);
    is_whole(&report.merged(Naming::Normal), nodes);
    is_whole(&report.sorted(Order::Size), nodes);
    is_whole(&report.without_internal(), nodes);
    is_whole(&report.filtered(&Filter::new().keep(|_| true).min_bytes(1).top(1)), nodes);
    is_whole(&report.redacted(&mut Redaction::new()), nodes);
    Ok(())
}

fn viewed(shape: Shape, nodes: usize) -> Result<(), Error> {
    let report = built(shape, nodes);
    assert_eq!(report.findings().len(), 0);
    assert_eq!(report.aggregate(By::Name).rows().len(), 2);
    assert!(report.show().to_string().lines().count() < 200);
    assert!(report.diff(&report).is_empty());
    assert!(Suspects::among(&[&report, &report]).find().is_empty());
    #[cfg(feature = "retained")]
    assert_eq!(report.retained().bytes(report.root()), nodes as u64);
    Ok(())
}

#[cfg(feature = "export")]
mod exports {
    use freehold::report::Report;
    use freehold::report::export::{Weight, write_csv, write_dot, write_folded, write_pprof, write_speedscope};

    use super::super::shapes::{MILLION, Shape, on_a_small_stack};
    use super::built;

    /// Every export there is. JSON is kept, so there is no more than a million of it.
    fn exported(shape: Shape, nodes: usize) {
        on_a_small_stack(move || {
            let report = built(shape, nodes);
            let mut json = Vec::new();
            report.write_json(&mut json).expect("memory takes it");
            assert!(Report::from_json(&json).expect("it was just written") == report);
            let nowhere = &mut std::io::sink();
            report.write_ndjson(nowhere).expect("nothing fails here");
            report.svg().write_to(nowhere).expect("nothing fails here");
            report.html().write_to(nowhere).expect("nothing fails here");
            for write in [write_csv, write_dot, write_speedscope] {
                write(&report, nowhere).expect("nothing fails here");
            }
            if shape == Shape::Wide {
                // A stack is written out with each of its leaves, so these are not for depths that no stack has.
                write_folded(&report, Weight::Bytes, nowhere).expect("nothing fails here");
                write_pprof(&report, nowhere).expect("nothing fails here");
            }
            Ok(())
        });
    }

    #[test]
    fn a_million_deep() {
        exported(Shape::Deep, MILLION);
    }

    #[test]
    fn a_million_wide() {
        exported(Shape::Wide, MILLION);
    }
}
