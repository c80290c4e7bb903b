//! Messages of many MiB: they are stored and come back whole, several at once, and nobody else waits for them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::task::JoinSet;
use wardline_messaging::model::MessageId;
use wardline_messaging::port::{MessageStore, Write};
use wardline_sessions::model::{RoleName, TokenHash};
use wardline_sessions::port::{Answer, Ask, AtLimit, CreateLimits, Roles, SessionStore};
use wardline_store_redis::{
    Durability, Holder, MAX_MESSAGE_BYTES, Redis, RedisMessages, RedisSessions,
};
use wardline_testkit::conformance::sessions::session_id;
use wardline_testkit::{block_on, sample};

use super::server::{Server, connect, lease};
use super::sessions::{NOW, session};

const MIB: usize = 1 << 20;
/// As servers were set up before: one connection may have 64 MB waiting.
const FORMER_LIMIT: &str = "normal 64mb 32mb 60";

async fn messages(redis: &Redis) -> RedisMessages {
    let holder = Holder::generate().unwrap();
    let lease = lease(redis, &RedisMessages::tag(), holder).await;
    RedisMessages::open(lease).await.unwrap()
}

async fn store(messages: &RedisMessages, id: u64, size: usize) {
    let put = Write::PutMessage {
        record: sample::record(id),
        body: body(id, size),
    };
    messages.commit(sample::batch([put])).await.unwrap();
}

fn body(id: u64, size: usize) -> Bytes {
    vec![u8::try_from(id).unwrap(); size].into()
}

/// Checks a session until it is told to stop, and says how often.
async fn checks_go_on(sessions: RedisSessions, stop: Arc<AtomicBool>) -> usize {
    let roles: Roles = [RoleName::new("nurse").unwrap()].into_iter().collect();
    let ask = Ask {
        id: session_id(1),
        token: TokenHash::from_bytes([1; 32]),
        roles: &roles,
        is_activity: false,
    };
    let mut count = 0;
    while !stop.load(Ordering::SeqCst) {
        let answer = sessions.check(&ask, NOW).await.unwrap();
        assert!(matches!(answer, Answer::Live(_)), "{answer:?}");
        count += 1;
    }
    count
}

#[test]
fn several_at_once_come_back_whole_while_sessions_are_checked_over_the_same_connection() {
    block_on(async {
        let server = Server::start_with(&["--client-output-buffer-limit", FORMER_LIMIT]);
        let redis = connect(server.port(), Durability::Memory).await;
        let messages = Arc::new(messages(&redis).await);
        let sizes = [40, 20, 20, 20].map(|size| size * MIB);
        for (id, size) in (1..).zip(sizes) {
            store(&messages, id, size).await;
        }
        let sessions = RedisSessions::new(redis.clone());
        let no_limits = CreateLimits {
            per_user: None,
            at_limit: AtLimit::Refuse,
            max_live: u64::MAX,
        };
        sessions.create(session(1), no_limits, NOW).await.unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let checks = tokio::spawn(checks_go_on(sessions, Arc::clone(&stop)));

        let mut reading = JoinSet::new();
        for (id, size) in (1..).zip(sizes) {
            let messages = Arc::clone(&messages);
            reading.spawn(async move {
                let found = messages.body(MessageId(id)).await;
                assert_eq!(found.unwrap(), Some(body(id, size)), "{id}");
            });
        }
        reading.join_all().await;

        stop.store(true, Ordering::SeqCst);
        assert!(checks.await.unwrap() > 0);
        assert!(redis.state().is_ready);
    });
}

#[test]
fn the_largest_comes_back_from_a_server_as_it_is_set_up() {
    block_on(async {
        let limit = ["--client-output-buffer-limit", "normal 256mb 128mb 60"];
        let server = Server::start_with(&limit);
        let redis = connect(server.port(), Durability::Memory).await;
        let messages = messages(&redis).await;
        // What is sealed is a little larger.
        let size = MAX_MESSAGE_BYTES + 4_096;
        store(&messages, 1, size).await;

        let found = messages.body(MessageId(1)).await.unwrap();

        assert!(found == Some(body(1, size)));
    });
}

#[test]
fn a_server_that_gives_one_away_to_nobody_goes_on_with_everything_else() {
    block_on(async {
        let limit = ["--client-output-buffer-limit", "normal 4mb 4mb 60"];
        let server = Server::start_with(&limit);
        let redis = connect(server.port(), Durability::Memory).await;
        let messages = messages(&redis).await;
        store(&messages, 1, 8 * MIB).await;
        store(&messages, 2, MIB).await;

        let refused = messages.body(MessageId(1)).await.unwrap_err();

        let words = refused.to_string();
        assert!(words.contains("client-output-buffer-limit"), "{words}");
        let record = messages.record(MessageId(1)).await.unwrap();
        assert_eq!(record, Some(sample::record(1)));
        assert_eq!(
            messages.body(MessageId(2)).await.unwrap(),
            Some(body(2, MIB))
        );
        assert!(redis.state().is_ready);
    });
}

#[test]
fn a_reader_who_goes_away_leaves_room_for_others() {
    block_on(async {
        let server = Server::start_with(&["--client-output-buffer-limit", FORMER_LIMIT]);
        let redis = connect(server.port(), Durability::Memory).await;
        let messages = messages(&redis).await;
        store(&messages, 1, 40 * MIB).await;

        for _ in 0..20 {
            let reading = messages.body(MessageId(1));
            drop(tokio::time::timeout(std::time::Duration::from_millis(5), reading).await);
        }

        let found = messages.body(MessageId(1)).await.unwrap();
        assert!(found == Some(body(1, 40 * MIB)));
    });
}
