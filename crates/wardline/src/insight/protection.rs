//! What the configuration decides about protection, for controls that look at it.

use wardline_server::insight::{Link, Protection};

use crate::config::{Config, StoreKind};

/// What this configuration decides.
pub(crate) fn protection(config: &Config) -> Protection {
    let (http, redis) = (&config.http, &config.redis);
    let is_redis = config.store.kind == StoreKind::Redis;
    Protection {
        http: Link::of(
            http.certificate_file.is_some(),
            http.address.ip().is_loopback(),
        ),
        redis: is_redis.then(|| Link::of(redis.ca_file.is_some(), redis.is_on_this_machine())),
        idle_timeout_seconds: config.sessions.idle_timeout_seconds,
        copies_itself: !is_redis && config.store.backup_folder.is_some(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Overrides, load};

    fn protection_with(variables: &[(&str, &str)]) -> Protection {
        let environment: Environment = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        protection(&load(&Overrides::default(), &environment).unwrap().config)
    }

    #[test]
    fn what_stays_on_this_machine_is_told_from_what_leaves_it_in_clear() {
        let here = protection_with(&[]);
        let beyond = protection_with(&[
            ("WARDLINE_HTTP__ADDRESS", "0.0.0.0:8080"),
            ("WARDLINE_HTTP__ALLOW_PLAIN_TEXT", "true"),
            ("WARDLINE_STORE__KIND", "redis"),
            ("WARDLINE_REDIS__ADDRESSES", "redis-1:6379"),
            ("WARDLINE_REDIS__ALLOW_PLAIN_TEXT", "true"),
        ]);

        assert_eq!((here.http, here.redis), (Link::ThisMachine, None));
        assert_eq!(
            (beyond.http, beyond.redis),
            (Link::PlainText, Some(Link::PlainText))
        );
    }

    #[test]
    fn certificates_make_it_tls_and_a_folder_of_backups_copies() {
        let sealed = protection_with(&[
            ("WARDLINE_HTTP__CERTIFICATE_FILE", "tls.pem"),
            ("WARDLINE_HTTP__KEY_FILE", "tls-key.pem"),
            ("WARDLINE_STORE__BACKUP_FOLDER", "copies"),
        ]);
        let on_redis = protection_with(&[
            ("WARDLINE_STORE__KIND", "redis"),
            ("WARDLINE_STORE__BACKUP_FOLDER", "copies"),
            ("WARDLINE_REDIS__CA_FILE", "ca.pem"),
        ]);

        assert_eq!((sealed.http, sealed.copies_itself), (Link::Tls, true));
        assert_eq!(
            (on_redis.redis, on_redis.copies_itself),
            (Some(Link::Tls), false)
        );
    }
}
