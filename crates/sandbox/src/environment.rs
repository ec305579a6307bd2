//! The variables that a command gets.

use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::Path;

/// Variables that are taken over from our own environment when they are set there.
const ALLOWED: [&str; 2] = ["PATH", "LANG"];

/// Variables that are always set.
const SET: [(&str, &str); 3] = [
    ("TERM", "dumb"),
    ("GIT_TERMINAL_PROMPT", "0"),
    ("GIT_EDITOR", "false"),
];

/// What is taken over and what is set; later settings win. `Debug` shows names and no values.
#[derive(Clone)]
pub(crate) struct Environment {
    allowed: Vec<OsString>,
    set: BTreeMap<OsString, OsString>,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            allowed: ALLOWED.map(OsString::from).to_vec(),
            set: SET.map(|(name, value)| (name.into(), value.into())).into(),
        }
    }
}

impl Environment {
    pub(crate) fn allow(&mut self, name: &OsStr) {
        self.allowed.push(name.to_owned());
    }

    pub(crate) fn set(&mut self, name: &OsStr, value: &OsStr) {
        self.set.insert(name.to_owned(), value.to_owned());
    }

    /// The variables of a command with this home and this folder for temporary files.
    pub(crate) fn variables(&self, home: &Path, temp: &Path) -> BTreeMap<OsString, OsString> {
        let mut variables = BTreeMap::from([
            (OsString::from("HOME"), home.as_os_str().to_owned()),
            (OsString::from("TMPDIR"), temp.as_os_str().to_owned()),
        ]);
        for name in &self.allowed {
            if let Some(value) = std::env::var_os(name) {
                variables.insert(name.clone(), value);
            }
        }
        variables.extend(self.set.clone());
        variables
    }

    pub(crate) fn path(&self) -> Option<OsString> {
        self.variables(Path::new("/"), Path::new("/"))
            .remove(OsStr::new("PATH"))
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.set.keys().collect();
        f.debug_struct("Environment")
            .field("allowed", &self.allowed)
            .field("set", &names)
            .finish()
    }
}
