//! Moving slots of a Cluster from one master to another, under traffic.
//!
//! The order of the steps is that of the Redis Cluster specification: the receiver first, so that a slot is never with
//! nobody.

use super::Lab;
use crate::description::Node;
use crate::link::{Link, list_of, text_of};
use crate::{EstateError, Role};

/// Keys that are moved with one command.
const KEYS_AT_ONCE: &str = "100";
/// How long one such command may take, in milliseconds.
const MIGRATE_TIMEOUT_MS: &str = "5000";

impl Lab {
    /// Moves so many slots from one master to another; fewer when it has not so many. Answers how many it moved.
    ///
    /// # Errors
    /// [`EstateError`]; a slot that was being moved stays open on both and is finished by doing it again.
    pub async fn reshard(&self, from: &str, to: &str, slots: u16) -> Result<u16, EstateError> {
        let view = self.cluster_view(self.node(from)?.address).await?;
        let own = view.iter().find(|member| member.is("myself"));
        let owned = own.map(|own| numbers(&own.slots)).unwrap_or_default();
        let some: Vec<u16> = owned.into_iter().take(usize::from(slots)).collect();
        self.move_slots(from, to, &some).await
    }

    /// Moves those of these slots that the one master owns to the other. Answers how many that were.
    ///
    /// # Errors
    /// [`EstateError`], as [`Lab::reshard`].
    pub async fn move_slots(
        &self,
        from: &str,
        to: &str,
        slots: &[u16],
    ) -> Result<u16, EstateError> {
        let (source, target) = (self.node(from)?, self.node(to)?);
        let view = self.cluster_view(source.address).await?;
        let own = view.iter().find(|member| member.is("myself"));
        let owned = own.map(|own| numbers(&own.slots)).unwrap_or_default();
        let mut mover = Mover {
            lab: self,
            source: self.link(source.address, Role::Admin).await?,
            target: self.link(target.address, Role::Admin).await?,
            target_node: target,
            source_id: String::new(),
            target_id: String::new(),
        };
        mover.source_id = mover.source.text(&["CLUSTER", "MYID"]).await?;
        mover.target_id = mover.target.text(&["CLUSTER", "MYID"]).await?;
        let mut moved = 0;
        for slot in slots.iter().filter(|slot| owned.contains(slot)) {
            mover.move_slot(*slot).await?;
            moved += 1;
        }
        Ok(moved)
    }
}

struct Mover<'a> {
    lab: &'a Lab,
    source: Link,
    target: Link,
    target_node: &'a Node,
    source_id: String,
    target_id: String,
}

impl Mover<'_> {
    async fn move_slot(&mut self, slot: u16) -> Result<(), EstateError> {
        let slot = slot.to_string();
        let (source_id, target_id) = (self.source_id.clone(), self.target_id.clone());
        self.target
            .call(&["CLUSTER", "SETSLOT", &slot, "IMPORTING", &source_id])
            .await?;
        self.source
            .call(&["CLUSTER", "SETSLOT", &slot, "MIGRATING", &target_id])
            .await?;
        while self.move_keys(&slot).await? {}
        self.target
            .call(&["CLUSTER", "SETSLOT", &slot, "NODE", &target_id])
            .await?;
        self.source
            .call(&["CLUSTER", "SETSLOT", &slot, "NODE", &target_id])
            .await?;
        Ok(())
    }

    /// Moves some keys of a slot; `false` when there was none left.
    async fn move_keys(&mut self, slot: &str) -> Result<bool, EstateError> {
        let answer = self
            .source
            .call(&["CLUSTER", "GETKEYSINSLOT", slot, KEYS_AT_ONCE])
            .await?;
        let keys: Vec<String> = list_of(&answer).iter().filter_map(text_of).collect();
        if keys.is_empty() {
            return Ok(false);
        }
        let ip = self.target_node.address.ip().to_string();
        let port = self.target_node.address.port().to_string();
        let password = self.lab.password(Role::Admin);
        let mut words = vec![
            "MIGRATE",
            &ip,
            &port,
            "",
            "0",
            MIGRATE_TIMEOUT_MS,
            "AUTH2",
            Role::Admin.name(),
            password,
            "KEYS",
        ];
        words.extend(keys.iter().map(String::as_str));
        self.source.call(&words).await?;
        Ok(true)
    }
}

/// Ranges as `0-3` and `7`, slot by slot; those that are on their way (in brackets) are not counted.
pub(super) fn numbers(ranges: &[String]) -> Vec<u16> {
    ranges
        .iter()
        .filter(|range| !range.starts_with('['))
        .filter_map(|range| {
            let (first, last) = range.split_once('-').unwrap_or((range, range));
            Some(first.parse().ok()?..=last.parse().ok()?)
        })
        .flatten()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_slot_by_slot_and_open_ones_left_out() {
        let ranges = ["0-2", "7", "[9->-abc]"].map(str::to_owned);

        assert_eq!(numbers(&ranges), [0, 1, 2, 7]);
    }
}
