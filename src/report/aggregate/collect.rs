//! The one walk that makes the rows.

use std::collections::HashMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::key::{By, Facts};
use super::row::{Aggregate, Row};
use crate::report::{Kind, Record, Report, Visit};

/// Rows under construction.
struct Groups {
    by: By,
    /// The groups' names. The standard hasher: names come from files, which may be hostile.
    keys: HashMap<Arc<[u8]>, u32>,
    texts: Vec<Arc<[u8]>>,
    known: FxHashMap<Facts, u32>,
    rows: Vec<Row>,
    /// By parent's and own key; for all but pairs the parent's is left out.
    places: FxHashMap<(Option<u32>, u32), usize>,
    /// For each row, how many nodes of the open path are in it.
    open: Vec<u32>,
}

impl Report {
    /// The nodes in groups: how many there are, what they hold, and how large they are. O(records).
    ///
    /// References are nobody's node and make no row; their blocks are in the totals of whoever holds them.
    ///
    /// ```
    /// use freehold::report::{By, Report};
    /// let text = "full talloc report on 'root' (total     42 bytes in   4 blocks)
    ///     user17                         contains     34 bytes in   2 blocks (ref 0) 0x55d0
    ///         user3                          contains      4 bytes in   1 blocks (ref 0) 0x55e0
    ///     user18                         contains      8 bytes in   1 blocks (ref 0) 0x55f0\n";
    /// let users = Report::parse(text.as_bytes())?.aggregate(By::NormalName);
    /// let row = &users.rows()[0];
    /// assert_eq!((row.key(), row.count(), row.self_bytes()), (&b"userN"[..], 3, 42));
    /// assert_eq!((row.total_bytes(), row.largest(), row.mean()), (42, Some(30), 14.0));
    /// # Ok::<(), freehold::report::ParseError>(())
    /// ```
    ///
    /// A live tree's types and places of making are known exactly:
    ///
    /// ```
    /// use freehold::report::By;
    /// # let mut tree = freehold::Tree::new();
    /// for id in 0..3u64 {
    ///     let user = tree.alloc(tree.root(), id)?;
    ///     tree.set_name(user, format!("user {id}"))?;
    /// }
    /// let by_type = tree.report(tree.root())?.aggregate(By::Type);
    /// assert_eq!((by_type.rows()[0].key(), by_type.rows()[0].self_bytes()), (&b"u64"[..], 24));
    /// # Ok::<(), freehold::Error>(())
    /// ```
    #[must_use]
    pub fn aggregate(&self, by: By) -> Aggregate {
        let mut groups = Groups::new(by);
        // The keys and rows of the nodes above the next one.
        let mut path: Vec<(u32, usize)> = Vec::new();
        for Visit { depth, record, .. } in self.walk() {
            for (_, row) in path.drain(depth..) {
                groups.open[row] -= 1;
            }
            if record.kind() == Kind::Reference {
                continue;
            }
            let (key, row) = groups.place(record, path.last().map(|&(key, _)| key));
            groups.rows[row].add(record, groups.open[row] == 0);
            groups.open[row] += 1;
            path.push((key, row));
        }
        Aggregate::new(groups.rows, self)
    }
}

impl Groups {
    fn new(by: By) -> Self {
        Self {
            by,
            keys: HashMap::new(),
            texts: Vec::new(),
            known: FxHashMap::default(),
            rows: Vec::new(),
            places: FxHashMap::default(),
            open: Vec::new(),
        }
    }

    /// The key and the row of a node whose parent has the key `parent`.
    fn place(&mut self, record: &Record, parent: Option<u32>) -> (u32, usize) {
        let key = self.key(record);
        let parent = parent.filter(|_| self.by == By::Pair);
        let row = *self.places.entry((parent, key)).or_insert_with(|| {
            let text = |key: u32| Arc::clone(&self.texts[key as usize]);
            self.rows.push(Row::new(text(key), parent.map(text)));
            self.open.push(0);
            self.rows.len() - 1
        });
        (key, row)
    }

    fn key(&mut self, record: &Record) -> u32 {
        let facts = self.by.facts(record);
        if let Some(&key) = self.known.get(&facts) {
            return key;
        }
        let text = self.by.key(record);
        let key = match self.keys.get(&*text) {
            Some(&key) => key,
            None => {
                // A report has fewer records than this, for its arena couldn't number them.
                let key = u32::try_from(self.texts.len()).expect("fewer than 4 billion names");
                let text: Arc<[u8]> = Arc::from(&*text);
                self.texts.push(Arc::clone(&text));
                self.keys.insert(text, key);
                key
            }
        };
        self.known.insert(facts, key);
        key
    }
}
