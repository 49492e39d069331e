//! A file to measure readers with: a report of the size that large servers print, as libtalloc prints it.

use std::{io, path::Path};

use crate::{
    input::servers::{self, What},
    talloc,
};

const NODES: usize = 1_000_000;

/// One block in so many has new ones below it in the grown tree.
const GROWS: usize = 250;

/// Writes the report to `file` and, of the same tree with some nodes more, to `grown`.
pub fn write(file: &Path, grown: Option<&Path>) -> io::Result<()> {
    let entries = servers::entries(NODES);
    let chunks = talloc::tree(&entries);
    let root = talloc::Owned::new(chunks[0]);
    report(&root, file)?;
    let Some(grown) = grown else { return Ok(()) };
    let blocks = chunks.iter().zip(entries.iter()).filter(|(_, entry)| !matches!(entry.what, What::Reference(_)));
    for (&chunk, _) in blocks.step_by(GROWS) {
        let request = talloc::block(chunk, 96, c"struct pending_request");
        talloc::strdup(request, c"(&(objectClass=user)(sAMAccountName=leaked))");
    }
    report(&root, grown)
}

fn report(root: &talloc::Owned, file: &Path) -> io::Result<()> {
    let out = talloc::Stream::create(file)?;
    talloc::report_full(root.ptr(), &out);
    out.close()
}
