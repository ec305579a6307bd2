//! Recipe folders: a component in a folder of its own, with `requirements.md`, `design.md` and `dependencies.json`.
//!
//! Each folder is a task, named like the folder. Its title is the heading of the requirements, or else of the design. Of the
//! dependencies those on other recipes are edges (`internal`, `components`, `recipes`, `depends_on`; soft when they say
//! `"required": false`); packages, services and whatever else is no recipe of the plan are passed over.

use std::collections::HashMap;
use std::ops::Range;

use super::json::dependencies::id_of;
use super::json::keys::letters;
use crate::details;
use crate::json::{Kind, Member, Value};
use crate::markdown::BlockKind;
use crate::{
    Confidence, Dialect, Document, EdgeKind, EdgeMention, EdgeSource, Fragment, Parsed, Reference,
    TaskMention, TaskMentionKind,
};

/// The `dependencies.json` of a recipe.
#[derive(Debug)]
pub(crate) struct Recipe;

impl Dialect for Recipe {
    fn name(&self) -> &'static str {
        "recipe"
    }

    fn recognise(&self, document: &Document) -> Confidence {
        let root = document
            .json()
            .and_then(|json| match json.roots.as_slice() {
                [root] => Some(root),
                _ => None,
            });
        let named = |root: &Value| {
            let internal = root
                .get("dependencies")
                .and_then(|value| value.get("internal"));
            root.get("name").is_some_and(|name| name.text().is_some())
                && internal.is_some_and(Value::is_array)
        };
        if root.is_some_and(named) {
            Confidence::Whole
        } else {
            Confidence::No
        }
    }

    fn read(&self, document: &Document) -> Parsed<Fragment> {
        let mut parsed = Parsed::<Fragment>::default();
        read_dependencies(document, None, &mut parsed);
        parsed
    }

    fn reads_markdown(&self) -> bool {
        false
    }
}

/// The documents of one recipe, by their places among all documents.
#[derive(Debug, Default)]
pub(crate) struct Folder {
    dependencies: Option<usize>,
    requirements: Option<usize>,
    design: Option<usize>,
}

impl Folder {
    /// The places of its documents.
    pub(crate) fn documents(&self) -> impl Iterator<Item = usize> {
        [self.dependencies, self.requirements, self.design]
            .into_iter()
            .flatten()
    }
}

/// The folder and the file of a document's name.
fn folder_and_file(name: &str) -> (&str, &str) {
    name.rsplit_once(['/', '\\']).unwrap_or(("", name))
}

/// The recipes among documents: folders with `dependencies.json` beside `requirements.md` or `design.md`.
pub(crate) fn folders(documents: &[Document]) -> Vec<Folder> {
    let mut folders: Vec<Folder> = Vec::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    for (at, document) in documents.iter().enumerate() {
        let (folder, file) = folder_and_file(document.name());
        let file = file.to_ascii_lowercase();
        let is_object = || {
            document
                .json()
                .is_some_and(|json| matches!(json.roots.as_slice(), [root] if root.is_object()))
        };
        let slot: fn(&mut Folder) -> &mut Option<usize> = match file.as_str() {
            "dependencies.json" if is_object() => |folder| &mut folder.dependencies,
            "requirements.md" => |folder| &mut folder.requirements,
            "design.md" => |folder| &mut folder.design,
            _ => continue,
        };
        let place = *known.entry(folder).or_insert_with(|| {
            folders.push(Folder::default());
            folders.len() - 1
        });
        slot(&mut folders[place]).get_or_insert(at);
    }
    folders.retain(|folder| {
        folder.dependencies.is_some() && (folder.requirements.is_some() || folder.design.is_some())
    });
    folders
}

/// Reads the documents of one recipe.
pub(crate) fn read(documents: &[Document], folder: &Folder) -> Parsed<Fragment> {
    let mut parsed = Parsed::<Fragment>::default();
    let told = || [folder.requirements, folder.design].into_iter().flatten();
    let title = told().find_map(|at| title(&documents[at]));
    if let Some(at) = folder.dependencies {
        read_dependencies(&documents[at], title, &mut parsed);
    }
    let bodies: Vec<String> = told()
        .filter_map(|at| details::body(&documents[at]))
        .collect();
    if let Some(task) = parsed.value.tasks.first_mut() {
        task.details = (!bodies.is_empty()).then(|| bodies.join("\n\n"));
    }
    parsed
}

/// The heading without what says which document it is: `Event Router Requirements`.
fn title(document: &Document) -> Option<String> {
    let text = document.text();
    let heading = document
        .markdown()
        .blocks
        .iter()
        .find_map(|block| match &block.kind {
            BlockKind::Heading {
                level: 1,
                text: heading,
            } => Some(&text[heading.clone()]),
            _ => None,
        })?;
    let mut title = heading.trim();
    let lower = title.to_lowercase();
    for word in [
        "requirements document",
        "design document",
        "requirements",
        "design",
        "specification",
    ] {
        if lower.ends_with(word) && lower.len() == title.len() {
            title = title[..title.len() - word.len()]
                .trim_end_matches(|c: char| !c.is_alphanumeric() && c != ')');
            break;
        }
    }
    for word in ["Requirements:", "Design:", "Recipe:"] {
        title = title.strip_prefix(word).unwrap_or(title).trim_start();
    }
    (!title.is_empty()).then(|| title.to_owned())
}

fn read_dependencies(document: &Document, title: Option<String>, parsed: &mut Parsed<Fragment>) {
    let Some(json) = document.json() else { return };
    json.report(document, &mut parsed.diagnostics);
    let Some(root) = json.roots.first() else {
        return;
    };
    let (folder, _) = folder_and_file(document.name());
    let folder = folder_and_file(folder).1;
    let stated = ["name", "recipe", "id"]
        .iter()
        .find_map(|key| root.get(key).filter(|name| name.text().is_some()));
    let name = stated
        .and_then(Value::text)
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let id = if folder.is_empty() {
        name.unwrap_or("recipe")
    } else {
        folder
    };
    let span = stated.map_or(root.span.start..root.span.start, |name| name.span.clone());
    let mut task = TaskMention::new(id, TaskMentionKind::Definition, document.location(span));
    task.aliases
        .extend(name.filter(|name| *name != id).map(str::to_owned));
    task.title = title;
    let id = task.id.clone();
    parsed.value.tasks.push(task);
    for (reference, value) in stated_recipes(root) {
        for (name, span, kind) in names(value) {
            parsed.value.edges.push(EdgeMention {
                from: name.to_owned(),
                to: id.clone(),
                reference,
                kind,
                stated_in: EdgeSource::Json,
                location: document.location(span),
            });
        }
    }
}

/// The values that name recipes, and whether what they name must be one: a plain list of dependencies may name packages too.
fn stated_recipes(root: &Value) -> Vec<(Reference, &Value)> {
    let mut found = lists_of_recipes(root);
    for member in root.members() {
        if !matches!(&*letters(&member.key), "dependencies" | "requires") {
            continue;
        }
        let inner = lists_of_recipes(&member.value);
        let sorted =
            |inner: &Member| matches!(&*letters(&inner.key), "external" | "packages" | "libraries");
        if inner.is_empty() && !member.value.members().iter().any(sorted) {
            found.push((Reference::Perhaps, &member.value));
        } else {
            found.extend(inner);
        }
    }
    found
}

/// The values under keys that say "recipes".
fn lists_of_recipes(value: &Value) -> Vec<(Reference, &Value)> {
    let says_so = |member: &&Member| {
        matches!(
            &*letters(&member.key),
            "internal"
                | "components"
                | "recipes"
                | "dependson"
                | "recipedependencies"
                | "requiresrecipes"
        )
    };
    let members = value.members().iter().filter(says_so);
    members
        .map(|member| (Reference::Id, &member.value))
        .collect()
}

/// The names in a string, a list, or a map by names.
fn names<'v>(value: &'v Value) -> Vec<(&'v str, Range<usize>, EdgeKind)> {
    let kind = |value: &Value| match value
        .get("required")
        .or_else(|| value.get("optional"))
        .map(|flag| &flag.kind)
    {
        Some(Kind::Bool(flag)) if *flag == value.get("required").is_none() => EdgeKind::Soft,
        _ => EdgeKind::Hard,
    };
    match &value.kind {
        Kind::String(name) => vec![(name.trim(), value.span.clone(), EdgeKind::Hard)],
        Kind::Array(items) => {
            let name = |item: &'v Value| {
                let named = if item.is_object() { id_of(item)? } else { item };
                Some((named.text()?.trim(), named.span.clone(), kind(item)))
            };
            items.iter().filter_map(name).collect()
        }
        Kind::Object(members) => {
            let name = |member: &'v Member| {
                (
                    member.key.trim(),
                    member.key_span.clone(),
                    kind(&member.value),
                )
            };
            members.iter().map(name).collect()
        }
        _ => Vec::new(),
    }
}
