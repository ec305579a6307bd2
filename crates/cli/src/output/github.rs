//! Diagnostics as the workflow commands of GitHub Actions, one line each, which annotate a pull request.
//!
//! The form is that of GitHub's page "Workflow commands for GitHub Actions": `::error file=…,line=…::message`.

use std::fmt::Write;

use wavecrew::worker_spec::{Diagnostic, Severity};

use super::diagnostic::visible;

/// One annotation, with its line break.
pub fn annotation(diagnostic: &Diagnostic) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let mut line = format!("::{command} ");
    if let Some(location) = &diagnostic.location {
        let _ = write!(
            line,
            "file={},line={},col={},",
            property(&location.file),
            location.line,
            location.column
        );
    }
    let _ = write!(line, "title={}::", property(diagnostic.code.as_str()));
    let mut message = diagnostic.message.clone();
    for other in &diagnostic.related {
        let _ = write!(message, "\n{}: {}", other.location, other.message);
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(message, "\nhelp: {help}");
    }
    line.push_str(&data(&visible(&message)));
    line.push('\n');
    line
}

/// The text after `::`: a per cent sign begins an escape, a line break would end the command.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// A value before `::`, in which a colon and a comma have a meaning too.
fn property(text: &str) -> String {
    data(&visible(text)).replace(':', "%3A").replace(',', "%2C")
}
