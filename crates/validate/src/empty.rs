use crate::{Candidate, Report, Validator};

/// Fails a file that holds nothing but white space, or that is not text (it holds a NUL).
///
/// A Python `__init__.py`, `py.typed` or `.gitkeep` may be empty: being there is all they do.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotEmpty;

const MAY_BE_EMPTY: [&str; 4] = ["__init__.py", "py.typed", ".gitkeep", ".keep"];

impl Validator<Candidate<'_>> for NotEmpty {
    fn validate(&self, file: &Candidate<'_>, report: &mut Report) {
        let subject = format!("content of `{}`", file.path);
        if let Some(at) = file.content.find('\0') {
            let line = 1 + file.content[..at].matches('\n').count();
            report.fail(subject, format!("line {line} holds a NUL: not a text file"));
        } else if !is_blank(file.content) {
            report.pass(subject, format!("{} bytes", file.content.len()));
        } else if may_be_empty(file.path) {
            report.pass(subject, "empty, as a file of this name may be");
        } else if file.content.is_empty() {
            report.fail(subject, "the file is empty");
        } else {
            report.fail(subject, "the file holds white space only");
        }
    }
}

/// Whether a file of this name may be empty.
pub fn may_be_empty(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    MAY_BE_EMPTY.contains(&name)
}

/// White space, byte order marks and zero-width characters show nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200d}' | '\u{2060}')
    })
}
