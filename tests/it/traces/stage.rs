//! What the replayer, the log hook and every destructor share: who is who, where we are, what happened.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use freehold::{Freed, Handle, NodeId, ReferenceId};
use serde_json::Value;

/// What a chunk is with us.
#[derive(Clone, Copy)]
pub(super) enum Body {
    Block(Handle<[u8]>),
    /// A context that brings a pool; C's pool is a chunk without bytes.
    Pool(Handle<()>),
}

/// A chunk of the trace as it lives in our tree.
#[derive(Clone, Copy)]
pub(super) struct Chunk {
    pub(super) body: Body,
    /// C's name pointer is NULL: it displays `UNNAMED` but is not called so.
    pub(super) unnamed: bool,
    /// The `.name` child that holds the name in use.
    pub(super) text: Option<Handle<[u8]>>,
}

impl Chunk {
    pub(super) fn node(&self) -> NodeId {
        match self.body {
            Body::Block(block) => block.id(),
            Body::Pool(context) => context.id(),
        }
    }
}

/// The shared state of one replay.
pub(super) struct State {
    /// The null context, the trace's id 0.
    pub(super) root: NodeId,
    /// Every chunk that lived when the line began, and those made since.
    pub(super) chunks: BTreeMap<u64, Chunk>,
    pub(super) ids: HashMap<NodeId, u64>,
    last_id: u64,
    /// What happened during the line so far, and what the trace says happens.
    pub(super) events: Vec<Value>,
    pub(super) script: Vec<Value>,
    /// Number of the line, and location of the call that is being made as the generator spells it.
    line: u64,
    pub(super) place: String,
    /// Location where each reference was made.
    pub(super) places: HashMap<ReferenceId, String>,
    /// What the line's frees said about themselves.
    pub(super) freed: Vec<Freed>,
    /// The replay has ended and the tree goes: destructors that are left don't act any more.
    pub(super) over: bool,
    /// Complaints from where no error can be returned.
    pub(super) complaints: Vec<String>,
}

/// A handle to the shared [`State`]; destructors must be `Send`, hence the lock.
#[derive(Clone)]
pub(super) struct Stage(Arc<Mutex<State>>);

impl Stage {
    pub(super) fn new(root: NodeId) -> Self {
        Self(Arc::new(Mutex::new(State {
            root,
            chunks: BTreeMap::new(),
            ids: HashMap::new(),
            last_id: 0,
            events: Vec::new(),
            script: Vec::new(),
            line: 0,
            place: String::new(),
            places: HashMap::new(),
            freed: Vec::new(),
            over: false,
            complaints: Vec::new(),
        })))
    }

    /// The state, for a moment: never held across a call of the tree.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic of the library is reported with its line, so the state must still be readable.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Clears what belongs to a line and takes over what the next one expects.
    pub(super) fn begin(&self, line: u64, script: Vec<Value>) {
        let mut state = self.lock();
        (state.line, state.place, state.script) = (line, format!("op:{line}"), script);
        state.events.clear();
        state.freed.clear();
    }

    /// The node of an id, the null context for 0.
    pub(super) fn node(&self, id: u64) -> NodeId {
        let state = self.lock();
        if id == 0 { state.root } else { state.chunk(id).node() }
    }

    pub(super) fn chunk(&self, id: u64) -> Chunk {
        *self.lock().chunk(id)
    }

    /// The id of a node, 0 for the null context.
    pub(super) fn id(&self, node: Option<NodeId>) -> u64 {
        let state = self.lock();
        node.filter(|node| *node != state.root).map_or(0, |node| state.ids[&node])
    }

    /// Gives a new chunk the next id.
    pub(super) fn born(&self, body: Body) -> u64 {
        let chunk = Chunk { body, unnamed: false, text: None };
        let mut state = self.lock();
        state.last_id += 1;
        let id = state.last_id;
        state.ids.insert(chunk.node(), id);
        state.chunks.insert(id, chunk);
        id
    }

    /// Takes a new chunk and its id back.
    pub(super) fn unborn(&self, id: u64) -> NodeId {
        let mut state = self.lock();
        let chunk = state.chunks.remove(&id).expect("a chunk that was just made");
        state.ids.remove(&chunk.node());
        state.last_id -= 1;
        chunk.node()
    }

    pub(super) fn chunks(&self) -> BTreeMap<u64, Chunk> {
        self.lock().chunks.clone()
    }

    pub(super) fn change(&self, id: u64, change: impl FnOnce(&mut Chunk)) {
        change(self.lock().chunks.get_mut(&id).expect("a chunk that was just used"));
    }

    pub(super) fn event(&self, event: Value) {
        self.lock().events.push(event);
    }

    /// Whether the trace says that the armed destructor just entered does not act, and on whom.
    pub(super) fn skips(&self) -> Option<Value> {
        let state = self.lock();
        state.script.get(state.events.len()).filter(|next| next[0] == "skip").cloned()
    }
}

impl State {
    /// From here on calls are made inside the destructor of `id`. Gives the place they were made at so far.
    pub(super) fn enter(&mut self, id: u64) -> String {
        let inside = format!("op:{}/dtor:{id}", self.line);
        std::mem::replace(&mut self.place, inside)
    }

    pub(super) fn last_id(&self) -> u64 {
        self.last_id
    }

    fn chunk(&self, id: u64) -> &Chunk {
        self.chunks.get(&id).unwrap_or_else(|| panic!("the trace uses chunk {id}, which is not alive"))
    }
}
