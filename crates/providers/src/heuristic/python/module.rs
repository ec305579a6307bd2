use super::blocks::{Block, BlockKind, Member, blocks, class_indent, indent, members};
use super::complete::complete_imports;
use super::facts::{ClassFact, Facts, FunctionFact};
use super::function::stores;
use super::signature::Signature;
use crate::heuristic::page::holds;

/// A module that is being built out of what is there, material and facts.
#[derive(Clone, Debug, Default)]
pub(super) struct Module {
    blocks: Vec<Block>,
    /// The text as it was, to be given back if nothing changes.
    source: String,
    changed: bool,
}

impl Module {
    /// Text that is not Python is kept as one part.
    pub(super) fn read(text: &str) -> Module {
        let whole = || match text.trim().is_empty() {
            true => Vec::new(),
            false => vec![Block::new(BlockKind::Other, None, text.trim_end())],
        };
        let blocks = blocks(text).unwrap_or_else(whole);
        Module {
            blocks,
            source: text.to_owned(),
            changed: false,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// True if there is no more than a docstring.
    pub(super) fn says_nothing(&self) -> bool {
        self.blocks
            .iter()
            .all(|block| block.kind == BlockKind::Docstring)
    }

    pub(super) fn contains(&self, text: &str) -> bool {
        self.blocks.iter().any(|block| holds(&block.text, text))
    }

    pub(super) fn docstring(&self) -> Option<&str> {
        let block = self
            .blocks
            .iter()
            .find(|block| block.kind == BlockKind::Docstring)?;
        Some(&block.text)
    }

    pub(super) fn set_docstring(&mut self, text: &str) {
        let text = text.replace('\\', "\\\\").replace('"', "'");
        let text = text.trim_end_matches('.');
        if !text.is_empty() && self.docstring().is_none() {
            let comments = self
                .blocks
                .iter()
                .take_while(|block| is_comment(block))
                .count();
            let block = Block::new(BlockKind::Docstring, None, format!("\"\"\"{text}.\"\"\""));
            self.blocks.insert(comments, block);
            self.changed = true;
        }
    }

    pub(super) fn set_first_line(&mut self, line: &str) {
        let text = self.blocks.first().map_or("", |block| &block.text);
        if !text.starts_with(line) {
            self.blocks
                .insert(0, Block::new(BlockKind::Other, None, line));
            self.changed = true;
        }
    }

    pub(super) fn only_class(&self) -> Option<String> {
        let mut classes = self
            .blocks
            .iter()
            .filter(|block| block.kind == BlockKind::Class);
        match (classes.next(), classes.next()) {
            (Some(class), None) => class.name.clone(),
            _ => None,
        }
    }

    /// Adds every part of a piece of code; what has a name that is there takes its place.
    ///
    /// Code that is not a module is left out.
    pub(super) fn take_over(&mut self, code: &str, class: Option<&str>) {
        let Some(parts) = blocks(code) else { return };
        let named_here = parts.iter().find(|part| part.kind == BlockKind::Class);
        let owner = named_here.and_then(|part| part.name.clone());
        let owner = owner
            .or_else(|| class.map(str::to_owned))
            .or_else(|| self.only_class());
        for part in parts {
            let part = Block {
                gap: None,
                ..part.with_body()
            };
            match &owner {
                Some(class) if part.is_method() => {
                    let class = class.clone();
                    self.ensure_class(&ClassFact {
                        name: class.clone(),
                        ..ClassFact::default()
                    });
                    self.put_method(&class, &part, !part.is_stub());
                }
                _ => {
                    let replaces = !part.is_stub();
                    self.upsert(part, replaces);
                }
            }
        }
    }

    pub(super) fn add_facts(&mut self, facts: &Facts) {
        for import in &facts.imports {
            self.upsert(Block::new(BlockKind::Import, None, import.clone()), false);
        }
        for (name, value) in &facts.constants {
            let text = format!("{name} = {value}");
            self.upsert(Block::new(BlockKind::Assign, Some(name), text), true);
        }
        for class in &facts.classes {
            self.ensure_class(class);
        }
        for function in &facts.functions {
            self.add_function(function, facts);
        }
    }

    fn add_function(&mut self, function: &FunctionFact, facts: &Facts) {
        let function = &self.with_known_names(function, facts);
        let name = &function.signature.name;
        let code = function.code(facts);
        let is_determined = function.is_determined(facts);
        let block = Block::new(BlockKind::Def, Some(name), code);
        match &function.signature.owner {
            Some(class)
                if name == "__init__" && self.extend_constructor(class, &function.signature) => {}
            Some(class) => self.put_method(class, &block, is_determined),
            None => match self.find(&block) {
                Some(index) => {
                    let own = &self.blocks[index];
                    let is_fuller = own.is_stub()
                        && own.text != block.text
                        && (is_determined || function.signature.is_full);
                    if own.kind == BlockKind::Def && is_fuller {
                        self.replace(index, block);
                    }
                }
                None => self.push(block),
            },
        }
    }

    /// The function with types that may not be there yet in quotes, and without defaults that use
    /// names that nothing binds.
    fn with_known_names(&self, function: &FunctionFact, facts: &Facts) -> FunctionFact {
        let is_bound = |name: &str| {
            let binds = |block: &Block| match block.kind {
                BlockKind::Import => bound_names(&block.text).contains(&name),
                BlockKind::Assign => block.name.as_deref() == Some(name),
                _ => false,
            };
            self.blocks.iter().any(binds) || facts.constants.iter().any(|(own, _)| own == name)
        };
        let mut function = function.clone();
        function.signature.settle(is_bound);
        function
    }

    fn ensure_class(&mut self, class: &ClassFact) {
        let probe = Block::new(BlockKind::Class, Some(&class.name), "");
        let binds = |block: &Block| {
            block.kind == BlockKind::Import
                && bound_names(&block.text).contains(&class.name.as_str())
        };
        if self.find(&probe).is_some() || self.blocks.iter().any(binds) {
            return;
        }
        let base = class
            .base
            .as_ref()
            .map_or(String::new(), |base| format!("({base})"));
        let doc = format!("    \"\"\"{}.\"\"\"", class.name);
        let mut text = format!("class {}{base}:\n{doc}", class.name);
        if class.is_dataclass {
            text = format!("@dataclass\n{text}");
            text.push('\n');
            for field in &class.fields {
                text.push_str(&format!("\n    {field}"));
            }
        }
        self.push(Block { text, ..probe });
    }

    /// Gives the constructor that is there the parameters that it lacks.
    fn extend_constructor(&mut self, class: &str, signature: &Signature) -> bool {
        let Some((index, member)) = self.member(class, "__init__") else {
            return false;
        };
        let text = self.blocks[index].text.clone();
        let lines: Vec<&str> = text.lines().collect();
        let Some(own) = Signature::read(lines[member.start].trim()) else {
            return true;
        };
        let mut fuller = own.clone();
        for parameter in &signature.parameters {
            if !own.names().any(|name| name == parameter.name) {
                fuller.add(parameter.clone());
            }
        }
        let added: Vec<_> = fuller
            .parameters
            .iter()
            .filter(|parameter| !own.parameters.iter().any(|old| old.name == parameter.name))
            .cloned()
            .collect();
        if added.is_empty() {
            return true;
        }
        let margin = " ".repeat(class_indent(&text));
        let new = Signature {
            parameters: added,
            is_full: true,
            ..Signature::default()
        };
        let mut out: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let body = stores(&new)
            .into_iter()
            .map(|line| format!("{margin}    {line}"));
        out.splice(member.end..member.end, body);
        out[member.start] = format!("{margin}{}", fuller.header(true));
        let text = out.join("\n");
        self.replace(
            index,
            Block {
                text,
                ..self.blocks[index].clone()
            },
        );
        true
    }

    fn put_method(&mut self, class: &str, method: &Block, replaces: bool) {
        let name = method.name.clone().unwrap_or_default();
        let Some(index) = self.class_index(class) else {
            return;
        };
        let text = self.blocks[index].text.clone();
        let code = indent(&method.text, class_indent(&text));
        let lines: Vec<&str> = text.lines().collect();
        let joined = match self.member(class, &name) {
            Some((_, member)) => {
                let own = lines[member.start..member.end].join("\n");
                let is_stub = Block::new(BlockKind::Def, None, dedent(&own)).is_stub();
                let keeps = !replaces && (!is_stub || method.is_stub() && !is_fuller(&code, &own));
                if own == code || keeps {
                    return;
                }
                let (before, after) = (&lines[..member.start], &lines[member.end..]);
                [before, &code.lines().collect::<Vec<_>>(), after]
                    .concat()
                    .join("\n")
            }
            None => format!("{text}\n\n{code}"),
        };
        self.replace(
            index,
            Block {
                text: joined,
                ..self.blocks[index].clone()
            },
        );
    }

    fn class_index(&self, name: &str) -> Option<usize> {
        self.find(&Block::new(BlockKind::Class, Some(name), ""))
            .filter(|index| self.blocks[*index].kind == BlockKind::Class)
    }

    fn member(&self, class: &str, name: &str) -> Option<(usize, Member)> {
        let index = self.class_index(class)?;
        let members = members(&self.blocks[index].text);
        Some((
            index,
            members.into_iter().find(|member| member.name == name)?,
        ))
    }

    /// Adds a part, or puts it where a part of that name is if it `replaces` or that is a stub.
    pub(super) fn upsert(&mut self, block: Block, replaces: bool) {
        if block.kind == BlockKind::Docstring {
            if self.docstring().is_none() {
                self.blocks.insert(0, block);
                self.changed = true;
            }
            return;
        }
        if self.blocks.iter().any(|own| own.text.contains(&block.text)) {
            return;
        }
        match self.find(&block) {
            Some(index)
                if self.blocks[index].kind == BlockKind::Class
                    && block.kind == BlockKind::Class =>
            {
                self.merge_class(index, &block);
            }
            Some(index) if replaces || self.blocks[index].is_stub() => self.replace(index, block),
            Some(_) => {}
            None => self.push(block),
        }
    }

    /// Takes the members of another version of a class; members that only this one has stay.
    fn merge_class(&mut self, index: usize, other: &Block) {
        let name = other.name.clone().unwrap_or_default();
        let lines: Vec<&str> = other.text.lines().collect();
        let own = members(&self.blocks[index].text);
        let missing = own.iter().filter(|member| {
            !members(&other.text)
                .iter()
                .any(|theirs| theirs.name == member.name)
        });
        if missing.count() == 0 {
            self.replace(index, other.clone());
            return;
        }
        for member in members(&other.text) {
            let text = dedent(&lines[member.start..member.end].join("\n"));
            let method = Block::new(BlockKind::Def, Some(&member.name), text);
            let replaces = !method.is_stub();
            self.put_method(&name, &method, replaces);
        }
    }

    fn find(&self, block: &Block) -> Option<usize> {
        block.name.as_ref()?;
        self.blocks.iter().position(|own| own.name == block.name)
    }

    fn replace(&mut self, index: usize, block: Block) {
        let gap = self.blocks[index].gap;
        self.changed |= self.blocks[index].text != block.text;
        self.blocks[index] = Block { gap, ..block };
    }

    /// Adds a part where its kind belongs.
    pub(super) fn push(&mut self, block: Block) {
        self.changed = true;
        let after = |kinds: &[BlockKind]| {
            self.blocks
                .iter()
                .rposition(|own| kinds.contains(&own.kind))
                .map(|index| index + 1)
        };
        let comments = self
            .blocks
            .iter()
            .take_while(|block| is_comment(block))
            .count();
        let at = match block.kind {
            BlockKind::Future => {
                after(&[BlockKind::Docstring, BlockKind::Future]).unwrap_or(comments)
            }
            BlockKind::Import => {
                after(&[BlockKind::Docstring, BlockKind::Future, BlockKind::Import])
                    .unwrap_or(comments)
            }
            BlockKind::Assign => {
                let first = self.blocks.iter().position(|own| {
                    matches!(own.kind, BlockKind::Def | BlockKind::Class) || is_main_guard(own)
                });
                first.unwrap_or(self.blocks.len())
            }
            _ => self
                .blocks
                .iter()
                .position(is_main_guard)
                .unwrap_or(self.blocks.len()),
        };
        self.blocks.insert(at, block);
    }

    /// Adds an import line; names go to a line that takes from the same module already.
    fn import(&mut self, line: &str) {
        let Some((head, names)) = line
            .split_once(" import ")
            .filter(|_| line.starts_with("from "))
        else {
            return self.push(Block::new(BlockKind::Import, None, line));
        };
        let head = format!("{head} import ");
        let is_plain = |block: &&mut Block| {
            block.text.starts_with(&head) && !block.text.contains(['(', '#', '\n', '*'])
        };
        match self.blocks.iter_mut().find(is_plain) {
            Some(block) => {
                let mut all: Vec<&str> = block.text[head.len()..].split(", ").collect();
                all.extend(names.split(", "));
                all.sort_unstable();
                block.text = format!("{head}{}", all.join(", "));
            }
            None => self.push(Block::new(BlockKind::Import, None, line)),
        }
    }

    /// Puts imports in order, unless some were there before: `import a`, then `from b import c`.
    fn sort_new_imports(&mut self) {
        let is_import = |block: &&Block| block.kind == BlockKind::Import;
        let mut imports: Vec<Block> = self.blocks.iter().filter(is_import).cloned().collect();
        if imports.iter().any(|block| block.gap.is_some()) {
            return;
        }
        imports.sort_by_key(|block| (block.text.starts_with("from"), block.text.clone()));
        let places = self
            .blocks
            .iter_mut()
            .filter(|block| block.kind == BlockKind::Import);
        for (place, import) in places.zip(imports) {
            *place = import;
        }
    }

    /// The text, with the imports that it needs.
    pub(super) fn finish(mut self) -> String {
        if !self.changed && !self.source.trim().is_empty() {
            return self.source;
        }
        for import in complete_imports(&self.blocks) {
            self.import(&import);
        }
        self.sort_new_imports();
        let mut text = String::new();
        let mut previous: Option<&Block> = None;
        for block in &self.blocks {
            if let Some(previous) = previous {
                let gap = block.gap.unwrap_or(0).max(needed_gap(previous, block));
                text.push_str(&"\n".repeat(gap + 1));
            }
            text.push_str(&block.text);
            previous = Some(block);
        }
        text.push('\n');
        text
    }
}

fn needed_gap(previous: &Block, block: &Block) -> usize {
    if block.gap.is_some() && previous.gap.is_some() {
        return 0;
    }
    let is_large = |block: &Block| matches!(block.kind, BlockKind::Def | BlockKind::Class);
    match (previous.kind, block.kind) {
        _ if is_large(previous) || is_large(block) => 2,
        (BlockKind::Import | BlockKind::Future, BlockKind::Import) => 0,
        (BlockKind::Assign, BlockKind::Assign) => 0,
        (BlockKind::Other, _) if is_comment(previous) && previous.text.starts_with("#!") => 0,
        _ => 1,
    }
}

/// A stub that says more about its parameters than another one.
fn is_fuller(new: &str, own: &str) -> bool {
    own.contains("*args: Any, **kwargs: Any") && !new.contains("*args: Any, **kwargs: Any")
}

fn is_comment(block: &Block) -> bool {
    block.kind == BlockKind::Other && block.text.lines().all(|line| line.starts_with('#'))
}

fn is_main_guard(block: &Block) -> bool {
    block.text.starts_with("if __name__")
}

pub(super) fn bound_names(import: &str) -> Vec<&str> {
    import
        .split([' ', ',', '(', ')', '\n'])
        .filter(|word| !word.is_empty())
        .collect()
}

fn dedent(text: &str) -> String {
    let margin = text
        .lines()
        .next()
        .map_or(0, |line| line.len() - line.trim_start().len());
    let lines = text.lines().map(|line| {
        let own = line.len() - line.trim_start().len();
        &line[own.min(margin)..]
    });
    lines.collect::<Vec<_>>().join("\n")
}
