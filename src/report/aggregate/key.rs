//! What nodes are grouped by.

use std::borrow::Cow;

use crate::report::names::{looks_like_type, place_in};
use crate::report::{Kind, Record, normal_name};

/// What [`Report::aggregate`](crate::report::Report::aggregate) groups nodes by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[non_exhaustive]
pub enum By {
    /// The name, byte for byte.
    Name,
    /// The [normal name](crate::report::normal_name), so that `user17` and `user18` are one.
    NormalName,
    /// The type: [`Record::type_name`], or else a name that looks like a type, as most of C's do (`struct user`,
    /// `const char *`, `uint8_t`, `CONF_PAIR`), or else `(untyped)`.
    Type,
    /// The place of making: [`Record::origin`], or else the place a name is or ends in (`../lib/util.c:147`,
    /// `talloc_new: main.c:20`), or else `(unknown)`.
    Origin,
    /// The normal names of parent and child: `struct session > user`.
    Pair,
}

/// Stands for the nodes a filter left out, whatever is grouped by.
const LEFT_OUT: &[u8] = b"(left out)";

impl By {
    /// The group's name.
    pub(in crate::report) fn key(self, record: &Record) -> Cow<'_, [u8]> {
        let name = record.name();
        match self {
            _ if record.kind() == Kind::Rest => Cow::Borrowed(LEFT_OUT),
            Self::Name => Cow::Borrowed(name),
            Self::NormalName | Self::Pair => normal_name(name),
            Self::Type => {
                let hint = || looks_like_type(name).then_some(name);
                Cow::Borrowed(record.type_name().map(str::as_bytes).or_else(hint).unwrap_or(b"(untyped)"))
            }
            Self::Origin => {
                let hint = || place_in(name);
                Cow::Borrowed(record.origin().map(str::as_bytes).or_else(hint).unwrap_or(b"(unknown)"))
            }
        }
    }

    /// Where what the key is made of lies in memory. As long as a report stands, equal places hold equal bytes, so this
    /// finds a group again without looking at the bytes.
    pub(in crate::report) fn facts(self, record: &Record) -> Facts {
        let more = match self {
            Self::Name | Self::NormalName | Self::Pair => None,
            Self::Type => record.type_name(),
            Self::Origin => record.origin(),
        };
        Facts { name: place(record.name()), more: more.map(|text| place(text.as_bytes())), kind: record.kind() }
    }
}

/// See [`By::facts`].
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::report) struct Facts {
    name: (usize, usize),
    more: Option<(usize, usize)>,
    kind: Kind,
}

fn place(bytes: &[u8]) -> (usize, usize) {
    (bytes.as_ptr().addr(), bytes.len())
}
