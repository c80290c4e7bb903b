//! What each route asks for, read from the API's own description: what is documented is what is enforced.

use std::collections::BTreeMap;

use axum::http::Method;
use utoipa::openapi::OpenApi;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::security::SecurityRequirement;

use super::Scope;

/// The name of the security scheme in the description.
pub(crate) const SCHEME: &str = "token";

/// The name of the scheme of routes that are for persons only.
pub(crate) const PERSON: &str = "person";

/// What a route asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing: it shows nothing of patients or of the hospital's traffic.
    Public,
    /// A person who signed in, in whatever role.
    Person,
    /// A token with all of these scopes.
    Scopes(Vec<Scope>),
}

/// What every route asks for. A route that is not in it is closed to everybody.
#[derive(Debug)]
pub(crate) struct AccessTable(BTreeMap<String, BTreeMap<String, Access>>);

impl AccessTable {
    /// Reads the security requirements of the description. An operation without one gets no entry.
    pub(crate) fn of(description: &OpenApi) -> Self {
        let paths = description.paths.paths.iter();
        Self(
            paths
                .map(|(path, item)| (path.clone(), of_item(item)))
                .collect(),
        )
    }

    /// The same, with `path` open to everybody.
    pub(crate) fn opened(mut self, path: &str) -> Self {
        for access in self
            .0
            .get_mut(path)
            .into_iter()
            .flat_map(BTreeMap::values_mut)
        {
            *access = Access::Public;
        }
        self
    }

    /// The same, with `path` closed to everybody, as if it were not there.
    pub(crate) fn closed(mut self, path: &str) -> Self {
        self.0.remove(path);
        self
    }

    /// What `method` on the route template `path` asks for; `None` when there is no such operation.
    pub(crate) fn get(&self, method: &Method, path: &str) -> Option<&Access> {
        // HEAD is GET without the body.
        let method = if method == Method::HEAD {
            "GET"
        } else {
            method.as_str()
        };
        self.0.get(path)?.get(method)
    }

    pub(crate) fn knows_path(&self, path: &str) -> bool {
        self.0.contains_key(path)
    }
}

fn of_item(item: &PathItem) -> BTreeMap<String, Access> {
    let operations = [
        ("GET", &item.get),
        ("PUT", &item.put),
        ("POST", &item.post),
        ("DELETE", &item.delete),
        ("PATCH", &item.patch),
    ];
    let documented = operations
        .into_iter()
        .filter_map(|(method, operation)| Some((method, access(operation.as_ref()?)?)));
    documented
        .map(|(method, access)| (method.to_owned(), access))
        .collect()
}

fn access(operation: &Operation) -> Option<Access> {
    let requirement = operation.security.as_ref()?.first()?;
    if *requirement == SecurityRequirement::default() {
        return Some(Access::Public);
    }
    let value = serde_json::to_value(requirement).ok()?;
    if value.get(PERSON).is_some() {
        return Some(Access::Person);
    }
    scopes_of(&value).map(Access::Scopes)
}

/// The scopes of the token scheme; `None` for another scheme, no scope, or one that is not known.
fn scopes_of(requirement: &serde_json::Value) -> Option<Vec<Scope>> {
    let names = requirement.get(SCHEME)?.as_array()?;
    let scopes: Option<Vec<Scope>> = names
        .iter()
        .map(|name| Scope::parse(name.as_str()?))
        .collect();
    scopes.filter(|scopes| !scopes.is_empty())
}

#[cfg(test)]
mod tests {
    use utoipa::openapi::path::{HttpMethod, OperationBuilder, PathsBuilder};
    use utoipa::openapi::{InfoBuilder, OpenApiBuilder};

    use super::*;

    fn table(security: Option<SecurityRequirement>) -> AccessTable {
        let mut operation = OperationBuilder::new();
        if let Some(security) = security {
            operation = operation.security(security);
        }
        let item = PathItem::new(HttpMethod::Get, operation);
        let paths = PathsBuilder::new().path("/v1/things", item);
        let api = OpenApiBuilder::new()
            .info(InfoBuilder::new())
            .paths(paths)
            .build();
        AccessTable::of(&api)
    }

    #[test]
    fn a_route_asks_for_the_scopes_it_is_described_with() {
        let table = table(Some(SecurityRequirement::new(SCHEME, ["read", "phi"])));

        let expected = Access::Scopes(vec![Scope::Read, Scope::Phi]);
        assert_eq!(table.get(&Method::GET, "/v1/things"), Some(&expected));
        assert_eq!(table.get(&Method::HEAD, "/v1/things"), Some(&expected));
        assert_eq!(table.get(&Method::POST, "/v1/things"), None);
    }

    #[test]
    fn a_route_without_a_known_requirement_is_closed() {
        let no_scopes: [&str; 0] = [];
        for security in [
            None,
            Some(SecurityRequirement::new(SCHEME, no_scopes)),
            Some(SecurityRequirement::new(SCHEME, ["root"])),
            Some(SecurityRequirement::new("other", ["read"])),
        ] {
            assert_eq!(table(security).get(&Method::GET, "/v1/things"), None);
        }
    }
}
