//! User code that reports call: it sees them, and can't harm them. Whoever panics, the panic arrives, and the same asked
//! again gives what it gives anybody.

use std::fmt;
use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use freehold::report::{By, Filter, Naming, Palette, Part, Reader, Redaction, Report};

use super::fuse::{Boom, Fuse, Plan};
use super::scene::{Scene, Setting};

/// Something that is asked of a report, with user code that has a part in it.
type Ask = fn(&Report, &Fuse) -> Vec<u8>;

const ASKS: &[(&str, Ask)] = &[
    ("Report::for_each", |report, fuse| {
        let mut names = Vec::new();
        report.for_each(0, None, |record, _, _, _| {
            fuse.call("visitor");
            names.extend_from_slice(record.name());
        });
        names
    }),
    ("Filter::keep", |report, fuse| {
        let keep = |_: &_| {
            fuse.call("keep");
            true
        };
        report.filtered(&Filter::new().keep(keep)).text().to_vec()
    }),
    ("Show::keep", |report, fuse| {
        let keep = |_: &_| {
            fuse.call("keep");
            true
        };
        report.show().keep(keep).report().text().to_vec()
    }),
    ("Redaction::keep", |report, fuse| {
        let mut redaction = Redaction::new().keep(|_| {
            fuse.call("keep");
            false
        });
        report.redacted(&mut redaction).text().to_vec()
    }),
    ("Aggregate::only", |report, fuse| {
        let rows = report.aggregate(By::Name).only(|_| {
            fuse.call("only");
            true
        });
        rows.table().to_string().into_bytes()
    }),
    ("DiffTable::only", |report, fuse| {
        let nothing = report.filtered(&Filter::new().max_depth(0));
        let diff = nothing.diff(report);
        let rows = diff.paths(Naming::Normal).only(|_| {
            fuse.call("only");
            true
        });
        rows.markdown().to_string().into_bytes()
    }),
    ("Pretty::styled", |report, fuse| report.pretty().styled(&Styled(fuse.clone())).to_string().into_bytes()),
    ("Text::write_to", |report, fuse| written(fuse, |out| report.text().write_to(out))),
    ("Pretty::write_to", |report, fuse| written(fuse, |out| report.pretty().write_to(out))),
    ("Parents::write_to", |report, fuse| written(fuse, |out| report.parents(report.root()).write_to(out))),
    #[cfg(feature = "json")]
    ("Report::write_json", |report, fuse| written(fuse, |out| report.write_json(out))),
    #[cfg(feature = "json")]
    ("Report::write_ndjson", |report, fuse| written(fuse, |out| report.write_ndjson(out))),
    #[cfg(feature = "export")]
    ("write_dot", |report, fuse| written(fuse, |out| freehold::report::export::write_dot(report, out))),
    #[cfg(feature = "export")]
    ("write_csv", |report, fuse| written(fuse, |out| freehold::report::export::write_csv(report, out))),
    #[cfg(feature = "export")]
    ("write_pprof", |report, fuse| written(fuse, |out| freehold::report::export::write_pprof(report, out))),
    #[cfg(feature = "export")]
    ("write_speedscope", |report, fuse| written(fuse, |out| freehold::report::export::write_speedscope(report, out))),
    #[cfg(feature = "export")]
    ("Svg::write_to", |report, fuse| written(fuse, |out| report.svg().write_to(out))),
    #[cfg(feature = "export")]
    ("Html::write_to", |report, fuse| written(fuse, |out| report.html().write_to(out))),
];

/// A palette and a sink that are user code.
struct Styled(Fuse);

impl Palette for Styled {
    fn start(&self, _: Part, _: f64, out: &mut dyn fmt::Write) -> fmt::Result {
        self.0.call("palette");
        out.write_str("<")
    }
    fn end(&self, _: Part, _: f64, out: &mut dyn fmt::Write) -> fmt::Result {
        self.0.call("palette");
        out.write_str(">")
    }
}

struct Sink<'f>(&'f Fuse, Vec<u8>);

impl Write for Sink<'_> {
    /// A little at a time, so that there are many calls.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.call("sink");
        let some = &bytes[..bytes.len().min(97)];
        self.1.extend_from_slice(some);
        Ok(some.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        self.0.call("flush");
        Ok(())
    }
}

fn written(fuse: &Fuse, write: impl FnOnce(&mut Sink<'_>) -> io::Result<()>) -> Vec<u8> {
    let mut sink = Sink(fuse, Vec::new());
    write(&mut sink).expect("the sink takes everything");
    sink.1
}

/// Runs it with the n-th call panicking, for every n.
fn each(name: &str, fuse: &Fuse, mut run: impl FnMut() -> Vec<u8>) {
    fuse.light(Plan::None);
    let whole = run();
    let calls = fuse.calls().len();
    assert!(calls > 0 && !whole.is_empty(), "{name}: {calls} calls for {} bytes", whole.len());
    for n in 1..=calls {
        fuse.light(Plan::One(n));
        let panic = catch_unwind(AssertUnwindSafe(&mut run)).expect_err(name);
        assert_eq!(panic.downcast_ref::<Boom>(), fuse.fired().map(Boom).as_ref(), "{name}, call {n}");
        fuse.put_out();
        assert!(run() == whole, "{name}: it is another after call {n}");
    }
}

#[test]
fn a_report_is_as_it_was_whoever_panics() {
    let scene = Scene::new(Setting::default());
    let report = scene.tree.report(scene.tree.root()).unwrap();
    for (name, ask) in ASKS {
        each(name, &scene.fuse, || ask(&report, &scene.fuse));
    }
}

#[test]
fn a_tree_is_as_it_was_when_its_text_is_not_taken() {
    let scene = Scene::new(Setting::default());
    each("LiveText::write_to", &scene.fuse, || {
        written(&scene.fuse, |out| scene.tree.report_text(scene.tree.root()).unwrap().write_to(out))
    });
    scene.end("LiveText::write_to");
}

#[test]
fn a_redaction_that_was_broken_off_lets_nothing_through() {
    let scene = Scene::new(Setting::default());
    let report = scene.tree.report(scene.tree.root()).unwrap();
    let fuse = &scene.fuse;
    let secrets = ["outer", "tenant"];
    for n in 1..=3 {
        let mut redaction = Redaction::new().keep(|_| {
            fuse.call("keep");
            false
        });
        fuse.light(Plan::One(n));
        catch_unwind(AssertUnwindSafe(|| report.redacted(&mut redaction))).expect_err("a call panics");
        fuse.put_out();
        let text = report.redacted(&mut redaction).text().to_string();
        assert!(secrets.iter().all(|name| !text.contains(name)), "{text}");
        assert_eq!(report.redacted(&mut redaction).text().to_string(), text, "a name has one token");
    }
}

/// A source that gives a little at a time.
struct Source<'f>(&'f Fuse, &'f [u8]);

impl Read for Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.0.call("source");
        let most = buffer.len().min(97);
        self.1.read(&mut buffer[..most])
    }
}

#[test]
fn a_reader_goes_on_where_its_source_panicked() {
    let scene = Scene::new(Setting::default());
    let report = scene.tree.report(scene.tree.root()).unwrap();
    let text = report.text().to_vec();
    let fuse = &scene.fuse;
    fuse.light(Plan::None);
    let calls = {
        let read: Vec<_> = Reader::new(Source(fuse, &text)).collect();
        assert_eq!(read.len(), 1);
        fuse.calls().len()
    };
    for n in 1..=calls {
        fuse.light(Plan::One(n));
        let mut reader = Reader::new(Source(fuse, &text));
        catch_unwind(AssertUnwindSafe(|| reader.next())).expect_err("a call panics");
        fuse.put_out();
        let read = reader.next().expect("there is a report").expect("nothing fails");
        assert_eq!(read.text().to_vec(), text, "call {n}");
        assert!(reader.next().is_none());
    }
}
