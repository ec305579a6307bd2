/// What a file is written in, told by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Language {
    Python,
    Shell,
    Rust,
    /// JavaScript and TypeScript.
    Script,
    Go,
    /// Java, C#, Kotlin, C, C++, Swift, Scala, Dart.
    CLike,
    Ruby,
    Sql,
    Lua,
    Css,
    /// HTML, XML, SVG.
    Markup,
    /// Markdown, reStructuredText, plain text.
    Prose,
    Json,
    Toml,
    Yaml,
    /// Files in which a `#` at the start of a line is a comment and quotes mean little.
    Config,
}

impl Language {
    pub(crate) fn of(path: &str) -> Option<Language> {
        let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
        let whole = match name.as_str() {
            "makefile" | "dockerfile" | "justfile" | ".env" | ".gitignore" | ".dockerignore" => {
                Some(Language::Config)
            }
            "readme" | "license" | "changelog" | "notice" => Some(Language::Prose),
            _ if name.starts_with(".env.") || name.starts_with("dockerfile.") => {
                Some(Language::Config)
            }
            _ => None,
        };
        whole.or_else(|| Language::of_ending(name.rsplit_once('.')?.1))
    }

    fn of_ending(ending: &str) -> Option<Language> {
        Some(match ending {
            "py" | "pyi" | "pyw" => Language::Python,
            "sh" | "bash" | "zsh" | "ksh" | "bats" => Language::Shell,
            "rs" => Language::Rust,
            "js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx" => Language::Script,
            "go" => Language::Go,
            "java" | "cs" | "kt" | "kts" | "c" | "h" | "cc" | "cpp" | "cxx" | "hpp" | "hh"
            | "swift" | "scala" | "dart" | "proto" => Language::CLike,
            "rb" => Language::Ruby,
            "sql" => Language::Sql,
            "lua" => Language::Lua,
            "css" | "scss" | "less" => Language::Css,
            "html" | "htm" | "xml" | "svg" | "xhtml" => Language::Markup,
            "md" | "markdown" | "mdx" | "rst" | "txt" | "text" | "adoc" => Language::Prose,
            "json" | "jsonl" | "ndjson" | "jsonc" | "ipynb" | "geojson" => Language::Json,
            "toml" => Language::Toml,
            "yaml" | "yml" => Language::Yaml,
            "ini" | "cfg" | "conf" | "env" | "mk" | "properties" => Language::Config,
            _ => return None,
        })
    }

    /// Whether files of the language are programs.
    pub(crate) fn is_code(self) -> bool {
        matches!(
            self,
            Language::Python
                | Language::Shell
                | Language::Rust
                | Language::Script
                | Language::Go
                | Language::CLike
                | Language::Ruby
                | Language::Sql
                | Language::Lua
                | Language::Css
        )
    }

    /// The language that a fence's tag names.
    pub(crate) fn of_tag(tag: &str) -> Option<Language> {
        let tag = tag.to_ascii_lowercase();
        Some(match tag.as_str() {
            "python" | "python3" | "py3" => Language::Python,
            "shell" | "shellscript" => Language::Shell,
            "rust" => Language::Rust,
            "javascript" | "typescript" | "node" => Language::Script,
            "golang" => Language::Go,
            "csharp" | "c++" | "kotlin" | "c#" => Language::CLike,
            "ruby" => Language::Ruby,
            "postgresql" | "mysql" | "sqlite" => Language::Sql,
            "plaintext" => Language::Prose,
            "json5" => Language::Json,
            "make" | "docker" | "dockerfile" | "makefile" | "dotenv" => Language::Config,
            _ => return Language::of_ending(&tag),
        })
    }
}
