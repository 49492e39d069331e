//! Texts that grow by pieces of mixed lengths, as messages, queries and log lines do, beside `String`.

use crate::harness::{Contender, Workload, timed};
use freehold::Tree;
use std::hint::black_box;

const TEXTS: usize = 500;
/// Pieces of one text; it comes to about 400 bytes.
const PIECES: usize = 24;

pub(super) fn workload() -> Workload {
    Workload {
        name: "append",
        operation: "a piece appended",
        most_rounds: usize::MAX,
        contenders: vec![Contender::new("freehold", None, freehold), Contender::new("String", Some(0.77), string)],
    }
}

/// All pieces in the order of the appends, each with the text it goes to: mostly the one that the piece before went to.
fn pieces() -> Vec<(usize, String)> {
    let mut random = fastrand::Rng::with_seed(24);
    let mut missing = vec![PIECES; TEXTS];
    let mut unfinished: Vec<usize> = (0..TEXTS).collect();
    let mut pieces = Vec::with_capacity(TEXTS * PIECES);
    while !unfinished.is_empty() {
        let at = random.usize(..unfinished.len().min(16));
        let text = unfinished[at];
        for _ in 0..random.usize(1..=4).min(missing[text]) {
            // Words and separators mostly, now and then a phrase.
            let length = if random.u8(..4) == 0 { random.usize(16..=64) } else { random.usize(1..=12) };
            pieces.push((text, "x".repeat(length)));
            missing[text] -= 1;
        }
        if missing[text] == 0 {
            unfinished.remove(at);
        }
    }
    pieces
}

/// Makes the texts, lets them grow and frees them: all of it counts.
fn freehold() -> impl FnMut() -> f64 {
    let pieces = pieces();
    let mut tree = Tree::new();
    let mut texts = Vec::with_capacity(TEXTS);
    move || {
        timed(pieces.len(), || {
            let context = tree.context(tree.root(), "texts").unwrap();
            texts.extend((0..TEXTS).map(|_| tree.strdup(context, "").unwrap()));
            for (text, piece) in black_box(&pieces) {
                tree.append(texts[*text], piece).unwrap();
            }
            black_box(&tree[texts[0]]);
            tree.free(context).unwrap();
            texts.clear();
        })
    }
}

fn string() -> impl FnMut() -> f64 {
    let pieces = pieces();
    let mut texts: Vec<String> = Vec::with_capacity(TEXTS);
    move || {
        timed(pieces.len(), || {
            texts.extend((0..TEXTS).map(|_| String::new()));
            for (text, piece) in black_box(&pieces) {
                texts[*text].push_str(piece);
            }
            black_box(&texts[0]);
            texts.clear();
        })
    }
}
