//! Scripts that a document shows whole, and that run nothing of what they define.

use super::Reader;
use crate::Subject;
use crate::dialect::wave_plan::outline::Place;
use crate::markdown::CodeFence;
use crate::path::{looks_like_file, normal_path};

impl Reader<'_> {
    /// A Python file, named in its first line, that only imports and defines.
    pub(super) fn idle_script(&mut self, fence: &CodeFence, place: Place) {
        let info = self.text(&fence.info).trim().to_ascii_lowercase();
        if !matches!(info.as_str(), "python" | "py" | "python3") {
            return;
        }
        let pieces = self.document.markdown().code_pieces(fence);
        let Some(first) = pieces.first() else { return };
        let code = self
            .document
            .markdown()
            .code(self.document.text(), fence)
            .into_owned();
        let Some(path) = named(&code).and_then(|path| normal_path(path).ok()) else {
            return;
        };
        if is_idle(&code) {
            let line = code.lines().next().unwrap_or_default().trim_end().len();
            let span = first.start..first.start + line;
            self.state(Subject::IdleScript, span, None, place);
            if let Some(statement) = self.found.statements.last_mut() {
                statement.value = path;
            }
        }
    }
}

/// The path that the first line names, and nothing else: `# tools/check.py`.
fn named(code: &str) -> Option<&str> {
    let line = code.lines().next()?;
    let path = line.strip_prefix('#')?.trim();
    let path = path.strip_prefix("File:").map_or(path, str::trim);
    (looks_like_file(path) && path.ends_with(".py")).then_some(path)
}

/// Whether all that stands at the outermost level imports, defines, or sets a plain value, and nothing says that
/// more belongs there.
fn is_idle(code: &str) -> bool {
    let mut defines = false;
    // Within a text of three quotes, and how it ends.
    let mut quote: Option<&str> = None;
    for line in code.lines() {
        if let Some(mark) = quote {
            if line.contains(mark) {
                quote = None;
            }
            continue;
        }
        let opened = ["\"\"\"", "'''"]
            .into_iter()
            .find(|mark| line.matches(mark).count() % 2 == 1);
        quote = opened;
        let bare = line.trim_start();
        if bare.starts_with("...") || bare.starts_with("# ...") || bare.contains("…") {
            return false;
        }
        let is_outer = !line.starts_with([' ', '\t']) && !bare.is_empty();
        if !is_outer || bare.starts_with('#') || bare.starts_with(['"', '\'']) {
            continue;
        }
        let begins = |words: &[&str]| words.iter().any(|word| bare.starts_with(word));
        if begins(&["def ", "async def ", "class "]) {
            defines = true;
            continue;
        }
        // What closes a signature or a value over several lines says nothing by itself.
        let closes = bare.starts_with([')', ']', '}']);
        let sets = bare.split_once('=').is_some_and(|(name, value)| {
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | ' ' | '[' | ']');
            name.chars().all(is_name) && !value.starts_with('=') && !value.contains('(')
        });
        if !(closes || sets || begins(&["import ", "from ", "@"])) {
            return false;
        }
    }
    defines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_that_run_nothing() {
        let idle = "# tools/check.py\nimport time\n\nLEAST = 3\n\ndef check(\n    a,\n):\n    assert a > LEAST\n";
        assert_eq!(named(idle), Some("tools/check.py"));
        assert!(is_idle(idle));
        assert!(is_idle(
            "\"\"\"Checks.\n\nrun()\n\"\"\"\nasync def run():\n    pass\n"
        ));
        for code in [
            "def check():\n    pass\n\ncheck()\n",
            "def check():\n    pass\n\nif __name__ == \"__main__\":\n    check()\n",
            "def check():\n    pass\n\nassert True\n",
            "def check():\n    pass\n# ...\n",
            "X = run()\ndef check():\n    pass\n",
            "import time\n",
        ] {
            assert!(!is_idle(code), "{code}");
        }
        assert_eq!(named("# Check the tools\n"), None);
        assert_eq!(named("import time\n"), None);
    }
}
