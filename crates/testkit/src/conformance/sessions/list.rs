//! Listing: sentence 12.

use wardline_sessions::model::{DepartmentName, PortalName, RoleName, SessionId};
use wardline_sessions::port::{Change, Filter, SessionStore, State};

use super::SessionsUnderTest;
use super::given::{BEGIN, IDLE_MS, Scene, placement, session, session_id, user};

/// The sessions that a part of these tests is about, newest first.
type Numbers = Vec<u64>;

/// Sentence 12.
pub async fn a_listing_gives_what_matches_newest_first_and_count_counts_the_same(
    under_test: &mut impl SessionsUnderTest,
) {
    given_sessions(&Scene(under_test.store())).await;

    for reopened in [false, true] {
        if reopened {
            under_test.reopen();
        }
        for (filter, expected) in cases() {
            let expected: Vec<_> = expected.into_iter().map(session_id).collect();
            for limit in [1, 4, 100] {
                let found = every_page(under_test.store(), &filter, limit).await;
                assert_eq!(found, expected, "{filter:?} by {limit}");
            }
            let count = under_test.store().count(&filter, BEGIN).await.unwrap();
            assert_eq!(count, expected.len() as u64, "{filter:?}");
        }
    }

    // What has ended is not listed, also when nobody has taken it away yet.
    let (store, late, any) = (under_test.store(), BEGIN + IDLE_MS, Filter::default());
    let page = store.list(&any, None, 10, late).await.unwrap();
    assert_eq!((page.items.len(), page.next), (0, None));
    assert_eq!(store.count(&any, late).await.unwrap(), 0);
}

/// Sessions 1 to 23 without 20; 9 is locked.
async fn given_sessions(scene: &Scene<'_>) {
    for number in 1..=23 {
        let mut new = session(number, BEGIN);
        new.record.user = user(number % 3);
        let role = if number % 2 == 0 { "nurse" } else { "doctor" };
        let department = [None, Some("icu"), Some("er")][usize::try_from(number % 3).unwrap()];
        let portal = if number % 5 == 0 {
            "mychart"
        } else {
            "hyperspace"
        };
        new.record.placement = placement(role, department, portal);
        scene.given_as(new, BEGIN).await;
    }
    scene.0.end(session_id(20), BEGIN).await.unwrap();
    let locked = scene.0.change(session_id(9), Change::Lock, BEGIN).await;
    locked.unwrap();
}

fn cases() -> Vec<(Filter, Numbers)> {
    let case = |set: fn(&mut Filter), keep: fn(u64) -> bool| {
        let mut filter = Filter::default();
        set(&mut filter);
        let numbers = (1..=23).rev().filter(|n| *n != 20 && keep(*n));
        (filter, numbers.collect())
    };
    vec![
        case(|_| {}, |_| true),
        case(|f| f.user = Some(user(1)), |n| n % 3 == 1),
        case(|f| f.user = Some(user(9)), |_| false),
        case(|f| f.role = RoleName::new("nurse").ok(), |n| n % 2 == 0),
        case(
            |f| f.department = DepartmentName::new("er").ok(),
            |n| n % 3 == 2,
        ),
        case(
            |f| f.portal = PortalName::new("mychart").ok(),
            |n| n % 5 == 0,
        ),
        case(|f| f.state = Some(State::Locked), |n| n == 9),
        case(|f| f.state = Some(State::Active), |n| n != 9),
        case(
            |f| {
                f.user = Some(user(0));
                f.role = RoleName::new("doctor").ok();
            },
            |n| n % 6 == 3,
        ),
    ]
}

async fn every_page(store: &dyn SessionStore, filter: &Filter, limit: usize) -> Vec<SessionId> {
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.list(filter, cursor, limit, BEGIN).await.unwrap();
        assert!(page.items.len() <= limit, "a page is longer than asked for");
        for item in &page.items {
            let number = (1..=23).find(|n| session_id(*n) == item.record.id).unwrap();
            assert_eq!(item.facts, session(number, BEGIN).facts);
        }
        found.extend(page.items.iter().map(|item| item.record.id));
        let Some(next) = page.next else { return found };
        assert_ne!(cursor, Some(next), "the cursor stands still");
        cursor = Some(next);
    }
}
