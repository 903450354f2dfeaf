//! Texts within the quotes of a Mermaid diagram. Its grammar knows keywords, quotes, Markdown and
//! HTML there; so letters and digits stay, and every other character is written as its number,
//! which Mermaid shows as the character and reads as nothing else.

use std::fmt::Write as _;

use super::terminal;

/// A text for a label in quotes.
pub(in crate::report) fn mermaid(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in terminal(text).chars() {
        if character.is_alphanumeric() || matches!(character, ' ' | '.' | '-' | ',') {
            escaped.push(character);
        } else {
            let _ = write!(escaped, "#{};", u32::from(character));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_letters_digits_and_a_few_signs_stay() {
        assert_eq!(mermaid("Move the état, 2.0 - 漢"), "Move the état, 2.0 - 漢");
        assert_eq!(mermaid("a\"]; click b"), "a#34;#93;#59; click b");
        assert_eq!(mermaid("```\n%%{init}"), "#96;#96;#96;#92;u#123;a#125;#37;#37;#123;init#125;");
        assert_eq!(mermaid("<b>&quot;#35;"), "#60;b#62;#38;quot#59;#35;35#59;");
    }
}
