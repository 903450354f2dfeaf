//! Whether a flag can be put into the state that a stage needs.

use super::definition::{Definition, DefinitionState};
use crate::config::{Flag, FlagState};

/// Whether, and how, a flag can be put into a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SafeState {
    /// It can.
    Reachable {
        /// The value to set; in flagd the value of the variant.
        value: String,
        /// The variant to make the default one, in flagd.
        variant: Option<String>,
        /// Whether flagd's targeting rules go before the default variant, so that not everybody
        /// may get it.
        targeted: bool,
    },
    /// flagd does not look at it at all: the program's own default holds, whatever the file says.
    Disabled,
    /// flagd would go on to give the same value.
    Alike {
        /// The variants for this state and for the other one.
        variants: [String; 2],
        /// The value that both have.
        value: String,
    },
    /// It cannot, or nobody knows how.
    NoSafeState {
        /// Why, as the rest of a sentence about the flag.
        reason: String,
    },
}

impl SafeState {
    /// What stands against counting on the flag in a rollback, as a sentence.
    #[must_use]
    pub fn against(&self, flag: &Flag, state: FlagState, path: &str) -> Option<String> {
        let flag = format!("the flag `{}` in {path}", flag.name);
        Some(match self {
            Self::Reachable { targeted: false, .. } => return None,
            Self::Reachable { targeted: true, .. } => format!(
                "{flag} has targeting rules, which go before its default variant: making `{state}` the default may not reach everybody"
            ),
            Self::Disabled => format!(
                "{flag} cannot be put to `{state}`: it is DISABLED, so the program's own default holds, whatever the file says"
            ),
            Self::Alike { variants: [this, other], value } => format!(
                "{flag} cannot be put to `{state}`: its variants `{this}` for `{state}` and `{other}` for `{}` both have the value `{value}`, so setting it changes nothing",
                state.other()
            ),
            Self::NoSafeState { reason } => {
                format!("{flag} cannot be put to `{state}`: {reason}")
            }
        })
    }
}

/// Whether `definition` can be put into `state`.
///
/// In plain files the configuration has to give the value for the state, and the file has to hold
/// a single value in whose place it can stand. In flagd the configured value has to be the name or
/// the value of a variant; where the configuration gives none, a variant called `on` or `off`, or
/// else a boolean one, will do.
#[must_use]
pub fn safe_state(flag: &Flag, state: FlagState, definition: &Definition) -> SafeState {
    let configured = flag.value(state);
    if definition.state == Some(DefinitionState::Disabled) {
        return SafeState::Disabled;
    }
    if definition.state.is_some() {
        return among_variants(flag, state, definition);
    }
    match (configured, &definition.value) {
        (None, _) => none(format!("the configuration gives no value for `{state}`")),
        (Some(_), None) => none(format!(
            "its definition in line {} holds no single value that could be set",
            definition.line
        )),
        (Some(value), Some(_)) => {
            SafeState::Reachable { value: value.to_owned(), variant: None, targeted: false }
        }
    }
}

fn among_variants(flag: &Flag, state: FlagState, definition: &Definition) -> SafeState {
    let other = state.other();
    match (variant_for(flag, state, definition), flag.value(state)) {
        (Some(found), _) => match variant_for(flag, other, definition) {
            // What is on as it is off was copied, and never tried.
            Some(same) if same.1 == found.1 => SafeState::Alike {
                variants: [found.0.clone(), same.0.clone()],
                value: found.1.clone(),
            },
            _ => SafeState::Reachable {
                value: found.1.clone(),
                variant: Some(found.0.clone()),
                targeted: definition.targeting,
            },
        },
        (None, Some(wanted)) => {
            none(format!("none of its variants is or has the value `{wanted}`"))
        }
        (None, None) => none(format!(
            "the configuration gives no value for `{state}`, and no variant is called `{state}` or \
             has the value `{}`",
            boolean(state)
        )),
    }
}

/// The variant that stands for a state.
fn variant_for<'d>(
    flag: &Flag,
    state: FlagState,
    definition: &'d Definition,
) -> Option<&'d (String, String)> {
    match flag.value(state) {
        Some(wanted) => variant(definition, wanted, wanted),
        None => variant(definition, state.as_str(), boolean(state)),
    }
}

/// The variant of this name, or else the first one of this value.
pub(super) fn variant<'a>(
    definition: &'a Definition,
    name: &str,
    value: &str,
) -> Option<&'a (String, String)> {
    let named = definition.variants.iter().find(|variant| variant.0 == name);
    named.or_else(|| definition.variants.iter().find(|variant| variant.1 == value))
}

const fn boolean(state: FlagState) -> &'static str {
    match state {
        FlagState::On => "true",
        FlagState::Off => "false",
    }
}

fn none(reason: String) -> SafeState {
    SafeState::NoSafeState { reason }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Place;
    use crate::flag::definitions;

    fn flag(on: Option<&str>, off: Option<&str>) -> Flag {
        Flag {
            name: "x".to_owned(),
            on: on.map(str::to_owned),
            off: off.map(str::to_owned),
            defined_in: Vec::new(),
            referenced_in: Vec::new(),
            live: None,
            set: None,
            place: Place { file: "backout.toml".to_owned(), line: 1, column: 1 },
        }
    }

    fn definition(path: &str, content: &str) -> Definition {
        definitions(path, content.as_bytes()).unwrap().all.remove(0)
    }

    fn flagd(members: &str) -> Definition {
        definition("f.json", &format!("{{\"flags\": {{\"x\": {{{members}}}}}}}"))
    }

    fn reason(state: SafeState) -> String {
        match state {
            SafeState::NoSafeState { reason } => reason,
            other => panic!("{other:?}"),
        }
    }

    fn reachable(value: &str, variant: Option<&str>, targeted: bool) -> SafeState {
        let variant = variant.map(str::to_owned);
        SafeState::Reachable { value: value.to_owned(), variant, targeted }
    }

    #[test]
    fn plain_files_need_a_configured_value() {
        let env = definition(".env", "x=");
        let only_on = flag(Some("true"), None);
        assert_eq!(safe_state(&only_on, FlagState::On, &env), reachable("true", None, false));
        assert!(reason(safe_state(&only_on, FlagState::Off, &env)).contains("no value for `off`"));
    }

    #[test]
    fn plain_files_need_a_place_for_it() {
        let list = definition("f.yaml", "\nx: [1, 2]\n");
        let reason = reason(safe_state(&flag(Some("1"), Some("0")), FlagState::Off, &list));
        assert!(reason.contains("line 2"), "{reason}");
    }

    #[test]
    fn flagd_values_are_looked_for_among_the_variants() {
        let x = flagd(r#""state": "ENABLED", "variants": {"yes": true, "off": "none"}"#);
        let on = FlagState::On;
        for (configured, variant, value) in
            [(Some("yes"), "yes", "true"), (Some("true"), "yes", "true"), (None, "yes", "true")]
        {
            let expected = reachable(value, Some(variant), false);
            assert_eq!(safe_state(&flag(configured, None), on, &x), expected, "{configured:?}");
        }
        let expected = reachable("none", Some("off"), false);
        assert_eq!(safe_state(&flag(None, None), FlagState::Off, &x), expected);
        assert!(reason(safe_state(&flag(Some("maybe"), None), on, &x)).contains("`maybe`"));
        let bare = flagd(r#""state": "ENABLED", "variants": {"a": 1}"#);
        assert!(reason(safe_state(&flag(None, None), on, &bare)).contains("`true`"));
    }

    #[test]
    fn variants_of_one_value_are_no_two_states() {
        let alike = flagd(r#""state": "ENABLED", "variants": {"on": true, "off": true}"#);
        for flag in [flag(Some("on"), Some("off")), flag(None, None)] {
            for state in [FlagState::Off, FlagState::On] {
                let against = safe_state(&flag, state, &alike).against(&flag, state, "f.json");
                assert!(against.unwrap().contains("both have the value `true`"), "{state}");
            }
        }
        // Only one of them is known by name, and that one is enough to set.
        let one = flagd(r#""state": "ENABLED", "variants": {"legacy": 1, "old": 1}"#);
        let known = flag(None, Some("legacy"));
        let expected = reachable("1", Some("legacy"), false);
        assert_eq!(safe_state(&known, FlagState::Off, &one), expected);
    }

    #[test]
    fn what_makes_the_variant_powerless_is_told() {
        let off = FlagState::Off;
        let with = |state: &str, targeting: &str| {
            let members = format!(
                r#""state": "{state}", "variants": {{"off": false}}, "targeting": {targeting}"#
            );
            safe_state(&flag(None, None), off, &flagd(&members))
        };
        for nothing in ["{}", "null"] {
            assert_eq!(with("ENABLED", nothing), reachable("false", Some("off"), false));
            assert_eq!(with("ENABLED", nothing).against(&flag(None, None), off, "f.json"), None);
        }
        let rules = r#"{"if": [true, "on"]}"#;
        assert_eq!(with("ENABLED", rules), reachable("false", Some("off"), true));
        assert_eq!(with("DISABLED", rules), SafeState::Disabled);
        assert_eq!(with("DISABLED", "{}"), SafeState::Disabled);
    }
}
