use super::draft::Draft;
use super::kind::Kind;
use super::page::Page;
use super::text;
use super::wants::{What, is_number};

/// TOML, INI, properties and env files: keys and values line by line, in tables where they exist.
pub(super) fn render(draft: &Draft) -> String {
    let mut file = Keyed {
        kind: draft.kind,
        page: Page::default(),
    };
    file.page = Page::new(draft.existing.unwrap_or_default());
    for material in &draft.material {
        file.merge(material);
    }
    for want in &draft.wants {
        let under = want.under.as_deref().map(table_name);
        file.apply(&want.what, under.as_deref());
    }
    for want in &draft.wants {
        file.apply_text(&want.what, want.under.as_deref().map(table_name).as_deref());
    }
    text::finish(&mut file.page, draft);
    if file.page.is_empty() {
        file.page.push(&format!("# {}", draft.placeholder()));
    }
    file.page.text()
}

struct Keyed {
    kind: Kind,
    page: Page,
}

impl Keyed {
    fn apply(&mut self, what: &What, under: Option<&str>) {
        match what {
            What::Heading(text) => self.table(&table_name(text)),
            What::Pair { key, value, .. } => {
                let (table, key) = self.split_key(under, key);
                let value = match value {
                    Some(value) => self.value(value),
                    None if self.position(table.as_deref(), &key).is_some() => return,
                    None => self.value("\"\""),
                };
                self.set(table.as_deref(), &key, &value);
            }
            What::Items {
                key: Some(key),
                items,
                ..
            } => {
                let (table, key) = self.split_key(under, key);
                let value = self.list(items);
                self.set(table.as_deref(), &key, &value);
            }
            _ => {}
        }
    }

    /// Lines and literals come last: a key that was set may hold them already.
    fn apply_text(&mut self, what: &What, under: Option<&str>) {
        let text = match what {
            What::Line(text) if !self.page.has_line(text) => text,
            What::Contains(text) if !self.page.contains(text) => text,
            _ => return,
        };
        self.add_line(text, under, matches!(what, What::Line(_)));
    }

    /// A literal that is no entry becomes a comment, if it need not be a line of its own.
    fn add_line(&mut self, line: &str, under: Option<&str>, is_line: bool) {
        if let Some(table) = as_table(line) {
            self.table(table);
        } else if let Some((key, value)) = as_pair(line) {
            self.set_line(under, key, value, line);
        } else if line.starts_with('#') || self.kind == Kind::Ini && line.starts_with(';') {
            self.page.push(line);
        } else if matches!(self.kind, Kind::Toml | Kind::Env) {
            let remark = format!("# {line}");
            if !is_line && !self.page.has_line(&remark) {
                self.page.push(&remark);
            }
        } else {
            self.page.push(line);
        }
    }

    /// Takes over each key of a text and keeps the lines in between when the page is new.
    fn merge(&mut self, material: &str) {
        if self.page.is_empty() {
            self.page = Page::new(material);
            return;
        }
        let mut table: Option<String> = None;
        for line in whole_entries(material) {
            if let Some(name) = as_table(line.trim()) {
                table = Some(name.to_owned());
                self.table(name);
            } else if let Some((key, value)) = as_pair(&line) {
                self.set_line(table.as_deref(), key, value, &line);
            } else if !line.trim().is_empty() && !self.page.contains(line.trim()) {
                self.page.push(&line);
            }
        }
    }

    /// `package.name` is the key `name` in the table `package`.
    fn split_key(&self, under: Option<&str>, key: &str) -> (Option<String>, String) {
        let dotted = matches!(self.kind, Kind::Toml | Kind::Ini) && !key.contains('"');
        match (under, key.rsplit_once('.')) {
            (None, Some((table, key))) if dotted => (Some(table.to_owned()), key.to_owned()),
            _ => (under.map(str::to_owned), key.to_owned()),
        }
    }

    fn set(&mut self, table: Option<&str>, key: &str, value: &str) {
        let key = key.trim();
        if key.is_empty() || !self.takes_key(key) || !table.is_none_or(is_table_name) {
            return;
        }
        let line = match self.kind {
            Kind::Toml | Kind::Ini => format!("{} = {value}", self.key(key)).trim_end().to_owned(),
            _ => format!("{key}={value}"),
        };
        self.set_line(table, key, value, &line);
    }

    /// Puts an entry, of one line or several, in place of the one of its key or behind the last.
    fn set_line(&mut self, table: Option<&str>, key: &str, value: &str, entry: &str) {
        let lines: Vec<String> = entry.lines().map(str::to_owned).collect();
        if let Some(index) = self.position(table, key) {
            let end = index + entry_length(&self.page.lines[index..]);
            let own = self.page.lines[index..end].join("\n");
            let same = as_pair(&own).is_some_and(|(_, own)| own == value);
            if !same {
                self.page.lines.splice(index..end, lines);
            }
            return;
        }
        let (_, end) = self.range(table);
        let follows_table = self
            .page
            .lines
            .get(end)
            .is_some_and(|next| as_table(next).is_some());
        let blank = follows_table.then(String::new);
        self.page
            .lines
            .splice(end..end, lines.into_iter().chain(blank));
    }

    /// True if the format can write the key, and read it back.
    fn takes_key(&self, key: &str) -> bool {
        let is_word = |key: &str| {
            key.chars()
                .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.'))
        };
        match self.kind {
            Kind::Toml => !key.contains(['\n', '"', '\\']) || is_quoted(key),
            Kind::Env => is_word(key) && !key.contains(['-', '.']),
            _ => !key.contains(['=', '\n', '[', ']', '"']) && !key.starts_with(['#', ';', '!']),
        }
    }

    fn key(&self, key: &str) -> String {
        let is_bare = key
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.'));
        match self.kind == Kind::Toml && !is_bare && !is_quoted(key) {
            true => format!("\"{key}\""),
            false => key.to_owned(),
        }
    }

    fn position(&mut self, table: Option<&str>, key: &str) -> Option<usize> {
        let (start, end) = self.known_range(table)?;
        let wanted = key.trim_matches('"');
        (start..end).find(|index| {
            as_pair(&self.page.lines[*index])
                .is_some_and(|(own, _)| own.trim_matches('"') == wanted)
        })
    }

    /// The lines of a table, which is added when it is missing.
    fn range(&mut self, table: Option<&str>) -> (usize, usize) {
        if let Some(name) = table {
            self.table(name);
        }
        let (start, end) = self
            .known_range(table)
            .unwrap_or((0, self.page.lines.len()));
        let used = self.page.lines[start..end]
            .iter()
            .rposition(|line| !line.trim().is_empty());
        (start, used.map_or(start, |index| start + index + 1))
    }

    fn known_range(&self, table: Option<&str>) -> Option<(usize, usize)> {
        let lines = &self.page.lines;
        let start = match table {
            None => 0,
            Some(name) => 1 + lines.iter().position(|line| as_table(line) == Some(name))?,
        };
        let length = lines[start..]
            .iter()
            .position(|line| as_table(line).is_some());
        Some((start, length.map_or(lines.len(), |length| start + length)))
    }

    fn table(&mut self, name: &str) {
        if is_table_name(name) && self.known_range(Some(name)).is_none() {
            if !self.page.is_empty() {
                self.page.push("\u{20}");
                if let Some(last) = self.page.lines.last_mut() {
                    last.clear();
                }
            }
            self.page.push(&format!("[{name}]"));
        }
    }

    fn value(&self, raw: &str) -> String {
        match self.kind {
            Kind::Toml => toml_value(raw),
            Kind::Env => env_value(raw),
            _ => unquoted(raw).to_owned(),
        }
    }

    fn list(&self, items: &[String]) -> String {
        match self.kind {
            Kind::Toml => {
                let items: Vec<String> = items.iter().map(|item| toml_value(item)).collect();
                format!("[{}]", items.join(", "))
            }
            _ => items.join(","),
        }
    }
}

/// The name of a table from `[a]`, `[[a]]` (which keeps one pair of brackets), `## a` or `a`.
fn table_name(text: &str) -> String {
    let text = text.trim_matches(['#', ' ']);
    let inner = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'));
    inner.unwrap_or(text).to_owned()
}

fn is_table_name(name: &str) -> bool {
    let inner = name
        .strip_prefix('[')
        .and_then(|name| name.strip_suffix(']'))
        .unwrap_or(name);
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | ':' | '/'))
    };
    inner.split('.').all(is_part)
}

fn as_table(line: &str) -> Option<&str> {
    let inner = line.trim().strip_prefix('[')?.strip_suffix(']')?;
    let is_other = inner.contains([',', '=']) || inner.starts_with(['"', '\'', '{']);
    (!is_other).then_some(inner)
}

/// Key and value of an entry; a key in quotes may hold anything but quotes.
fn as_pair(entry: &str) -> Option<(&str, &str)> {
    let entry = entry.trim_start();
    let entry = entry.strip_prefix("export ").unwrap_or(entry);
    let from = match entry.strip_prefix('"') {
        Some(rest) => rest.find('"')? + 2,
        None => 0,
    };
    let at = from + entry[from..].find('=')?;
    let key = entry[..at].trim();
    let is_key = !key.is_empty() && !key.starts_with(['#', ';', '[']) && !key.contains('\n');
    is_key.then_some((key, entry[at + 1..].trim()))
}

fn is_quoted(key: &str) -> bool {
    key.len() > 2 && key.starts_with('"') && key.ends_with('"') && key.matches('"').count() == 2
}

/// How many lines the entry takes that the first line begins.
fn entry_length(lines: &[String]) -> usize {
    let mut entry = String::new();
    for (index, line) in lines.iter().enumerate() {
        entry.push_str(line);
        entry.push('\n');
        if !is_open(&entry) {
            return index + 1;
        }
    }
    lines.len().min(1)
}

/// True while an array, a table or a long string goes on.
fn is_open(entry: &str) -> bool {
    let value = as_pair(entry).map_or("", |(_, value)| value);
    if let Some(rest) = value.strip_prefix("\"\"\"") {
        return !rest.contains("\"\"\"");
    }
    let count = |sign: &str| value.matches(sign).count();
    value.starts_with(['[', '{']) && (count("[") > count("]") || count("{") > count("}"))
}

/// The lines of a text, those of one multi-line array or string joined.
fn whole_entries(text: &str) -> Vec<String> {
    let mut entries: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        match entries.last_mut().filter(|_| open) {
            Some(entry) => {
                entry.push('\n');
                entry.push_str(line);
            }
            None => entries.push(line.to_owned()),
        }
        open = entries.last().is_some_and(|entry| is_open(entry));
    }
    entries
}

fn unquoted(raw: &str) -> &str {
    let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
    inner.unwrap_or(raw)
}

fn toml_value(raw: &str) -> String {
    let is_literal = raw.len() >= 2
        && (raw.starts_with('"') && raw.ends_with('"')
            || raw.starts_with('\'') && raw.ends_with('\'')
            || raw.starts_with('[') && raw.ends_with(']')
            || raw.starts_with('{') && raw.ends_with('}'));
    match is_literal || is_number(raw) || matches!(raw, "true" | "false") {
        true => raw.to_owned(),
        false => format!("\"{}\"", raw.replace('\\', "\\\\").replace('"', "\\\"")),
    }
}

fn env_value(raw: &str) -> String {
    let value = unquoted(raw);
    let is_plain = value
        .chars()
        .all(|sign| sign.is_alphanumeric() || "_-./:@%+,=~".contains(sign));
    match is_plain {
        true => value.to_owned(),
        false if value.contains('\'') => format!("\"{}\"", value.replace('"', "\\\"")),
        false => format!("'{value}'"),
    }
}
