//! What a question about the schema costs, in bytes of its answer, reckoned before it is answered: the engine's own
//! limits do not count it, and types lead to each other without end.

use async_graphql::{
    parser::types::{ExecutableDocument, Selection, SelectionSet},
    registry::{MetaInputValue, MetaType, Registry},
};

/// Bytes of a value that is no description, with its colon, comma and quotes.
const VALUE: usize = 24;
/// Bytes of the description of a type that another type leads to.
const TEXT: usize = 300;

/// How many things of one sort an answer holds, how long their descriptions are together, and what is below them.
#[derive(Clone, Debug, Default)]
struct Sort {
    count: usize,
    text: usize,
    below: Vec<(&'static str, Below)>,
}

#[derive(Clone, Debug)]
enum Below {
    Sort(Sort),
    /// References to types, of which the names are asked for.
    Types(Levels),
}

/// How many references to types there are, and how many of them are left within each list and non-null around them.
type Levels = [usize; DEEPEST_TYPE];

/// The most lists and non-nulls around a type: `[[T!]!]!`, and itself.
const DEEPEST_TYPE: usize = 7;

/// How large the parts of the schema are.
#[derive(Clone, Debug)]
pub struct Sizes {
    schema: Sort,
    /// A type that is as large as the largest in every part.
    one_type: Sort,
}

/// Why a question about the schema is not answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TooMuch {
    /// It asks for the members of types that it comes to from other types.
    Nested,
    /// The answer would be too large.
    Larger,
}

/// The numbers of members of types, and the lengths of their descriptions.
#[derive(Clone, Copy, Debug, Default)]
struct Members {
    types: Part,
    fields: Part,
    arguments: Part,
    inputs: Part,
    values: Part,
    interfaces: usize,
    possible: usize,
}

/// Members of one sort: the length of their descriptions, and their types.
#[derive(Clone, Copy, Debug, Default)]
struct Part {
    text: usize,
    levels: Levels,
}

impl Part {
    /// One with this description and type; what has no type is one without anything around it.
    fn one(description: &Option<String>, ty: &str) -> Self {
        let around = ty.chars().filter(|c| "[!".contains(*c)).count();
        Self {
            text: description.as_ref().map_or(0, String::len),
            levels: std::array::from_fn(|level| usize::from(level <= around)),
        }
    }

    fn join(self, other: Self, by: fn(usize, usize) -> usize) -> Self {
        let levels = self.levels.iter().zip(other.levels);
        let mut joined = Self {
            text: by(self.text, other.text),
            ..Self::default()
        };
        for (level, (one, other)) in joined.levels.iter_mut().zip(levels) {
            *level = by(*one, other);
        }
        joined
    }

    fn count(&self) -> usize {
        self.levels.first().copied().unwrap_or_default()
    }

    fn sort(self, below: Vec<(&'static str, Below)>) -> Sort {
        Sort {
            count: self.count(),
            text: self.text,
            below,
        }
    }
}

/// So many references to types with nothing around them.
fn plain(count: usize) -> Below {
    let mut levels = Levels::default();
    if let Some(first) = levels.first_mut() {
        *first = count;
    }
    Below::Types(levels)
}

fn sum(one: usize, other: usize) -> usize {
    one.saturating_add(other)
}

fn inputs<'a>(inputs: impl Iterator<Item = &'a MetaInputValue>) -> Part {
    inputs.fold(Part::default(), |all, input| {
        let mut one = Part::one(&input.description, &input.ty);
        one.text += input.default_value.as_ref().map_or(0, String::len);
        all.join(one, sum)
    })
}

impl Members {
    fn of(ty: &MetaType, registry: &Registry) -> Self {
        let mut members = Self::default();
        let description = match ty {
            MetaType::Scalar { description, .. } => description,
            MetaType::Object {
                description,
                fields,
                name,
                ..
            }
            | MetaType::Interface {
                description,
                fields,
                name,
                ..
            } => {
                for field in fields.values() {
                    let one = Part::one(&field.description, &field.ty);
                    members.fields = members.fields.join(one, sum);
                    members.arguments = members.arguments.join(inputs(field.args.values()), sum);
                }
                members.interfaces = registry.implements.get(name).map_or(0, |all| all.len());
                description
            }
            MetaType::Union { description, .. } => description,
            MetaType::Enum {
                description,
                enum_values,
                ..
            } => {
                members.values = enum_values.values().fold(Part::default(), |all, value| {
                    all.join(Part::one(&value.description, ""), sum)
                });
                description
            }
            MetaType::InputObject {
                description,
                input_fields,
                ..
            } => {
                members.inputs = inputs(input_fields.values());
                description
            }
        };
        if let MetaType::Interface { possible_types, .. } | MetaType::Union { possible_types, .. } =
            ty
        {
            members.possible = possible_types.len();
        }
        members.types = Part::one(description, "");
        members
    }

    /// All of them, by this way of joining two numbers.
    fn join(self, other: Self, by: fn(usize, usize) -> usize) -> Self {
        Self {
            types: self.types.join(other.types, by),
            fields: self.fields.join(other.fields, by),
            arguments: self.arguments.join(other.arguments, by),
            inputs: self.inputs.join(other.inputs, by),
            values: self.values.join(other.values, by),
            interfaces: by(self.interfaces, other.interfaces),
            possible: by(self.possible, other.possible),
        }
    }

    fn sort(self) -> Sort {
        let input = |part: Part| Below::Sort(part.sort(vec![("type", Below::Types(part.levels))]));
        let fields = vec![
            ("args", input(self.arguments)),
            ("type", Below::Types(self.fields.levels)),
        ];
        self.types.sort(vec![
            ("fields", Below::Sort(self.fields.sort(fields))),
            ("inputFields", input(self.inputs)),
            ("enumValues", Below::Sort(self.values.sort(Vec::new()))),
            ("interfaces", plain(self.interfaces)),
            ("possibleTypes", plain(self.possible)),
            ("ofType", plain(0)),
        ])
    }
}

impl Sizes {
    /// The sizes of the schema that this registry describes.
    pub fn of(registry: &Registry) -> Self {
        let members = || registry.types.values().map(|ty| Members::of(ty, registry));
        let all = members().fold(Members::default(), |all, one| all.join(one, sum));
        let most = members().fold(Members::default(), |all, one| all.join(one, usize::max));
        let one_type = most.sort();
        let arguments = registry
            .directives
            .values()
            .flat_map(|one| one.args.values());
        let arguments = inputs(arguments);
        let arguments = arguments.sort(vec![("type", Below::Types(arguments.levels))]);
        let directives = registry
            .directives
            .values()
            .fold(Part::default(), |all, one| {
                all.join(Part::one(&one.description, ""), sum)
            });
        let directives = directives.sort(vec![("args", Below::Sort(arguments))]);
        let root = || Below::Sort(one_type.clone());
        let schema = Sort {
            count: 1,
            text: 0,
            below: vec![
                ("types", Below::Sort(all.sort())),
                ("queryType", root()),
                ("mutationType", root()),
                ("subscriptionType", root()),
                ("directives", Below::Sort(directives)),
            ],
        };
        Self { schema, one_type }
    }
}

/// How large an answer about the schema may be.
#[derive(Clone, Copy, Debug)]
pub struct Most {
    /// Bytes.
    pub bytes: usize,
    /// Values: fields, and elements of lists. The engine takes some microseconds for each.
    pub values: usize,
}

/// With about how many values the document's questions about the schema are answered. The fields of the document, with
/// fragments expanded, are known to be few.
///
/// # Errors
/// When the answer is larger than `most`, or the question may not be asked.
pub fn values<'a>(
    document: &ExecutableDocument,
    sizes: impl Fn() -> &'a Sizes,
    most: Most,
) -> Result<usize, TooMuch> {
    let mut count = Count {
        document,
        bytes: 0,
        values: 0,
        most,
    };
    for (_, operation) in document.operations.iter() {
        count.roots(&operation.node.selection_set.node, &sizes)?;
    }
    Ok(count.values)
}

struct Count<'a> {
    document: &'a ExecutableDocument,
    bytes: usize,
    values: usize,
    most: Most,
}

/// A fragment within itself is refused by validation; until then it is followed no deeper than this.
const DEEPEST: usize = 64;

/// What is done with a field: its response key, its name, and what is selected of it.
type Each<'a, C> = dyn FnMut(&mut C, &str, &str, &SelectionSet) -> Result<(), TooMuch> + 'a;

impl Count<'_> {
    /// Adds so many values of this length each, and the length of their descriptions together.
    fn add(&mut self, values: usize, each: usize, text: usize) -> Result<(), TooMuch> {
        self.values = self.values.saturating_add(values);
        let bytes = values.saturating_mul(each).saturating_add(text);
        self.bytes = self.bytes.saturating_add(bytes);
        match self.bytes > self.most.bytes || self.values > self.most.values {
            true => Err(TooMuch::Larger),
            false => Ok(()),
        }
    }

    /// Follows the fragments of a selection, and calls `each` with each field.
    fn fields(
        &mut self,
        set: &SelectionSet,
        deep: usize,
        each: &mut Each<'_, Self>,
    ) -> Result<(), TooMuch> {
        if deep > DEEPEST {
            return Ok(());
        }
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let key = field.node.response_key().node.as_str();
                    let name = field.node.name.node.as_str();
                    each(self, key, name, &field.node.selection_set.node)?;
                }
                Selection::InlineFragment(inline) => {
                    self.fields(&inline.node.selection_set.node, deep + 1, each)?;
                }
                Selection::FragmentSpread(spread) => {
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name) {
                        self.fields(&fragment.node.selection_set.node, deep + 1, each)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn roots<'a>(
        &mut self,
        set: &SelectionSet,
        sizes: &impl Fn() -> &'a Sizes,
    ) -> Result<(), TooMuch> {
        self.fields(set, 0, &mut |count, _, name, below| match name {
            "__schema" => count.sort(below, &sizes().schema, 1),
            "__type" => count.sort(below, &sizes().one_type, 1),
            _ => Ok(()),
        })
    }

    fn sort(&mut self, set: &SelectionSet, sort: &Sort, deep: usize) -> Result<(), TooMuch> {
        self.fields(set, deep, &mut |count, key, name, below| {
            let text = if name == "description" || name == "defaultValue" {
                sort.text
            } else {
                0
            };
            count.add(sort.count, key.len() + VALUE, text)?;
            let member = sort.below.iter().find(|(member, _)| *member == name);
            match member {
                Some((_, Below::Sort(member))) => {
                    count.add(member.count, 0, 0)?;
                    count.sort(below, member, deep + 1)
                }
                Some((_, Below::Types(levels))) => count.types(below, levels, deep + 1),
                None => Ok(()),
            }
        })
    }

    fn types(&mut self, set: &SelectionSet, levels: &[usize], deep: usize) -> Result<(), TooMuch> {
        let (number, within) = levels
            .split_first()
            .map_or((0, levels), |(one, rest)| (*one, rest));
        self.fields(set, deep, &mut |count, key, name, below| {
            let value = if name == "description" { TEXT } else { VALUE };
            count.add(number, key.len() + value, 0)?;
            match name {
                "ofType" => count.types(below, within, deep + 1),
                _ if below.items.is_empty() => Ok(()),
                _ => Err(TooMuch::Nested),
            }
        })
    }
}
