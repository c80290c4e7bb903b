//! JSON objects, and nothing that could pass for one.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

/// A `T` that was written as a JSON object. serde would also take a list for a struct, its fields in order: then a
/// value would land in a field that nobody named.
#[derive(Default)]
pub(crate) struct Object<T>(pub(crate) T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_map(ObjectOf(PhantomData))
            .map(Self)
    }
}

struct ObjectOf<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectOf<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(serde::Deserialize)]
    struct Pair {
        one: u32,
        two: u32,
    }

    #[test]
    fn an_object_is_taken_and_a_list_is_not() {
        let pair: Object<Pair> = serde_json::from_str(r#"{"two": 2, "one": 1}"#).unwrap();

        assert_eq!((pair.0.one, pair.0.two), (1, 2));
        assert!(serde_json::from_str::<Object<Pair>>("[1, 2]").is_err());
        assert!(serde_json::from_str::<Object<Pair>>("null").is_err());
    }
}
