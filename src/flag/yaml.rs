//! YAML to the common tree, one per document, from a parser's events.
//!
//! Only text is taken over: no tag constructs anything, merge keys are ordinary keys, and an
//! alias becomes a reference that nobody expands, so that a file of aliases to aliases costs no
//! more than its size.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};

use super::MAX_DEPTH;
use super::definition::{FlagFileError, Style, depth_expectation};
use super::node::{Entry, Kind, Node, Value};
use super::text::Text;

/// The file's documents. A document that is a lone value is an error: prose and pointers of other
/// tools are valid YAML too, and define nothing. An empty document is left out.
pub(super) fn read(text: &Text<'_>) -> Result<Vec<Node>, FlagFileError> {
    let offsets = Offsets::new(text.body);
    let mut parser = Parser::new_from_str(text.body);
    let mut builder =
        Builder { text, open: Vec::new(), anchors: HashMap::new(), roots: Vec::new() };
    while let Some(next) = parser.next_event() {
        let (event, span) = next.map_err(|error| {
            let offset = offsets.byte(error.marker().index());
            text.malformed(offset, format!("this is no YAML ({})", error.info()), "valid YAML")
        })?;
        builder.event(event, offsets.range(span))?;
    }
    Ok(builder.roots)
}

/// From the parser's character counts to bytes.
struct Offsets {
    /// Byte offset of every character; empty where all are ASCII.
    bytes: Vec<usize>,
    len: usize,
}

impl Offsets {
    fn new(body: &str) -> Self {
        let bytes = if body.is_ascii() {
            Vec::new()
        } else {
            body.char_indices().map(|(at, _)| at).collect()
        };
        Self { bytes, len: body.len() }
    }

    fn byte(&self, character: usize) -> usize {
        if self.bytes.is_empty() {
            character.min(self.len)
        } else {
            self.bytes.get(character).copied().unwrap_or(self.len)
        }
    }

    fn range(&self, span: Span) -> Range<usize> {
        self.byte(span.start.index())..self.byte(span.end.index())
    }
}

/// A mapping or a list whose end has not come yet.
struct Open {
    start: usize,
    anchor: usize,
    inside: Inside,
}

enum Inside {
    Map { entries: Vec<Entry>, key: Option<(Option<String>, usize)> },
    List(Vec<Node>),
}

struct Builder<'a> {
    text: &'a Text<'a>,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    roots: Vec<Node>,
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), FlagFileError> {
        match event {
            Event::MappingStart(anchor, _) => {
                let inside = Inside::Map { entries: Vec::new(), key: None };
                self.begin(span.start, anchor, inside)
            }
            Event::SequenceStart(anchor, _) => {
                let inside = Inside::List(Vec::new());
                self.begin(span.start, anchor, inside)
            }
            Event::MappingEnd | Event::SequenceEnd => self.end(span.end),
            Event::Scalar(value, style, anchor, tag) => {
                let bare = anchor == 0 && tag.is_none();
                let node = self.scalar(value, style, bare, is_foreign(tag.as_ref()), span);
                self.add(Rc::new(node), anchor)
            }
            Event::Alias(anchor) => {
                let Some(target) = self.anchors.get(&anchor).map(Rc::clone) else {
                    let expected = "an alias of something that ends before it";
                    return Err(self.text.malformed(span.start, "an alias of itself", expected));
                };
                self.add(Rc::new(Value { kind: Kind::Alias(target), span }), 0)
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => Ok(()),
        }
    }

    fn begin(&mut self, start: usize, anchor: usize, inside: Inside) -> Result<(), FlagFileError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(self.text.malformed(start, "values nest too deeply", depth_expectation()));
        }
        self.open.push(Open { start, anchor, inside });
        Ok(())
    }

    fn end(&mut self, end: usize) -> Result<(), FlagFileError> {
        let Some(open) = self.open.pop() else {
            return Err(self.text.malformed(end, "something ends that never began", "valid YAML"));
        };
        let kind = match open.inside {
            Inside::Map { entries, .. } => Kind::Map(entries),
            Inside::List(items) => Kind::List(items),
        };
        self.add(Rc::new(Value { kind, span: open.start..end }), open.anchor)
    }

    /// Puts a finished value where it belongs: behind a key, into a list, or at the top.
    fn add(&mut self, node: Node, anchor: usize) -> Result<(), FlagFileError> {
        if anchor != 0 {
            self.anchors.insert(anchor, Rc::clone(&node));
        }
        match self.open.last_mut().map(|open| &mut open.inside) {
            Some(Inside::List(items)) => items.push(node),
            Some(Inside::Map { entries, key }) => match key.take() {
                Some((key, offset)) => entries.push(Entry { key, offset, value: node }),
                None => *key = Some((node.text().map(str::to_owned), node.span.start)),
            },
            None => return self.add_root(node),
        }
        Ok(())
    }

    fn add_root(&mut self, node: Node) -> Result<(), FlagFileError> {
        match &node.kind {
            Kind::Map(_) | Kind::List(_) => self.roots.push(node),
            Kind::Scalar { text, style: Some(Style::Plain) } if is_null(text) => {}
            _ => {
                let problem = "a lone value defines nothing";
                return Err(self.text.malformed(node.span.start, problem, "a mapping"));
            }
        }
        Ok(())
    }

    /// Only a bare value can be edited: an anchored one is used elsewhere too.
    fn scalar(
        &self,
        value: Cow<'_, str>,
        style: ScalarStyle,
        bare: bool,
        foreign: bool,
        mut span: Range<usize>,
    ) -> Value {
        if foreign {
            return Value { kind: Kind::Opaque, span };
        }
        let source = self.text.body.get(span.clone()).unwrap_or_default();
        let written = edit_style(source, style).filter(|_| bare);
        if let Some((style, length)) = written {
            span.end = span.start + length;
            return Value {
                kind: Kind::Scalar { text: value.into_owned(), style: Some(style) },
                span,
            };
        }
        Value { kind: Kind::Scalar { text: value.into_owned(), style: None }, span }
    }
}

/// Whether a tag belongs to some program: only that program knows what the value means.
fn is_foreign(tag: Option<&Cow<'_, Tag>>) -> bool {
    const CORE: [&str; 7] = ["str", "bool", "int", "float", "null", "map", "seq"];
    tag.is_some_and(|tag| {
        let core = tag.is_yaml_core_schema() && CORE.contains(&tag.suffix.as_str());
        let unspecific = tag.suffix.is_empty() || (tag.handle.is_empty() && tag.suffix == "!");
        !core && !unspecific
    })
}

/// How a value is written and how many bytes it takes, where replacing it touches nothing else.
fn edit_style(source: &str, style: ScalarStyle) -> Option<(Style, usize)> {
    match style {
        ScalarStyle::Plain if !source.contains(['\n', '\r']) => Some((Style::Plain, source.len())),
        ScalarStyle::SingleQuoted => Some((Style::Single, quoted_length(source, '\'')?)),
        ScalarStyle::DoubleQuoted => Some((Style::Double, quoted_length(source, '"')?)),
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => None,
    }
}

/// The parser's span of a quoted value reaches over the blanks and the comment behind it.
fn quoted_length(source: &str, quote: char) -> Option<usize> {
    let mut characters = source.char_indices().peekable();
    characters.next_if(|(_, first)| *first == quote)?;
    while let Some((at, character)) = characters.next() {
        if character == '\\' && quote == '"' {
            characters.next();
        } else if character == quote {
            let doubled = quote == '\'' && characters.next_if(|(_, next)| *next == quote).is_some();
            if !doubled {
                return Some(at + 1);
            }
        }
    }
    None
}

pub(super) fn is_null(text: &str) -> bool {
    matches!(text, "" | "~" | "null" | "Null" | "NULL")
}

#[cfg(test)]
mod tests {
    use crate::flag::{Definition, Definitions, FlagFileError, Lookup, definitions, look_up};

    fn read(content: &str) -> Definitions {
        definitions("flags.yaml", content.as_bytes()).unwrap()
    }

    fn found<'a>(definitions: &'a Definitions, name: &str) -> &'a Definition {
        match look_up(definitions, name) {
            Lookup::Found(definition) => definition,
            other => panic!("{name}: {other:?}"),
        }
    }

    fn error(content: &str) -> FlagFileError {
        definitions("flags.yaml", content.as_bytes()).unwrap_err()
    }

    #[test]
    fn names_values_and_places() {
        let all = read("# é\r\nUSE_A: true\r\nf:\r\n  é: \"x\" # c\r\n  b: {default: 'y'}\r\n");
        assert_eq!(found(&all, "USE_A").value.as_deref(), Some("true"));
        assert_eq!((found(&all, "USE_A").line, found(&all, "USE_A").column), (2, 1));
        assert_eq!(found(&all, "f.é").value.as_deref(), Some("x"));
        assert_eq!((found(&all, "b").line, found(&all, "b").column), (5, 3));
        assert_eq!(found(&all, "b").value.as_deref(), Some("y"));
        assert_eq!(found(&all, "f").value, None);
    }

    #[test]
    fn every_document_and_every_duplicate_counts() {
        let all = read("---\na: 1\na: 2\n---\na: 3\n...\n---\n");
        assert!(matches!(look_up(&all, "a"), Lookup::Duplicate(places) if places.len() == 3));
    }

    #[test]
    fn aliases_are_followed_once_and_never_expanded() {
        let all = read("a: &on true\nb: *on\nc: &m {value: 1}\nd: *m\n<<: *m\n");
        assert_eq!(found(&all, "b").value.as_deref(), Some("true"));
        assert_eq!(found(&all, "d").value.as_deref(), Some("1"));
        assert!(matches!(look_up(&all, "value"), Lookup::Found(_)));
        let mut bomb = "a0: &a0 [x, x]\n".to_owned();
        for level in 1..60 {
            let below = level - 1;
            bomb.push_str(&format!("a{level}: &a{level} [*a{below}, *a{below}, *a{below}]\n"));
        }
        assert_eq!(read(&bomb).all.len(), 60);
        assert!(error("&a {x: *a}").to_string().contains("alias"));
        error("a: *nowhere");
    }

    #[test]
    fn tags_construct_nothing() {
        let all = read(
            "a: !!python/object/apply:os.system [id]\nb: !vault x\nc: !!str true\n\
                        d: !!python/object:x {inner: 1}\n",
        );
        assert_eq!(found(&all, "a").value, None);
        assert_eq!(found(&all, "b").value, None);
        assert_eq!(found(&all, "c").value.as_deref(), Some("true"));
        assert_eq!(found(&all, "inner").value.as_deref(), Some("1"));
    }

    #[test]
    fn depth_is_capped() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(read(&nested(64)).all.is_empty());
        assert!(error(&nested(65)).to_string().contains("64 levels"));
        error(&"[".repeat(1_000_000));
        error(&"- ".repeat(1_000_000));
        error(&"{a: ".repeat(100_000));
        let blocks: String = (0..70).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
        assert!(error(&blocks).to_string().contains("64 levels"));
    }

    #[test]
    fn what_defines_nothing_by_mistake_is_an_error() {
        error("just prose");
        error("version https://git-lfs.github.com/spec/v1\noid sha256:0\n");
        error("<<<<<<< HEAD\na: 1\n=======\n");
        error("a: 1\n\tb: 2\n");
        assert_eq!(error("a: 1\nb: [1\nc: 2\n").position().map(|p| p.0 >= 2), Some(true));
        error("a: 1\0USE_A: true");
        for empty in ["", "# only a comment\n", "---\n", "~"] {
            assert!(read(empty).all.is_empty(), "{empty}");
        }
    }

    #[test]
    fn keys_that_are_no_scalars_have_no_name() {
        let all = read("? [a, b]\n: {inner: 1}\n? {x: y}\n: 2\n");
        assert_eq!(all.all.len(), 1);
        assert_eq!(found(&all, "inner").value.as_deref(), Some("1"));
    }

    #[test]
    fn a_byte_order_mark_is_no_content() {
        assert_eq!(read("\u{feff}a: 1").all[0].name, "a");
    }
}
