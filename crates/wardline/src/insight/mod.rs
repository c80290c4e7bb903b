//! What those who run the installation see of it, put together for the API and for the command line.

mod backups;
mod configuration;
mod drills;
mod protection;
mod redis;

pub(crate) use backups::BackupMark;
pub(crate) use configuration::configuration;
pub(crate) use drills::DrillFolder;
pub(crate) use protection::protection;
pub(crate) use redis::estate_of_redis;
