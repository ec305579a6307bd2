//! Who works on which tasks, by patterns of ids: `INFRA-*`.

use serde::{Deserialize, Serialize};

use crate::Location;

/// A rule that gives all tasks of a pattern an agent, a model, or both.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
pub struct Rule {
    /// The ids that it is about: `*` stands for any characters, `?` for one, and a pattern without either for itself.
    pub pattern: String,
    /// Who is to do these tasks.
    pub agent: Option<String>,
    /// The model or tier to do them with.
    pub model: Option<String>,
    /// Where it stands.
    pub location: Location,
}

impl Rule {
    /// Whether it is about the task of this id. Case plays no part.
    ///
    /// # Complexity
    ///
    /// O(id × stars), O(id) for the usual `INFRA-*`.
    pub fn fits(&self, id: &str) -> bool {
        fits(&self.pattern, id)
    }
}

fn fits(pattern: &str, id: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().flat_map(char::to_lowercase).collect();
    let id: Vec<char> = id.chars().flat_map(char::to_lowercase).collect();
    let (mut p, mut i) = (0, 0);
    // Behind the last star, and where its match in the id ends so far.
    let mut retry: Option<(usize, usize)> = None;
    while i < id.len() {
        match pattern.get(p) {
            Some('*') => {
                p += 1;
                retry = Some((p, i));
            }
            Some(&c) if c == '?' || c == id[i] => {
                p += 1;
                i += 1;
            }
            _ => {
                let Some((after, end)) = retry else {
                    return false;
                };
                (p, i) = (after, end + 1);
                retry = Some((after, end + 1));
            }
        }
    }
    pattern[p..].iter().all(|&c| c == '*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns() {
        for (pattern, id) in [
            ("INFRA-*", "INFRA-001"),
            ("infra-*", "INFRA-001"),
            ("*-UI-*", "APP-UI-7"),
            ("T00?", "T001"),
            ("*", "x"),
            ("T1", "t1"),
            ("T1*", "T1"),
        ] {
            assert!(fits(pattern, id), "{pattern} {id}");
        }
        for (pattern, id) in [
            ("INFRA-*", "APP-001"),
            ("T1", "T10"),
            ("T00?", "T0010"),
            ("", "x"),
            ("*-UI", "UI-1"),
        ] {
            assert!(!fits(pattern, id), "{pattern} {id}");
        }
    }
}
