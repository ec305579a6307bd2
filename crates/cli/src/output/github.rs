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

#[cfg(test)]
mod unit {
    use super::*;
    use wavecrew::worker_spec::{Code, Document};

    #[test]
    fn what_has_a_meaning_in_a_command_is_escaped() {
        let document = Document::new("50%: a,b\n.md", "one\ntwo");
        let diagnostic = Diagnostic::warning(Code::NO_TASK, "100 % done\r\n::error::not, one: it")
            .at(document.location(4..7))
            .related(document.location(0..3), "first")
            .help("25%");
        assert_eq!(
            annotation(&diagnostic),
            "::warning file=50%25%3A a%2Cb%0A.md,line=2,col=1,title=WC0002::100 %25 done\\u{d}%0A::error::not, one: it\
             %0A50%25: a,b%0A.md:1:1: first%0Ahelp: 25%25\n"
        );
        let nowhere = Diagnostic::error(Code::NO_TASKS_AT_ALL, "no task");
        assert_eq!(annotation(&nowhere), "::error title=WC0003::no task\n");
    }
}
