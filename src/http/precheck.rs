//! What is checked of a document before the engine sees it, in time linear in its length: nesting
//! of its text, size after fragments are expanded, aliases, and one mutation field a response key.
//!
//! The engine's own limits expand every fragment before they compare, so a few hundred bytes can
//! cost seconds. Accepted documents are kept parsed, in a bounded cache.

use std::{
    collections::{HashMap, HashSet},
    num::NonZeroUsize,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use async_graphql::{
    Name, Positioned,
    parser::{
        parse_query,
        types::{ExecutableDocument, OperationType, Selection, SelectionSet},
    },
};
use lru::LruCache;
use sha2::{Digest, Sha256};

use super::introspection::{self, Most, TooMuch};
use crate::{
    config::LimitsConfig,
    domain::reason::{Code, Reason},
    graphql,
};

/// Why a document is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    /// The class.
    pub code: Code,
    /// The reason, if there is one.
    pub reason: Option<Reason>,
    /// What is wrong.
    pub message: String,
}

impl Rejected {
    fn complex(message: impl Into<String>) -> Self {
        Self {
            code: Code::QueryTooComplex,
            reason: None,
            message: message.into(),
        }
    }
}

/// A document that may be executed.
#[derive(Clone)]
pub struct Accepted {
    pub document: Arc<ExecutableDocument>,
    /// How many tokens it has.
    pub tokens: usize,
    /// With how many values its questions about the schema are answered; none if it asks none.
    pub schema_values: usize,
}

/// Checks documents and keeps those accepted.
pub struct Precheck {
    limits: LimitsConfig,
    accepted: Mutex<LruCache<[u8; 32], Accepted>>,
    /// Reckoned when the first document asks for it.
    schema: OnceLock<introspection::Sizes>,
}

impl Precheck {
    /// A check by these limits.
    pub fn new(limits: &LimitsConfig) -> Self {
        let size = NonZeroUsize::new(limits.cached_documents).unwrap_or(NonZeroUsize::MIN);
        Self {
            limits: limits.clone(),
            accepted: Mutex::new(LruCache::new(size)),
            schema: OnceLock::new(),
        }
    }

    /// The parsed document.
    ///
    /// # Errors
    /// When it does not parse or is beyond a limit.
    pub fn document(&self, text: &str) -> Result<Accepted, Rejected> {
        let key: [u8; 32] = Sha256::digest(text).into();
        let lock = || self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(accepted) = lock().get(&key) {
            return Ok(accepted.clone());
        }
        if text.chars().count() > self.limits.characters {
            return Err(Rejected::complex(format!(
                "The document has more than {} characters.",
                self.limits.characters
            )));
        }
        // The parser recurses, and takes some microseconds for each token: both are bounded before it runs.
        let (tokens, nesting) = outline(text);
        if tokens > self.limits.tokens {
            return Err(Rejected::complex(format!(
                "The document has more than {} tokens.",
                self.limits.tokens
            )));
        }
        if nesting > self.limits.depth * 2 + 16 {
            return Err(Rejected::complex("The document is nested too deep."));
        }
        let document = parse_query(text).map_err(|error| Rejected {
            code: Code::ParseFailed,
            reason: None,
            message: format!("The document does not parse: {error}"),
        })?;
        let schema_values = self.check(&document)?;
        let accepted = Accepted {
            document: Arc::new(document),
            tokens,
            schema_values,
        };
        lock().put(key, accepted.clone());
        Ok(accepted)
    }

    /// With how many values its questions about the schema are answered, if it is accepted.
    fn check(&self, document: &ExecutableDocument) -> Result<usize, Rejected> {
        let mut sizes = Sizes {
            document,
            known: HashMap::new(),
        };
        let mut total = Size::default();
        for (_, operation) in document.operations.iter() {
            let size = sizes.of(&operation.node.selection_set.node);
            total = total.plus(size);
            let set = &operation.node.selection_set.node;
            match operation.node.ty {
                OperationType::Query => {}
                OperationType::Mutation => {
                    one_key_each(document, set, &mut HashSet::new(), &mut HashSet::new())?;
                }
                OperationType::Subscription => one_root(set)?,
            }
        }
        for fragment in document.fragments.values() {
            total.depth = total
                .depth
                .max(sizes.of(&fragment.node.selection_set.node).depth);
        }
        if total.fields > self.limits.fields {
            return Err(Rejected::complex(format!(
                "The document selects more than {} fields once its fragments are expanded.",
                self.limits.fields
            )));
        }
        if total.spreads > self.limits.fields {
            return Err(Rejected::complex(format!(
                "The document uses fragments more than {} times once they are expanded.",
                self.limits.fields
            )));
        }
        if total.aliases > self.limits.aliases {
            return Err(Rejected::complex(format!(
                "The document has more than {} aliases.",
                self.limits.aliases
            )));
        }
        if total.depth > self.limits.depth {
            return Err(Rejected::complex(format!(
                "The document is nested deeper than {}.",
                self.limits.depth
            )));
        }
        let sizes = || introspection::Sizes::of(&graphql::registry());
        let most = Most {
            bytes: self.limits.schema_bytes,
            values: self.limits.schema_values,
        };
        match introspection::values(document, || self.schema.get_or_init(sizes), most) {
            Ok(values) => Ok(values),
            Err(TooMuch::Nested) => Err(Rejected::complex(
                "The document asks for the members of a type that another type leads to. Ask for all `types` \
                 once: they refer to each other by name.",
            )),
            Err(TooMuch::Larger) => Err(Rejected::complex(format!(
                "The document asks for more than {} bytes or {} values about the schema.",
                most.bytes, most.values
            ))),
        }
    }
}

/// How many tokens a document has (GraphQL, section 2.1.6), and the greatest nesting of its brackets.
fn outline(text: &str) -> (usize, usize) {
    let (mut tokens, mut depth, mut most) = (0_usize, 0_usize, 0);
    let mut within = false;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        // Letters and digits that follow each other are one token, three dots too.
        let joins = c.is_alphanumeric() || "_.".contains(c);
        let counts = !(joins && within || c.is_whitespace() || ",#\u{feff}".contains(c));
        tokens += usize::from(counts);
        within = joins;
        match c {
            '{' | '[' | '(' => {
                depth += 1;
                most = most.max(depth);
            }
            '}' | ']' | ')' => depth = depth.saturating_sub(1),
            '#' => {
                chars.by_ref().find(|c| *c == '\n' || *c == '\r');
            }
            '"' => string(&mut chars),
            _ => {}
        }
    }
    (tokens, most)
}

/// Reads past a string or a block string whose opening quote was just read.
fn string(chars: &mut std::str::Chars<'_>) {
    let block = chars.as_str().starts_with("\"\"");
    if block {
        chars.nth(1);
        while !chars.as_str().is_empty() && !chars.as_str().starts_with("\"\"\"") {
            if chars.next() == Some('\\') && chars.as_str().starts_with("\"\"\"") {
                chars.nth(2);
            }
        }
        chars.nth(2);
        return;
    }
    while let Some(c) = chars.next() {
        match c {
            '"' | '\n' => return,
            '\\' => {
                chars.next();
            }
            _ => {}
        }
    }
}

/// The size of a selection after its fragments are expanded.
#[derive(Clone, Copy, Debug, Default)]
struct Size {
    fields: usize,
    /// Uses of fragments: the engine follows each, even if it leads to no field.
    spreads: usize,
    aliases: usize,
    depth: usize,
}

impl Size {
    fn plus(self, other: Self) -> Self {
        Self {
            fields: self.fields.saturating_add(other.fields),
            spreads: self.spreads.saturating_add(other.spreads),
            aliases: self.aliases.saturating_add(other.aliases),
            depth: self.depth.max(other.depth),
        }
    }
}

/// Sizes of fragments, each found once.
struct Sizes<'a> {
    document: &'a ExecutableDocument,
    known: HashMap<&'a Name, Option<Size>>,
}

impl<'a> Sizes<'a> {
    fn of(&mut self, set: &'a SelectionSet) -> Size {
        let mut total = Size::default();
        for selection in &set.items {
            let size = match &selection.node {
                Selection::Field(field) => {
                    let below = self.of(&field.node.selection_set.node);
                    Size {
                        fields: below.fields.saturating_add(1),
                        spreads: below.spreads,
                        aliases: below
                            .aliases
                            .saturating_add(usize::from(field.node.alias.is_some())),
                        depth: below.depth.saturating_add(1),
                    }
                }
                Selection::InlineFragment(inline) => self.of(&inline.node.selection_set.node),
                Selection::FragmentSpread(spread) => {
                    let size = self.fragment(&spread.node.fragment_name.node);
                    Size {
                        spreads: size.spreads.saturating_add(1),
                        ..size
                    }
                }
            };
            total = total.plus(size);
        }
        total
    }

    fn fragment(&mut self, name: &'a Name) -> Size {
        if let Some(known) = self.known.get(name) {
            // A fragment within itself has no size yet: validation refuses it.
            return known.unwrap_or_default();
        }
        self.known.insert(name, None);
        let size = match self.document.fragments.get(name) {
            Some(fragment) => self.of(&fragment.node.selection_set.node),
            None => Size::default(),
        };
        self.known.insert(name, Some(size));
        size
    }
}

/// Refuses a mutation whose root fields share a response key: the engine would run both.
fn one_key_each<'a>(
    document: &'a ExecutableDocument,
    set: &'a SelectionSet,
    keys: &mut HashSet<&'a Name>,
    spread_once: &mut HashSet<&'a Name>,
) -> Result<(), Rejected> {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let key: &Positioned<Name> = field.node.response_key();
                if !keys.insert(&key.node) {
                    return Err(duplicate(&key.node));
                }
            }
            Selection::InlineFragment(inline) => {
                one_key_each(document, &inline.node.selection_set.node, keys, spread_once)?;
            }
            Selection::FragmentSpread(spread) => {
                let name = &spread.node.fragment_name.node;
                if !spread_once.insert(name) {
                    // Its fields would be there twice; and following it again could take forever.
                    return Err(duplicate(name));
                }
                if let Some(fragment) = document.fragments.get(name) {
                    let set = &fragment.node.selection_set.node;
                    one_key_each(document, set, keys, spread_once)?;
                }
            }
        }
    }
    Ok(())
}

/// Refuses a subscription to several things at once (GraphQL, section 5.2.4.1).
fn one_root(set: &SelectionSet) -> Result<(), Rejected> {
    match set.items.as_slice() {
        [one] if matches!(one.node, Selection::Field(_)) => Ok(()),
        _ => Err(Rejected {
            code: Code::ValidationFailed,
            reason: None,
            message: "A subscription selects one field at its root, and no fragment there."
                .to_owned(),
        }),
    }
}

fn duplicate(name: &Name) -> Rejected {
    Rejected {
        code: Code::ValidationFailed,
        reason: Some(Reason::DuplicateMutationKey),
        message: format!(
            "The mutation selects `{name}` twice. {}",
            Reason::DuplicateMutationKey.cure()
        ),
    }
}
