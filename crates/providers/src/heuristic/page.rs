/// A text as lines, with the few edits that renderers need. Each edit leaves what is there already.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    pub(super) lines: Vec<String>,
}

impl Page {
    pub(super) fn new(text: &str) -> Page {
        Page {
            lines: text.trim_end().lines().map(str::to_owned).collect(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.trim().is_empty())
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        holds(&self.lines.join("\n"), text)
    }

    pub(super) fn has_line(&self, text: &str) -> bool {
        self.lines
            .iter()
            .any(|line| line.trim_end() == text.trim_end())
    }

    /// Makes the text the first line, unless the first line starts with it.
    pub(super) fn first(&mut self, text: &str) {
        if !self
            .lines
            .first()
            .is_some_and(|line| line.starts_with(text.trim_end()))
        {
            self.lines.insert(0, text.to_owned());
        }
    }

    /// Makes the text the last line.
    pub(super) fn last(&mut self, text: &str) {
        if !self
            .lines
            .last()
            .is_some_and(|line| line.trim_end().ends_with(text.trim_end()))
        {
            self.lines.push(text.to_owned());
        }
    }

    pub(super) fn push(&mut self, text: &str) {
        self.lines.extend(text.lines().map(str::to_owned));
    }

    /// Takes blank lines out, if that leaves so many lines.
    pub(super) fn squeeze_to(&mut self, count: usize) {
        let filled = self
            .lines
            .iter()
            .filter(|line| !line.trim().is_empty())
            .count();
        if filled == count {
            self.lines.retain(|line| !line.trim().is_empty());
        }
    }

    pub(super) fn remove_lines(&mut self, is_bad: impl Fn(&str) -> bool) {
        self.lines.retain(|line| !is_bad(line));
    }

    /// The text, ended by one newline.
    pub(super) fn text(&self) -> String {
        let text = self.lines.join("\n");
        match text.trim_end() {
            "" => String::new(),
            text => format!("{text}\n"),
        }
    }
}

/// True if the text holds a literal that no word goes on from at either end.
pub(super) fn holds(text: &str, literal: &str) -> bool {
    let is_word =
        |sign: Option<char>| sign.is_some_and(|sign| sign.is_alphanumeric() || sign == '_');
    let opens = is_word(literal.chars().next());
    let closes = is_word(literal.chars().next_back());
    text.match_indices(literal).any(|(at, _)| {
        let before = is_word(text[..at].chars().next_back());
        let after = is_word(text[at + literal.len()..].chars().next());
        !(opens && before || closes && after)
    })
}
