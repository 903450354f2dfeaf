//! Scripts in which a failure is heard by nobody: a shell heeds the last program of a pipe alone,
//! unless `pipefail` is set.

/// Whether a shell runs a script with a pipe in it, and nothing sets `pipefail`.
#[must_use]
pub fn hides_failures(argv: &[String]) -> bool {
    !argv.iter().any(|word| word.contains("pipefail")) && script(argv).is_some_and(has_pipe)
}

/// The script of `sh -c SCRIPT`, also behind what runs the shell: `docker exec db sh -c SCRIPT`.
fn script(argv: &[String]) -> Option<&str> {
    const SHELLS: [&str; 6] = ["sh", "bash", "dash", "ash", "ksh", "zsh"];
    let is_shell = |word: &String| {
        let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
        SHELLS.contains(&name.strip_suffix(".exe").unwrap_or(name))
    };
    let shell = argv.iter().position(is_shell)?;
    let mut options = argv.iter().skip(shell + 1);
    let takes_script =
        |word: &&String| word.starts_with('-') && !word.starts_with("--") && word.contains('c');
    options.find(takes_script)?;
    options.find(|word| !word.starts_with('-')).map(String::as_str)
}

/// Whether a `|` stands outside quotes that is no part of `||` or `>|`.
fn has_pipe(script: &str) -> bool {
    let mut quote = None;
    let mut last = ' ';
    let mut letters = script.chars().peekable();
    while let Some(letter) = letters.next() {
        match (quote, letter) {
            (Some('\''), '\'') | (Some('"'), '"') => quote = None,
            (None | Some('"'), '\\') => drop(letters.next()),
            (None, '\'' | '"') => quote = Some(letter),
            (None, '|') if letters.peek() == Some(&'|') => drop(letters.next()),
            (None, '|') if last != '>' => return true,
            _ => {}
        }
        last = letter;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::hides_failures;

    fn hides(argv: &[&str]) -> bool {
        hides_failures(&argv.iter().map(|&word| word.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn a_pipe_of_a_shell_without_pipefail() {
        for argv in [
            &["sh", "-c", "pg_dump shop | gzip"][..],
            &["/bin/bash", "-ec", "pg_dump shop|gzip"],
            &["bash", "-e", "-c", "pg_dump shop |& gzip"],
            &["docker", "exec", "db", "sh", "-c", "pg_dump shop | gzip"],
            &["sh", "-c", "test -f a || b; c | d"],
            &["sh", "-c", "echo \"it's\" | gzip"],
        ] {
            assert!(hides(argv), "{argv:?}");
        }
    }

    #[test]
    fn no_pipe_no_shell_or_pipefail() {
        for argv in [
            &["bash", "-c", "set -o pipefail; pg_dump shop | gzip"][..],
            &["bash", "-o", "pipefail", "-c", "pg_dump shop | gzip"],
            &["sh", "-c", "set -euo pipefail\npg_dump shop | gzip"],
            &["sh", "-c", "test -f a || pg_dump shop"],
            &["sh", "-c", "psql -c 'select a | b' shop"],
            &["sh", "-c", "psql -c \"select 'a' \\\" | b\" shop"],
            &["sh", "-c", "a >| b"],
            &["sh", "-c", "a \\| b"],
            &["pg_dump", "shop | gzip"],
            &["sh", "script.sh", "a | b"],
            &["sh"],
        ] {
            assert!(!hides(argv), "{argv:?}");
        }
    }
}
