//! What handlers take from a request, with problems that name the place and never repeat what was sent.

mod body;
mod object;
mod path;
mod query;
mod said;

pub(crate) use body::JsonBody;
pub(crate) use object::Object;
pub(crate) use path::PathOf;
pub(crate) use query::QueryOf;
