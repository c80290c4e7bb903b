//! A data directory that cannot be written to.

use crate::disk::SmallDisk;
use crate::home::{Home, free_address};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_read_only_data_directory_is_told_at_the_start_with_what_to_do() {
    let disk = SmallDisk::of(160);
    let mut home = Home::new().await;
    home.keep_data_in(&disk.path().join("data"));
    let listener = free_address();
    home.channel("adt-in", &format!("[listener]\naddress = \"{listener}\"\n"));
    home.start().await.stop().await;
    home.clear_log();
    disk.remount_read_only();

    let ended = home.try_start().await.err().expect("it must not start");

    let log = home.log();
    assert_eq!(ended.code(), Some(1), "{log}");
    assert!(log.contains(home.data.to_str().unwrap()), "{log}");
    assert!(log.contains("cannot be written to"), "{log}");
    assert!(log.contains("mounted read-write"), "{log}");
}
