//! Takes secrets out of what manifests, receipts and messages show: passwords in URLs, options and
//! assignments that carry one. A best effort on free text, which may take too much but is never
//! meant to take too little; a command that takes its secret from the environment needs none of it.

const HIDDEN: &str = "***";

/// Words that mark an option, a variable or a query parameter as secret.
const SECRET_WORDS: &[&str] = &[
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "secret",
    "token",
    "apikey",
    "api-key",
    "api_key",
    "credential",
    "private-key",
    "private_key",
    "access-key",
    "access_key",
    "auth",
    "signature",
    "pgpass",
    "sig",
];

/// A program's arguments, redacted.
#[must_use]
pub fn argv(argv: &[String]) -> Vec<String> {
    let mut hidden_next = false;
    let short = short_options(argv);
    argv.iter()
        .enumerate()
        .map(|(index, argument)| {
            if std::mem::take(&mut hidden_next) {
                return HIDDEN.to_owned();
            }
            hidden_next = index > 0 && takes_a_secret(argument, short);
            text(&glued_option(argument, short))
        })
        .collect()
}

/// Free text, such as a script or what a command wrote to stderr, redacted word by word.
#[must_use]
pub fn text(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    let mut reader = Words { short: short_options(&words), hide_next: false, quote: None };
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        if !word.is_empty() {
            out.push_str(&reader.shown(word));
        }
        out.push_str(&piece[word.len()..]);
    }
    out
}

/// Reads a text's words in turn; a secret may go on over several of them.
struct Words {
    short: Short,
    hide_next: bool,
    quote: Option<char>,
}

impl Words {
    fn shown(&mut self, word: &str) -> String {
        if let Some(quote) = self.quote {
            self.quote = (!word.contains(quote)).then_some(quote);
            return HIDDEN.to_owned();
        }
        if std::mem::take(&mut self.hide_next) {
            self.quote = left_open(word);
            self.hide_next = ["Bearer", "Basic", "Token"].contains(&word.trim_matches(['\'', '"']));
            return HIDDEN.to_owned();
        }
        let is_option = word.starts_with('-') && takes_a_secret(word, self.short);
        self.hide_next = is_option || (word.ends_with(':') && is_secret(word));
        let shown = assignment(&url(&glued_option(word, self.short)));
        if shown != word {
            let value = word.split_once('=').map_or(word, |(_, value)| value);
            self.quote = left_open(value);
        }
        shown
    }
}

/// The quote that a word begins with and does not end.
fn left_open(word: &str) -> Option<char> {
    let quote = word.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
    (word.matches(quote).count() % 2 == 1).then_some(quote)
}

/// The short options that take a secret: as a word of its own, or glued to the option.
#[derive(Debug, Clone, Copy, Default)]
struct Short {
    separate: &'static [&'static str],
    glued: &'static str,
}

/// `redis-cli -a SECRET` and `mysqldump -pSECRET`: the letters mean something else elsewhere.
fn short_options(words: &[String]) -> Short {
    let calls = |names: &[&str]| {
        words.iter().any(|word| {
            let program = word.rsplit(['/', '(', '`', '"', '\'']).next().unwrap_or(word);
            names.iter().any(|name| program.starts_with(name))
        })
    };
    if calls(&["redis-cli", "valkey-cli"]) {
        Short { separate: &["-a", "--pass"], glued: "" }
    } else if calls(&["mysql", "mariadb"]) {
        Short { separate: &[], glued: "-p" }
    } else if calls(&["mongo", "curl"]) {
        Short { separate: &["-p", "-u", "-H", "--user", "--header"], glued: "" }
    } else {
        Short::default()
    }
}

fn glued_option(word: &str, short: Short) -> String {
    if !short.glued.is_empty() && word.len() > short.glued.len() && word.starts_with(short.glued) {
        return format!("{}{HIDDEN}", short.glued);
    }
    word.to_owned()
}

fn takes_a_secret(word: &str, short: Short) -> bool {
    let named = word.starts_with("--") && !word.contains('=') && is_secret(word);
    named || short.separate.contains(&word)
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// `scheme://user:SECRET@host` and `?token=SECRET`, as often as they come.
fn url(word: &str) -> String {
    let Some((before, rest)) = word.split_once("://") else { return word.to_owned() };
    let end = rest.find(['/', '?', '#', '"', '\'']).unwrap_or(rest.len());
    // A password may hold an unescaped `/`, `?` or `#`: then the last `@` of the word ends it.
    let end = if rest[..end].contains('@') { end } else { rest.len() };
    let (authority, tail) = rest.split_at(end);
    let shown = match authority.rsplit_once('@') {
        Some((login, host)) => match login.split_once(':') {
            Some((user, _)) => format!("{user}:{HIDDEN}@{host}"),
            // A lone name in front of the host may well be a token.
            None => format!("{HIDDEN}@{host}"),
        },
        None => authority.to_owned(),
    };
    format!("{before}://{shown}{}", url(tail))
}

/// `NAME=SECRET`, also several of them, parted by `&`, `;`, `?` or `,`.
fn assignment(word: &str) -> String {
    word.split_inclusive(['&', ';', '?', ','])
        .map(|part| {
            let body = part.trim_end_matches(['&', ';', '?', ',']);
            match body.split_once(['=']) {
                Some((name, value)) if is_secret(name) && !value.is_empty() => {
                    format!("{name}={HIDDEN}{}", &part[body.len()..])
                }
                _ => part.to_owned(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(arguments: &[&str]) -> String {
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        argv(&arguments).join(" ")
    }

    #[test]
    fn no_secret_survives() {
        for arguments in [
            &["pg_dump", "postgres://app:SECRET@db/entities"][..],
            &["pg_dump", "--dbname=postgres://app:SECRET@db/entities?sslmode=require"],
            &["pg_dump", "host=db password=SECRET user=app"],
            &["tool", "--password", "SECRET", "x"],
            &["tool", "--password=SECRET"],
            &["tool", "--api-key", "SECRET"],
            &["redis-cli", "-a", "SECRET", "--rdb", "-"],
            &["redis-cli", "-u", "redis://:SECRET@host:6379/0"],
            &["sh", "-c", "redis-cli -a SECRET --rdb - | gzip"],
            &["sh", "-c", "PGPASSWORD=SECRET pg_dump x"],
            &["env", "PGPASSWORD=SECRET", "pg_dump"],
            &["sh", "-c", "mysqldump -pSECRET x"],
            &["mysqldump", "-pSECRET", "x"],
            &["curl", "https://x/dump?token=SECRET&y=1"],
            &["curl", "https://SECRET@x/dump"],
            &["curl", "-H", "Authorization: Bearer SECRET", "https://x"],
            &["curl", "https://u:a/SECRET@x/dump"],
            &["sh", "-c", "PGPASSWORD='a SECRET b' pg_dump x"],
            &["sh", "-c", "tool --password \"a SECRET b\" x"],
            &["sh", "-c", "curl -H 'Authorization: Bearer SECRET' https://x"],
            &["sh", "-c", "wget --header='Authorization: Basic SECRET' https://x"],
            &["sh", "-c", "a http://u:SECRET@h http://u:SECRET@i"],
        ] {
            let shown = shown(arguments);
            assert!(!shown.contains("SECRET"), "{shown}");
            assert!(shown.contains(HIDDEN), "{shown}");
        }
    }

    #[test]
    fn the_rest_stays_readable() {
        let plain = ["pg_dump", "-h", "db", "-p", "5432", "--format=custom", "entities"];
        assert_eq!(shown(&plain), plain.join(" "));
        assert_eq!(
            shown(&["pg_dump", "postgres://app:x@db/entities?sslmode=require"]),
            "pg_dump postgres://app:***@db/entities?sslmode=require"
        );
        assert_eq!(text("password: hunter2\ndone"), "password: ***\ndone");
        assert_eq!(
            text("PGPASSWORD='a b c' pg_dump 'x y'"),
            "PGPASSWORD=*** *** *** pg_dump 'x y'"
        );
        assert_eq!(text("a  b\n\tc\n"), "a  b\n\tc\n");
        assert_eq!(text("s3://ops-backups/entities"), "s3://ops-backups/entities");
    }
}
