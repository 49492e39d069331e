//! What blocks are, naively: a vector each.

use freehold::memory::{AllocError, Block, MAX_ALIGN, MAX_SCOPES, Misuse, Request, ScopeId};

use super::program::{Choice, Pick, Rule};

pub struct Entry {
    pub token: Block,
    pub bytes: Vec<u8>,
    pub align: usize,
    /// The depth of the scope it goes with.
    pub owner: usize,
}

/// All there is to know. Operations that fail change nothing but the counts.
pub struct Naive {
    pub live: Vec<Entry>,
    pub gone: Vec<Block>,
    /// One of another allocator.
    pub foreign: Block,
    /// Scopes that were ever opened; and those that are open, outermost first.
    pub scopes: Vec<ScopeId>,
    pub open: Vec<ScopeId>,
    /// Double frees, stale uses, foreign ones.
    pub misuses: [usize; 3],
    pub charges: Vec<usize>,
    pub rule: Option<Rule>,
    pub requests: usize,
}

impl Naive {
    pub fn new(foreign: Block, rule: Option<Rule>) -> Self {
        Self {
            live: Vec::new(),
            gone: Vec::new(),
            foreign,
            scopes: Vec::new(),
            open: Vec::new(),
            misuses: [0; 3],
            charges: Vec::new(),
            rule,
            requests: 0,
        }
    }

    pub fn depth(&self) -> usize {
        self.open.len()
    }

    pub fn live_bytes(&self) -> usize {
        self.live.iter().map(|entry| entry.bytes.len()).sum()
    }

    pub fn token(&self, pick: Pick) -> Block {
        match pick.decide(self.live.len(), self.gone.len()) {
            Choice::Live(n) => self.live[n].token,
            Choice::Gone(n) => self.gone[n],
            Choice::Foreign => self.foreign,
        }
    }

    /// The block that a token stands for.
    pub fn find(&mut self, token: Block, gone: Misuse) -> Result<usize, AllocError> {
        if token == self.foreign {
            self.misuses[2] += 1;
            return Err(AllocError::Foreign);
        }
        self.live.iter().position(|entry| entry.token == token).ok_or_else(|| {
            self.misuses[usize::from(gone == Misuse::Stale)] += 1;
            AllocError::Stale
        })
    }

    /// Whether a request is one that allocators are asked at all.
    pub fn check(size: usize, align: usize) -> Result<(), AllocError> {
        if align > MAX_ALIGN || !align.is_power_of_two() {
            return Err(AllocError::Alignment { align });
        }
        if size > Request::MAX_BYTES {
            return Err(AllocError::TooLarge { asked: size, limit: Request::MAX_BYTES });
        }
        Ok(())
    }

    /// Counts a request, and says whether it is meant to fail; `None` if chance decides that.
    pub fn ask(&mut self) -> Option<bool> {
        self.requests += 1;
        match self.rule {
            None => Some(false),
            Some(Rule::Nth(n)) => Some(self.requests == n),
            Some(Rule::Every(n)) => Some(self.requests.is_multiple_of(n)),
            Some(Rule::From(n)) => Some(self.requests >= n),
            Some(Rule::Chance { .. }) => None,
        }
    }

    pub fn free(&mut self, index: usize) {
        let entry = self.live.remove(index);
        self.gone.push(entry.token);
    }

    pub fn free_all(&mut self) {
        self.gone.extend(self.live.drain(..).map(|entry| entry.token));
        self.open.clear();
    }

    /// What opening a scope answers if the allocator has any.
    pub fn may_enter(&self) -> Result<(), AllocError> {
        if self.depth() == MAX_SCOPES { Err(AllocError::TooDeep { limit: MAX_SCOPES }) } else { Ok(()) }
    }

    pub fn enter(&mut self, scope: ScopeId) {
        self.scopes.push(scope);
        self.open.push(scope);
    }

    /// Closes a scope of this allocator, and says how many blocks go.
    pub fn exit(&mut self, scope: ScopeId, keep: &[Block]) -> Result<usize, AllocError> {
        let (asked, innermost) = (scope.depth(), self.depth());
        if !self.open.contains(&scope) {
            return Err(AllocError::ScopeClosed { asked });
        }
        if asked != innermost {
            return Err(AllocError::ScopeOrder { asked, innermost });
        }
        for &token in keep {
            self.find(token, Misuse::Stale)?;
        }
        self.open.pop();
        let before = self.live.len();
        for entry in std::mem::take(&mut self.live) {
            if entry.owner < innermost {
                self.live.push(entry);
            } else if keep.contains(&entry.token) {
                self.live.push(Entry { owner: innermost - 1, ..entry });
            } else {
                self.gone.push(entry.token);
            }
        }
        Ok(before - self.live.len())
    }
}
