//! A lab's data as a backup, and a backup as a lab's data.

use std::fs;
use std::io;
use std::path::Path;

use wardline_kernel::Clock;

use super::Lab;
use crate::backup::{self, Backup, NewKey, Source};
use crate::description::{Node, Topology};
use crate::error::at;
use crate::link::{Credentials, list_of, text_of};
use crate::{EstateError, Role};

/// Where sessions are kept, and the lists of users' sessions.
const SESSIONS: [&str; 2] = ["wl:{s:*", "wl:{u:*"];
/// Keys that a server looks at for one answer.
const AT_ONCE: &str = "1000";

impl Lab {
    /// Makes a backup of all masters. Answers the bytes of each.
    ///
    /// # Errors
    /// [`EstateError`].
    pub async fn back_up(
        &self,
        key: NewKey,
        into: &Path,
        clock: &dyn Clock,
    ) -> Result<Vec<u64>, EstateError> {
        let mut sources = Vec::new();
        for master in self.masters().await? {
            sources.push(Source {
                address: master.address,
                slots: self.slots_of(&master).await?,
            });
        }
        let credentials = Credentials {
            user: Role::Admin.name(),
            password: self.password(Role::Admin),
        };
        let access = (self.tls.as_ref(), credentials);
        let what = (self.estate.topology, sources.as_slice());
        backup::create(what, access, key, into, clock).await
    }

    /// Puts a backup in the place of all data of this lab: every server is ended, masters begin with the backup, replicas
    /// follow them. Sessions end with that unless they are kept: one that was revoked since would live again.
    ///
    /// # Errors
    /// [`EstateError`]; [`EstateError::Backup`] before anything is ended when its shards are not those of the lab.
    pub async fn restore(&self, backup: &Backup, keep_sessions: bool) -> Result<(), EstateError> {
        backup.verify()?;
        let mut shards = Vec::new();
        for master in self.masters().await? {
            let slots = self.slots_of(&master).await?;
            let all = &backup.manifest().shards;
            let shard = all.iter().position(|of_backup| *of_backup == slots);
            let shard = shard.filter(|_| {
                (backup.manifest().topology == Topology::Cluster)
                    == (self.estate.topology == Topology::Cluster)
            });
            let shard = shard.ok_or_else(|| {
                EstateError::Description(format!(
                    "{} owns other slots than any shard of the backup had: raise an estate with as many shards, and move \
                     slots as they were",
                    master.name
                ))
            })?;
            shards.push((master, shard));
        }
        if shards.len() != backup.manifest().shards.len() {
            return Err(EstateError::Description(
                "the backup has another number of shards".to_owned(),
            ));
        }
        for node in &self.estate.nodes {
            self.kill(&node.name)?;
        }
        for node in &self.estate.nodes {
            let data = self.estate.data_of(node);
            for there in [data.join(backup::FOLDER), data.join(backup::DUMP)] {
                remove(&there)?;
            }
        }
        for (master, shard) in &shards {
            backup.place(*shard, &self.estate.data_of(master))?;
            self.restart(&master.name).await?;
        }
        for node in &self.estate.nodes {
            self.restart(&node.name).await?;
        }
        self.wait_until_whole().await?;
        if !keep_sessions {
            for (master, _) in &shards {
                self.end_sessions(master).await?;
            }
        }
        Ok(())
    }

    async fn slots_of(&self, master: &Node) -> Result<Vec<String>, EstateError> {
        if self.estate.topology != Topology::Cluster {
            return Ok(Vec::new());
        }
        let view = self.cluster_view(master.address).await?;
        let own = view.into_iter().find(|member| member.is("myself"));
        Ok(own.map(|own| own.slots).unwrap_or_default())
    }

    async fn end_sessions(&self, master: &Node) -> Result<(), EstateError> {
        let mut link = self.link(master.address, Role::Admin).await?;
        for pattern in SESSIONS {
            let mut cursor = "0".to_owned();
            loop {
                let found = link
                    .call(&["SCAN", &cursor, "MATCH", pattern, "COUNT", AT_ONCE])
                    .await?;
                let [next, keys] = list_of(&found) else {
                    break;
                };
                for key in list_of(keys).iter().filter_map(text_of) {
                    link.call(&["UNLINK", &key]).await?;
                }
                cursor = text_of(next).unwrap_or_default();
                if cursor == "0" || cursor.is_empty() {
                    break;
                }
            }
        }
        Ok(())
    }
}

/// Removes a file or folder, if it is there.
fn remove(path: &Path) -> Result<(), EstateError> {
    let removed = if path.is_dir() {
        fs::remove_dir_all(path)
    } else {
        fs::remove_file(path)
    };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at("remove", path)(error)),
        _ => Ok(()),
    }
}
