use super::kind::Kind;

/// A reply with one fence for each file, `LANGUAGE PATH` in its info string.
pub(super) fn reply(files: &[(String, String)]) -> String {
    let fences: Vec<String> = files
        .iter()
        .map(|(path, content)| fence(path, content))
        .collect();
    fences.join("\n")
}

/// The fence is longer than any run of backticks in the content, so that nothing in it ends it.
fn fence(path: &str, content: &str) -> String {
    let marks = "`".repeat(longest_run(content).max(2) + 1);
    let language = Kind::of(path).language(path);
    let end = if content.is_empty() || content.ends_with('\n') {
        ""
    } else {
        "\n"
    };
    format!("{marks}{language} {path}\n{content}{end}{marks}\n")
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|sign| sign != '`').map(str::len);
    runs.max().unwrap_or(0)
}
