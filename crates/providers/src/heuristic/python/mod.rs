//! Python modules and pytest files.

mod blocks;
mod complete;
mod facts;
mod function;
mod lexer;
mod module;
mod pytest;
mod signature;
mod spoken;

pub(super) use pytest::{UNWRITTEN_TEST, render as render_tests};
pub(super) use spoken::{Spoken, spoken_names};

use self::blocks::{Block, BlockKind, blocks};
use self::facts::{Facts, FunctionFact};
use self::module::Module;
use self::signature::{Parameter, Signature, is_class_name};
use super::draft::Draft;
use super::wants::What;

/// A module: its material, and every class, function and constant that is named.
///
/// What a function does is written only as far as it is stated; the rest says that it is not
/// implemented.
pub(super) fn render(draft: &Draft) -> String {
    let mut module = Module::read(draft.existing.unwrap_or_default());
    let mut facts = read_facts(draft);
    facts.add_spoken(draft);
    for material in &draft.material {
        module.take_over(
            material,
            facts.classes.first().map(|class| class.name.as_str()),
        );
    }
    if module.is_empty() || module.docstring().is_none() && draft.existing.is_none() {
        let text = facts.docstring.clone().unwrap_or_else(|| draft.title());
        if !draft.forbids(&text) {
            module.set_docstring(&text);
        }
    }
    facts.settle_owners(module.only_class());
    facts
        .imports
        .retain(|line| !imports_itself(line, draft.path));
    module.add_facts(&facts);
    add_lines(&mut module, draft);
    if module.says_nothing() && draft.existing.is_none() {
        module.push(Block::new(
            BlockKind::Other,
            None,
            format!("# {}", draft.placeholder()),
        ));
    }
    module.finish()
}

fn read_facts(draft: &Draft) -> Facts {
    let mut facts = Facts::default();
    for (text, clauses) in &draft.statements {
        facts.read_words(text);
        for clause in clauses {
            facts.read(clause);
        }
    }
    for (text, _) in &draft.statements {
        facts.read_default(text);
    }
    facts
}

/// Literals that are a whole statement of a module.
fn add_lines(module: &mut Module, draft: &Draft) {
    for want in &draft.wants {
        match &want.what {
            What::Line(text) | What::Contains(text) if !module.contains(text) => {
                for block in blocks(text).unwrap_or_default() {
                    let is_statement =
                        !matches!(block.kind, BlockKind::Other | BlockKind::Docstring)
                            && block.text == text.trim()
                            && !imports_itself(&block.text, draft.path);
                    if is_statement {
                        module.upsert(Block { gap: None, ..block }, false);
                    }
                }
            }
            What::First(text) if text.starts_with('#') => module.set_first_line(text),
            _ => {}
        }
    }
}

impl Facts {
    /// Adds the names that tests use of this module.
    fn add_spoken(&mut self, draft: &Draft) {
        let spoken = &draft.names.python;
        let mut imported: Vec<&str> = Vec::new();
        for item in spoken {
            if let Spoken::Import { module, name } = item
                && is_module_of(draft.path, module)
            {
                imported.push(name);
                if is_class_name(name) {
                    self.class(name);
                } else if name.chars().any(|sign| sign.is_ascii_lowercase()) {
                    self.function(named(None, name), false);
                }
            }
        }
        for item in spoken {
            match item {
                Spoken::Call {
                    name,
                    positional,
                    keywords,
                } if imported.contains(&name.as_str()) => {
                    if is_class_name(name) {
                        self.add_call(Some(name), "__init__", *positional, keywords);
                    } else {
                        self.add_call(None, name, *positional, keywords);
                    }
                }
                Spoken::Method {
                    class,
                    method,
                    positional,
                    keywords,
                } if imported.contains(&class.as_str()) => {
                    self.add_call(Some(class), method, *positional, keywords);
                }
                _ => {}
            }
        }
    }

    /// A call shows parameters by name, and that those without a default need none given.
    fn add_call(
        &mut self,
        owner: Option<&str>,
        name: &str,
        positional: usize,
        keywords: &[String],
    ) {
        let is_constructor = name == "__init__";
        let known = self
            .functions
            .iter()
            .any(|function| function.signature.name == name);
        if is_constructor && !known && positional == 0 && keywords.is_empty() {
            return;
        }
        let index = self.function(named(owner, name), owner.is_some());
        let signature = &mut self.functions[index].signature;
        if !signature.is_full && positional > 0 {
            return;
        }
        for keyword in keywords {
            if !signature.names().any(|own| own == keyword) {
                signature.add(Parameter {
                    name: keyword.clone(),
                    annotation: Some("Optional[Any]".to_owned()),
                    default: Some("None".to_owned()),
                });
            }
        }
        if is_constructor && positional == 0 {
            let needed = |own: &&mut Parameter| {
                own.default.is_none() && !own.name.starts_with('*') && !keywords.contains(&own.name)
            };
            for parameter in signature.parameters.iter_mut().filter(needed) {
                parameter.default = Some("None".to_owned());
                let hint = parameter
                    .annotation
                    .take()
                    .unwrap_or_else(|| "Any".to_owned());
                parameter.annotation = Some(format!("Optional[{hint}]"));
            }
        }
        if !keywords.is_empty() || positional == 0 && !signature.parameters.is_empty() {
            signature.is_full = true;
        }
    }

    /// A method that was named without its class belongs to the only one there is.
    fn settle_owners(&mut self, in_module: Option<String>) {
        let first = self.classes.first().map(|class| class.name.clone());
        let owner = first.or(in_module);
        for function in self
            .functions
            .iter_mut()
            .filter(|function| function.is_method)
        {
            let signature = &mut function.signature;
            signature.owner = signature.owner.take().or_else(|| owner.clone());
        }
        let owners: Vec<String> = self
            .functions
            .iter()
            .filter_map(|own| own.signature.owner.clone())
            .collect();
        for owner in owners {
            self.class(&owner);
        }
        self.functions.retain(|function| {
            !function.is_method || function.signature.owner.is_some() || !is_dunder(function)
        });
    }
}

fn imports_itself(line: &str, path: &str) -> bool {
    line.split_whitespace()
        .nth(1)
        .is_some_and(|module| is_module_of(path, module))
}

fn is_dunder(function: &FunctionFact) -> bool {
    function.signature.name.starts_with("__")
}

fn named(owner: Option<&str>, name: &str) -> Signature {
    Signature {
        owner: owner.map(str::to_owned),
        name: name.to_owned(),
        ..Signature::default()
    }
}

/// True if `from module import …` can mean the file: `a.b` is `a/b.py` or `x/a/b.py`.
fn is_module_of(path: &str, module: &str) -> bool {
    let path = path.strip_suffix(".py").unwrap_or(path);
    let path = path.strip_suffix("/__init__").unwrap_or(path);
    let file = module.trim_start_matches('.').replace('.', "/");
    !file.is_empty()
        && (path == file
            || path.ends_with(&format!("/{file}"))
            || file.ends_with(&format!("/{path}")))
}
