//! What GitHub's runner takes for a command in a job's log, by its own two rules.

/// A command that a line holds: its name, its properties and its text, decoded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct WorkflowCommand {
    /// `error`.
    pub(crate) name: String,
    /// `file`, `title` and so on.
    pub(crate) properties: Vec<(String, String)>,
    /// The message.
    pub(crate) message: String,
}

impl WorkflowCommand {
    /// A property.
    pub(crate) fn property(&self, name: &str) -> Option<&str> {
        let found = self.properties.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str())
    }
}

/// The commands that the runner would find in a log. It reads lines as .NET does.
pub(crate) fn commands(log: &str) -> Vec<WorkflowCommand> {
    log.split(['\n', '\r']).filter_map(command).collect()
}

fn command(line: &str) -> Option<WorkflowCommand> {
    second(line.trim_start()).or_else(|| first(line))
}

/// `::name key=value,key=value::message`, behind leading blanks.
fn second(line: &str) -> Option<WorkflowCommand> {
    let (head, message) = line.strip_prefix("::")?.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let pairs = properties.split(',').filter_map(|pair| pair.split_once('='));
    let decode = |text: &str| {
        let text = text.replace("%0D", "\r").replace("%0A", "\n");
        text.replace("%3A", ":").replace("%2C", ",").replace("%25", "%")
    };
    Some(WorkflowCommand {
        name: name.to_owned(),
        properties: pairs.map(|(key, value)| (key.to_owned(), decode(value))).collect(),
        message: message.replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%"),
    })
}

/// `##[name …]message`, anywhere in a line.
fn first(line: &str) -> Option<WorkflowCommand> {
    let (_, rest) = line.split_once("##[")?;
    let (head, message) = rest.split_once(']')?;
    let name = head.split(' ').next().unwrap_or(head).to_owned();
    Some(WorkflowCommand { name, properties: Vec::new(), message: message.to_owned() })
}

#[test]
fn the_runner_is_as_easily_led_as_the_real_one() {
    assert_eq!(commands("  ::error file=a%2Cb::50%25\nx ##[group]y").len(), 2);
    assert_eq!(commands("::error file=a%2Cb::x")[0].property("file"), Some("a,b"));
    assert_eq!(commands("x ::error::y\n::x\n##x\n#[error]").len(), 0);
}
