//! Writing a value the way the old one was written.

use super::definition::Style;
use super::format::Format;
use super::yaml::is_null;

/// Why a value cannot stand where the old one does.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unwritable {
    /// Other readers of the file rely on its type.
    #[error("the present value is {old}, the new one would be {new}")]
    Type {
        /// What stands there.
        old: Type,
        /// What would.
        new: Type,
    },
    /// The quotes round the old value cannot hold the new one.
    #[error("single quotes cannot hold it")]
    SingleQuotes,
}

/// What a value without quotes is to a loader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Boolean,
    Number,
    Null,
    Text,
    Other,
}

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::Null => "null",
            Self::Text => "a text",
            Self::Other => "neither text, number nor boolean",
        })
    }
}

/// `new` in the style of `old`. A value without quotes keeps its type; where it was a text and
/// the new one would not be taken for one, it gets quotes.
pub(super) fn encode(
    format: Format,
    style: Style,
    old: &str,
    new: &str,
) -> Result<String, Unwritable> {
    match (format, style) {
        (Format::Dotenv, Style::Plain) => Ok(dotenv_bare(new)),
        (Format::Dotenv, Style::Double) => Ok(dotenv_double(new)),
        (Format::Yaml, Style::Single) if one_line(new) => {
            Ok(format!("'{}'", new.replace('\'', "''")))
        }
        (Format::Dotenv, Style::Single) if !new.contains('\'') => Ok(format!("'{new}'")),
        (Format::Toml, Style::Single) if one_line(new) && !new.contains('\'') => {
            Ok(format!("'{new}'"))
        }
        (_, Style::Single) => Err(Unwritable::SingleQuotes),
        (Format::Toml | Format::Yaml | Format::Json, Style::Double) => Ok(json_string(new)),
        (Format::Yaml, Style::Plain) => yaml_plain(old, new),
        (Format::Toml, Style::Plain) => literal(toml_type, old, new),
        (Format::Json, Style::Plain) => literal(json_type, old, new),
    }
}

fn one_line(value: &str) -> bool {
    !value.contains(|character: char| character.is_control() && character != '\t')
}

fn dotenv_bare(new: &str) -> String {
    let special = |c: char| c.is_whitespace() || matches!(c, '#' | '$' | '\\' | '\'' | '"' | '`');
    if !new.contains(special) {
        new.to_owned()
    } else if !new.contains('\'') {
        format!("'{new}'")
    } else {
        dotenv_double(new)
    }
}

fn dotenv_double(new: &str) -> String {
    let mut quoted = String::from('"');
    for character in new.chars() {
        match character {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '"' | '\\' | '$' => quoted.extend(['\\', character]),
            _ => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}

/// A JSON string is a string in YAML and TOML too, once DEL is escaped, which TOML asks for.
fn json_string(new: &str) -> String {
    serde_json::Value::from(new).to_string().replace('\u{7f}', "\\u007f")
}

fn yaml_plain(old: &str, new: &str) -> Result<String, Unwritable> {
    match (yaml_type(old), yaml_type(new)) {
        (Type::Text, Type::Text) if is_plain_safe(new) => Ok(new.to_owned()),
        (Type::Text, _) => Ok(json_string(new)),
        _ => literal(yaml_type, old, new),
    }
}

/// Fewer values than YAML would take without quotes, and none that it could misread.
fn is_plain_safe(value: &str) -> bool {
    value.starts_with(|first: char| first.is_ascii_alphabetic())
        && value.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/'))
}

fn literal(type_of: fn(&str) -> Type, old: &str, new: &str) -> Result<String, Unwritable> {
    match (type_of(old), type_of(new)) {
        (Type::Boolean, Type::Boolean) | (Type::Number, Type::Number) => Ok(new.to_owned()),
        (old, new) => Err(Unwritable::Type { old, new }),
    }
}

/// By both YAML 1.1, where `on` and `yes` are booleans, and 1.2, where they are texts.
fn yaml_type(text: &str) -> Type {
    let lower = text.to_ascii_lowercase();
    if is_null(text) {
        Type::Null
    } else if matches!(lower.as_str(), "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n") {
        Type::Boolean
    } else if is_yaml_number(&lower) {
        Type::Number
    } else {
        Type::Text
    }
}

fn is_yaml_number(lower: &str) -> bool {
    let unsigned = lower.strip_prefix(['+', '-']).unwrap_or(lower);
    let digits = |prefix: &str, radix: u32| {
        unsigned.strip_prefix(prefix).is_some_and(|digits| {
            !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix))
        })
    };
    let decimal = unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && unsigned.parse::<f64>().is_ok();
    matches!(unsigned, ".inf" | ".nan")
        || decimal
        || digits("0x", 16)
        || digits("0o", 8)
        || digits("0b", 2)
}

fn json_type(text: &str) -> Type {
    match serde_json::from_str(text) {
        Ok(serde_json::Value::Bool(_)) => Type::Boolean,
        Ok(serde_json::Value::Number(_)) if text.trim() == text => Type::Number,
        Ok(serde_json::Value::Null) => Type::Null,
        Ok(_) => Type::Other,
        Err(_) => Type::Text,
    }
}

fn toml_type(text: &str) -> Type {
    use ::toml::de::DeValue;
    match DeValue::parse(text).as_ref().map(::toml::Spanned::get_ref) {
        Ok(DeValue::Boolean(_)) => Type::Boolean,
        Ok(DeValue::Integer(_) | DeValue::Float(_)) if text.trim() == text => Type::Number,
        Ok(_) => Type::Other,
        Err(_) => Type::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_format_keeps_its_style() {
        use Format::{Dotenv, Json, Toml, Yaml};
        use Style::{Double, Plain, Single};
        for (format, style, old, new, expected) in [
            (Dotenv, Plain, "a", "b", "b"),
            (Dotenv, Plain, "a", "b # c", "'b # c'"),
            (Dotenv, Plain, "a", "$b'", "\"\\$b'\""),
            (Dotenv, Double, "a", "b\n\"$", "\"b\\n\\\"\\$\""),
            (Dotenv, Single, "a", "$b", "'$b'"),
            (Toml, Plain, "true", "false", "false"),
            (Toml, Plain, "1", "2_000.5", "2_000.5"),
            (Toml, Double, "a", "\u{7f}\"", "\"\\u007f\\\"\""),
            (Toml, Single, "a", "b", "'b'"),
            (Yaml, Plain, "true", "off", "off"),
            (Yaml, Plain, "canary", "stable", "stable"),
            (Yaml, Plain, "canary", "true", "\"true\""),
            (Yaml, Plain, "canary", "a: b", "\"a: b\""),
            (Yaml, Single, "a", "it's", "'it''s'"),
            (Json, Plain, "true", "false", "false"),
            (Json, Double, "a", "b\\", "\"b\\\\\""),
        ] {
            assert_eq!(encode(format, style, old, new).as_deref(), Ok(expected), "{old} {new}");
        }
    }

    #[test]
    fn types_are_kept() {
        for (format, old, new) in [
            (Format::Json, "true", "canary"),
            (Format::Json, "true", "1"),
            (Format::Json, "null", "true"),
            (Format::Json, "1", " 2"),
            (Format::Toml, "true", "1"),
            (Format::Toml, "1", "[2]"),
            (Format::Toml, "2020-01-01", "2020-01-02"),
            (Format::Yaml, "true", "canary"),
            (Format::Yaml, "", "true"),
            (Format::Yaml, "1", "true"),
            (Format::Yaml, "1", "0x1 # c"),
            (Format::Yaml, "1", "--1"),
        ] {
            let refused = encode(format, Style::Plain, old, new);
            assert!(matches!(refused, Err(Unwritable::Type { .. })), "{old} {new} {refused:?}");
        }
    }

    #[test]
    fn single_quotes_have_limits() {
        for (format, new) in [
            (Format::Dotenv, "it's"),
            (Format::Toml, "it's"),
            (Format::Toml, "a\nb"),
            (Format::Yaml, "a\nb"),
        ] {
            let refused = encode(format, Style::Single, "a", new);
            assert_eq!(refused, Err(Unwritable::SingleQuotes), "{new}");
        }
    }
}
