//! Backups that look like backups and restore nothing, recognised by name. Pure on bytes.
//!
//! The recipe `redis-cli --scan … | xargs redis-cli MGET > file` stands in many rollback
//! documents. Its output has values only: no keys, no expiries, no types. A hash, list or set
//! becomes a blank line. Where no key matches, MGET is called without arguments, and the file
//! holds its error message: fresh, not empty, worthless.

/// What was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownBad {
    /// The command pipes scanned keys into MGET or GET.
    RedisValuesOnly,
    /// The content is nothing but error messages of a Redis client.
    RedisError,
    /// The content is nothing but blank lines or `(nil)`.
    BlankLines,
}

impl KnownBad {
    /// What it is and why it is no backup.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::RedisValuesOnly => {
                "this is the `redis-cli --scan | xargs redis-cli MGET` recipe: its output has no \
                 keys, no TTLs and no types, hashes become blank lines, and nothing can be \
                 restored from it"
            }
            Self::RedisError => {
                "it holds nothing but a Redis error message: no key matched, or the server \
                 refused, and the command succeeded all the same"
            }
            Self::BlankLines => {
                "it holds nothing but blank lines: what `redis-cli MGET` prints for keys that are \
                 missing, or are hashes, lists or sets"
            }
        }
    }

    /// What to do instead.
    #[must_use]
    pub const fn instead(self) -> &'static str {
        "let a source of kind `command` run `redis-cli --rdb -` (with the server's `-h` and `-p`), \
         or take the server's own dump.rdb by a source of kind `file`: both keep keys, types and \
         expiries"
    }
}

/// Looks for the recipe in a command, the scripts of `sh -c` included.
#[must_use]
pub fn recipe(argv: &[String]) -> Option<KnownBad> {
    let script = argv.join(" ").replace("\\\n", " ").to_ascii_lowercase();
    let stages: Vec<Vec<String>> = script.split('|').map(words).collect();
    let lists_keys = |stage: &Vec<String>| {
        calls_redis(stage) && stage.iter().any(|word| word == "--scan" || word == "keys")
    };
    let fetches = |stage: &Vec<String>| {
        calls_redis(stage) && stage.iter().any(|word| word == "mget" || word == "get")
    };
    let listed = stages.iter().position(lists_keys)?;
    stages[listed + 1..].iter().any(fetches).then_some(KnownBad::RedisValuesOnly)
}

fn words(stage: &str) -> Vec<String> {
    let separates = |c: char| c.is_whitespace() || "'\"`;&()<>$\\".contains(c);
    stage.split(separates).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

fn calls_redis(stage: &[String]) -> bool {
    let is_client = |program: &str| program == "redis-cli" || program == "valkey-cli";
    stage.iter().any(|word| is_client(word.rsplit('/').next().unwrap_or(word)))
}

/// Looks at a whole content.
#[must_use]
pub fn content(bytes: &[u8]) -> Option<KnownBad> {
    let mut sniffer = Sniffer::default();
    sniffer.feed(bytes);
    sniffer.finish()
}

/// The longest line that can still be an error message, in bytes.
const MAX_LINE: usize = 512;

/// Looks at a content piece by piece, in bounded memory.
#[derive(Debug, Default)]
pub struct Sniffer {
    line: Vec<u8>,
    blank: u64,
    errors: u64,
    other: bool,
}

impl Sniffer {
    /// Takes the next piece.
    pub fn feed(&mut self, piece: &[u8]) {
        for byte in piece {
            if self.other {
                return;
            }
            if *byte == b'\n' {
                self.end_line();
            } else if self.line.len() == MAX_LINE {
                self.other = true;
            } else {
                self.line.push(*byte);
            }
        }
    }

    /// Whether the answer can still be something else than `None`.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        !self.other
    }

    /// The answer for all that was fed. No content at all is not known-bad but empty.
    #[must_use]
    pub fn finish(mut self) -> Option<KnownBad> {
        if !self.line.is_empty() {
            self.end_line();
        }
        match (self.other, self.errors, self.blank) {
            (true, ..) | (false, 0, 0) => None,
            (false, 0, _) => Some(KnownBad::BlankLines),
            (false, ..) => Some(KnownBad::RedisError),
        }
    }

    fn end_line(&mut self) {
        let line = self.line.trim_ascii();
        if line.is_empty() || is_nil(line) {
            self.blank += 1;
        } else if is_error(line) {
            self.errors += 1;
        } else {
            self.other = true;
        }
        self.line.clear();
    }
}

/// `(nil)`, also as `12) (nil)`.
fn is_nil(line: &[u8]) -> bool {
    let number = line.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = match line[number..].strip_prefix(b")") {
        Some(rest) if number > 0 => rest.trim_ascii_start(),
        _ => line,
    };
    rest == b"(nil)"
}

fn is_error(line: &[u8]) -> bool {
    const CODES: &[&[u8]] = &[
        b"ERR",
        b"WRONGTYPE",
        b"NOAUTH",
        b"WRONGPASS",
        b"NOPERM",
        b"LOADING",
        b"MOVED",
        b"ASK",
        b"CROSSSLOT",
        b"CLUSTERDOWN",
        b"MASTERDOWN",
        b"READONLY",
        b"MISCONF",
        b"BUSY",
        b"OOM",
        b"DENIED",
        b"-ERR",
    ];
    let line = line.strip_prefix(b"(error) ").unwrap_or(line);
    let code = line.split(|byte| *byte == b' ').next().unwrap_or_default();
    (CODES.contains(&code) && code.len() < line.len())
        || line.starts_with(b"Could not connect to Redis at ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sh(script: &str) -> Vec<String> {
        ["sh", "-c", script].map(str::to_owned).to_vec()
    }

    #[test]
    fn the_recipe_is_recognised_in_its_variants() {
        for script in [
            "redis-cli --scan --pattern \"session:*:agentic_state\" | xargs redis-cli MGET",
            "redis-cli --scan|xargs redis-cli mget > continuation_backup.json",
            "redis-cli -h db --scan \\\n | xargs -n 100 redis-cli -h db MGET",
            "/usr/bin/redis-cli KEYS '*' | sort | xargs -L1 /usr/bin/redis-cli GET",
            "set -e; redis-cli --scan | while read k; do redis-cli GET \"$k\"; done",
            "for v in $(redis-cli --scan | xargs redis-cli MGET); do echo $v; done",
        ] {
            assert_eq!(recipe(&sh(script)), Some(KnownBad::RedisValuesOnly), "{script}");
        }
    }

    #[test]
    fn other_commands_are_left_alone() {
        for script in [
            "redis-cli --rdb /dev/stdout",
            "pg_dump entities | gzip",
            "redis-cli --scan | wc -l",
            "redis-cli --scan | xargs redis-cli DUMP",
            "redis-cli MGET a b",
            "echo 'redis-cli --scan then mget'",
        ] {
            assert_eq!(recipe(&sh(script)), None, "{script}");
        }
    }

    #[test]
    fn an_error_message_is_no_backup() {
        for text in [
            "ERR wrong number of arguments for 'mget' command\n",
            "ERR wrong number of arguments for 'mget' command\n\n",
            "(error) ERR wrong number of arguments for 'mget' command",
            "(error) NOAUTH Authentication required.\r\n",
            "WRONGTYPE Operation against a key holding the wrong kind of value\n\nERR x\n",
            "Could not connect to Redis at 127.0.0.1:6379: Connection refused\n",
        ] {
            assert_eq!(content(text.as_bytes()), Some(KnownBad::RedisError), "{text}");
        }
    }

    #[test]
    fn blank_lines_are_no_backup() {
        for text in ["\n", "\n\n\n", " \r\n\t\n", "(nil)\n\n", "1) (nil)\n2) (nil)\n"] {
            assert_eq!(content(text.as_bytes()), Some(KnownBad::BlankLines), "{text:?}");
        }
    }

    #[test]
    fn content_is_left_alone() {
        for text in
            ["", "{\"turn\": 3}\n\n", "ERR", "ERROR: x\n", "ERR x\nvalue\n", "1)\n", "x (nil)\n"]
        {
            assert_eq!(content(text.as_bytes()), None, "{text:?}");
        }
        assert_eq!(content(&[b' '; MAX_LINE + 1]), None);
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::with_cases(10_000)
        })]

        #[test]
        fn pieces_do_not_matter(
            bytes in "(ERR x|\\(nil\\)|\n| |v){0,12}",
            cut in any::<prop::sample::Index>(),
        ) {
            let at = cut.index(bytes.len() + 1);
            let mut sniffer = Sniffer::default();
            sniffer.feed(&bytes.as_bytes()[..at]);
            sniffer.feed(&bytes.as_bytes()[at..]);
            prop_assert_eq!(sniffer.finish(), content(bytes.as_bytes()));
        }

        #[test]
        fn a_value_is_never_taken_for_an_error(value in "[a-z0-9{}\":]{1,30}") {
            prop_assert_eq!(content(value.as_bytes()), None);
        }
    }
}
