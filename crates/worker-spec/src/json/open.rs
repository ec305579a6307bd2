//! Arrays and objects that are being read.

use std::collections::HashMap;
use std::ops::Range;

use super::{Kind, Member, Problem, Value};

/// More repeats than anybody mends in one object.
const MOST_REPEATS: usize = 100;

/// An object has at least so many keys before repeats are looked for by a table.
const FEW_KEYS: usize = 16;

/// An array or an object that is being read.
pub(super) struct Open {
    pub(super) start: usize,
    pub(super) inside: Inside,
    /// A value stands here, and a comma or the end has to follow.
    pub(super) after_value: bool,
    /// The last comma.
    pub(super) comma: Option<usize>,
}

pub(super) enum Inside {
    Array(Vec<Value>),
    Object {
        members: Vec<Member>,
        /// The key whose value is being read.
        key: Option<(Box<str>, Range<usize>)>,
    },
}

impl Open {
    /// The bracket that closes it.
    pub(super) fn bracket(&self) -> u8 {
        match self.inside {
            Inside::Array(_) => b']',
            Inside::Object { .. } => b'}',
        }
    }

    /// The whole value, which ends at a place.
    pub(super) fn close(self, end: usize, problems: &mut Vec<Problem>) -> Value {
        if let Some(comma) = self.comma
            && !self.after_value
        {
            let span = comma..comma + 1;
            let message = "a comma stands after the last one";
            problems.push(Problem::syntax(span.clone(), message, "leave it out").fix(span, ""));
        }
        let kind = match self.inside {
            Inside::Array(items) => Kind::Array(items),
            Inside::Object { members, .. } => {
                tell_repeats(&members, problems);
                Kind::Object(members)
            }
        };
        Value {
            kind,
            span: self.start..end,
        }
    }
}

fn tell_repeats(members: &[Member], problems: &mut Vec<Problem>) {
    let most = problems.len() + MOST_REPEATS;
    let mut tell = |first: &Member, second: &Member| {
        if problems.len() >= most {
            return;
        }
        let (first, span) = (first.key_span.clone(), second.key_span.clone());
        problems.push(Problem::repeated_key(&second.key, span, first));
    };
    if members.len() < FEW_KEYS {
        for (at, member) in members.iter().enumerate() {
            if let Some(first) = members[..at].iter().find(|other| other.key == member.key) {
                tell(first, member);
            }
        }
        return;
    }
    let mut seen: HashMap<&str, &Member> = HashMap::with_capacity(members.len());
    for member in members {
        match seen.get(&*member.key) {
            Some(first) => tell(first, member),
            None => {
                seen.insert(&member.key, member);
            }
        }
    }
}
