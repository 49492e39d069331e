//! A million nodes named and nested like those of Samba's servers: workers that hold a directory's schema and serve
//! connections with open files.

use std::collections::HashMap;
use std::ffi::{CStr, CString};
use std::rc::Rc;

/// A line of the report to be: each comes after its parent, in the order of making.
pub struct Entry {
    /// The parent's place in the list; the first entry is its own.
    pub parent: u32,
    pub what: What,
}

#[derive(Clone, Copy)]
pub enum What {
    /// A block called after its type, of so many bytes.
    Typed(&'static CStr, u32),
    /// A text, called after itself.
    Text(&'static CStr),
    /// A reference to the entry at this place.
    Reference(u32),
}

pub type Entries = Rc<[Entry]>;

/// The parts of a worker. A level is two spaces, a name with ` = ` has a size of its own and is a type, any other is
/// a text; `#` stands for a number, and `->` before a name for a reference to the newest node of that name.
const WORKER: &str = "
struct tevent_context = 520
  struct tevent_signal_state = 40
  /srv/samba/private/sam.ldb.d/DC=EXAMPLE#,DC=COM.ldb
  struct loadparm_context = 1912
    struct parmlist_entry = 48
      idmap config * : range
      10000-#
    ../../lib/param/loadparm.c:2716 = 64
";
const SCHEMA: &str = "
  struct ldb_context = 448
    struct dsdb_schema = 240
";
const ATTRIBUTE: &str = "
      struct dsdb_attribute = 288
        ms-DS-Attribute-Name-#
        msDSAttributeName#
        1.2.840.113556.1.4.#
        2.5.5.12
        uint32_t = 4
        ms-DS-Attribute-Name-#
        The attribute # contains the name of the map to which the object belongs.
        struct ldb_schema_attribute = 24
";
const CLASS: &str = "
      struct dsdb_class = 376
        CN=Class-#,CN=Schema,CN=Configuration,DC=example,DC=com
        D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;SY)(A;;RPLCLORC;;;AU)
        const char * = 32
          mSMQSettings#
          1.2.840.113556.1.5.#
";
const CONNECTION: &str = "
  struct stream_connection = 72
    struct ldapsrv_connection = 488
      struct tstream_context = 112
        ../../source4/ldap_server/ldap_server.c:# = 128
      struct tevent_req = 256
        struct tevent_immediate = 112
        struct tstream_readv_pdu_state = 72
          struct tevent_req = 256
            struct tevent_immediate = 112
            struct tstream_bsd_readv_state = 32
              struct iovec = 16
            struct tevent_timer = 104
      struct auth_session_info = 56
        struct security_token = 32
        struct auth_user_info = 160
          user#@example.com
          EXAMPLE
          (no unix name)
    struct smbXsrv_connection = 776
      -> struct auth_session_info
      struct smbXsrv_session_table = 56
        struct smbXsrv_session = 312
          struct smbXsrv_tcon_table = 56
            struct smbXsrv_tcon = 132
              connection_struct = 400
                /srv/samba/share-#
                struct share_iterator = 24
";
const FILE: &str = "
                ../../source3/smbd/vfs.c:241 = 80
                  dir#/file #.dat
                struct fd_handle = 48
                struct files_struct = 344
                  struct byte_range_lock = 48
                  struct fsp_smb_fname_link = 16
                  struct smb_filename = 192
                    dir#/file #.dat
";

const ATTRIBUTES: usize = 1500;
const CLASSES: usize = 270;
const CONNECTIONS: usize = 16;
const FILES: usize = 24;

/// At least `wanted` entries: as many workers as that takes.
pub fn entries(wanted: usize) -> Entries {
    let mut made = Made::default();
    made.entry(0, What::Typed(c"null_context", 0));
    while made.entries.len() < wanted {
        made.part(WORKER);
        made.part(SCHEMA);
        (0..ATTRIBUTES).for_each(|_| made.part(ATTRIBUTE));
        (0..CLASSES).for_each(|_| made.part(CLASS));
        for _ in 0..CONNECTIONS {
            made.part(CONNECTION);
            (0..FILES).for_each(|_| made.part(FILE));
        }
    }
    made.entries.into()
}

struct Made {
    entries: Vec<Entry>,
    /// The newest entry of each level.
    path: Vec<u32>,
    /// The newest entry of each type.
    newest: HashMap<&'static str, u32>,
    names: HashMap<String, &'static CStr>,
    random: fastrand::Rng,
}

impl Default for Made {
    fn default() -> Self {
        let random = fastrand::Rng::with_seed(2012);
        Self { entries: Vec::new(), path: Vec::new(), newest: HashMap::new(), names: HashMap::new(), random }
    }
}

impl Made {
    /// Adds what a part describes, below what its indentation says.
    fn part(&mut self, part: &'static str) {
        let number = self.random.u32(..2500).to_string();
        for line in part.trim_matches('\n').lines() {
            let text = line.trim_start();
            let level = 1 + (line.len() - text.len()) / 2;
            if let Some(name) = text.strip_prefix("-> ") {
                let target = self.newest[name];
                self.entry(level, What::Reference(target));
            } else if let Some((name, bytes)) = text.rsplit_once(" = ") {
                let what = What::Typed(self.name(name, &number), bytes.parse().expect("sizes are numbers"));
                let place = self.entry(level, what);
                self.newest.insert(name, place);
            } else {
                let what = What::Text(self.name(text, &number));
                self.entry(level, what);
            }
        }
    }

    fn entry(&mut self, level: usize, what: What) -> u32 {
        let place = self.entries.len() as u32;
        self.path.truncate(level);
        let parent = self.path.last().copied().unwrap_or(0);
        self.path.push(place);
        self.entries.push(Entry { parent, what });
        place
    }

    /// Names are few and needed to the end, so that they may stay for good.
    fn name(&mut self, pattern: &str, number: &str) -> &'static CStr {
        let name = pattern.replace('#', number);
        self.names.entry(name).or_insert_with_key(|name| {
            let name = CString::new(name.as_str()).expect("names have no NUL");
            Box::leak(name.into_boxed_c_str())
        })
    }
}
