/// The kinds of file that have a renderer of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Python,
    Pytest,
    Shell,
    Markdown,
    Json,
    Toml,
    Yaml,
    Ini,
    Properties,
    Env,
    Csv,
    Makefile,
    Text,
    Other,
}

impl Kind {
    pub(super) fn of(path: &str) -> Kind {
        let name = base_name(path).to_ascii_lowercase();
        if name == ".env" || name.starts_with(".env.") || name.ends_with(".env") {
            return Kind::Env;
        }
        match name.as_str() {
            "makefile" | "gnumakefile" => return Kind::Makefile,
            ".editorconfig" | ".gitconfig" | ".gitmodules" => return Kind::Ini,
            _ => {}
        }
        let Some((stem, extension)) = name.rsplit_once('.') else {
            return if in_bin(path) {
                Kind::Shell
            } else {
                Kind::Text
            };
        };
        match extension {
            "py" | "pyi" => match is_pytest(stem) {
                true => Kind::Pytest,
                false => Kind::Python,
            },
            "sh" | "bash" | "ksh" => Kind::Shell,
            "md" | "markdown" | "mdx" => Kind::Markdown,
            "json" => Kind::Json,
            "toml" => Kind::Toml,
            "yaml" | "yml" => Kind::Yaml,
            "ini" | "cfg" | "conf" | "service" | "desktop" => Kind::Ini,
            "properties" => Kind::Properties,
            "csv" | "tsv" => Kind::Csv,
            "mk" => Kind::Makefile,
            "txt" | "text" | "log" | "lst" | "list" => Kind::Text,
            _ if stem.is_empty() => Kind::Text,
            _ => Kind::Other,
        }
    }

    /// The word for the info string of a fence.
    pub(super) fn language(self, path: &str) -> String {
        let fixed = match self {
            Kind::Python | Kind::Pytest => "python",
            Kind::Shell => "sh",
            Kind::Markdown => "markdown",
            Kind::Json => "json",
            Kind::Toml => "toml",
            Kind::Yaml => "yaml",
            Kind::Ini => "ini",
            Kind::Properties => "properties",
            Kind::Env => "sh",
            Kind::Csv => "csv",
            Kind::Makefile => "makefile",
            Kind::Text => "text",
            Kind::Other => return language_of_extension(extension(path)).to_owned(),
        };
        fixed.to_owned()
    }

    /// True if a fence of this language can be content of such a file.
    pub(super) fn speaks(self, language: &str, path: &str) -> bool {
        let language = language.trim().to_ascii_lowercase();
        match self {
            Kind::Python | Kind::Pytest => {
                matches!(language.as_str(), "python" | "py" | "python3")
            }
            Kind::Shell => matches!(language.as_str(), "sh" | "bash" | "shell" | "ksh"),
            Kind::Markdown => matches!(language.as_str(), "markdown" | "md"),
            Kind::Json => language == "json",
            Kind::Toml => language == "toml",
            Kind::Yaml => matches!(language.as_str(), "yaml" | "yml"),
            Kind::Ini => matches!(language.as_str(), "ini" | "cfg" | "conf"),
            Kind::Properties => matches!(language.as_str(), "properties" | "ini"),
            Kind::Env => matches!(language.as_str(), "env" | "dotenv"),
            Kind::Csv => matches!(language.as_str(), "csv" | "tsv"),
            Kind::Makefile => matches!(language.as_str(), "makefile" | "make"),
            Kind::Text => matches!(language.as_str(), "text" | "txt" | "plain" | "plaintext"),
            Kind::Other => {
                let extension = extension(path);
                !language.is_empty()
                    && (language == extension.to_ascii_lowercase()
                        || language == language_of_extension(extension)
                        || language == base_name(path).to_ascii_lowercase())
            }
        }
    }

    /// True for files that hold values under keys.
    pub(super) fn is_keyed(self) -> bool {
        matches!(
            self,
            Kind::Json | Kind::Toml | Kind::Yaml | Kind::Ini | Kind::Properties | Kind::Env
        )
    }

    pub(super) fn is_python(self) -> bool {
        matches!(self, Kind::Python | Kind::Pytest)
    }
}

pub(super) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

pub(super) fn extension(path: &str) -> &str {
    base_name(path)
        .rsplit_once('.')
        .map_or("", |(_, extension)| extension)
}

/// How a line comment starts and ends, by the extension of a file without a renderer.
pub(super) fn comment_marks(path: &str) -> (&'static str, &'static str) {
    match extension(path).to_ascii_lowercase().as_str() {
        "rs" | "go" | "js" | "mjs" | "cjs" | "ts" | "tsx" | "jsx" | "c" | "h" | "cc" | "cpp"
        | "hpp" | "java" | "kt" | "swift" | "scala" | "cs" | "php" | "dart" | "zig" | "proto" => {
            ("// ", "")
        }
        "sql" | "lua" | "hs" | "elm" => ("-- ", ""),
        "html" | "htm" | "xml" | "svg" | "vue" => ("<!-- ", " -->"),
        "css" | "scss" | "less" => ("/* ", " */"),
        "lisp" | "el" | "clj" | "asm" => ("; ", ""),
        "tex" | "erl" => ("% ", ""),
        _ => ("# ", ""),
    }
}

fn language_of_extension(extension: &str) -> &str {
    match extension {
        "rs" => "rust",
        "js" | "mjs" | "cjs" => "javascript",
        "ts" => "typescript",
        "rb" => "ruby",
        "kt" => "kotlin",
        "cs" => "csharp",
        "hs" => "haskell",
        "" => "text",
        other => other,
    }
}

fn is_pytest(stem: &str) -> bool {
    stem.starts_with("test_") || stem.ends_with("_test")
}

fn in_bin(path: &str) -> bool {
    path.split('/')
        .rev()
        .nth(1)
        .is_some_and(|folder| matches!(folder, "bin" | "scripts"))
}
