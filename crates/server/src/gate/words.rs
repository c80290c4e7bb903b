//! The policies' words as names of the trail, made once: each record holds several of them.

use std::sync::LazyLock;

use wardline_access::model::{DataType, Purpose, Role};
use wardline_audit::model as trail;

static DATA_TYPES: LazyLock<Vec<Option<trail::DataType>>> = LazyLock::new(|| {
    let all = DataType::ALL.iter();
    all.map(|word| trail::DataType::new(word.as_str()).ok())
        .collect()
});
static PURPOSES: LazyLock<Vec<Option<trail::Purpose>>> = LazyLock::new(|| {
    let all = Purpose::ALL.iter();
    all.map(|word| trail::Purpose::new(word.as_str()).ok())
        .collect()
});
static ROLES: LazyLock<Vec<Option<trail::RoleName>>> = LazyLock::new(|| {
    let all = Role::ALL.iter();
    all.map(|word| trail::RoleName::new(word.as_str()).ok())
        .collect()
});

pub(super) fn data_type(word: DataType) -> Option<trail::DataType> {
    DATA_TYPES.get(word as usize).cloned().flatten()
}

pub(super) fn purpose(word: Purpose) -> Option<trail::Purpose> {
    PURPOSES.get(word as usize).cloned().flatten()
}

pub(super) fn role(word: Role) -> Option<trail::RoleName> {
    ROLES.get(word as usize).cloned().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_the_policies_stands_in_the_trail_as_it_is_written() {
        for word in DataType::ALL {
            assert_eq!(data_type(*word).unwrap().as_str(), word.as_str());
        }
        for word in Purpose::ALL {
            assert_eq!(purpose(*word).unwrap().as_str(), word.as_str());
        }
        for word in Role::ALL {
            assert_eq!(role(*word).unwrap().as_str(), word.as_str());
        }
    }
}
