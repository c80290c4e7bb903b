//! Memory of the whole process, which tests that run beside this one would disturb.

#![cfg(test)]
#![cfg(target_os = "linux")]

#[path = "../mllp/desk.rs"]
#[expect(dead_code, reason = "shared with the tests of listeners")]
mod desk;
#[path = "../mllp/rig.rs"]
#[expect(dead_code, reason = "shared with the tests of listeners")]
mod rig;
#[path = "../mllp/sender.rs"]
#[expect(dead_code, reason = "shared with the tests of listeners")]
mod sender;

use crate::rig::Rig;
use crate::sender::message;

#[tokio::test]
async fn f7_a_frame_of_100_mb_is_rejected_in_bounded_memory() {
    let rig = Rig::new("max_message_bytes = 1048576").await;
    let mut sender = rig.sender().await;
    let piece = vec![b'x'; 1 << 20];
    let before = peak_memory_kib();

    sender
        .write(format!("\x0b{}", message("1")).as_bytes())
        .await;
    for _ in 0..100 {
        sender.write(&piece).await;
    }
    sender.write(b"\x1c\r").await;

    assert_eq!(sender.ack().await, "AR 1");
    assert!(sender.is_served("2").await);
    assert!(rig.stats().bytes_in() > 100 << 20);
    let grown = peak_memory_kib() - before;
    assert!(grown < 16 * 1024, "{grown} KiB");
}

/// The most memory this process ever had.
fn peak_memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
