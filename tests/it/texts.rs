//! Texts: making them, making them longer, and what stands in the way.

use std::fmt::{self, Write};
use std::panic::{AssertUnwindSafe, Location, catch_unwind, resume_unwind};
use std::sync::{Arc, Mutex};

use freehold::{Error, Event, FixedBuffer, Handle, Pool, Tree, Verdict, append_in, format_in};

const B: char = 'b';
/// Every way to append "-b" to a text.
type Append = fn(&mut Tree, Handle<str>) -> Result<(), Error>;
const APPENDS: [(&str, Append); 5] = [
    ("append", |tree, text| tree.append(text, "-b")),
    ("append_separated", |tree, text| tree.append_separated(text, "-", "b")),
    ("append_fmt", |tree, text| tree.append_fmt(text, format_args!("-{B}"))),
    ("append_in", |tree, text| append_in!(tree, text, "-{B}")),
    ("writer", |tree, text| {
        let mut out = tree.writer(text)?;
        let written = write!(out, "-{B}");
        out.finish()?;
        written.expect("a character can be written");
        Ok(())
    }),
];

/// A value whose formatting fails half-way.
struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half")?;
        Err(fmt::Error)
    }
}

/// The sizes that an observer is told of.
fn sizes(tree: &mut Tree) -> Arc<Mutex<Vec<(usize, usize)>>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&seen);
    tree.set_observer(move |tree, event| {
        if let Event::Resized { node, from, to } = event {
            tree.validate().expect("a text is in order when the observer hears of it");
            assert_eq!(tree.size(node), Ok(to));
            told.lock().unwrap().push((from, to));
        }
    });
    seen
}

#[test]
fn appending_adds_at_the_end_and_counts() -> Result<(), Error> {
    let mut tree = Tree::new();
    let parent = tree.context(tree.root(), "parent")?;
    let seen = sizes(&mut tree);
    for (name, append) in APPENDS {
        let text = tree.strdup(parent, "a")?;
        for n in 1..=200 {
            append(&mut tree, text)?;
            assert_eq!((tree[text].len(), tree.size(text)?), (1 + 2 * n, 1 + 2 * n), "{name}");
        }
        assert_eq!(tree[text], format!("a{}", "-b".repeat(200)), "{name}");
        assert_eq!(tree.total_size(parent)?, 401, "{name}");
        let expected: Vec<_> = (0..200).map(|n| (1 + 2 * n, 3 + 2 * n)).collect();
        assert_eq!(std::mem::take(&mut *seen.lock().unwrap()), expected, "{name}");
        tree.free(text)?;
    }
    Ok(())
}

#[test]
fn what_adds_nothing_is_no_change() -> Result<(), Error> {
    let mut tree = Tree::new();
    let text = tree.strdup(tree.root(), "text")?;
    let seen = sizes(&mut tree);
    tree.append(text, "")?;
    tree.append_fmt(text, format_args!("{}", ""))?;
    tree.append_separated(text, "", "")?;
    drop(tree.writer(text)?);
    tree.writer(text)?.write_str("").expect("there is room");
    assert_eq!((&tree[text], seen.lock().unwrap().len()), ("text", 0));
    Ok(())
}

#[test]
fn a_shared_text_keeps_its_size() -> Result<(), Error> {
    let mut tree = Tree::new();
    let text = tree.strdup(tree.root(), "a")?;
    let holder = tree.context(tree.root(), "holder")?;
    tree.reference(holder, text)?;
    for (name, append) in APPENDS {
        let error = append(&mut tree, text).expect_err(name);
        assert_eq!(error, Error::Shared { node: text.id(), holders: [holder.id()].into() }, "{name}");
        let expected = format!("node {text} is shared: unlink its reference first (held by {holder})");
        assert_eq!((error.to_string(), &tree[text]), (expected, "a"), "{name}");
    }
    tree.unlink(holder, text)?;
    tree.append(text, "-b")?;
    assert_eq!(&tree[text], "a-b");
    Ok(())
}

#[test]
fn a_text_grows_as_far_as_its_allocator_lets_it() -> Result<(), Error> {
    for (name, append) in APPENDS {
        let mut tree = Tree::new();
        let buffer = tree.context_in(tree.root(), "buffer", FixedBuffer::new(vec![0; 64]))?;
        let text = tree.strdup(buffer, "a")?;
        let used = |tree: &Tree| tree.allocator(buffer).map(|buffer| buffer.usage().used);
        let error = loop {
            match append(&mut tree, text) {
                Ok(()) => assert!(used(&tree)? >= tree[text].len(), "{name}: growth is charged"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, Error::OutOfMemory { node, .. } if node == text.id()), "{name}: {error}");
        let len = tree[text].len();
        assert!(len > 20 && tree[text].starts_with("a-b-b"), "{name}: {len}");
        assert_eq!(tree.size(text)?, len, "{name}");
        tree.validate().expect(name);

        // A pool falls back on what its parent has.
        let pool = tree.context_in(tree.root(), "pool", Pool::new(64))?;
        let text = tree.strdup(pool, "a")?;
        (0..200).try_for_each(|_| append(&mut tree, text))?;
        assert_eq!(tree[text], format!("a{}", "-b".repeat(200)), "{name}");
        tree.validate().expect(name);
        tree.free(pool)?;
    }
    Ok(())
}

#[test]
fn a_text_whose_destructor_runs_can_grow() -> Result<(), Error> {
    let mut tree = Tree::new();
    let text = tree.strdup(tree.root(), "a")?;
    tree.set_destructor(text, |tree, text| {
        APPENDS.iter().for_each(|(name, append)| append(tree, text).expect(name));
        Verdict::Refuse
    })?;
    assert!(tree.free(text).is_err());
    assert_eq!(tree[text], format!("a{}", "-b".repeat(5)));
    tree.validate().expect("a refused free changes nothing");
    tree.clear_destructor(text)?;
    Ok(())
}

#[test]
fn a_copy_is_cut_before_the_character_that_does_not_fit() -> Result<(), Error> {
    let mut tree = Tree::new();
    let whole = "a\0é€😀";
    for max in (0..=whole.len() + 2).chain([usize::MAX]) {
        let copy = tree.strndup(tree.root(), whole, max)?;
        let expected = whole.char_indices().map(|(at, c)| at + c.len_utf8()).rfind(|&end| end <= max);
        assert_eq!(&tree[copy], &whole[..expected.unwrap_or(0)], "{max} bytes");
        assert_eq!(tree.size(copy)?, expected.unwrap_or(0));
    }
    Ok(())
}

#[test]
fn a_separator_goes_between() -> Result<(), Error> {
    let mut tree = Tree::new();
    let list = tree.strdup(tree.root(), "")?;
    for (more, expected) in [("", ""), ("one", "one"), ("", "one, "), ("two", "one, , two")] {
        tree.append_separated(list, ", ", more)?;
        assert_eq!(&tree[list], expected);
    }
    Ok(())
}

#[test]
fn a_value_that_can_not_be_formatted_makes_no_text() -> Result<(), Error> {
    let mut tree = Tree::new();
    let text = tree.strdup(tree.root(), "text")?;
    let errors = [
        tree.format(tree.root(), format_args!("{Broken}")).unwrap_err(),
        format_in!(tree, tree.root(), "{Broken}").unwrap_err(),
        tree.append_fmt(text, format_args!("{Broken}")).unwrap_err(),
        append_in!(tree, text, "{Broken}").unwrap_err(),
    ];
    for error in errors {
        assert_eq!(error, Error::Format);
        assert_eq!(error.to_string(), "a value could not be formatted, so no text was made");
    }
    assert_eq!((&tree[text], tree.len()), ("text", 1));
    Ok(())
}

#[test]
fn a_writer_keeps_what_was_written_and_tells_once() -> Result<(), Error> {
    let mut tree = Tree::new();
    let text = tree.strdup(tree.root(), "text: ")?;
    let seen = sizes(&mut tree);
    let mut out = tree.writer(text)?;
    write!(out, "{}, ", 1).expect("numbers can be written");
    assert!(write!(out, "{Broken}").is_err());
    // The value gave up, not the writer.
    out.write_char('…').expect("there is room");
    assert_eq!(format!("{out:?}"), format!("TextWriter {{ text: {text}, error: None, .. }}"));
    assert_eq!(out.finish(), Ok(()));
    assert_eq!((&tree[text], tree.size(text)?), ("text: 1, half…", 16));
    assert_eq!(*seen.lock().unwrap(), [(6, 16)]);

    // A writer that is forgotten has done what it did; nobody is told.
    let mut out = tree.writer(text)?;
    out.write_str("!").expect("there is room");
    std::mem::forget(out);
    assert_eq!((tree.size(text)?, seen.lock().unwrap().len()), (17, 1));
    tree.validate().expect("a forgotten writer leaves nothing half done");
    Ok(())
}

/// A value that panics half-way.
struct Panics;

impl fmt::Display for Panics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("half")?;
        resume_unwind(Box::new("the value"))
    }
}

#[test]
fn what_was_written_before_a_panic_is_there() -> Result<(), Error> {
    let mut tree = Tree::new();
    let text = tree.strdup(tree.root(), "text: ")?;
    let seen = sizes(&mut tree);
    let write = |tree: &mut Tree| write!(tree.writer(text).unwrap(), "{}, {Panics}", 1);
    let panic = catch_unwind(AssertUnwindSafe(|| write(&mut tree))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the value"));
    assert_eq!((&tree[text], tree.size(text)?), ("text: 1, half", 13));
    assert_eq!(*seen.lock().unwrap(), [(6, 13)]);
    tree.append(text, " and the rest")?;
    assert_eq!((&tree[text], tree.validate()), ("text: 1, half and the rest", Ok(())));

    // The first of several panics reaches the caller.
    tree.set_observer(|_, _| resume_unwind(Box::new("the observer")));
    let panic = catch_unwind(AssertUnwindSafe(|| write(&mut tree))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the value"));
    let panic = catch_unwind(AssertUnwindSafe(|| tree.append(text, "."))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"the observer"));
    tree.clear_observer();
    assert_eq!((&tree[text], tree.validate()), ("text: 1, half and the rest1, half.", Ok(())));
    Ok(())
}

#[test]
fn macros_format_values_of_the_tree_into_the_tree() -> Result<(), Error> {
    fn borrowed(tree: &mut Tree, user: Handle<str>) -> Result<Handle<str>, Error> {
        let root = tree.root();
        let greeting = format_in!(tree, root, "hello {}", &tree[user],)?;
        append_in!(tree, greeting, " ({}, {name})", tree.size(user)?, name = tree.name(user)?)?;
        Ok(greeting)
    }
    let mut tree = Tree::new();
    let user = tree.strdup(tree.root(), "alice")?;
    tree.set_name(user, "user")?;
    let greeting = borrowed(&mut tree, user)?;
    assert_eq!(&tree[greeting], "hello alice (5, user)");

    let (plain, here) = (format_in!(tree, user, "plain")?, Location::caller().line());
    assert_eq!(&tree[plain], "plain");
    assert_eq!((tree.origin(plain)?.file(), tree.parent(plain)?), (file!(), Some(user.id())));
    assert_eq!(tree.origin(plain)?.line().abs_diff(here), 0, "named by the place of the call");
    Ok(())
}
