//! Policies as they are read: parsed, validated against the schema, named, and sliced by action. Anything wrong
//! refuses the whole set, so that the one before stays in force.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use aws_lc_rs::digest;
use cedar_policy::{
    ActionConstraint, Effect, EntityUid, Policy, PolicyId, PolicySet as CedarPolicies, Schema,
    ValidationMode, Validator,
};

use super::cedar::Vocabulary;
use super::{PolicySetHash, Reason};
use crate::model::Action;

/// Policies of a set at most: each one is looked at for each question, so more would be slow, and nobody can review
/// more.
pub const MAX_POLICIES: usize = 50;
/// Bytes of one policy file at most.
pub const MAX_SOURCE_BYTES: usize = 256 * 1024;
/// Files of a folder at most.
const MAX_FILES: usize = 64;
const EXTENSION: &str = "cedar";
const SCHEMA: &str = include_str!("../../policies/wardline.cedarschema");
const BUILT_IN: [(&str, &str); 7] = [
    ("care.cedar", include_str!("../../policies/care.cedar")),
    (
        "emergency.cedar",
        include_str!("../../policies/emergency.cedar"),
    ),
    ("limits.cedar", include_str!("../../policies/limits.cedar")),
    (
        "machines.cedar",
        include_str!("../../policies/machines.cedar"),
    ),
    ("office.cedar", include_str!("../../policies/office.cedar")),
    (
        "release.cedar",
        include_str!("../../policies/release.cedar"),
    ),
    (
        "stewards.cedar",
        include_str!("../../policies/stewards.cedar"),
    ),
];

/// Why a set of policies was refused. Policies hold no patient's data, so their text may be repeated.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    /// The folder or a file of it cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// What.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no policy in it.
    #[error("there are no policies: put at least one file that ends in .cedar there")]
    Empty,
    /// There is too much of it.
    #[error("{what}: at most {max}")]
    TooMuch {
        /// Of what.
        what: String,
        /// The limit.
        max: usize,
    },
    /// It is not Cedar.
    #[error("{file}: {message}")]
    Syntax {
        /// Where.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// It speaks of what there is not, or can never apply.
    #[error("the policies do not fit the schema: {0}")]
    Invalid(String),
    /// A policy lacks `@id` or `@says`, or a `forbid` its `@reason`, or one is taken twice.
    #[error("{file}: {message}")]
    Unnamed {
        /// Where.
        file: String,
        /// What is wrong.
        message: String,
    },
    /// A policy names a user. Users are known to policies by their roles only.
    #[error("policy `{0}` names a user: give the user a role instead")]
    NamesAUser(String),
}

/// A validated set of policies.
pub struct PolicySet {
    pub(super) vocabulary: Vocabulary,
    /// What each action needs to ask, in the order of [`Action::ALL`].
    slices: Vec<CedarPolicies>,
    named: BTreeMap<Arc<str>, Named>,
    hash: PolicySetHash,
}

/// What a policy says of itself.
struct Named {
    says: String,
    /// Of a `forbid`.
    reason: Option<Reason>,
}

impl std::fmt::Debug for PolicySet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PolicySet")
            .field("hash", &self.hash)
            .field("policies", &self.named.len())
            .finish_non_exhaustive()
    }
}

impl PolicySet {
    /// The policies that Wardline comes with.
    ///
    /// # Errors
    /// [`PolicyError`]; a test shows that there is none.
    pub fn built_in() -> Result<Self, PolicyError> {
        Self::from_sources(&BUILT_IN)
    }

    /// Every `*.cedar` file of a folder, instead of those that Wardline comes with.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn load(folder: &Path) -> Result<Self, PolicyError> {
        let files = read_folder(folder)?;
        let sources: Vec<(&str, &str)> = files
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        Self::from_sources(&sources)
    }

    /// Policies from texts, each with the name of its file.
    ///
    /// # Errors
    /// [`PolicyError`]
    pub fn from_sources(sources: &[(&str, &str)]) -> Result<Self, PolicyError> {
        let (schema, _warnings) = Schema::from_cedarschema_str(SCHEMA)
            .map_err(|error| PolicyError::Invalid(error.to_string()))?;
        let (all, named) = name_all(sources)?;
        validate(&schema, &all)?;
        let vocabulary = Vocabulary::new(&schema).map_err(invalid)?;
        let slices = slices(&schema, &vocabulary, &all)?;
        Ok(Self {
            vocabulary,
            slices,
            named,
            hash: hash(sources),
        })
    }

    /// What identifies the set: equal exactly when schema, file names and texts are.
    pub fn hash(&self) -> PolicySetHash {
        self.hash
    }

    /// The ids of its policies, with what each says in words.
    pub fn policies(&self) -> impl Iterator<Item = (&str, &str)> {
        self.named
            .iter()
            .map(|(id, named)| (id.as_ref(), named.says.as_str()))
    }

    /// What a policy says in words.
    pub fn says(&self, id: &str) -> Option<&str> {
        self.named.get(id).map(|named| named.says.as_str())
    }

    pub(super) fn slice(&self, action: Action) -> Option<&CedarPolicies> {
        self.slices.get(action as usize)
    }

    pub(super) fn id_and_reason(&self, id: &str) -> Option<(Arc<str>, Option<Reason>)> {
        self.named
            .get_key_value(id)
            .map(|(id, named)| (Arc::clone(id), named.reason))
    }
}

fn read_folder(folder: &Path) -> Result<Vec<(String, String)>, PolicyError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |source| PolicyError::Unreadable { path, source }
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.extension().is_some_and(|e| e == EXTENSION) {
            paths.push(path);
        }
        if paths.len() > MAX_FILES {
            return Err(PolicyError::TooMuch {
                what: "policy files".to_owned(),
                max: MAX_FILES,
            });
        }
    }
    paths.sort();
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let length = std::fs::metadata(&path).map_err(unreadable(&path))?.len();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if length > MAX_SOURCE_BYTES as u64 {
            return Err(too_long(&name));
        }
        let text = std::fs::read_to_string(&path).map_err(unreadable(&path))?;
        files.push((name.into_owned(), text));
    }
    Ok(files)
}

fn name_all(
    sources: &[(&str, &str)],
) -> Result<(CedarPolicies, BTreeMap<Arc<str>, Named>), PolicyError> {
    let mut all = CedarPolicies::new();
    let mut named = BTreeMap::new();
    for (file, text) in sources {
        if text.len() > MAX_SOURCE_BYTES {
            return Err(too_long(file));
        }
        let parsed: CedarPolicies = text.parse().map_err(|error| PolicyError::Syntax {
            file: (*file).to_owned(),
            message: format!("{error}"),
        })?;
        if parsed.num_of_templates() > 0 {
            return Err(unnamed(file, "templates are not used: write a policy"));
        }
        for policy in parsed.policies() {
            let (id, name) = name_of(file, policy)?;
            let new = policy.new_id(PolicyId::new(&id));
            if named.insert(Arc::from(id.as_str()), name).is_some() {
                return Err(unnamed(file, &format!("@id(\"{id}\") is taken twice")));
            }
            all.add(new)
                .map_err(|error| PolicyError::Invalid(error.to_string()))?;
        }
    }
    match named.len() {
        0 => Err(PolicyError::Empty),
        1..=MAX_POLICIES => Ok((all, named)),
        _ => Err(PolicyError::TooMuch {
            what: "policies".to_owned(),
            max: MAX_POLICIES,
        }),
    }
}

fn name_of(file: &str, policy: &Policy) -> Result<(String, Named), PolicyError> {
    let annotation = |key: &str| policy.annotation(key).filter(|text| !text.is_empty());
    let id = annotation("id").ok_or_else(|| unnamed(file, "a policy has no @id"))?;
    let says = annotation("says")
        .ok_or_else(|| unnamed(file, &format!("policy `{id}` has no @says in words")))?;
    let reason = annotation("reason").and_then(Reason::from_code);
    if policy.effect() == Effect::Forbid && reason.is_none() {
        let codes = Reason::ALL.map(Reason::code).join(", ");
        let message = format!("policy `{id}` forbids: give it a @reason, one of {codes}");
        return Err(unnamed(file, &message));
    }
    let names_a_user = policy
        .entity_literals()
        .iter()
        .any(|uid| uid.type_name().to_string() == "User");
    if names_a_user {
        return Err(PolicyError::NamesAUser(id.to_owned()));
    }
    let named = Named {
        says: says.to_owned(),
        reason,
    };
    Ok((id.to_owned(), named))
}

fn validate(schema: &Schema, all: &CedarPolicies) -> Result<(), PolicyError> {
    let result = Validator::new(schema.clone()).validate(all, ValidationMode::Strict);
    // A warning says, for one, that a policy can never apply: somebody meant something else.
    let found: Vec<String> = result
        .validation_errors()
        .map(ToString::to_string)
        .chain(result.validation_warnings().map(ToString::to_string))
        .collect();
    if found.is_empty() {
        Ok(())
    } else {
        Err(PolicyError::Invalid(found.join("; ")))
    }
}

/// For each action the policies that can apply to it: Cedar looks at each policy of a set in turn.
fn slices(
    schema: &Schema,
    vocabulary: &Vocabulary,
    all: &CedarPolicies,
) -> Result<Vec<CedarPolicies>, PolicyError> {
    let groups = schema.action_entities().map_err(invalid)?;
    let mut slices = Vec::with_capacity(Action::ALL.len());
    for action in Action::ALL {
        let action = vocabulary.action(*action).map_err(invalid)?;
        let covers = |group: &EntityUid| action == group || groups.is_ancestor_of(group, action);
        let applying = all.policies().filter(|p| match p.action_constraint() {
            ActionConstraint::Any => true,
            ActionConstraint::Eq(only) => &only == action,
            ActionConstraint::In(several) => several.iter().any(covers),
        });
        let slice = CedarPolicies::from_policies(applying.cloned()).map_err(invalid)?;
        slices.push(slice);
    }
    Ok(slices)
}

fn hash(sources: &[(&str, &str)]) -> PolicySetHash {
    let mut context = digest::Context::new(&digest::SHA256);
    let mut update = |part: &str| {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    };
    update(SCHEMA);
    for (file, text) in sources {
        update(file);
        update(text);
    }
    let digest = context.finish();
    let mut hash = [0; 32];
    hash.iter_mut()
        .zip(digest.as_ref())
        .for_each(|(to, from)| *to = *from);
    PolicySetHash(hash)
}

fn too_long(file: &str) -> PolicyError {
    PolicyError::TooMuch {
        what: format!("bytes of {file}"),
        max: MAX_SOURCE_BYTES,
    }
}

fn unnamed(file: &str, message: &str) -> PolicyError {
    PolicyError::Unnamed {
        file: file.to_owned(),
        message: message.to_owned(),
    }
}

fn invalid(error: impl std::fmt::Display) -> PolicyError {
    PolicyError::Invalid(error.to_string())
}
