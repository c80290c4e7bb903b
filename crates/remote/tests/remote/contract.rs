//! The sentences of [`KeyProvider`], held against a provider.

use wardline_phi::{KeyProvider, ProviderError, WrappedKey};

use crate::given::{context, key, scope};

/// All sentences, on a provider whose key was just made.
pub(crate) fn holds(provider: &dyn KeyProvider) {
    let here = scope("channel/adt-in/2026-11");
    let there = scope("channel/adt-in/2026-12");
    let wrapped = provider.wrap(&key(), &context(1, &here)).unwrap();
    let opens = |wrapped: &WrappedKey| {
        let opened = provider.unwrap_key(wrapped, &context(1, &here)).unwrap();
        assert_eq!(opened.expose(), key().expose());
    };

    // 1. What was wrapped unwraps.
    opens(&wrapped);
    assert_eq!(wrapped.holder(), provider.holder());
    assert!(provider.is_current(&wrapped).unwrap());

    // 2. Nowhere else, and not altered.
    for elsewhere in [context(2, &here), context(1, &there)] {
        let refused = provider.unwrap_key(&wrapped, &elsewhere);
        assert!(
            matches!(refused, Err(ProviderError::Refused { .. })),
            "{refused:?}"
        );
        let refused = provider.rewrap(&wrapped, &elsewhere);
        assert!(
            matches!(refused, Err(ProviderError::Refused { .. })),
            "{refused:?}"
        );
    }
    let mut altered = wrapped.clone();
    let last = altered.bytes.len() - 5;
    altered.bytes[last] = if altered.bytes[last] == b'A' {
        b'B'
    } else {
        b'A'
    };
    let refused = provider.unwrap_key(&altered, &context(1, &here));
    assert!(
        matches!(refused, Err(ProviderError::Refused { .. })),
        "{refused:?}"
    );

    // 4. After a rotation it is not current, still unwraps, and is current again once it is wrapped anew.
    let rotated = provider.rotate().unwrap();
    assert!(rotated > wrapped.kek_version);
    assert_eq!(provider.current_version().unwrap(), rotated);
    assert!(!provider.is_current(&wrapped).unwrap());
    opens(&wrapped);
    let moved = provider.rewrap(&wrapped, &context(1, &here)).unwrap();
    assert_eq!(moved.kek_version, rotated);
    assert!(provider.is_current(&moved).unwrap());
    opens(&moved);
    let new = provider.wrap(&key(), &context(3, &here)).unwrap();
    assert_eq!(new.kek_version, rotated);
}
