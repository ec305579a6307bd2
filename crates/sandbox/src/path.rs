//! Paths that cannot point anywhere but below a root.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The longest path that is accepted, in bytes.
pub const MAX_PATH_BYTES: usize = 4096;

/// The longest component of a path that is accepted, in bytes.
pub const MAX_COMPONENT_BYTES: usize = 255;

/// The path of a file below a root: relative, normalised, and with nothing in it that could lead elsewhere.
///
/// `./a//b` is normalised to `a/b`. Refused, before any file is touched, are absolute paths, `..`, a leading `~`,
/// backslashes, drive letters, control and bidirectional characters, dots and slashes of other scripts that read as
/// `..` or `/`, components that end with a dot or a space, components of more than [`MAX_COMPONENT_BYTES`], paths of
/// more than [`MAX_PATH_BYTES`], a trailing slash, and any component that a file system could take for `.git` or
/// `.wavecrew`.
///
/// # Examples
///
/// ```
/// use wavecrew_sandbox::RelPath;
///
/// assert_eq!(RelPath::new("./src//main.rs")?.as_str(), "src/main.rs");
/// assert!(RelPath::new("../secret").is_err());
/// assert!(RelPath::new("sub/.GIT/hooks/post-commit").is_err());
/// # Ok::<(), wavecrew_sandbox::PathError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RelPath(String);

impl RelPath {
    /// Reads a path.
    ///
    /// # Errors
    ///
    /// [`PathError`] with the path and the first [`Refusal`] that applies.
    pub fn new(path: &str) -> Result<Self, PathError> {
        let refuse = |reason| Err(PathError::new(path, reason));
        match normalise(path) {
            Err(reason) => refuse(reason),
            Ok(normal) if normal.is_empty() => refuse(Refusal::Empty),
            Ok(_) if path.ends_with('/') || path.ends_with("/.") => refuse(Refusal::Directory),
            Ok(normal) => Ok(Self(normal)),
        }
    }

    /// The normalised path.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The components, first to last; never empty.
    pub fn components(&self) -> impl DoubleEndedIterator<Item = &str> {
        self.0.split('/')
    }

    /// The last component.
    pub fn file_name(&self) -> &str {
        self.components()
            .next_back()
            .expect("a path has a component")
    }

    /// The directory that holds the file.
    pub fn parent(&self) -> RelDir {
        RelDir(
            self.0
                .rsplit_once('/')
                .map_or_else(String::new, |(parent, _)| parent.to_owned()),
        )
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for RelPath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl AsRef<Path> for RelPath {
    fn as_ref(&self) -> &Path {
        Path::new(&self.0)
    }
}

impl FromStr for RelPath {
    type Err = PathError;

    fn from_str(path: &str) -> Result<Self, PathError> {
        Self::new(path)
    }
}

impl TryFrom<String> for RelPath {
    type Error = PathError;

    fn try_from(path: String) -> Result<Self, PathError> {
        Self::new(&path)
    }
}

impl From<RelPath> for String {
    fn from(path: RelPath) -> Self {
        path.0
    }
}

/// The path of a directory below a root, or the root itself; the rules of [`RelPath`], and a trailing slash is fine.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelDir(String);

impl RelDir {
    /// The root itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// Reads a path; the empty path and `.` are the root.
    ///
    /// # Errors
    ///
    /// [`PathError`] with the path and the first [`Refusal`] that applies.
    pub fn new(path: &str) -> Result<Self, PathError> {
        normalise(path)
            .map(Self)
            .map_err(|reason| PathError::new(path, reason))
    }

    /// The normalised path: empty for the root.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The components, first to last; none for the root.
    pub fn components(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|component| !component.is_empty())
    }
}

impl fmt::Display for RelDir {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_empty() { "." } else { &self.0 })
    }
}

/// A path that is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("path `{}` is refused: {reason}", path.escape_debug())]
#[non_exhaustive]
pub struct PathError {
    /// The path as it was given.
    pub path: String,
    /// Why it is refused.
    pub reason: Refusal,
}

impl PathError {
    fn new(path: &str, reason: Refusal) -> Self {
        // A hostile path may be megabytes long; the start of it is enough to recognise it by.
        let shown = path
            .char_indices()
            .nth(256)
            .map_or(path, |(end, _)| &path[..end]);
        Self {
            path: shown.to_owned(),
            reason,
        }
    }
}

/// Why a path is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing is left of it.
    #[error("it names nothing")]
    Empty,
    /// It ends with a slash where a file is wanted.
    #[error("it names a directory, not a file")]
    Directory,
    /// It starts with a slash.
    #[error("it is absolute")]
    Absolute,
    /// It starts with a drive letter.
    #[error("it starts with a drive letter")]
    Drive,
    /// It starts with a tilde, which shells take for a home directory.
    #[error("it starts with `~`")]
    Home,
    /// It has a component `..`, or one that reads as such.
    #[error("it leaves the root by `..`")]
    Parent,
    /// It has a backslash, or a character that reads as a slash.
    #[error("it has a character that can be taken for `/`")]
    Separator,
    /// It has a control character, NUL among them, or one that changes the direction of text.
    #[error("it has a control character")]
    Control,
    /// A component ends with a dot or a space, which some file systems drop.
    #[error("a component ends with a dot or a space")]
    TrailingDotOrSpace,
    /// A component is, or can be taken for, `.git`.
    #[error("it reaches into `.git`")]
    Git,
    /// A component is, or can be taken for, `.wavecrew`.
    #[error("it reaches into `.wavecrew`")]
    Wavecrew,
    /// A component has more than [`MAX_COMPONENT_BYTES`] bytes.
    #[error("a component is longer than {MAX_COMPONENT_BYTES} bytes")]
    LongComponent,
    /// It has more than [`MAX_PATH_BYTES`] bytes.
    #[error("it is longer than {MAX_PATH_BYTES} bytes")]
    Long,
}

/// Drops `.` and empty components and refuses what could lead out; the root comes out empty.
fn normalise(path: &str) -> Result<String, Refusal> {
    if path.len() > MAX_PATH_BYTES {
        return Err(Refusal::Long);
    }
    if path.chars().any(|c| c.is_control() || is_direction(c)) {
        return Err(Refusal::Control);
    }
    if path.chars().any(is_slash_like) {
        return Err(Refusal::Separator);
    }
    if path.starts_with('/') {
        return Err(Refusal::Absolute);
    }
    let mut normal = String::with_capacity(path.len());
    for component in path
        .split('/')
        .filter(|&component| !component.is_empty() && component != ".")
    {
        check_component(component)?;
        if normal.is_empty() {
            check_first(component)?;
        } else {
            normal.push('/');
        }
        normal.push_str(component);
    }
    Ok(normal)
}

fn check_first(component: &str) -> Result<(), Refusal> {
    if component.starts_with('~') {
        return Err(Refusal::Home);
    }
    match component.as_bytes() {
        [letter, b':', ..] if letter.is_ascii_alphabetic() => Err(Refusal::Drive),
        _ => Ok(()),
    }
}

fn check_component(component: &str) -> Result<(), Refusal> {
    let folded = fold(component);
    if matches!(folded.as_str(), "." | "..") {
        return Err(Refusal::Parent);
    }
    if component.ends_with(['.', ' ']) {
        return Err(Refusal::TrailingDotOrSpace);
    }
    if component.len() > MAX_COMPONENT_BYTES {
        return Err(Refusal::LongComponent);
    }
    // NTFS opens `.git::$INDEX_ALLOCATION` as `.git`, and drops dots and spaces before the colon.
    let stem = folded
        .split(':')
        .next()
        .unwrap_or_default()
        .trim_end_matches(['.', ' ']);
    if stem == ".git" || is_short_name(stem, "git") {
        return Err(Refusal::Git);
    }
    if stem == ".wavecrew" || is_short_name(stem, "wavecr") {
        return Err(Refusal::Wavecrew);
    }
    Ok(())
}

/// Whether this is the 8.3 name that Windows gives to a hidden folder: `git~1`.
fn is_short_name(component: &str, stem: &str) -> bool {
    component
        .strip_prefix(stem)
        .and_then(|rest| rest.strip_prefix('~'))
        .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

/// The component as the most forgiving file system would compare it: lower case, look-alike dots made dots, and
/// without the characters that HFS+ ignores.
fn fold(component: &str) -> String {
    let mut folded = String::with_capacity(component.len());
    for c in component.chars() {
        match c {
            '\u{00AD}'
            | '\u{200B}'..='\u{200F}'
            | '\u{2060}'..='\u{2064}'
            | '\u{206A}'..='\u{206F}'
            | '\u{FEFF}' => {}
            '\u{2024}' | '\u{FE52}' | '\u{FF0E}' | '\u{3002}' | '\u{FF61}' => folded.push('.'),
            '\u{2025}' | '\u{FE30}' => folded.push_str(".."),
            '\u{FF01}'..='\u{FF5E}' => {
                let ascii = u32::from(c) - 0xFEE0;
                folded.extend(char::from_u32(ascii).map(|c| c.to_ascii_lowercase()));
            }
            // The dotted capital I and the dotless i are an `i` to file systems that fold by other rules.
            '\u{0130}' | '\u{0131}' => folded.push('i'),
            c => folded.extend(c.to_lowercase()),
        }
    }
    folded
}

/// Characters that turn the direction of text, so that a path shows as another than it is.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The backslash, and characters that normalise to, or read as, a slash or a backslash.
fn is_slash_like(c: char) -> bool {
    matches!(
        c,
        '\\' | '\u{2044}'
            | '\u{2215}'
            | '\u{2216}'
            | '\u{29F5}'
            | '\u{29F8}'
            | '\u{29F9}'
            | '\u{FE68}'
            | '\u{FF0F}'
            | '\u{FF3C}'
    )
}
