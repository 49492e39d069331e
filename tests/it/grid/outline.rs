//! A tree as nested lists of names. A reference is an entry `-> name`.

use std::fmt;

use freehold::Tree;
use freehold::report::{Kind, Visit};

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outline {
    pub(super) name: String,
    /// Newest first, references included.
    pub(super) children: Vec<Self>,
}

impl Outline {
    /// What a report of the tree shows.
    pub(super) fn of(tree: &Tree) -> Self {
        let mut path: Vec<Self> = Vec::new();
        for Visit { depth, record, .. } in tree.report(tree.root()).expect("the root is there").walk() {
            close(&mut path, depth);
            let name = record.name_lossy();
            let name = if record.kind() == Kind::Reference { format!("-> {name}") } else { name.into_owned() };
            path.push(Self { name, children: Vec::new() });
        }
        close(&mut path, 1);
        path.remove(0)
    }

    pub(super) fn is_reference(&self) -> bool {
        self.name.starts_with("-> ")
    }

    pub(super) fn contains(&self, name: &str) -> bool {
        self.name == name || self.children.iter().any(|child| child.contains(name))
    }

    /// How many nodes and references there are, itself included.
    pub(super) fn count(&self) -> (usize, usize) {
        let own = if self.is_reference() { (0, 1) } else { (1, 0) };
        let counts = self.children.iter().map(Self::count);
        counts.fold(own, |sum, count| (sum.0 + count.0, sum.1 + count.1))
    }

    pub(super) fn at_ref(&self, name: &str) -> &Self {
        self.find(name).unwrap_or_else(|| panic!("no {name} in\n{self}"))
    }

    fn find(&self, name: &str) -> Option<&Self> {
        if self.name == name { Some(self) } else { self.children.iter().find_map(|child| child.find(name)) }
    }

    pub(super) fn at(&mut self, name: &str) -> &mut Self {
        let mut at = self;
        while at.name != name {
            let way = at.children.iter().position(|child| child.contains(name));
            at = &mut at.children[way.unwrap_or_else(|| panic!("no {name} there"))];
        }
        at
    }

    /// The name of its parent, and which of its entries it is.
    pub(super) fn place(&self, name: &str) -> (String, usize) {
        match self.children.iter().position(|child| child.name == name) {
            Some(index) => (self.name.clone(), index),
            None => self.children.iter().find(|child| child.contains(name)).expect("it is there").place(name),
        }
    }

    pub(super) fn cut(&mut self, name: &str) -> Self {
        let (parent, index) = self.place(name);
        self.at(&parent).children.remove(index)
    }

    pub(super) fn cut_reference(&mut self, holder: &str, name: &str) {
        let reference = format!("-> {name}");
        let holder = self.at(holder);
        let index = holder.children.iter().position(|child| child.name == reference).expect("it is held");
        holder.children.remove(index);
    }

    pub(super) fn paste(&mut self, parent: &str, index: usize, sub: Self) {
        self.at(parent).children.insert(index, sub);
    }
}

/// Hangs what is open at `depth` and below into its parents.
fn close(path: &mut Vec<Outline>, depth: usize) {
    while path.len() > depth
        && let Some(done) = path.pop()
    {
        path.last_mut().expect("only the root has no parent").children.push(done);
    }
}

impl fmt::Display for Outline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.name)?;
        for child in &self.children {
            for line in child.to_string().lines() {
                writeln!(f, "  {line}")?;
            }
        }
        Ok(())
    }
}
