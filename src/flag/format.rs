//! Which format a file of flags has: decided by its name alone.

/// A format in which flags are defined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// `NAME=value` lines.
    Dotenv,
    /// TOML.
    Toml,
    /// YAML, flagd definitions among them.
    Yaml,
    /// JSON, flagd definitions among them.
    Json,
}

impl Format {
    /// The format of the file at `path`, or `None` where the name says nothing.
    ///
    /// The extensions `toml`, `yaml`, `yml` and `json` win (`.env.yaml` is YAML); any other name
    /// with `env` between its dots is dotenv: `.env`, `.env.example`, `prod.env`, `env.sample`.
    #[must_use]
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next()?.to_ascii_lowercase();
        let (_, extension) = name.rsplit_once('.')?;
        match extension {
            "toml" => Some(Self::Toml),
            "yaml" | "yml" => Some(Self::Yaml),
            "json" => Some(Self::Json),
            _ => name.split('.').any(|part| part == "env").then_some(Self::Dotenv),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Format;

    #[test]
    fn names_decide() {
        for (path, expected) in [
            (".env", Some(Format::Dotenv)),
            ("deploy/.env.example", Some(Format::Dotenv)),
            (".env.local", Some(Format::Dotenv)),
            ("config/prod.env", Some(Format::Dotenv)),
            ("env.sample", Some(Format::Dotenv)),
            ("app.env.dist", Some(Format::Dotenv)),
            (".env.yaml", Some(Format::Yaml)),
            ("a/b.YML", Some(Format::Yaml)),
            ("flags.flagd.json", Some(Format::Json)),
            ("pyproject.toml", Some(Format::Toml)),
            ("env", None),
            ("settings.py", None),
            ("environment.rb", None),
            (".env/readme", None),
            ("", None),
        ] {
            assert_eq!(Format::of(path), expected, "{path}");
        }
    }
}
