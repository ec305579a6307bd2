//! Arguments with places for what only a request knows.

/// An argument of a program, or several that belong together.
///
/// `{prompt}`, `{prompt_file}`, `{system}`, `{model}`, `{max_tokens}`, `{answer_file}` and `{directory}` stand for what
/// they name; every other text in braces is left as it is. What is put in is not looked through again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Argument {
    /// Always there.
    Always(String),
    /// All there, or none of them when a place has nothing to hold.
    Together(Vec<String>),
}

/// What the places hold; `None` where it is not known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places<'a> {
    pub(super) prompt: Option<&'a str>,
    pub(super) prompt_file: Option<&'a str>,
    pub(super) system: Option<&'a str>,
    pub(super) model: Option<&'a str>,
    pub(super) max_tokens: Option<&'a str>,
    pub(super) answer_file: Option<&'a str>,
    pub(super) directory: Option<&'a str>,
}

impl<'a> Places<'a> {
    fn at(&self, name: &str) -> Option<Option<&'a str>> {
        Some(match name {
            "prompt" => self.prompt,
            "prompt_file" => self.prompt_file,
            "system" => self.system,
            "model" => self.model,
            "max_tokens" => self.max_tokens,
            "answer_file" => self.answer_file,
            "directory" => self.directory,
            _ => return None,
        })
    }
}

/// Whether any argument has this place.
pub(super) fn uses(arguments: &[Argument], place: &str) -> bool {
    let place = format!("{{{place}}}");
    arguments.iter().any(|argument| match argument {
        Argument::Always(text) => text.contains(&place),
        Argument::Together(texts) => texts.iter().any(|text| text.contains(&place)),
    })
}

/// The arguments with all places filled.
///
/// # Errors
///
/// The name of a place that has nothing to hold in an argument that must be there; or of one whose content would be
/// taken for an option, because it starts with `-` and nothing stands before it.
pub(super) fn filled(arguments: &[Argument], places: Places<'_>) -> Result<Vec<String>, String> {
    let mut done: Vec<String> = Vec::new();
    let mut options_over = false;
    for argument in arguments {
        let texts = match argument {
            Argument::Always(text) => std::slice::from_ref(text),
            Argument::Together(texts) => {
                if texts.iter().any(|text| fill(text, places).is_err()) {
                    continue;
                }
                texts.as_slice()
            }
        };
        for text in texts {
            let full =
                fill(text, places).map_err(|name| format!("there is no {name} for `{text}`"))?;
            options_over |= text == "--";
            if !options_over && full.starts_with('-') && text.starts_with('{') && full != *text {
                return Err(format!(
                    "the content of `{text}` would be taken for an option"
                ));
            }
            done.push(full);
        }
    }
    Ok(done)
}

fn fill(text: &str, places: Places<'_>) -> Result<String, &'static str> {
    let mut full = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        full.push_str(&rest[..open]);
        rest = &rest[open..];
        let name = rest.find('}').map(|close| &rest[1..close]);
        match name.and_then(|name| Some((name, places.at(name)?))) {
            Some((name, Some(content))) => {
                full.push_str(content);
                rest = &rest[name.len() + 2..];
            }
            Some((name, None)) => return Err(known(name)),
            None => {
                full.push('{');
                rest = &rest[1..];
            }
        }
    }
    full.push_str(rest);
    Ok(full)
}

fn known(name: &str) -> &'static str {
    match name {
        "model" => "model",
        "system" => "instruction",
        "max_tokens" => "limit of tokens",
        "directory" => "directory",
        _ => "file",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn always(texts: &[&str]) -> Vec<Argument> {
        texts
            .iter()
            .map(|text| Argument::Always((*text).to_owned()))
            .collect()
    }

    #[test]
    fn places_are_filled_once() {
        let places = Places {
            prompt: Some("say {model}"),
            model: Some("m"),
            ..Places::default()
        };
        let arguments = always(&[
            "-p",
            "{prompt}",
            "--model={model}",
            "{\"a\":{}}",
            "{",
            "{nobody}",
            "{{model}}",
        ]);
        let expected = [
            "-p",
            "say {model}",
            "--model=m",
            "{\"a\":{}}",
            "{",
            "{nobody}",
            "{m}",
        ];
        assert_eq!(filled(&arguments, places).unwrap(), expected);
    }

    #[test]
    fn what_is_not_known_is_left_out_or_told() {
        let mut arguments = always(&["run"]);
        arguments.push(Argument::Together(vec!["--model".into(), "{model}".into()]));
        assert_eq!(filled(&arguments, Places::default()).unwrap(), ["run"]);
        let known = Places {
            model: Some("m"),
            ..Places::default()
        };
        assert_eq!(filled(&arguments, known).unwrap(), ["run", "--model", "m"]);
        let error = filled(&always(&["--model={model}"]), Places::default()).unwrap_err();
        assert_eq!(error, "there is no model for `--model={model}`");
        assert!(uses(&arguments, "model") && !uses(&arguments, "prompt"));
    }

    #[test]
    fn no_content_becomes_an_option() {
        let places = Places {
            prompt: Some("--help"),
            ..Places::default()
        };
        assert!(filled(&always(&["{prompt}"]), places).is_err());
        assert_eq!(
            filled(&always(&["--", "{prompt}"]), places).unwrap(),
            ["--", "--help"]
        );
        assert_eq!(
            filled(&always(&["-p={prompt}"]), places).unwrap(),
            ["-p=--help"]
        );
    }
}
