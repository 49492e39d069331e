//! Values and texts that are secret.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex};

use freehold::{Error, Handle, Tree, Verdict, Wipe};

type Log = Arc<Mutex<Vec<String>>>;

/// Says what it holds when it is dropped. Some panic when they are wiped, and are wiped all the same.
struct Key {
    bytes: [u8; 4],
    panics: bool,
    log: Log,
}

impl Wipe for Key {
    fn wipe(&mut self) {
        self.bytes.wipe();
        if self.panics {
            panic!("wiped");
        }
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        self.log.lock().unwrap().push(format!("dropped {:?}", self.bytes));
    }
}

struct Scene {
    tree: Tree,
    log: Log,
}

impl Scene {
    fn new() -> Self {
        Self { tree: Tree::new(), log: Log::default() }
    }

    fn key(&mut self, panics: bool) -> Result<Handle<Key>, Error> {
        let root = self.tree.root();
        let key = self.tree.alloc(root, Key { bytes: [1, 2, 3, 4], panics, log: Arc::clone(&self.log) })?;
        self.tree.set_secret(key)?;
        Ok(key)
    }

    #[track_caller]
    fn heard(&self, expected: &[&str]) {
        assert_eq!(std::mem::take(&mut *self.log.lock().unwrap()), expected);
    }
}

const WIPED: &str = "dropped [0, 0, 0, 0]";
const WHOLE: &str = "dropped [1, 2, 3, 4]";

#[test]
fn a_value_is_wiped_before_it_is_dropped_and_after_it_was_heard() -> Result<(), Error> {
    let mut scene = Scene::new();
    let key = scene.key(false)?;
    let log = Arc::clone(&scene.log);
    scene.tree.set_destructor(key, move |tree, key| {
        log.lock().unwrap().push(format!("asked {:?}", tree[key].bytes));
        Verdict::Free
    })?;
    let log = Arc::clone(&scene.log);
    scene.tree.add_cleanup(key, move |tree, key| log.lock().unwrap().push(format!("told {:?}", tree[key].bytes)))?;
    scene.tree.free(key)?;
    scene.heard(&["asked [1, 2, 3, 4]", "told [1, 2, 3, 4]", WIPED]);

    let key = scene.key(false)?;
    scene.tree.set_destructor(key, |_, _| Verdict::Refuse)?;
    assert_eq!(scene.tree.free(key), Err(Error::Refused { node: key.id() }));
    assert_eq!(scene.tree[key].bytes, [1, 2, 3, 4], "who refuses keeps its content");
    scene.tree.validate().unwrap();
    scene.tree.tear_down()?;
    scene.heard(&[WIPED]);

    scene.key(false)?;
    scene.tree = Tree::new();
    scene.heard(&[WIPED]);
    Ok(())
}

#[test]
fn who_takes_a_value_out_gets_it_whole() -> Result<(), Error> {
    let mut scene = Scene::new();
    let key = scene.key(false)?;
    drop(scene.tree.take(key)?.value);
    scene.heard(&[WHOLE]);
    let key = scene.key(false)?;
    let log = Arc::clone(&scene.log);
    drop(scene.tree.replace(key, Key { bytes: [5; 4], panics: false, log }).map_err(Error::from)?);
    scene.heard(&[WHOLE]);
    // It is the node that is secret, whatever value it has.
    scene.tree.free(key)?;
    scene.heard(&[WIPED]);
    // A panic on the way has nobody get it.
    let key = scene.key(false)?;
    let below = scene.tree.context(key, "below")?;
    scene.tree.add_cleanup(below, |_, _| panic!("cleaning up"))?;
    let panic = catch_unwind(AssertUnwindSafe(|| scene.tree.take(key).map(drop))).unwrap_err();
    assert_eq!(panic.downcast_ref(), Some(&"cleaning up"));
    scene.heard(&[WIPED]);
    assert!(scene.tree.is_empty() && scene.tree.validate().is_ok());
    Ok(())
}

#[test]
fn a_wipe_that_panics_does_not_stop_the_free() -> Result<(), Error> {
    let mut scene = Scene::new();
    let panics = |work: &mut dyn FnMut()| {
        let panic = catch_unwind(AssertUnwindSafe(work)).unwrap_err();
        assert_eq!(panic.downcast_ref(), Some(&"wiped"));
    };
    let key = scene.key(true)?;
    let below = scene.tree.context(key, "below")?;
    scene.tree.strdup(below, "text")?;
    panics(&mut || drop(scene.tree.free(key)));
    assert!(scene.tree.is_empty() && scene.tree.validate().is_ok());
    scene.heard(&[WIPED]);
    scene.key(true)?;
    scene.key(true)?;
    panics(&mut || drop(scene.tree.free_children(scene.tree.root())));
    assert!(scene.tree.is_empty() && scene.tree.validate().is_ok());
    scene.heard(&[WIPED, WIPED]);
    scene.key(true)?;
    panics(&mut || drop(std::mem::take(&mut scene.tree)));
    scene.heard(&[WIPED]);
    Ok(())
}

/// Where a text lies can't be looked at; that it stays what it is can.
#[test]
fn a_secret_text_grows_like_any_other() -> Result<(), Error> {
    let mut tree = Tree::new();
    for start in ["", "twenty-four bytes, or so", &"long ".repeat(20)] {
        let text = tree.strdup(tree.root(), start)?;
        tree.set_secret(text)?;
        let mut expected = start.to_owned();
        for n in 0..200 {
            let more = "\u{20ac}".repeat(n % 7);
            tree.append(text, &more)?;
            expected += &more;
            assert_eq!(&tree[text], expected);
        }
        tree.validate().unwrap();
        tree.free(text)?;
    }
    Ok(())
}
