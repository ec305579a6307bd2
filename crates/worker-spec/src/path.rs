//! Paths as documents name them.

/// Why a path can be no deliverable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathFault {
    Absolute,
    Parent,
    Home,
    Backslash,
    Git,
    Journal,
    Control,
    Trailing,
    Long,
    Glob,
    Empty,
}

impl PathFault {
    /// Says what is wrong, to follow the path in a sentence.
    pub(crate) fn why(self) -> &'static str {
        match self {
            PathFault::Absolute => "is absolute",
            PathFault::Parent => "leaves the root by `..`",
            PathFault::Home => "begins at a home directory",
            PathFault::Backslash => "holds a backslash; parts of a path are separated by `/`",
            PathFault::Git => "is inside a `.git` directory",
            PathFault::Journal => "is inside the `.wavecrew` directory",
            PathFault::Control => "holds control or direction-changing characters",
            PathFault::Trailing => "has a part that ends with a dot or a space",
            PathFault::Long => "is too long for a file system",
            PathFault::Glob => "is a pattern, not one file",
            PathFault::Empty => "names no file",
        }
    }
}

/// No path is as long as this.
const LONGEST_PATH: usize = 4096;

/// A path below the root in its plain form: `./a//b` is `a/b`. A trailing `/` stays.
pub(crate) fn normal_path(path: &str) -> Result<String, PathFault> {
    // Most paths hold nothing that has to be looked at twice.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-./".contains(&byte);
    let plain = path.bytes().all(plain);
    if !plain && path.chars().any(|c| c.is_control() || is_hidden(c)) {
        return Err(PathFault::Control);
    }
    if path.starts_with('/') || has_drive(path) {
        return Err(PathFault::Absolute);
    }
    if path.starts_with('~') {
        return Err(PathFault::Home);
    }
    if !plain && path.contains('\\') {
        return Err(PathFault::Backslash);
    }
    if !plain && (path.contains(['*', '?', '{']) || path.split('/').any(has_set_of_letters)) {
        return Err(PathFault::Glob);
    }
    let mut normal = String::with_capacity(path.len());
    for part in path
        .split('/')
        .filter(|part| !part.is_empty() && *part != ".")
    {
        check_part(part)?;
        if !normal.is_empty() {
            normal.push('/');
        }
        normal.push_str(part);
    }
    match normal.len() {
        0 => Err(PathFault::Empty),
        LONGEST_PATH.. => Err(PathFault::Long),
        _ => {
            if path.ends_with('/') {
                normal.push('/');
            }
            Ok(normal)
        }
    }
}

/// A path written with backslashes, as it is meant. `None` where a backslash may be an escape, as in `my\_file.py`, or where
/// the path is not below the root for another reason.
pub(crate) fn with_slashes(path: &str) -> Option<String> {
    let separates = |(at, _): (usize, &str)| {
        path[at + 1..].starts_with(|c: char| c.is_alphanumeric()) && at > 0
    };
    let mended = path.replace('\\', "/");
    (path.match_indices('\\').all(separates) && normal_path(&mended).is_ok()).then_some(mended)
}

fn check_part(part: &str) -> Result<(), PathFault> {
    if part == ".." {
        return Err(PathFault::Parent);
    }
    if part.eq_ignore_ascii_case(".git") || part.eq_ignore_ascii_case("git~1") {
        return Err(PathFault::Git);
    }
    if part.eq_ignore_ascii_case(".wavecrew") {
        return Err(PathFault::Journal);
    }
    if part.len() > 255 {
        return Err(PathFault::Long);
    }
    if part.ends_with(['.', ' ']) {
        return Err(PathFault::Trailing);
    }
    Ok(())
}

/// Whether a path is one from the root of a file system, and in order apart from that.
pub(crate) fn is_absolute(path: &str) -> bool {
    (path.starts_with('/') || has_drive(path)) && normal_path(path) == Err(PathFault::Absolute)
}

fn has_drive(path: &str) -> bool {
    let bytes = path.as_bytes();
    bytes.len() >= 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':'
}

/// Characters that are not seen, or that change the direction of what is seen.
pub(crate) fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Whether a part of a path holds a set of letters such as `[a-z]`. A part that is a name in brackets, as routes are
/// called (`[id]`, `[...slug].tsx`), is that name.
fn has_set_of_letters(part: &str) -> bool {
    let Some(open) = part.find('[') else {
        return false;
    };
    let named = part[open..]
        .trim_start_matches('[')
        .trim_start_matches("...")
        .split_once(']');
    let Some((name, rest)) = named.filter(|_| open == 0) else {
        return true;
    };
    let rest = rest.trim_start_matches(']');
    let is_range = name.len() == 3 && name.as_bytes()[1] == b'-';
    let is_name = name.len() > 1
        && !is_range
        && name.starts_with(|c: char| c.is_alphabetic())
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    !is_name || !(rest.is_empty() || rest.starts_with('.')) || rest.contains('[')
}

/// A path with what stands for the root before it taken away: `(repo root)/a`, `<root>/a`, `{repo}/a`, `$ROOT/a`.
pub(crate) fn without_root_word(path: &str) -> &str {
    const MARKS: &[u8] = b"()<>{}[]$%";
    let Some(slash) = memchr::memchr(b'/', path.as_bytes()) else {
        return path;
    };
    let (head, rest) = (&path[..slash], &path[slash + 1..]);
    let is_mark = |byte: Option<&u8>| byte.is_some_and(|byte| MARKS.contains(byte));
    let marked = is_mark(head.as_bytes().first()) || is_mark(head.as_bytes().last());
    if !marked || rest.is_empty() {
        return path;
    }
    let lower = head.to_ascii_lowercase();
    let root = ["root", "repo", "project", "workspace"]
        .iter()
        .any(|name| lower.contains(name));
    if root { rest } else { path }
}

/// Whether a text looks like the path of a file: no spaces, and a name with an extension that files have.
pub(crate) fn looks_like_file(text: &str) -> bool {
    // Most words are told by this: without a dot it is one of the names, and all of those end alike.
    let ending = text.as_bytes().last().copied();
    if memchr::memchr(b'.', text.as_bytes()).is_none() && !matches!(ending, Some(b'e' | b'E')) {
        return false;
    }
    if text.is_empty() || text.ends_with(['/', '.', ':']) || has_foreign(text) {
        return false;
    }
    if text.contains(':') && (text.contains("://") || text.contains("::")) {
        return false;
    }
    let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
    let in_folder = name.len() < text.len();
    match name.rsplit_once('.') {
        // `.gitignore`, `.env`: a dot file.
        Some(("", rest)) => {
            rest.len() > 1 && rest.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
        }
        Some((stem, extension)) => {
            // `.env.test` is a file, `os.system` and `v1.2` are none.
            (in_folder && is_extension(extension) && !stem.is_empty())
                || stem.starts_with('.')
                || is_known_extension(extension)
        }
        None => NAMES.contains(&name),
    }
}

/// Whether a text may be the path of a file when a label such as "File:" stands before it.
pub(crate) fn may_be_file(text: &str) -> bool {
    looks_like_file(text) || {
        text.contains('/')
            && !text.ends_with('/')
            && !has_foreign(text)
            && !text.contains("://")
            && text.contains(|c: char| c.is_alphabetic())
            && !EITHER_OR
                .iter()
                .any(|choice| choice.eq_ignore_ascii_case(text))
    }
}

/// Whether a text holds what stands between paths, not in them.
fn has_foreign(text: &str) -> bool {
    text.bytes().any(|byte| FOREIGN[usize::from(byte)])
        || !text.is_ascii() && text.contains(char::is_whitespace)
}

/// The bytes that stand between paths.
const FOREIGN: [bool; 256] = {
    let marks = b"()<>=\"'|;,` \t\n\x0b\x0c\r";
    let mut foreign = [false; 256];
    let mut at = 0;
    while at < marks.len() {
        foreign[marks[at] as usize] = true;
        at += 1;
    }
    foreign
};

fn is_extension(extension: &str) -> bool {
    (1..=10).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.bytes().any(|byte| byte.is_ascii_alphabetic())
}

fn is_known_extension(extension: &str) -> bool {
    EXTENSIONS
        .iter()
        .any(|known| known.eq_ignore_ascii_case(extension))
}

/// Words with a slash that are a choice, not a path.
const EITHER_OR: [&str; 8] = [
    "n/a",
    "and/or",
    "either/or",
    "pass/fail",
    "yes/no",
    "true/false",
    "try/except",
    "on/off",
];

const NAMES: [&str; 9] = [
    "Makefile",
    "Dockerfile",
    "Containerfile",
    "Justfile",
    "Procfile",
    "LICENSE",
    "Rakefile",
    "Gemfile",
    "Jenkinsfile",
];

const EXTENSIONS: [&str; 97] = [
    "adoc", "astro", "avsc", "bash", "bat", "bib", "c", "cc", "cfg", "cjs", "cmake", "conf", "cpp",
    "cs", "css", "csv", "cts", "cu", "dart", "diff", "elm", "env", "erl", "ex", "exs", "fish",
    "go", "gql", "gradle", "graphql", "h", "hbs", "hcl", "hpp", "hs", "html", "ini", "ipynb",
    "java", "jl", "js", "json", "jsonl", "jsx", "ksh", "kt", "less", "lock", "log", "lua", "md",
    "mdx", "mjs", "mk", "ml", "mmd", "mts", "nix", "patch", "pdf", "php", "pl", "png", "prisma",
    "proto", "ps1", "psql", "py", "pyi", "r", "rb", "rs", "rst", "sass", "scala", "scss",
    "service", "sh", "sol", "sql", "svelte", "svg", "swift", "tex", "tf", "toml", "ts", "tsv",
    "tsx", "txt", "vue", "xml", "xsd", "yaml", "yml", "zig", "zsh",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_brackets_are_no_patterns() {
        for path in ["app/[id]/page.tsx", "app/[[...slug]].tsx", "a/[user-id].ts"] {
            assert_eq!(normal_path(path).as_deref(), Ok(path), "{path}");
        }
        for path in [
            "a/[a-z].rs",
            "a/x[ab].rs",
            "a/[0-9]",
            "a/[]",
            "a/[id",
            "a/[id]x[ab]",
        ] {
            assert_eq!(normal_path(path), Err(PathFault::Glob), "{path}");
        }
    }

    #[test]
    fn plain_paths() {
        for (path, normal) in [
            ("a/b.py", Ok("a/b.py")),
            ("./a//b", Ok("a/b")),
            ("a/", Ok("a/")),
            ("..a/b", Ok("..a/b")),
            ("/a", Err(PathFault::Absolute)),
            ("C:/a", Err(PathFault::Absolute)),
            ("a/../b", Err(PathFault::Parent)),
            ("~/a", Err(PathFault::Home)),
            ("a\\b", Err(PathFault::Backslash)),
            (".git/config", Err(PathFault::Git)),
            ("a/.GIT", Err(PathFault::Git)),
            ("git~1/a", Err(PathFault::Git)),
            (".wavecrew/runs", Err(PathFault::Journal)),
            ("a\u{202e}b", Err(PathFault::Control)),
            ("a\0b", Err(PathFault::Control)),
            ("a./b", Err(PathFault::Trailing)),
            ("src/*.rs", Err(PathFault::Glob)),
            (".", Err(PathFault::Empty)),
            ("", Err(PathFault::Empty)),
        ] {
            assert_eq!(normal_path(path), normal.map(str::to_owned), "{path}");
        }
        assert_eq!(normal_path(&"a".repeat(256)), Err(PathFault::Long));
        assert_eq!(normal_path(&"a/".repeat(3000)), Err(PathFault::Long));
    }

    #[test]
    fn backslashes_that_separate() {
        for (path, mended) in [
            (r"src\a.py", Some("src/a.py")),
            (r"src\lib\a.py", Some("src/lib/a.py")),
            (r"src\lib/a.py", Some("src/lib/a.py")),
            (r"my\_file.py", None),
            (r"src\\a.py", None),
            (r"\share\a.py", None),
            (r"..\a.py", None),
            (r"src\.git\a", None),
            (r"src\", None),
        ] {
            assert_eq!(with_slashes(path).as_deref(), mended, "{path}");
        }
    }

    #[test]
    fn what_looks_like_a_file() {
        for text in [
            "a/b.py",
            "x.rs",
            ".env.test",
            "docker/Dockerfile",
            ".gitignore",
            "a/b.weird",
            "tests/a.test.ts",
        ] {
            assert!(looks_like_file(text), "{text}");
        }
        for text in [
            "",
            "try/except",
            "pass/fail",
            "20/20",
            "N/A",
            "os.system",
            "v1.2",
            "3.9",
            "http://a/b.py",
            "a b.py",
            "analyze()",
            "SemanticAnalyzer.__init__",
            "src/",
            "e.g.",
            "baseline/results",
            "a.py::test",
        ] {
            assert!(!looks_like_file(text), "{text}");
        }
    }

    #[test]
    fn names_without_an_extension_end_alike() {
        assert!(NAMES.iter().all(|name| name.ends_with(['e', 'E'])));
    }

    #[test]
    fn a_label_makes_a_path_of_more() {
        assert!(may_be_file("bin/tool"));
        for text in ["N/A", "20/20", "pass/fail", "src/", "tool"] {
            assert!(!may_be_file(text), "{text}");
        }
    }

    #[test]
    fn the_root_in_words() {
        for (path, rest) in [
            ("(repo root)/a/b.py", "a/b.py"),
            ("<root>/a", "a"),
            ("{project_root}/a", "a"),
            ("$REPO/a", "a"),
            ("repo/a", "repo/a"),
            ("(old)/a", "(old)/a"),
        ] {
            assert_eq!(without_root_word(path), rest, "{path}");
        }
    }
}
