//! The still as a browser reads it.

use freehold::report::{Builder, Entry};

use super::opened;
use crate::reports::parsed;

#[test]
fn the_still_is_well_formed() {
    let (before, now) = (parsed("samba-4.17-smbd-client-t1.talloc"), parsed("samba-4.17-smbd-client-t2.talloc"));
    for (name, picture) in [("one.svg", now.svg().to_string()), ("two.svg", now.svg().since(&before).to_string())] {
        let Some(document) = opened(name, &picture) else { return };
        assert!(document.starts_with("<svg ") && !document.contains("parsererror"), "{document}");
        assert_eq!(document.matches("<rect ").count(), picture.matches("<rect ").count());
    }
}

#[test]
fn the_still_keeps_hostile_names_as_text() {
    let mut builder = Builder::new(Entry::new("</title><script>alert(1)</script> & co"));
    builder.push(Entry::new(b"\xff\x00\x1b]]>\xef\xbf\xbe\n").bytes(100));
    let picture = builder.finish().svg().to_string();
    assert!(!picture.contains("<script"), "{picture}");
    let Some(document) = opened("hostile.svg", &picture) else { return };
    assert!(document.starts_with("<svg ") && !document.contains("parsererror"), "{document}");
    assert!(document.contains(r"\xff\x00\x1b]]&gt;\u{fffe}\n"), "{document}");
}
