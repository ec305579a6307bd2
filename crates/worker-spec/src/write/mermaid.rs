//! A plan as a Mermaid flowchart.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use crate::{EdgeKind, Plan, Task};

/// Writes a plan as a Mermaid flowchart: a node a task with its id and title, a subgraph a group, an arrow an edge. Soft
/// edges are dotted. A group that a task waits for is a thick arrow from its subgraph.
///
/// Any text is written so that Mermaid takes it for text: letters that mean something are written as entity codes. An id
/// that Mermaid would not take as one is only shown; the node has another one then.
///
/// # Examples
///
/// ```
/// use wavecrew_worker_spec::{Document, read, write};
///
/// let text = "---\nwavecrew: 1\n---\n## Wave 1\n### A-1: Say \"hi\"\n### A-2: Answer\n- depends on: A-1\n";
/// let plan = read(&[Document::new("plan.md", text)]).value;
/// assert_eq!(
///     write::to_mermaid(&plan),
///     "flowchart TD\n  subgraph wave-1[\"Wave 1\"]\n    A-1[\"A-1<br/>Say #34;hi#34;\"]\n    A-2[\"A-2<br/>Answer\"]\n  end\n  A-1 --> A-2\n",
/// );
/// ```
pub fn to_mermaid(plan: &Plan) -> String {
    let mut out = String::from("flowchart TD\n");
    let mut names = Names::default();
    let tasks: HashMap<&str, String> = plan
        .tasks
        .iter()
        .map(|task| (task.id.as_str(), names.take(&task.id, "t")))
        .collect();
    let mut members: HashMap<&str, Vec<&Task>> = HashMap::new();
    for task in &plan.tasks {
        if let Some(group) = &task.group {
            members.entry(group).or_default().push(task);
        }
    }
    let mut groups: HashMap<&str, String> = HashMap::new();
    for group in &plan.groups {
        let Some(members) = members.get(group.id.as_str()) else {
            continue;
        };
        let name = names.take(&group.id, "g");
        let title = if group.title.is_empty() {
            &group.id
        } else {
            &group.title
        };
        let _ = writeln!(out, "  subgraph {name}[\"{}\"]", text(title));
        for task in members {
            node(&mut out, "    ", &tasks[task.id.as_str()], task);
        }
        out.push_str("  end\n");
        groups.insert(&group.id, name);
    }
    let drawn = |task: &Task| {
        task.group
            .as_deref()
            .is_some_and(|id| groups.contains_key(id))
    };
    for task in plan.tasks.iter().filter(|task| !drawn(task)) {
        node(&mut out, "  ", &tasks[task.id.as_str()], task);
    }
    for edge in &plan.edges {
        let arrow = match edge.kind {
            EdgeKind::Hard => "-->",
            EdgeKind::Soft => "-.->|soft|",
            EdgeKind::Group => "==>",
        };
        if let (Some(from), Some(to)) = (tasks.get(edge.from.as_str()), tasks.get(edge.to.as_str()))
        {
            let _ = writeln!(out, "  {from} {arrow} {to}");
        }
    }
    for task in &plan.tasks {
        let waits = task
            .depends_on_groups
            .iter()
            .flat_map(|group| &group.groups);
        // Mermaid refuses an arrow between a subgraph and what is in it.
        for group in waits.filter(|group| task.group.as_ref() != Some(group)) {
            if let Some(from) = groups.get(group.as_str()) {
                let _ = writeln!(out, "  {from} ==> {}", tasks[task.id.as_str()]);
            }
        }
    }
    out
}

fn node(out: &mut String, indent: &str, name: &str, task: &Task) {
    let id = text(&task.id);
    let _ = match task.title.as_str() {
        "" => writeln!(out, "{indent}{name}[\"{id}\"]"),
        title => writeln!(out, "{indent}{name}[\"{id}<br/>{}\"]", text(title)),
    };
}

/// The ids of nodes and subgraphs, which share one name space.
#[derive(Default)]
struct Names {
    taken: HashSet<String>,
    made: usize,
}

impl Names {
    /// The id itself where Mermaid takes it, or one that is made up.
    fn take(&mut self, id: &str, prefix: &str) -> String {
        if is_name(id) && self.taken.insert(id.to_owned()) {
            return id.to_owned();
        }
        loop {
            self.made += 1;
            // No id that is taken as it is has two lines under it.
            let name = format!("{prefix}__{}", self.made);
            if self.taken.insert(name.clone()) {
                return name;
            }
        }
    }
}

/// Whether Mermaid takes an id as it is: ASCII letters and digits, joined by single `-`, `_` or `.`, none of the parts a
/// word of its own.
fn is_name(id: &str) -> bool {
    const WORDS: [&str; 20] = [
        "accdescr",
        "acctitle",
        "bt",
        "call",
        "class",
        "classdef",
        "click",
        "default",
        "direction",
        "end",
        "flowchart",
        "graph",
        "href",
        "interpolate",
        "linkstyle",
        "lr",
        "rl",
        "style",
        "subgraph",
        "tb",
    ];
    let part = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
            && !WORDS.iter().any(|word| word.eq_ignore_ascii_case(part))
    };
    id.len() <= 64 && id.split(['-', '_', '.']).all(part)
}

/// A text inside double quotes. Whatever is neither a letter nor a digit nor plainly harmless is an entity code.
fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let first = at == 0;
        let rest = &text[at + c.len_utf8()..];
        let before_word = rest.starts_with(char::is_alphanumeric);
        let harmless = match c {
            c if c.is_alphanumeric() => true,
            ' ' => !first && rest.starts_with(|next: char| !next.is_whitespace()),
            // `- a` and `1. a` would begin a list.
            '-' | '.' => !first && before_word,
            // `style a:#fff;` is more than text to Mermaid, wherever it stands.
            ':' => {
                !first
                    && rest
                        .strip_prefix(' ')
                        .is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
            }
            ',' | '(' | ')' | '+' | '/' | '?' | '!' | '\'' => !first,
            _ => false,
        };
        if harmless {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    if out.is_empty() {
        // Mermaid takes no empty text.
        out.push_str("#32;");
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        for id in ["CORE-001", "1.2", "T007.1", "a_b", "backend"] {
            assert!(is_name(id), "{id}");
        }
        for id in [
            "", "end", "a-end", "a--o", "-a", "a b", "a:b", "日本", "a.", "style-1",
        ] {
            assert!(!is_name(id), "{id}");
        }
    }

    #[test]
    fn texts() {
        for (plain, written) in [
            ("Parser (fast): 1.5x", "Parser (fast): 1.5x"),
            ("say \"end\"", "say #34;end#34;"),
            ("1. a | b", "1#46; a #124; b"),
            ("<b>&`", "#60;b#62;#38;#96;"),
            ("", "#32;"),
        ] {
            assert_eq!(text(plain), written);
        }
    }
}
