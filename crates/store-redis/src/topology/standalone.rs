//! One server: connected again and again.

use std::sync::Arc;
use std::time::Duration;

use super::{Follower, Routes};
use crate::failure::ConnectError;
use crate::settings::Address;
use crate::transport::Node;

/// The pause after a first failed connection, and the longest one.
const PAUSE: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

pub(super) async fn follow(follower: &Follower, address: &Address) {
    let mut pause = PAUSE.0;
    loop {
        match Node::open(&follower.dialer, &follower.settings, address).await {
            Ok(node) => {
                pause = PAUSE.0;
                tracing::info!(%address, "Redis is connected");
                follower.board.publish(Routes::One(Ok(Arc::clone(&node))));
                let reason = tokio::select! {
                    reason = node.gone() => reason,
                    () = content_with_fewer(&node) => String::new(),
                };
                tracing::warn!(%address, reason, "Redis was given up");
                let error = ConnectError::Unreachable {
                    address: address.clone(),
                    reason,
                };
                follower.board.publish(Routes::One(Err(Arc::new(error))));
            }
            Err(error) => {
                follower.board.publish(Routes::One(Err(Arc::new(error))));
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(PAUSE.1);
            }
        }
    }
}

/// Nobody promotes a replica of a single server by itself: those who are in line suffice.
async fn content_with_fewer(node: &Node) {
    loop {
        let trouble = node.is_short().await;
        node.lower(trouble);
        tokio::time::sleep(PAUSE.0).await;
    }
}
