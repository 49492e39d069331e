//! What a name gives away where a report doesn't say: a type, or the place of making.

/// The type a name says it is of, as C's and Rust's macros name blocks after types: `struct user`, `const char *`,
/// `uint8_t`, `CONF_PAIR`, `alloc::string::String`.
///
/// Only a hint: data may look like this as well.
pub(super) fn looks_like_type(name: &[u8]) -> bool {
    let Ok(name) = std::str::from_utf8(name) else { return false };
    let pointee = name.strip_prefix("const ").unwrap_or(name).trim_end_matches(['*', ' ']);
    if let Some(tagged) = ["struct ", "union ", "enum ", "class "].iter().find_map(|tag| pointee.strip_prefix(tag)) {
        return is_identifier(tagged);
    }
    is_plain_type(pointee) || is_path(pointee)
}

fn is_plain_type(name: &str) -> bool {
    const WORDS: [&str; 33] = [
        "bool",
        "char",
        "double",
        "float",
        "int",
        "long",
        "short",
        "signed",
        "unsigned",
        "void",
        "uint",
        "uchar",
        "long long",
        "signed char",
        "unsigned char",
        "unsigned int",
        "unsigned long",
        "unsigned short",
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "f32",
        "f64",
        "str",
    ];
    let named_so = |name: &str| {
        name.ends_with("_t")
            || name.contains('_') && name.contains(char::is_uppercase) && !name.contains(char::is_lowercase)
    };
    WORDS.contains(&name) || is_identifier(name) && named_so(name)
}

/// `one::two`, with or without generics.
fn is_path(name: &str) -> bool {
    let path = match name.split_once('<') {
        Some((path, generics)) if generics.ends_with('>') => path,
        Some(_) => return false,
        None if name.contains("::") => name,
        None => return false,
    };
    path.split("::").all(is_identifier)
}

fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// What files of source are called: any other word after a point may be a host's, and the number its port.
const SOURCES: [&[u8]; 12] = [b"c", b"h", b"cc", b"hh", b"cpp", b"hpp", b"cxx", b"hxx", b"inc", b"l", b"y", b"rs"];

/// The place of making that a name is or ends in, as `file:line`: `../lib/util.c:147`, `talloc_new: notmuch.c:483`.
pub(super) fn place_in(name: &[u8]) -> Option<&[u8]> {
    let start = match name.iter().position(|&byte| byte == b' ') {
        None => 0,
        Some(space) => {
            let word = std::str::from_utf8(&name[..space]).ok()?.strip_suffix(':')?;
            is_identifier(word).then_some(space + 1)?
        }
    };
    let place = &name[start..];
    let colon = place.iter().rposition(|&byte| byte == b':')?;
    let (file, line) = (&place[..colon], &place[colon + 1..]);
    let dot = file.iter().rposition(|&byte| byte == b'.')?;
    let (stem, extension) = (&file[..dot], &file[dot + 1..]);
    let whole = !line.is_empty()
        && line.iter().all(u8::is_ascii_digit)
        && !stem.ends_with(b"/")
        && !stem.is_empty()
        && SOURCES.contains(&extension)
        && !file.contains(&b' ');
    whole.then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_told_from_data() {
        for name in [
            "struct ldb_val",
            "struct tree_node *",
            "const struct gensec_security_ops *",
            "const char *",
            "char",
            "uint8_t",
            "rbnode_t",
            "CONF_PAIR",
            "alloc::string::String",
            "Vec<u8>",
            "core::option::Option<(u8, u8)>",
            "u32",
            "unsigned int",
        ] {
            assert!(looks_like_type(name.as_bytes()), "{name}");
        }
        for name in [
            "",
            "*",
            "struct",
            "struct x passw0rd",
            "user@example",
            "Passw0rd.xyz",
            "DC",
            "null_context",
            ".name",
            "UNNAMED",
            "ldap/127.0.0.1",
            "::1",
            "a < b",
            "d/e/f_t",
            "(|(objectClass=user))",
            "Wed, 07 Oct 2020 20:26:40 +0000",
            "int_x",
            "_",
        ] {
            assert!(!looks_like_type(name.as_bytes()), "{name}");
        }
        assert!(!looks_like_type(b"struct \xff"));
    }

    #[test]
    fn places_are_told_from_data() {
        let place = |name: &'static str| place_in(name.as_bytes()).map(|place| std::str::from_utf8(place).unwrap());
        assert_eq!(place("../lib/ldb/common/ldb_pack.c:1142"), Some("../lib/ldb/common/ldb_pack.c:1142"));
        assert_eq!(place("talloc_new: lib/config.cc:299"), Some("lib/config.cc:299"));
        assert_eq!(place("DATA_BLOB: ../../lib/util/asn1.c:944"), Some("../../lib/util/asn1.c:944"));
        assert_eq!(place("src/main.rs:7"), Some("src/main.rs:7"));
        let none = [
            "",
            ":",
            "thread:86",
            "127.0.0.1:445",
            "[::1]:445",
            "main.c:",
            "main.c:x",
            ".c:1",
            "dir/.c:1",
            "a b.c:1",
            "A Xapian exception occurred at lib/message.cc:1596",
            "not a file: x.c:1",
            "host.example:389",
            "host.de:389",
        ];
        for name in none {
            assert_eq!(place(name), None, "{name}");
        }
    }
}
